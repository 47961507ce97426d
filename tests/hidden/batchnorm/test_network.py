"""The fully connected network: parameters, loss and gradients, test mode, training."""

import numpy as np
import pytest
from draws import BANDS

from grader.numeric.compare import (
    expect,
    expect_bands,
    expect_close,
    expect_finite,
    expect_shape,
    scaled_error,
)
from grader.sandbox.fault import told

N, D, C = 8, 12, 5
# Hidden layers of networks with 2 to 6 layers, no two neighbours of one size.
HIDDEN = [[10], [9, 7], [8, 11, 6], [7, 9, 8, 6], [6, 10, 7, 9, 8]]
REG_HINT = "The weights W are regularised, 0.5 * reg * sum(W**2) each; b, gamma and beta are not."
WEIGHT_SCALE = {None: 0.5, "batchnorm": 3.0, "layernorm": 3.0}
# Before a normalization, weights so many times as large that eps vanishes beside the variances,
# also beside a small one of a few examples: what it does is judged at the layers. The last layer
# is not normalised: its scores stay where any softmax can cope.
ENLARGED = 30.0
# Times the standard deviation that weights should have.
MOST = 1e3
# Of loss and scores.
TOLERANCE = 1e-6


def build(side, hidden, normalization, **options):
    options = {"weight_scale": WEIGHT_SCALE[normalization], **options}
    sizes = {"input_dim": D, "num_classes": C}
    return side.build(hidden, {"normalization": normalization, **sizes, **options})


def build_pair(student, reference, rng, hidden, normalization, **options):
    """Return two networks with the weights that the student's drew, and others besides.

    Zero biases and gamma = 1 would hide what happens to them: they become what training makes
    of them. `differ` shifts the rows of the last weights: scores differ by as much from example
    to example, and not within one.
    """
    differ, last = options.pop("differ", 0.0), f"W{len(hidden) + 1}"
    nets = [build(side, hidden, normalization, **options) for side in (student, reference)]
    drawn, wanted = student.parameters(nets[0]), reference.parameters(nets[1])
    expect_parameters(drawn, wanted)
    for name in wanted:
        if name.startswith("W") and not 0.5 < drawn[name].std() / wanted[name].std() < MOST:
            # Weights of 0 have gradients of 0, whatever the backward pass does, and with huge ones
            # nothing can be computed. Of what size they should be is another check's business.
            drawn[name] = wanted[name].copy()
        size = drawn[name].shape
        if name.startswith("gamma"):
            drawn[name] = rng.uniform(0.5, 2.0, size)
        elif not name.startswith("W"):
            drawn[name] = rng.uniform(-0.5, 0.5, size)
        elif normalization and name != last:
            drawn[name] = ENLARGED * drawn[name]
    drawn[last] = drawn[last] + differ * rng.uniform(0.5, 1.0, (len(drawn[last]), 1))
    for side, net in zip((student, reference), nets, strict=True):
        side.set_parameters(net, drawn)
    return nets


def expect_parameters(drawn, wanted):
    missing, other = sorted(wanted.keys() - drawn.keys()), sorted(drawn.keys() - wanted.keys())
    expect(
        not missing and not other,
        "the network has other parameters than it should",
        expected=", ".join(sorted(wanted)),
        actual=told(", ".join(sorted(drawn))) or "none",
        hint="The layers count from 1, and the output layer is not normalised.",
    )
    for name, value in wanted.items():
        expect_shape(name, drawn[name], value.shape)
        expect_finite(name, drawn[name])


def draw_examples(rng, n=N):
    return rng.standard_normal((n, D)), rng.integers(0, C, n)


@pytest.mark.criterion("net_params")
@pytest.mark.parametrize("normalization", [None, "batchnorm"])
def test_parameters(student, reference, normalization):
    """The parameters have the right names, shapes and initial values."""
    hidden, scale = [60, 50], 0.3
    drawn, wanted = (
        side.parameters(build(side, hidden, normalization, weight_scale=scale))
        for side in (student, reference)
    )
    expect_parameters(drawn, wanted)
    for name, value in wanted.items():
        if name.startswith("W"):
            expect(
                0.7 * scale < drawn[name].std() < 1.4 * scale,
                f"{name} does not have the standard deviation weight_scale",
                hint="Draw the weights from a normal distribution.",
            )
        else:
            expect_close(f"the initial {name}", drawn[name], value)


