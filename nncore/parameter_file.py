"""The HDF5 file of a trained network: its parameters, and all that is needed to answer with them.

Group `parameters` holds W1 (units, inputs), b1 (units, 1), W2, ... as the series names them; in a model of several
members each has a leading axis (members, ...). Standardised inputs come with a group `normalization` that holds `mean`
and `deviation` (inputs,). The attributes of the file are `format_version` and, as JSON text, `hyperparameters`,
`preprocessing`, `classes`, `metrics` and `dataset`.
"""

import json
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from nncore.activations import ACTIVATIONS
from nncore.arrays import DTYPES, Array
from nncore.errors import InvalidParameterFile
from nncore.losses import output_units
from nncore.network import Network
from nncore.normalization import NORMALIZATIONS, Normalization
from nncore.trained_model import TrainedModel

FORMAT_VERSION = 1
LARGEST = 500_000_000  # numbers in one file: 4 GB of float64, far beyond any small network
LONGEST_TEXT = 12 * 2**20  # letters of an attribute: three confusion matrices of a thousand classes have 9 million


@dataclass(frozen=True)
class ParameterFile:
    """What stands in a parameter file."""

    model: TrainedModel
    hyperparameters: dict[str, Any]
    preprocessing: dict[str, Any]
    classes: list[str]
    dataset: dict[str, Any]

    @property
    def metrics(self) -> dict[str, Any]:
        """The metrics of each split."""
        return self.model.metrics


def write(
    path: Path,
    *,
    model: TrainedModel,
    hyperparameters: Mapping[str, Any],
    preprocessing: Mapping[str, Any],
    classes: Sequence[str],
    dataset: Mapping[str, Any],
) -> None:
    """Write a parameter file; whoever wants it to appear whole or not at all writes beside and renames."""
    normalization = {"normalization": {"kind": model.normalization.kind}}
    described = {
        "hyperparameters": dict(hyperparameters) | {"activation": model.network.activation},
        "preprocessing": dict(preprocessing) | normalization,
        "classes": list(classes),
        "metrics": model.metrics,
        "dataset": dict(dataset),
    }
    with h5py.File(path, "w") as file:
        file.attrs["format_version"] = FORMAT_VERSION
        for name, value in described.items():
            file.attrs[name] = json.dumps(value)
        for name, array in arrays(model).items():
            file[name] = array


def arrays(model: TrainedModel) -> dict[str, Array]:
    """Return the arrays of a model under the names that they have in its file: `parameters/W1` and so on."""
    named = {}
    for layer, (W, b) in enumerate(zip(model.network.weights, model.network.biases, strict=True), start=1):
        named[f"parameters/W{layer}"] = W[0] if model.network.lanes == 1 else W
        named[f"parameters/b{layer}"] = b[0] if model.network.lanes == 1 else b
    if model.normalization.mean is not None and model.normalization.deviation is not None:
        named["normalization/mean"] = model.normalization.mean
        named["normalization/deviation"] = model.normalization.deviation
    return named


def read(path: Path) -> ParameterFile:
    """Read a parameter file; raises InvalidParameterFile for any other, also one made to harm."""
    try:
        with h5py.File(path, "r") as file:
            return _read(file)
    except (
        OSError,
        RuntimeError,
        KeyError,
        ValueError,
        TypeError,
    ) as error:  # what h5py says of broken files
        raise InvalidParameterFile(f"the file cannot be read as a parameter file: {error}") from error


def _read(file: h5py.File) -> ParameterFile:
    version = file.attrs.get("format_version")
    if version != FORMAT_VERSION:
        told = reprlib.repr(version.item() if isinstance(version, np.generic) else version)
        raise InvalidParameterFile(f"format_version is {told}; this nncore reads {FORMAT_VERSION}")
    described = {name: _read_json(file, name, kind) for name, kind in ATTRIBUTES.items()}
    activation = described["hyperparameters"].get("activation")
    if activation not in ACTIVATIONS:
        told = reprlib.repr(activation)
        raise InvalidParameterFile(f"activation is {told}; it must be one of {', '.join(ACTIVATIONS)}")
    normalization = described["preprocessing"].pop("normalization", None)
    kind = normalization.get("kind") if isinstance(normalization, dict) else None
    if kind not in NORMALIZATIONS:
        told = reprlib.repr(normalization)
        raise InvalidParameterFile(f"normalization is {told}; this nncore knows {', '.join(NORMALIZATIONS)}")
    weights, biases = _read_layers(file)
    _check_layers(weights, biases, classes=described["classes"])
    model = TrainedModel(
        network=Network.from_arrays(weights, biases, activation=activation),
        normalization=_read_normalization(file, kind, inputs=weights[0].shape[2]),
        metrics=described.pop("metrics"),
    )
    return ParameterFile(model=model, **described)


