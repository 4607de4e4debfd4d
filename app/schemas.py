"""What goes in and out over HTTP, and what stands as JSON in the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, WithJsonSchema
from pydantic_core import PydanticCustomError

from nncore.early_stopping import EarlyStopping as NetworkEarlyStopping
from nncore.hyperparameters import LARGEST_SEED
from nncore.hyperparameters import Hyperparameters as NetworkHyperparameters
from nncore.recipe import RECIPE as NETWORK_RECIPE
from nncore.schedules import Schedule as NetworkSchedule

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
MODEL_REFERENCE_PATTERN = (  # NAME, NAME:VERSION or NAME@ALIAS
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(:[1-9][0-9]{0,8}|@[A-Za-z0-9][A-Za-z0-9._-]{0,63})?$"
)
SERVED_PATTERN = rf"{MODEL_REFERENCE_PATTERN}|^job:[A-Za-z0-9][A-Za-z0-9._-]{{0,63}}$"  # or job:ID
MODEL_ALIAS_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(@[A-Za-z0-9][A-Za-z0-9._-]{0,63})?$"  # NAME or NAME@ALIAS
RESERVED_MODEL_NAME = "job"  # `job:ID` is a job that still trains, where a model may be named
LARGEST_INTEGER = 2**31 - 1

DEFAULTS = NetworkHyperparameters().to_json()
SCHEDULE, STOPPING = NetworkSchedule(), NetworkEarlyStopping()

Scope = Literal["predict", "train", "admin"]
Status = Literal["queued", "running", "paused", "succeeded", "failed", "cancelled"]
StoppedBy = Literal["early_stopping", "max_seconds"]
EventKind = Literal["status", "metrics", "checkpoint", "gradient-check", "warning", "done"]
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
    """A body that a client sends: unknown fields and loose types are refused.

    The line below a field is what `/openapi.json` says of it, and the form of the page too.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class Schedule(Request):
    """How the learning rate changes from epoch to epoch."""

    kind: Literal["constant", "step", "exponential", "inverse_time", "cosine"] = SCHEDULE.kind  # type: ignore[assignment]
    """constant, or falling: by a factor every so many epochs, smoothly, with 1 / (1 + t), or along a cosine."""
    factor: Annotated[float, Field(gt=0, le=1)] = SCHEDULE.factor
    """What the rate is multiplied by."""
    every: Count = SCHEDULE.every
    """Every how many epochs."""
    warmup: Annotated[int, Field(ge=0, le=LARGEST_INTEGER)] = SCHEDULE.warmup
    """Over how many epochs the rate first rises from near 0."""


class EarlyStopping(Request):
    """When a training ends before its last epoch."""

    monitor: Literal["cost", "accuracy", "validation_cost", "validation_accuracy"] = STOPPING.monitor  # type: ignore[assignment]
    """What is watched."""
    patience: Annotated[int, Field(ge=0, le=LARGEST_INTEGER)] = STOPPING.patience
    """How many epochs it may fail to get better before the training ends."""
    min_delta: Rate = STOPPING.min_delta
    """How much better counts as better."""
    restore_best: bool = STOPPING.restore_best
    """Whether the parameters of the best epoch are the result."""


