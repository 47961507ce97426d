"""A small course notebook, and drafts of what students make of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from grader.notebook.read import read_notebook

SETUP = """\
# The usual start: arrays, plots, and the course's own package
import time
import numpy as np
import matplotlib.pyplot as plt
from course.layers import *
from course.nets import DenseNet
from course.numeric import array_gradient, scalar_gradient

def field_error(p, q):
    "largest relative difference"
    return np.max(np.abs(p - q) / np.maximum(1e-8, np.abs(p) + np.abs(q)))

def show_moments(t, along=0):
    print('  means: ', t.mean(axis=along))
    print('  stds:  ', t.std(axis=along))
"""

DATA = """\
pictures = np.load('data/pictures.npz')
for part in pictures:
    print(part + ':', pictures[part].shape)
"""

FORWARD = """\
# Moments of every feature before and after the layer
rng = np.random.default_rng(7)
hidden = np.maximum(0, rng.normal(size=(150, 40)) @ rng.normal(size=(40, 30)))
acts = hidden @ rng.normal(size=(30, 3))
print('Before the layer:')
show_moments(acts)
print('After the layer (gamma=1, beta=0)')
flat, _ = batchnorm_forward(acts, np.ones(3), np.zeros(3), {'mode': 'train'})
show_moments(flat)
scale, shift = np.array([1.0, 2.0, 3.0]), np.array([11.0, 12.0, 13.0])
print('After the layer (gamma=', scale, ', beta=', shift, ')')
moved, _ = batchnorm_forward(acts, scale, shift, {'mode': 'train'})
show_moments(moved)
"""

RUNNING = """\
# Warm the running averages up with sixty batches, then look at test mode
rng = np.random.default_rng(8)
state = {'mode': 'train'}
for _ in range(60):
    batchnorm_forward(rng.normal(3.0, 2.0, size=(80, 3)), np.ones(3), np.zeros(3), state)
state['mode'] = 'test'
seen, _ = batchnorm_forward(rng.normal(3.0, 2.0, size=(80, 3)), np.ones(3), np.zeros(3), state)
print('After the layer (test time):')
show_moments(seen)
"""

BACKWARD = """\
# Numerical gradient against the backward pass
rng = np.random.default_rng(9)
x = 5 * rng.normal(size=(4, 5)) + 12
gamma, beta = rng.normal(size=5), rng.normal(size=5)
upstream = rng.normal(size=(4, 5))
state = {'mode': 'train'}
by_x = array_gradient(lambda v: batchnorm_forward(v, gamma, beta, state)[0], x, upstream)
by_gamma = array_gradient(lambda v: batchnorm_forward(x, v, beta, state)[0], gamma, upstream)
by_beta = array_gradient(lambda v: batchnorm_forward(x, gamma, v, state)[0], beta, upstream)
_, cache = batchnorm_forward(x, gamma, beta, state)
dx, dgamma, dbeta = batchnorm_backward(upstream, cache)
print('dx error: ', field_error(by_x, dx))
print('dgamma error: ', field_error(by_gamma, dgamma))
print('dbeta error: ', field_error(by_beta, dbeta))
"""

ALTERNATIVE = """\
rng = np.random.default_rng(10)
x = 5 * rng.normal(size=(100, 500)) + 12
gamma, beta = rng.normal(size=500), rng.normal(size=500)
upstream = rng.normal(size=(100, 500))
_, cache = batchnorm_forward(x, gamma, beta, {'mode': 'train'})
start = time.time()
staged = batchnorm_backward(upstream, cache)
middle = time.time()
short = batchnorm_backward_alt(upstream, cache)
end = time.time()
for name, one, two in zip(('dx', 'dgamma', 'dbeta'), staged, short):
    print(name, 'difference: ', field_error(one, two))
print('speedup: %.2fx' % ((middle - start) / (end - middle)))
"""

NETWORK = """\
# Gradients of a small net, with and without weight decay
rng = np.random.default_rng(11)
inputs, labels = rng.normal(size=(2, 15)), rng.integers(10, size=2)
for decay in (0, 3.14):
    print('Running check with reg = ', decay)
    net = DenseNet([20, 30], inputs=15, classes=10, reg=decay, normalization='batchnorm')
    loss, grads = net.loss(inputs, labels)
    print('Initial loss: ', loss)
    for name in sorted(grads):
        numeric = scalar_gradient(lambda _: net.loss(inputs, labels)[0], net.params[name])
        print('%s relative error: %.2e' % (name, field_error(numeric, grads[name])))
