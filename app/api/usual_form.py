"""A form of one picture as nearly every client writes it, all of it at hand: taken apart at once, without a parser."""

import re

CONTENT_TYPE = re.compile(r"multipart/form-data; ?boundary=([A-Za-z0-9'()+_,./:=?-]{1,70})")
HEADERS = re.compile(
    rb'(?i:Content-Disposition: form-data; name=)"file"(?i:; filename=)"([^"\\\r\n]{0,255})"\r\n'
    rb"(?i:Content-Type: [ -~]{0,255}\r\n)?\r\n"
)


def only_file(form: bytes, *, content_type: str) -> tuple[bytes, bytes] | None:
    """Return name and content of the only file of a form; None for any other form, which a parser has to judge."""
    told = CONTENT_TYPE.fullmatch(content_type)
    if told is None:
        return None
    delimiter = b"--" + told[1].encode()
    first, last = delimiter + b"\r\n", b"\r\n" + delimiter + b"--\r\n"
    headers = HEADERS.match(form, len(first))
    end = len(form) - len(last)
    if headers is None or headers.end() > end or not form.startswith(first) or not form.endswith(last):
        return None
    content = form[headers.end() : end]
    return None if b"\r\n" + delimiter in content else (headers[1], content)
