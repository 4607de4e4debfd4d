"""Files that are no picture, or made to harm: each is refused with a code of its own, and the service goes on."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from app.client import Client, Refused

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


def test_each_has_its_own_code(remote: Client, trained: str, pictures: tuple[Path, Path], tmp_path: Path):
    files = hostile_files(pictures[1])
    codes = {name: code_of(remote, trained, tmp_path / name, data) for name, data in files.items()}

    assert codes == {
        "page.pdf": "unsupported-image-format",
        "empty.jpg": "empty-file",
        "truncated.jpg": "truncated-image",
        "cat.jpg": "not-an-image",
        "huge.png": "too-many-pixels",
    }
    assert remote.ready()


def test_among_others_the_error_stands_in_its_place(remote: Client, trained: str, pictures, tmp_path: Path):
    text = tmp_path / "cat.jpg"
    text.write_text("meow")

    answer = remote.predict([pictures[1], text, pictures[1]], model=trained)

    first, second, third = answer["predictions"]
    assert second["filename"] == "cat.jpg"
    assert second["error"]["code"] == "not-an-image"
    assert first == third
    assert first["label"] in ("ring", "star")


def test_a_broken_dataset_is_refused_and_leaves_nothing(remote: Client, tmp_path: Path):
    broken = tmp_path / "broken.h5"
    broken.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(200))

    with pytest.raises(Refused) as refused:
        remote.import_hdf5("broken", broken)

    assert refused.value.status == 422
    assert refused.value.code == "invalid-dataset"
    assert "broken" not in [dataset["name"] for dataset in remote.datasets()]


def code_of(remote: Client, model: str, path: Path, data: bytes):
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        remote.predict([path], model=model)
    assert 400 <= refused.value.status < 500
    return refused.value.code


def hostile_files(picture: Path) -> dict[str, bytes]:
    return {
        "page.pdf": PDF,
        "empty.jpg": b"",
        "truncated.jpg": jpeg(picture)[:600],
        "cat.jpg": b"a text that somebody called cat.jpg\n",
        "huge.png": png_that_claims(60_000, 60_000),
    }


def jpeg(picture: Path) -> bytes:
    buffer = io.BytesIO()
    Image.open(picture).save(buffer, format="JPEG")
    return buffer.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width // 8 + 1) * 1000))
    chunks = [(b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
