import re
from importlib.resources import files
from pathlib import Path

import pytest

FOLDER = Path(str(files("app") / "dashboard"))
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file())
LIMIT = 150_000


def test_the_page_allows_itself_nothing_from_elsewhere(client):
    answer = client.get("/")
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert not re.search(r"<script(?![^>]+src=)|<style| style=| on\w+=", answer.text)


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_each_file_is_served_and_kept_until_it_changes(client, file: Path):
    answer = client.get(f"/static/{file.relative_to(FOLDER)}")
    assert answer.content == file.read_bytes()
    assert answer.headers["cache-control"] == "no-cache"
    kinds = {".js": "javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}
    assert kinds[file.suffix] in answer.headers["content-type"]
    again = client.get(answer.url.path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_it_is_small_and_all_of_it_is_used():
    texts = {path: path.read_text(encoding="utf-8") for path in FILES}
    assert sum(len(text.encode()) for text in texts.values()) < LIMIT
    everything = "".join(texts.values())
    unused = [path.name for path in texts if path.name != "index.html" and f"/{path.name}" not in everything]
    assert unused == []


def test_every_import_leads_to_a_file_that_exports_it():
    for path in FOLDER.rglob("*.js"):
        for names, target in re.findall(r"import \{([^}]*)\} from \"([^\"]+)\"", path.read_text(encoding="utf-8")):
            exported = (path.parent / target).read_text(encoding="utf-8")
            for name in filter(None, (name.strip() for name in names.split(","))):
                assert re.search(rf"export (async )?(function|const|class) {name}\b", exported), f"{path}: {name}"
