"""The reference of the batch normalization assignment against truths it did not produce itself.

These are the numbers that a course published with its own notebook, central differences of every
forward pass, and PyTorch.
"""

import importlib.util
import inspect
import tomllib
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "reference" / "batchnorm"
TEMPLATE = ROOT / "student_template" / "batchnorm"
NO_TORCH = "PyTorch is not installed; the reference is compared with it where it is"

GIVEN = ["affine_forward", "affine_backward", "relu_forward", "relu_backward", "softmax_loss"]
UNFILLED = [
    "batchnorm_forward",
    "batchnorm_backward",
    "batchnorm_backward_alt",
    "layernorm_forward",
    "layernorm_backward",
    "spatial_batchnorm_forward",
    "spatial_batchnorm_backward",
    "spatial_groupnorm_forward",
    "spatial_groupnorm_backward",
]


class Norm(NamedTuple):
    """A normalization layer, and the shapes to try it with."""

    layer: str
    x_shape: tuple
    parameter_shape: tuple
    extra: tuple = ()  # arguments between beta and the dict
    backward: str = "backward"

    def passes(self, layers):
        forward, backward = f"{self.layer}_forward", f"{self.layer}_{self.backward}"
        return getattr(layers, forward), getattr(layers, backward)


NORMS = {
    "batch": Norm("batchnorm", (6, 5), (5,)),
    "batch, alternative": Norm("batchnorm", (6, 5), (5,), backward="backward_alt"),
    "layer": Norm("layernorm", (6, 5), (5,)),
    "spatial batch": Norm("spatial_batchnorm", (3, 4, 2, 5), (4,)),
    "group": Norm("spatial_groupnorm", (3, 6, 2, 5), (1, 6, 1, 1), (2,)),
    "group, flat parameters": Norm("spatial_groupnorm", (3, 6, 2, 5), (6,), (3,)),
}
norms = pytest.mark.parametrize("norm", NORMS.values(), ids=NORMS.keys())
modes = pytest.mark.parametrize("mode", ["train", "test"])


