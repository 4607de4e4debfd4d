"""Many pictures in one: rows of tiles, with a gap that shows what is behind."""

import numpy as np
from numpy.typing import NDArray

from app.images import Pixels

GAP = 2  # pixels between two tiles


def contact_sheet(images: Pixels, *, columns: int) -> Pixels:
    """Arrange images (n, height, width, 3), n at least 1, row by row; return pixels (height, width, 4) with alpha."""
    count, height, width = images.shape[:3]
    columns = min(columns, count)
    rows = -(-count // columns)
    sheet = np.zeros((rows * (height + GAP) - GAP, columns * (width + GAP) - GAP, 4), dtype=np.uint8)
    for index, image in enumerate(images):
        _tile(sheet, index, columns=columns, height=height, width=width)[...] = _opaque(image)
    return sheet


def _tile(sheet: Pixels, index: int, *, columns: int, height: int, width: int) -> Pixels:
    top, left = index // columns * (height + GAP), index % columns * (width + GAP)
    return sheet[top : top + height, left : left + width]


def _opaque(image: Pixels) -> NDArray[np.uint8]:
    return np.concatenate([image, np.full((*image.shape[:2], 1), 255, dtype=np.uint8)], axis=2)
