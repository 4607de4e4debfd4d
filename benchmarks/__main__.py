"""Call benchmarks and write their results: `python -m benchmarks [NAME ...]`."""

import argparse
import os
import subprocess
import sys
from importlib import import_module
from inspect import getdoc

from benchmarks.machine import description
from benchmarks.results import table, write

BENCHMARKS = (
    *("series", "floor", "candidates", "leave_one_out", "growth", "adam"),
    *("imports", "worth", "serving", "serving_peers", "jobs", "wishes", "prediction_under_training"),
    *("start", "page", "large", "spread"),
)


def main() -> int:
    """Call each benchmark in a process of its own, where the BLAS chooses the kernels of the machine it is on."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS) + "; all unless given")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    names = arguments.names or list(BENCHMARKS)
    if arguments.here:
        for name in names:
            run(name)
        return 0
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
    commands = [[sys.executable, "-m", "benchmarks", "--here", name] for name in names]
    return max(subprocess.run(command, env=environment, check=False).returncode for command in commands)


def run(name: str) -> None:
    """Call one benchmark here, write its results, if it has any, and print them."""
    module = import_module(f"benchmarks.{name}")
    if not (rows := module.rows()):
        return
    write(name, text=getdoc(module) or name, rows=rows, machine=description())
    print(f"{name}\n{table(rows)}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
