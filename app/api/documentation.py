"""/docs: the page to try the API on; each of its files comes from here, so that it works without internet.

What stands in front of all operations, keys and limits, is added to the OpenAPI document here.
"""

from copy import deepcopy
from importlib.resources import as_file, files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from app.api.authorization import needed_scope
from app.errors import Forbidden, TooManyRequests, Unauthorized, openapi_responses

STATIC = "docs/static"
BEARER = "key"
SCHEME = {"type": "http", "scheme": "bearer", "description": "A key; none is needed where keys are off."}
BEFORE_ALL = openapi_responses(Unauthorized, Forbidden, TooManyRequests)


def add_documentation(app: FastAPI) -> None:
    """Add the page and its files; the application has been made with docs_url=None and redoc_url=None."""
    with as_file(files("fastapi_offline") / "static") as folder:
        app.mount(f"/{STATIC}", StaticFiles(directory=folder), name="documentation")
    app.add_api_route("/docs", show_documentation, include_in_schema=False)
    build = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _add_keys(build())
        return build()

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _add_keys(document: dict[str, Any]) -> None:
    """Say that a key may be needed, and what is answered where it does not do or comes too often."""
    document.setdefault("components", {})["securitySchemes"] = {BEARER: SCHEME}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if needed_scope(method.upper(), path) is not None:
                operation["security"] = [{BEARER: []}, {}]
                for status, answer in BEFORE_ALL.items():
                    operation["responses"].setdefault(str(status), deepcopy(answer))


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
