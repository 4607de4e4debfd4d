"""The training of the series, with every hyperparameter that it knows written out."""

HYPERPARAMETERS = {
    "hidden_layers": [5, 5],
    "activation": "relu",
    "initializer": "small_random",
    "optimizer": "gradient_descent",
    "learning_rate": 0.03,
    "epochs": 3000,
    "batch_size": None,
    "momentum": 0.0,
    "l2": 0.0,
    "dropout": 0.0,
    "class_weight": None,
    "normalization": "scale",
    "validation_fraction": 0.0,
    "early_stopping": None,
    "dtype": "float64",
    "seed": 1,
}
