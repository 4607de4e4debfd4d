"""What goes in and out over HTTP, and what stands as JSON in the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from nncore.early_stopping import EarlyStopping as NetworkEarlyStopping
from nncore.hyperparameters import LARGEST_SEED
from nncore.hyperparameters import Hyperparameters as NetworkHyperparameters
from nncore.schedules import Schedule as NetworkSchedule

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
MODEL_REFERENCE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(:[1-9][0-9]{0,8})?$"  # NAME or NAME:VERSION
SERVED_PATTERN = rf"{MODEL_REFERENCE_PATTERN}|^job:[A-Za-z0-9][A-Za-z0-9._-]{{0,63}}$"  # or job:ID
RESERVED_MODEL_NAME = "job"  # `job:ID` is a job that still trains, where a model may be named
LARGEST_INTEGER = 2**31 - 1

DEFAULTS = NetworkHyperparameters().to_json()
SCHEDULE, STOPPING = NetworkSchedule(), NetworkEarlyStopping()

Scope = Literal["predict", "train", "admin"]
Status = Literal["queued", "running", "paused", "succeeded", "failed", "cancelled"]
StoppedBy = Literal["early_stopping", "max_seconds"]
EventKind = Literal["status", "metrics", "checkpoint", "warning", "done"]
Json = dict[str, Any]


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


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


class Request(BaseModel):
    """A body that a client sends: unknown fields and loose types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Schedule(Request):
    """How the learning rate changes from epoch to epoch."""

    kind: Literal["constant", "step", "exponential", "inverse_time", "cosine"] = SCHEDULE.kind  # type: ignore[assignment]
    factor: Annotated[float, Field(gt=0, le=1)] = SCHEDULE.factor
    every: Count = SCHEDULE.every
    warmup: Annotated[int, Field(ge=0, le=LARGEST_INTEGER)] = SCHEDULE.warmup


class EarlyStopping(Request):
    """When a training ends before its last epoch."""

    monitor: Literal["cost", "accuracy", "validation_cost", "validation_accuracy"] = STOPPING.monitor  # type: ignore[assignment]
    patience: Annotated[int, Field(ge=0, le=LARGEST_INTEGER)] = STOPPING.patience
    min_delta: Rate = STOPPING.min_delta
    restore_best: bool = STOPPING.restore_best


class Hyperparameters(Request):
    """How a network looks and how it is trained; every one has a default."""

    hidden_layers: list[Units] = Field(default=DEFAULTS["hidden_layers"], max_length=64)
    activation: Literal["sigmoid", "tanh", "relu", "leaky_relu"] = DEFAULTS["activation"]
    initializer: Literal["small_random", "zeros", "large_random", "he", "xavier"] = DEFAULTS["initializer"]
    optimizer: Literal["gradient_descent", "momentum", "nesterov", "rmsprop", "adam"] = DEFAULTS["optimizer"]
    learning_rate: Positive = DEFAULTS["learning_rate"]
    epochs: Count = DEFAULTS["epochs"]
    batch_size: Count | None = DEFAULTS["batch_size"]
    momentum: Share | None = None
    beta1: Share = DEFAULTS["beta1"]
    beta2: Share = DEFAULTS["beta2"]
    epsilon: Positive = DEFAULTS["epsilon"]
    schedule: Schedule | None = DEFAULTS["schedule"]
    clip_norm: Positive | None = DEFAULTS["clip_norm"]
    l2: Rate = DEFAULTS["l2"]
    dropout: Share = DEFAULTS["dropout"]
    input_dropout: Share = DEFAULTS["input_dropout"]
    class_weight: Literal["balanced"] | dict[str, Rate] | None = DEFAULTS["class_weight"]
    normalization: Literal["scale", "standardize", "none"] = DEFAULTS["normalization"]
    validation_fraction: Share = DEFAULTS["validation_fraction"]
    early_stopping: EarlyStopping | None = DEFAULTS["early_stopping"]
    first_layer: Literal["auto", "sample_space", "weight_space"] = DEFAULTS["first_layer"]
    dtype: Literal["float64", "float32"] = DEFAULTS["dtype"]
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] = DEFAULTS["seed"]

    def for_the_network(self) -> NetworkHyperparameters:
        """Return them as the network knows them; raises InvalidHyperparameter for values that contradict each other."""
        return NetworkHyperparameters.from_json(self.model_dump())


class TrainRequest(Request):
    """What to train on, and under which name the result is registered."""

    dataset: Name
    model: ModelName
    hyperparameters: Hyperparameters = Hyperparameters()
    record_every: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)] | None = None
    """Every how many epochs the history gets an entry."""
    checkpoint_every: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)] | None = None
    """Every how many epochs a checkpoint is written, beside those that time brings."""
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    """Among the jobs that wait, those of higher priority are trained first."""
    max_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """After so many seconds of training the job ends well, with what it has learned so far."""
    init_from: Annotated[str, Field(pattern=MODEL_REFERENCE_PATTERN)] | None = None
    """The version of a model from whose parameters to start: NAME:VERSION, or NAME for its newest."""


class GradientCheckRequest(Request):
    """Which network to check: a new one on a dataset or on random images, or a version of a model."""

    dataset: Name | None = None
    """Whose training images the cost is of; for a model, the dataset it was trained on."""
    model: Annotated[str, Field(pattern=MODEL_REFERENCE_PATTERN)] | None = None
    """NAME or NAME:VERSION."""
    layer_sizes: Annotated[list[Units], Field(min_length=2, max_length=66)] | None = None
    """In place of a dataset: the numbers of inputs and of each layer's units, on random images."""
    hyperparameters: Hyperparameters = Hyperparameters()
    images: Count | None = None
    """How many images at most; all training images, or 20 random ones, if left out."""


