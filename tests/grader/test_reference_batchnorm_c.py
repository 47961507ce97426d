"""What batchnorm_c takes for right is right: central differences, PyTorch, and the layer in C."""

from __future__ import annotations

import ctypes
import importlib.util
import shutil
import subprocess

import numpy as np
import pytest

GROUPS, N, ROWS = 3, 4, 5


@pytest.fixture(scope="module")
def truth(project):
    path = project / "reference" / "batchnorm_c" / "truth" / "batch_norm.py"
    spec = importlib.util.spec_from_file_location("truth_of_batch_norm", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def rng():
    return np.random.default_rng(3)


@pytest.fixture
def x(rng):
    return rng.normal(2.0, 3.0, (ROWS, GROUPS * N))


@pytest.fixture
def d(rng):
    return rng.standard_normal((ROWS, GROUPS * N))


def forward(truth, x):
    m = truth.mean(x, GROUPS)
    v = truth.variance(x, m, GROUPS)
    return m, v, truth.normalize(x, m, v, GROUPS)


def slope(f, at, step=1e-5):
    """Return the gradient of a number by central differences."""
    gradient = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        ahead, behind = at.copy(), at.copy()
        ahead[index] += step
        behind[index] -= step
        gradient[index] = (f(ahead) - f(behind)) / (2 * step)
    return gradient


def test_forward_by_its_definition(truth, x):
    m, v, y = forward(truth, x)
    for g in range(GROUPS):
        channel = x[:, g * N : (g + 1) * N]
        assert m[0, g] == pytest.approx(channel.mean(), rel=1e-12)
        assert v[0, g] == pytest.approx(channel.var(), rel=1e-12)
        expected = (channel - channel.mean()) / np.sqrt(channel.var() + 1e-5)
        np.testing.assert_allclose(y[:, g * N : (g + 1) * N], expected, rtol=1e-12)


def test_gradients_of_mean_and_variance(truth, x, d):
    m, v, _ = forward(truth, x)
    by_m = slope(lambda at: (d * truth.normalize(x, at, v, GROUPS)).sum(), m)
    by_v = slope(lambda at: (d * truth.normalize(x, m, at, GROUPS)).sum(), v)
    np.testing.assert_allclose(truth.delta_mean(d, v, GROUPS), by_m, rtol=1e-7)
    np.testing.assert_allclose(truth.delta_variance(d, x, m, v, GROUPS), by_v, rtol=1e-7)


def backward(truth, d, x):
    m, v, _ = forward(truth, x)
    dm = truth.delta_mean(d, v, GROUPS)
    dv = truth.delta_variance(d, x, m, v, GROUPS)
    return truth.delta_batch_norm(d, dm, dv, m, v, x, GROUPS)


def test_gradient_of_the_input(truth, x, d):
    expected = slope(lambda at: (d * forward(truth, at)[2]).sum(), x)
    np.testing.assert_allclose(backward(truth, d, x), expected, atol=1e-8)


def test_pytorch_agrees(truth, x, d):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    layer = torch.nn.BatchNorm2d(GROUPS, eps=1e-5, affine=False).double()
    images = torch.tensor(x.reshape(ROWS, GROUPS, 2, N // 2), requires_grad=True)
    y = layer(images)
    y.backward(torch.tensor(d.reshape(images.shape)))
    np.testing.assert_allclose(y.detach().numpy().reshape(x.shape), forward(truth, x)[2], rtol=1e-9)
    np.testing.assert_allclose(
        images.grad.numpy().reshape(x.shape), backward(truth, d, x), atol=1e-9
    )


class Matrix(ctypes.Structure):
    _fields_ = (
        ("rows", ctypes.c_int),
        ("cols", ctypes.c_int),
        ("data", ctypes.POINTER(ctypes.c_float)),
        ("shallow", ctypes.c_int),
    )

    @classmethod
    def of(cls, array):
        assert array.dtype == np.float32
        return cls(*array.shape, array.ctypes.data_as(ctypes.POINTER(ctypes.c_float)), 1)

    def array(self):
        return np.ctypeslib.as_array(self.data, (self.rows, self.cols)).copy()


class Layer(ctypes.Structure):
    _fields_ = (
        ("groups", ctypes.c_int),
        ("rolling_mean", Matrix),
        ("rolling_variance", Matrix),
        ("x", ctypes.POINTER(Matrix)),
    )


@pytest.fixture(scope="module")
def library(project, tmp_path_factory):
    """The solution, with the given files."""
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("no gcc here")
    made = tmp_path_factory.mktemp("solution") / "solution.so"
    given = project / "student_template" / "batchnorm_c"
    solution = project / "reference" / "batchnorm_c" / "solution" / "batch_norm.c"
    command = [compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", f"-I{given}"]
    subprocess.run([*command, solution, given / "matrix.c", "-o", made, "-lm"], check=True)
    loaded = ctypes.CDLL(str(made))
    loaded.make_batchnorm_layer.restype = Layer
    for name in ("batch_normalize_forward", "batch_normalize_backward"):
        function = getattr(loaded, name)
        function.argtypes, function.restype = (Layer, Matrix), Matrix
    loaded.free_layer.argtypes, loaded.free_layer.restype = (Layer,), None
    return loaded


def test_the_layer_goes_forward_and_back(library, truth, x, d):
    layer = library.make_batchnorm_layer(GROUPS)
    x, d = np.float32(x), np.float32(d)
    y = library.batch_normalize_forward(layer, Matrix.of(x)).array()
    np.testing.assert_allclose(y, forward(truth, x)[2], atol=1e-5)
    dx = library.batch_normalize_backward(layer, Matrix.of(d)).array()
    np.testing.assert_allclose(dx, backward(truth, d, x), atol=1e-5)
    library.free_layer(layer)


def test_rolling_averages_follow_and_serve_a_batch_of_one(library, truth, rng):
    layer = library.make_batchnorm_layer(GROUPS)
    mean, variance = np.zeros((1, GROUPS)), np.ones((1, GROUPS))
    for _ in range(3):
        batch = rng.normal(2.0, 3.0, (ROWS, GROUPS * N)).astype(np.float32)
        library.batch_normalize_forward(layer, Matrix.of(batch))
        m, v, _ = forward(truth, batch)
        mean, variance = 0.9 * mean + 0.1 * m, 0.9 * variance + 0.1 * v
    np.testing.assert_allclose(layer.rolling_mean.array(), mean, rtol=1e-5)
    np.testing.assert_allclose(layer.rolling_variance.array(), variance, rtol=1e-5)

    one = rng.standard_normal((1, GROUPS * N)).astype(np.float32)
    y = library.batch_normalize_forward(layer, Matrix.of(one)).array()
    np.testing.assert_allclose(y, truth.normalize(one, mean, variance, GROUPS), atol=1e-5)
    np.testing.assert_allclose(layer.rolling_mean.array(), mean, rtol=1e-5)  # one says too little
    library.free_layer(layer)