@pytest.mark.criterion("net_params")
def test_default_sizes(student, reference):
    """Unless told otherwise the network takes CIFAR images, knows ten classes, and starts small."""
    drawn, wanted = (side.parameters(side.build([50], {})) for side in (student, reference))
    expect_parameters(drawn, wanted)
    for name in ("W1", "W2"):
        expect(
            0.7e-2 < drawn[name].std() < 1.4e-2,
            f"{name} does not have the default standard deviation of 0.01",
            hint="The default of weight_scale is 1e-2.",
        )


def expect_loss_and_gradients(student, reference, rng, nets):
    x, y = draw_examples(rng)
    loss, gradients = student.loss_and_gradients(nets[0], x, y)
    expected_loss, expected = reference.loss_and_gradients(nets[1], x, y)
    expect_close("the loss", loss, np.asarray(expected_loss), tolerance=TOLERANCE, hint=REG_HINT)
    expect_parameter_gradients(gradients, expected, REG_HINT)


def expect_parameter_gradients(gradients, expected, hint):
    for name, value, scale in each_gradient(gradients, expected):
        what, ours = f"the gradient of {name}", gradients[name]
        expect_bands(what, ours, value, BANDS, scale=scale, hint=hint)


def each_gradient(gradients, expected):
    """Demand that no gradient is missing; yield name, expected value and scale of each.

    The gradient of a bias before batch norm is 0 but for rounding: all are held against the
    largest gradient of their layer.
    """
    missing = sorted(expected.keys() - gradients.keys())
    expect(not missing, "gradients are missing", actual=f"none for {', '.join(missing)}")
    for name, value in expected.items():
        layer = [np.abs(each).max() for other, each in expected.items() if other[-1] == name[-1]]
        yield name, value, max(layer)


@pytest.mark.criterion("net_plain")
@pytest.mark.parametrize("reg", [0.0, 3.14])
@pytest.mark.parametrize("hidden", HIDDEN[::2], ids=len)
def test_without_normalization(student, reference, rng, hidden, reg):
    """Without normalization, loss and gradients are right."""
    nets = build_pair(student, reference, rng, hidden, None, reg=reg)
    expect_loss_and_gradients(student, reference, rng, nets)


@pytest.mark.criterion("net_plain")
def test_images(student, reference, rng):
    """Examples may have several axes, as images do."""
    nets = build_pair(student, reference, rng, HIDDEN[1], None)
    x, y = draw_examples(rng)
    images = x.reshape(N, 3, 2, 2)
    gradients, expected = (
        side.loss_and_gradients(net, images, y)[1]
        for side, net in zip((student, reference), nets, strict=True)
    )
    hint = "affine_forward takes them as they are."
    expect_parameter_gradients(gradients, expected, hint)


@pytest.mark.criterion("net_plain")
def test_large_scores(student, reference, rng):
    """Loss and gradients are right for scores as large as the notebook's largest weights give."""
    # Of one size in each example: the softmax of some editions takes the logarithm of 0 else.
    nets = build_pair(student, reference, rng, HIDDEN[2], None, differ=1e3)
    expect_loss_and_gradients(student, reference, rng, nets)


@pytest.mark.criterion("net_batchnorm")
@pytest.mark.parametrize("reg", [0.0, 3.14])
@pytest.mark.parametrize("hidden", HIDDEN, ids=len)
def test_with_batch_norm(student, reference, rng, hidden, reg):
    """With batch norm, loss and gradients are right."""
    nets = build_pair(student, reference, rng, hidden, "batchnorm", reg=reg)
    expect_loss_and_gradients(student, reference, rng, nets)


@pytest.mark.untraced  # other orders of drawing are as good
@pytest.mark.criterion("net_batchnorm")
def test_initial_losses(student, reference, tell):
    """The first losses of the course's small network are finite, and grow with regularisation."""
    losses = student.initial_losses([0.0, 3.14])
    expected = reference.initial_losses([0.0, 3.14])
    expect_shape("the initial losses", losses, (2,))
    expect_finite("the initial losses", losses)
    expect(losses[1] > losses[0], "regularisation does not raise the loss", hint=REG_HINT)
    if not scaled_error(losses, expected) <= 1e-6:
        mine, theirs = (" and ".join(f"{v:.4f}" for v in each) for each in (losses, expected))
        tell(f"The initial losses of the course's example are {mine}, elsewhere {theirs}; that is "
             "fine where the weights are drawn in another order.")  # fmt: skip


