"""The page at /, made of files in app/dashboard/; each of them comes from here, so that it works without internet."""

from importlib.resources import as_file, files
from typing import Any, Final

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

STATIC: Final = "/static"
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cache-Control": "no-cache",
}


class _Files(StaticFiles):
    """Files that a browser asks for again each time, so that it never mixes those of two versions."""

    def file_response(self, *args: Any, **more: Any) -> Response:
        """Return a file, or that it is unchanged."""
        response = super().file_response(*args, **more)
        response.headers["Cache-Control"] = "no-cache"
        return response


def add_dashboard(app: FastAPI) -> None:
    """Add the page and its files."""
    with as_file(files("app") / "dashboard") as folder:
        app.mount(STATIC, _Files(directory=folder), name="dashboard")
        page = folder / "index.html"

    def show_page() -> FileResponse:
        return FileResponse(page, headers=HEADERS)

    app.add_api_route("/", show_page, include_in_schema=False)
