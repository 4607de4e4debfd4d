"""What the service refuses or fails at, as one tree: each leaf has a status of HTTP and a stable code.

ServiceError
├── MalformedRequest (400)
├── Unauthorized (401)
├── Forbidden (403)
├── NotFound (404)
│   ├── PathNotFound
│   ├── DatasetNotFound
│   ├── ImageNotFound
│   ├── JobNotFound
│   ├── ModelNotFound
│   ├── AliasNotFound
│   └── KeyNotFound
├── MethodNotAllowed (405)
├── Conflict (409)
│   ├── NameTaken
│   ├── DatasetInUse
│   ├── ModelNotServable
│   ├── DifferentNetwork
│   ├── VersionInUse
│   ├── QuotaExceeded
│   └── StateNotAllowed
├── TooLarge (413)
│   ├── BodyTooLarge
│   ├── FileTooLarge
│   ├── TooManyFiles
│   ├── TooManyImages
│   ├── TooManyPixels
│   └── TooCostly
├── UnsupportedMediaType (415)
├── Unprocessable (422)
│   ├── InvalidRequest
│   ├── IdempotencyKeyReused
│   ├── NotAnImage
│   ├── EmptyFile
│   ├── TruncatedImage
│   ├── UnsupportedImageFormat
│   ├── InvalidDataset
│   ├── InvalidArchive
│   └── TrainingDiverged
├── TooManyRequests (429)
│   └── QueueFull
├── InternalError (500)
│   ├── OutOfMemory
│   └── WorkerDied
└── Unavailable (503)
    ├── StorageFull
    ├── StoreUnreachable
    ├── Overloaded
    └── Stopping

Errors of the network itself (nncore.errors) are told as 422: they judge what a client sent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from nncore.errors import Diverged, InvalidHyperparameter, NncoreError

PROBLEM_MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field; the pointer is a JSON pointer into the body, or /query/..., /path/..."""

    pointer: str
    detail: str


class ServiceError(NncoreError):
    """Anything the service answers with a problem; `detail` says what was got and what would be right."""

    status: int = 500
    code = "internal-error"
    title: str = "Something went wrong inside the service"

    def __init__(
        self, detail: str, *, errors: Iterable[FieldProblem] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})


class MalformedRequest(ServiceError):
    """A request that cannot be parsed."""

    status, code, title = 400, "malformed-request", "The request cannot be parsed"


class Unauthorized(ServiceError):
    """A request without a key that opens anything."""

    status, code, title = 401, "unauthorized", "A key is needed"


class Forbidden(ServiceError):
    """A request whose key does not allow it."""

    status, code, title = 403, "forbidden", "The key does not allow this"


class NotFound(ServiceError):
    """Something that is not there."""

    status, code, title = 404, "not-found", "There is no such thing"


class PathNotFound(NotFound):
    """A path that the service does not have."""

    code, title = "path-not-found", "There is no such path"


class DatasetNotFound(NotFound):
    """A dataset that is not there."""

    code, title = "dataset-not-found", "There is no such dataset"


class ImageNotFound(NotFound):
    """An image, or all images of a split, that a dataset does not have."""

    code, title = "image-not-found", "There is no such image"


class JobNotFound(NotFound):
    """A job that is not there."""

    code, title = "job-not-found", "There is no such job"


class ModelNotFound(NotFound):
    """A model, or a version of one, that is not there."""

    code, title = "model-not-found", "There is no such model"


class AliasNotFound(NotFound):
    """An alias that a model does not have."""

    code, title = "alias-not-found", "There is no such alias"


class KeyNotFound(NotFound):
    """A key that is not there."""

    code, title = "key-not-found", "There is no such key"


class MethodNotAllowed(ServiceError):
    """A path that is there, but not for this verb."""

    status, code, title = 405, "method-not-allowed", "The path does not take this method"


class Conflict(ServiceError):
    """Something that the present state does not allow."""

    status, code, title = 409, "conflict", "The present state does not allow this"


class NameTaken(Conflict):
    """A name that another already has."""

    code, title = "name-taken", "The name is taken"


class DatasetInUse(Conflict):
    """A dataset that an unfinished job needs."""

    code, title = "dataset-in-use", "The dataset is in use"


class ModelNotServable(Conflict):
    """A model that this service would answer for wrongly, or not at all."""

    code, title = "model-not-servable", "The model cannot be served here"


class DifferentNetwork(Conflict):
    """A version to start from whose network is not the one that is asked for."""

    code, title = "different-network", "The parameters are of another network"


class VersionInUse(Conflict):
    """A version that an alias leads to."""

    code, title = "version-in-use", "The version is in use"


class QuotaExceeded(Conflict):
    """More than may be stored, until something is deleted: waiting alone makes no room."""

    code, title = "quota-exceeded", "As much is stored as may be"


class StateNotAllowed(Conflict):
    """A job that is not in a state for this."""

    code, title = "state-not-allowed", "The job's state does not allow this"


class TooLarge(ServiceError):
    """More than the limits allow."""

    status, code, title = 413, "too-large", "The request is too large"


class BodyTooLarge(TooLarge):
    """A body of more bytes than allowed."""

    code, title = "body-too-large", "The body is too large"


