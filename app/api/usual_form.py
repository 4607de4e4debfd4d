"""A form of one picture as nearly every client writes it, all of it at hand: taken apart at once, without a parser."""

import re

CONTENT_TYPE = re.compile(r"multipart/form-data; ?boundary=([A-Za-z0-9'()+_,./:=?-]{1,70})")
PART = re.compile(
    rb'\r\n(?i:Content-Disposition: form-data; name=)"file"(?i:; filename=)"([^"\\\r\n]{0,255})"\r\n'
    rb"(?i:Content-Type: [ -~]{0,255}\r\n)?\r\n(.*)\r\n",
    re.DOTALL,
)


def only_file(form: bytes, *, content_type: str) -> tuple[bytes, bytes] | None:
    """Return name and content of the only file of a form; None for any other form, which a parser has to judge."""
    told = CONTENT_TYPE.fullmatch(content_type)
    if told is None:
        return None
    before, *parts = form.split(b"--" + told[1].encode(), maxsplit=3)
    if before or len(parts) != 2 or parts[1] != b"--\r\n":
        return None
    file = PART.fullmatch(parts[0])
    return None if file is None else (file[1], file[2])
