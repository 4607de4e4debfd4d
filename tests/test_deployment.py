"""What compose.yaml, deploy/ and the Dockerfile say to one another and to the service."""

import importlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from distributed.cli import dask_scheduler, dask_worker

from app.api import health
from app.cli import application
from app.settings import Settings

REPOSITORY = Path(__file__).parents[1]
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "compose.yaml").read_text(encoding="utf-8"))
KUBERNETES = REPOSITORY / "deploy" / "kubernetes"
OURS = {name: one for name, one in COMPOSE["services"].items() if one["image"].startswith("nncore")}
PATHS = {route.path for route in health.router.routes}
SETTINGS = {f"NNCORE_{name.upper()}" for name in Settings.model_fields}
DASK = {"dask scheduler": dask_scheduler.main, "dask worker": dask_worker.main}


def documents(folder: str) -> list[dict[str, Any]]:
    files = sorted((KUBERNETES / folder).glob("*.yaml"))
    return [one for file in files for one in yaml.safe_load_all(file.read_text(encoding="utf-8"))]


def deployments(folder: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Give the name, the pod and the container of each deployment that stands there whole."""
    for document in documents(folder):
        if document["kind"] == "Deployment" and "selector" in document["spec"]:
            pod = document["spec"]["template"]["spec"]
            [container] = pod["containers"]
            yield document["metadata"]["name"], pod, container


WHOLE = [pytest.param(pod, container, id=name) for f in ("one", "cluster") for name, pod, container in deployments(f)]


def check_command(words: list[str]) -> None:
    """Have the command's own parser read the words, and fail as it would; nothing is started."""
    if words[0] == "dask":
        command, arguments = DASK[" ".join(words[:2])], words[2:]
    else:
        group = typer.main.get_command(application)
        command, arguments = group.commands[words[0]], words[1:]
    command.make_context(words[0], list(arguments))


def commands() -> Iterator[list[str]]:
    """Give the words that each container of ours is started with."""
    yield from ([*one.get("entrypoint", []), *one.get("command", [])] for one in OURS.values())
    for folder in ("one", "cluster"):
        yield from ([*one.get("command", []), *one.get("args", [])] for _, _, one in deployments(folder))


def variables(environment: dict[str, Any]) -> list[str]:
    return [name for name in environment if name.startswith("NNCORE_") and name not in SETTINGS]


def test_the_image_and_what_is_started_of_it_are_what_the_dockerfile_makes():
    commands = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, flags=re.MULTILINE)
    check_command(yaml.safe_load(commands[-1]))
    arguments = set(re.findall(r"^ARG (\w+)", DOCKERFILE, flags=re.MULTILINE))
    for one in OURS.values():
        build = one["build"] if isinstance(one["build"], dict) else {"context": one["build"]}
        assert (REPOSITORY / build["context"] / "Dockerfile").is_file()
        assert set(build.get("args", {})) <= arguments
        assert all((REPOSITORY / file).is_file() for file in build.get("args", {}).values())


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_compose_is_confined(name):
    one = OURS[name]
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "pids_limit", "restart"} <= one.keys()
    assert all(port.startswith("127.0.0.1:") for port in one.get("ports", []))


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_compose_is_told_what_it_understands(name):
    one = OURS[name]
    assert variables(one.get("environment", {})) == []
    [exposed] = re.findall(r"^EXPOSE (\d+)", DOCKERFILE, flags=re.MULTILINE)
    assert all(port.endswith(f":{exposed}") for port in one.get("ports", []))
    if "entrypoint" in one:
        check_command([*one["entrypoint"], *one["command"]])


def test_what_compose_names_is_there():
    for name, one in COMPOSE["services"].items():
        assert {volume.split(":")[0] for volume in one.get("volumes", [])} <= COMPOSE["volumes"].keys()
        assert set(one.get("networks", [])) <= {"default", *COMPOSE["networks"]}
        for needed in one.get("depends_on", {}):
            assert COMPOSE["services"][needed].get("profiles") == one.get("profiles"), name


def test_what_a_cluster_preloads_is_there_and_its_schedulers_forget_jobs_that_are_done():
    schedulers = 0
    for words in commands():
        preloaded = [word.removeprefix("--preload=") for word in words if word.startswith("--preload=")]
        assert all(importlib.import_module(name) for name in preloaded)
        if words[:2] == ["dask", "scheduler"]:
            schedulers += 1
            assert preloaded == ["app.jobs.spans"]
    assert schedulers == 2


