"""The same training as users of scikit-learn and PyTorch would write it: no data loader, and no work but the training.

Both are given X (n, d), normalised and of the wanted dtype, so their time begins later than that of nncore, which is
given uint8 images.
"""

import warnings
from collections.abc import Sequence
from itertools import pairwise

import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from nncore.arrays import Array, Labels

OPTIMIZERS = {"gradient_descent": torch.optim.SGD, "adam": torch.optim.Adam}
SOLVERS = {"gradient_descent": "sgd", "adam": "adam"}


def train_scikit_learn(
    X: Array,
    y: Labels,
    *,
    hidden_layers: Sequence[int],
    epochs: int,
    learning_rate: float,
    optimizer: str = "gradient_descent",
    batch_size: int | None = None,
    seed: int = 1,
) -> MLPClassifier:
    """Train an MLPClassifier with ReLU for so many epochs, without any of its ways to stop earlier."""
    network = MLPClassifier(
        hidden_layer_sizes=tuple(hidden_layers),
        solver=SOLVERS[optimizer],
        alpha=0,
        batch_size=batch_size or len(X),
        learning_rate_init=learning_rate,
        max_iter=epochs,
        shuffle=batch_size is not None,
        random_state=seed,
        tol=0,
        momentum=0,
        nesterovs_momentum=False,
        n_iter_no_change=epochs + 1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return network.fit(X, y)


def train_pytorch(
    X: Array,
    y: Labels,
    *,
    hidden_layers: Sequence[int],
    epochs: int,
    learning_rate: float,
    optimizer: str = "gradient_descent",
    batch_size: int | None = None,
    seed: int = 1,
) -> torch.nn.Module:
    """Train a Sequential with ReLU for so many epochs; the images stand in one tensor."""
    torch.manual_seed(seed)
    images = torch.from_numpy(X)
    targets = torch.from_numpy(y).to(images.dtype)[:, None]
    network = dense_network([X.shape[1], *hidden_layers, 1]).to(images.dtype)
    loss = torch.nn.BCEWithLogitsLoss()
    steps = OPTIMIZERS[optimizer](network.parameters(), lr=learning_rate)
    for _ in range(epochs):
        batches = [slice(None)] if batch_size is None else torch.randperm(len(X)).split(batch_size)
        for batch in batches:
            steps.zero_grad()
            loss(network(images[batch]), targets[batch]).backward()
            steps.step()
    return network


def dense_network(layer_sizes: Sequence[int]) -> torch.nn.Sequential:
    """Return linear layers of these sizes, with ReLU between them."""
    layers: list[torch.nn.Module] = []
    for inputs, units in pairwise(layer_sizes):
        layers += [torch.nn.Linear(inputs, units), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


PEERS = {"scikit-learn": train_scikit_learn, "PyTorch": train_pytorch}
