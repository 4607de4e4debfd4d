"""What every test may ask for: the real images, where they are, and a service as its users know it."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings as hypothesis_settings
from psycopg.sql import SQL, Identifier

from app.client import Client
from app.demo import own_service, write_pictures

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
POSTGRESQL = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


hypothesis_settings.register_profile("no deadline", deadline=None)  # a machine may be slow for a moment
hypothesis_settings.load_profile("no deadline")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help="what whole services use")
    parser.addoption("--screenshots", type=Path, help="a folder for pictures of every view of the page")


class PostgreSQL:
    """A server of our own on loopback, and the databases in it."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._connection = psycopg.connect(f"postgresql://nncore@{server}/postgres", autocommit=True)

    def new(self, *, like: str | None = None) -> str:
        """Return the URL of a new database: an empty one, or a copy of one to which nobody is connected."""
        name = f"test_{uuid4().hex}"
        template = "template1" if like is None else _name_of(like)
        self._connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))
        return f"postgresql://nncore@{self._server}/{name}"

    def drop(self, url: str) -> None:
        """Drop a database, whoever is connected to it."""
        self._connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(_name_of(url))))

    def close(self) -> None:
        """Leave the server."""
        self._connection.close()


def _name_of(url: str) -> str:
    return url.rpartition("/")[2]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A server of our own."""
    if not POSTGRESQL:
        pytest.skip("PostgreSQL is not on this machine (Debian's package postgresql)")
    with postgresql_server(POSTGRESQL[-1]) as server, closing(PostgreSQL(server)) as postgresql:
        yield postgresql


@pytest.fixture(scope="session")
def new_postgresql(postgresql: PostgreSQL) -> Callable[[], str]:
    """A function that returns the URL of a new, empty database of a PostgreSQL server of our own."""
    return postgresql.new


class S3Server:
    """A server on loopback that speaks S3 and keeps all in memory, also while it is stopped."""

    def __init__(self) -> None:
        self.port = free_port()
        self.start()

    def start(self) -> None:
        from moto.server import ThreadedMotoServer  # noqa: PLC0415, seconds, for those alone who need it

        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self._server.start()

    def stop(self) -> None:
        self._server.stop()
        self._server._server.server_close()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A server of our own that speaks S3, to which the variables of AWS lead for the rest of the session."""
    with pytest.MonkeyPatch.context() as environment:
        server = S3Server()
        environment.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "test")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield server
        server.stop()


@pytest.fixture(scope="session")
def new_bucket(s3_server: S3Server) -> Callable[[], str]:
    """A function that returns the URL of a part of a bucket that is nobody else's."""
    from s3fs import S3FileSystem  # noqa: PLC0415

    bucket = f"test-{uuid4().hex}"
    S3FileSystem().mkdir(bucket)
    return lambda: f"s3://{bucket}/{uuid4().hex}"


@pytest.fixture(scope="session")
def service_database(request: pytest.FixtureRequest) -> str | None:
    """The URL of the database of the service that tests of the API share; None is its own SQLite file.

    No other service may use it: whichever looks first has the jobs executed, and its workers need the files.
    """
    if request.config.getoption("--database") == "sqlite":
        return None
    return request.getfixturevalue("new_postgresql")()


@pytest.fixture(scope="session")
def on_new_database(request: pytest.FixtureRequest) -> Callable[[], AbstractContextManager[None]]:
    """A context in which every service that is started uses a new database, of the kind that this session is for."""

    @contextmanager
    def environment() -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            if request.config.getoption("--database") == "postgresql":
                patch.setenv("NNCORE_DATABASE_URL", request.getfixturevalue("new_postgresql")())
            yield

    return environment


@pytest.fixture(scope="session")
def screenshots(request: pytest.FixtureRequest) -> Path | None:
    """The folder for pictures of the page, if they are wanted."""
    folder: Path | None = request.config.getoption("--screenshots")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def cat_data() -> Path:
    """The folder with train_catvnoncat.h5 and test_catvnoncat.h5."""
    folder = SHARED_DATA / "cat-vs-noncat"
    if not folder.is_dir():
        pytest.skip("the cat images are not on this machine (expected in ../shared/data/cat-vs-noncat)")
    return folder


@pytest.fixture(scope="session")
def photos() -> list[Path]:
    """Photos as people take them, sorted by name."""
    folder = SHARED_DATA / "photos"
    if not folder.is_dir():
        pytest.skip("the photos are not on this machine (expected in ../shared/data/photos)")
    return sorted(folder.glob("*.jpg"))


@pytest.fixture(scope="session")
def service(
    tmp_path_factory: pytest.TempPathFactory, on_new_database: Callable[[], AbstractContextManager[None]]
) -> Iterator[str]:
    """The address of a service, started as its users start it; all tests of a session share it."""
    with ExitStack() as running:
        with on_new_database():
            address = running.enter_context(own_service(tmp_path_factory.mktemp("service")))
        yield address


@pytest.fixture(scope="session")
def remote(service: str) -> Iterator[Client]:
    """The shared service, as a client sees it."""
    with Client(service) as remote:
        yield remote


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The zip of built-in pictures, and a new picture that is not in it."""
    return write_pictures(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="session")
def trained(remote: Client, pictures: tuple[Path, Path]) -> str:
    """The name of a dataset of built-in pictures, and of a model that was trained on it."""
    name = "built-in"
    remote.import_archive(name, pictures[0])
    job = remote.train(name, name, hyperparameters={"epochs": 20, "hidden_layers": [20], "initializer": "he"})
    assert list(remote.watch(job["id"]))[-1]["status"] == "succeeded"
    return name


@contextmanager
def postgresql_server(programs: Path) -> Iterator[str]:
    """Start a server on a free port of loopback, and give host and port; it refuses to run as root."""
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    if user is not None:
        shutil.chown(folder, user)
    initdb = [programs / "initdb", "-D", folder / "data", "-A", "trust", "-U", "nncore", "--no-sync", "-E", "UTF8"]
    subprocess.run(initdb, check=True, user=user, cwd=folder, capture_output=True)
    port = free_port()
    settings = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "fsync=off"]
    options = [word for setting in settings for word in ("-c", setting)]
    server = [programs / "postgres", "-D", folder / "data", *options]
    with subprocess.Popen(server, user=user, cwd=folder, stderr=subprocess.DEVNULL) as process:
        try:
            ready = [programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-U", "nncore"]
            while subprocess.run(ready, check=False, capture_output=True).returncode:
                assert process.poll() is None, "PostgreSQL did not start"
            yield f"127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)  # fast shutdown: connections that are open are closed
    shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