class Hyperparameters(Request):
    """How a network looks and how it is trained; every one has a default."""

    hidden_layers: list[Units] = Field(default=DEFAULTS["hidden_layers"], max_length=64)
    """How many units each hidden layer has, the one next to the pixels first."""
    activation: Literal["sigmoid", "tanh", "relu", "leaky_relu"] = DEFAULTS["activation"]
    """What a hidden unit makes of its weighted sum."""
    initializer: Literal["small_random", "zeros", "large_random", "he", "xavier"] = DEFAULTS["initializer"]
    """How the first weights are drawn; small_random is the one of the series."""
    optimizer: Literal["gradient_descent", "momentum", "nesterov", "rmsprop", "adam"] = DEFAULTS["optimizer"]
    """How gradients become steps."""
    learning_rate: Positive = DEFAULTS["learning_rate"]
    """How far one step goes."""
    epochs: Count = DEFAULTS["epochs"]
    """How often the training goes through all images."""
    batch_size: Count | None = DEFAULTS["batch_size"]
    """Images per update; none is all at once, as in the series."""
    momentum: Share | None = None
    """How much of the step before goes into the next; none is 0.9 for momentum and nesterov, else 0."""
    beta1: Share = DEFAULTS["beta1"]
    """How long Adam remembers gradients."""
    beta2: Share = DEFAULTS["beta2"]
    """How long Adam and RMSprop remember squares of gradients."""
    epsilon: Positive = DEFAULTS["epsilon"]
    """What keeps Adam and RMSprop from dividing by zero."""
    schedule: Schedule | None = DEFAULTS["schedule"]
    """How the learning rate changes from epoch to epoch; none is constant."""
    clip_norm: Positive | None = DEFAULTS["clip_norm"]
    """The longest that a gradient may be; a longer one is scaled down."""
    l2: Rate = DEFAULTS["l2"]
    """How strongly large weights are pulled towards zero."""
    dropout: Share = DEFAULTS["dropout"]
    """The share of hidden units that are left out at each update."""
    input_dropout: Share = DEFAULTS["input_dropout"]
    """The share of pixels that are left out at each update."""
    class_weight: Literal["balanced"] | dict[str, Rate] | None = DEFAULTS["class_weight"]
    """Either "balanced", or a weight for each class, as {"cat": 2, "dog": 1}."""
    normalization: Literal["scale", "standardize", "none"] = DEFAULTS["normalization"]
    """How pixels become inputs: over 255, or less their mean and over their deviation, or as they are."""
    validation_fraction: Share = DEFAULTS["validation_fraction"]
    """The share of the training images that is held out to validate on."""
    early_stopping: EarlyStopping | None = DEFAULTS["early_stopping"]
    """When the training ends before its last epoch; none is never."""
    first_layer: Literal["auto", "sample_space", "weight_space"] = DEFAULTS["first_layer"]
    """Which form of the first layer trains; auto is the faster one, with the same result."""
    dtype: Literal["float64", "float32"] = DEFAULTS["dtype"]
    """The precision of the arithmetic; float32 is faster."""
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] = DEFAULTS["seed"]
    """Where all randomness comes from; the same seed, the same bits."""

    def for_the_network(self) -> NetworkHyperparameters:
        """Return them as the network knows them; raises InvalidHyperparameter for values that contradict each other."""
        return NetworkHyperparameters.from_json(self.model_dump())


RECIPE = Hyperparameters(**{name: value for name, value in NETWORK_RECIPE.to_json().items() if value != DEFAULTS[name]})
"""What a request that says nothing of hyperparameters asks for."""


class Webhook(Request):
    """Whom to tell of a job's end."""

    url: Annotated[str, Field(max_length=2000)]
    """Where to post to: a host that the setting NNCORE_WEBHOOK_HOSTS lists."""
    secret: Annotated[SecretStr, Field(max_length=100)] | None = None
    """What to sign with: whsec_ and the base64 of 24 to 64 bytes; none is that of the setting NNCORE_WEBHOOK_SECRET."""


class JobRequest(Request):
    """What to learn from, and under which name the result is registered."""

    dataset: Name
    """The dataset to learn from."""
    model: ModelName
    """The model that gets a new version: letters, digits, dots, dashes and underscores."""
    hyperparameters: Hyperparameters = RECIPE
    """How the network looks and how it is trained; a recipe that was found by a search, if nothing at all is said."""
    members: Count = 1
    """How many networks, of the seeds seed, seed + 1, ..., are one model and answer together."""
    record_every: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)] | None = None
    """Every how many epochs the history gets an entry."""
    checkpoint_every: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)] | None = None
    """Every how many epochs a checkpoint is written, beside those that time brings."""
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    """Among the jobs that wait, those of higher priority are trained first."""
    webhook: Webhook | None = None
    """Whom to tell of its end."""


