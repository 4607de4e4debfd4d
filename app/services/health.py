"""Whether the service can do its work."""

from app.errors import Unavailable
from app.services.execution import Engine
from app.storage.store import Store

RETRY_AFTER_SECONDS = "1"


def check_ready(*, store: Store, engine: Engine) -> None:
    """Raise Unavailable, with the reason, unless the database answers and jobs can be executed."""
    reason = store.database.fault() or engine.ready()
    if reason is not None:
        raise Unavailable(reason, headers={"Retry-After": RETRY_AFTER_SECONDS})
