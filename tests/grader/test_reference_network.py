"""The reference network against the course's numbers, central differences and plain NumPy."""

from __future__ import annotations

import inspect
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.worker import load_python

ROOT = Path(__file__).resolve().parents[2]
SOLUTION = ROOT / "reference" / "batchnorm" / "solution"
TEMPLATE = ROOT / "student_template" / "batchnorm"

norms = pytest.mark.parametrize("norm", [None, "batchnorm", "layernorm"])


@pytest.fixture(scope="module")
def network(course):
    return course("classifiers.fc_net").FullyConnectedNet


@pytest.fixture(scope="module")
def numerical(course):
    return course("gradient_check")


def draw(hidden_dims, network, *, n=5, features=7, classes=4, **options):
    """Return a float64 network with no parameter at its initial value, examples and labels."""
    rng = np.random.default_rng(20150206)
    model = network(
        hidden_dims, input_dim=features, num_classes=classes, dtype=np.float64, seed=1, **options
    )
    for name, value in model.params.items():
        model.params[name] = value + 0.3 * rng.standard_normal(value.shape)
    return model, rng.standard_normal((n, features)), rng.integers(classes, size=n)


def scaled_error(actual, expected):
    assert actual.shape == expected.shape
    assert np.isfinite(actual).all()
    return np.max(np.abs(actual - expected)) / np.max(np.abs(expected))


def plain_scores(params, x, norm, depth, eps=1e-5):
    """Return what the network computes in training, written down another way."""
    x = x.reshape(len(x), -1)
    for i in range(1, depth):
        x = x.dot(params[f"W{i}"]) + params[f"b{i}"]
        if norm:
            axis = {"batchnorm": 0, "layernorm": 1}[norm]
            centred = x - x.mean(axis=axis, keepdims=True)
            var = (centred**2).mean(axis=axis, keepdims=True)
            x = params[f"gamma{i}"] * centred / np.sqrt(var + eps) + params[f"beta{i}"]
        x = x * (x > 0)
    return x.dot(params[f"W{depth}"]) + params[f"b{depth}"]


def cross_entropy(scores, y):
    total = 0.0
    for row, label in zip(scores, y, strict=True):
        total += np.log(np.sum(np.exp(row))) - row[label]
    return total / len(y)


# What the course published.


def test_course_network(network, numerical, monkeypatch):
    stream = np.random.RandomState(231)
    monkeypatch.setattr(np.random, "randn", stream.randn)  # as after np.random.seed(231)
    x, y = stream.randn(2, 15), stream.randint(10, size=2)
    # The figure for W1 is the error of the central difference itself, so it comes back; the others
    # are rounding in entries near zero, and depend on the BLAS.
    for reg, published_loss, published_error_of_w1 in [
        (0, 2.2611955101340957, 1.10e-04),
        (3.14, 6.996533220108303, 1.98e-06),
    ]:
        model = network(
            [20, 30],
            input_dim=15,
            reg=reg,
            weight_scale=5e-2,
            dtype=np.float64,
            normalization="batchnorm",
        )
        loss, grads = model.loss(x, y)
        assert loss == pytest.approx(published_loss, rel=2e-15)
        for name, grad in grads.items():
            estimate = numerical.eval_numerical_gradient(
                lambda _, model=model: model.loss(x, y)[0], model.params[name]
            )
            if name == "W1":
                error = numerical.rel_error(estimate, grad)
                assert error == pytest.approx(published_error_of_w1, rel=0.01)
            elif name in {"b1", "b2"}:  # batch norm takes away what these biases add
                assert np.abs(grad).max() < 1e-14, name
            else:
                assert scaled_error(grad, estimate) < 2e-6, name


# Central differences, and the same network in other words.


@norms
@pytest.mark.parametrize("reg", [0, 3.14])
@pytest.mark.parametrize("depth", [2, 3, 4])
def test_gradients_are_those_of_the_loss(network, numerical, norm, reg, depth):
    model, x, y = draw([6, 5, 8][: depth - 1], network, normalization=norm, reg=reg)
    _, grads = model.loss(x, y)
    assert grads.keys() == model.params.keys()
    for name, grad in grads.items():
        estimate = numerical.eval_numerical_gradient(
            lambda _: model.loss(x, y)[0], model.params[name]
        )
        if norm == "batchnorm" and name in {f"b{i}" for i in range(1, depth)}:
            assert np.abs(grad).max() < 1e-14, name
        else:
            assert scaled_error(grad, estimate) < 1e-7, name


