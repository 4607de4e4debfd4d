"""What all bodies that a client sends have in common."""

from pydantic import BaseModel, ConfigDict


class Request(BaseModel):
    """A body that a client sends: unknown fields and loose types are refused.

    The line below a field is what `/openapi.json` says of it, and the form of the page too.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)
