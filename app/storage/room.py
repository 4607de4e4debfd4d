"""Whether an error says that the disk is full, whoever met it: the system, HDF5 or the database."""

import errno

FULL = (errno.ENOSPC, errno.EDQUOT)
WORDS = ("No space left on device", "Disk quota exceeded", "database or disk is full", "could not extend file")


def is_full(error: BaseException) -> bool:
    """Return whether the error, or one that led to it, comes from a disk without room."""
    this: BaseException | None = error
    while this is not None:
        if (isinstance(this, OSError) and this.errno in FULL) or any(words in str(this) for words in WORDS):
            return True
        this = this.__cause__ or this.__context__
    return False