"""

TRAINING = """\
few = {key: value[:1000] for key, value in pictures.items()}
with_layer = DenseNet([100] * 5, normalization='batchnorm').fit(few, epochs=3, rate=1e-3)
without = DenseNet([100] * 5).fit(few, epochs=3, rate=1e-3)
print('Final test accuracy: ', with_layer.accuracy(pictures['test']))
"""

CURVES = """\
figure, axes = plt.subplots(1, 2)
for axis, history in zip(axes, ('loss_history', 'accuracy_history')):
    axis.plot(getattr(with_layer, history), label='normalized')
    axis.plot(getattr(without, history), label='plain')
    axis.legend()
"""

LAYERNORM = (
    BACKWARD.replace("batchnorm", "layernorm").replace("{'mode': 'train'}", "{}").replace("9", "12")
)

# Key, kind, role, question, source; the keys are the readable ids of the template's cells.
COURSE: list[tuple[str, str, str, str, str]] = [
    (
        "title", "markdown", "given", "",
        ("# Normalizing activations\n"
         "A network trains more easily when what enters each layer keeps its mean and spread. "
         "Here you build the layer that does it, and look at what it changes."),
    ),
    ("setup", "code", "given", "", SETUP),
    ("data", "code", "given", "", DATA),
    (
        "forward-text", "markdown", "given", "",
        ("## The way forward\n"
         "Write `batchnorm_forward` in `course/layers.py`, then run the two cells below."),
    ),
    ("forward", "code", "given", "", FORWARD),
    ("running", "code", "given", "", RUNNING),
    (
        "backward-text", "markdown", "given", "",
        ("## The way back\n"
         "Draw the graph of operations and walk it from its end; where branches meet, their "
         "gradients add up. Write `batchnorm_backward`."),
    ),
    ("backward", "code", "given", "", BACKWARD),
    (
        "alternative-text", "markdown", "given", "",
        ("## A shorter way back\n"
         "On paper the staged formula shrinks a lot. Put the short one into "
         "`batchnorm_backward_alt`, and compare."),
    ),
    ("alternative", "code", "given", "", ALTERNATIVE),
    ("network", "code", "given", "", NETWORK),
    ("training", "code", "given", "", TRAINING),
    ("curves", "code", "given", "", CURVES),
    (
        "q1", "markdown", "given", "weights",
        ("### Question 1\n"
         "What do the curves say about the two networks when the initial weights grow or "
         "shrink, and what is the reason for it?"),
    ),
    ("a1", "markdown", "answer", "weights", "**Answer:** _double-click and write here_"),
    (
        "layernorm-text", "markdown", "given", "",
        ("## Across features\n"
         "With a batch of four, moments are a gamble. Take them over the features of one "
         "example in `layernorm_forward`."),
    ),
    ("layernorm", "code", "given", "", LAYERNORM),
    (
        "q2", "markdown", "given", "batch",
        ("### Question 2\n"
         "How does the size of a batch limit batch normalization, and why does layer "
         "normalization not care?"),
    ),
    ("a2", "markdown", "answer", "batch", "**Answer:** _double-click and write here_"),
    ("experiment", "code", "free", "", "# TODO: an experiment of your own"),
    (
        "q3", "markdown", "given", "own",
        ("### Question 3\n"
         "What did your own experiment show that you had not expected?"),
    ),
    ("a3", "markdown", "answer", "own", "**Answer:** _double-click and write here_"),
]  # fmt: skip

PRINTS = {
    "data": "train: (49000, 3, 32, 32)\ntest: (1000, 3, 32, 32)\n",
    "forward": "Before the layer:\n  means:  [ -2.3814598  -13.18038246   1.91780462]\n"
    "  stds:   [27.18502186 34.21455511 37.68611762]\nAfter the layer (gamma=1, beta=0)\n"
    "  means:  [5.32907052e-17 7.04991621e-17\n 4.22578639e-17]\n"
    "  stds:   [0.99999999 1.         1.        ]\n"
    "After the layer (gamma= [1. 2. 3.] , beta= [11. 12. 13.] )\n  means:  [11. 12. 13.]\n"
    "  stds:   [0.99999999 1.99999999 2.99999999]\n",
    "running": "After the layer (test time):\n  means:  [-0.03927354 -0.04349152 -0.10452688]\n"
    "  stds:   [1.01531428 1.01238373 0.97819988]\n",
    "backward": "dx error:  1.7029261167605239e-09\ndgamma error:  7.420414216247087e-13\n"
    "dbeta error:  2.8795057655839487e-12\n",
    "alternative": "dx difference:  8.41670880961546e-13\ndgamma difference:  0.0\n"
    "dbeta difference:  0.0\nspeedup: 2.20x\n",
    "network": "Running check with reg =  0\nInitial loss:  2.2611955101340957\n"
    "W1 relative error: 1.10e-04\nbeta1 relative error: 7.33e-09\n"
    "Running check with reg =  3.14\nInitial loss:  6.996533220108303\n"
    "W1 relative error: 1.98e-06\nbeta1 relative error: 6.65e-09\n",
    "training": "(Iteration 1 / 60) loss: 2.340974\n"
    "(Epoch 3 / 3) train acc: 0.400000; val_acc: 0.300000\nFinal test accuracy:  0.5\n",
    "layernorm": "dx error:  1.433615146847572e-09\ndgamma error:  4.519489546032799e-12\n"
    "dbeta error:  2.276445013433725e-12\n",
    "experiment": "best rate: 0.003\n",
}

WRITTEN = {
    "a1": "Large weights make the plain net overflow early on, while the other one rescales them.",
    "a2": "Few examples give noisy moments. Features of one example are always there.",
    "a3": "That dropout and this layer get in each other's way.",
}


@dataclass
class Draft:
    """A notebook while somebody works on it; `key` says where a cell comes from."""

    cells: list[dict[str, Any]] = field(default_factory=list)
    minor: int = 5

    def at(self, key: str) -> int:
        return next(n for n, cell in enumerate(self.cells) if cell["key"] == key)

    def __getitem__(self, key: str) -> dict[str, Any]:
        return self.cells[self.at(key)]

    def keys(self) -> list[str]:
        return [cell["key"] for cell in self.cells]

    def drop(self, *keys: str) -> None:
        self.cells = [cell for cell in self.cells if cell["key"] not in keys]

    def move(self, key: str, before: str) -> None:
        cell = self.cells.pop(self.at(key))
        self.cells.insert(self.at(before), cell)

    def add(self, after: str, key: str, kind: str, source: str, prints: str = "") -> None:
        self.cells.insert(self.at(after) + 1, new_cell(key, kind, source))
        if prints:
            self.run(key, prints)

    def copy(self, key: str, name: str, after: str) -> None:
        self.cells.insert(self.at(after) + 1, {**self[key], "key": name})

    def rewrite(self, key: str, *changes: tuple[str, str]) -> None:
        for old, new in changes:
            assert old in self[key]["source"]
            self[key]["source"] = self[key]["source"].replace(old, new)

    def run(self, key: str, prints: str | None = None, count: int | None = None) -> None:
        text = PRINTS.get(key, "") if prints is None else prints
        known = [c["execution_count"] or 0 for c in self.cells]
        self[key]["execution_count"] = max(known) + 1 if count is None else count
        self[key]["outputs"] = [stream(text)] if text else []

    def run_all(self) -> None:
        for cell in self.cells:
            if cell["cell_type"] == "code":
                self.run(cell["key"])

    def strip_ids(self) -> None:
        for cell in self.cells:
            cell["id"] = None

    def strip_metadata(self) -> None:
        for cell in self.cells:
            cell["metadata"] = {}

    def notebook(self) -> dict[str, Any]:
        return {
            "nbformat": 4,
            "nbformat_minor": self.minor,
            "metadata": {"language_info": {"name": "python"}},
            "cells": [file_cell(cell) for cell in self.cells],
        }

    def data(self) -> bytes:
        return json.dumps(self.notebook()).encode()

    def read(self):
        return read_notebook(self.data())


def new_cell(key: str, kind: str, source: str, name: str | None = None) -> dict[str, Any]:
    return {"key": key, "id": name, "cell_type": kind, "source": source, "metadata": {},
            "execution_count": None, "outputs": []}  # fmt: skip


def file_cell(cell: dict[str, Any]) -> dict[str, Any]:
    left_out = {"key"} | ({"id"} if cell["id"] is None else set())
    if cell["cell_type"] != "code":
        left_out |= {"execution_count", "outputs"}
    return {key: value for key, value in cell.items() if key not in left_out}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text.splitlines(keepends=True)}


def course() -> Draft:
    """Return the template as it is given out: nothing run, nothing answered."""
    cells = []
    for key, kind, role, question, source in COURSE:
        cell = new_cell(key, kind, source, key)
        cell["metadata"] = {"grading": {"role": role, "question": question}}
        cells.append(cell)
    return Draft(cells)


def finished() -> Draft:
    """Return the template as a diligent student hands it in."""
    draft = course()
    draft["experiment"]["source"] = "for rate in (1e-3, 3e-3):\n    print('best rate:', rate)\n"
    draft.run_all()
    for key, text in WRITTEN.items():
        draft[key]["source"] = f"**Answer:** {text}"
    return draft


@pytest.fixture
def template():
    """The template, read."""
    return course().read()


@pytest.fixture
def blank_draft():
    """The template as a draft."""
    return course()


@pytest.fixture
def draft():
    """A finished hand-in, to be changed."""
    return finished()


@pytest.fixture
def written():
    """What the finished hand-in answers, by the key of the cell."""
    return dict(WRITTEN)


@pytest.fixture
def source_of():
    """The template's sources by key."""
    return {key: source for key, _, _, _, source in COURSE}
