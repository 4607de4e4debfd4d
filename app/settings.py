"""What an operator may set: each a keyword of `nncore serve`, a variable NNCORE_..., or its default."""

import difflib
import ipaddress
import os
import platform
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "NNCORE_"
MEBIBYTE = 2**20
OF_THE_API = {"host", "port", "server", "workers", "training_workers", "scheduler", "key", "webhook_secret"}
"""What concerns the processes that answer HTTP alone, and so may differ from one to the next."""
_IMAGE_FORMAT = "(JPEG|PNG|WEBP|GIF|BMP|AVIF|HEIC|TIFF|JPEG2000|PPM|QOI)"


class SettingsError(Exception):
    """A setting that is unknown or has no meaning; the message is for the operator."""


class Settings(BaseSettings):
    """All settings; the same object goes, as JSON, to the worker processes."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    home: Path = Field(default_factory=Path.cwd)
    """Where models/ and data/ stand."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    """0 takes a free port."""
    server: str = "http://127.0.0.1:8000"
    """Which service the commands of `nncore` talk to."""
    workers: int = Field(default=1, ge=1, le=256)
    """How many processes answer HTTP."""
    training_workers: int = Field(default=1, ge=1, le=256)
    """How many processes train; a long search or ensemble is divided between all of them."""
    worker_memory: str = Field(default="4GiB", pattern=r"^[0-9]+(\.[0-9]+)? ?[kMGT]i?B$")
    """What one training process may use before it is stopped and its job is tried again."""
    scheduler: str | None = None
    """The address of a Dask scheduler that trains, in place of own processes."""
    database_url: str | None = None
    """A URL such as postgresql://user@host/name, in place of the SQLite file data/nncore.db."""
    store: str | None = Field(default=None, pattern=r"^s3://[^/]+(/[^/]+)*/?$")
    """A bucket such as s3://bucket/prefix for all files, in place of the home."""

    keys: Literal["auto", "on", "off"] = "auto"
    """Whether requests need a key; auto: unless the service listens on loopback alone."""
    key: SecretStr | None = None
    """A key of one's own: the service takes it for an administrator's, and the commands of `nncore` send it."""
    requests_per_second: float | None = Field(default=None, gt=0)
    """How many requests a second the service answers in all, each process its part."""
    key_requests_per_second: float | None = Field(default=None, gt=0)
    """How many of them may come with the same key, or without one that opens anything from the same address."""

    webhook_hosts: str = ""
    """Which hosts the ends of jobs may be told, with commas between; none if empty."""
    webhook_secret: SecretStr | None = None
    """What webhooks are signed with where the job gives no secret."""

    max_queued_jobs: int = Field(default=1000, ge=1)
    """How many jobs may wait for a worker."""
    max_key_queued_jobs: int | None = Field(default=None, ge=1)
    """How many of them may have been asked for with the same key."""
    max_datasets: int | None = Field(default=None, ge=1)
    """How many datasets there may be."""
    max_key_datasets: int | None = Field(default=None, ge=1)
    """How many of them may have come with the same key."""
    max_stored_bytes: int | None = Field(default=None, ge=1)
    """How much of the disk datasets, models and checkpoints may take."""
    max_key_stored_bytes: int | None = Field(default=None, ge=1)
    """How much of it what came with the same key may take."""
    checkpoint_seconds: float = Field(default=5.0, ge=0, allow_inf_nan=False)
    """How long a training goes on at most before its state is written, if that takes 5 % of its time or less."""
    checkpoint_every: int | None = Field(default=None, ge=1)
    """Every how many epochs it is written, too, where the job does not say."""

    max_body_bytes: int = Field(default=MEBIBYTE, ge=1)
    """How large a JSON body may be."""
    max_upload_bytes: int = Field(default=2048 * MEBIBYTE, ge=1)
    max_archive_bytes: int = Field(default=4096 * MEBIBYTE, ge=1)
    """How much the files of a zip may be once they are unpacked."""
    max_image_bytes: int = Field(default=32 * MEBIBYTE, ge=1)
    max_pixels: int = Field(default=50_000_000, ge=1, le=89_478_485)
    """How many pixels one picture may have; at most as many as Pillow decodes without a warning."""
    image_formats: str = Field(
        default="JPEG,PNG,WEBP,GIF,BMP,AVIF,HEIC", pattern=rf"^{_IMAGE_FORMAT}(,{_IMAGE_FORMAT})*$"
    )
    """Which formats of pictures are read."""
    max_images: int = Field(default=100_000, ge=1)
    """How many pictures a dataset may have."""
    max_files: int = Field(default=128, ge=1)
    """How many pictures one request to /predict may have."""
    max_waiting: int = Field(default=256, ge=1)
    """How many predictions a process answers at a time, or has waiting; what comes beyond gets 503."""
    max_epochs: int = Field(default=1_000_000, ge=1)
    max_parameters: int = Field(default=50_000_000, ge=1)
    """How many weights and biases one network may have."""
    min_free_bytes: int = Field(default=64 * MEBIBYTE, ge=0)
    """How much of the disk under the home must be free, or the service says that it is not ready."""
    max_members: int = Field(default=128, ge=1)
    """How many members an ensemble may have."""
    max_lanes: int = Field(default=20_000, ge=1)
    """How many networks a search may train: candidates times folds times repeats."""
    max_lane_epochs: int = Field(default=50_000_000, ge=1)
    """How many epochs all networks of a job may have together."""
    max_job_work: int = Field(default=10**16, ge=1)
    """Parameters times epochs times training images, of all networks of a job together."""
    cache_bytes: int = Field(default=10 * 1024 * MEBIBYTE, ge=0)
    """How much of the disk copies of files may take that stand in a bucket."""
    gram_cache_bytes: int = Field(default=1024 * MEBIBYTE, ge=0)
    """How much of the disk Gram matrices may take that were computed once and may be needed again."""
    model_cache: int = Field(default=8, ge=1)
    """How many models each process keeps in memory."""

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_variables(cls, values: Any) -> Any:
        known = {PREFIX + name.upper() for name in cls.model_fields}
        for name in sorted(os.environ):
            if name.upper().startswith(PREFIX) and name.upper() not in known:
                nearest = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0)[0]
                message = f"{name} is no setting of nncore; the nearest one is {nearest}"
                raise ValueError(message)
        return values

    @field_validator("store")
    @classmethod
    def _check_driver(cls, store: str | None) -> str | None:
        if store is not None and find_spec("s3fs") is None:
            message = "a bucket needs the extra nncore[s3]: pip install 'nncore[s3]'"
            raise ValueError(message)
        return store

    @property
    def needs_keys(self) -> bool:
        """Whether requests need a key."""
        return self.keys == "on" or (self.keys == "auto" and not _is_loopback(self.host))

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats of pictures that are read."""
        return tuple(self.image_formats.split(","))

    @property
    def allowed_webhook_hosts(self) -> frozenset[str]:
        """The hosts that the ends of jobs may be told, in small letters."""
        return frozenset(host.strip().lower() for host in self.webhook_hosts.split(",") if host.strip())

    @property
    def data_directory(self) -> Path:
        """Where datasets, checkpoints and the database stand."""
        return self.home / "data"

    @property
    def shared_measurements(self) -> Path | None:
        """Where several processes of this machine measure together; None for one process."""
        return self.data_directory / "measurements" / platform.node() if self.workers > 1 else None

    def for_workers(self) -> str:
        """Return what a worker process has to know, as JSON; where files are in a bucket, it has a home of its own."""
        return self.model_dump_json(exclude=OF_THE_API if self.store is None else OF_THE_API | {"home"})


def share_measurements(directory: Path) -> None:
    """Have the processes that are started from now on measure together in a directory, which is emptied.

    The library that does it (prometheus_client) takes the directory from the environment alone.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for file in directory.glob("*.db"):
        file.unlink()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(directory)


def load_settings(**given: Any) -> Settings:
    """Return the settings, those given first, then the environment's; raises SettingsError, a line per fault."""
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("\n".join(_line(fault) for fault in error.errors())) from error


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _line(fault: Any) -> str:
    if not fault["loc"]:
        return str(fault["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{str(fault['loc'][0]).upper()} is {fault['input']!r}: {fault['msg']}"
