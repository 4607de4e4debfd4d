"""The kinds of arrays that the network works on."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]  # floating point: every number of a training has the same dtype
Labels: TypeAlias = NDArray[np.integer[Any]]
Pixels: TypeAlias = NDArray[np.uint8]
Indices: TypeAlias = NDArray[np.intp]  # which training images: (m,) for all lanes, or (lanes, m)

DTYPES = {"float64": np.float64, "float32": np.float32}
