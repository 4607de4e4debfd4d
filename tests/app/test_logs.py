import json

import structlog

from app.logs import configure_logs


def test_logs_go_to_stderr_as_json_where_no_person_reads(capsys):
    configure_logs()
    try:
        raise_and_log()
    finally:
        structlog.reset_defaults()
    captured = capsys.readouterr()
    line = json.loads(captured.err)
    assert captured.out == ""
    assert (line["event"], line["level"], line["job"]) == ("job failed", "error", "7")
    assert "ZeroDivisionError" in line["exception"]


def raise_and_log() -> None:
    try:
        _ = 1 / 0
    except ZeroDivisionError as error:
        structlog.get_logger().error("job failed", job="7", exc_info=error)
