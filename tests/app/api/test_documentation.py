import re

from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api.documentation import add_documentation


def test_the_page_asks_no_other_host_and_all_its_files_are_there():
    app = FastAPI(docs_url=None, redoc_url=None)
    add_documentation(app)
    client = TestClient(app)

    page = client.get("/docs").text
    addresses = re.findall(r"(?:href|src)=\"([^\"]+)\"|url: '([^']+)'", page)
    asked = [one or other for one, other in addresses]

    assert "docs/static/swagger-ui-bundle.js" in asked
    assert "openapi.json" in asked
    assert "//" not in "".join(asked)
    assert '"validatorUrl": null' in page
    for address in asked:
        assert client.get(f"/{address}").status_code == 200, address


def test_the_page_works_behind_a_prefix():
    app = FastAPI(docs_url=None, redoc_url=None)
    add_documentation(app)

    page = TestClient(app, root_path="/nncore").get("/nncore/docs").text

    assert "url: 'openapi.json'" in page


def test_every_operation_that_needs_a_key_says_so_and_how_it_is_refused(client):
    document = client.get("/openapi.json").json()
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, operations in document["paths"].items():
        for operation in operations.values():
            is_open = path in ("/livez", "/readyz")
            assert operation.get("security") == (None if is_open else [{"key": []}, {}]), path
            assert {"401", "403", "429"}.issubset(operation["responses"]) is not is_open, path
