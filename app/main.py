"""The application: routers, error handlers, and what lives as long as it does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI

from app.api import datasets, gradient_check, health, jobs, keys, models, pictures, predict, train
from app.api.authorization import Authorization
from app.api.body_limit import BodyLimit
from app.api.dashboard import add_dashboard
from app.api.documentation import add_documentation
from app.api.problems import answer_problems
from app.api.rate_limit import RateLimit
from app.jobs.engine import DaskEngine
from app.services.keys import Keyring
from app.services.recover_jobs import recover_jobs, release_jobs
from app.services.served_models import ServedModels
from app.settings import Settings
from app.storage.migrations import upgrade
from app.storage.store import open_store

RESOURCES = (
    datasets,
    train,
    gradient_check,
    jobs,
    models,
    predict,
    pictures,
    keys,
    health,
)
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
    )
    app.state.settings = settings
    app.add_middleware(BodyLimit, json_bytes=settings.max_body_bytes, other_bytes=settings.max_upload_bytes)
    app.add_middleware(
        RateLimit,
        in_all=_part(settings.requests_per_second, settings.workers),
        of_one=_part(settings.key_requests_per_second, settings.workers),
    )
    app.add_middleware(Authorization)
    for resource in RESOURCES:
        app.include_router(resource.router)
    add_dashboard(app)
    add_documentation(app)
    answer_problems(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    await asyncio.to_thread(_open, app)
    yield
    await asyncio.to_thread(_close, app)


def _open(app: FastAPI) -> None:
    settings: Settings = app.state.settings
    app.state.store = store = open_store(settings)
    upgrade(store.database)
    app.state.keyring = Keyring(store, settings) if settings.needs_keys else None
    app.state.served_models = ServedModels(store, capacity=settings.model_cache)
    if settings.scheduler is None:
        release_jobs(store=store)
    app.state.engine = engine = DaskEngine(settings)
    recover_jobs(store=store, engine=engine)


def _close(app: FastAPI) -> None:
    app.state.engine.close()
    app.state.store.close()


def _part(rate: float | None, processes: int) -> float | None:
    return None if rate is None else rate / processes


def _version() -> str:
    try:
        return version("nncore")
    except PackageNotFoundError:  # called from a checkout that is not installed
        return "0"
