"""Check your work before you hand it in: python selfcheck.py [--only NAME] [--json FILE].

Exit code 0 where everything passes, 1 where something is wrong or not there yet.
"""

import os
import sys

if sys.version_info < (3, 9):
    sys.exit("selfcheck.py needs Python 3.9 or later")
if __name__ == "__main__":
    # Files beside this one may have the names of standard modules.
    here = os.path.dirname(os.path.realpath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.realpath(path) != here]

import argparse
import importlib
import json
import traceback
from pathlib import Path

import numpy as np

HERE, FILE = Path(__file__).resolve().parent, "functions.py"


class Wrong(Exception):
    """What is wrong, and perhaps a hint."""


def expect_array(name, value, shape):
    if not isinstance(value, np.ndarray):
        raise Wrong(f"{name} is {type(value).__name__}; expected an array of shape {shape}")
    if value.shape != shape:
        raise Wrong(f"{name} has shape {value.shape}; expected {shape}")
    if value.dtype != np.float64:
        raise Wrong(f"{name} has dtype {value.dtype}; expected float64")
    if not np.isfinite(value).all():
        bad = int((~np.isfinite(value)).sum())
        raise Wrong(f"{bad} of {value.size} entries of {name} are NaN or infinite")


def expect_near(name, value, wanted, tolerance, hint):
    error = np.max(np.abs(value - wanted)) / np.max(np.abs(wanted))
    if not error <= tolerance:
        size = f"{name} is off by {error:.2g} of its largest entry"
        raise Wrong(f"{size}; at most {tolerance:.0e} is allowed", hint)


def forward(work, x):
    out, cache = work.log_softmax_forward(x)
    expect_array("out", out, x.shape)
    return out, cache


def check_forward_rows(work, rng):
    """The probabilities of each row add up to 1."""
    out, _ = forward(work, rng.standard_normal((4, 7)))
    hint = "Which axis holds the classes?"
    expect_near("np.exp(out).sum(axis=1)", np.exp(out).sum(axis=1), np.ones(4), 1e-10, hint)


def check_forward_differences(work, rng):
    """Within a row, out differs by as much as x does."""
    x = rng.standard_normal((5, 3))
    out, _ = forward(work, x)
    steps, wanted = np.diff(out, axis=1), np.diff(x, axis=1)
    expect_near("np.diff(out, axis=1)", steps, wanted, 1e-10, "log(exp(a) / exp(b)) is a - b.")


def check_forward_large_scores(work, rng):
    """A row of scores around 1000 gives finite numbers."""
    out, _ = forward(work, 1000.0 + rng.standard_normal((2, 5)))
    hint = "A constant taken off a row changes nothing but the size of its scores."
    expect_near("np.exp(out).sum(axis=1)", np.exp(out).sum(axis=1), np.ones(2), 1e-10, hint)


def check_inputs(work, rng):
    """x and dout stay as they were."""
    x, dout = rng.standard_normal((3, 4)), rng.standard_normal((3, 4))
    kept = x.copy(), dout.copy()
    _, cache = forward(work, x)
    work.log_softmax_backward(dout, cache)
    for name, now, before in zip(("x", "dout"), (x, dout), kept):
        if not np.array_equal(now, before):
            hint = "a -= b writes into the caller's array, a - b makes a new one."
            raise Wrong(f"{name} is not what it was before", hint)


def check_backward(work, rng):
    """dx agrees with a numerical gradient of your own forward pass."""
    x, dout, step = rng.standard_normal((4, 3)), rng.standard_normal((4, 3)), 1e-5
    dx = work.log_softmax_backward(dout, forward(work, x)[1])
    expect_array("dx", dx, x.shape)
    numerical = np.empty_like(x)
    for index in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        moved = forward(work, up)[0] - forward(work, down)[0]
        numerical[index] = np.sum(moved * dout) / (2.0 * step)
    expect_near("dx", dx, numerical, 1e-6, "One entry of x changes every entry of its row of out.")


CHECKS = [each for name, each in list(globals().items()) if name.startswith("check_")]


def verdict(check, work):
    """Run a check; return "passed", "not yet" or "wrong", and what to say of it."""
    try:
        with np.errstate(all="ignore"):
            check(work, np.random.default_rng(1))
    except NotImplementedError:
        return "not yet", ""
    except Wrong as wrong:
        return "wrong", "\n         ".join(wrong.args)
    except Exception as error:  # whatever the student's code raises
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if Path(frame.filename).name == FILE]
        where = f", {FILE} line {lines[-1]}" if lines else ""
        return "wrong", f"{type(error).__name__}: {error}{where}"
    return "passed", ""


def main():
    parser = argparse.ArgumentParser(description=f"Check {FILE} before you hand it in.")
    parser.add_argument("--only", default="", metavar="NAME", help="checks with NAME in their name")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there, too")
    options = parser.parse_args()
    chosen = [check for check in CHECKS if options.only in check.__name__]
    if not chosen:
        parser.error(f"no check has {options.only!r} in its name")
    sys.stdout.reconfigure(errors="replace")  # not every terminal can show every character
    sys.path.insert(0, str(HERE))
    try:
        work = importlib.import_module(FILE[: -len(".py")])
    except Exception as error:
        print(f"{FILE} cannot be imported: {type(error).__name__}: {error}")
        return 1
    found = [(check, *verdict(check, work)) for check in chosen]
    for check, state, words in found:
        print(f"{state:8} {check.__doc__}" + (f"\n         {words}" if words else ""))
    if options.json:
        rows = [{"check": c.__doc__, "status": state, "words": words} for c, state, words in found]
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    passed = sum(state == "passed" for _, state, _ in found)
    print(f"\n{passed} of {len(found)} public checks pass. The hidden ones run after you hand in.")
    return 0 if passed == len(found) else 1


if __name__ == "__main__":
    sys.exit(main())