def _read_json(file: h5py.File, name: str, kind: type) -> Any:
    text = file.attrs.get(name)
    if not isinstance(text, str):
        raise InvalidParameterFile(f"the attribute {name} is {type(text).__name__}; it must be JSON text")
    if len(text) > LONGEST_TEXT:
        raise InvalidParameterFile(f"the attribute {name} has {len(text)} letters; at most {LONGEST_TEXT} are read")
    value = json.loads(text)
    if not isinstance(value, kind):
        raise InvalidParameterFile(
            f"the attribute {name} holds a {type(value).__name__}; it must hold a {kind.__name__}"
        )
    return value


def _read_normalization(file: h5py.File, kind: str, *, inputs: int) -> Normalization:
    if kind != "standardize":
        return Normalization(kind=kind)
    mean, deviation = (_read_arrays(file, "normalization", ["deviation", "mean"], ndims=(1,)))[::-1]
    if mean.shape != (inputs,) or deviation.shape != (inputs,) or not np.isfinite(mean).all():
        raise InvalidParameterFile(f"mean {mean.shape} and deviation {deviation.shape} must be finite of ({inputs},)")
    if not ((deviation > 0) & np.isfinite(deviation)).all():
        raise InvalidParameterFile("deviation must be above 0 everywhere")
    return Normalization(kind=kind, mean=mean, deviation=deviation)


def _read_layers(file: h5py.File) -> tuple[list[Array], list[Array]]:
    group = _group(file, "parameters")
    wanted = [f"{letter}{layer}" for layer in range(1, len(group) // 2 + 1) for letter in "Wb"]
    arrays = _read_arrays(file, "parameters", wanted, ndims=(2, 3))
    if len({array.ndim for array in arrays}) != 1:
        raise InvalidParameterFile("some parameters have members and others have none")
    arrays = [array if array.ndim == 3 else array[np.newaxis] for array in arrays]
    return arrays[::2], arrays[1::2]


def _group(file: h5py.File, name: str) -> h5py.Group:
    group = file[name] if isinstance(file.get(name, getlink=True), h5py.HardLink) else None
    if not isinstance(group, h5py.Group) or not len(group):
        raise InvalidParameterFile(f"there is no group `{name}` with arrays in it")
    return group


def _read_arrays(file: h5py.File, name: str, wanted: list[str], *, ndims: tuple[int, ...]) -> list[Array]:
    group = _group(file, name)
    if set(group) != set(wanted):
        raise InvalidParameterFile(f"the group `{name}` holds {sorted(group)[:9]}; {wanted[:9]} is right")
    datasets = [_checked(group, key, ndims=ndims) for key in wanted]
    if sum(dataset.size for dataset in datasets) > LARGEST:
        raise InvalidParameterFile(f"there are more than {LARGEST} parameters")
    declared, stored = sum(dataset.nbytes for dataset in datasets), file.id.get_filesize()
    if declared > stored:  # numbers that were never written, or those of one array under many names
        raise InvalidParameterFile(f"the group `{name}` declares {declared} bytes, but the whole file has {stored}")
    return [np.asarray(dataset[()]) for dataset in datasets]


def _checked(group: h5py.Group, name: str, *, ndims: tuple[int, ...]) -> h5py.Dataset:
    """Return the dataset before a number of it is read, if its numbers stand in this very file as they are."""
    array = group[name] if isinstance(group.get(name, getlink=True), h5py.HardLink) else None
    if not isinstance(array, h5py.Dataset) or array.external or array.is_virtual or array.chunks:
        raise InvalidParameterFile(f"{name} is no plain dataset within the file")
    if array.dtype.name not in DTYPES or array.ndim not in ndims or 0 in array.shape:
        raise InvalidParameterFile(f"{name} is {array.dtype} of shape {array.shape}; an array of floats is right")
    return array


def _check_layers(weights: list[Array], biases: list[Array], *, classes: list[str]) -> None:
    inputs = weights[0].shape[2]
    for layer, (W, b) in enumerate(zip(weights, biases, strict=True), start=1):
        if len(W) != len(weights[0]) or W.shape[2] != inputs or b.shape != (*W.shape[:2], 1) or W.dtype != b.dtype:
            raise InvalidParameterFile(
                f"W{layer} of {W.shape[1:]} and b{layer} of {b.shape[1:]} fit no {inputs} inputs"
            )
        if not (np.isfinite(W).all() and np.isfinite(b).all()):
            raise InvalidParameterFile(f"W{layer} or b{layer} holds numbers that are not finite")
        inputs = W.shape[1]
    if len(classes) < 2 or not all(isinstance(name, str) for name in classes) or inputs != output_units(len(classes)):
        told = f"{len(classes)} classes {reprlib.repr(classes)}"
        raise InvalidParameterFile(f"{inputs} output units do not fit the {told}")


ATTRIBUTES = {
    "hyperparameters": dict,
    "preprocessing": dict,
    "classes": list,
    "metrics": dict,
    "dataset": dict,
}
