"""From a job's row to what is trained: the same job always makes the same, so that it can go on from a checkpoint."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from app.errors import DatasetNotFound
from app.schemas.hyperparameters import Hyperparameters
from app.schemas.jobs import Job
from app.schemas.tuning import Search
from app.services.models import get_version, parameter_path
from app.services.prepare_tuning import LabelledImages, prepare_tuning
from app.storage import datasets
from app.storage.checkpoints import CHECKPOINTS
from app.storage.dataset_file import read_splits
from app.storage.gram_strips import GramStrips
from app.storage.store import Store
from nncore import Network, Training, Tuning, parameter_file
from nncore.cross_validation import CrossValidation
from nncore.ensemble import members_of, share_of_members
from nncore.gram import Grams


@dataclass(frozen=True)
class _Images:
    splits: Mapping[str, LabelledImages]
    classes: list[str]
    grams: Grams


def prepare_job(job: Job, *, store: Store) -> Training | Tuning:
    """Return the training or the search that a job is; raises DatasetNotFound where its images are no longer there."""
    return prepare_training(job, store=store) if job.search is None else prepare_search(job, job.search, store=store)


def prepare_part(number: int, *, job: Job, store: Store) -> Training | CrossValidation:
    """Return a part of a job, from 1; raises DatasetNotFound."""
    if job.search is None:
        return prepare_training(job, store=store, part=number)
    return prepare_search(job, job.search, store=store, part=number).part(number, of=job.parts)


def prepare_search(job: Job, search: Search, *, store: Store, part: int | None = None) -> Tuning:
    """Return the search that a job is, also to whoever trains a part of it; raises DatasetNotFound."""
    images = _images_of(job, store=store, part=part)
    return prepare_tuning(job, search, splits=images.splits, classes=images.classes, grams=images.grams)


def prepare_training(job: Job, *, store: Store, part: int | None = None) -> Training:
    """Return the training that a job is, or a part of its members, from 1; raises DatasetNotFound."""
    images = _images_of(job, store=store, part=part)
    hyperparameters = Hyperparameters(**job.hyperparameters).for_the_network()
    form = job.first_layer or hyperparameters.first_layer
    return Training(
        *images.splits["train"],
        classes=images.classes,
        hyperparameters=members_of(replace(hyperparameters, first_layer=form), members=job.members),
        own=None if part is None else share_of_members(job.members, number=part, of=job.parts),
        test=images.splits.get("test"),
        record_every=job.record_every,
        initial=_initial(job.init_from, store=store),
        grams=images.grams,
    )


def _images_of(job: Job, *, store: Store, part: int | None) -> _Images:
    with store.database.read() as connection:
        dataset = datasets.get(connection, job.dataset)
        file = datasets.file_of(connection, job.dataset)
    if dataset.digest != job.dataset_digest:
        raise DatasetNotFound(f"the dataset {job.dataset!r} is no longer the one that the job was made for")
    splits = read_splits(store.files.path(file))
    exchange = partial(_strips, job=job, store=store, part=part or 1) if job.parts else None
    grams = store.grams.of_dataset(dataset.digest, exchange=exchange)
    return _Images(splits=splits, classes=dataset.classes, grams=grams)


def _strips(key: str, *, job: Job, store: Store, part: int) -> GramStrips:
    """Return where the parts of a job exchange strips of a Gram matrix; they go with its checkpoints."""
    return GramStrips(store.files, f"{CHECKPOINTS}/{job.id}/grams/{key}", part=part, of=job.parts)


def _initial(reference: str | None, *, store: Store) -> Network | None:
    """Return the network of a version that was named as NAME:VERSION; raises ModelNotFound, ModelNotServable."""
    if reference is None:
        return None
    name, _, version = reference.partition(":")
    return parameter_file.read(parameter_path(get_version(name, int(version), store=store), store=store)).model.network
