"""Each known mistake of batch norm applies, and differs from all others."""

import ast
import contextlib
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from grader import catalog
from grader.misconceptions import load_misconceptions, solution_with

ENTRY = catalog.find_assignment(str(Path(__file__).parents[2] / "reference" / "batchnorm"))
MISTAKES = load_misconceptions(ENTRY)
BY_ID = {mistake.id: mistake for mistake in MISTAKES}
PAIRS = [(mistake, BY_ID[other]) for mistake in MISTAKES for other in mistake.with_it]
UNREADABLE = {"file-network-does-not-parse", "file-layers-do-not-parse"}

mistakes = pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.id)


def test_there_are_many():
    assert len(MISTAKES) >= 100
    assert len(PAIRS) >= 20


def test_titles_are_unique():
    assert len({mistake.title for mistake in MISTAKES}) == len(MISTAKES)


@mistakes
def test_words(mistake):
    # "It looks as if …": a clause, no sentence of its own.
    assert not mistake.title.endswith(".")
    assert mistake.hint.endswith((".", "?"))


@mistakes
def test_files_parse(mistake):
    broken = []
    for path, content in solution_with(ENTRY, [mistake]).items():
        try:
            ast.parse(content)
        except SyntaxError:
            broken.append(path)
    assert bool(broken) == (mistake.id in UNREADABLE)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "+".join(m.id for m in pair))
def test_pairs_apply(pair):
    one, two = pair
    assert solution_with(ENTRY, pair) == solution_with(ENTRY, [two, one])


