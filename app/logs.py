"""Logs on stderr: coloured lines for a person at a terminal, a JSON object a line for programs."""

import json
import sys

import structlog


def configure_logs() -> None:
    """Have structlog write to stderr: stdout has one line alone, that tells where the service listens."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, *_renderers(for_person=sys.stderr.isatty())],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def request_id() -> str | None:
    """Return the id of the request that is being answered here, if one is."""
    told: str | None = structlog.contextvars.get_contextvars().get("request")
    return told


def _renderers(*, for_person: bool) -> list[structlog.typing.Processor]:
    if for_person:
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    encoder = json.JSONEncoder(default=repr)  # one for all lines: structlog's own renderer would make one for each
    return [structlog.processors.format_exc_info, lambda _logger, _method, line: encoder.encode(line)]
