"""That the service is there."""

from typing import Literal

from pydantic import BaseModel


class Health(BaseModel):
    """That the service is there."""

    status: Literal["ok"] = "ok"
