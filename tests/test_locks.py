"""The locked dependencies: complete, hashed, and silent about where they came from."""

import re
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME, CLUSTER, TEST = "requirements.lock", "requirements-cluster.lock", "requirements-test.lock"


@pytest.mark.parametrize("lock", [RUNTIME, CLUSTER, TEST])
def test_every_version_has_a_hash(lock: str):
    entries = re.split(r"\n(?=\S)", (REPOSITORY / lock).read_text(encoding="utf-8").strip())

    assert len(entries) > 50
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", [RUNTIME, CLUSTER, TEST])
def test_all_pythons_get_the_same_versions(lock: str):
    locked = re.findall(r"^(\S+)==", (REPOSITORY / lock).read_text(encoding="utf-8"), re.MULTILINE)

    assert len(locked) == len(set(locked))


@pytest.mark.parametrize("lock", [RUNTIME, CLUSTER, TEST])
def test_no_host_is_named(lock: str):
    text = (REPOSITORY / lock).read_text(encoding="utf-8")

    assert re.findall(r"://|--(?:extra-)?index-url|--find-links|--trusted-host|file:", text) == []


def test_what_the_project_asks_for_is_locked():
    needed = PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]
    extras = PROJECT["project"]["optional-dependencies"]
    tested = needed + extras["test"]

    assert names(needed) <= versions(RUNTIME).keys()
    assert names(needed + extras["postgresql"] + extras["s3"]) <= versions(CLUSTER).keys()
    assert names(tested) <= versions(TEST).keys()


@pytest.mark.parametrize("lock", [RUNTIME, CLUSTER])
def test_tests_use_the_versions_that_operators_get(lock: str):
    tested = versions(TEST)

    assert {name: tested[name] for name in versions(lock)} == versions(lock)


def names(requirements: list[str]) -> set[str]:
    return {re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-") for requirement in requirements}


def versions(lock: str) -> dict[str, str]:
    text = (REPOSITORY / lock).read_text(encoding="utf-8")
    return {line.partition("==")[0].partition("[")[0]: line for line in re.findall(r"^\S+==.*", text, re.MULTILINE)}
