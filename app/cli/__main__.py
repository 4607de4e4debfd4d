"""The command without its script: `python -m app.cli`."""

from app.cli import main

main()
