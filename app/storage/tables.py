"""The tables, as SQLAlchemy sees them; migrations/ holds how they came to be."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC, also where the database keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the time its zone back."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


metadata = MetaData()

datasets = Table(
    "datasets",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("digest", String(80), nullable=False),
    Column("file", String(255), nullable=False),
    Column("size", BigInteger, nullable=False),  # of its file, in bytes
    Column("asked_by", String(16)),  # the id of the key that the request came with; none where it had none
    Column("description", JSON, nullable=False),  # the dataset as the API shows it
    Column("created_at", UtcDateTime, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),  # the order in which they came
    Column("id", String(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("dataset", String(64), nullable=False),
    Column("dataset_digest", String(80), nullable=False),
    Column("model_name", String(64), nullable=False),
    Column("model_version", Integer),
    Column("hyperparameters", JSON, nullable=False),
    Column("members", Integer, nullable=False),
    Column("search", JSON(none_as_null=True)),  # of a job of kind tune
    Column("leaderboard", JSON(none_as_null=True)),  # its first lines
    Column("best", JSON(none_as_null=True)),
    Column("record_every", Integer, nullable=False),
    Column("first_layer", String(16)),
    Column("epoch", BigInteger, nullable=False, default=0),
    Column("epochs", BigInteger, nullable=False),
    Column("seconds_left", Float),
    Column("metrics", JSON(none_as_null=True)),
    Column("warnings", JSON, nullable=False),  # what the trained network suffers from
    Column("attempt", Integer, nullable=False, default=0),
    Column(
        "deaths", Integer, nullable=False, default=0
    ),  # attempts since the last checkpoint that ended without a word
    Column("request", String(64)),  # the id of the request that made it
    Column("worker", JSON(none_as_null=True)),  # the process that executes it, as it was last seen
    Column("untold", JSON, nullable=False, default=list),  # those that died, until the job's log tells of them
    Column("wish", String(16)),  # what the worker is asked to do: cancel, keep or pause
    Column("resumed", Integer, nullable=False, default=0),  # how often it was handed to the engine anew
    Column("parts", Integer, nullable=False),  # into how many its lanes are divided; 0 if they are not
    Column("held", Boolean, nullable=False, default=False),  # while it runs: by a worker as a whole, not by parts
    Column("checkpoint_every", Integer),
    Column("check_gradients_every", Integer),
    Column("gradient_checks", JSON, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("max_seconds", Float),
    Column("init_from", String(80)),
    Column("asked_by", String(16)),
    Column("model_bytes", BigInteger, nullable=False),  # what its model is going to take
    Column("checkpoint_bytes", BigInteger, nullable=False, default=0),  # the size of its newest checkpoint
    Column("webhook_url", String(2000)),
    Column("webhook_secret", String(100)),  # none is that of the settings
    Column("stopped_by", String(16)),
    Column("error", JSON(none_as_null=True)),
    Column("last_event", BigInteger, nullable=False, default=0),  # the number of the newest one
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Index("jobs_by_status", "status", "number"),
    Index("jobs_by_dataset", "dataset", "number"),
    Index("jobs_by_model", "model_name", "number"),
)

job_parts = Table(
    "job_parts",
    metadata,
    Column("job_id", String(64), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("status", String(16), nullable=False),  # queued, running or finished
    Column("attempt", Integer, nullable=False, default=0),
    Column("deaths", Integer, nullable=False, default=0),
    Column("done", Float, nullable=False, default=0.0),  # the share of its epochs
    Column("seconds_left", Float),
    Column("checkpoint_bytes", BigInteger, nullable=False, default=0),
    Column("worker", JSON(none_as_null=True)),  # the process that has it, as it was last seen
    Column("untold", JSON, nullable=False, default=list),  # those that died, until the job's log tells of them
    Column("standing", LargeBinary),  # what its lanes are worth, as an npz file
)

history = Table(
    "history",
    metadata,
    Column("job_id", String(64), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("values", JSON, nullable=False),  # the cost and whatever else was recorded of this epoch
)

events = Table(
    "events",
    metadata,
    Column("job_id", String(64), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # counts from 1 within a job
    Column("event", String(16), nullable=False),
    Column("data", JSON, nullable=False),
)

webhooks = Table(
    "webhooks",  # those that have not arrived yet
    metadata,
    Column("id", String(64), primary_key=True),
    Column("job_id", String(64), ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("body", Text, nullable=False),
    Column("attempt", Integer, nullable=False),  # how often it was tried
    Column("due_at", UtcDateTime, nullable=False),  # while it is being sent: when another may
    Index("webhooks_by_due_at", "due_at"),
)

worker_exits = Table(
    "worker_exits",
    metadata,
    Column("worker", String(255), primary_key=True),  # the address by which the engine knew the process
    Column("code", Integer, nullable=False),
    Column("resident", BigInteger),  # the memory for which it was stopped
    Column("at", UtcDateTime, nullable=False),
)

checkpoint_durations = Table(
    "checkpoint_durations",  # how many took longer than the bound before and not longer than theirs
    metadata,
    Column("bound", String(16), primary_key=True),
    Column("checkpoints", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),  # of all of them together
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("operation", String(16), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request", String(64), nullable=False),  # the SHA-256 of what was asked for
    Column("made", String(64), nullable=False),  # the id or the name of what was made for it
    Column("created_at", UtcDateTime, nullable=False),
)

leaderboards = Table(
    "leaderboards",
    metadata,
    Column("job_id", String(64), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("content", JSON, nullable=False),  # as the API shows it
)

store_identity = Table(
    "store_identity",  # one row: which store of files the database names files of
    metadata,
    Column("id", String(32), primary_key=True),
)

models = Table(
    "models",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("last_version", Integer, nullable=False),  # stays when versions are deleted: no number is used twice
    Column("created_at", UtcDateTime, nullable=False),
)

model_aliases = Table(
    "model_aliases",
    metadata,
    Column("name", String(64), ForeignKey("models.name"), primary_key=True),
    Column("alias", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("digest", String(64), nullable=False),  # the SHA-256 of the secret
    Column("created_at", UtcDateTime, nullable=False),
)

model_versions = Table(
    "model_versions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),  # the order in which they came
    Column("name", String(64), ForeignKey("models.name"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("file", String(255), nullable=False),
    Column("size", BigInteger, nullable=False),  # of its file, in bytes
    Column("asked_by", String(16)),
    Column("description", JSON, nullable=False),  # the version as the API shows it
    Column("created_at", UtcDateTime, nullable=False),
    Index("model_versions_by_name", "name", "version", unique=True),
)
