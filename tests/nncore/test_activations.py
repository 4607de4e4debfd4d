"""The activation functions against hand-worked numbers and finite differences."""

import numpy as np
import pytest

from nncore.activations import ACTIVATIONS

KNOWN = {
    "sigmoid": {0.0: 0.5, np.log(3): 0.75, -np.log(3): 0.25},
    "tanh": {0.0: 0.0, np.log(2): 0.6, -np.log(2): -0.6},
    "relu": {-2.0: 0.0, 0.0: 0.0, 3.5: 3.5},
    "leaky_relu": {-2.0: -0.02, 0.0: 0.0, 3.5: 3.5},
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_known_values(name):
    Z = np.array(list(KNOWN[name]))
    np.testing.assert_allclose(ACTIVATIONS[name].function(Z), list(KNOWN[name].values()), rtol=1e-15, atol=1e-16)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivative_is_the_slope_of_the_function(name):
    Z = np.array([-3.0, -1.1, -0.2, 0.3, 1.7, 4.0])
    activation = ACTIVATIONS[name]
    step = 1e-6
    slope = (activation.function(Z + step) - activation.function(Z - step)) / (2 * step)
    np.testing.assert_allclose(activation.derivative(activation.function(Z)), slope, rtol=1e-7)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_keeps_the_dtype_and_may_write_over_its_input(name, dtype):
    Z = np.linspace(-4, 4, 9, dtype=dtype)
    fresh = ACTIVATIONS[name].function(Z.copy())
    in_place = ACTIVATIONS[name].function(Z, out=Z)
    assert in_place is Z
    np.testing.assert_array_equal(fresh, Z)
    assert fresh.dtype == ACTIVATIONS[name].derivative(fresh).dtype == dtype


def test_sigmoid_of_extreme_inputs_is_exact_and_silent():
    A = ACTIVATIONS["sigmoid"].function(np.array([-1e4, -700.0, 1e4]))
    np.testing.assert_array_equal(A, [0.0, np.exp(-700.0), 1.0])
