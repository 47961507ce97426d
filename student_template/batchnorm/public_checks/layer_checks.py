"""The checks of the layers."""

import numpy as np

from .assignment import FILES
from .compare import draw, kind_of, out_and_cache, same, slope
from .handin import NotYet, Wrong, public, words_of


class Example:
    """Input of a layer that comes out as round numbers.

    What is normalized together holds -1, -1, -1 and 3 in turn, shuffled, so its mean is 0 and its
    variance 3: an eps of 1 makes the divisor 2.
    """

    def __init__(self, name):
        self.name, self.groups = name, "group" in name
        shape = {"batchnorm_forward": (3, 8), "layernorm_forward": (3, 8)}.get(name, (3, 16))
        rows, each = (4, 24) if self.groups else shape
        order = [np.random.RandomState(row).permutation(each) for row in range(rows)]
        sets = np.resize([-1.0, -1.0, -1.0, 3.0], each)[np.array(order)]
        self.x = self.laid_out(sets)
        self.level = self.laid_out(np.outer([2.0, -1, 10, 0][:rows], np.ones(each)))
        self.scale = self.laid_out(np.outer([1.0, 2, 0.5, 3][:rows], np.ones(each)))
        size = {"layernorm_forward": (8,), "spatial_groupnorm_forward": (1, 6, 1, 1)}
        self.gamma = 2 * draw(5, *size.get(name, (3,))) + 1
        self.beta = draw(6, *size.get(name, (3,)))
        self.wide = (slice(None), None, None) if name == "spatial_batchnorm_forward" else ()

    def laid_out(self, sets):
        """Put each row of numbers where the layer normalizes them together."""
        if self.name == "layernorm_forward":
            return sets
        if self.name == "batchnorm_forward":
            return sets.T.copy()
        if not self.groups:
            return np.stack([each.reshape(2, 2, 4) for each in sets], axis=1)
        x = np.empty((2, 6, 2, 4))
        for row, each in enumerate(sets):
            first = 3 * (row % 2)
            x[row // 2, first : first + 3] = each.reshape(3, 2, 4)
        return x

    def out(self, x_hat):
        return self.gamma[self.wide] * x_hat + self.beta[self.wide]

    def run(self, hand_in, x, param, gamma=None, beta=None):
        gamma, beta = (self.gamma, self.beta) if gamma is None else (gamma, beta)
        return out_and_cache(hand_in, self.name, x, gamma, beta, *tail(self.name, param))[0]


def tail(name, param):
    """Return the last arguments of a forward pass."""
    return (2, param) if "group" in name else (param,)


BATCH = ("batchnorm_forward", "spatial_batchnorm_forward")
ALONE = ("layernorm_forward", "spatial_groupnorm_forward")
AXIS = "Which numbers share a mean and a variance, and how many are they?"
KEEP = "What does the old value count, what the batch? Look at what is in bn_param after the call."
TESTING = "Which mean, variance and eps belong here? What happens after the division?"
EPS = "Where does the paper add eps, and where does yours come from?"


@public("gamma 1, beta 0", *BATCH, *ALONE)
def normalized(hand_in, name):
    e = Example(name)
    param = {"mode": "train", "eps": 1e-14}
    one, zero = np.ones_like(e.gamma), np.zeros_like(e.gamma)
    same("out", e.run(hand_in, e.x * e.scale + e.level, param, one, zero), e.x / 3**0.5, AXIS)


@public("gamma and beta", *BATCH, *ALONE)
def scaled(hand_in, name):
    e = Example(name)
    out = e.run(hand_in, e.x + e.level, {"mode": "train", "eps": 1e-14})
    same("out", out, e.out(e.x / 3**0.5), "What are gamma and beta for, and in which order?")


@public("eps", *BATCH, *ALONE)
def guarded(hand_in, name):
    e = Example(name)
    mode = {"mode": "train"} if name in BATCH else {}
    same("out", e.run(hand_in, e.x, {"eps": 1.0, **mode}), e.out(e.x / 2), EPS)
    same("out for small x", e.run(hand_in, e.x * 1e-5**0.5, dict(mode)), e.out(e.x / 2), EPS)
    hint = "What is the variance of numbers that are all the same?"
    same("out for constant x", e.run(hand_in, e.level, dict(mode)), e.out(0 * e.x), hint)


@public("running statistics", *BATCH)
def running(hand_in, name):
    e = Example(name)
    x = e.x * e.scale + e.level  # means 2, -1, 10; variances 3, 12, 0.75
    cases = {
        "after one batch": (1, {}, [0.2, -0.1, 1], [0.3, 1.2, 0.075]),
        "after three batches, momentum 0.5": (
            3, {"momentum": 0.5}, [1.75, -0.875, 8.75], [2.625, 10.5, 0.65625],
        ),
        "from given values, momentum 0.75": (
            1, {"momentum": 0.75, "running_mean": np.array([4.0, 0, -2]),
                "running_var": np.array([1.0, 4, 3])},
            [3.5, -0.25, 1], [1.5, 6, 2.4375],
        ),
    }  # fmt: skip
    for when, (batches, more, *wanted) in cases.items():
        param = {"mode": "train", **more}
        for _ in range(batches):
            e.run(hand_in, x, param)
        for key, expected in zip(("running_mean", "running_var"), wanted):
            if param.get(key) is None:
                raise Wrong(f"bn_param holds no {key} after training", key, sorted(param), KEEP)
            same(f"{key} {when}", np.ravel(param[key]), expected, KEEP)


@public("test mode", *BATCH)
def tested(hand_in, name):
    e = Example(name)
    kept = {"running_mean": np.array([1.0, -2, 0.5]), "running_var": np.array([3.0, 8, 15])}
    x = (e.x + 4) * np.array([2.0, 3, 4])[e.wide] + kept["running_mean"][e.wide]
    for batch in (slice(None), slice(0, 1)):
        param = {"mode": "test", "eps": 1.0, **{key: kept[key].copy() for key in kept}}
        out = e.run(hand_in, x[batch], param)
        same("out", out, e.out(e.x + 4)[batch], TESTING)
        for key in kept:
            hint = "What may testing leave behind?"
            same(f"{key} after testing", np.ravel(param[key]), kept[key], hint)
    param = {"mode": "test", "running_mean": np.zeros(3), "running_var": np.full(3, 3e-5)}
    same("out for a small variance", e.run(hand_in, e.x * 4e-5**0.5, param), e.out(e.x), TESTING)


@public("unknown mode", *BATCH)
def refused(hand_in, name):
    e, found = Example(name), "it is accepted"
    try:
        hand_in.get(name)(e.x.copy(), e.gamma, e.beta, {"mode": "validate"})
    except (ValueError, NotYet, NotImplementedError) as error:
        if isinstance(error, ValueError):
            return
        raise
    except Exception as error:
        found = words_of(error)
    raise Wrong("the mode 'validate' is not refused as it should be", "ValueError", found,
                "What happens to a mode that is neither of the two?")  # fmt: skip


@public("each example by itself", *ALONE)
def independent(hand_in, name):
    e, param = Example(name), {"eps": 1.0, "mode": "train"}
    hint = "What does this layer know of other examples, and of earlier calls?"
    for _ in range(2):
        out = e.run(hand_in, e.x[:1] + e.level[:1], param)
        same("out of one example alone", out, e.out(e.x / 2)[:1], hint)
        param["mode"] = "test"


WAYS = {
    "dx": "x reaches the output on more than one way. Does each have its part, and its share?",
    "dgamma": "What is gamma multiplied with? Every number that it touches counts.",
    "dbeta": "Every number that beta touches counts.",
}
BACKWARD = [name for name in FILES if "backward" in name]


def gradients(hand_in, name, dout, cache):
    found = hand_in.call(name, dout, cache)
    if not isinstance(found, (tuple, list)) or len(found) != 3:
        raise Wrong(f"{name} returns something else", "dx, dgamma, dbeta", kind_of(found))
    return dict(zip(WAYS, found))


def case(name, number):
    """Return the arguments of a forward pass; sizes differ, so that no axis passes for another."""
    shape = ((5, 3), (3, 7))[number]
    if "spatial" in name:
        shape = ((2, 6, 2, 3), (3, 4, 1, 2))[number] if "group" in name else (2 + number, 3, 2, 4)
    size = (1, shape[1], 1, 1) if "group" in name else (shape[1],)
    x = draw(number, *shape) * (2, 0.5)[number] + 1
    return [x, draw(3, *size) + 0.5, draw(4, *size)], ({}, {"eps": 0.5})[number]


@public("gradients", *BACKWARD)
def differentiated(hand_in, name):
    forward = name.split("_backward")[0] + "_forward"
    for number in (0, 1):
        arguments, eps = case(name, number)

        def run(*changed):
            return out_and_cache(hand_in, forward, *changed, *tail(name, {"mode": "train", **eps}))

        out, cache = run(*arguments)
        dout = draw(9, *arguments[0].shape)
        found = gradients(hand_in, name, dout, cache)
        for i, way in enumerate(WAYS):

            def objective(value, i=i):
                return np.sum(run(*arguments[:i], value, *arguments[i + 1 :])[0] * dout)

            expected = slope(objective, arguments[i])
            hint = "Is it the derivative of your own forward pass? " + WAYS[way]
            same(way, found[way], expected, hint, 1e-6)


@public("caches", *BACKWARD)
def repeated(hand_in, name):
    forward, (arguments, eps) = name.split("_backward")[0] + "_forward", case(name, 0)
    _, cache = out_and_cache(hand_in, forward, *arguments, *tail(name, {"mode": "train", **eps}))
    dout = draw(9, *arguments[0].shape)
    first = {way: np.array(each) for way, each in gradients(hand_in, name, dout, cache).items()}
    other = [arguments[0][::-1] ** 2, *arguments[1:]]
    out_and_cache(hand_in, forward, *other, *tail(name, {"mode": "train", **eps}))
    hint = "Does all that it uses come from this cache, and stay in it as it was?"
    for way, again in gradients(hand_in, name, dout, cache).items():
        same(f"{way} of a second call with the same cache", again, first[way], hint)


@public("as batchnorm_backward", "batchnorm_backward_alt")
def alternative(hand_in, name):
    try:
        differentiated(hand_in, "batchnorm_backward")
    except Exception:
        return  # nothing to compare with
    arguments, eps = case(name, 1)
    _, cache = out_and_cache(hand_in, "batchnorm_forward", *arguments, {"mode": "train", **eps})
    dout = draw(8, *arguments[0].shape)
    staged = gradients(hand_in, "batchnorm_backward", dout, cache)
    for way, found in gradients(hand_in, name, dout, cache).items():
        same(way, found, staged[way], "It gets the same cache. What does it do with it?")
