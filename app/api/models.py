"""Models and their versions."""

import functools
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse
from pydantic import AfterValidator

from app.api.dependencies import (
    DEFAULT_LIMIT,
    AskedBy,
    Cursor,
    Limit,
    NamePath,
    ServedModelsDependency,
    SettingsDependency,
    SplitQuery,
    StoreDependency,
    VersionPath,
)
from app.api.form import check_fields
from app.api.form_route import FormRoute
from app.api.png import PNG_ANSWER, IfNoneMatch, png_answer
from app.errors import (
    BodyTooLarge,
    DatasetNotFound,
    ImageNotFound,
    InvalidRequest,
    MalformedRequest,
    ModelNotFound,
    ModelNotServable,
    QuotaExceeded,
    Unprocessable,
    UnsupportedMediaType,
    VersionInUse,
    openapi_responses,
)
from app.schemas.fields import NAME_PATTERN, check_model_name
from app.schemas.hardest import HardestAnswer
from app.schemas.models import Model, ModelVersion
from app.schemas.pages import Page
from app.services import models
from app.services.hardest_images import hardest_images
from app.services.model_pictures import draw_weights
from nncore.errors import InvalidParameterFile

router = APIRouter(prefix="/models", tags=["models"], route_class=FormRoute)

NOT_FOUND = openapi_responses(ModelNotFound, InvalidRequest)
NOT_SERVED = openapi_responses(ModelNotFound, ModelNotServable, InvalidRequest)
NOT_EVALUATED = openapi_responses(ModelNotFound, DatasetNotFound, ImageNotFound, ModelNotServable, InvalidRequest)
HDF5 = "application/x-hdf5"
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {HDF5: {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "Unchanged"},
}
NewNamePath = Annotated[str, Path(pattern=NAME_PATTERN), AfterValidator(check_model_name)]


class _InvalidFile(Unprocessable):
    code, title = InvalidParameterFile.code, "The file is no parameter file"


@router.get("", responses=openapi_responses(InvalidRequest))
def list_models(store: StoreDependency, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Page[Model]:
    """Return models by name, each with its versions."""
    return models.list_models(store=store, limit=limit, cursor=cursor)


@router.get("/{name}", responses=NOT_FOUND)
def get_model(name: NamePath, store: StoreDependency) -> Model:
    """Return a model with its versions, the newest first."""
    return models.get_model(name, store=store)


@router.delete("/{name}", status_code=204, responses=NOT_FOUND)
def delete_model(name: NamePath, store: StoreDependency) -> None:
    """Delete a model with all its versions and aliases; their numbers are not used again."""
    models.delete_model(name, store=store)


REFUSED = openapi_responses(
    MalformedRequest, QuotaExceeded, BodyTooLarge, UnsupportedMediaType, InvalidRequest, _InvalidFile
)


async def _check_fields(request: Request) -> None:
    await check_fields(request, files=("parameters",))


@router.post("/{name}/versions", status_code=201, responses=REFUSED, dependencies=[Depends(_check_fields)])
def add_version(
    *,
    name: NewNamePath,
    parameters: UploadFile,
    response: Response,
    store: StoreDependency,
    settings: SettingsDependency,
    asked_by: AskedBy,
) -> ModelVersion:
    """Register a parameter file from elsewhere as the next version of a model."""
    version = models.add_version(name, parameters.file, store=store, settings=settings, asked_by=asked_by)
    response.headers["Location"] = f"/models/{name}/versions/{version.version}"
    return version


@router.get("/{name}/versions/{version}", responses=NOT_FOUND)
def get_version(name: NamePath, version: VersionPath, store: StoreDependency) -> ModelVersion:
    """Return one version of a model."""
    return models.get_version(name, version, store=store)


@router.delete("/{name}/versions/{version}", status_code=204, responses=NOT_FOUND | openapi_responses(VersionInUse))
def delete_version(name: NamePath, version: VersionPath, store: StoreDependency) -> None:
    """Delete one version of a model, unless an alias means it; its number is not used again."""
    models.delete_version(name, version, store=store)


@router.get("/{name}/versions/{version}/parameters", responses=NOT_SERVED | FILE, response_class=FileResponse)
def get_parameters(
    name: NamePath,
    version: VersionPath,
    store: StoreDependency,
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """Return the HDF5 parameter file; its ETag is its SHA-256, which is judged before a byte is sent."""
    described = models.get_version(name, version, store=store)
    headers = {"ETag": f'"{described.sha256}"'}
    if if_none_match.strip() == "*" or described.sha256 in if_none_match:
        return Response(status_code=304, headers=headers)
    path = models.parameter_path(described, store=store)
    return FileResponse(path, headers=headers, media_type=HDF5, filename=f"{name}-{version}.h5")


@router.get("/{name}/versions/{version}/hardest", responses=NOT_EVALUATED)
def get_hardest(
    *,
    name: NamePath,
    version: VersionPath,
    store: StoreDependency,
    served: ServedModelsDependency,
    split: SplitQuery = "test",
    limit: Annotated[int, Query(ge=1, le=200, description="How many images at most.")] = 24,
) -> HardestAnswer:
    """Return the images of its dataset that a version errs on most, the costliest first."""
    return hardest_images(name, version, split=split, limit=limit, store=store, served=served)


@router.get("/{name}/versions/{version}/weights.png", responses=NOT_SERVED | PNG_ANSWER, response_class=Response)
def get_weights(
    *,
    name: NamePath,
    version: VersionPath,
    served: ServedModelsDependency,
    limit: Annotated[int, Query(ge=1, le=400, description="How many units at most.")] = 100,
    columns: Annotated[int, Query(ge=1, le=50, description="How many stand side by side.")] = 10,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """Return the weights of the first layer as pictures, one a unit: red above 0, blue below."""
    found = served.find(f"{name}:{version}")
    draw = functools.partial(draw_weights, found, limit=limit, columns=columns)
    return png_answer(draw, of=(found.version.sha256, limit, columns), if_none_match=if_none_match)
