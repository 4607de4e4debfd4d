"""All randomness of a training: a pure function of seed, epoch and purpose, never of what was drawn before.

So a training that goes on after an interruption draws the same numbers as one that was never interrupted.
"""

import numpy as np

PURPOSES = {"shuffle": 1, "dropout": 2, "input_dropout": 3, "validation": 4, "folds": 5, "search": 6}


def generator(*, seed: int, epoch: int, purpose: str) -> np.random.Generator:
    """Return a new generator for this purpose in this epoch."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, epoch, PURPOSES[purpose]])))
