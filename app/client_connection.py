"""The connection of a client: requests, lists page by page, forms and server-sent events."""

import json
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any, NoReturn

import httpx

from app.client_errors import ClientError, Json, Unreachable, refused, stranger
from app.client_upload import form_of

NEVER_PROXIED = {"all://127.0.0.1": None, "all://localhost": None, "all://[::1]": None}


class Connection:
    """A service at an address; every method raises Unreachable or Refused, and ClientError for what cannot be sent.

    `timeout` is in seconds, for each step of a call.
    """

    def __init__(self, server: str, *, key: str | None, timeout: float) -> None:
        self.server = server
        if key is not None and not (key.isascii() and key.isprintable()):
            raise ClientError("the key is none of nncore: all of its characters are ASCII; look at NNCORE_KEY")
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        try:
            self._http = httpx.Client(base_url=server, headers=headers, timeout=timeout, mounts=NEVER_PROXIED)
        except httpx.InvalidURL as error:
            message = f"{server!r} is no address of a service ({error}); http://127.0.0.1:8000 would be right"
            raise ClientError(message) from error

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Return the answer to a request."""
        try:
            response = self._http.request(method, path, **more)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise Unreachable.because(error, server=self.server) from error
        except ValueError as error:  # of what JSON has no number or no letter for
            raise _unsendable(error) from error
        if not response.is_success:
            raise refused(response)
        return response

    def delete(self, path: str) -> None:
        """Delete what is at a path."""
        response = self.call("DELETE", path)
        if response.status_code != HTTPStatus.NO_CONTENT:
            raise stranger(response)

    def content(self, method: str, path: str, *, kind: str, **more: Any) -> bytes:
        """Return the bytes of an answer, whose media type begins with `kind`."""
        response = self.call(method, path, **more)
        found = response.headers.get("Content-Type") or "nothing"
        if not found.startswith(kind):
            raise ClientError(f"{response.url} answered with {found}, where {kind} is right")
        return response.content

    def json(self, method: str, path: str, **more: Any) -> Json:
        """Return the JSON of an answer."""
        response = self.call(method, path, **more)
        try:
            answer = response.json()
        except ValueError as error:
            raise stranger(response) from error
        if not isinstance(answer, dict):
            raise stranger(response)
        return _Answer(answer, of=response)

    def pages(self, path: str, **filters: str | None) -> Iterator[Json]:
        """Go through a list, page by page."""
        query = {name: value for name, value in filters.items() if value is not None}
        while True:
            page = self.json("GET", path, params=query)
            yield from page["items"]
            if page["next"] is None:
                return
            query["cursor"] = page["next"]

    def upload(self, path: str, files: dict[str, Any], **more: Any) -> Json:
        """Send files, by field, and return the JSON of the answer; raises ClientError for one that cannot be read."""
        with form_of(files) as parts:
            return self.json("POST", path, files=parts, **more)

    def stream(self, method: str, path: str, **more: Any) -> Iterator[Json]:
        """Go through the server-sent events of one connection: dicts of id, event and data."""
        try:
            with self._http.stream(method, path, **more) as response:
                if not response.is_success:
                    response.read()
                    raise refused(response)
                yield from _events(response.iter_lines())
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise Unreachable.because(error, server=self.server) from error
        except UnicodeEncodeError as error:
            raise _unsendable(error) from error


def _unsendable(error: ValueError) -> ClientError:
    return ClientError(f"this cannot be sent: {error}; numbers have to be finite, and texts UTF-8")


class _Answer(Json):
    """The JSON of an answer: where a field is not there that nncore always sends, another service has answered."""

    def __init__(self, told: Json, *, of: httpx.Response) -> None:
        super().__init__(told)
        self._response = of

    def __missing__(self, name: str) -> NoReturn:
        raise stranger(self._response)


def _events(lines: Iterable[str]) -> Iterator[Json]:
    """Read server-sent events: fields in lines, and an empty line after each event."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        fields[name] = value.removeprefix(" ")
        if not line and "data" in fields:
            yield {"id": int(fields.get("id", 0)), "event": fields["event"], "data": json.loads(fields["data"])}
        if not line:
            fields = {}