def load(path):
    spec = importlib.util.spec_from_file_location(f"under_test_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def layers() -> ModuleType:
    return load(REFERENCE / "solution" / "layers.py")


@pytest.fixture(scope="module")
def template() -> ModuleType:
    return load(TEMPLATE / "layers.py")


@pytest.fixture(scope="module")
def numerical() -> ModuleType:
    return load(TEMPLATE / "gradient_check.py")


def course_stream():
    """Draw what the notebooks draw after ``np.random.seed(231)``, without global state."""
    return np.random.RandomState(231)


def fresh_stream():
    return np.random.default_rng(20150206)


def draw(norm, dtype=np.float64):
    """Draw x, gamma, beta and dout for a row of NORMS; read-only, so that a write raises."""
    rng = fresh_stream()
    arrays = [
        2 * rng.standard_normal(norm.x_shape) + 3,
        rng.standard_normal(norm.parameter_shape),
        rng.standard_normal(norm.parameter_shape),
        rng.standard_normal(norm.x_shape),
    ]
    arrays = [array.astype(dtype) for array in arrays]
    for array in arrays:
        array.setflags(write=False)
    return arrays


def scaled_error(actual, expected):
    """Return the largest difference over the largest entry; refuse NaN and other shapes."""
    assert actual.shape == expected.shape
    assert np.isfinite(actual).all()
    return np.max(np.abs(actual - expected)) / np.max(np.abs(expected))


def two_layers(stream, n, weights=None):
    """Return the scores of the notebooks' network of 50, 60 and 3 units for n random examples."""
    x = stream.randn(n, 50)
    if weights is None:
        weights = stream.randn(50, 60), stream.randn(60, 3)
    return np.maximum(0, x @ weights[0]) @ weights[1]


def course_gradient_inputs():
    stream = course_stream()
    x = 5 * stream.randn(4, 5) + 12
    return x, stream.randn(5), stream.randn(5), stream.randn(4, 5)


# What the course published.


def assert_printed(actual, *expected):
    """Assert that an array prints as in the notebook, which shows eight decimals."""
    np.testing.assert_allclose(actual, expected, rtol=0, atol=5e-9)


def test_course_numbers_of_batch_norm_in_training(layers):
    a = two_layers(course_stream(), 200)
    assert_printed(a.mean(axis=0), -2.3814598, -13.18038246, 1.91780462)
    assert_printed(a.std(axis=0), 27.18502186, 34.21455511, 37.68611762)

    out, _ = layers.batchnorm_forward(a, np.ones(3), np.zeros(3), {"mode": "train"})
    assert np.all(np.abs(out.mean(axis=0)) < 1e-15)
    assert_printed(out.std(axis=0), 0.99999999, 1, 1)

    gamma, beta = np.array([1.0, 2.0, 3.0]), np.array([11.0, 12.0, 13.0])
    out, _ = layers.batchnorm_forward(a, gamma, beta, {"mode": "train"})
    assert_printed(out.mean(axis=0), 11, 12, 13)
    assert_printed(out.std(axis=0), 0.99999999, 1.99999999, 2.99999999)


def test_course_numbers_of_batch_norm_in_testing(layers):
    stream = course_stream()
    weights = stream.randn(50, 60), stream.randn(60, 3)
    bn_param = {"mode": "train"}
    for _ in range(50):
        a = two_layers(stream, 200, weights)
        layers.batchnorm_forward(a, np.ones(3), np.zeros(3), bn_param)
    bn_param["mode"] = "test"
    a = two_layers(stream, 200, weights)
    out, _ = layers.batchnorm_forward(a, np.ones(3), np.zeros(3), bn_param)
    assert_printed(out.mean(axis=0), -0.03927354, -0.04349152, -0.10452688)
    assert_printed(out.std(axis=0), 1.01531428, 1.01238373, 0.97819988)


def test_course_numbers_of_layer_norm(layers):
    a = two_layers(course_stream(), 4)
    assert_printed(a.mean(axis=1), -59.06673243, -47.60782686, -43.31137368, -26.40991744)
    assert_printed(a.std(axis=1), 10.07429373, 28.39478981, 35.28360729, 4.01831507)

    out, _ = layers.layernorm_forward(a, np.ones(3), np.zeros(3), {"mode": "train"})
    assert np.all(np.abs(out.mean(axis=1)) < 1e-14)
    assert_printed(out.std(axis=1), 0.99999995, 0.99999999, 1, 0.99999969)

    out, _ = layers.layernorm_forward(a, np.full(3, 3.0), np.full(3, 5.0), {"mode": "train"})
    assert_printed(out.mean(axis=1), 5, 5, 5, 5)
    assert_printed(out.std(axis=1), 2.99999985, 2.99999998, 2.99999999, 2.99999907)


@pytest.mark.parametrize(
    ("forward", "backward", "dx_error"),
    [
        ("batchnorm_forward", "batchnorm_backward", 1.7029e-09),
        ("batchnorm_forward", "batchnorm_backward_alt", 1.7029e-09),
        ("layernorm_forward", "layernorm_backward", 1.4336e-09),
    ],
)
def test_course_gradient_check(layers, numerical, forward, backward, dx_error):
    x, gamma, beta, dout = course_gradient_inputs()
    forward = getattr(layers, forward)
    param = {"mode": "train"}
    dx_num = numerical.eval_numerical_gradient_array(
        lambda x: forward(x, gamma, beta, param)[0], x, dout
    )
    dgamma_num = numerical.eval_numerical_gradient_array(
        lambda gamma: forward(x, gamma, beta, param)[0], gamma, dout
    )
    dbeta_num = numerical.eval_numerical_gradient_array(
        lambda beta: forward(x, gamma, beta, param)[0], beta, dout
    )
    dx, dgamma, dbeta = getattr(layers, backward)(dout, forward(x, gamma, beta, param)[1])
    # The error of dx is that of the central difference; the others are rounding alone.
    assert numerical.rel_error(dx_num, dx) == pytest.approx(dx_error, rel=1e-3)
    assert numerical.rel_error(dgamma_num, dgamma) < 1e-11
    assert numerical.rel_error(dbeta_num, dbeta) < 1e-11


def test_course_comparison_of_the_two_backward_passes(layers, numerical):
    stream = course_stream()
    x = 5 * stream.randn(100, 500) + 12
    gamma, beta, dout = stream.randn(500), stream.randn(500), stream.randn(100, 500)
    _, cache = layers.batchnorm_forward(x, gamma, beta, {"mode": "train"})
    staged = layers.batchnorm_backward(dout, cache)
    alternative = layers.batchnorm_backward_alt(dout, cache)
    assert numerical.rel_error(staged[0], alternative[0]) < 1e-11
    np.testing.assert_array_equal(staged[1], alternative[1])
    np.testing.assert_array_equal(staged[2], alternative[2])


def network_loss(layers, params, x, y, reg):
    """Return loss and gradients of affine, batch norm and ReLU twice, then affine, softmax."""
    caches = []
    for i in (1, 2):
        x, affine = layers.affine_forward(x, params[f"W{i}"], params[f"b{i}"])
        x, norm = layers.batchnorm_forward(
            x, params[f"gamma{i}"], params[f"beta{i}"], {"mode": "train"}
        )
        x, relu = layers.relu_forward(x)
        caches.append((affine, norm, relu))
    scores, affine = layers.affine_forward(x, params["W3"], params["b3"])
    loss, dx = layers.softmax_loss(scores, y)
    loss += 0.5 * reg * sum(np.sum(params[f"W{i}"] ** 2) for i in (1, 2, 3))

    grads = {}
    dx, grads["W3"], grads["b3"] = layers.affine_backward(dx, affine)
    for i in (2, 1):
        affine, norm, relu = caches[i - 1]
        dx = layers.relu_backward(dx, relu)
        dx, grads[f"gamma{i}"], grads[f"beta{i}"] = layers.batchnorm_backward(dx, norm)
        dx, grads[f"W{i}"], grads[f"b{i}"] = layers.affine_backward(dx, affine)
    for i in (1, 2, 3):
        grads[f"W{i}"] += reg * params[f"W{i}"]
    return loss, grads


def test_course_network_out_of_these_layers(layers, numerical):
    stream = course_stream()
    sizes = [15, 20, 30, 10]
    x, y = stream.randn(2, 15), stream.randint(10, size=2)
    # For W1 the course's figure is the error of the central difference itself, so it comes back;
    # the other figures are rounding in entries near zero, and depend on the BLAS.
    for reg, published_loss, published_error_of_w1 in [
        (0, 2.2611955101340957, 1.10e-04),
        (3.14, 6.996533220108303, 1.98e-06),
    ]:
        params = {}
        for i in (1, 2, 3):
            params[f"W{i}"] = 5e-2 * stream.randn(sizes[i - 1], sizes[i])
            params[f"b{i}"] = np.zeros(sizes[i])
            params[f"gamma{i}"], params[f"beta{i}"] = np.ones(sizes[i]), np.zeros(sizes[i])
        del params["gamma3"], params["beta3"]
        loss, grads = network_loss(layers, params, x, y, reg)
        assert loss == pytest.approx(published_loss, rel=1e-14)
        assert grads.keys() == params.keys()
        value = partial(network_loss, layers, params, x, y, reg)
        for name, grad in grads.items():
            estimate = numerical.eval_numerical_gradient(lambda _, f=value: f()[0], params[name])
            if name == "W1":
                error = numerical.rel_error(estimate, grad)
                assert error == pytest.approx(published_error_of_w1, rel=0.01)
            elif name in {"b1", "b2"}:  # batch norm takes away what these biases add
                assert np.abs(grad).max() < 1e-14, name
            else:
                assert scaled_error(grad, estimate) < 2e-6, name


# Central differences.


@norms
def test_gradients_are_those_of_the_forward_pass(layers, numerical, norm):
    forward, backward = norm.passes(layers)
    x, gamma, beta, dout = (array.copy() for array in draw(norm))
    param = {"mode": "train", "eps": 1e-3}
    _, cache = forward(x, gamma, beta, *norm.extra, param)
    gradients = backward(dout, cache)
    estimates = [
        numerical.eval_numerical_gradient_array(
            lambda _: forward(x, gamma, beta, *norm.extra, param)[0], argument, dout
        )
        for argument in (x, gamma, beta)
    ]
    for name, gradient, estimate in zip(
        ("dx", "dgamma", "dbeta"), gradients, estimates, strict=True
    ):
        assert scaled_error(gradient, estimate) < 1e-8, name


def test_affine_gradients_are_those_of_the_forward_pass(layers, numerical):
    rng = fresh_stream()
    x, w, b = rng.standard_normal((4, 3, 2)), rng.standard_normal((6, 5)), rng.standard_normal(5)
    dout = rng.standard_normal((4, 5))
    _, cache = layers.affine_forward(x, w, b)
    for gradient, argument in zip(layers.affine_backward(dout, cache), (x, w, b), strict=True):
        estimate = numerical.eval_numerical_gradient_array(
            lambda _: layers.affine_forward(x, w, b)[0], argument, dout
        )
        assert scaled_error(gradient, estimate) < 1e-9


def test_relu_gradient_is_that_of_the_forward_pass(layers, numerical):
    rng = fresh_stream()
    x, dout = rng.standard_normal((4, 3, 2)), rng.standard_normal((4, 3, 2))
    out, cache = layers.relu_forward(x)
    assert out.min() == 0
    assert (x < 0).any()
    estimate = numerical.eval_numerical_gradient_array(lambda x: layers.relu_forward(x)[0], x, dout)
    assert scaled_error(layers.relu_backward(dout, cache), estimate) < 1e-9


def test_softmax_gradient_is_that_of_the_loss(layers, numerical):
    rng = fresh_stream()
    x, y = rng.standard_normal((4, 3)), np.array([0, 2, 1, 2])
    _, dx = layers.softmax_loss(x, y)
    estimate = numerical.eval_numerical_gradient(lambda x: layers.softmax_loss(x, y)[0], x)
    assert scaled_error(dx, estimate) < 1e-9


def test_softmax_survives_scores_that_overflow_exp(layers):
    loss, dx = layers.softmax_loss(np.array([[1e4, 0.0], [0.0, 1e4]]), np.array([0, 0]))
    assert loss == pytest.approx(5e3)
    np.testing.assert_allclose(dx, [[0, 0], [-0.5, 0.5]])


# PyTorch.


def torch_gradients(torch, function, arrays, dout):
    """Return the output of a PyTorch function and the gradients of its arguments."""
    arguments = [torch.tensor(array, requires_grad=True) for array in arrays]
    out = function(*arguments)
    out.backward(torch.tensor(dout))
    return out.detach().numpy(), *(argument.grad.numpy() for argument in arguments)


def torch_batch_norm(torch, x, gamma, beta):
    return torch.nn.functional.batch_norm(x, None, None, gamma, beta, training=True, eps=1e-3)


def torch_layer_norm(torch, x, gamma, beta):
    return torch.nn.functional.layer_norm(x, x.shape[1:], gamma, beta, eps=1e-3)


def torch_group_norm(torch, x, gamma, beta, groups):
    return torch.nn.functional.group_norm(x, groups, gamma.ravel(), beta.ravel(), eps=1e-3)


TORCH_NORMS = {
    "batch": torch_batch_norm,
    "batch, alternative": torch_batch_norm,
    "layer": torch_layer_norm,
    "spatial batch": torch_batch_norm,
    "group": partial(torch_group_norm, groups=2),
    "group, flat parameters": partial(torch_group_norm, groups=3),
}


@pytest.mark.parametrize("name", NORMS)
def test_pytorch_agrees_with_outputs_and_gradients(layers, name):
    torch = pytest.importorskip("torch", reason=NO_TORCH)
    norm = NORMS[name]
    forward, backward = norm.passes(layers)
    x, gamma, beta, dout = (array.copy() for array in draw(norm))
    function = partial(TORCH_NORMS[name], torch)
    expected = torch_gradients(torch, function, (x, gamma, beta), dout)
    param = {"mode": "train", "eps": 1e-3}
    out, cache = forward(x, gamma, beta, *norm.extra, param)
    actual = (out, *backward(dout, cache))
    for what, ours, theirs in zip(("out", "dx", "dgamma", "dbeta"), actual, expected, strict=True):
        assert scaled_error(ours, theirs) < 1e-12, what


@pytest.mark.parametrize("name", ["batch", "spatial batch"])
def test_pytorch_agrees_with_running_statistics(layers, name):
    torch = pytest.importorskip("torch", reason=NO_TORCH)
    batch_norm = torch.nn.functional.batch_norm
    norm = NORMS[name]
    forward, _ = norm.passes(layers)
    _, gamma, beta, _ = (array.copy() for array in draw(norm))
    rng = fresh_stream()
    observations = np.prod(norm.x_shape) // norm.x_shape[1]

    bn_param = {"mode": "train", "momentum": 0.8}
    mean, var = (torch.zeros(norm.parameter_shape).double() for _ in range(2))
    for _ in range(3):
        x = 2 * rng.standard_normal(norm.x_shape) + 3
        forward(x, gamma, beta, bn_param)
        batch_norm(torch.tensor(x), mean, var, training=True, momentum=0.2)
    # PyTorch keeps the unbiased variance; both started from zero, so one factor relates them.
    biased = var * (observations - 1) / observations
    assert scaled_error(bn_param["running_mean"], mean.numpy()) < 1e-12
    assert scaled_error(bn_param["running_var"], biased.numpy()) < 1e-12

    out, _ = forward(x, gamma, beta, bn_param | {"mode": "test"})
    parameters = torch.tensor(gamma), torch.tensor(beta)
    expected = batch_norm(torch.tensor(x), mean, biased, *parameters, training=False)
    assert scaled_error(out, expected.numpy()) < 1e-12


def test_pytorch_agrees_with_affine_relu_and_softmax(layers):
    torch = pytest.importorskip("torch", reason=NO_TORCH)
    rng = fresh_stream()
    x, w, b = rng.standard_normal((7, 4)), rng.standard_normal((4, 5)), rng.standard_normal(5)
    y = np.array([0, 1, 2, 3, 4, 0, 1])
    hidden, affine = layers.affine_forward(x, w, b)
    scores, relu = layers.relu_forward(hidden)
    loss, dscores = layers.softmax_loss(scores, y)
    gradients = layers.affine_backward(layers.relu_backward(dscores, relu), affine)

    arguments = [torch.tensor(array, requires_grad=True) for array in (x, w, b)]
    expected = torch.nn.functional.cross_entropy(
        torch.relu(arguments[0] @ arguments[1] + arguments[2]), torch.tensor(y)
    )
    expected.backward()
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    for ours, argument in zip(gradients, arguments, strict=True):
        assert scaled_error(ours, argument.grad.numpy()) < 1e-12


# The interface: sets of statistics, modes, running statistics, inputs, dtypes.


@pytest.mark.parametrize("norm", [NORMS["spatial batch"], NORMS["group"]])
def test_spatial_layers_normalize_each_set_by_itself(layers, norm):
    x, gamma, beta, _ = draw(norm)
    x = 1e-3 * x  # small, so that the default eps shows
    out, _ = norm.passes(layers)[0](x, gamma, beta, *norm.extra, {"mode": "train"})
    n, channels = x.shape[:2]
    if norm.extra:
        sets = [np.s_[i, start : start + 3] for i in range(n) for start in (0, 3)]
    else:
        sets = [np.s_[:, channel] for channel in range(channels)]
    x_hat = np.full_like(x, np.nan)
    for members in sets:
        x_hat[members] = (x[members] - x[members].mean()) / np.sqrt(x[members].var() + 1e-5)
    expected = gamma.reshape(-1, 1, 1) * x_hat + beta.reshape(-1, 1, 1)
    assert scaled_error(out, expected) < 1e-12


@pytest.mark.parametrize("forward", ["batchnorm_forward", "spatial_batchnorm_forward"])
@pytest.mark.parametrize("param", [{"mode": "validate"}, {"mode": "Train"}, {"mode": None}, {}])
def test_an_unknown_mode_is_refused_before_anything_changes(layers, forward, param):
    x = np.arange(16.0).reshape((8, 2) if forward == "batchnorm_forward" else (2, 2, 2, 2))
    before = dict(param)
    with pytest.raises(ValueError, match="'train' or 'test'"):
        getattr(layers, forward)(x, np.ones(2), np.zeros(2), param)
    assert param == before


def test_running_statistics_by_hand(layers):
    x = np.array([[1.0, 10.0], [3.0, 30.0]])
    kept_mean, kept_var = np.array([4.0, 0.0]), np.array([8.0, 100.0])
    bn_param = {"mode": "train", "running_mean": kept_mean, "running_var": kept_var}
    layers.batchnorm_forward(x, np.ones(2), np.zeros(2), bn_param)
    np.testing.assert_allclose(bn_param["running_mean"], [0.9 * 4 + 0.1 * 2, 0.1 * 20])
    np.testing.assert_allclose(bn_param["running_var"], [0.9 * 8 + 0.1, 0.9 * 100 + 0.1 * 100])
    np.testing.assert_array_equal(kept_mean, [4, 0])
    np.testing.assert_array_equal(kept_var, [8, 100])

    bn_param = {"mode": "train", "momentum": 0.25}
    layers.batchnorm_forward(x, np.ones(2), np.zeros(2), bn_param)
    np.testing.assert_allclose(bn_param["running_mean"], [1.5, 15])
    np.testing.assert_allclose(bn_param["running_var"], [0.75, 75])


@pytest.mark.parametrize("name", ["batch", "spatial batch"])
def test_testing_uses_running_statistics_and_updates_nothing(layers, name):
    x, gamma, beta, _ = draw(NORMS[name])
    features = len(gamma)
    mean, var = np.arange(features) - 1.5, np.arange(features) + 0.5
    bn_param = {"mode": "test", "eps": 0.5, "running_mean": mean, "running_var": var}
    before = {key: np.copy(value) for key, value in bn_param.items()}
    out, _ = NORMS[name].passes(layers)[0](x, gamma, beta, bn_param)
    last = np.moveaxis(x, 1, -1)
    expected = gamma * (last - mean) / np.sqrt(var + 0.5) + beta
    np.testing.assert_allclose(np.moveaxis(out, 1, -1), expected, rtol=1e-12)
    assert bn_param.keys() == before.keys()
    for key, value in bn_param.items():
        np.testing.assert_array_equal(value, before[key])


def test_testing_before_any_training_starts_from_zeros(layers):
    bn_param = {"mode": "test"}
    out, _ = layers.batchnorm_forward(np.ones((3, 2)), np.ones(2), np.zeros(2), bn_param)
    np.testing.assert_allclose(out, np.full((3, 2), 1 / np.sqrt(1e-5)))
    assert bn_param == {"mode": "test"}


@pytest.mark.parametrize("backward", ["batchnorm_backward", "batchnorm_backward_alt"])
def test_a_cache_of_test_mode_has_no_backward_pass(layers, backward):
    x = np.ones((3, 2))
    _, cache = layers.batchnorm_forward(x, np.ones(2), np.zeros(2), {"mode": "test"})
    with pytest.raises(ValueError, match="train mode"):
        getattr(layers, backward)(x, cache)


def test_constant_features_and_a_batch_of_one_give_beta(layers):
    beta = np.array([1.0, -2.0])
    for x in (np.full((5, 2), 7.0), np.array([[3.0, 4.0]])):
        out, cache = layers.batchnorm_forward(x, np.ones(2), beta, {"mode": "train"})
        np.testing.assert_allclose(out, np.tile(beta, (len(x), 1)))
        for gradient in layers.batchnorm_backward_alt(np.ones_like(x), cache):
            assert np.isfinite(gradient).all()


@pytest.mark.parametrize("groups", [0, -2, 4, 12])
def test_groups_that_do_not_divide_the_channels_are_refused(layers, groups):
    x, gamma, beta, _ = draw(NORMS["group"])
    with pytest.raises(ValueError, match=f"6 channels .* G={groups} "):
        layers.spatial_groupnorm_forward(x, gamma, beta, groups, {})


@norms
@modes
def test_inputs_and_caches_are_left_alone(layers, norm, mode):
    forward, backward = norm.passes(layers)
    x, gamma, beta, dout = draw(norm)  # read-only: a write raises
    param = {"mode": mode}
    out, cache = forward(x, gamma, beta, *norm.extra, param)
    assert not any(np.shares_memory(out, array) for array in (x, gamma, beta))
    if mode == "train":
        first, second = backward(dout, cache), backward(dout, cache)
        assert not any(np.shares_memory(gradient, dout) for gradient in first)
        for once, again in zip(first, second, strict=True):
            np.testing.assert_array_equal(once, again)


@norms
@modes
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shapes_and_dtypes_are_kept(layers, norm, mode, dtype):
    forward, backward = norm.passes(layers)
    x_shape, parameter_shape = norm.x_shape, norm.parameter_shape
    x, gamma, beta, dout = draw(norm, dtype)
    param = {"mode": mode, "eps": np.float64(1e-3), "momentum": np.float64(0.5)}
    out, cache = forward(x, gamma, beta, *norm.extra, param)
    results = [(out, x_shape)]
    if mode == "train":
        gradients = backward(dout, cache)
        results += zip(gradients, (x_shape, parameter_shape, parameter_shape), strict=True)
    results += [(value, parameter_shape) for key, value in param.items() if "running" in key]
    for array, shape in results:
        assert type(array) is np.ndarray
        assert array.shape == shape
        assert array.dtype == dtype


def test_given_layers_keep_float32(layers):
    rng = fresh_stream()
    x, w = rng.standard_normal((4, 6), np.float32), rng.standard_normal((6, 5), np.float32)
    hidden, affine = layers.affine_forward(x, w, np.zeros(5, np.float32))
    scores, relu = layers.relu_forward(hidden)
    loss, dscores = layers.softmax_loss(scores, np.zeros(4, int))
    dhidden = layers.relu_backward(dscores, relu)
    assert type(loss) is float
    arrays = (hidden, scores, dscores, dhidden, *layers.affine_backward(dhidden, affine))
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


# What students are given.


def signature(function):
    return [
        (parameter.name, parameter.kind, parameter.default)
        for parameter in inspect.signature(function).parameters.values()
    ]


@pytest.mark.parametrize("name", GIVEN + UNFILLED)
def test_template_and_reference_share_every_signature(layers, template, name):
    assert signature(getattr(template, name)) == signature(getattr(layers, name))


def test_no_public_function_is_missing_from_these_tests(layers, template):
    for module in (layers, template):
        functions = {
            name
            for name, value in vars(module).items()
            if inspect.isfunction(value) and value.__module__ == module.__name__
        }
        assert {name for name in functions if name[0] != "_"} == set(GIVEN + UNFILLED)


@pytest.mark.parametrize("name", UNFILLED)
def test_template_leaves_the_assignment_open(template, name):
    function = getattr(template, name)
    arguments = [None] * len(inspect.signature(function).parameters)
    with pytest.raises(NotImplementedError, match=f"^{name}$"):
        function(*arguments)
    assert inspect.getdoc(function)


def test_given_layers_of_the_template_equal_the_reference(layers, template):
    rng = fresh_stream()
    x, w, b = rng.standard_normal((90, 3, 2)), rng.standard_normal((6, 5)), rng.standard_normal(5)
    y, dout = rng.integers(5, size=90), rng.standard_normal((90, 5))

    def run(module):
        hidden, affine = module.affine_forward(x, w, b)
        scores, relu = module.relu_forward(hidden)
        dhidden = module.relu_backward(dout, relu)
        return (
            *(hidden, scores, dhidden),
            *module.softmax_loss(scores, y),
            *module.affine_backward(dhidden, affine),
        )

    for ours, theirs in zip(run(layers), run(template), strict=True):
        np.testing.assert_allclose(theirs, ours, rtol=1e-13)


def test_numerical_gradients_of_a_cubic_and_x_exactly_restored(numerical):
    rng = fresh_stream()
    x, df = rng.standard_normal((3, 2)), rng.standard_normal((3, 2))
    before = x.tobytes()
    grad = numerical.eval_numerical_gradient(lambda x: np.sum(x**3), x)
    np.testing.assert_allclose(grad, 3 * x**2, rtol=1e-7)
    grad = numerical.eval_numerical_gradient_array(lambda x: x**3, x, df)
    np.testing.assert_allclose(grad, 3 * x**2 * df, rtol=1e-7)
    assert x.tobytes() == before


def test_numerical_gradient_copies_an_output_that_is_reused(numerical):
    buffer = np.empty(2)
    grad = numerical.eval_numerical_gradient_array(
        lambda x: np.multiply(x, 2, out=buffer), np.ones(2), np.ones(2)
    )
    np.testing.assert_allclose(grad, [2, 2])


def test_numerical_gradient_restores_x_when_the_function_raises(numerical):
    x = np.array([0.1])
    with pytest.raises(ZeroDivisionError):
        numerical.eval_numerical_gradient(lambda _: 1 / 0, x)
    assert x[0] == 0.1


def test_numerical_gradient_refuses_integers_and_a_gradient_of_another_shape(numerical):
    with pytest.raises(TypeError, match="array of floats"):
        numerical.eval_numerical_gradient(np.sum, np.arange(3))
    with pytest.raises(ValueError, match=r"shape \(3,\), but df has shape \(3, 1\)"):
        numerical.eval_numerical_gradient_array(np.sin, np.ones(3), np.ones((3, 1)))


def test_numerical_gradient_prints_when_asked(numerical, capsys):
    numerical.eval_numerical_gradient(np.sum, np.ones(2), verbose=True)
    assert [line[:4] for line in capsys.readouterr().out.splitlines()] == ["(0,)", "(1,)"]


def test_relative_error_by_hand(numerical):
    assert numerical.rel_error(np.array([1.0, 3.0]), np.array([1.0, 1.0])) == 0.5
    assert numerical.rel_error(np.zeros(2), np.zeros(2)) == 0
    assert numerical.rel_error(np.array([1e-9]), np.zeros(1)) == pytest.approx(0.1)


def test_readme_names_every_criterion_with_its_points():
    rubric = tomllib.loads((REFERENCE / "assignment.toml").read_text())["criteria"]
    rows = [
        f"| {'Bonus: ' if criterion.get('bonus') else ''}{criterion['title']} "
        f"| {criterion['points']} |"
        for criterion in rubric
    ]
    total = sum(criterion["points"] for criterion in rubric if not criterion.get("bonus"))
    table = (TEMPLATE / "README.md").read_text().splitlines()
    start = table.index("|---|---:|") + 1
    printed = [line for line in table[start:] if line.startswith("|")]
    assert f"| **Total** | **{total}** |" in printed
    assert [line for line in printed if "**" not in line] == rows
