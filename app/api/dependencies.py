"""What the functions of the API ask for."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, FastAPI, Path, Query, Request

from app.api.waiting import WaitingRoom
from app.measurements import Measurements
from app.schemas.fields import LARGEST_INTEGER, NAME_PATTERN, SERVED_PATTERN, Name
from app.services.decoder import Decoder
from app.services.event_feed import EventFeed
from app.services.execution import Engine
from app.services.served_models import ServedModels
from app.settings import Settings
from app.storage.store import Store


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


async def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


async def _served_models(request: Request) -> ServedModels:
    return serving_of(request.app).served


async def _event_feed(request: Request) -> EventFeed:
    feed: EventFeed = request.app.state.event_feed
    return feed


async def _measurements(request: Request) -> Measurements:
    measurements: Measurements = request.app.state.measurements
    return measurements


@dataclass(frozen=True)
class Serving:
    """All that a prediction needs; one dependency, since FastAPI takes its time for each."""

    served: ServedModels
    decoder: Decoder
    waiting_room: WaitingRoom
    settings: Settings
    measurements: Measurements


def serving_of(app: FastAPI) -> Serving:
    """Return what the predictions of an application need."""
    serving: Serving = app.state.serving
    return serving


async def _serving(request: Request) -> Serving:
    return serving_of(request.app)


async def _asked_by(request: Request) -> str | None:
    return getattr(request.state, "key", None)


SettingsDependency = Annotated[Settings, Depends(_settings)]
AskedBy = Annotated[str | None, Depends(_asked_by)]
"""The id of the key that the request came with, if it needed one."""
StoreDependency = Annotated[Store, Depends(_store)]
EngineDependency = Annotated[Engine, Depends(_engine)]
ServedModelsDependency = Annotated[ServedModels, Depends(_served_models)]
MeasurementsDependency = Annotated[Measurements, Depends(_measurements)]
EventFeedDependency = Annotated[EventFeed, Depends(_event_feed)]
ServingDependency = Annotated[Serving, Depends(_serving)]

NamePath = Annotated[str, Path(pattern=NAME_PATTERN)]
JobPath = Annotated[str, Path(pattern=NAME_PATTERN)]
VersionPath = Annotated[int, Path(ge=1, le=LARGEST_INTEGER)]
SplitQuery = Annotated[Literal["train", "test"], Query()]
NameFilter = Annotated[Name | None, Query()]

ModelQuery = Annotated[
    str | None,
    Query(
        pattern=SERVED_PATTERN,
        description="NAME, NAME:VERSION, NAME@ALIAS, or job:ID for what a job has learned; else the newest version.",
    ),
]

Limit = Annotated[int, Query(ge=1, le=1000, description="How many items at most.")]
Cursor = Annotated[str | None, Query(max_length=64, pattern=NAME_PATTERN, description="`next` of the page before.")]
DEFAULT_LIMIT = 100
