"""The service from Python: one small class that speaks HTTP and nothing else, for the command line and for notebooks.

    with Client("http://127.0.0.1:8000") as client:
        client.import_archive("shapes", "shapes.zip")
        job = client.train("shapes", "shapes")
        for job in client.watch(job["id"]):
            print(job["status"], job["progress"])
        print(client.predict(["photo.jpg"], model="shapes")["predictions"])

Answers are the JSON of the service as it stands (docs/http-api.md). What goes wrong is a ClientError:

ClientError
├── Unreachable    nothing answers there, or it stopped answering
└── Refused        the service answered with a problem: `status`, `code`, `detail`, `errors`
"""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx

from app.client_connection import Connection
from app.client_errors import ClientError, Json, Refused, Unreachable, refusal
from app.client_upload import OnProgress, form_of

__all__ = ["Client", "ClientError", "Json", "OnProgress", "Refused", "Unreachable"]

SECONDS_TO_RECONNECT = 0.5
FINAL_STATES = ("succeeded", "failed", "cancelled")


class Client:
    """A service at an address; every method is one call over HTTP, lists excepted, which take one a page.

    Raises Unreachable or Refused, and ClientError for what cannot be sent. `key` is sent with every call, where the
    service needs one; `timeout` is in seconds, for each step of a call.
    """

    def __init__(self, server: str = "http://127.0.0.1:8000", *, key: str | None = None, timeout: float = 60.0) -> None:
        self.server = server.rstrip("/")
        self._patience = timeout
        self._connection = Connection(self.server, key=key, timeout=timeout)

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()

    def ready(self) -> bool:
        """Whether the service is there and can work."""
        try:
            self._connection.call("GET", "/readyz")
        except ClientError:
            return False
        return True

    def import_archive(
        self,
        name: str,
        archive: str | Path,
        *,
        on_progress: OnProgress | None = None,
        on_pictures: OnProgress | None = None,
    ) -> Json:
        """Upload a zip with one folder per class, or with train/ and test/ of such folders; return the dataset.

        It may take however long; `on_pictures` hears of the pictures that the service has looked at.
        """
        files = {"archive": [archive]}
        return self._import(name, files, on_progress=on_progress, on_pictures=on_pictures)

    def import_hdf5(
        self,
        name: str,
        train: str | Path,
        test: str | Path | None = None,
        *,
        on_progress: OnProgress | None = None,
        on_pictures: OnProgress | None = None,
    ) -> Json:
        """Upload images in the layout of the cat files, with or without a test file; return the dataset.

        It may take however long; `on_pictures` hears of the images that the service has looked at, in each file.
        """
        files = {"train": [train]} | ({} if test is None else {"test": [test]})
        return self._import(name, files, on_progress=on_progress, on_pictures=on_pictures)

    def datasets(self) -> Iterator[Json]:
        """Go through all datasets."""
        return self._connection.pages("/datasets")

    def dataset(self, name: str) -> Json:
        """Return one dataset."""
        return self._connection.json("GET", f"/datasets/{_quoted(name)}")

    def delete_dataset(self, name: str) -> None:
        """Delete a dataset; refused while a job uses it."""
        self._connection.delete(f"/datasets/{_quoted(name)}")

    def train(
        self,
        dataset: str,
        model: str,
        *,
        hyperparameters: Json | None = None,
        **more: Any,
    ) -> Json:
        """Ask for a training and return its job at once; without any hyperparameters, one by the service's recipe.

        More may be any field of the request: record_every, checkpoint_every, check_gradients_every, members, priority,
        max_seconds, init_from, webhook.
        """
        body = {"dataset": dataset, "model": model, "hyperparameters": hyperparameters} | more
        return self._connection.json("POST", "/train", json=_given(body))

    def tune(
        self,
        dataset: str,
        model: str,
        *,
        search: Json | None = None,
        hyperparameters: Json | None = None,
        **more: Any,
    ) -> Json:
        """Ask for a search and return its job at once.

        `search` has lists of choices, and ranges {"uniform": [a, b]} or {"log_uniform": [a, b]}, by hyperparameter;
        more are `folds`, `candidates`, `repeats`, `objective`, and as of a training `members`, `record_every`,
        `checkpoint_every`, `priority` and `webhook`.
        """
        body = {"dataset": dataset, "model": model, "search": search or {}, "hyperparameters": hyperparameters} | more
        return self._connection.json("POST", "/tune", json=_given(body))

    def leaderboard(self, job_id: str) -> Json:
        """Return all candidates of a search, with each fold, and what the best said of images while held out."""
        return self._connection.json("GET", f"/jobs/{_quoted(job_id)}/leaderboard")

    def jobs(
        self, *, status: str | None = None, dataset: str | None = None, model: str | None = None
    ) -> Iterator[Json]:
        """Go through all jobs, or those of a status, a dataset or a model."""
        return self._connection.pages("/jobs", status=status, dataset=dataset, model=model)

    def job(self, job_id: str) -> Json:
        """Return one job."""
        return self._connection.json("GET", f"/jobs/{_quoted(job_id)}")

    def history(self, job_id: str, *, max_points: int | None = None) -> Json:
        """Return the recorded epochs of a job, or no more than so many: lists of equal length, "epoch", "cost" ..."""
        query = {} if max_points is None else {"max_points": max_points}
        return self._connection.json("GET", f"/jobs/{_quoted(job_id)}/history", params=query)

    def cancel(self, job_id: str, *, keep: bool = False) -> Json:
        """Ask a job to stop and return it; what it has learned so far can be kept as a version of its model."""
        return self._connection.json("POST", f"/jobs/{_quoted(job_id)}/cancel", params={"keep": "true"} if keep else {})

    def pause(self, job_id: str) -> Json:
        """Ask a job to pause and return it."""
        return self._connection.json("POST", f"/jobs/{_quoted(job_id)}/pause")

    def resume(self, job_id: str) -> Json:
        """Let a paused job go on and return it."""
        return self._connection.json("POST", f"/jobs/{_quoted(job_id)}/resume")

    def delete_job(self, job_id: str) -> None:
        """Delete a finished job; its model stays."""
        self._connection.delete(f"/jobs/{_quoted(job_id)}")

    def watch(self, job_id: str) -> Iterator[Json]:
        """Give the job now, and again when something has happened to it, the last time in its final state."""
        job = self.job(job_id)
        yield job
        if job["status"] not in FINAL_STATES:
            for _ in self.events(job_id, after=job["last_event"]):
                job = self.job(job_id)
                yield job
                if job["status"] in FINAL_STATES:
                    return

    def events(self, job_id: str, *, after: int = 0) -> Iterator[Json]:
        """Go through what happened to a job and then through what happens, to its end: dicts of id, event and data.

        `after` is the id of an event that is known. A connection that breaks is taken up again where it was.
        """
        deadline = time.monotonic() + self._patience
        while True:
            try:
                headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
                for event in self._connection.stream("GET", f"/jobs/{_quoted(job_id)}/events", headers=headers):
                    yield event
                    if event["event"] == "done":
                        return
                    after, deadline = event["id"], time.monotonic() + self._patience
            except Unreachable:
                if time.monotonic() > deadline:
                    raise
            time.sleep(SECONDS_TO_RECONNECT)

    def models(self) -> Iterator[Json]:
        """Go through all models."""
        return self._connection.pages("/models")

    def model(self, name: str) -> Json:
        """Return a model with its versions, the newest first."""
        return self._connection.json("GET", f"/models/{_quoted(name)}")

    def version(self, name: str, version: int) -> Json:
        """Return one version of a model."""
        return self._connection.json("GET", _version_path(name, version))

    def delete_model(self, name: str) -> None:
        """Delete a model with all its versions."""
        self._connection.delete(f"/models/{_quoted(name)}")

    def delete_version(self, name: str, version: int) -> None:
        """Delete one version of a model."""
        self._connection.delete(_version_path(name, version))

    def parameters(self, name: str, version: int) -> bytes:
        """Return the parameter file of a version, as bytes of HDF5."""
        return self._connection.content("GET", f"{_version_path(name, version)}/parameters", kind="application/x-hdf5")

    def resolve(self, model: str) -> tuple[str, int]:
        """Return the name and the version that "NAME" (its newest), "NAME:VERSION" or "NAME@ALIAS" means now."""
        name, sign, rest = model.partition("@" if "@" in model else ":")
        if sign == ":":
            if not (rest.isascii() and rest.isdigit()):
                raise ClientError(f"{model} names no version; cats, cats:3 or cats@live would be right")
            return name, int(rest)
        if sign == "@":
            versions = [alias["version"] for alias in self.aliases(name) if alias["alias"] == rest]
        else:
            versions = [version["version"] for version in self.model(name)["versions"]]
        if not versions:
            raise ClientError(f"there is no version {model}")
        return name, versions[0]

    def aliases(self, name: str) -> Iterator[Json]:
        """Go through the aliases of a model."""
        return self._connection.pages(f"/models/{_quoted(name)}/aliases")

    def put_alias(self, name: str, alias: str, version: int) -> Json:
        """Have an alias mean a version of a model from now on; return the alias."""
        return self._connection.json(
            "PUT", f"/models/{_quoted(name)}/aliases/{_quoted(alias)}", json={"version": version}
        )

    def delete_alias(self, name: str, alias: str) -> None:
        """Delete an alias; the version that it meant stays."""
        self._connection.delete(f"/models/{_quoted(name)}/aliases/{_quoted(alias)}")

    def hardest(self, name: str, version: int, *, split: str = "test", limit: int = 24) -> Json:
        """Return the images of its dataset that a version errs on most, the costliest first."""
        return self._connection.json(
            "GET", f"{_version_path(name, version)}/hardest", params={"split": split, "limit": limit}
        )

    def picture(self, path: str) -> bytes:
        """Return a picture by its path, as /jobs/ID/cost.svg or /models/NAME/versions/1/weights.png."""
        return self._connection.content("GET", path if path.startswith("/") else f"/{path}", kind="image/")

    def upload_parameters(self, name: str, parameters: str | Path) -> Json:
        """Make a version of a model from a parameter file that was trained elsewhere; return the version."""
        return self._connection.upload(f"/models/{_quoted(name)}/versions", {"parameters": [parameters]})

    def create_key(self, name: str, scope: str) -> Json:
        """Make a key of scope "predict", "train" or "admin"; this answer alone shows it."""
        return self._connection.json("POST", "/keys", json={"name": name, "scope": scope})

    def keys(self) -> Iterator[Json]:
        """Go through all keys, which come without their secrets."""
        return self._connection.pages("/keys")

    def revoke_key(self, key_id: str) -> None:
        """Revoke a key: within a second it opens nothing any more."""
        self._connection.delete(f"/keys/{_quoted(key_id)}")

    def check_gradients(self, **described: Any) -> Json:
        """Compare a network's gradients with numerical ones: of a new one on a `dataset`, or of `layer_sizes` on random
        images, each with `hyperparameters`, or of a `model`; `images` bounds how many of them."""
        return self._connection.json("POST", "/gradient-check", json=described)

    def predict(self, images: Iterable[str | Path], *, model: str | None = None) -> Json:
        """Ask what is on some pictures, in one request.

        `model` is "NAME", "NAME:VERSION", "NAME@ALIAS" or "job:ID"; without it the newest version of any model answers.
        The predictions come in the order of the pictures; among several, one that cannot be read has an `error` in its
        place.
        """
        return self._connection.upload("/predict", {"file": images}, params={"model": model} if model else {})

    def explain(self, images: Iterable[str | Path], *, model: str | None = None) -> Json:
        """Ask which pixels spoke for the answers and which against them; for ReLU and leaky ReLU networks."""
        return self._connection.upload("/explain", {"file": images}, params={"model": model} if model else {})

    def forward(self, image: str | Path, *, model: str | None = None, truth: str | None = None) -> Json:
        """Take one picture through a network and back; return shape and numbers of every layer's arrays.

        `truth` is the class that it is, for the way back; without it, the predicted one.
        """
        return self._connection.upload("/forward", {"file": [image]}, params=_given({"model": model, "truth": truth}))

    def pixels(self, image: str | Path) -> bytes:
        """Return a picture as a network sees it, as PNG of 64 x 64 pixels."""
        with form_of({"file": [image]}) as parts:
            return self._connection.content("POST", "/pixels", kind="image/", files=parts)

    def _import(
        self, name: str, files: dict[str, Any], *, on_progress: OnProgress | None, on_pictures: OnProgress | None
    ) -> Json:
        headers, timeout = {"Accept": "text/event-stream"}, httpx.Timeout(self._patience, read=None)
        with form_of(files, on_progress=on_progress) as parts:
            asked: Json = {"data": {"name": name}, "files": parts, "headers": headers, "timeout": timeout}
            for event in self._connection.stream("POST", "/datasets", **asked):
                told: Json = event["data"]
                if event["event"] == "done":
                    return told
                if event["event"] == "error":
                    raise refusal(told)
                if on_pictures is not None:
                    on_pictures(told["done"], told["total"])
        message = f"{self.server} broke off before the end of the import"
        raise Unreachable(message)


def _given(body: Json) -> Json:
    """Return a body without what nobody gave."""
    return {name: value for name, value in body.items() if value is not None}


def _quoted(name: str) -> str:
    if not name:
        raise ClientError("a name is empty; `nncore datasets`, `jobs` and `models` list those that are there")
    return quote(name, safe="", errors="surrogateescape")


def _version_path(name: str, version: int) -> str:
    return f"/models/{_quoted(name)}/versions/{version}"
