import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.archives import Archive, Limits, open_archive
from app.errors import FileTooLarge, InvalidArchive

LIMITS = Limits(entries=10, bytes=100_000_000, file_bytes=1000)
FILES = {"cat/b.jpg": b"second", "cat/a.jpg": b"first", "dog/": b""}


def packed(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def contents(path: Path, data: bytes, limits: Limits = LIMITS) -> dict[str, bytes]:
    path.write_bytes(data)
    with open_archive(path, limits=limits) as archive:
        return {name: archive.read(name) for name in archive.paths}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_files_are_read_in_the_order_of_their_paths(tmp_path: Path, method: int) -> None:
    found = contents(tmp_path / "a.zip", packed(FILES, method))
    assert list(found.items()) == [("cat/a.jpg", b"first"), ("cat/b.jpg", b"second")]


def test_backslashes_are_slashes(tmp_path: Path) -> None:
    data = packed({"cat/a.jpg": b"x"}).replace(b"cat/a.jpg", b"cat\\a.jpg")
    assert contents(tmp_path / "a.zip", data) == {"cat/a.jpg": b"x"}


def test_a_folder_whose_path_ends_in_a_backslash_is_no_file(tmp_path: Path) -> None:
    data = packed({"cat/a.jpg": b"x", "cat-": b""}).replace(b"cat-", b"cat\\")
    assert contents(tmp_path / "a.zip", data) == {"cat/a.jpg": b"x"}


def test_a_dot_for_the_folder_itself_is_left_out_of_a_path(tmp_path: Path) -> None:
    assert contents(tmp_path / "a.zip", packed({"./": b"", "./cat/./a.jpg": b"x"})) == {"cat/a.jpg": b"x"}


@pytest.mark.parametrize("path", ["../out", "cat/../../out", "/etc/out", "C:/out", "..\\out", "\\\\host\\out"])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, path: str) -> None:
    data = packed({"x" * len(path): b"x"}).replace(b"x" * len(path), path.encode())
    with pytest.raises(InvalidArchive, match="leads out"):
        contents(tmp_path / "a.zip", data)


def test_two_dots_within_a_name_are_no_way_out(tmp_path: Path) -> None:
    assert contents(tmp_path / "a.zip", packed({"cat/my..cat.jpg": b"x"})) == {"cat/my..cat.jpg": b"x"}