class Trace:
    """What calls give: kinds and shapes, and all numbers in one row."""

    def __init__(self, files):
        self.kinds, self.numbers = [], []
        self.rng = np.random.default_rng(0)
        with loaded(files) as (layers, network):
            self.follow_layers(layers)
            self.follow_network(network)
        self.row = np.concatenate([np.zeros(1), *self.numbers])
        self.kinds = tuple(self.kinds)
        # Rows that differ here need not be compared entry by entry.
        bounded = np.nan_to_num(np.arctan(self.row), nan=2.0)
        self.digest = bounded @ np.random.default_rng(0).standard_normal(bounded.size)

    def __eq__(self, other):
        return (
            abs(self.digest - other.digest) < 1e-6
            and self.kinds == other.kinds
            and np.allclose(self.row, other.row, rtol=1e-7, atol=1e-9, equal_nan=True)
        )

    __hash__ = None

    def call(self, function, *arguments):
        """Call a function that may be missing or fail; note the results and the arguments."""
        try:
            result = function(*arguments)
        except Exception as error:  # noqa: BLE001 - mistaken code may raise anything
            self.note(type(error).__name__)
            return None
        self.note(result)
        self.note(arguments)
        return result

    def note(self, value):
        match value:
            case dict():
                for key in sorted(value):
                    self.kinds.append(key)
                    self.note(value[key])
            case tuple() | list():
                for each in value:
                    self.note(each)
            case np.ndarray() | np.generic() | float():
                array = np.asarray(value)
                self.kinds.append((array.shape, array.dtype.name))
                self.numbers.append(array.ravel().astype(float))
            case _:
                self.kinds.append(str(value))

    def passes(self, forward, backward, arguments, param):
        """Go forward, and twice backward each."""
        result = self.call(lambda *each: forward(*each)[0], *arguments, dict(param))
        with contextlib.suppress(Exception):
            cache = forward(*arguments, dict(param))[1]
            for function in backward:
                for _ in range(2):
                    dout = self.rng.standard_normal(arguments[0].shape)
                    self.call(lambda each, f=function, c=cache: f(each, c), dout)
        return result

    def follow_layers(self, layers):
        backward = [layers.batchnorm_backward, layers.batchnorm_backward_alt]
        for n, d, spread in [(4, 5, 1.0), (6, 6, 1e-2), (9, 3, 10.0), (3, 4, 1e-4)]:
            x = spread * (self.rng.standard_normal((n, d)) + self.rng.standard_normal(d))
            gamma, beta, dout = (self.rng.standard_normal(s) for s in (d, d, (n, d)))
            for param in ({}, {"eps": 1e-2, "momentum": 0.3}):
                train = {"mode": "train", **param}
                self.passes(layers.batchnorm_forward, backward, (x.copy(), gamma, beta), train)
                self.passes(
                    layers.layernorm_forward,
                    [layers.layernorm_backward],
                    (x.copy(), gamma, beta),
                    param,
                )
                state = dict(train)
                for mode in ("train", "train", "test", "train", "sideways"):
                    state["mode"] = mode
                    moved = x + spread * self.rng.standard_normal(d)
                    self.call(lambda *each: layers.batchnorm_forward(*each)[0],
                              moved, gamma, beta, state)  # fmt: skip
                    self.call(lambda *each: layers.layernorm_forward(*each)[0],
                              moved, gamma, beta, {"mode": mode, **param})  # fmt: skip
            with contextlib.suppress(Exception):
                first = layers.batchnorm_forward(x.copy(), gamma, beta, {"mode": "train"})[1]
                layers.batchnorm_forward(2 * moved, gamma, beta, {"mode": "train"})
                self.call(lambda each, c=first: layers.batchnorm_backward(each, c), dout)
        for scale in (1.0, 1e-3):
            x = scale * self.rng.standard_normal((3, 6, 4, 5))
            gamma, beta = self.rng.standard_normal((2, 6))
            for groups in (2, 3):
                parameters = gamma.reshape(1, -1, 1, 1), beta.reshape(1, -1, 1, 1), groups
                self.passes(layers.spatial_groupnorm_forward, [layers.spatial_groupnorm_backward],
                            (x, *parameters), {})  # fmt: skip
            self.passes(
                layers.spatial_batchnorm_forward,
                [layers.spatial_batchnorm_backward],
                (x, gamma, beta),
                {"mode": "train"},
            )
            state = {"mode": "train"}
            for _ in range(2):
                self.call(lambda *each: layers.spatial_batchnorm_forward(*each)[0],
                          x, gamma, beta, state)  # fmt: skip

    def follow_network(self, module):
        x, y = self.rng.standard_normal((8, 12)), self.rng.integers(0, 5, 8)
        for norm in (None, "batchnorm", "layernorm"):
            for reg in (0.0, 3.0):
                np.random.seed(0)  # noqa: NPY002 - from which networks of courses draw
                try:
                    net = module.FullyConnectedNet(
                        [9, 7], 12, 5, normalization=norm, reg=reg, weight_scale=0.3, dtype=float
                    )
                except Exception as error:  # noqa: BLE001 - mistaken code may raise anything
                    self.note(type(error).__name__)
                    continue
                self.note(net.params)
                for name, value in net.params.items():
                    net.params[name] = value + 0.5 * self.rng.standard_normal(value.shape)
                for labels in (y, y, None, y):
                    self.call(net.loss, x, labels)


@contextlib.contextmanager
def loaded(files):
    """Import a solution as a package; a file that cannot be is an empty module."""
    names = {"mistaken": "", "mistaken.classifiers": "",
             "mistaken.layers": files["layers.py"],
             "mistaken.classifiers.fc_net": files["classifiers/fc_net.py"]}  # fmt: skip
    modules = {name: types.ModuleType(name) for name in names}
    for name, source in names.items():
        module = modules[name]
        module.__package__ = name.rpartition(".")[0]
        module.__path__ = []
        sys.modules[name] = module
        sys.modules["mistaken"].__dict__[name.rpartition(".")[2]] = module
        try:
            exec(source, module.__dict__)  # noqa: S102 - our own code
        except (SyntaxError, AttributeError):
            module.__dict__["__getattr__"] = lambda _: failing
    try:
        yield modules["mistaken.layers"], modules["mistaken.classifiers.fc_net"]
    finally:
        for name in names:
            del sys.modules[name]


def failing(*_, **__):
    raise ImportError


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_two_behave_alike():
    traces = {"the solution": Trace(solution_with(ENTRY, []))}
    # How fast a function is shows in no number.
    traces |= {
        mistake.id: Trace(solution_with(ENTRY, [mistake]))
        for mistake in MISTAKES
        if mistake.costs != ("bn_speedup",)
    }
    names = list(traces)
    alike = [
        (one, two) for i, one in enumerate(names) for two in names[:i] if traces[one] == traces[two]
    ]
    assert not alike
