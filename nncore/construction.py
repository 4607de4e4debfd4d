"""A new network: its first weights drawn, and its first layer in the form that is faster."""

from collections.abc import Callable, Sequence

import numpy as np

from nncore.arrays import Array, Indices
from nncore.batches import steps_of
from nncore.cost_model import Work, choose
from nncore.errors import InvalidData
from nncore.first_layer import FirstLayer, SampleSpace, WeightSpace
from nncore.hyperparameters import Hyperparameters
from nncore.initializers import initial_weights
from nncore.inputs import Inputs
from nncore.losses import output_units
from nncore.network import Network
from nncore.parameters import Parameters


def new_network(
    lanes: Sequence[Hyperparameters],
    *,
    own: Indices,
    X: Inputs,
    classes: int,
    gram: Callable[[Inputs], Array],
    initial: Network | None,
) -> Network:
    """Return a network with the first weights of those lanes that are its own, ready to train on images X (n, d).

    The form of the first layer is chosen for all lanes, so that it does not depend on where they are trained. The
    weights are drawn, or those of a network of the same layer sizes; raises InvalidData where it has others.
    The Gram matrix of X, of shape (n, n), is asked for if sample space needs it.
    """
    shared = lanes[0]
    layer_sizes = (X.shape[1], *shared.hidden_layers, output_units(classes))
    seeds, draws = np.unique([lanes[number].seed for number in own], return_inverse=True)
    drawn = [initial_weights(layer_sizes, initializer=shared.initializer, seed=int(seed)) for seed in seeds]
    if initial is not None:
        _check_same(initial, layer_sizes)
        drawn, draws = [[W[0] for W in initial.weights]], np.zeros_like(draws)
    first_weights, *others = (np.stack(layer).astype(shared.dtype) for layer in zip(*drawn, strict=True))
    first_layer: FirstLayer
    if choose(shared, work_of(lanes, X=X, units=layer_sizes[1])) == "sample_space":
        decays = any(lane.l2 for lane in lanes)
        first_layer = SampleSpace(first_weights, draws=list(draws), images=X, gram=gram(X), decays=decays)
    else:
        first_layer = WeightSpace(first_weights[draws], images=X)
    parameters = Parameters.zeros(first=first_layer.matrix, layer_sizes=layer_sizes)
    for view, W in zip(parameters.weights, others, strict=True):
        view[...] = W[draws]
    if initial is not None:
        for view, b in zip(parameters.biases, initial.biases, strict=True):
            view[...] = b[0]
    return Network(first_layer=first_layer, parameters=parameters, activation=shared.activation)


def _check_same(initial: Network, layer_sizes: tuple[int, ...]) -> None:
    if initial.layer_sizes != layer_sizes or initial.lanes != 1:
        got = f"{initial.lanes} of layer sizes {initial.layer_sizes}"
        raise InvalidData(f"the networks to start from are {got}; one of {layer_sizes} is right")


def work_of(lanes: Sequence[Hyperparameters], *, X: Inputs, units: int) -> Work:
    """Return what the cost model wants to know."""
    n, d = X.shape
    return Work(
        n=n,
        d=d,
        units=units,
        lanes=len(lanes),
        epochs=max(lane.epochs for lane in lanes),
        steps=steps_of(n, size=lanes[0].batch_size),
        itemsize=X.dtype.itemsize,
    )
