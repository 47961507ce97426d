"""The checks of the network."""

import inspect

import numpy as np

from .assignment import NET
from .compare import draw, kind_of, same, slope
from .handin import NotYet, Wrong, public


SIZES, LABELS = (6, 5, 4, 3), np.array([0, 2, 1, 1, 2, 0, 0])
PIXELS = draw(20, 7, 2, 3)
NORMS = (None, "batchnorm", "layernorm")


def network(hand_in, norm, sizes=SIZES, **options):
    """Build a network of float64 with layers of these sizes."""
    options = {"input_dim": sizes[0], "num_classes": sizes[-1], "dtype": np.float64, **options}
    build = hand_in.get(NET)
    takes = inspect.signature(build).parameters
    if "normalization" in takes or "use_batchnorm" not in takes:
        options["normalization"] = norm
    elif norm == "layernorm":
        raise NotYet(f"{NET} has no normalization='layernorm', only the flag use_batchnorm")
    else:
        options["use_batchnorm"] = norm == "batchnorm"
    net = build(list(sizes[1:-1]), **options)
    if not isinstance(getattr(net, "params", None), dict):
        raise NotYet("FullyConnectedNet sets up no params")
    return net


def settle(net, **fixed):
    """Give every parameter values that do not depend on who wrote the network; return it."""
    for i, key in enumerate(sorted(net.params)):
        value = draw(30 + i, *np.shape(net.params[key])) + key.startswith("gamma")
        net.params[key] = np.array(fixed.get(key, value), dtype=np.float64)
    return net


def step(net, x, y):
    """Return the loss and the gradients of one training step."""
    result = net.loss(x.copy(), y)
    if result is None:
        raise NotYet("FullyConnectedNet.loss returns None")
    if not isinstance(result, tuple) or len(result) != 2:
        raise Wrong("loss with labels returns something else", "loss, grads", kind_of(result))
    return float(result[0]), result[1]


def score(net, x):
    scores = net.loss(x.copy())
    if scores is None:
        raise NotYet("FullyConnectedNet.loss returns None without labels")
    last = sum(key[0] == "W" for key in net.params)
    wanted = (len(x), len(net.params[f"b{last}"]))
    if np.shape(scores) != wanted:
        raise Wrong("scores have another shape", wanted, np.shape(scores))
    return scores


def surprise(scores, y):
    """Return the mean of -log of the probability of each label."""
    return float(np.mean([np.log(np.exp(s - s[label]).sum()) for s, label in zip(scores, y)]))


def keys_are(what, found, expected, hint):
    if set(found) != set(expected):
        raise Wrong(what, ", ".join(sorted(expected)), ", ".join(sorted(found)), hint)


@public("parameters", NET)
def parameters(hand_in, name):
    for norm in NORMS:
        net, expected = network(hand_in, norm), {}
        for i in (1, 2, 3):
            expected[f"W{i}"], expected[f"b{i}"] = SIZES[i - 1 : i + 1], np.zeros(SIZES[i])
            if norm and i < 3:
                expected[f"gamma{i}"], expected[f"beta{i}"] = np.ones(SIZES[i]), np.zeros(SIZES[i])
        hint = "Which layers have a normalization?"
        keys_are(f"params with normalization={norm!r}", net.params, expected, hint)
        for key, value in net.params.items():
            if key[0] != "W":
                same(key, value, expected[key], "With which values does it begin?")
            elif np.shape(value) != expected[key]:
                raise Wrong(f"{key} has another shape", expected[key], np.shape(value))


@public("initial weights", NET)
def initial(hand_in, name):
    for scale in (0.3, 0.02):
        w = network(hand_in, None, (50, 60, 4), weight_scale=scale).params["W1"] / scale
        if not (abs(w.mean()) < 0.1 and abs(w.std() - 1) < 0.1):
            found = f"mean {w.mean() * scale:.2g}, deviation {w.std() * scale:.2g}"
            hint = "Which distribution, and what sets its width?"
            raise Wrong("W1 is drawn from elsewhere", f"mean 0, deviation {scale}", found, hint)
    loss = step(network(hand_in, None, weight_scale=1e-4), PIXELS, LABELS)[0]
    same("the first loss with 3 classes", loss, np.log(3), "All classes are alike then.", 1e-3)


