"""Give versions of a model names that can be moved."""

from app.schemas.clock import now
from app.schemas.models import Alias
from app.schemas.pages import Page
from app.services.served_models import ServedModels
from app.storage import aliases
from app.storage.store import Store


def put_alias(name: str, alias: str, version: int, *, store: Store, served: ServedModels) -> Alias:
    """Have an alias mean a version from now on, once that is loaded: the one before answers until then.

    Raises ModelNotFound, and ModelNotServable for a version that could not answer.
    """
    served.find(f"{name}:{version}")
    made = Alias(model=name, alias=alias, version=version, updated_at=now())
    with store.database.write() as connection:
        aliases.put(connection, made)
    return made


def list_aliases(name: str, *, store: Store, limit: int, cursor: str | None) -> Page[Alias]:
    """Return the aliases of a model; raises ModelNotFound."""
    with store.database.read() as connection:
        return aliases.page(connection, name, limit=limit, cursor=cursor)


def delete_alias(name: str, alias: str, *, store: Store) -> None:
    """Delete an alias; the version stays. Raises AliasNotFound."""
    with store.database.write() as connection:
        aliases.delete(connection, name, alias)