@norms
@pytest.mark.parametrize("depth", [1, 2, 4])
def test_loss_in_other_words(network, norm, depth):
    model, x, y = draw([6, 5, 8][: depth - 1], network, normalization=norm, reg=0.7)
    weights = [model.params[f"W{i}"] for i in range(1, depth + 1)]
    expected = cross_entropy(plain_scores(model.params, x, norm, depth), y)
    expected += 0.35 * sum(np.sum(w * w) for w in weights)
    assert model.loss(x, y)[0] == pytest.approx(expected, rel=1e-13)


def test_regularization_adds_to_the_gradient_of_weights_alone(network):
    model, x, y = draw([6, 5], network, normalization="batchnorm")
    _, without = model.loss(x, y)
    model.reg = 3.14
    _, grads = model.loss(x, y)
    for name, grad in grads.items():
        added = 3.14 * model.params[name] if name[0] == "W" else 0
        np.testing.assert_allclose(grad, without[name] + added, rtol=1e-13, err_msg=name)


# Parameters.


@norms
def test_parameters_have_the_names_shapes_and_values_of_the_interface(network, norm):
    model = network([60, 50], input_dim=40, num_classes=3, normalization=norm, weight_scale=0.5)
    shapes = {"W1": (40, 60), "b1": (60,), "W2": (60, 50), "b2": (50,), "W3": (50, 3), "b3": (3,)}
    if norm:
        shapes |= {"gamma1": (60,), "beta1": (60,), "gamma2": (50,), "beta2": (50,)}
    assert {name: value.shape for name, value in model.params.items()} == shapes
    assert {value.dtype for value in model.params.values()} == {np.dtype(np.float32)}
    for name, value in model.params.items():
        if name[0] == "W":
            assert value.std() == pytest.approx(0.5, rel=0.15)
        else:
            assert set(value) == {1.0 if name[0] == "g" else 0.0}
    assert len(model.bn_params) == (2 if norm else 0)
    assert len({id(bn_param) for bn_param in model.bn_params}) == len(model.bn_params)


def test_defaults_are_those_of_the_courses(network):
    model = network([2])
    assert model.params["W1"].shape == (3072, 2)
    assert model.params["W2"].shape == (2, 10)
    assert (model.reg, model.normalization, model.bn_params) == (0, None, [])
    assert model.params["W1"].std() == pytest.approx(1e-2, rel=0.05)


def test_the_older_flag_means_batch_norm(network):
    new, x, y = draw([6], network, normalization="batchnorm")
    old, _, _ = draw([6], network, use_batchnorm=True)
    assert old.loss(x, y)[0] == new.loss(x, y)[0]
    assert "gamma1" not in network([6], use_batchnorm=False).params
    assert network([6], normalization="batchnorm", use_batchnorm=True).normalization == "batchnorm"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"normalization": "instancenorm"}, "'instancenorm' is none of batchnorm, layernorm, None"),
        ({"normalization": "layernorm", "use_batchnorm": True}, "use_batchnorm=True, but"),
        ({"normalization": "batchnorm", "use_batchnorm": False}, "use_batchnorm=False, but"),
        ({"dropout": 0.5}, "dropout=0.5: this network has none"),
    ],
)
def test_what_cannot_be_meant_is_refused(network, options, complaint):
    with pytest.raises(ValueError, match=complaint):
        network([6], **options)


@pytest.mark.parametrize("dropout", [0, 1, None, 0.0, 1.0])
def test_every_edition_s_way_to_say_no_dropout_is_understood(network, dropout):
    network([6], dropout=dropout)


def test_a_seed_draws_the_weights_from_a_stream_of_their_own(network, monkeypatch):
    monkeypatch.delattr(np.random, "randn")
    first, second, other = (network([6], input_dim=5, seed=seed).params for seed in (7, 7, 8))
    np.testing.assert_array_equal(first["W1"], second["W1"])
    assert (first["W1"] != other["W1"]).all()


# Training and testing.


def test_batch_norm_tests_with_running_statistics_and_keeps_them(network):
    model, x, y = draw([6, 5], network, normalization="batchnorm")
    model.loss(x, y)
    kept = [
        {key: np.copy(value) for key, value in each.items() if "running" in key}
        for each in model.bn_params
    ]
    assert [each["running_mean"].shape for each in kept] == [(6,), (5,)]
    together, alone = model.loss(x), np.vstack([model.loss(row[np.newaxis]) for row in x])
    np.testing.assert_allclose(alone, together, rtol=1e-12)
    for before, after in zip(kept, model.bn_params, strict=True):
        for key, value in before.items():
            np.testing.assert_array_equal(after[key], value)

    hidden = x
    for i, before in enumerate(kept, start=1):
        hidden = hidden @ model.params[f"W{i}"] + model.params[f"b{i}"]
        hidden = (hidden - before["running_mean"]) / np.sqrt(before["running_var"] + 1e-5)
        hidden = np.maximum(0, model.params[f"gamma{i}"] * hidden + model.params[f"beta{i}"])
    np.testing.assert_allclose(
        together, hidden @ model.params["W3"] + model.params["b3"], rtol=1e-12
    )