@pytest.mark.parametrize("path", ["cat/" + "x" * 1100 + ".jpg", "a/" * 33 + "x.jpg"])
def test_a_path_that_is_too_long_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(InvalidArchive, match=r"at most 1024 and 32 are read"):
        contents(tmp_path / "a.zip", packed({path: b"x"}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    data = packed({"cat/a.jpg": b"x", "cat/b.jpg": b"y"}).replace(b"cat/b.jpg", b"cat/a.jpg")
    with pytest.raises(InvalidArchive, match=r"two entries 'cat/a\.jpg'"):
        contents(tmp_path / "a.zip", data)


def test_names_that_differ_in_their_case_are_two(tmp_path: Path) -> None:
    assert len(contents(tmp_path / "a.zip", packed({"cat/a.jpg": b"x", "cat/A.jpg": b"y"}))) == 2


def test_entries_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    """A bomb without a great ratio: many names for the same bytes."""
    content = b"".join(zlib.crc32(bytes([byte])).to_bytes(4, "big") for byte in range(200))
    data = packed({"cat/0.jpg": content}, zipfile.ZIP_STORED)
    start, end = data.index(b"PK\1\2"), data.rindex(b"PK\5\6")
    names = b"".join(data[start:end].replace(b"cat/0", b"cat/%d" % number) for number in range(9))
    record = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, len(names), start, 0)
    with pytest.raises(InvalidArchive, match="must not share their bytes"):
        contents(tmp_path / "a.zip", data[:start] + names + record)


def test_a_link_is_a_file_with_a_path_in_it(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("cat/link.jpg")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert contents(tmp_path / "a.zip", buffer.getvalue()) == {"cat/link.jpg": b"/etc/passwd"}


def test_an_archive_within_an_archive_is_a_file(tmp_path: Path) -> None:
    inner = packed({"cat/a.jpg": bytes(5000)})
    assert contents(tmp_path / "a.zip", packed({"cat/inner.zip": inner})) == {"cat/inner.zip": inner}


@pytest.mark.parametrize(
    ("name", "read"), [(b"\xe4\xf6.jpg", "\u03a3\u00f7.jpg"), (b"a\xff\xa0.jpg", "a\u00a0\u00e1.jpg")]
)
def test_a_name_that_is_no_utf8_is_read_as_zip_has_it(tmp_path: Path, name: bytes, read: str) -> None:
    data = packed({"c/" + "q" * len(name): b"x"}).replace(b"q" * len(name), name)
    assert list(contents(tmp_path / "a.zip", data)) == ["c/" + read]


def test_a_name_that_is_broken_utf8_is_refused(tmp_path: Path) -> None:
    data = packed({"cat/\u00fc.jpg": b"x"}).replace("\u00fc".encode(), b"\xff\xfe")
    with pytest.raises(InvalidArchive, match="cannot be read as a zip archive"):
        contents(tmp_path / "a.zip", data)


@pytest.mark.long
def test_a_hundred_thousand_entries_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed({f"cat/{number}.jpg": b"" for number in range(100_000)}, zipfile.ZIP_STORED))
    with open_archive(path, limits=Limits(entries=100_000, bytes=1000, file_bytes=10)) as archive:
        assert len(archive.paths) == 100_000


def test_an_encrypted_entry_is_refused(tmp_path: Path) -> None:
    data = bytearray(packed({"cat/a.jpg": b"x"}))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(InvalidArchive, match=r"'cat/a\.jpg' is encrypted"):
        contents(tmp_path / "a.zip", bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_are_refused(tmp_path: Path, method: int) -> None:
    with pytest.raises(InvalidArchive, match=f"method {method}"):
        contents(tmp_path / "a.zip", packed(FILES, method))


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArchive, match="11 entries; at most 10"):
        contents(tmp_path / "a.zip", packed({f"cat/{index}": b"" for index in range(11)}))


def test_too_many_bytes_are_refused(tmp_path: Path) -> None:
    limits = Limits(entries=10, bytes=10, file_bytes=1000)
    with pytest.raises(InvalidArchive, match="11 bytes once it is unpacked; at most 10"):
        contents(tmp_path / "a.zip", packed(FILES), limits)


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    with pytest.raises(InvalidArchive, match="ratio"):
        contents(tmp_path / "a.zip", packed({"cat/a.bmp": bytes(70_000_000)}))


def test_a_file_that_is_too_large_is_no_fault_of_the_archive(tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge, match="1001 bytes; at most 1000"):
        contents(tmp_path / "a.zip", packed({"cat/a.jpg": bytes(1001)}))


def test_no_more_is_unpacked_than_an_entry_declares(tmp_path: Path) -> None:
    data = packed({"cat/a.jpg": bytes(900_000)})
    lying = data.replace(struct.pack("<L", 900_000), struct.pack("<L", 900))
    with pytest.raises(InvalidArchive, match="damaged"):
        contents(tmp_path / "a.zip", lying)


def test_what_an_entry_does_not_declare_takes_no_memory(tmp_path: Path) -> None:
    bomb, declared = packed({"cat/a.jpg": bytes(200_000_000)}), zlib.crc32(bytes(900))
    lying = bomb.replace(struct.pack("<L", 200_000_000), struct.pack("<L", 900))
    lying = lying.replace(struct.pack("<L", zlib.crc32(bytes(200_000_000))), struct.pack("<L", declared))
    tracemalloc.start()
    try:
        assert contents(tmp_path / "a.zip", lying) == {"cat/a.jpg": bytes(900)}
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_damaged_entry_is_refused(tmp_path: Path) -> None:
    data = packed({"cat/a.jpg": b"some content"}, zipfile.ZIP_STORED).replace(b"some", b"same", 1)
    with pytest.raises(InvalidArchive, match=r"'cat/a\.jpg' in the archive is damaged"):
        contents(tmp_path / "a.zip", data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\xff\xd8\xff\xe0 no zip", "must be a zip archive"),
        (packed(FILES)[:-40], "must be a zip archive"),
        (packed(FILES)[40:], "cannot be read as a zip archive|damaged"),
        (packed(FILES)[:-22] + b"PK\5\6" + bytes(10), "must be a zip archive"),
    ],
)
def test_a_broken_archive_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(InvalidArchive, match=message):
        contents(tmp_path / "a.zip", data)


def test_a_list_of_entries_that_would_fill_the_memory_is_not_read(tmp_path: Path) -> None:
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 33 * 2**20, 0, 0)
    with pytest.raises(InvalidArchive, match="list of entries has 34603008 bytes"):
        contents(tmp_path / "a.zip", b"PK\3\4" + bytes(100) + end)


def with_64_bits(data: bytes, length: int, between: bytes = b"") -> bytes:
    """Put the records for large archives before the end record."""
    end = data.rindex(b"PK\5\6")
    start = data.index(b"PK\1\2")
    count = data.count(b"PK\1\2")
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    return data[:end] + record + between + locator + data[end:]


def test_an_archive_with_records_for_large_ones_is_read(tmp_path: Path) -> None:
    data = packed(FILES)
    length = data.rindex(b"PK\5\6") - data.index(b"PK\1\2")
    assert len(contents(tmp_path / "a.zip", with_64_bits(data, length))) == 2


def test_the_length_in_a_record_for_large_archives_counts(tmp_path: Path) -> None:
    with pytest.raises(InvalidArchive, match="list of entries has 99999999 bytes"):
        contents(tmp_path / "a.zip", with_64_bits(packed(FILES), 99_999_999))


def test_a_record_for_large_archives_in_another_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArchive, match="right before its locator"):
        contents(tmp_path / "a.zip", with_64_bits(packed(FILES), 100, between=b"12345"))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_archives_are_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    damaged = bytearray(packed(FILES))
    for _ in range(data.draw(st.integers(1, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "a.zip"
    path.write_bytes(damaged[: data.draw(st.integers(len(damaged) - 30, len(damaged)))])
    try:
        with open_archive(path, limits=LIMITS) as archive:
            assert isinstance(archive, Archive)
            assert sum(len(archive.read(name)) for name in archive.paths) <= 10_000
    except (InvalidArchive, FileTooLarge):
        pass
