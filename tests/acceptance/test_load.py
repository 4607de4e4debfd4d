"""All that a service does at once, for a while: no answer but those that are asked for, and nothing that grows.

It takes LOAD_SECONDS, 30 by default. This is the load of ten minutes, which tells what it saw:
`LOAD_SECONDS=600 .venv/bin/pytest -s -m long tests/acceptance/test_load.py 2>log`.
"""

import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import httpx
import psutil
import psycopg
import pytest

from app.client import Client
from app.demo import own_service, write_pictures

pytestmark = pytest.mark.long

SECONDS = float(os.environ.get("LOAD_SECONDS", "30"))
ASKERS = 2
MODEL = "answers"
UPLOAD = Path(__file__).parents[2] / "benchmarks" / "upload.lua"
NETWORK = {"hidden_layers": [8], "initializer": "he", "epochs": 40}
ASKED_FOR = {
    ("predict", 200),
    ("predict by alias", 200),
    ("no picture", 422),
    ("no model", 404),
    ("dataset", 201),
    ("sheet", 200),
    ("alias", 200),
    ("metrics", 200),
    ("jobs", 200),
}
MEBIBYTE = 2**20
LOADED = 120
"""Seconds until all that a service loads when it is first needed is there."""
MOST_MEMORY = (10 if SECONDS > 3 * LOADED else 48) * MEBIBYTE
MOST_GROWTH = {"memory": MOST_MEMORY, "descriptors": 20, "threads": 20, "files": 20, "connections": 10}


@dataclass
class Load:
    """A service under load: its address, what it answered so far, and when it is enough."""

    address: str
    folder: Path
    picture: bytes
    archive: bytes
    until: float
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def rounds(self) -> Iterator[int]:
        return itertools.takewhile(lambda _: time.monotonic() < self.until, itertools.count())

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=60)

    def note(self, what: str, answer: httpx.Response) -> httpx.Response:
        with self.lock:
            self.answers[what, answer.status_code] += 1
        return answer


def ask(load: Load) -> None:
    """Ask for predictions, by name and by an alias that moves, and for what cannot be answered."""
    with load.client() as client:
        for number in load.rounds():
            picture = {"file": ("new.png", load.picture)}
            load.note("predict", client.post("/predict", params={"model": MODEL}, files=picture))
            by_alias = client.post("/predict", params={"model": f"{MODEL}@live"}, files=picture)
            assert load.note("predict by alias", by_alias).json()["model"]["version"] in (1, 2)
            if number % 50 == 0:
                text = {"file": ("new.png", b"text")}
                load.note("no picture", client.post("/predict", params={"model": MODEL}, files=text))
                load.note("no model", client.post("/predict", params={"model": "nobody"}, files=picture))


def hammer(load: Load) -> None:
    """Have wrk ask for predictions as fast as they are answered, where it is installed."""
    if shutil.which("wrk") is None:
        return
    body = load.folder / "picture.png"
    body.write_bytes(load.picture)
    time_and_script = [f"-d{int(SECONDS)}s", "--timeout", "60s", "-s", str(UPLOAD)]
    done = subprocess.run(
        ["wrk", "-t1", "-c4", *time_and_script, f"{load.address}/predict?model={MODEL}"],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"BODY": str(body), "CONTENT_TYPE": "image/png"},
    )
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert told["failed"] == 0, told
    load.answers["predict by wrk", 200] += int(told["requests"])


def train(load: Load) -> None:
    """Have jobs done, one after the other, and read the events of each; cancel some; leave nothing."""
    with Client(load.address) as client:
        for number in load.rounds():
            long = number % 5 == 4
            job = client.train("shapes", "passing", hyperparameters=NETWORK | {"epochs": 900_000 if long else 40})
            if long:
                client.cancel(job["id"])
            events = list(client.events(job["id"]))
            assert [event["id"] for event in events] == list(range(1, len(events) + 1))
            ended = client.job(job["id"])
            assert ended["status"] == ("cancelled" if long else "succeeded"), ended
            client.delete_job(job["id"])
            if not long:
                client.delete_model("passing")


