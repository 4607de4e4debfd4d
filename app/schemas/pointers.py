"""Where each field of a request stands."""

from collections.abc import Mapping

from app.schemas.gradient_check import GradientCheckRequest
from app.schemas.hyperparameters import EarlyStopping, Hyperparameters, Schedule
from app.schemas.request import Request
from app.schemas.training import TrainRequest
from app.schemas.tuning import TuneRequest
from app.schemas.webhooks import Webhook


def known_pointers() -> Mapping[str, str]:
    """Return the pointer of every field that a request may have, by its name."""
    kinds: dict[str, type[Request]] = {
        "": TuneRequest,
        "/hyperparameters": Hyperparameters,
        "/hyperparameters/schedule": Schedule,
        "/hyperparameters/early_stopping": EarlyStopping,
        "/webhook": Webhook,
    }
    others = (GradientCheckRequest, TrainRequest)
    pointers = {name: f"/{name}" for kind in others for name in kind.model_fields}
    return pointers | {name: f"{pointer}/{name}" for pointer, kind in kinds.items() for name in kind.model_fields}
