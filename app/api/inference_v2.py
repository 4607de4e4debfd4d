"""The Open Inference Protocol, version 2: KServe's and Triton's clients can ask this service."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Header, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from app.api import inference_body
from app.api.body import Body
from app.api.dependencies import (
    EngineDependency,
    ServedModelsDependency,
    Serving,
    ServingDependency,
    SettingsDependency,
    StoreDependency,
    VersionPath,
)
from app.api.inference_body import InferenceBody
from app.api.strict_route import StrictRoute
from app.images import Pixels
from app.inference_schemas import (
    InferenceError,
    InferRequest,
    ModelMetadata,
    RepositoryEntry,
    RepositoryQuery,
    ServerMetadata,
)
from app.schemas.fields import MODEL_ALIAS_PATTERN
from app.schemas.models import ModelVersion
from app.services import infer, models
from app.services.health import check_ready
from app.services.served_models import ServedModels
from app.settings import Settings
from app.storage.store import Store

EXTENSIONS = ["binary_tensor_data", "classification"]
LARGE_HEADER = 64 * 1024
"""From how many bytes on the JSON is parsed in a thread."""

Result = TypeVar("Result")


ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": InferenceError, "description": "What was wrong"}
    for status in (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
}
router = APIRouter(prefix="/v2", tags=["inference protocol"], responses=ERRORS, route_class=StrictRoute)
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": InferRequest.model_json_schema(ref_template="#/components/schemas/{model}")},
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
INDEX_BODY: dict[str, Any] = {
    "requestBody": {"content": {"application/json": {"schema": RepositoryQuery.model_json_schema()}}}
}
ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        }
    }
}
ReferencePath = Annotated[str, Path(pattern=MODEL_ALIAS_PATTERN, description="NAME or NAME@ALIAS.")]
HeaderLength = Annotated[int | None, Header(alias=inference_body.HEADER_LENGTH, ge=0)]


@router.get("")
async def server_metadata(request: Request) -> ServerMetadata:
    """Say what this server is."""
    return ServerMetadata(name="nncore", version=request.app.version, extensions=EXTENSIONS)


@router.get("/health/live")
async def live() -> dict[str, bool]:
    """Say that the process answers."""
    return {"live": True}


@router.get("/health/ready")
def ready(store: StoreDependency, engine: EngineDependency, settings: SettingsDependency) -> dict[str, bool]:
    """Say whether it can do its work."""
    check_ready(store=store, engine=engine, free_bytes=settings.min_free_bytes)
    return {"ready": True}


@router.get("/models/{name}")
def model_metadata(name: ReferencePath, served: ServedModelsDependency, store: StoreDependency) -> ModelMetadata:
    """Say what the newest version of a model, or the one that an alias means, takes and answers."""
    return _metadata(name, served=served, store=store)


@router.get("/models/{name}/versions/{version}")
def version_metadata(
    name: ReferencePath, version: VersionPath, served: ServedModelsDependency, store: StoreDependency
) -> ModelMetadata:
    """Say what a version takes and answers."""
    return _metadata(_reference(name, version), served=served, store=store)


@router.get("/models/{name}/ready")
def model_ready(name: ReferencePath, served: ServedModelsDependency) -> dict[str, bool]:
    """Say whether a model can answer."""
    served.find(name)
    return {"ready": True}


@router.get("/models/{name}/versions/{version}/ready")
def version_ready(name: ReferencePath, version: VersionPath, served: ServedModelsDependency) -> dict[str, bool]:
    """Say whether a version can answer."""
    served.find(_reference(name, version))
    return {"ready": True}


@router.post("/models/{name}/infer", openapi_extra=BODY, responses=ANSWER)
async def infer_model(
    request: Request, name: ReferencePath, serving: ServingDependency, header_length: HeaderLength = None
) -> Response:
    """Answer for pictures: `image`, UINT8 of shape [n, 64, 64, 3], or `file`, BYTES of shape [n]."""
    return await _infer(request, name, serving=serving, header_length=header_length)


@router.post("/models/{name}/versions/{version}/infer", openapi_extra=BODY, responses=ANSWER)
async def infer_version(
    request: Request,
    name: ReferencePath,
    version: VersionPath,
    serving: ServingDependency,
    header_length: HeaderLength = None,
) -> Response:
    """Answer for pictures by a version."""
    return await _infer(request, _reference(name, version), serving=serving, header_length=header_length)


@router.post("/repository/index", openapi_extra=INDEX_BODY)
async def repository_index(request: Request, store: StoreDependency) -> list[RepositoryEntry]:
    """List all versions of all models, or those that can be asked; each is loaded when it is first asked."""
    asked = infer.parse_index(await request.body())
    return await run_in_threadpool(_index, store=store, ready_alone=asked.ready)


def _index(*, store: Store, ready_alone: bool) -> list[RepositoryEntry]:
    found = models.all_models(store=store)
    entries = [_entry(version, store=store) for model in found for version in model.versions]
    return [entry for entry in entries if entry.state == "READY" or not ready_alone]


def _entry(version: ModelVersion, *, store: Store) -> RepositoryEntry:
    fault = models.fault_of(version, store=store)
    state: Literal["READY", "UNAVAILABLE"] = "UNAVAILABLE" if fault else "READY"
    return RepositoryEntry(name=version.name, version=str(version.version), state=state, reason=fault)


async def _infer(request: Request, reference: str, *, serving: Serving, header_length: int | None) -> Response:
    body = Body(request)
    with serving.waiting_room:
        found = serving.served.at_hand(reference)
        if found is None:
            found = await run_in_threadpool(serving.served.find, reference)
        asked, sent = await _read(request, body, header_length=header_length, settings=serving.settings)
        answer = await infer.infer(asked, sent, found=found, decoder=serving.decoder, is_gone=body.is_gone)
    return inference_body.write(answer, accepted=request.headers.get("accept-encoding", ""))


async def _read(
    request: Request, body: Body, *, header_length: int | None, settings: Settings
) -> tuple[InferRequest, Pixels | list[bytes] | AsyncIterator[bytes]]:
    """Return what is asked and the pictures of it; the bytes behind the JSON are read once that is judged."""
    encoding = request.headers.get("content-encoding", "")
    most = infer.most_json(settings)
    content = InferenceBody(body, encoding=encoding, header_length=header_length, most=most)
    header = await content.header()
    asked = await _called(header, infer.parse, header, most_pictures=settings.max_files)
    behind = content.behind(size=infer.size_behind(asked, settings=settings))
    if asked.inputs[0].data is None:
        return asked, await infer.behind_json(asked, behind, settings=settings)
    async for _ in behind:  # of which there must be none
        pass
    return asked, await _called(header, infer.in_json, asked, settings=settings)


async def _called(header: bytes, call: Callable[..., Result], *arguments: Any, **named: Any) -> Result:
    """Return what a call returns, made in a thread where the JSON is large."""
    if len(header) <= LARGE_HEADER:
        return call(*arguments, **named)
    return await run_in_threadpool(call, *arguments, **named)


def _metadata(reference: str, *, served: ServedModels, store: Store) -> ModelMetadata:
    found = served.find(reference)
    versions = models.get_model(found.version.name, store=store).versions
    return infer.metadata(found, versions=[version.version for version in reversed(versions)])


def _reference(name: str, version: int) -> str:
    return f"{name.partition('@')[0]}:{version}"
