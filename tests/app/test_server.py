import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from urllib.parse import urlsplit

import psutil
import pytest

from app.demo import own_service

PROCESSES = 4  # two that answer, one that trains, and the one in which multiprocessing keeps its books
SERVE = "import sys; from app import server, settings; server.serve(settings.Settings.model_validate_json(sys.argv[1]))"


@pytest.fixture
def serve(settings):
    """A function that starts a service of two processes with the test's home, and returns it with its address."""
    started = []

    def serve() -> tuple[subprocess.Popen[str], str]:
        given = settings.model_copy(update={"port": 0, "workers": 2}).model_dump_json()
        process = subprocess.Popen([sys.executable, "-c", SERVE, given], stdout=subprocess.PIPE, text=True)
        started.append(process)
        line = process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:")
        return process, line.split()[-1]

    yield serve
    for process in started:
        process.kill()
        process.communicate()


def get(address: str) -> dict:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)


def post(address: str, body: dict) -> dict:
    request = urllib.request.Request(
        address, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


@pytest.fixture
def job(dataset) -> dict:
    """The body of a job that does not end by itself."""
    return {"dataset": dataset.name, "model": "m", "hyperparameters": {"epochs": 1_000_000}}


@pytest.mark.long
def test_a_process_that_died_is_replaced_and_its_jobs_go_on(serve, job, wait_for):
    process, address = serve()
    path = f"{address}/jobs/{post(f'{address}/train', job)['id']}"
    wait_for(lambda: get(path)["progress"]["epoch"] > 0)
    before = get(path)["progress"]["epoch"]
    os.kill(psutil.Process(process.pid).children()[-1].pid, signal.SIGKILL)  # those that answer were started last
    wait_for(lambda: len(psutil.Process(process.pid).children()) == PROCESSES)
    wait_for(lambda: answers(path, lambda job: job["progress"]["epoch"] > before))  # a connection may go down with it
    assert get(path)["attempt"] == 1

    children = psutil.Process(process.pid).children()
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=30)
    _, alive = psutil.wait_procs(children, timeout=30)
    assert (process.returncode, rest, alive) == (0, "", [])


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_whichever_process_answers_has_the_measurements_of_all(serve):
    _, address = serve()
    for _ in range(20):
        get(f"{address}/jobs")
    line = 'nncore_request_seconds_count{method="GET",route="/jobs",status="200"} 20.0'
    for _ in range(10):
        with urllib.request.urlopen(f"{address}/metrics", timeout=10) as answer:
            assert line in answer.read().decode()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.skipif(sys.platform != "linux", reason="other kernels do not spread connections")
def test_connections_are_spread_over_the_processes_and_nobody_else_gets_the_port(serve, settings, wait_for):
    process, address = serve()
    port = urlsplit(address).port

    def held(status: str = psutil.CONN_ESTABLISHED) -> list[int]:
        found = [child.net_connections("tcp") for child in psutil.Process(process.pid).children()]
        return sorted(sum(c.laddr.port == port and c.status == status for c in each) for each in found)

    wait_for(lambda: sum(held(psutil.CONN_LISTEN)) == 2)  # one of them may have been ready before the other
    with ExitStack() as connections:
        for _ in range(64):
            connections.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
        wait_for(lambda: sum(held()) == 64)
        assert held()[-2] > 6

    other = settings.model_copy(update={"port": port, "workers": 2, "home": settings.home / "other"})
    command = [sys.executable, "-c", SERVE, other.model_dump_json()]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert ended.returncode != 0
    assert "Address already in use" in ended.stderr


def start_in_vain(**variables: str) -> str:
    """Start a service that is refused, and return what is said of it."""
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, env=os.environ | variables)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    return ended.stderr


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_another_service_in_the_same_home_is_refused(serve, settings):
    process, address = serve()
    said = start_in_vain(NNCORE_HOME=str(settings.home))
    assert f"a service works in {settings.home} already (process {process.pid} of " in said
    assert get(f"{address}/jobs")["items"] == []


@pytest.mark.long
def test_a_service_with_the_database_of_another_home_is_refused(tmp_path, new_postgresql, monkeypatch):
    monkeypatch.setenv("NNCORE_DATABASE_URL", new_postgresql())
    with own_service(tmp_path / "one"):
        pass
    assert "none of its files is here" in start_in_vain(NNCORE_HOME=str(tmp_path / "other"))
    with own_service(tmp_path / "one"):
        pass


@pytest.mark.long
def test_when_the_first_process_is_killed_the_others_end_and_the_next_start_goes_on(serve, job, wait_for):
    process, address = serve()
    job_id = post(f"{address}/train", job)["id"]
    wait_for(lambda: get(f"{address}/jobs/{job_id}")["progress"]["epoch"] > 0)
    children = psutil.Process(process.pid).children()
    process.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []

    _, address = serve()
    wait_for(lambda: get(f"{address}/jobs/{job_id}")["attempt"] == 2)


def answers(address: str, is_so: Callable[[dict], bool]) -> bool:
    try:
        return is_so(get(address))
    except OSError:
        return False


@pytest.mark.parametrize(
    ("words", "environment", "told"),
    [
        (["--port", "{taken}"], {}, "cannot listen on port {taken} of 127.0.0.1: .*; name another with --port"),
        (["--host", "no.such.host.invalid"], {}, "no.such.host.invalid: .*; name another with --host"),
        (["--home", "{file}/home"], {}, "cannot write under the home {file}/home: .*; name another with --home"),
        ([], {"NNCORE_DATABASE_URL": "secret"}, "NNCORE_DATABASE_URL cannot be used .*postgresql://user@host/name"),
        (
            ["--workers", "2"],
            {"NNCORE_DATABASE_URL": "postgresql://u:secret@127.0.0.1:{free}/x"},
            "the database cannot be used: .*refused; look after the one that NNCORE_DATABASE_URL means",
        ),
    ],
)
def test_what_an_operator_can_mend_is_one_line_and_code_1(tmp_path, words, environment, told):
    with socket.socket() as taken, socket.socket() as free:
        for each in (taken, free):
            each.bind(("127.0.0.1", 0))
        taken.listen()
        (tmp_path / "file").write_text("no folder")
        known = {"taken": taken.getsockname()[1], "free": free.getsockname()[1], "file": tmp_path / "file"}
        given = {"--home": str(tmp_path), "--port": "0", **dict(zip(words[::2], words[1::2], strict=True))}
        command = ["serve", *(word.format(**known) for pair in given.items() for word in pair)]
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *command],
            env=os.environ | {name: value.format(**known) for name, value in environment.items()},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert re.match(f"nncore: .*{told.format(**known)}", done.stderr)
    assert "secret" not in done.stderr
