"""Numbers and times as a person reads them."""

from datetime import datetime

from app.cli.output import is_terminal

SHORT_ID = 8  # characters that tell one job from another, nearly always


def percent(fraction: float | None) -> str:
    """Return a fraction in percent."""
    return "" if fraction is None else f"{100 * fraction:.1f} %"


def size(count: int) -> str:
    """Return a number of bytes."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count / 1e3:.1f} kB"


def time_left(seconds: float | None) -> str:
    """Return an estimate as minutes and seconds, or nothing where there is none."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} left" if hours else f"{minutes}:{rest:02} left"


def moment(text: str) -> str:
    """Return a time as the service tells it; in a terminal, of today the hour, else the day."""
    if not is_terminal():
        return text
    time, now = datetime.fromisoformat(text).astimezone(), datetime.now().astimezone()
    form = "%H:%M" if time.date() == now.date() else "%d %b" if time.year == now.year else "%d %b %Y"
    return f"{time:{form}}"


def progress(epoch: int, epochs: int) -> str:
    """Return how far a job is, in a terminal in percent."""
    return f"{100 * epoch // epochs} %" if is_terminal() else f"{epoch}/{epochs}"


def short_id(text: str) -> str:
    """Return the id of a job, in a terminal its beginning."""
    return text[:SHORT_ID] if is_terminal() else text
