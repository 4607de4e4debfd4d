"""What the contract names and the service cannot do yet. Whoever builds one of these deletes its line."""

FIELDS = frozenset(
    {"members", "init_from", "max_seconds", "priority", "check_gradients_every", "webhook", "checkpoint_every"}
)
"""Fields of a request to train."""
