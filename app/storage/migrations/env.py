"""Alembic asks this file how to reach the database: `upgrade` gives it a connection within a transaction.

`alembic revision --autogenerate` is not used: a step is written by hand, and a test compares the result with tables.py.
"""

from alembic import context

from app.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
