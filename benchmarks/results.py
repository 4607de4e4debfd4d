"""RESULTS.md: a section for each benchmark, of which only what is between two markers is written by the program."""

import re
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
Rows = list[dict[str, str]]


def write(name: str, *, text: str, rows: Rows, machine: str) -> None:
    """Put a benchmark's text and table in place of its last ones, or at the end of the file."""
    title, _, rest = text.strip().partition("\n")
    begin, end = f"<!-- {name}: written by the program -->", f"<!-- {name}: written by people -->"
    parts = [begin, f"## {title.rstrip('.')}", rest.strip(), table(rows), f"*{machine}*", end]
    section = "\n\n".join(part for part in parts if part)
    document = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Results\n"
    there = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if there.search(document):
        document = there.sub(lambda _: section, document)
    else:
        document = f"{document.rstrip()}\n\n{section}\n"
    RESULTS.write_text(document, encoding="utf-8")


def table(rows: Rows) -> str:
    """Return rows as a table in Markdown; a row may lack columns."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, ["---"] * len(names), *([row.get(name, "") for name in names] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