def descends(norm):
    @public(f"gradients, normalization={norm!r}", NET)
    def network_differentiated(hand_in, name):
        net = settle(network(hand_in, norm, reg=0.4))
        grads = step(net, PIXELS, LABELS)[1]
        keys_are("the keys of grads", grads, net.params, "One for each parameter.")
        for key in sorted(net.params):
            kept = net.params[key]

            def objective(value, key=key):
                net.params[key] = value
                return step(net, PIXELS, LABELS)[0]

            expected = slope(objective, kept)
            net.params[key] = kept
            hint = "Go back through the layers in reverse. What does the loss add for this one?"
            same(f"grads['{key}']", grads[key], expected, hint, 1e-6)


for _norm in NORMS:
    descends(_norm)


@public("regularization", NET)
def regularized(hand_in, name):
    for norm in NORMS:
        losses = [step(settle(network(hand_in, norm, reg=r)), PIXELS, LABELS)[0] for r in (0, 1.5)]
        params = settle(network(hand_in, norm)).params
        squares = [np.sum(params[key] ** 2) for key in params if key[0] == "W"]
        what = f"what reg=1.5 adds to the loss with normalization={norm!r}"
        hint = "Which parameters does the docstring name, and which factor?"
        same(what, losses[1] - losses[0], 0.75 * sum(squares), hint)


@public("order of the layers", NET)
def ordered(hand_in, name):
    for norm in NORMS:
        for sign in (1, -1):
            net = network(hand_in, norm, (6, 5, 5))
            settle(net, W2=sign * np.eye(5), b2=np.zeros(5))
            step(net, PIXELS, LABELS)
            scores = score(net, PIXELS)
            low, high = (sign * scores).min(), (sign * scores).max()
            if not (low >= 0 and high > 0):
                raise Wrong(
                    f"scores, normalization={norm!r}, the last W {sign:+d} times the identity",
                    f"{'>' if sign > 0 else '<'}= 0, and not all of them 0",
                    f"{scores.min():.4g} to {scores.max():.4g}",
                    "What comes right before the last affine layer, and what after it?",
                )


@public("which numbers are normalized", NET)
def alike(hand_in, name):
    net = settle(network(hand_in, "batchnorm"), b1=np.zeros(5))
    before = step(net, 1e3 * PIXELS, LABELS)[0]
    net.params["W1"] = net.params["W1"] * [1, 2, 3, 4, 5]
    hint = "In training each feature is normalized over the batch, whatever its scale."
    same("the loss with other scales in W1", step(net, 1e3 * PIXELS, LABELS)[0], before, hint, 1e-4)
    net = settle(network(hand_in, "layernorm"), b1=np.zeros(5))
    alone = [step(net, 1e3 * x[None], y[None])[0] for x, y in zip(PIXELS, LABELS)]
    scaled = PIXELS * 1e3 * np.arange(1, 8)[:, None, None]
    hint = "Layer norm looks at one example at a time, whatever its scale."
    same("the loss with layernorm", step(net, scaled, LABELS)[0], np.mean(alone), hint, 1e-4)


@public("testing", NET)
def network_tested(hand_in, name):
    for norm in NORMS:
        net = settle(network(hand_in, norm, (6, 5, 5, 3)))
        losses = [step(net, PIXELS, LABELS)[0] for _ in range(130 if norm else 1)]
        scores = score(net, PIXELS)
        what = f"normalization={norm!r}"
        hint = "What does loss return without labels? Which statistics have its layers gathered?"
        same(
            f"scores of one example alone, {what}",
            score(net, PIXELS[:1]),
            scores[:1],
            "Which mode is it in?",
        )
        same(
            f"the loss that the scores give, {what}",
            surprise(scores, LABELS),
            losses[-1],
            hint,
            1e-5,
        )
        again, hint = step(net, PIXELS, LABELS)[0], "What does a test leave behind?"
        same(f"the training loss after a test, {what}", again, losses[-1], hint)
