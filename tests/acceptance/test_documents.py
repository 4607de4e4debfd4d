"""What docs/ says, held against the service."""

import json
import re
import shutil
import tomllib
from pathlib import Path

import httpx
import numpy as np
import pytest
import typer
from PIL import Image

from app.cli import application
from app.client import Client
from app.errors import ServiceError
from app.exports import formats
from app.images import PIPELINE
from app.schemas.hyperparameters import Hyperparameters
from app.settings import Settings
from nncore.errors import NncoreError
from nncore.sample_images import draw

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
BLOCKS = [
    (str(path.relative_to(REPOSITORY)), kind, block)
    for path in [REPOSITORY / "README.md", REPOSITORY / "SECURITY.md", *sorted(DOCS.rglob("*.md"))]
    for kind, block in re.findall(r"(?ms)^```(\w+)\n(.*?)^```", path.read_text(encoding="utf-8"))
]
PROGRAMS = [block for name, kind, block in BLOCKS if kind == "python" and name == "docs/parameter-file.md"]


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


def test_the_way_from_a_picture_to_its_pixels_is_told_as_it_is():
    text = (DOCS / "http-api.md").read_text(encoding="utf-8")
    assert f'"version": {PIPELINE["version"]}, "shape": {json.dumps(PIPELINE["shape"])}' in text
    assert [value for value in PIPELINE.values() if isinstance(value, str) and json.dumps(value) not in text] == []

    documented = re.findall(r"^\| (`\w+:.*?) \|", text, flags=re.MULTILINE)
    told = {re.sub(r"\d+(/\d+)?$", "", action) for line in documented for action in re.findall(r"`(.+?)`", line)}
    sources = [REPOSITORY / "app" / name for name in ("images.py", "image_modes.py", "colour_profile.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    kinds = "frame|draft|colour|depth|matte|exif|icc"
    found = re.findall(rf'"((?:{kinds}):[^"{{]*)', code)
    assert {re.sub(r"\d+(/\d*)?$", "", action) for action in found} == told


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


@pytest.mark.parametrize("code", PROGRAMS, ids=lambda code: code.split("import ", 1)[1].split()[0].strip(","))
def test_a_program_says_what_the_service_says(remote: Client, trained: str, tmp_path: Path, monkeypatch, code: str):
    picture = square_picture(tmp_path / "picture.png")
    parameters = remote.parameters(trained, 1)
    (tmp_path / "shapes.h5").write_bytes(parameters)
    (tmp_path / "shapes-1.onnx").write_bytes(formats.export(parameters, form="onnx"))
    monkeypatch.chdir(tmp_path)

    names: dict = {}
    exec(compile(code, "a document", "exec"), names)

    expected = list(remote.predict([picture], model=trained)["predictions"][0]["probabilities"].values())
    assert np.ravel(names["probabilities"]) == pytest.approx(expected, rel=1e-6)


def test_a_prediction_takes_ten_lines_of_numpy():
    [code] = [code for code in PROGRAMS if "h5py" in code]

    assert len([line for line in code.splitlines() if line and not re.match(r"import|from|print", line)]) <= 10


def test_every_program_and_line_for_curl_stands_where_it_is_run():
    assert {name for name, kind, _ in BLOCKS if kind == "python"} == {"README.md", "docs/parameter-file.md"}
    with_curl = {name for name, _, block in BLOCKS if re.search(r"^curl ", block, flags=re.MULTILINE)}

    assert with_curl == {"README.md", "docs/http-api.md"}
    assert {kind for name, kind, block in BLOCKS if "curl " in block} == {"sh"}


def test_every_command_in_a_block_is_one():
    text = "".join(block.replace("\\\n", " ") for _, _, block in BLOCKS)
    called = re.findall(r"(?m)^(?:\w+=\S+ )*(?:[\w.]+/)*nncore (.*)$", text)

    assert len(called) >= 7
    for line in called:
        command, words = typer.main.get_command(application), line.split()
        while words and words[0] in getattr(command, "commands", ()):
            command = command.commands[words.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


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
