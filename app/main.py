"""The application: routers, error handlers, and what lives as long as it does."""

import asyncio
import functools
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from types import FrameType

from fastapi import FastAPI
from threadpoolctl import threadpool_limits

from app.api import (
    aliases,
    datasets,
    events,
    explain,
    forward,
    gradient_check,
    health,
    inference_v2,
    jobs,
    keys,
    metrics,
    models,
    pictures,
    predict,
    train,
    tune,
)
from app.api.authorization import Authorization, Refusals
from app.api.body_limit import BodyLimit
from app.api.dashboard import add_dashboard
from app.api.dependencies import Serving
from app.api.documentation import add_documentation
from app.api.problems import answer_problems
from app.api.rate_limit import RateLimit
from app.api.request_log import RequestLog
from app.api.waiting import WaitingRoom
from app.jobs.engine import DaskEngine
from app.measurements import Measurements
from app.services.decoder import Decoder
from app.services.event_feed import EventFeed
from app.services.keys import Keyring
from app.services.recover_jobs import clear_checkpoints, release_jobs, unfinished_jobs
from app.services.served_models import ServedModels
from app.services.webhooks import deliver_forever
from app.settings import Settings
from app.storage.migrations import upgrade
from app.storage.store import Store, open_store

RESOURCES = (
    predict,
    datasets,
    train,
    tune,
    gradient_check,
    jobs,
    events,
    models,
    aliases,
    inference_v2,
    explain,
    forward,
    pictures,
    keys,
    health,
    metrics,
)
SECONDS_TO_BEGIN = 6
"""How long after a signal to stop a picture may still have its turn; the server waits a little longer."""
DESCRIPTION = "Trains small image classifiers over HTTP and serves them over HTTP."


def create_app(settings: Settings) -> FastAPI:
    """Return the application; nothing is opened or started before its lifespan begins."""
    app = FastAPI(
        title="nncore",
        version=_version(),
        description=DESCRIPTION,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # FastAPI would look for theirs in each request
    )
    app.state.settings = settings
    app.state.measurements = Measurements(shared=settings.shared_measurements)
    _add_middleware(app, settings)
    for resource in RESOURCES:
        app.router.routes.extend(resource.router.routes)  # `include_router` would look for each path twice
    add_dashboard(app)
    add_documentation(app)
    answer_problems(app)
    return app


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """Add what every request goes through; of keys and limits nothing where there are none."""
    app.add_middleware(predict.ShortWay)
    app.add_middleware(BodyLimit, json_bytes=settings.max_body_bytes, upload_bytes=settings.max_upload_bytes)
    if settings.needs_keys:
        app.add_middleware(Refusals)
    if settings.requests_per_second or settings.key_requests_per_second:
        app.add_middleware(
            RateLimit,
            in_all=settings.requests_per_second,
            of_one=settings.key_requests_per_second,
            processes=settings.workers,
        )
    if settings.needs_keys:
        app.add_middleware(Authorization)
    # the one added last sees a request first, and its answer last
    app.add_middleware(RequestLog, measurements=app.state.measurements)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    await asyncio.to_thread(_open, app)
    app.state.event_feed = feed = EventFeed(app.state.store)
    loop = asyncio.get_running_loop()
    _before_the_stop(lambda: loop.call_soon_threadsafe(feed.close))
    decoder: Decoder = app.state.serving.decoder
    _before_the_stop(lambda: loop.call_soon_threadsafe(loop.call_later, SECONDS_TO_BEGIN, decoder.stop))
    sender = asyncio.create_task(deliver_forever(app.state.store, app.state.settings))
    yield
    feed.close()
    sender.cancel()  # what it was about to send is sent again by whoever runs when its lease is over
    with suppress(asyncio.CancelledError):
        await sender
    await asyncio.to_thread(_close, app)


def _before_the_stop(act: Callable[[], object]) -> None:
    """Have a signal to stop act first: a server waits for the answers on their way, and streams would not end."""
    if threading.current_thread() is not threading.main_thread():
        return  # where no signal comes, as in tests
    for number in (signal.SIGTERM, signal.SIGINT):
        _extend(number, act)


def _extend(number: signal.Signals, act: Callable[[], object]) -> None:
    before = signal.getsignal(number)

    def handle(caught: int, frame: FrameType | None) -> None:
        act()
        if callable(before):
            before(caught, frame)

    signal.signal(number, handle)


def _open(app: FastAPI) -> None:
    settings: Settings = app.state.settings
    threadpool_limits(limits=1, user_api="blas")  # one picture is too little for two threads, and requests are many
    app.state.store = store = open_store(settings)
    upgrade(store.database)
    if settings.needs_keys:
        app.state.keyring = Keyring(store, settings)
    app.state.serving = _serving(settings, measurements=app.state.measurements, store=store)
    if settings.scheduler is None:
        release_jobs(store=store)
    clear_checkpoints(store=store)
    app.state.engine = DaskEngine(settings, unfinished=functools.partial(unfinished_jobs, store=store))


def _serving(settings: Settings, *, measurements: Measurements, store: Store) -> Serving:
    return Serving(
        served=ServedModels(store, capacity=settings.model_cache, loaded=measurements.models_loaded),
        decoder=Decoder(max_pixels=settings.max_pixels, formats=settings.formats, measurements=measurements),
        waiting_room=WaitingRoom(most=settings.max_waiting),
        settings=settings,
        measurements=measurements,
    )


def _close(app: FastAPI) -> None:
    app.state.serving.decoder.close()
    app.state.engine.close()
    app.state.store.close()


def _version() -> str:
    try:
        return version("nncore")
    except PackageNotFoundError:  # called from a checkout that is not installed
        return "0"
