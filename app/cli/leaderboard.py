"""The candidates of a search, for `tune` and `jobs`."""

from typing import Any

from app.cli.output import Json, print_table


def print_leaderboard(job: Json) -> None:
    """Print a line a candidate, with the hyperparameters in which they differ; nothing of a job that is no search."""
    if job["kind"] != "tune":
        return
    rows = job["leaderboard"] or []
    tried = [row["hyperparameters"] for row in rows]
    names = [name for name in tried[0] if any(each[name] != tried[0][name] for each in tried)] if tried else []
    columns = ["rank", *names, "balanced accuracy", "accuracy", "cost"]
    print_table(columns, [_row(row, names) for row in rows])


def _row(row: Json, names: list[str]) -> list[object]:
    values = [_short(row["hyperparameters"][name]) for name in names]
    if row["cost"] is None:
        return [row["rank"], *values, row["status"], "", ""]
    shares = [_with_deviation(row, name, scale=100, digits=1) + " %" for name in ("balanced_accuracy", "accuracy")]
    return [row["rank"], *values, *shares, _with_deviation(row, "cost", scale=1, digits=4)]


def _with_deviation(row: Json, name: str, *, scale: float, digits: int) -> str:
    value, deviation = row[name], row[f"{name}_deviation"]
    told = f"{scale * value:.{digits}f}"
    return told if deviation is None else f"{told} ± {scale * deviation:.{digits}f}"


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
