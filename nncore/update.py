"""One update of all lanes: forward, backward, regularisation, step."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nncore.arrays import Array, Indices
from nncore.checkpoint import Part, State, hand_out, join, take
from nncore.hyperparameters import Hyperparameters
from nncore.lanes import Lanes, select
from nncore.network import Network
from nncore.optimizers import OPTIMIZERS, Constants, Optimizer
from nncore.parameters import Parameters
from nncore.regularization import L2, Dropout, clip_factors
from nncore.sample_weights import shares


class Update:
    """The network, its optimizer and its regularisation, of the lanes that are still trained."""

    def __init__(
        self, network: Network, lanes: Lanes, *, hyperparameters: list[Hyperparameters], targets: Array
    ) -> None:
        """Take a new network, its lanes, and the targets (units, n) of all training images."""
        shared = hyperparameters[0]
        momenta = np.array([lane.momentum for lane in hyperparameters], dtype=shared.dtype)
        constants = Constants(momenta=momenta, beta1=shared.beta1, beta2=shared.beta2, epsilon=shared.epsilon)
        kind = "momentum" if shared.optimizer == "gradient_descent" and momenta.any() else shared.optimizer
        self.network = network
        self.lanes = lanes
        self.optimizer: Optimizer = OPTIMIZERS[kind](network.parameters, constants)
        self.gradients = network.parameters.zeros_like()
        self.dropout = dropout_of(hyperparameters, "dropout")
        self.input_dropout = dropout_of(hyperparameters, "input_dropout")
        self.targets = targets[np.newaxis]  # of one shape with the logits of one lane, which is faster to subtract
        self._whole = shared.batch_size is None or shared.batch_size >= targets.shape[1]
        self._rooms: dict[int, list[Array]] = {}
        self._add_l2()

    def keep(self, lanes: Indices) -> None:
        """Go on with these lanes alone."""
        self.network = self.network.keep(lanes)
        self.lanes = self.lanes.keep(lanes)
        self.optimizer.keep(lanes)
        self.gradients = self.network.parameters.zeros_like()
        self.dropout = self.dropout and self.dropout.keep(lanes)
        self.input_dropout = self.input_dropout and self.input_dropout.keep(lanes)
        self._rooms = {}
        self._add_l2()

    @property
    def sees_held_out(self) -> bool:
        """Whether a step's costs are also those of the held-out images: all images at once, and no dropout."""
        return self._whole and not self.dropout and not self.input_dropout

    def l2_costs(self) -> Array:
        """Return what L2 adds to each lane's cost, of shape (lanes,)."""
        if self.l2 is None:
            return np.zeros(len(self.lanes.numbers))
        return self.l2.costs(self.network.parameters, self.network.first_layer)

    def begin_epoch(self, epoch: int, *, rate_factor: float) -> None:
        """Set the learning rates of an epoch, counted from 0, and begin its dropout."""
        rates = self.lanes.learning_rates
        self._rates = rates if rate_factor == 1 else rates * rate_factor
        for dropout in filter(None, (self.dropout, self.input_dropout)):
            dropout.begin_epoch(epoch)

    def costs(self, logits: Array, indices: Indices | None) -> Array:
        """Return the cost of each of these images without L2, of shape (lanes, m)."""
        return self.network.loss.costs(logits, self._targets_of(indices))

    @np.errstate(over="ignore", invalid="ignore")  # what is not finite is told by the training
    def step(self, indices: Indices | None) -> Array:
        """Make one update with these images; return their logits before it, of shape (lanes, units, m)."""
        network, gradients = self.network, self.gradients
        batch = self._batch(indices)
        masks = self._masks(indices)
        passed = network.forward(batch, masks=masks, rooms=self._rooms_of(indices))
        dZ = network.loss.gradients(passed.logits, self._targets_of(indices))
        dZ *= self._shares_of(indices)[:, np.newaxis]
        network.backward(passed, dZ, batch, gradients=gradients, masks=masks)
        if self.l2:
            self.l2.add_gradients(network.parameters, gradients)
        if self.lanes.clip_norms is not None:
            self._clip(gradients, largest=self.lanes.clip_norms)
        self.optimizer.step(network.parameters, gradients, learning_rates=self._rates)
        return passed.logits

    def skip(self, indices: Indices | None) -> None:
        """Pass over a batch that was trained on before an interruption: draw what its dropout drew."""
        self._masks(indices)
        if self.input_dropout:
            self.input_dropout.mask((self._count(indices), self.network.layer_sizes[0]))

    def state(self) -> State:
        """Return which lanes are still trained, their parameters, and what the optimizer remembers."""
        counts = {"lanes": self.lanes.numbers.copy(), "optimizer_steps": np.array(self.optimizer.steps)}
        return counts | join(self._parts())

    def restore(self, state: State) -> None:
        """Take the numbers of a state of the same lanes; raises InvalidData."""
        self.optimizer.steps = int(take(state, "optimizer_steps"))
        hand_out(state, self._parts())

    def _parts(self) -> dict[str, Part]:
        memory = {f"memory_{number}": memory for number, memory in enumerate(self.optimizer.memory)}
        return {"parameters": self.network.parameters, **memory}

    def _add_l2(self) -> None:
        parameters = self.network.parameters
        self.l2 = L2(self.lanes.l2, parameters=parameters) if self.lanes.l2.any() else None

    def _batch(self, indices: Indices | None) -> Any:
        batch = self.network.first_layer.batch(indices)
        return batch[:] * self.input_dropout.mask(batch.shape[-2:]) if self.input_dropout else batch

    def _masks(self, indices: Indices | None) -> list[Array] | None:
        if self.dropout is None:
            return None
        return [self.dropout.mask((units, self._count(indices))) for units in self.network.layer_sizes[1:-1]]

    def _count(self, indices: Indices | None) -> int:
        return self.targets.shape[2] if indices is None else indices.shape[-1]

    def _rooms_of(self, indices: Indices | None) -> list[Array]:
        m = self._count(indices)
        if m not in self._rooms:
            self._rooms[m] = self.network.rooms(m)
        return self._rooms[m]

    def _targets_of(self, indices: Indices | None) -> Array:
        if indices is None:
            return self.targets
        targets = self.targets[:, :, indices]
        return targets if indices.ndim == 1 else np.swapaxes(targets[0], 0, 1)

    def _shares_of(self, indices: Indices | None) -> Array:
        return self.lanes.shares if indices is None else shares(select(self.lanes.shares, indices))

    def _clip(self, gradients: Parameters, *, largest: Array) -> None:
        norms = self.network.first_layer.squared_norms(gradients.first) + np.sum(gradients.rest**2, axis=1)
        factors = clip_factors(np.sqrt(norms), largest=largest)
        gradients.first *= factors[:, np.newaxis, np.newaxis]
        gradients.rest *= factors[:, np.newaxis]


def dropout_of(lanes: Sequence[Hyperparameters], kind: str) -> Dropout | None:
    """Return the "dropout" of the hidden layers or the "input_dropout", or None where no lane has any."""
    rates = np.array([getattr(lane, kind) for lane in lanes], dtype=lanes[0].dtype)
    return Dropout(rates, seeds=[lane.seed for lane in lanes], purpose=kind) if rates.any() else None


def fixed_masks(
    hyperparameters: Hyperparameters, *, layer_sizes: Sequence[int], n: int, epoch: int = 0
) -> list[Array] | None:
    """Return the first masks (units, n) of an epoch's dropout, one a hidden layer, without drawing for the training."""
    dropout = dropout_of([hyperparameters], "dropout")
    if dropout is None:
        return None
    dropout.begin_epoch(epoch)
    return [dropout.mask((units, n))[0] for units in layer_sizes[1:-1]]
