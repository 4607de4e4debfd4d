"""Show the first-layer weights of a model."""

import numpy as np

from app.contact_sheet import contact_sheet
from app.diverging_colours import diverging_colours
from app.images import IMAGE_SHAPE, to_png
from app.services.served_models import ServedModel


def draw_weights(found: ServedModel, *, limit: int, columns: int) -> bytes:
    """Return the weights of the first units as PNG: a picture a unit, its three channels summed, each to its own scale.

    With members, those of the first member come first.
    """
    network = found.model.network
    weights = network.parameters.first.reshape(-1, *IMAGE_SHAPE)[:limit].sum(axis=3)
    return to_png(contact_sheet(np.stack([diverging_colours(unit) for unit in weights]), columns=columns))
