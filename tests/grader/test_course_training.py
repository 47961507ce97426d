"""The given update rules, solver and joined layers of the assignment batchnorm."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture(scope="module")
def optim(course):
    return course("optim")


@pytest.fixture(scope="module")
def solver_class(course):
    return course("solver").Solver


@pytest.fixture(scope="module")
def network(course):
    return course("classifiers.fc_net").FullyConnectedNet


# Update rules, against what they come to when their recursions are written out as sums.

GRADIENTS = np.random.default_rng(1412).standard_normal((6, 3, 2))


def walk(rule, config, steps=6):
    """Return every w of a walk along GRADIENTS, the first included, and the config."""
    w = [np.linspace(-1, 1, 6).reshape(3, 2)]
    for gradient in GRADIENTS[:steps]:
        after, returned = rule(w[-1], gradient, config)
        assert config is None or returned is config
        config = returned
        w.append(after)
    return np.array(w), config


def fading(values, kept):
    """Return at each step the sum of what came so far, faded by `kept` a step."""
    return np.array(
        [
            sum(kept ** (now - then) * values[then] for then in range(now + 1))
            for now in range(len(values))
        ]
    )


def steps_of_sgd(config, g):
    return -config.get("learning_rate", 1e-2) * g


def steps_of_momentum(config, g):
    return -config.get("learning_rate", 1e-2) * fading(g, config.get("momentum", 0.9))


def steps_of_rmsprop(config, g):
    kept = config.get("decay_rate", 0.99)
    size = np.sqrt((1 - kept) * fading(g**2, kept))
    return -config.get("learning_rate", 1e-2) * g / (size + config.get("epsilon", 1e-8))


def steps_of_adam(config, g):
    beta1, beta2 = config.get("beta1", 0.9), config.get("beta2", 0.999)
    ones = np.ones(len(g))[:, None, None]
    # Dividing by the faded sum of ones is what the correction of the start comes to.
    mean = fading(g, beta1) / fading(ones, beta1)
    size = np.sqrt(fading(g**2, beta2) / fading(ones, beta2))
    return -config.get("learning_rate", 1e-3) * mean / (size + config.get("epsilon", 1e-8))


RULES = {
    "sgd": (steps_of_sgd, {"learning_rate": 0.3}, {"learning_rate"}),
    "sgd_momentum": (
        steps_of_momentum,
        {"learning_rate": 0.3, "momentum": 0.4},
        {"learning_rate", "momentum", "velocity"},
    ),
    "rmsprop": (
        steps_of_rmsprop,
        {"learning_rate": 0.3, "decay_rate": 0.7, "epsilon": 0.1},
        {"learning_rate", "decay_rate", "epsilon", "cache"},
    ),
    "adam": (
        steps_of_adam,
        {"learning_rate": 0.3, "beta1": 0.5, "beta2": 0.7, "epsilon": 0.1},
        {"learning_rate", "beta1", "beta2", "epsilon", "m", "v", "t"},
    ),
}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("given", ["defaults", "settings"])
def test_update_rules_are_their_sums(optim, name, given):
    expected_steps, settings, keys = RULES[name]
    config = dict(settings) if given == "settings" else {}
    w, after = walk(getattr(optim, name), config)
    np.testing.assert_allclose(
        np.diff(w, axis=0),
        expected_steps(settings if given == "settings" else {}, GRADIENTS),
        rtol=1e-11,
    )
    assert after.keys() == keys


@pytest.mark.parametrize("name", RULES)
def test_update_rules_write_to_no_array_and_need_no_config(optim, name):
    w, dw = np.ones(3, np.float32), np.ones(3, np.float32)
    w.setflags(write=False)
    dw.setflags(write=False)
    first, config = getattr(optim, name)(w, dw)
    for value in config.values():
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    second, _ = getattr(optim, name)(first, dw, config)
    assert first.dtype == second.dtype == np.float32
    assert not np.shares_memory(first, w)


# The solver.


def small_data(n=50, features=20, classes=4):
    rng = np.random.default_rng(5)
    images = rng.standard_normal((2 * n, features))
    labels = rng.integers(classes, size=2 * n)
    return {
        "X_train": images[:n],
        "y_train": labels[:n],
        "X_val": images[n:],
        "y_val": labels[n:],
    }


@pytest.fixture
def run(solver_class, network):
    def train(data=None, norm="batchnorm", **options):
        np.random.seed(231)  # noqa: NPY002 - the stream that the notebooks seed
        data = data or small_data()
        features = data["X_train"][0].size
        model = network([30, 30], features, 10, normalization=norm, weight_scale=5e-2)
        options = {
            "update_rule": "adam",
            "optim_config": {"learning_rate": 5e-3},
            "batch_size": 25,
            "num_epochs": 3,
            "verbose": False,
        } | options
        solver = solver_class(model, data, **options)
        solver.train()
        return solver

    return train


@pytest.mark.parametrize("norm", [None, "batchnorm", "layernorm"])
def test_fifty_real_examples_are_learnt_by_heart(course, run, norm):
    images = course("data_utils").get_CIFAR10_data(num_training=50, num_validation=50)
    solver = run(images, norm, num_epochs=50)
    assert max(solver.train_acc_history) == 1
    assert np.mean(solver.loss_history[-4:]) < 0.1 * solver.loss_history[0]


def test_histories_have_one_entry_an_iteration_and_one_an_epoch(run):
    solver = run()
    assert len(solver.loss_history) == 6
    assert len(solver.train_acc_history) == len(solver.val_acc_history) == 4
    assert solver.best_val_acc == max(solver.val_acc_history)


def test_a_run_is_repeated_by_its_seed(run):
    first, second = run(), run()
    assert first.loss_history == second.loss_history
    assert first.val_acc_history == second.val_acc_history


def test_the_model_ends_as_it_did_best_running_statistics_included(run):
    solver = run(num_epochs=20, optim_config={"learning_rate": 0.05})
    assert solver.val_acc_history[-1] < solver.best_val_acc  # or there is nothing to go back to
    assert solver.check_accuracy(solver.X_val, solver.y_val) == solver.best_val_acc


def test_accuracy_is_the_share_of_right_answers(solver_class):
    class Fixed:
        params: dict = {}  # noqa: RUF012 - a stand-in

        def loss(self, X):  # noqa: N803 - as the solver calls it
            return np.eye(4)[X[:, 0]]

    answers, labels = np.array([[0], [1], [2], [3], [0]]), np.array([0, 1, 2, 0, 1])
    data = {"X_train": answers, "y_train": labels, "X_val": answers, "y_val": labels}
    solver = solver_class(Fixed(), data)
    assert solver.check_accuracy(answers, labels) == 0.6
    assert solver.check_accuracy(answers, labels, batch_size=2) == 0.6
    assert solver.check_accuracy(answers[:3], labels[:3], num_samples=2) == 1


def test_the_learning_rate_decays_once_an_epoch(run):
    solver = run(lr_decay=0.5)
    rates = {config["learning_rate"] for config in solver.optim_configs.values()}
    assert rates == {5e-3 / 8}


def test_it_says_as_much_as_it_is_asked_to(run, capsys):
    run()
    assert capsys.readouterr() == ("", "")
    run(verbose=True, print_every=4)
    out, err = capsys.readouterr()
    heads = [line.split(",")[0] for line in out.splitlines()]
    assert heads == [
        "epoch 0 / 3",
        "iteration 1 / 6",
        "epoch 1 / 3",
        "iteration 4 / 6",
        "epoch 2 / 3",
        "epoch 3 / 3",
    ]
    assert err == ""  # no bar where nobody watches a terminal
    run(progress=True)
    assert capsys.readouterr().err.endswith("[" + "#" * 40 + "] 6 / 6\n")


def test_what_cannot_be_trained_is_refused(solver_class, network):
    model = network([3], 20, 4)
    with pytest.raises(ValueError, match="update_rule 'sdg' is none of"):
        solver_class(model, small_data(), update_rule="sdg")
    with pytest.raises(ValueError, match="no training examples"):
        solver_class(model, small_data(n=0))


# Joined layers.


@pytest.mark.parametrize("norm", ["", "batchnorm_", "layernorm_"])
def test_joined_layers_have_the_gradient_of_their_forward_pass(course, norm):
    rng = np.random.default_rng(3)
    x, w, b = rng.standard_normal((5, 2, 3)), rng.standard_normal((6, 4)), rng.standard_normal(4)
    arguments = [x, w, b] + ([rng.standard_normal(4), rng.standard_normal(4)] if norm else [])
    extra = [{"mode": "train"}] if norm else []
    joined, numerical = course("layer_utils"), course("gradient_check")
    forward = getattr(joined, f"affine_{norm}relu_forward")
    backward = getattr(joined, f"affine_{norm}relu_backward")
    out, cache = forward(*arguments, *extra)
    dout = rng.standard_normal(out.shape)
    gradients = backward(dout, cache)
    assert (out == 0).any()
    assert (out > 0).any()
    for argument, gradient in zip(arguments, gradients, strict=True):
        estimate = numerical.eval_numerical_gradient_array(
            lambda _: forward(*arguments, *extra)[0], argument, dout
        )
        assert gradient.shape == argument.shape
        np.testing.assert_allclose(gradient, estimate, rtol=1e-6, atol=1e-8)