class TrainRequest(JobRequest):
    """What to train on, and under which name the result is registered."""

    max_seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """After so many seconds of training the job ends well, with what it has learned so far."""
    init_from: Annotated[str, Field(pattern=MODEL_REFERENCE_PATTERN)] | None = None
    """The version of a model from whose parameters to start: NAME:VERSION, or NAME for its newest."""
    check_gradients_every: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)] | None = None
    """Every how many epochs the gradients are compared with numerical ones; at most 100 times in all."""


class GradientCheckRequest(Request):
    """Which network to check: a new one on a dataset or on random images, or a version of a model."""

    dataset: Name | None = None
    """Whose training images the cost is of; for a model, the dataset it was trained on."""
    model: Annotated[str, Field(pattern=MODEL_REFERENCE_PATTERN)] | None = None
    """NAME or NAME:VERSION."""
    layer_sizes: Annotated[list[Units], Field(min_length=2, max_length=66)] | None = None
    """In place of a dataset: the numbers of inputs and of each layer's units, on random images."""
    hyperparameters: Hyperparameters = Hyperparameters()
    """How the network looks and what its cost is of."""
    images: Count | None = None
    """How many images at most; all training images, or 20 random ones, if left out."""


class AliasRequest(Request):
    """Which version an alias is to mean."""

    version: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]


def check_folds_word(folds: Any) -> Any:
    """Refuse what is neither a number of folds nor the word for as many as there are images."""
    if folds == "leave-one-out" or (isinstance(folds, int) and not isinstance(folds, bool) and folds >= 2):
        return folds
    message = "a whole number of at least 2, or 'leave-one-out', is right"
    raise PydanticCustomError("folds", message)


FOLDS_SCHEMA = {
    "anyOf": [{"type": "integer", "minimum": 2}, {"type": "string", "const": "leave-one-out"}],
    "default": 5,
}
NumberOfFolds = Annotated[Any, AfterValidator(check_folds_word), WithJsonSchema(FOLDS_SCHEMA)]


class TuneRequest(JobRequest):
    """What to search beside: a list is a set of choices, {"uniform": [a, b]} and {"log_uniform": [a, b]} are ranges."""

    search: Json = {}
    """By hyperparameter what to try; without it there is one candidate, which is cross-validated."""
    folds: NumberOfFolds = 5
    """Into how many parts the images are dealt out, each held out once; or "leave-one-out"."""
    repeats: Count = 1
    """How often the images are dealt out into folds anew."""
    candidates: Count | None = None
    """How many to draw at random; without it, all combinations of the lists."""
    objective: Literal["balanced_accuracy", "accuracy", "cost"] = "balanced_accuracy"
    """What candidates are ordered by: the mean over the folds."""


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


class Search(BaseModel):
    """What a job of kind `tune` was asked to search, and how."""

    search: Json
    fixed: Json
    """The hyperparameters that were given beside."""
    folds: int | Literal["leave-one-out"]
    repeats: int
    count: int | None
    """How many candidates were to be drawn; null is all combinations."""
    candidates: int
    """How many there are."""
    objective: Literal["balanced_accuracy", "accuracy", "cost"]


class JobWebhook(BaseModel):
    """Whom a job's end is told: the URL without its query, which may hold a secret."""

    url: str