def test_one_machine_starts_one_service_and_the_profile_a_cluster():
    alone = [name for name, one in COMPOSE["services"].items() if "profiles" not in one]
    assert alone == ["nncore"]
    assert COMPOSE["services"]["worker"]["deploy"]["replicas"] == 2
    shared = {tuple(COMPOSE["services"][name]["volumes"]) for name in ("api", "worker")}
    assert len(shared) == 1


@pytest.mark.parametrize(("pod", "container"), WHOLE)
def test_a_pod_is_confined(pod, container):
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False  # else NNCORE_PORT would be an address
    assert pod["securityContext"]["runAsNonRoot"] is True
    [user] = set(re.findall(r"^USER (\d+):\d+$", DOCKERFILE, flags=re.MULTILINE))
    assert str(pod["securityContext"]["runAsUser"]) == user
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize(("pod", "container"), WHOLE)
def test_a_pod_is_told_what_it_understands(pod, container):
    check_command([*container.get("command", []), *container["args"]])
    assert variables({one["name"]: one["value"] for one in container.get("env", [])}) == []
    claims = {one["metadata"]["name"] for one in documents("one") if one["kind"] == "PersistentVolumeClaim"}
    volumes = {one["name"]: one.get("persistentVolumeClaim", {}).get("claimName") for one in pod["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes.keys()
    assert {claim for claim in volumes.values() if claim} <= claims


@pytest.mark.parametrize(("pod", "container"), WHOLE)
def test_probes_ask_what_is_there(pod, container):
    ports = {port["name"] for port in container["ports"]}
    probes = {kind: probe for kind, probe in container.items() if kind.endswith("Probe")}
    assert "livenessProbe" in probes
    for probe in probes.values():
        asked = probe.get("httpGet") or probe["tcpSocket"]
        assert asked["port"] in ports
        assert asked.get("path", "/livez") in PATHS


def test_the_service_is_ready_and_alive_by_paths_of_their_own():
    [(_, pod, container)] = deployments("one")
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/livez"
    assert pod["terminationGracePeriodSeconds"] >= 20


@pytest.mark.parametrize("file", ["one/secret.env", "cluster/secret.env", "cluster/bucket.env"])
def test_secrets_hold_settings(file):
    lines = re.findall(r"^(?:# )?(\w+=.*)$", (KUBERNETES / file).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert variables(dict(line.split("=", 1) for line in lines)) == []
    assert lines


@pytest.mark.parametrize("folder", ["one", "cluster"])
def test_a_kustomization_names_each_file_beside_it(folder):
    [about] = [one for one in documents(folder) if one["kind"] == "Kustomization"]
    named = {*about["resources"], *(patch["path"] for patch in about.get("patches", []))}
    named |= {env for secret in about["secretGenerator"] for env in secret["envs"]}
    there = {file.name for file in (KUBERNETES / folder).iterdir()} - {"kustomization.yaml"}
    assert named - {"../one"} == there


@pytest.mark.parametrize("folder", ["one", "cluster"])
def test_kustomize_makes_manifests_whose_selectors_find_their_pods(folder):
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not on this machine")
    built = subprocess.run([kubectl, "kustomize", KUBERNETES / folder], check=True, capture_output=True, text=True)
    made = [one for one in yaml.safe_load_all(built.stdout) if one]
    pods = [one["spec"]["template"] for one in made if one["kind"] == "Deployment"]
    labels = [pod["metadata"]["labels"].items() for pod in pods]
    selectors = [one["spec"]["selector"] for one in made if one["kind"] == "Service"]
    selectors += [one["spec"]["selector"]["matchLabels"] for one in made if one["kind"] == "Deployment"]
    for selector in selectors:
        assert sum(selector.items() <= found for found in labels) == 1, selector
    secrets = {one["metadata"]["name"] for one in made if one["kind"] == "Secret"}
    sources = [source for pod in pods for source in pod["spec"]["containers"][0].get("envFrom", [])]
    assert {source["secretRef"]["name"] for source in sources} == secrets
