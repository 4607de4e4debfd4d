"""Whether the service can do its work."""

from app.errors import FieldProblem, Unavailable
from app.services.execution import Engine
from app.storage.store import Store

RETRY_AFTER_SECONDS = "1"


def check_ready(*, store: Store, engine: Engine, free_bytes: int) -> None:
    """Raise Unavailable, with each reason, unless data can be reached, the disk has room and jobs can be executed."""
    faults = {
        "database": store.database.fault(),
        "disk": store.files.disk_fault(free_bytes=free_bytes),
        "store": store.files.fault(),
        "engine": engine.ready(),
    }
    reasons = [FieldProblem(pointer=f"/{part}", detail=fault) for part, fault in faults.items() if fault is not None]
    if reasons:
        detail = "; ".join(reason.detail for reason in reasons)
        raise Unavailable(detail, errors=reasons, headers={"Retry-After": RETRY_AFTER_SECONDS})
