"""Which files belong to which database: both have the same identity, so that no service has half of another's."""

from pathlib import PurePosixPath
from uuid import uuid4

from sqlalchemy import insert as insert_into
from sqlalchemy import select, union_all

from app.storage.cannot_start import CannotStart
from app.storage.database import Connection
from app.storage.files import DATASETS, MODELS, Files
from app.storage.store import Store
from app.storage.tables import datasets, model_versions, store_identity

MARKS = "data/identity"


def check(store: Store) -> None:
    """See that the files are those of the database, and give both an identity at first; raises CannotStart.

    Files without one are the database's own if it names any of them, as in a restored copy. Where the files cannot be
    reached, nothing is known.
    """
    with store.tolerating_a_fault("identity"), store.database.write() as connection:
        known = connection.scalar(select(store_identity.c.id))
        marks = [PurePosixPath(file).name for file in store.files.names(MARKS)]
        if known is None:
            known = marks[0] if marks else uuid4().hex
            connection.execute(insert_into(store_identity).values(id=known))
        elif known not in marks and (marks or not _names_any(connection, store.files)):
            raise CannotStart(_refusal(known, marks))
        if known not in marks:
            _mark(store.files, known)


def _names_any(connection: Connection, files: Files) -> bool:
    named = connection.scalars(union_all(select(datasets.c.file), select(model_versions.c.file)))
    return not {*files.names(DATASETS), *files.names(MODELS)}.isdisjoint(named)


def _mark(files: Files, identity: str) -> None:
    with files.temporary() as path:
        path.write_text(identity, encoding="utf-8")
        files.publish(path, f"{MARKS}/{identity}")


def _refusal(known: str, marks: list[str]) -> str:
    found = f"those here are {marks[0]}" if marks else "none of its files is here"
    return (
        f"the database belongs to the files of identity {known}, and {found}: all services of a database need the same "
        f"NNCORE_HOME or NNCORE_STORE (where those files are lost for good, put an empty file {MARKS}/{known} in place)"
    )