class FileTooLarge(TooLarge):
    """An uploaded file of more bytes than allowed."""

    code, title = "file-too-large", "The file is too large"


class TooManyFiles(TooLarge):
    """More files than one request may have."""

    code, title = "too-many-files", "There are too many files"


class TooManyImages(TooLarge):
    """More images than a dataset may have."""

    code, title = "too-many-images", "There are too many images"


class TooManyPixels(TooLarge):
    """A picture of more pixels than allowed."""

    code, title = "too-many-pixels", "The picture has too many pixels"


class TooCostly(TooLarge):
    """A picture that takes far more work to read than its pixels explain."""

    code, title = "too-costly", "The picture takes too much work to read"


class UnsupportedMediaType(ServiceError):
    """A body of a type that is not taken here."""

    status, code, title = 415, "unsupported-media-type", "The body's type is not taken here"


class Unprocessable(ServiceError):
    """A request that can be parsed, but whose content is not right."""

    status, code, title = 422, "unprocessable", "The content is not right"


class InvalidRequest(Unprocessable):
    """Fields that are unknown, missing or out of range; `errors` names each."""

    code, title = "invalid-request", "Some fields are not right"

    @classmethod
    def at(cls, pointer: str, detail: str) -> "InvalidRequest":
        """Return the error of one field alone."""
        return cls(detail, errors=[FieldProblem(pointer=pointer, detail=detail)])


class IdempotencyKeyReused(Unprocessable):
    """An idempotency key that came with another request before."""

    code, title = "idempotency-key-reused", "The idempotency key came with another request"


class NotAnImage(Unprocessable):
    """Bytes that are no picture."""

    code, title = "not-an-image", "The file is no picture"


class EmptyFile(Unprocessable):
    """A file without a byte."""

    code, title = "empty-file", "The file is empty"


class TruncatedImage(Unprocessable):
    """A picture that ends too early or is damaged."""

    code, title = "truncated-image", "The picture is incomplete"


class UnsupportedImageFormat(Unprocessable):
    """A picture in a format that is not read here."""

    code, title = "unsupported-image-format", "The picture's format is not read here"


class InvalidDataset(Unprocessable):
    """A file of images and labels that is not as it must be."""

    code, title = "invalid-dataset", "The dataset is not right"


class InvalidArchive(Unprocessable):
    """An archive that cannot be unpacked safely, or not at all."""

    code, title = "invalid-archive", "The archive is not right"


class TrainingDiverged(Unprocessable):
    """A training, by the hyperparameters that were asked for, whose cost is no finite number any more."""

    code, title = "diverged", "The training diverged"


class TooManyRequests(ServiceError):
    """More requests than allowed in so little time."""

    status, code, title = 429, "too-many-requests", "There are too many requests"


class QueueFull(TooManyRequests):
    """More jobs that wait than may."""

    code, title = "queue-full", "Too many jobs wait"


class InternalError(ServiceError):
    """A fault of the service itself."""


class OutOfMemory(InternalError):
    """A job that needs more memory than its worker process has."""

    code, title = "out-of-memory", "The memory does not suffice"


class WorkerDied(InternalError):
    """A job whose worker process died too often."""

    code, title = "worker-died", "The worker process died"


class Unavailable(ServiceError):
    """A service that cannot do it now, but soon may."""

    status, code, title = 503, "unavailable", "The service is not ready"


class StorageFull(Unavailable):
    """A disk without room for what was asked."""

    code, title = "storage-full", "The disk of the service is full"


class StoreUnreachable(Unavailable):
    """A bucket of files that cannot be reached."""

    code, title = "store-unreachable", "The store of files cannot be reached"


class Overloaded(Unavailable):
    """A request too many at a time."""

    code, title = "overloaded", "Too many requests are being answered"


class Stopping(Unavailable):
    """A request that a service which stops has no time for."""

    code, title = "stopping", "The service stops"

    def __init__(self) -> None:
        super().__init__(
            "the service stops before this is answered; send it again in a moment", headers={"Retry-After": "1"}
        )


def problem(error: NncoreError) -> dict[str, Any]:
    """Return the error as a problem of RFC 9457."""
    told = error if isinstance(error, ServiceError) else _of_the_network(error)
    members: dict[str, Any] = {
        "type": f"urn:nncore:problem:{error.code}",
        "title": told.title,
        "status": told.status,
        "detail": told.detail,
        "code": error.code,
    }
    return members | ({"errors": [asdict(field) for field in told.errors]} if told.errors else {})


def openapi_responses(*kinds: type[ServiceError]) -> dict[int | str, dict[str, Any]]:
    """Return the entries of an OpenAPI operation for these errors, one a status."""
    entries: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        content = {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        entry = entries.setdefault(kind.status, {"description": "", "content": content})
        entry["description"] += f"{', ' if entry['description'] else ''}`{kind.code}`: {kind.title}"
    return entries


def _of_the_network(error: NncoreError) -> ServiceError:
    if isinstance(error, InvalidHyperparameter):
        return InvalidRequest.at(f"/hyperparameters/{error.field}", str(error))
    return TrainingDiverged(str(error)) if isinstance(error, Diverged) else Unprocessable(str(error))
