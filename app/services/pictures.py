"""What is drawn of jobs and models, found in the store."""

from collections.abc import Sequence

from app.drawings import Curve
from app.errors import ImageNotFound
from app.schemas.jobs import Job
from app.schemas.models import ModelVersion
from app.storage import history, jobs, models
from app.storage.store import Store

SPLITS = ("test", "validation", "train")


def cost_curves(job_ids: Sequence[str], *, store: Store) -> tuple[Curve, ...]:
    """Return the cost curve of each job; raises JobNotFound."""
    curves = []
    with store.database.read() as connection:
        for job_id in dict.fromkeys(job_ids):
            job = jobs.get(connection, job_id)
            columns = history.columns_of(connection, job_id)
            curves.append(
                Curve(
                    label=_label(job),
                    epochs=tuple(columns["epoch"]),
                    costs=tuple(columns["cost"]),
                    validation_costs=tuple(columns.get("validation_cost", ())),
                )
            )
    return tuple(curves)


def confusion(
    name: str, version: int, *, split: str | None, store: Store
) -> tuple[ModelVersion, str, tuple[tuple[int, ...], ...]]:
    """Return a version, the split meant, and the confusion matrix on it; raises ModelNotFound, ImageNotFound.

    Without a split it is the first of test, validation and train on which the version was judged.
    """
    with store.database.read() as connection:
        found = models.get_version(connection, name, version)
    known = [each for each in SPLITS if (found.metrics.get(each) or {}).get("confusion")]
    chosen = split or next(iter(known), "test")
    if chosen not in known:
        told = f"it was judged on {', '.join(known)}" if known else "it comes without metrics"
        raise ImageNotFound(f"{name}:{version} has no confusion matrix of the {chosen} images; {told}")
    matrix = found.metrics[chosen]["confusion"]
    return found, chosen, tuple(tuple(int(count) for count in row) for row in matrix)


def _label(job: Job) -> str:
    version = "" if job.model.version is None else f":{job.model.version}"
    rate = job.hyperparameters["learning_rate"]
    return f"{job.model.name}{version} ({job.hyperparameters['activation']}, rate {rate:g})"
