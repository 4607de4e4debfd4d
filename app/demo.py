"""What `nncore demo` needs beside the service: pictures to upload, and a service of its own."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from app.client_errors import ClientError
from nncore.sample_images import draw

SIZES = (64, 96, 128)  # pixels a side; the service makes all of them 64
TRAIN_COUNT, TEST_COUNT = 80, 20  # pictures of each size
TRAIN_SEED, TEST_SEED, NEW_SEED = 1, 2, 3
LISTENING = "listening on "
SECONDS_TO_STOP = 30


def write_pictures(folder: Path) -> tuple[Path, Path]:
    """Write a zip of labelled pictures and one new picture into the folder; return both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    archive, picture = folder / "shapes.zip", folder / "new-picture.png"
    with zipfile.ZipFile(archive, "w") as written:
        for split, count, seed in (("train", TRAIN_COUNT, TRAIN_SEED), ("test", TEST_COUNT, TEST_SEED)):
            for size in SIZES:
                _write_class_folders(written, split=split, count=count, seed=seed, size=size)
    picture.write_bytes(_drawn(count=1, seed=NEW_SEED, size=200)[0][1])
    return archive, picture


@contextmanager
def own_service(home: Path) -> Iterator[str]:
    """Start a service on a free port as a process of its own, give its address, and stop it; raises ClientError."""
    command = [sys.executable, "-m", "app.cli", "serve", "--host", "127.0.0.1", "--port", "0", "--home", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603, our own command
        try:
            yield _address(process)
        finally:
            process.terminate()
            process.wait(timeout=SECONDS_TO_STOP)


def _address(process: "subprocess.Popen[str]") -> str:
    for line in process.stdout or ():
        if line.startswith(LISTENING):
            return line.removeprefix(LISTENING).strip()
    message = "the service did not start; what it printed above says why"
    raise ClientError(message)


def _write_class_folders(archive: zipfile.ZipFile, *, split: str, count: int, seed: int, size: int) -> None:
    # each size has a seed of its own: the same scene at two sizes would be no new picture
    for index, (label, png) in enumerate(_drawn(count=count, seed=1000 * seed + size, size=size)):
        archive.writestr(zipfile.ZipInfo(f"{split}/{label}/{size}-{index:03}.png"), png)


def _drawn(*, count: int, seed: int, size: int) -> list[tuple[str, bytes]]:
    pictures, labels, names = draw(count, seed=seed, size=size)
    return [(names[label], _png(Image.fromarray(pixels))) for pixels, label in zip(pictures, labels, strict=True)]


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG")
    return buffer.getvalue()
