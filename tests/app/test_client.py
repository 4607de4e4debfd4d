import re
import shutil
import textwrap
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from app import client
from app.client import Client, ClientError, Refused, Unreachable


@pytest.fixture(scope="module")
def tiny(remote: Client, trained: str) -> str:
    """The name of a model with one hidden unit."""
    job = remote.train(trained, "tiny", hyperparameters={"hidden_layers": [1], "epochs": 3})
    assert list(remote.watch(job["id"]))[-1]["status"] == "succeeded"
    return "tiny"


def test_a_training_can_be_watched_to_its_end(remote: Client, trained: str):
    job = remote.train(trained, "watched", hyperparameters={"hidden_layers": [1], "epochs": 5}, record_every=2)

    seen = list(remote.watch(job["id"]))

    assert job["status"] == "queued"
    assert [each["status"] for each in seen].count("succeeded") == 1
    assert seen[-1]["progress"]["epoch"] == 5
    assert remote.history(job["id"])["epoch"] == [2, 4, 5]
    assert remote.job(job["id"]) == seen[-1]
    assert job["id"] in [each["id"] for each in remote.jobs(status="succeeded", model="watched", dataset=trained)]
    remote.delete_job(job["id"])
    assert list(remote.jobs(model="watched")) == []


def test_a_job_can_be_cancelled(remote: Client, trained: str):
    job = remote.train(trained, "never", hyperparameters={"epochs": 1_000_000})

    remote.cancel(job["id"])

    assert list(remote.watch(job["id"]))[-1]["status"] == "cancelled"


def test_lists_go_through_all_pages(remote: Client, tiny: str, tmp_path: Path):
    file = tmp_path / "tiny.h5"
    file.write_bytes(remote.parameters(tiny, 1))
    remote.upload_parameters("pages", file)
    names = [f"page-{number:03}" for number in range(110)]
    for name in names:
        remote.put_alias("pages", name, 1)

    assert [each["alias"] for each in remote.aliases("pages")] == names
    remote.delete_model("pages")


def test_versions_can_be_looked_at_and_deleted(remote: Client, tiny: str, tmp_path: Path):
    file = tmp_path / "tiny.h5"
    file.write_bytes(remote.parameters(tiny, 1))

    version = remote.upload_parameters("elsewhere", file)

    assert version == remote.version("elsewhere", 1)
    assert version["sha256"] == remote.version(tiny, 1)["sha256"]
    assert [each["version"] for each in remote.model("elsewhere")["versions"]] == [1]
    remote.delete_version("elsewhere", 1)
    with pytest.raises(Refused, match="model-not-found"):
        remote.version("elsewhere", 1)


def test_references_are_resolved_to_a_version(remote: Client, tiny: str, tmp_path: Path):
    file = tmp_path / "tiny.h5"
    file.write_bytes(remote.parameters(tiny, 1))
    assert [remote.upload_parameters("resolved", file)["version"] for _ in range(2)] == [1, 2]
    assert httpx.put(f"{remote.server}/models/resolved/aliases/live", json={"version": 1}).is_success

    assert [remote.resolve(f"resolved{rest}") for rest in ("", ":1", "@live")] == [
        ("resolved", 2),
        ("resolved", 1),
        ("resolved", 1),
    ]
    assert [alias["alias"] for alias in remote.aliases("resolved")] == ["live"]
    for wrong in ("resolved@nobody", "resolved:", "resolved:one"):
        with pytest.raises(ClientError, match="version"):
            remote.resolve(wrong)
    remote.delete_model("resolved")


def test_datasets_can_be_looked_at_and_deleted(remote: Client, pictures: tuple[Path, Path]):
    dataset = remote.import_archive("for a moment".replace(" ", "-"), pictures[0])

    assert remote.dataset("for-a-moment") == dataset
    assert dataset in list(remote.datasets())
    remote.delete_dataset("for-a-moment")
    with pytest.raises(Refused) as refused:
        remote.dataset("for-a-moment")
    assert (refused.value.status, refused.value.code) == (404, "dataset-not-found")


def test_pictures_are_predicted_in_their_order(remote: Client, trained: str, pictures: tuple[Path, Path]):
    answer = remote.predict([pictures[1], str(pictures[1])], model=f"{trained}:1")

    assert answer["model"] == {"name": trained, "version": 1}
    assert [each["filename"] for each in answer["predictions"]] == ["new-picture.png"] * 2


def test_a_refusal_is_one_line_that_names_each_field(remote: Client, trained: str):
    with pytest.raises(Refused) as refused:
        remote.train(trained, "wrong", hyperparameters={"learning_rte": 0.1})

    assert refused.value.status == 422
    assert refused.value.errors[0]["pointer"] == "/hyperparameters/learning_rte"
    assert "/hyperparameters/learning_rte: " in str(refused.value)
    assert "learning_rate" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_nothing_answers():
    with Client("http://127.0.0.1:9") as remote:
        assert not remote.ready()
        with pytest.raises(Unreachable, match="nncore serve"):
            remote.dataset("cats")


def test_an_address_that_is_none():
    with Client("no address") as remote, pytest.raises(Unreachable, match="no address"):
        list(remote.datasets())


def test_a_file_that_is_not_there(remote: Client, tmp_path: Path):
    with pytest.raises(ClientError, match=r"cannot read .*nothing\.zip: No such file"):
        remote.import_archive("nothing", tmp_path / "nothing.zip")


def test_a_name_cannot_leave_its_path(remote: Client):
    with pytest.raises(Refused):
        remote.dataset("../models")


def test_something_else_answers(trained: str, remote: Client):
    with Client(f"{remote.server}/docs/static/favicon.png?") as other, pytest.raises(ClientError, match="nncore"):
        other.dataset("cats")


def test_a_picture_as_the_network_sees_it(remote: Client, pictures: tuple[Path, Path]):
    assert remote.pixels(pictures[1]).startswith(b"\x89PNG")


def test_the_example_at_its_head_works(service: str, pictures, tmp_path: Path, monkeypatch, capsys):
    shutil.copy(pictures[0], tmp_path / "shapes.zip")
    shutil.copy(pictures[1], tmp_path / "photo.jpg")
    monkeypatch.chdir(tmp_path)
    code = textwrap.dedent(re.search(r"(?m)(?:^    .*\n)+", client.__doc__)[0])

    exec(code.replace("http://127.0.0.1:8000", service).replace('"shapes"', '"of-the-example"'), {"Client": Client})

    *_, last_state, answer = capsys.readouterr().out.splitlines()
    assert last_state.startswith("succeeded ")
    assert "'label': 'ring'" in answer


@pytest.fixture(params=[b"[]", b"{}", b"null"])
def another_service(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a service that answers every request with the same JSON."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(request.param)))
            self.end_headers()
            self.wfile.write(request.param)

        do_POST = do_DELETE = do_GET  # noqa: N815 - the names are those of the library

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: list(client.datasets()),
        lambda client: client.resolve("cats"),
        lambda client: client.parameters("cats", 1),
        lambda client: client.picture("datasets/cats/sheet.png"),
        lambda client: client.delete_dataset("cats"),
        lambda client: client.train("cats", "cats")["id"],
    ],
)
def test_the_answers_of_another_service_are_told_as_such(another_service: str, ask: Callable[[Client], object]):
    with (
        Client(another_service) as asking,
        pytest.raises(ClientError, match=r"no answer of nncore|application/json, where"),
    ):
        ask(asking)
