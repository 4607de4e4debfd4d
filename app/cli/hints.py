"""What the service says of its paths, as commands: it speaks to all who use HTTP."""

import re

COMMANDS = (
    (r"GET /models/([^/ ]+)/aliases lists", r"`nncore models show \1` lists"),
    (r"GET /(datasets|jobs|models) lists", r"`nncore \1` lists"),
    (r"GET /keys lists", r"`nncore keys list` lists"),
    (r"POST /train makes", r"`nncore train` makes"),
    (r"send them in several requests", r"`nncore predict --batch` sends them in several requests"),
)


def as_commands(text: str) -> str:
    """Return a message with the commands in place of the requests that would help."""
    for pattern, command in COMMANDS:
        text = re.sub(pattern, command, text)
    return text