class Job(BaseModel):
    """One request to train or to tune."""

    id: str
    kind: Literal["train", "tune"] = "train"
    status: Status
    dataset: str
    dataset_digest: str
    model: ModelReference
    hyperparameters: Json
    members: int = 1
    search: Search | None = None
    leaderboard: list[Json] | None = None
    """The first candidates of a search; all of them stand at /jobs/{id}/leaderboard."""
    best: Json | None = None
    """The hyperparameters of the candidate that became the model."""
    record_every: int
    checkpoint_every: int | None = None
    check_gradients_every: int | None = None
    priority: int = 0
    max_seconds: float | None = None
    init_from: str | None = None
    webhook: JobWebhook | None = None
    first_layer: Literal["sample_space", "weight_space"] | None = None
    progress: Progress
    metrics: Json | None = None
    stopped_by: StoppedBy | None = None
    """What ended the training before its last epoch."""
    warnings: list[TrainingWarning] = []
    gradient_checks: list[Json] = []
    """One for each epoch in which gradients were compared with numerical ones."""
    attempt: int = 0
    resumed: int = 0
    """How often it was resumed."""
    parts: int = 0
    """Into how many parts its networks are divided that any worker may train; 0 if they are trained together."""
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


class Leaderboard(BaseModel):
    """All candidates of a search with every fold, and what the best said of each image while it was held out."""

    candidates: list[Json]
    out_of_fold: list[Json] | None = None


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
    members: int = 1
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


class Alias(BaseModel):
    """A name beside the numbers: `model=NAME@ALIAS` means this version."""

    model: str
    alias: str
    version: int
    updated_at: datetime


class Prediction(BaseModel):
    """The answer for one picture, or the error that stands in its place."""

    filename: str | None = None
    label: str | None = None
    probability: float | None = None
    probabilities: dict[str, float] | None = None
    uncertainty: float | None = None
    """How far the members of an ensemble are apart: the standard deviation of their probabilities of the label."""
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


class Explanation(BaseModel):
    """Why a picture got its answer, or the error that stands in its place: map and bias add up to the logit."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    filename: str | None = None
    label: str | None = None
    probability: float | None = None
    logit: float | None = None
    """That of the answer; the mean of the members where there are several."""
    bias: float | None = None
    """What the biases add to the logit."""
    map: list[list[float]] | None = None
    """What each pixel adds to it, 64 rows of 64: above 0 it spoke for the answer, below 0 against."""
    residual: float | None = None
    """How far bias and map together are from the logit, by rounding."""
    error: Problem | None = None


class ExplainAnswer(BaseModel):
    """The explanations for all pictures of a request, and the version that gave the answers."""

    model: ServedReference
    explanations: list[Explanation]


class ArraySummary(BaseModel):
    """An array by its name in the series: its shape, its first numbers, and between what they all lie."""

    name: str
    shape: list[int]
    values: list[float]
    smallest: float
    largest: float
    mean: float


class LayerPass(BaseModel):
    """What one layer has and makes on the way forward, and what comes to it on the way back."""

    layer: int
    forward: list[ArraySummary]
    backward: list[ArraySummary]


class ForwardAnswer(BaseModel):
    """One picture on its way through a network and back."""

    model: ServedReference
    label: str
    truth: str
    cost: float
    activation: str
    inputs: ArraySummary
    layers: list[LayerPass]
    probabilities: dict[str, float]


class HardImage(BaseModel):
    """An image that a model errs on, or nearly: what it is, and what was predicted with which probability."""

    index: int
    label: str
    predicted: str
    probability: float
    cost: float


class HardestAnswer(BaseModel):
    """The images of a split that cost a model most, the costliest first."""

    model: ModelReference
    dataset: str
    split: str
    items: list[HardImage]


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
        "": TuneRequest,
        "/hyperparameters": Hyperparameters,
        "/hyperparameters/schedule": Schedule,
        "/hyperparameters/early_stopping": EarlyStopping,
        "/webhook": Webhook,
    }
    others = (GradientCheckRequest, TrainRequest)
    pointers = {name: f"/{name}" for kind in others for name in kind.model_fields}
    return pointers | {name: f"{pointer}/{name}" for pointer, kind in kinds.items() for name in kind.model_fields}