def bring(load: Load) -> None:
    """Import datasets, look at them and delete them."""
    with load.client() as client:
        for _ in load.rounds():
            upload = client.post("/datasets", data={"name": "passing"}, files={"archive": load.archive})
            load.note("dataset", upload)
            load.note("sheet", client.get("/datasets/passing/sheet.png"))
            client.delete("/datasets/passing").raise_for_status()


def move(load: Load) -> None:
    """Move the alias to and fro, and look at lists and metrics."""
    with load.client() as client:
        for number in load.rounds():
            moved = client.put(f"/models/{MODEL}/aliases/live", json={"version": 1 + number % 2})
            load.note("alias", moved)
            load.note("jobs", client.get("/jobs"))
            load.note("metrics", client.get("/metrics"))
            time.sleep(0.05)


@dataclass
class Watch:
    """Looks at what the processes of a service and its home hold."""

    home: Path
    database: str | None
    seen: list[dict[str, int]] = field(default_factory=list)

    def look(self) -> dict[str, int]:
        [service] = [one for one in psutil.Process().children() if str(self.home) in one.cmdline()]
        processes = [service, *service.children(recursive=True)]
        found = {
            "memory": sum(process.memory_full_info().uss for process in processes),
            "descriptors": sum(process.num_fds() for process in processes),
            "threads": sum(process.num_threads() for process in processes),
            "files": sum(path.is_file() for path in self.home.rglob("*")),
            "connections": self.connections(),
        }
        self.seen.append(found)
        return found

    def connections(self) -> int:
        """Count connections to PostgreSQL; those to SQLite are descriptors."""
        if self.database is None:
            return 0
        with psycopg.connect(self.database) as connection:
            statement = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            return int(connection.execute(statement).fetchone()[0])

    def growth(self, name: str) -> float:
        """How much more there was in the last third than in the second: the first is the warm-up."""
        third = max(1, len(self.seen) // 3)
        second, last = self.seen[third : 2 * third], self.seen[2 * third :]
        return median(one[name] for one in last) - median(one[name] for one in second)


def test_under_load_every_answer_is_one_that_was_asked_for_and_nothing_grows(tmp_path):
    archive, picture = write_pictures(tmp_path / "pictures")
    home = tmp_path / "home"
    with own_service(home) as address:
        with Client(address) as client:
            client.import_archive("shapes", archive)
            for _ in range(2):
                assert list(client.watch(client.train("shapes", MODEL, hyperparameters=NETWORK)["id"]))
        httpx.put(f"{address}/models/{MODEL}/aliases/live", json={"version": 1}).raise_for_status()
        until = time.monotonic() + SECONDS
        load = Load(address, tmp_path, picture.read_bytes(), archive.read_bytes(), until=until)
        watch = Watch(home, os.environ.get("NNCORE_DATABASE_URL"))
        actors: list[Callable[[Load], None]] = [*[ask] * ASKERS, hammer, train, bring, move]
        with ThreadPoolExecutor(max_workers=len(actors)) as pool:
            working = [pool.submit(actor, load) for actor in actors]
            while time.monotonic() < load.until and not any(one.done() and one.exception() for one in working):
                watch.look()
                time.sleep(SECONDS / 60)
        for one in working:
            one.result()
        left = list((home / "data/uploads").iterdir())
    report(load, watch)
    assert set(load.answers) - {("predict by wrk", 200)} == ASKED_FOR
    assert left == []
    assert {name: watch.growth(name) for name, most in MOST_GROWTH.items() if watch.growth(name) > most} == {}


def report(load: Load, watch: Watch) -> None:
    """Tell what was seen, to whoever calls pytest with -s."""
    for (what, status), count in sorted(load.answers.items()):
        sys.stdout.write(f"{what} {status}: {count}, {count / SECONDS:.1f} a second\n")
    for name in MOST_GROWTH:
        values = [one[name] for one in watch.seen]
        told = f"{values[0]} at first, {max(values)} at most, {values[-1]} at last; {watch.growth(name):+.0f}"
        sys.stdout.write(f"{name}: {told}\n")