@pytest.mark.parametrize("norm", [None, "layernorm"])
def test_without_batch_norm_testing_is_training(network, norm):
    model, x, y = draw([6, 5], network, normalization=norm)
    expected = plain_scores(model.params, x, norm, 3)
    np.testing.assert_allclose(model.loss(x), expected, rtol=1e-12)
    assert model.loss(x, y)[0] == pytest.approx(cross_entropy(expected, y), rel=1e-12)


def test_training_goes_on_after_a_test(network):
    model, x, y = draw([6], network, normalization="batchnorm")
    loss, _ = model.loss(x, y)
    model.loss(x)
    assert model.loss(x, y)[0] == loss


@norms
def test_dtype_is_kept_and_inputs_are_left_alone(network, norm):
    model = network([6, 5], input_dim=12, num_classes=4, normalization=norm, reg=0.5)
    images, y = np.arange(60).reshape(5, 3, 2, 2), np.array([0, 1, 2, 3, 0])
    images.setflags(write=False)
    y.setflags(write=False)
    loss, grads = model.loss(images, y)
    assert type(loss) is float
    assert {grad.dtype for grad in grads.values()} == {np.dtype(np.float32)}
    assert model.loss(images).dtype == np.float32


# Where the files may lie.


def assemble(folder):
    """Copy what a student has in the end: the template with the solution over it."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(TEMPLATE, folder, ignore=ignore)
    shutil.copytree(SOLUTION, folder, ignore=ignore, dirs_exist_ok=True)


TRY = """
from {}classifiers.fc_net import FullyConnectedNet
from {}data_utils import get_CIFAR10_data
from {}layer_utils import affine_batchnorm_relu_forward
from {}solver import Solver
data = get_CIFAR10_data(num_training=100, num_validation=20)
solver = Solver(FullyConnectedNet([9], normalization="batchnorm"), data, num_epochs=1)
solver.train()
assert len(solver.val_acc_history) == 2
"""


@pytest.mark.parametrize("package", ["", "cs231n", "my_own_name"])
def test_files_work_flat_and_in_a_package_of_any_name(tmp_path, package):
    assemble(tmp_path / "place" / package)
    code = TRY.replace("{}", f"{package}." if package else "")
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(
        command, cwd=tmp_path / "place", capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


@pytest.mark.parametrize("prefix", ["", "cs231n/", "homework/code/"])
@pytest.mark.parametrize("packages", [[], ["cs231n", "cs682", "test"]])
def test_files_work_where_hand_ins_are_loaded(prefix, packages):
    folders = (TEMPLATE, SOLUTION)  # the solution's files replace the template's
    sources = {
        prefix + path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for folder in folders
        for path in folder.rglob("*.py")
    }
    hand_in = load_python.install(sources, packages, [])
    try:
        net = hand_in.load(f"{prefix}classifiers/fc_net.py")
        assert net.layers is hand_in.load(f"{prefix}layers.py")
        assert hand_in.load(f"{prefix}solver.py").optim is hand_in.load(f"{prefix}optim.py")
        loss, _ = net.FullyConnectedNet([3], 4, 2).loss(np.ones((1, 4)), np.array([0]))
        assert 0 < loss < 1
        assert not hand_in.absent
    finally:
        load_python.remove(hand_in)


# What students are given.


@pytest.fixture(scope="module")
def stub():
    hand_in = load_python.install(
        {
            path.relative_to(TEMPLATE).as_posix(): path.read_text(encoding="utf-8")
            for path in TEMPLATE.rglob("*.py")
        },
        [],
        [],
    )
    yield hand_in.load("classifiers/fc_net.py").FullyConnectedNet
    load_python.remove(hand_in)


def signature(function):
    return [(each.name, each.default) for each in inspect.signature(function).parameters.values()]


def test_template_has_the_interface_of_the_reference(network, stub):
    ours = [each for each in signature(network.__init__) if each[0] != "use_batchnorm"]
    assert signature(stub.__init__) == ours
    assert signature(stub.loss) == signature(network.loss)


def test_template_leaves_the_network_open(stub):
    with pytest.raises(NotImplementedError, match="__init__"):
        stub([6])
    with pytest.raises(NotImplementedError, match="loss"):
        stub.loss(None, None)
    assert inspect.getdoc(stub.loss)
