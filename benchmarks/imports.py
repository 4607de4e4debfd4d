"""Importing nncore.

How much longer `import nncore` takes than `import numpy` alone, each in a new process.
"""

import subprocess
import sys
from functools import partial

from benchmarks.measure import Contender, seconds, take_turns, verdict


def rows() -> list[dict[str, str]]:
    """Start Python for nothing, for NumPy and for nncore."""
    programs = {"nothing": "pass", "numpy": "import numpy", "nncore": "import nncore"}
    measured = take_turns([Contender(name, partial(start, program)) for name, program in programs.items()], rounds=9)
    line = {name: seconds(measured.of(name)) for name in programs}
    above = measured.of("nncore") - measured.of("numpy")
    return [line | {"nncore above numpy": seconds(above), "seconds above numpy": verdict(above, most=0.2)}]


def start(program: str) -> None:
    """Call a program of one line in a new process."""
    subprocess.run([sys.executable, "-c", program], check=True)
