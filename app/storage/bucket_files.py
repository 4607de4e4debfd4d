"""Files in a bucket of S3, for machines that share no folder; those that were read last are kept on each machine."""

import functools
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from app.errors import StoreUnreachable
from app.storage.files import UPLOADS, Files, sha256_of
from app.storage.least_recently_used import make_room
from app.storage.room import is_full

CACHE = "data/cache"
SECONDS_TO_CONNECT = 3
SECONDS_TO_ANSWER = 20
SECONDS_OF_A_LOOK = 3
SECONDS_IN_USE = 60
"""What was asked for so lately is not removed to make room: its reader may not have opened it yet."""
TRIES = 3
"""So often AWS's library tries what fails of the network or of S3, some seconds in all."""
ROUNDS = 2
"""So often s3fs has it try, and goes on with a download that broke off."""
RETRY_SECONDS = 5


class BucketFiles(Files):
    """Files by the same names as in a folder, under a URL such as s3://bucket/prefix.

    An object appears as a whole or not at all, and is never written twice, so that a copy of it is good for ever.
    """

    directories = (UPLOADS, CACHE)

    def __init__(self, home: Path, url: str, *, cache_bytes: int) -> None:
        """Take the bucket's URL, and how much of the disk under the home copies may take."""
        super().__init__(home)
        self._url = url.rstrip("/")
        self._cache_bytes = cache_bytes

    def fault(self) -> str | None:
        """Return why the bucket cannot be reached, or None."""
        bucket, _, prefix = self._key("").partition("/")
        try:
            self._bucket.call_s3("list_objects_v2", Bucket=bucket, Prefix=prefix, MaxKeys=1, timeout=SECONDS_OF_A_LOOK)
        except Exception as error:  # noqa: BLE001, what the network, AWS and its library may come up with
            return self._unreachable(error).detail
        return None

    def path(self, file: str) -> Path:
        """Return where a copy of a file can be read; raises FileNotFoundError, StoreUnreachable."""
        copy = self._copy(file)
        try:
            os.utime(copy)
        except FileNotFoundError:
            self._fetch(file, copy)
        return copy

    def known_size(self, file: str) -> int | None:
        """Return how many bytes the copy of a file has; None where there is none, since to ask takes long."""
        copy = self._copy(file)
        return copy.stat().st_size if copy.exists() else None

    def names(self, directory: str) -> list[str]:
        """Return the names of all files under a directory, in order; raises StoreUnreachable."""
        with self._asking():
            found = self._bucket.find(self._key(directory))
        return sorted(key.removeprefix(self._key("")) for key in found)

    def publish(self, temporary: Path, file: str) -> None:
        """Upload a finished temporary file, its SHA-256 beside it; raises StoreUnreachable."""
        with self._asking():
            self._bucket.put_file(str(temporary), self._key(file), Metadata={"sha256": sha256_of(temporary)})

    def remove(self, file: str) -> None:
        """Remove a file, if it is there; one that cannot be removed now is told of in the log, and stays."""
        self._copy(file).unlink(missing_ok=True)
        with self._tolerating(file), self._asking():
            self._bucket.rm_file(self._key(file))

    def remove_all(self, directory: str) -> None:
        """Remove all files under a directory, as `remove` does."""
        with self._tolerating(directory):
            for file in self.names(directory):
                self.remove(file)

    @functools.cached_property
    def _bucket(self) -> Any:
        """The bucket as a file system; credentials, region and endpoint are those of AWS's own variables and files."""
        import s3fs  # noqa: PLC0415, half a second, for none but those who have a bucket

        config = {
            "connect_timeout": SECONDS_TO_CONNECT,
            "read_timeout": SECONDS_TO_ANSWER,
            "retries": {"mode": "standard", "total_max_attempts": TRIES},
        }
        bucket = s3fs.S3FileSystem(config_kwargs=config, use_listings_cache=False)
        bucket.retries = ROUNDS
        return bucket

    def _fetch(self, file: str, copy: Path) -> None:
        with self.temporary() as path:
            with self._asking(but=FileNotFoundError):
                self._bucket.get_file(self._key(file), str(path))
                wanted = self._bucket.metadata(self._key(file)).get("sha256")
                if sha256_of(path) != wanted:
                    raise OSError(f"{file} came with other bytes than were sent there")
            make_room(
                copy.parent.iterdir(),
                size=path.stat().st_size,
                limit=self._cache_bytes,
                seconds_in_use=SECONDS_IN_USE,
            )
            path.replace(copy)

    @contextmanager
    def _asking(self, *, but: type[Exception] | tuple[type[Exception], ...] = ()) -> Iterator[None]:
        """Raise StoreUnreachable for whatever the block meets, but a full disk and what is said."""
        try:
            yield
        except but:
            raise
        except Exception as error:
            if is_full(error):
                raise
            structlog.get_logger().warning("the store of files cannot be reached", exc_info=error)
            raise self._unreachable(error) from error

    @contextmanager
    def _tolerating(self, file: str) -> Iterator[None]:
        try:
            yield
        except StoreUnreachable:
            structlog.get_logger().warning("a file without a row stays in the store", file=file)

    def _unreachable(self, error: Exception) -> StoreUnreachable:
        detail = f"the store of files cannot be reached: {type(error).__name__}; the log has more"
        return StoreUnreachable(detail, headers={"Retry-After": str(RETRY_SECONDS)})

    def _key(self, file: str) -> str:
        return f"{self._url.removeprefix('s3://')}/{file}"

    def _copy(self, file: str) -> Path:
        """Return the place for a copy: by a digest of the whole URL, since a home may see other buckets some day."""
        name = hashlib.sha256(f"{self._url}/{file}".encode()).hexdigest()
        return self.home / CACHE / f"{name}{Path(file).suffix}"
