"""The Open Inference Protocol, version 2: KServe's and Triton's clients can ask this service."""

import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

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
from app.errors import problem
from app.inference_schemas import InferenceError, InferRequest, ModelMetadata, RepositoryEntry, ServerMetadata
from app.schemas.fields import MODEL_ALIAS_PATTERN
from app.services import infer, models
from app.services.health import check_ready
from app.services.served_models import ServedModels
from app.storage.store import Store
from nncore.errors import NncoreError

EXTENSIONS = ["binary_tensor_data", "classification", "model_repository"]
LARGE_BODY = 64 * 1024
"""From how many bytes on a body is parsed in a thread."""


class InferenceRoute(APIRoute):
    """Answers errors as the protocol has them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the function that answers a request."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except NncoreError as error:
                told = problem(error)
                return _error(told["detail"], status=told["status"], headers=getattr(error, "headers", {}))
            except RequestValidationError as error:
                first = error.errors()[0]
                return _error(f"{'/'.join(map(str, first['loc']))}: {first['msg']}", status=422)
            except HTTPException as error:
                return _error(str(error.detail), status=error.status_code)

        return handle


ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": InferenceError, "description": "What was wrong"} for status in (400, 404, 409, 413, 415, 422, 503)
}
router = APIRouter(prefix="/v2", tags=["inference protocol"], route_class=InferenceRoute, responses=ERRORS)
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": InferRequest.model_json_schema(ref_template="#/components/schemas/{model}")},
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
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


@router.post("/repository/index")
def repository_index(store: StoreDependency) -> list[RepositoryEntry]:
    """List all versions of all models; each is loaded when it is first asked."""
    return [
        RepositoryEntry(name=model.name, version=str(version.version))
        for model in models.all_models(store=store)
        for version in model.versions
    ]


async def _infer(request: Request, reference: str, *, serving: Serving, header_length: int | None) -> Response:
    body, settings = Body(request), serving.settings
    with serving.waiting_room:
        found = serving.served.at_hand(reference)
        if found is None:
            found = await run_in_threadpool(serving.served.find, reference)
        encoding = request.headers.get("content-encoding", "").strip().lower()
        content = await inference_body.read(body, encoding=encoding, most=settings.max_upload_bytes)
        asked, binary = await _parse(content, header_length=header_length)
        answer = await infer.infer(
            asked, binary, found=found, decoder=serving.decoder, is_gone=body.is_gone, most=settings.max_files
        )
    return inference_body.write(answer, accepted=request.headers.get("accept-encoding", ""))


async def _parse(content: bytes, *, header_length: int | None) -> tuple[InferRequest, bytes]:
    if (len(content) if header_length is None else header_length) <= LARGE_BODY:
        return infer.parse(content, header_length=header_length)
    return await run_in_threadpool(infer.parse, content, header_length=header_length)


def _metadata(reference: str, *, served: ServedModels, store: Store) -> ModelMetadata:
    found = served.find(reference)
    versions = models.get_model(found.version.name, store=store).versions
    return infer.metadata(found, versions=[version.version for version in reversed(versions)])


def _reference(name: str, version: int) -> str:
    return f"{name.partition('@')[0]}:{version}"


def _error(detail: str, *, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps({"error": detail}), status_code=status, headers=headers, media_type="application/json")