@pytest.mark.criterion("net_layernorm")
@pytest.mark.parametrize("reg", [0.0, 3.14])
@pytest.mark.parametrize("hidden", HIDDEN[1::2], ids=len)
def test_with_layer_norm(student, reference, rng, hidden, reg):
    """With layer norm, loss and gradients are right."""
    nets = build_pair(student, reference, rng, hidden, "layernorm", reg=reg)
    expect_loss_and_gradients(student, reference, rng, nets)


@pytest.mark.criterion("net_test")
def test_scores(student, reference, rng):
    """At test time the running statistics of the training normalise, and nothing is updated."""
    mine, theirs = build_pair(student, reference, rng, HIDDEN[1], "batchnorm")
    batches = [draw_examples(rng) for _ in range(4)]
    x, _ = draw_examples(rng, 3)
    found = []
    for side, net in ((student, mine), (reference, theirs)):
        side.descend(net, batches, 0.0)
        found.append([side.scores(net, each) for each in (x, x[:1], x)])
    for scores, expected in zip(*found, strict=True):
        hint = "Without labels the network is tested: every bn_param has the mode test."
        expect_close("the scores", scores, expected, tolerance=TOLERANCE, hint=hint)


@pytest.mark.criterion("net_test")
def test_training_goes_on(student, reference, rng):
    """After a test the network goes on training, with the statistics of the batch."""
    nets = build_pair(student, reference, rng, HIDDEN[1], "batchnorm")
    x, y = draw_examples(rng)
    losses = []
    for side, net in zip((student, reference), nets, strict=True):
        side.loss_and_gradients(net, x, y)
        side.scores(net, x)
        losses.append(np.asarray(side.loss_and_gradients(net, x, y)[0]))
    hint = "With labels the network trains, also after a test: every bn_param has the mode train."
    expect_close("the loss of a step after a test", *losses, tolerance=TOLERANCE, hint=hint)


def descend(student, net, batch, rate, steps):
    """Train with one batch; return the loss before each step."""
    losses = student.descend(net, [batch], rate, steps)
    expect_shape("the losses", losses, (steps,))
    expect_finite("the loss", losses)
    return losses


@pytest.mark.untraced  # long, and it depends on what the student's code draws
@pytest.mark.criterion("net_training")
@pytest.mark.parametrize("normalization", [None, "batchnorm"])
def test_overfits_50_examples(student, rng, normalization):
    """A small network learns 50 examples by heart."""
    net = build(student, [40, 30], normalization, weight_scale=0.3)
    untrained, batch = student.parameters(net), draw_examples(rng, 50)
    losses = descend(student, net, batch, 0.3, 200)
    expect(
        losses[-1] < 0.05 * losses[0],
        "the network does not learn 50 examples by heart",
        expected="a loss of at most 0.05 of the first one after 200 steps",
        actual=f"{losses[-1] / losses[0]:.2g} of the first one",
    )
    # Or else it would be a loss that falls from call to call, whatever is learnt.
    student.set_parameters(net, untrained)
    again, _ = student.loss_and_gradients(net, *batch)
    hint = "The loss follows from parameters and examples alone."
    what = "the loss of the parameters before training"
    expect_close(what, again, losses[0], tolerance=1e-9, hint=hint)


@pytest.mark.untraced  # long, and it depends on what the student's code draws
@pytest.mark.criterion("net_training")
def test_batch_norm_helps(student, rng):
    """With small weights and six layers, batch norm learns faster than no normalization."""
    wins = lost = 0
    while wins < 4 and lost < 2:  # four of five; what cannot change that any more is not run
        batch = draw_examples(rng, 50)
        nets = [
            build(student, [20] * 5, normalization, weight_scale=0.05)
            for normalization in ("batchnorm", None)
        ]
        with_it, without = (descend(student, net, batch, 0.1, 20)[-1] for net in nets)
        helps = bool(with_it < 0.9 * without)
        wins, lost = wins + helps, lost + (not helps)
    expect(
        wins == 4,
        "batch norm does not help the network to learn",
        expected="a loss below 0.9 of that without it after 20 steps, in at least 4 of 5 runs",
        actual=f"in {wins} of {wins + lost}",
    )