class KeyRequest(Request):
    """What a new key is called, and what it is to allow."""

    name: Name
    scope: Scope


@dataclass(frozen=True)
class RequestKey:
    """What a request that may be sent again is known by."""

    operation: str
    key: str
    request: str
    """The SHA-256 of what is asked for."""


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """An error, after RFC 9457; `code` is a stable word."""

    model_config = ConfigDict(title="Problem")

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] | None = None


class SkippedFile(BaseModel):
    """A file of an archive that did not become an image, and why."""

    filename: str
    code: str
    detail: str


class Warning(BaseModel):  # noqa: A001, the contract's word
    """Something about a dataset that a person should know; `images` names some of those concerned."""

    code: str
    detail: str
    images: list[Any] = []


class TrainingWarning(BaseModel):
    """Something that a trained network suffers from, with a remedy."""

    code: str
    detail: str


class Dataset(BaseModel):
    """Labelled images, with a training split and perhaps a test split."""

    name: Name
    digest: str
    classes: list[str]
    images: dict[str, int]
    counts: dict[str, dict[str, int]]
    image_shape: list[int]
    skipped: list[SkippedFile] = []
    skipped_count: int = 0
    warnings: list[Warning] = []
    created_at: datetime


class ModelReference(BaseModel):
    """A model's name and, once it is known, its version."""

    name: str
    version: int | None = None


class ServedReference(ModelReference):
    """What answered: a version of a model, or `job:ID` with the epoch of its newest checkpoint."""

    epoch: int | None = None


class Progress(BaseModel):
    """How far a job is; `seconds_left` is an estimate."""

    epoch: int
    epochs: int
    seconds_left: float | None = None


class Job(BaseModel):
    """One request to train."""

    id: str
    kind: Literal["train", "tune"] = "train"
    status: Status
    dataset: str
    dataset_digest: str
    model: ModelReference
    hyperparameters: Json
    record_every: int
    checkpoint_every: int | None = None
    priority: int = 0
    max_seconds: float | None = None
    init_from: str | None = None
    first_layer: Literal["sample_space", "weight_space"] | None = None
    progress: Progress
    metrics: Json | None = None
    stopped_by: StoppedBy | None = None
    """What ended the training before its last epoch."""
    warnings: list[TrainingWarning] = []
    attempt: int = 0
    resumed: int = 0
    """How often it was resumed."""
    error: Problem | None = None
    last_event: int = 0
    """The number of the newest event in its log."""
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None


class Event(BaseModel):
    """Something that happened to a job; the ids of a job count from 1 without a gap."""

    id: int
    event: EventKind
    data: Json


class DatasetReference(BaseModel):
    """The dataset that a model was trained on."""

    name: str | None = None
    digest: str | None = None


class ModelVersion(BaseModel):
    """One parameter file under a name and a number."""

    name: str
    version: int
    classes: list[str]
    hyperparameters: Json
    first_layer: Literal["sample_space", "weight_space"] | None = None
    metrics: Json
    warnings: list[TrainingWarning] = []
    dataset: DatasetReference
    preprocessing: Json
    sha256: str
    size: int
    """Bytes of the parameter file."""
    job_id: str | None = None
    created_at: datetime


class Model(BaseModel):
    """A name with its versions, the newest first."""

    name: str
    created_at: datetime
    versions: list[ModelVersion]


class Prediction(BaseModel):
    """The answer for one picture, or the error that stands in its place."""

    filename: str | None = None
    label: str | None = None
    probability: float | None = None
    probabilities: dict[str, float] | None = None
    actions: list[str] | None = None
    error: Problem | None = None


class PredictAnswer(BaseModel):
    """The answers for all pictures of a request, and the version that gave them."""

    model: ServedReference
    predictions: list[Prediction]


class WorstParameter(BaseModel):
    """The parameter whose gradients lie furthest apart; `error` is a share of its array's largest gradient."""

    parameter: str
    analytical: float
    numerical: float
    error: float


class GradientCheckAnswer(BaseModel):
    """What came out; `difference` is |analytical - numerical| / (|analytical| + |numerical|) of all parameters."""

    layer_sizes: list[int]
    images: int
    parameters: int
    kinks: int
    """How many parameters have no derivative here, as their step goes over the kink of a ReLU; they are left out."""
    difference: float
    worst: WorstParameter
    seconds: float


class Key(BaseModel):
    """A key, without its secret."""

    id: str
    name: str
    scope: Scope
    created_at: datetime


class NewKey(Key):
    """A key that was just made, with what its bearer has to send."""

    key: str


class Health(BaseModel):
    """That the service is there."""

    status: Literal["ok"] = "ok"


Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """A part of a list, and the cursor of the next part."""

    items: list[Item]
    next: str | None = None


def known_pointers() -> Mapping[str, str]:
    """Return the pointer of every field that a request may have, by its name."""
    kinds: dict[str, type[Request]] = {
        "": TrainRequest,
        "/hyperparameters": Hyperparameters,
        "/hyperparameters/schedule": Schedule,
        "/hyperparameters/early_stopping": EarlyStopping,
    }
    pointers = {name: f"/{name}" for name in GradientCheckRequest.model_fields}
    return pointers | {name: f"{pointer}/{name}" for pointer, kind in kinds.items() for name in kind.model_fields}
