"""Aliases: names beside the numbers of a model's versions, which can be moved while the service answers."""

from typing import Annotated

from fastapi import APIRouter, Path

from app.api.dependencies import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    NamePath,
    ServedModelsDependency,
    StoreDependency,
)
from app.api.strict_route import StrictRoute
from app.errors import (
    AliasNotFound,
    BodyTooLarge,
    InvalidRequest,
    MalformedRequest,
    ModelNotFound,
    ModelNotServable,
    UnsupportedMediaType,
    openapi_responses,
)
from app.schemas.fields import NAME_PATTERN
from app.schemas.models import Alias, AliasRequest
from app.schemas.pages import Page
from app.services import aliases

router = APIRouter(prefix="/models/{name}/aliases", tags=["models"], route_class=StrictRoute)

AliasPath = Annotated[str, Path(pattern=NAME_PATTERN)]
REFUSED = openapi_responses(
    MalformedRequest, ModelNotFound, ModelNotServable, BodyTooLarge, UnsupportedMediaType, InvalidRequest
)


@router.get("", responses=openapi_responses(ModelNotFound, InvalidRequest))
def list_aliases(
    name: NamePath, store: StoreDependency, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> Page[Alias]:
    """Return the aliases of a model by name."""
    return aliases.list_aliases(name, store=store, limit=limit, cursor=cursor)


@router.put("/{alias}", responses=REFUSED)
def put_alias(
    name: NamePath, alias: AliasPath, body: AliasRequest, store: StoreDependency, served: ServedModelsDependency
) -> Alias:
    """Have an alias mean a version for all requests from now on; one that cannot answer is refused."""
    return aliases.put_alias(name, alias, body.version, store=store, served=served)


@router.delete("/{alias}", status_code=204, responses=openapi_responses(AliasNotFound, InvalidRequest))
def delete_alias(name: NamePath, alias: AliasPath, store: StoreDependency) -> None:
    """Delete an alias; the version that it meant stays."""
    aliases.delete_alias(name, alias, store=store)
