"""What the contract names and the service cannot do yet. Whoever builds one of these deletes its line."""

from typing import Any

HYPERPARAMETERS: dict[str, Any] = {
    "momentum": 0.0,
    "l2": 0.0,
    "dropout": 0.0,
    "class_weight": None,
    "validation_fraction": 0.0,
    "early_stopping": None,
}
"""Hyperparameters with the only value that they may have for now; the network does not know them."""

CHOICES: dict[str, frozenset[str]] = {
    "optimizer": frozenset({"momentum", "nesterov", "rmsprop", "adam"}),
    "normalization": frozenset({"standardize"}),
}
"""Values of known hyperparameters."""

FIELDS = frozenset(
    {"members", "check_gradients_every", "webhook"}
    | {"/hyperparameters/" + name for name in ("beta1", "beta2", "epsilon", "schedule", "clip_norm")}
    | {"/hyperparameters/" + name for name in ("input_dropout", "first_layer")}
)
"""Fields of a request; those of the hyperparameters by pointer."""
