"""What docs/ says, held against the service."""

import json
import re
import shutil
import tomllib
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from app.client import Client
from app.errors import ServiceError
from app.schemas import Hyperparameters
from app.settings import Settings
from nncore.errors import NncoreError
from nncore.sample_images import draw

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"


def test_the_examples_of_the_http_api_answer_as_shown(paste, pictures: tuple[Path, Path], tmp_path: Path):
    shutil.copytree(pictures[0].parent, tmp_path / "data" / "demo")
    text = (DOCS / "http-api.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"```sh\n([^`]*)```\n+```json\n(.*?)```", text, flags=re.DOTALL))

    pasted = paste("docs/http-api.md", folder=tmp_path)

    assert len(shown) >= 10
    assert set(shown) <= {block for block, _ in pasted}
    for block, output in pasted:
        if block in shown:
            assert agree(json.loads(shown[block]), json.loads(output)), f"{block}{output}"


def test_every_path_of_the_service_stands_in_the_http_api(service: str):
    text = (DOCS / "http-api.md").read_text(encoding="utf-8")
    for path, operations in httpx.get(f"{service}/openapi.json").json()["paths"].items():
        for method in operations:
            assert f"| `{method.upper()} {path}` |" in text


def test_every_code_of_a_problem_stands_in_the_http_api():
    text = (DOCS / "http-api.md").read_text(encoding="utf-8")

    ours = [kind for kind in [ServiceError, *below(NncoreError)] if kind.__module__.startswith(("app.", "nncore."))]
    assert [kind.code for kind in ours if f"`{kind.code}`" not in text] == []
    assert len(ours) > 20
    statuses = re.findall(r"^\| (\d{3}) \| `", text, flags=re.MULTILINE)
    assert statuses == sorted(set(statuses))


def test_the_settings_table_is_complete():
    text = (DOCS / "operations.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| `NNCORE_(\w+)` \| ([^|]+) \|", text, flags=re.MULTILINE))

    assert sorted(table) == sorted(name.upper() for name in Settings.model_fields)
    for name, field in Settings.model_fields.items():
        if field.default_factory is None:
            default = "none" if field.default is None else f"`{field.default}`"
            assert table[name.upper()] == default, name


def test_the_table_of_hyperparameters_is_complete():
    text = (DOCS / "http-api.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| `(\w+)` \| `([^|]+)` \|", text.split("### Hyperparameters")[1], flags=re.MULTILINE))

    defaults = Hyperparameters().model_dump(mode="json")
    assert {name: value.strip('"') for name, value in table.items() if name in defaults} == {
        name: json.dumps(value).strip('"') for name, value in defaults.items()
    }


def test_a_prediction_in_ten_lines_of_numpy(remote: Client, trained: str, tmp_path: Path, monkeypatch):
    text = (DOCS / "parameter-file.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, flags=re.DOTALL)[1]
    picture = square_picture(tmp_path / "picture.png")
    (tmp_path / "shapes.h5").write_bytes(remote.parameters(trained, 1))
    monkeypatch.chdir(tmp_path)

    names: dict = {}
    exec(compile(code, "parameter-file.md", "exec"), names)

    assert len([line for line in code.splitlines() if line and not re.match(r"import|from|print", line)]) <= 10
    expected = remote.predict([picture], model=trained)["predictions"][0]["probabilities"]
    told = dict(zip(names["classes"], names["probabilities"], strict=True))
    assert told == pytest.approx(expected, rel=1e-12)


def test_the_changelog_knows_the_version():
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]

    assert f"## {version}" in (REPOSITORY / "CHANGELOG.md").read_text()


def below(kind: type) -> list[type]:
    return [each for child in kind.__subclasses__() for each in (child, *below(child))]


def square_picture(path: Path) -> Path:
    Image.fromarray(np.squeeze(draw(1, seed=99, size=64)[0])).save(path)
    return path


def agree(shown, answered) -> bool:
    """Whether two answers have the same names and kinds, whatever their values; null may stand for any."""
    if shown is None or answered is None:
        return True
    if isinstance(shown, dict):
        return shown.keys() == answered.keys() and all(agree(shown[name], answered[name]) for name in shown)
    if isinstance(shown, list):
        return all(map(agree, shown, answered))
    return isinstance(shown, int | float) == isinstance(answered, int | float)


def test_every_promise_of_security_has_its_test():
    text = (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/\S+\.py)::(\w+)`", text)

    assert len(named) > 15
    for file, name in named:
        assert f"def {name}(" in (REPOSITORY / file).read_text(encoding="utf-8"), f"{file}::{name}"
