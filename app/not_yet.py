"""What the contract names and the service cannot do yet. Whoever builds one of these deletes its line."""

FIELDS: frozenset[str] = frozenset()
"""Fields of a request to train."""
