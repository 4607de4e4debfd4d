"""What the contract names and the service cannot do yet. Whoever builds one of these deletes its line."""

FIELDS = frozenset({"check_gradients_every"})
"""Fields of a request to train."""
