"""Keys: make one, look at them, revoke them."""

from typing import Annotated

from fastapi import APIRouter, Path

from app.api.dependencies import DEFAULT_LIMIT, Cursor, Limit, StoreDependency
from app.api.strict_route import StrictRoute
from app.errors import (
    BodyTooLarge,
    InvalidRequest,
    KeyNotFound,
    MalformedRequest,
    UnsupportedMediaType,
    openapi_responses,
)
from app.schemas.fields import NAME_PATTERN
from app.schemas.keys import Key, KeyRequest, NewKey
from app.schemas.pages import Page
from app.services import keys

router = APIRouter(prefix="/keys", tags=["keys"], route_class=StrictRoute)

KeyPath = Annotated[str, Path(pattern=NAME_PATTERN)]
REFUSED = openapi_responses(MalformedRequest, BodyTooLarge, UnsupportedMediaType, InvalidRequest)


@router.post("", status_code=201, responses=REFUSED)
def create_key(body: KeyRequest, store: StoreDependency) -> NewKey:
    """Make a key; no later answer shows it again."""
    return keys.create_key(body.name, body.scope, store=store)


@router.get("", responses=openapi_responses(InvalidRequest))
def list_keys(store: StoreDependency, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None) -> Page[Key]:
    """Return the keys by id, without their secrets."""
    return keys.list_keys(store=store, limit=limit, cursor=cursor)


@router.delete("/{key_id}", status_code=204, responses=openapi_responses(KeyNotFound, InvalidRequest))
def revoke_key(key_id: KeyPath, store: StoreDependency) -> None:
    """Revoke a key: within a second it opens nothing any more."""
    keys.revoke_key(key_id, store=store)
