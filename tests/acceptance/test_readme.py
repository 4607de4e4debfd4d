"""What the README says, pasted as it stands."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import h5py

REPOSITORY = Path(__file__).parents[2]


def test_its_lines_work_one_after_the_other(paste, service: str, pictures: tuple[Path, Path], tmp_path: Path):
    shutil.copytree(pictures[0].parent, tmp_path / "data" / "demo")

    pasted = paste("README.md", folder=tmp_path)

    answers = [output for block, output in pasted if "/predict" in block]
    assert len(pasted) >= 6
    assert answers
    assert {json.loads(answer)["predictions"][0]["label"] for answer in answers} == {"ring"}
    assert "urn:nncore:problem" not in "".join(output for _, output in pasted)
    with h5py.File(tmp_path / "shapes.h5") as file:
        assert file["parameters/W1"].shape == (20, 12288)
    [program] = re.findall(r"(?ms)^```python\n(.*?)^```", (REPOSITORY / "README.md").read_text(encoding="utf-8"))
    command = [sys.executable, "-c", program.replace("http://127.0.0.1:8000", service)]
    assert "'label': 'ring'" in subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout


def test_its_tree_names_every_file():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    tree = re.search(r"## Where things are\n+```text\n(.*?)```", readme, flags=re.DOTALL)[1]

    assert named(tree) == there("nncore", "app")
    assert len(re.findall(r"\.py ", tree)) == len(named(tree))


def test_its_links_lead_somewhere():
    for document in [REPOSITORY / "README.md", *REPOSITORY.glob("docs/**/*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)[^):]*\)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), f"{document}: {link}"


def named(tree: str) -> set[str]:
    """Return the Python files of a tree: a name that ends with / opens a folder, deeper lines are in it."""
    files, folders = set(), {}
    for line in tree.splitlines():
        depth, name = len(line) - len(line.lstrip()), line.split()[0]
        folders[depth] = name
        parents = [folders[above] for above in sorted(folders) if above < depth]
        if name.endswith(".py"):
            files.add("".join([*parents, name]))
    return {file for file in files if file.startswith(("nncore/", "app/"))}


def there(*packages: str) -> set[str]:
    found = {str(path.relative_to(REPOSITORY)) for package in packages for path in (REPOSITORY / package).rglob("*.py")}
    return {path for path in found if not path.endswith("__init__.py") and "/migrations/" not in path}
