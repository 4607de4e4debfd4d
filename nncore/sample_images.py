"""The built-in pictures: rings and stars, drawn with NumPy alone; the same seed gives the same pictures.

Lengths are in units of a picture's side, so that a scene is the same at every size; colours are between 0 and 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float64]
Generator = np.random.Generator

CLASS_NAMES = ("ring", "star")
STAR_POINTS = 5
BLOBS = 3


def draw(count: int, *, seed: int, size: int = 64) -> tuple[NDArray[np.uint8], NDArray[np.int64], list[str]]:
    """Draw `count` pictures, as many rings as stars, varied in colour, place, size, rotation and background.

    Returns the pictures, uint8 of shape (count, size, size, 3), their labels of shape (count,), and the class names.
    A picture depends on the seed and its index alone: a larger count begins with the same ones.
    """
    labels = np.arange(count, dtype=np.int64) % len(CLASS_NAMES)
    pictures = np.empty((count, size, size, 3), dtype=np.uint8)
    for index, label in enumerate(labels):
        pictures[index] = _picture(np.random.default_rng([seed, index]), label=int(label), size=size)
    return pictures, labels, list(CLASS_NAMES)


@dataclass(frozen=True)
class _Shape:
    """A ring or a star: its middle, its radius, how it is turned (radians), and how wide its inner radius is."""

    label: int
    x: float
    y: float
    radius: float
    turn: float
    inner: float

    def cover(self, x: Plane, y: Plane) -> Plane:
        """How much of each pixel the shape covers, from 0 to 1; the edge is one pixel soft."""
        radii = np.hypot(x - self.x, y - self.y) / self.radius
        angle = np.arctan2(y - self.y, x - self.x) - self.turn
        inside = _OUTLINES[self.label](radii, angle, self.inner)
        pixels_a_radius = self.radius * x.shape[0]
        return np.clip(inside * pixels_a_radius + 0.5, 0.0, 1.0)[..., None]


def _picture(generator: Generator, *, label: int, size: int) -> NDArray[np.uint8]:
    x, y = np.meshgrid(*[(np.arange(size) + 0.5) / size] * 2)
    hue = generator.uniform(0.0, 1.0)
    shape = _random_shape(generator, label=label)
    canvas = _background(generator, x, y, hue=hue)
    canvas *= 1.0 - 0.45 * shape.cover(x - 0.025, y - 0.035)  # its shadow falls to the lower right
    colour = _random_colour(generator, hue=hue + generator.uniform(0.25, 0.75), darkest=0.75, lightest=1.0)
    lit_from_above = 1.0 - 0.15 * (y - shape.y)[..., None] / shape.radius
    cover = shape.cover(x, y)
    painted = canvas * (1.0 - cover) + colour * lit_from_above * cover
    return np.rint(255.0 * painted.clip(0.0, 1.0)).astype(np.uint8)


def _random_shape(generator: Generator, *, label: int) -> _Shape:
    x, y = generator.uniform(0.39, 0.61, size=2)
    radius = generator.uniform(0.25, 0.38)
    turn = generator.uniform(0.0, 2.0 * np.pi)
    inner = generator.uniform(*_INNER_RADII[label])
    return _Shape(label=label, x=x, y=y, radius=radius, turn=turn, inner=inner)


def _background(generator: Generator, x: Plane, y: Plane, *, hue: float) -> Plane:
    """A dark sky that fades from one colour into its neighbour, with some soft clouds; of shape (size, size, 3)."""
    near = _random_colour(generator, hue=hue, darkest=0.10, lightest=0.45)
    far = _random_colour(generator, hue=hue + generator.uniform(-0.15, 0.15), darkest=0.10, lightest=0.45)
    direction = generator.uniform(0.0, 2.0 * np.pi)
    way = (0.5 + (x - 0.5) * np.cos(direction) + (y - 0.5) * np.sin(direction)).clip(0.0, 1.0)[..., None]
    canvas: Plane = near * (1.0 - way) + far * way
    for _ in range(BLOBS):
        blob_x, blob_y, width, light = generator.uniform([0.0, 0.0, 0.1, -0.12], [1.0, 1.0, 0.3, 0.12])
        canvas += light * np.exp(-(((x - blob_x) ** 2 + (y - blob_y) ** 2) / width**2))[..., None]
    return canvas


def _random_colour(generator: Generator, *, hue: float, darkest: float, lightest: float) -> Plane:
    """A colour of this hue (0 and 1 are red) and a random saturation and brightness, as three numbers."""
    saturation = generator.uniform(0.2, 0.85)
    brightness = generator.uniform(darkest, lightest)
    sector = (np.array([5.0, 3.0, 1.0]) + 6.0 * hue) % 6.0
    colour: Plane = brightness * (1.0 - saturation * np.minimum(sector, 4.0 - sector).clip(0.0, 1.0))
    return colour


def _ring(radii: Plane, angle: Plane, inner: float) -> Plane:
    """How far inside a ring each point is, in radii; negative outside."""
    del angle  # a ring looks the same however it is turned
    return np.minimum(1.0 - radii, radii - inner)


def _star(radii: Plane, angle: Plane, inner: float) -> Plane:
    """How far inside a star each point is, in radii: its signed distance from the line between notch and tip."""
    half_point = np.pi / STAR_POINTS
    folded = np.abs(angle % (2.0 * half_point) - half_point)  # 0 at a notch, half_point at a tip
    along, across = np.cos(half_point) - inner, np.sin(half_point)
    x, y = radii * np.cos(folded) - inner, radii * np.sin(folded)
    inside: Plane = (y * along - x * across) / np.hypot(along, across)
    return inside


_OUTLINES = (_ring, _star)
_INNER_RADII = ((0.55, 0.70), (0.38, 0.50))
