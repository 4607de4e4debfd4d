"""Names and numbers as fields of requests: their patterns and bounds."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
MODEL_REFERENCE_PATTERN = (  # NAME, NAME:VERSION or NAME@ALIAS
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(:[1-9][0-9]{0,8}|@[A-Za-z0-9][A-Za-z0-9._-]{0,63})?$"
)
SERVED_PATTERN = rf"{MODEL_REFERENCE_PATTERN}|^job:[A-Za-z0-9][A-Za-z0-9._-]{{0,63}}$"  # or job:ID
MODEL_ALIAS_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(@[A-Za-z0-9][A-Za-z0-9._-]{0,63})?$"  # NAME or NAME@ALIAS
PATTERNS_IN_WORDS = {
    NAME_PATTERN: "1 to 64 letters, digits, dots, dashes and underscores are right, the first a letter or a digit",
    MODEL_REFERENCE_PATTERN: "NAME, NAME:VERSION or NAME@ALIAS is right",
    SERVED_PATTERN: "NAME, NAME:VERSION, NAME@ALIAS or job:ID is right",
    MODEL_ALIAS_PATTERN: "NAME or NAME@ALIAS is right",
}
RESERVED_MODEL_NAME = "job"  # `job:ID` is what a job has learned, where a model may be named
LARGEST_INTEGER = 2**31 - 1
Json = dict[str, Any]


def check_model_name(name: str) -> str:
    """Refuse a name that means something else wherever a model may be named."""
    if name == RESERVED_MODEL_NAME:
        raise PydanticCustomError("reserved-name", "the name 'job' is reserved; any other is right")
    return name


Name = Annotated[str, Field(pattern=NAME_PATTERN)]
ModelName = Annotated[Name, AfterValidator(check_model_name)]
Count = Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]
Units = Count
Rate = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[Rate, Field(lt=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
