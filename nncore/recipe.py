"""How to train where nobody says how: what a search on few photos found best."""

from nncore.hyperparameters import Hyperparameters

RECIPE = Hyperparameters(
    hidden_layers=(20, 7),
    initializer="he",
    learning_rate=0.01,
    epochs=200,
    class_weight="balanced",
    normalization="standardize",
)
"""Found by cross-validation on the series' 209 training images alone; benchmarks/RESULTS.md says what it is worth."""
