"""Reading a stranger's HDF5 file in a process apart, with a limit on its time and memory.

The service starts `python -m app.hdf5_process` with a JSON document on its input and reads one from its output.
"""

import json
import resource
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.errors import InvalidDataset, TooManyImages
from app.hdf5_upload import Hdf5Split, Limits, read_split
from nncore import parameter_file
from nncore.errors import InvalidParameterFile, NncoreError

SIGNATURE = b"\x89HDF\r\n\x1a\n"
MEMORY_BYTES = 2 * 2**30
MEMORY_IN_USE = Path("/proc/self/statm")  # in pages, the first number; Linux alone has it
START_SECONDS = 30
BYTES_A_SECOND = 2 * 2**20  # slower than any honest file is read
TOLD = {kind.code: kind for kind in (InvalidDataset, TooManyImages)}


def read_split_apart(
    path: Path, *, split: str, pixels: Path, limits: Limits, start_seconds: int = START_SECONDS
) -> Hdf5Split:
    """Do as read_split does, in a process that may hang or die; raises InvalidDataset, TooManyImages."""
    _check_signature(path, split=split)
    document = {"path": str(path), "split": split, "pixels": str(pixels), "limits": asdict(limits)}
    answer = _answer(document, seconds=_seconds(path, start_seconds), failure=InvalidDataset)
    if "code" in answer:
        raise TOLD[answer["code"]](f"the {split} file: {answer['detail']}")
    return Hdf5Split(shape=tuple(answer["shape"]), labels=answer["labels"], classes=answer["classes"])


def check_parameters_apart(path: Path, *, start_seconds: int = START_SECONDS) -> None:
    """Raise InvalidParameterFile unless a process that may hang or die can read the parameter file."""
    seconds = _seconds(path, start_seconds)
    answer = _answer({"path": str(path)}, seconds=seconds, failure=InvalidParameterFile)
    if "code" in answer:
        raise InvalidParameterFile(answer["detail"])


def _seconds(path: Path, start_seconds: int) -> int:
    return start_seconds + path.stat().st_size // BYTES_A_SECOND


def _check_signature(path: Path, *, split: str) -> None:
    with path.open("rb") as file:
        start = file.read(len(SIGNATURE))
    if start != SIGNATURE:
        got = f"begins with {start!r}" if start else "is empty"
        raise InvalidDataset(f"the {split} file {got}; it must be an HDF5 file")


def _answer(document: dict[str, Any], *, seconds: int, failure: type[NncoreError]) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", "app.hdf5_process"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and nothing of the request is in the command
            command, input=json.dumps(document), capture_output=True, text=True, timeout=seconds, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise failure(f"the file was not read within {seconds} seconds; it is damaged") from error
    except subprocess.CalledProcessError as error:
        raise failure("HDF5 broke off while it read the file; it is damaged, or too large to be read") from error
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if MEMORY_IN_USE.exists():
        in_use = int(MEMORY_IN_USE.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (in_use + MEMORY_BYTES, in_use + MEMORY_BYTES))


def main() -> None:
    """Read the document on the input, do as it says, and write the answer."""
    document = json.load(sys.stdin)
    _limit_memory()
    try:
        answer = _read_split(document) if "split" in document else _read_parameters(document)
    except NncoreError as error:
        answer = {"code": error.code, "detail": str(error)}
    json.dump(answer, sys.stdout)


def _read_split(document: dict[str, Any]) -> dict[str, Any]:
    limits = Limits(**document["limits"])
    split = read_split(Path(document["path"]), split=document["split"], pixels=Path(document["pixels"]), limits=limits)
    return asdict(split)


def _read_parameters(document: dict[str, Any]) -> dict[str, Any]:
    parameter_file.read(Path(document["path"]))
    return {}


if __name__ == "__main__":
    main()
