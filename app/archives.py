"""A zip archive that a stranger made, read entry by entry in bounded memory, and never unpacked to the disk."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from app.errors import FileTooLarge, InvalidArchive

MAX_DIRECTORY_BYTES = 32 * 2**20  # Python holds the whole list of entries in memory, at some ten times its size
MAX_RATIO = 200
MAX_PATH = 1024  # letters
MAX_FOLDERS = 32
SMALL_ARCHIVE = 64 * 2**20  # bytes unpacked, below which the ratio does not matter
READ_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1

END_RECORD = struct.Struct("<4s4H2LH")
END64_LOCATOR = struct.Struct("<4sLQL")
END64_RECORD = struct.Struct("<4sQ2H2L4Q")
LONGEST_COMMENT = 0xFFFF


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold: entries, bytes of all files unpacked, and bytes of one file."""

    entries: int
    bytes: int
    file_bytes: int


class Archive:
    """The files of an archive, by their paths with forward slashes."""

    def __init__(self, file: zipfile.ZipFile, *, size: int, limits: Limits) -> None:
        """Judge all entries of an archive of `size` bytes before any is read; raises InvalidArchive."""
        entries = file.infolist()
        _check_size(entries, size=size, limits=limits)
        self._file = file
        self._limits = limits
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            if not entry.filename.endswith(("/", "\\")):
                self._add(entry)

    def _add(self, entry: zipfile.ZipInfo) -> None:
        path = _checked_path(entry)
        if path in self._entries:
            _refuse(f"the archive has two entries {path!r}; each file must be in it once")
        self._entries[path] = entry

    @property
    def paths(self) -> list[str]:
        """The paths of all files, sorted, so that the order in which they were packed plays no part."""
        return sorted(self._entries)

    def read(self, path: str) -> bytes:
        """Return the content of a file; raises FileTooLarge, and InvalidArchive where it is damaged."""
        entry = self._entries[path]
        if entry.file_size > self._limits.file_bytes:
            raise FileTooLarge(f"the file has {entry.file_size} bytes; at most {self._limits.file_bytes} are read")
        try:
            with self._file.open(entry) as file:
                return file.read(entry.file_size + 1)  # without a number, all that it unpacks to is unpacked first
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise InvalidArchive(f"{path!r} in the archive is damaged ({error}); pack the archive again") from error


@contextmanager
def open_archive(path: Path, *, limits: Limits) -> Iterator[Archive]:
    """Give an open archive; raises InvalidArchive for one that is broken, encrypted, or made to harm."""
    _check_directory(path)
    try:
        file = zipfile.ZipFile(path)
    except Exception as error:
        raise InvalidArchive(f"the file cannot be read as a zip archive ({error}); pack it again") from error
    with file:
        yield Archive(file, size=path.stat().st_size, limits=limits)


def _check_directory(path: Path) -> None:
    """Judge how long the list of entries says it is, before zipfile reads all of it."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - END_RECORD.size - LONGEST_COMMENT - END64_LOCATOR.size - END64_RECORD.size))
        tail = file.read()
    end = tail.rfind(b"PK\5\6")
    if end < 0 or end + END_RECORD.size > len(tail):
        what = "is empty" if size == 0 else f"begins with {_start(path)!r} and has no list of entries at its end"
        _refuse(f"the file {what}; it must be a zip archive, whole to its last byte")
    length = max(END_RECORD.unpack_from(tail, end)[5], _length_in_64_bits(tail, end))
    if length > MAX_DIRECTORY_BYTES:
        _refuse(f"the list of entries has {length} bytes; at most {MAX_DIRECTORY_BYTES} are read")


def _length_in_64_bits(tail: bytes, end: int) -> int:
    """The length of the list of entries as the record for large archives has it, 0 where there is none."""
    locator, record = end - END64_LOCATOR.size, end - END64_LOCATOR.size - END64_RECORD.size
    if locator < 0 or tail[locator : locator + 4] != b"PK\6\7":
        return 0
    if record < 0 or tail[record : record + 4] != b"PK\6\6":
        _refuse("the record for large archives does not stand right before its locator; pack the archive again")
    return int(END64_RECORD.unpack_from(tail, record)[8])


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8)


def _check_size(entries: list[zipfile.ZipInfo], *, size: int, limits: Limits) -> None:
    if len(entries) > limits.entries:
        _refuse(f"the archive has {len(entries)} entries; at most {limits.entries} are read")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if packed > size:
        _refuse(f"the entries have {packed} bytes and the archive {size}; entries must not share their bytes")
    if unpacked > limits.bytes:
        _refuse(f"the archive has {unpacked} bytes once it is unpacked; at most {limits.bytes} are read")
    if unpacked > SMALL_ARCHIVE and unpacked > MAX_RATIO * packed:
        _refuse(f"the archive unpacks {packed} bytes to {unpacked}; a ratio of at most {MAX_RATIO} is read")


def _checked_path(entry: zipfile.ZipInfo) -> str:
    """Return an entry's path; raises InvalidArchive for one that leaves the archive or cannot be read."""
    path = entry.filename.replace("\\", "/")
    if path.startswith("/") or ".." in path.split("/") or path[1:2] == ":":
        _refuse(f"the archive has an entry {entry.filename!r}, which leads out of it; paths must stay within")
    if len(path) > MAX_PATH or path.count("/") > MAX_FOLDERS:
        _refuse(
            f"the archive has a path of {len(path)} letters and {path.count('/')} folders, {path[:40]!r}...; "
            f"at most {MAX_PATH} and {MAX_FOLDERS} are read"
        )
    if entry.flag_bits & ENCRYPTED:
        _refuse(f"the entry {entry.filename!r} is encrypted; pack the archive without a password")
    if entry.compress_type not in READ_METHODS:
        _refuse(f"the entry {entry.filename!r} is packed by method {entry.compress_type}; deflate or store is right")
    return "/".join(part for part in path.split("/") if part != ".")  # as in ./cat/1.jpg, which some packers write


def _refuse(detail: str) -> NoReturn:
    raise InvalidArchive(detail)
