"""The states of unfinished jobs, as files `data/checkpoints/JOB/ATTEMPT-NUMBER-SHA256.npz`; the last two are kept.

Those of a part of a job stand in `JOB/PART/`; the last one of a part that is finished is its result.

A file appears as a whole or not at all. Its name has the digest of its bytes, so that one that was
damaged since is noticed, and the number of its attempt, so that an old attempt cannot write once a newer one has.
"""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from app.storage.files import Files, sha256_of
from app.storage.jobs import SupersededError
from nncore import Network, TrainedModel
from nncore.arrays import Array
from nncore.checkpoint import State
from nncore.normalization import Normalization

CHECKPOINTS = "data/checkpoints"
KEPT = 2
FORMAT = "format"
VERSION = 2
"""Goes up when a state of before would no longer be taken for what it was."""
TRAINED_SECONDS = "trained_seconds"
SNAPSHOT = "snapshot/"
ERRORS = (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile)
"""What reading a file may come up with that is damaged, or of something else."""


class BrokenCheckpoint(Exception):
    """A file that is not what was written, or not what is written by this version."""


@dataclass(frozen=True)
class Checkpoint:
    """The state of a training, and for how many seconds it had been trained, in all attempts."""

    state: State
    trained_seconds: float
    snapshot: TrainedModel | None = None
    """What can already answer, where there is one network and not many."""


def write(path: Path, checkpoint: Checkpoint) -> str:
    """Write a checkpoint to a temporary file; return its SHA-256."""
    about = {FORMAT: np.array(VERSION), TRAINED_SECONDS: np.array(checkpoint.trained_seconds)}
    about |= _arrays_of(checkpoint.snapshot)
    with path.open("xb") as file:
        np.savez(file, **checkpoint.state, **about)  # type: ignore[arg-type]
    return sha256_of(path)


def publish(temporary: Path, digest: str, *, files: Files, job_id: str, attempt: int, part: int | None = None) -> None:
    """Put a written checkpoint in its place and drop those that are too many; raises SupersededError."""
    there = newest_first(files, job_id, part=part)
    last_attempt, last_number = _numbers(there[0]) if there else (0, 0)
    if last_attempt > attempt:
        raise SupersededError
    files.publish(temporary, f"{_folder(job_id, part=part)}/{attempt:06}-{last_number + 1:06}-{digest}.npz")
    for file in there[KEPT - 1 :]:
        files.remove(file)


def newest_first(files: Files, job_id: str, *, part: int | None = None) -> list[str]:
    """Return the names of a job's checkpoints, or of those of a part of it."""
    folder = _folder(job_id, part=part)
    return [file for file in reversed(files.names(folder)) if PurePosixPath(file).parent == PurePosixPath(folder)]


def all_of(files: Files, job_id: str) -> list[str]:
    """Return the names of a job's checkpoints, and of those of its parts."""
    return files.names(_folder(job_id, part=None))


def digest_of(file: str) -> str:
    """Return the SHA-256 that a checkpoint has by its name."""
    return PurePosixPath(file).stem.rpartition("-")[2]


def read(files: Files, file: str) -> Checkpoint:
    """Read a checkpoint; raises BrokenCheckpoint."""
    with _opened(files, file) as stored:
        names = [name for name in stored if name != FORMAT and not name.startswith(SNAPSHOT)]
        state = {name: stored[name] for name in names}
        return Checkpoint(trained_seconds=float(state.pop(TRAINED_SECONDS)), state=state)


def read_snapshot(files: Files, file: str, *, activation: str) -> tuple[TrainedModel, int] | None:
    """Return the network of a checkpoint with its epoch, or None where it has none; raises BrokenCheckpoint."""
    with _opened(files, file) as stored:
        arrays = {name.removeprefix(SNAPSHOT): stored[name] for name in stored if name.startswith(SNAPSHOT)}
        return (_snapshot_of(arrays, activation=activation), int(stored["epoch"])) if arrays else None


def remove(files: Files, job_id: str) -> None:
    """Remove all checkpoints of a job."""
    files.remove_all(f"{CHECKPOINTS}/{job_id}")


def job_ids(files: Files) -> list[str]:
    """Return the jobs that have checkpoints."""
    return sorted({PurePosixPath(file).relative_to(CHECKPOINTS).parts[0] for file in files.names(CHECKPOINTS)})


@contextmanager
def _opened(files: Files, file: str) -> Iterator[Mapping[str, Array]]:
    """Give the arrays of a checkpoint; raises BrokenCheckpoint, also where what is done with them fails."""
    try:
        path = files.path(file)
        if sha256_of(path) != digest_of(file):
            raise BrokenCheckpoint("its bytes are not those that were written")
        with np.load(path, allow_pickle=False) as stored:
            version = int(stored[FORMAT]) if FORMAT in stored else 0
            if version != VERSION:
                told = f"it is of format {version}, written by another version of nncore; here it is {VERSION}"
                raise BrokenCheckpoint(told)
            yield stored
    except ERRORS as error:
        raise BrokenCheckpoint(str(error)) from error


def _folder(job_id: str, *, part: int | None) -> str:
    return f"{CHECKPOINTS}/{job_id}" if part is None else f"{CHECKPOINTS}/{job_id}/{part}"


def _numbers(file: str) -> tuple[int, int]:
    attempt, number, _ = PurePosixPath(file).stem.split("-")
    return int(attempt), int(number)


def _arrays_of(model: TrainedModel | None) -> State:
    if model is None:
        return {}
    network, normalization = model.network, model.normalization
    arrays = {f"W{number}": W for number, W in enumerate(network.weights, 1)}
    arrays |= {f"b{number}": b for number, b in enumerate(network.biases, 1)}
    arrays["kind"] = np.array(normalization.kind.encode())
    if normalization.mean is not None and normalization.deviation is not None:
        arrays |= {"mean": normalization.mean, "deviation": normalization.deviation}
    return {SNAPSHOT + name: array for name, array in arrays.items()}


def _snapshot_of(arrays: State, *, activation: str) -> TrainedModel:
    layers = range(1, sum(name.startswith("W") for name in arrays) + 1)
    weights, biases = ([arrays[f"{name}{number}"] for number in layers] for name in "Wb")
    normalization = Normalization(
        kind=arrays["kind"].item().decode(), mean=arrays.get("mean"), deviation=arrays.get("deviation")
    )
    network = Network.from_arrays(weights, biases, activation=activation)
    return TrainedModel(network=network, normalization=normalization, metrics={})
