"""Serve the application: in this process, or in several that share one port and one set of training workers."""

import errno
import functools
import gc
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from contextlib import ExitStack
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Never

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from app.jobs.engine import DaskEngine
from app.logs import configure_logs
from app.main import create_app
from app.services.keys import create_first_key
from app.services.recover_jobs import release_jobs
from app.settings import Settings, share_measurements
from app.storage import home_lock, store_identity
from app.storage.cannot_start import CannotStart, telling_why
from app.storage.migrations import upgrade
from app.storage.store import Store, open_store

BACKLOG = 2048
SECONDS_TO_ANSWER = 8
"""How long a stop waits for the answers that are on their way."""
SECONDS_TO_START = 20
"""How long one of several processes may say nothing, which it does while it loads, before another takes its place."""
SECONDS_BETWEEN_LOOKS = 0.05


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; print one line on stdout when everything is ready. Raises CannotStart."""
    configure_logs()
    with ExitStack() as held:
        with telling_why(settings):
            held.enter_context(home_lock.hold(settings.home, shared=settings.scheduler is not None))
        _serve(settings)


def _serve(settings: Settings) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _exit)
    listener = _listen(settings)
    store = _open(settings)
    if settings.needs_keys and settings.key is None:
        _tell_first_key(store, listener)
    store.close()
    threading.Thread(target=_announce, args=(listener,), daemon=True).start()
    if settings.workers == 1:
        config = _config(functools.partial(_create_app, settings), workers=1)
        uvicorn.Server(config).run(sockets=[listener])
    else:
        _serve_in_processes(settings, listener)


def _serve_in_processes(settings: Settings, listener: socket.socket) -> None:
    """Start the training workers once, and the processes that answer, which reach them by the scheduler's address."""
    engine = _start_engine(settings)
    if settings.shared_measurements is not None:
        share_measurements(settings.shared_measurements)
    try:
        shared = settings.model_copy(update={"scheduler": engine.address()})
        config = _config(functools.partial(_create_child_app, shared), workers=settings.workers)
        Multiprocess(config, sockets=[listener]).run()
    finally:
        engine.close()


def _open(settings: Settings) -> Store:
    """Open the store with its tables."""
    with telling_why(settings):
        store = open_store(settings)
        upgrade(store.database)
        if settings.database_url is not None or settings.store is not None:
            store_identity.check(store)
    return store


def _start_engine(settings: Settings) -> DaskEngine:
    store = open_store(settings)
    if settings.scheduler is None:
        release_jobs(store=store)
    store.close()
    return DaskEngine(settings)


def _create_child_app(settings: Settings) -> FastAPI:
    """Return the application of one of several processes; it stops when the process that started it is gone."""
    configure_logs()
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    return _create_app(settings)


def _create_app(settings: Settings) -> FastAPI:
    """Return the application; what is there by now is never searched for garbage, which would take 60 ms each time."""
    app = create_app(settings)
    gc.freeze()
    return app


def _follow(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _config(factory: functools.partial[FastAPI], *, workers: int) -> uvicorn.Config:
    return uvicorn.Config(
        factory,
        factory=True,
        workers=workers,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_ANSWER,
        timeout_worker_healthcheck=SECONDS_TO_START,
    )


class _PortOfMany(socket.socket):
    """A socket that takes the port but no connection: whichever process gets it listens there by one of its own.

    The kernel then spreads the connections over the processes; of one socket for all, one process may take them all.
    """

    @classmethod
    def at(cls, family: int, address: tuple[object, ...]) -> "_PortOfMany":
        """Bind one; raises OSError."""
        port = cls(family, socket.SOCK_STREAM)
        port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        port.bind(address)
        return port

    def __reduce__(self) -> tuple[object, ...]:
        """Have another process bind one of its own."""
        return _PortOfMany.at, (self.family, self.getsockname())


def _listen(settings: Settings) -> socket.socket:
    """Bind the socket; raises CannotStart."""
    try:
        return _bound(settings)
    except OSError as error:
        told = f"cannot listen on port {settings.port} of {settings.host}: {error.strerror or error}"
        right = "--port, 0 takes a free one" if error.errno in {errno.EADDRINUSE, errno.EACCES} else "--host"
        raise CannotStart(f"{told}; name another with {right}") from error


def _bound(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((settings.host, settings.port))
    if settings.workers > 1 and sys.platform == "linux":  # elsewhere the kernel does not spread them
        address = listener.getsockname()
        listener.close()
        return _PortOfMany.at(family, address)
    listener.listen(BACKLOG)
    listener.set_inheritable(True)
    return listener


def _tell_first_key(store: Store, listener: socket.socket) -> None:
    """Make a key where there is none, and show it this once; on stderr, where no program reads it."""
    first = create_first_key(store=store)
    if first is not None:
        told = (
            f"requests to this service need a key; one was made, and is shown this once:\n  {first.key}\n"
            f"the page with it: http://{_reachable(listener)}/#key={first.key}\n"
            f"send it as `Authorization: Bearer KEY`; `nncore keys create` makes others, NNCORE_KEY sets one's own\n"
        )
        print(told, end="", file=sys.stderr, flush=True)  # noqa: T201, for the operator, and for no log


def _reachable(listener: socket.socket) -> str:
    """Return host and port at which this machine itself reaches the service."""
    host, port = listener.getsockname()[:2]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104, compared, not bound
    return f"[{reachable}]:{port}" if ":" in reachable else f"{reachable}:{port}"


def _announce(listener: socket.socket) -> None:
    """Print where the service listens, once it says itself that it is ready."""
    address = _reachable(listener)
    host, port = listener.getsockname()[:2]
    while not _is_ready(address):
        time.sleep(SECONDS_BETWEEN_LOOKS)
    shown = f"[{host}]" if ":" in host else host
    print(f"listening on http://{shown}:{port}", flush=True)  # noqa: T201, who started us reads it there


def _is_ready(address: str) -> bool:
    connection = HTTPConnection(address, timeout=SECONDS_TO_ANSWER)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _exit(_number: int, _frame: object) -> Never:
    """End with code 0: uvicorn calls this, too, once it has answered what it had accepted."""
    raise SystemExit(0)
