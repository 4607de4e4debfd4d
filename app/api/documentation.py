"""/docs: the page to try the API on; each of its files comes from here, so that it works without internet."""

from importlib.resources import as_file, files

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

STATIC = "docs/static"


def add_documentation(app: FastAPI) -> None:
    """Add the page and its files; the application has been made with docs_url=None and redoc_url=None."""
    with as_file(files("fastapi_offline") / "static") as folder:
        app.mount(f"/{STATIC}", StaticFiles(directory=folder), name="documentation")
    app.add_api_route("/docs", show_documentation, include_in_schema=False)


def show_documentation() -> HTMLResponse:
    """Return the page; its addresses are relative, so that it also works behind a prefix."""
    return get_swagger_ui_html(
        openapi_url="openapi.json",
        title="nncore",
        swagger_js_url=f"{STATIC}/swagger-ui-bundle.js",
        swagger_css_url=f"{STATIC}/swagger-ui.css",
        swagger_favicon_url=f"{STATIC}/favicon.png",
        swagger_ui_parameters={"validatorUrl": None},  # else it asks a server on the internet
    )
