"""60,000 pictures in ten classes: imported from a zip, an epoch in batches of 64 of 12288-128-10, 10,000 predictions.

The import is by a service, from the first byte sent to the answer; memory is the highest resident set of the process
that did the work. The epoch is gradient descent in float32, each time in a process of its own and on one thread, from
the dataset file that the import wrote: nncore as in a job, which reads the images of each batch; PyTorch as its users
would write it, once reading the rows of each batch by h5py, in their order in the file, and once with all pixels in
memory as uint8. The predictions are `nncore predict --batch` on the test pictures as files, the memory that of the
service's first process. IMAGES=6000 makes all of it smaller.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import h5py
import numpy as np
from threadpoolctl import threadpool_limits

from app import pipeline
from app.client import Client
from app.storage.dataset_file import read_splits
from benchmarks.class_folders import CLASSES, write_zip
from benchmarks.measure import in_fresh_process, seconds, times, verdict
from nncore import Hyperparameters, Training, parameter_file
from nncore.arrays import Indices, Labels, Pixels

IMAGES = int(os.environ.get("IMAGES", "60000"))
D, HIDDEN = 12_288, 128
TRAINING: dict[str, Any] = {
    "hidden_layers": (HIDDEN,),
    "activation": "relu",
    "initializer": "he",
    "optimizer": "gradient_descent",
    "learning_rate": 0.01,
    "batch_size": 64,
    "epochs": 1,
}
ROUNDS = 2
MEBIBYTE = 2**20
MOST_MEMORY = 400

Measured = tuple[float, float]  # seconds, and the highest resident memory in MB


def rows() -> list[dict[str, str]]:
    """Import, train and predict."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_zip(home / "pictures.zip", train=IMAGES, test=IMAGES // 6)
        command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--home", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as service:
            assert service.stdout is not None
            try:
                with Client(service.stdout.readline().split()[-1], timeout=600) as client:
                    imported = import_zip(client, home / "pictures.zip", service=service.pid)
                    [dataset] = (home / "data" / "datasets").iterdir()
                    return [
                        row(f"import of {IMAGES * 7 // 6:,}", imported),
                        *epochs(dataset),
                        predict(client, home, service=service.pid),
                    ]
            finally:
                service.terminate()


def row(work: str, measured: Measured, *, most: float | None = MOST_MEMORY, bar: str = "") -> dict[str, str]:
    """Write a line of the table."""
    took, memory = measured
    kept = "" if most is None else f"MB {verdict(memory, most=most)}"
    return {"work": work, "time": seconds(took), "memory": f"{memory:.0f} MB", "bar": bar or kept}


def import_zip(client: Client, archive: Path, *, service: int) -> Measured:
    """Time an import; return also the highest resident memory of the service's first process."""
    start = perf_counter()
    client.import_archive("pictures", archive)
    return perf_counter() - start, highest(service)


def highest(process: int) -> float:
    """Return the most memory that a process of Linux has had resident, in MB."""
    [line] = [line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


def epochs(dataset: Path) -> list[dict[str, str]]:
    """Time an epoch of each, in turns."""
    measured = [{name: in_fresh_process(run, dataset) for name, run in CONTENDERS.items()} for _ in range(ROUNDS)]
    lines = []
    for name in CONTENDERS:
        took, memory = (median(each[name][place] for each in measured) for place in (0, 1))
        ratio = median(each[name][0] / each["nncore"][0] for each in measured)
        bar = "" if name == "nncore" else f"{times(ratio)} as long as nncore, {verdict(ratio, least=1)}"
        lines.append(row(f"an epoch, {name}", (took, memory), most=None, bar=bar))
    return lines


def epoch_of_nncore(dataset: Path) -> Measured:
    """Train an epoch as a job does, images from the dataset file; leave the model beside the zip."""
    hyperparameters = Hyperparameters(**TRAINING, normalization="scale", class_weight=None, dtype="float32")
    with threadpool_limits(1):
        start = perf_counter()
        training = Training(*read_splits(dataset)["train"], classes=CLASSES, hyperparameters=hyperparameters)
        for _ in training:
            pass
        measured = perf_counter() - start, own_highest()
    parameter_file.write(
        dataset.parents[2] / "model.h5",
        model=training.snapshot(),
        hyperparameters=hyperparameters.to_json(),
        preprocessing=pipeline.description(),
        classes=[f"stripes-{label}" for label in range(CLASSES)],
        dataset={},
    )
    return measured


def epoch_of_pytorch_by_rows(dataset: Path) -> Measured:
    """Train an epoch with PyTorch, which reads the rows of each batch from the file."""
    import_module("torch")
    start = perf_counter()
    with h5py.File(dataset) as file:
        images, labels = file["train_set_x"], file["train_set_y"][:]
        train_pytorch(lambda rows: images[np.sort(rows)], lambda rows: labels[np.sort(rows)], n=len(labels))
    return perf_counter() - start, own_highest()


def epoch_of_pytorch_in_memory(dataset: Path) -> Measured:
    """Train an epoch with PyTorch, which reads all pixels before."""
    import_module("torch")
    start = perf_counter()
    with h5py.File(dataset) as file:
        images, labels = file["train_set_x"][:], file["train_set_y"][:]
    train_pytorch(images.__getitem__, labels.__getitem__, n=len(labels))
    return perf_counter() - start, own_highest()


def train_pytorch(images: Callable[[Indices], Pixels], labels: Callable[[Indices], Labels], *, n: int) -> None:
    """Train an epoch on one thread, with batches that become floats as they are taken."""
    import torch  # noqa: PLC0415, whose memory is not that of the others

    torch.set_num_threads(1)
    network = torch.nn.Sequential(torch.nn.Linear(D, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, CLASSES))
    loss = torch.nn.CrossEntropyLoss()
    steps = torch.optim.SGD(network.parameters(), lr=TRAINING["learning_rate"])
    for batch in torch.randperm(n).split(TRAINING["batch_size"]):
        rows = batch.numpy()
        X = torch.from_numpy(images(rows)).reshape(len(rows), D).float().div_(255)
        steps.zero_grad()
        loss(network(X), torch.from_numpy(labels(rows))).backward()
        steps.step()


def predict(client: Client, home: Path, *, service: int) -> dict[str, str]:
    """Have the command predict on the test pictures, as files."""
    client.upload_parameters("stripes", home / "model.h5")
    with zipfile.ZipFile(home / "pictures.zip") as archive:
        names = [name for name in archive.namelist() if name.startswith("test/")]
        archive.extractall(home, members=names)
    command = [sys.executable, "-m", "app.cli", "predict", "--batch", str(home / "test"), "--json"]
    command += ["--model", "stripes", "--server", client.server]
    start = perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    took = perf_counter() - start
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    right = sum(answer["label"] == Path(answer["filename"]).parent.name for answer in answers) / len(names)
    return row(f"predictions on {len(answers):,}", (took, highest(service)), most=None, bar=f"{right:.1%} right")


def own_highest() -> float:
    """Return the most memory that this process has had resident, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


CONTENDERS: dict[str, Callable[[Path], Measured]] = {
    "nncore": epoch_of_nncore,
    "PyTorch, rows by h5py": epoch_of_pytorch_by_rows,
    "PyTorch, pixels in memory": epoch_of_pytorch_in_memory,
}
