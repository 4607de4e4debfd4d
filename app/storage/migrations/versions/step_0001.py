"""Datasets, jobs with their history, and models with their versions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_datasets()
    create_jobs()
    create_events()
    create_what_workers_tell()
    create_webhooks()
    create_idempotency_keys()
    create_store_identity()
    create_models()
    create_keys()


def create_datasets() -> None:
    op.create_table(
        "datasets",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("digest", sa.String(80), nullable=False),
        sa.Column("file", sa.String(255), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("asked_by", sa.String(16)),
        sa.Column("description", sa.JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )


def create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("dataset", sa.String(64), nullable=False),
        sa.Column("dataset_digest", sa.String(80), nullable=False),
        sa.Column("model_name", sa.String(64), nullable=False),
        sa.Column("model_version", sa.Integer),
        sa.Column("hyperparameters", sa.JSON, nullable=False),
        sa.Column("members", sa.Integer, nullable=False),
        sa.Column("search", sa.JSON),
        sa.Column("leaderboard", sa.JSON),
        sa.Column("best", sa.JSON),
        sa.Column("record_every", sa.Integer, nullable=False),
        sa.Column("first_layer", sa.String(16)),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("epochs", sa.BigInteger, nullable=False),
        sa.Column("seconds_left", sa.Float),
        sa.Column("metrics", sa.JSON),
        sa.Column("warnings", sa.JSON, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("deaths", sa.Integer, nullable=False),
        sa.Column("request", sa.String(64)),
        sa.Column("worker", sa.JSON),
        sa.Column("untold", sa.JSON, nullable=False),
        sa.Column("wish", sa.String(16)),
        sa.Column("resumed", sa.Integer, nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("checkpoint_every", sa.Integer),
        sa.Column("check_gradients_every", sa.Integer),
        sa.Column("gradient_checks", sa.JSON, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("max_seconds", sa.Float),
        sa.Column("init_from", sa.String(80)),
        sa.Column("asked_by", sa.String(16)),
        sa.Column("model_bytes", sa.BigInteger, nullable=False),
        sa.Column("checkpoint_bytes", sa.BigInteger, nullable=False),
        sa.Column("webhook_url", sa.String(2000)),
        sa.Column("webhook_secret", sa.String(100)),
        sa.Column("stopped_by", sa.String(16)),
        sa.Column("error", sa.JSON),
        sa.Column("last_event", sa.BigInteger, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("started_at", TIME),
        sa.Column("finished_at", TIME),
    )
    for name, column in {"status": "status", "dataset": "dataset", "model": "model_name"}.items():
        op.create_index(f"jobs_by_{name}", "jobs", [column, "number"])
    op.create_table(
        "job_parts",
        sa.Column("job_id", sa.String(64), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("deaths", sa.Integer, nullable=False),
        sa.Column("done", sa.Float, nullable=False),
        sa.Column("seconds_left", sa.Float),
        sa.Column("checkpoint_bytes", sa.BigInteger, nullable=False),
        sa.Column("worker", sa.JSON),
        sa.Column("untold", sa.JSON, nullable=False),
        sa.Column("standing", sa.LargeBinary),
    )
    op.create_table(
        "history",
        sa.Column("job_id", sa.String(64), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("epoch", sa.BigInteger, primary_key=True),
        sa.Column("values", sa.JSON, nullable=False),
    )
    op.create_table(
        "leaderboards",
        sa.Column("job_id", sa.String(64), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("content", sa.JSON, nullable=False),
    )


def create_events() -> None:
    op.create_table(
        "events",
        sa.Column("job_id", sa.String(64), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
    )


def create_what_workers_tell() -> None:
    op.create_table(
        "checkpoint_durations",
        sa.Column("bound", sa.String(16), primary_key=True),
        sa.Column("checkpoints", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
    )
    op.create_table(
        "worker_exits",
        sa.Column("worker", sa.String(255), primary_key=True),
        sa.Column("code", sa.Integer, nullable=False),
        sa.Column("resident", sa.BigInteger),
        sa.Column("at", TIME, nullable=False),
    )


def create_webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("job_id", sa.String(64), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False, unique=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
    )
    op.create_index("webhooks_by_due_at", "webhooks", ["due_at"])


def create_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("operation", sa.String(16), primary_key=True),
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("made", sa.String(64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )


def create_store_identity() -> None:
    op.create_table("store_identity", sa.Column("id", sa.String(32), primary_key=True))


def create_models() -> None:
    op.create_table(
        "models",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("last_version", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )
    op.create_table(
        "model_versions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(64), sa.ForeignKey("models.name"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("file", sa.String(255), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("asked_by", sa.String(16)),
        sa.Column("description", sa.JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )
    op.create_index("model_versions_by_name", "model_versions", ["name", "version"], unique=True)
    op.create_table(
        "model_aliases",
        sa.Column("name", sa.String(64), sa.ForeignKey("models.name"), primary_key=True),
        sa.Column("alias", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
    )


def create_keys() -> None:
    op.create_table(
        "keys",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )


def downgrade() -> None:
    for table in (
        "idempotency_keys",
        "keys",
        "model_aliases",
        "model_versions",
        "models",
        "store_identity",
        "webhooks",
        "worker_exits",
        "checkpoint_durations",
        "events",
        "leaderboards",
        "history",
        "job_parts",
        "jobs",
        "datasets",
    ):
        op.drop_table(table)
