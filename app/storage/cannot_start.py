"""What keeps the service from its start, as its operator can mend it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError, DBAPIError

from app.settings import Settings


class CannotStart(Exception):
    """What keeps the service from its start; the message is one line for the operator."""


@contextmanager
def telling_why(settings: Settings) -> Iterator[None]:
    """Turn what an operator can mend into CannotStart; a URL is not repeated, since it may hold a password."""
    try:
        yield
    except (ArgumentError, ModuleNotFoundError) as error:
        told = f"NNCORE_DATABASE_URL cannot be used ({_first_line(error)}); postgresql://user@host/name would be right"
        raise CannotStart(f"{told}, with the extra nncore[postgresql]") from error
    except DBAPIError as error:
        where = "NNCORE_DATABASE_URL means" if settings.database_url else f"is {settings.data_directory / 'nncore.db'}"
        told = f"the database cannot be used: {_first_line(error.orig or error)}"
        raise CannotStart(f"{told}; look after the one that {where}") from error
    except OSError as error:
        told = f"cannot write under the home {settings.home}: {_first_line(error)}"
        raise CannotStart(f"{told}; name another with --home or NNCORE_HOME") from error


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
