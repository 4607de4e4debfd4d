"""Signed numbers as colours: white is 0, red above it, blue below."""

import numpy as np
from numpy.typing import NDArray

from app.images import Pixels

ABOVE = np.array([178.0, 24.0, 43.0])
BELOW = np.array([33.0, 102.0, 172.0])
WHITE = np.array([255.0, 255.0, 255.0])


def diverging_colours(values: NDArray[np.floating]) -> Pixels:
    """Return pixels (..., 3) for numbers (...), the one that is farthest from 0 in full colour."""
    largest = float(np.abs(values).max())
    strength = (np.abs(values) / largest if largest else np.zeros(values.shape))[..., np.newaxis]
    colour = np.where((values > 0)[..., np.newaxis], ABOVE, BELOW)
    pixels: Pixels = np.rint(WHITE + strength * (colour - WHITE)).astype(np.uint8)
    return pixels
