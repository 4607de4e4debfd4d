"""Pictures of a form, each as soon as its last byte is there, so that none waits for those behind it."""

import re
import reprlib
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.api.body import Body
from app.api.form import NO_FILE, refuse_unknown, text
from app.api.preamble import without_preamble
from app.errors import FieldProblem, FileTooLarge, InvalidRequest, MalformedRequest, ServiceError, TooManyFiles

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FIELD = "file"
ENCODED_FILENAME = re.compile(rb";\s*filename\*\s*=\s*[\w-]*'[^';]*'([^;\s]*)", re.IGNORECASE)


@dataclass(frozen=True)
class SentFile:
    """A file that should be a picture: its bytes, or why they were not kept."""

    filename: str | None
    content: bytes | ServiceError


async def form_files(body: Body, *, most: int, most_bytes: int) -> AsyncIterator[SentFile]:
    """Yield the files of a form while it comes in; of a file that is too large nothing is kept but its error.

    The first file of a form ends it if it is too large: nobody can know whether others follow.

    Raises MalformedRequest, InvalidRequest, FileTooLarge and TooManyFiles, as soon as the form says what is wrong.
    """
    form = _Form(most=most, most_bytes=most_bytes)
    try:
        boundary = _boundary(body.content_type)
        parser = MultipartParser(boundary, form.callbacks())
        async for chunk in without_preamble(body, boundary=boundary):
            parser.write(chunk)
            while form.files:
                yield form.files.popleft()
    except FormParserError as error:
        raise MalformedRequest(f"the body is no form: {error}") from error
    if not form.ended:
        raise MalformedRequest("the form ends before its closing boundary; send all of it")
    if form.count == 0:
        _refuse("there is no picture; send one or more files as fields named `file`")


class _Form:
    """What the parser has told of a form so far."""

    def __init__(self, *, most: int, most_bytes: int) -> None:
        self.files: deque[SentFile] = deque()
        self.count = 0
        self.ended = False
        self._most = most
        self._most_bytes = most_bytes
        self._name = self._value = b""

    def callbacks(self) -> "MultipartCallbacks":
        """Return what the parser is to call."""
        return {
            "on_part_begin": self.part_begin,
            "on_header_field": self.header_field,
            "on_header_value": self.header_value,
            "on_header_end": self.header_end,
            "on_headers_finished": self.headers_finished,
            "on_part_data": self.part_data,
            "on_part_end": self.part_end,
            "on_end": self.end,
        }

    def part_begin(self) -> None:
        """Expect the headers of the next part."""
        self._name = self._value = self._disposition = b""

    def header_field(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's name."""
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's value."""
        self._value += data[start:end]

    def header_end(self) -> None:
        """Keep the one header that matters."""
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        self._name = self._value = b""

    def headers_finished(self) -> None:
        """Judge a part by its headers, before its content is read."""
        _, options = parse_options_header(self._disposition)
        if b"name" not in options:
            raise MalformedRequest("a part has no name; right is `Content-Disposition: form-data; name=...`")
        refuse_unknown([text(options[b"name"])], known=[FIELD])
        filename = options.get(b"filename") or _encoded_filename(self._disposition)
        if filename is None and b"filename" not in options:
            _refuse(NO_FILE)
        self.count += 1
        if self.count > self._most:
            raise TooManyFiles(f"the form has more than {self._most} files; send them in several requests")
        self._filename = text(filename or b"")
        self._content = bytearray()
        self._size = 0

    def part_data(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a file, unless it is too large already; raises FileTooLarge where no other came before."""
        self._size += end - start
        if self._size <= self._most_bytes:
            self._content += data[start:end]
        elif self.count == 1:
            raise FileTooLarge(
                f"the file {reprlib.repr(self._filename)} has {self._size} bytes or more; at most {self._most_bytes} "
                "are read"
            )
        else:
            self._content.clear()

    def part_end(self) -> None:
        """Hand a file over."""
        too_large = f"the file has {self._size} bytes; at most {self._most_bytes} are read"
        content = bytes(self._content) if self._size <= self._most_bytes else FileTooLarge(too_large)
        self.files.append(SentFile(filename=self._filename, content=content))

    def end(self) -> None:
        """Note that the closing boundary has come."""
        self.ended = True


def _boundary(content_type: str) -> bytes:
    _, options = parse_options_header(content_type)
    if not options.get(b"boundary"):
        raise MalformedRequest("the type of the form names no boundary; right is `multipart/form-data; boundary=...`")
    return options[b"boundary"]


def _encoded_filename(disposition: bytes) -> bytes | None:
    """Return a name that is told in the form of RFC 8187 alone, `filename*=UTF-8''caf%C3%A9.jpg`."""
    found = ENCODED_FILENAME.search(disposition)
    return None if found is None else unquote_to_bytes(found[1])


def _refuse(detail: str) -> NoReturn:
    raise InvalidRequest(f"/{FIELD}: {detail}", errors=[FieldProblem(pointer=f"/{FIELD}", detail=detail)])
