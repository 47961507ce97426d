"""What the walls cost a notebook: executed in a walled kernel, against nbclient alone.

The notebook is like those of the courses: it imports NumPy and Matplotlib, computes for some
seconds and plots. Both sides execute it in turn, each in a new kernel; figures are medians of
whole executions, kernel start and end included.
"""

from __future__ import annotations

import argparse
import copy
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from grader.notebook.execute import execute
from grader.notebook.execution import CellStatus
from grader.sandbox import policy
from grader.sandbox import tier as tiers
from grader.sandbox.kernel_plan import Surroundings

MOST_RATIO = 1.15
CELLS = """
import numpy as np
import matplotlib.pyplot as plt
%matplotlib inline
plt.rcParams['figure.figsize'] = (10.0, 8.0)
from layers import forward, backward
# %%
rng = np.random.RandomState(231)
x = rng.randn(400, 300)
w = 0.05 * rng.randn(300, 300)
# %%
losses = []
for step in range(150):
    out, cache = forward(x @ w)
    dx = backward(out - 1, cache)
    w -= 1e-3 * x.T @ dx
    losses.append(float((out - 1).var()))
    if step % 50 == 0: print(f'step {step}: {losses[-1]:.6f}')
# %%
plt.plot(losses)
plt.title('Training loss')
plt.xlabel('step')
plt.show()
# %%
worst = 0.0
for _ in range(60):
    a = rng.randn(500, 200)
    out, _ = forward(a)
    worst = max(worst, abs(out.mean(axis=0)).max())
print(worst)
# %%
fig, axes = plt.subplots(2, 3)
for k, ax in enumerate(axes.flat):
    ax.hist(rng.randn(2000) * (k + 1), bins=40)
plt.tight_layout()
plt.show()
# %%
total = 0.0
for _ in range(12):
    total += np.linalg.svd(rng.randn(300, 300))[1].sum()
print(total)
# %%
plt.imshow(w)
plt.colorbar()
plt.show()
""".split("# %%")
LAYERS = b"""import numpy as np


def forward(x, eps=1e-5):
    mean, var = x.mean(axis=0), x.var(axis=0)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return x_hat, (x_hat, var, eps)


def backward(dout, cache):
    x_hat, var, eps = cache
    dx = dout - dout.mean(axis=0) - x_hat * (dout * x_hat).mean(axis=0)
    return dx / np.sqrt(var + eps)
"""


def bare(notebook: nbformat.NotebookNode) -> None:
    """Execute without walls, with as many threads as a walled kernel gets: one."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "layers.py").write_bytes(LAYERS)
        resources = {"metadata": {"path": folder}}
        NotebookClient(
            notebook,
            kernel_name="python3",
            resources=resources,
            extra_arguments=["--IPKernelApp.log_level=50"],
        ).execute()


def timed(call: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> int:
    """Measure, print, and return 1 if the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    tier = tiers.choose()
    around = Surroundings(tier.walls)
    os.environ.update({name: policy.ENVIRONMENT[name] for name in policy.ENVIRONMENT
                       if name.endswith("_THREADS")})  # fmt: skip
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    empty = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])

    def walled() -> None:
        execution = execute(notebook, {"layers.py": LAYERS}, around)
        if {run.status for run in execution.cells} != {CellStatus.OK}:
            raise SystemExit(f"the notebook did not run through: {execution.cells}")

    sides: dict[str, Callable[[], object]] = {
        "bare": lambda: bare(copy.deepcopy(notebook)),
        "walled": walled,
        "bare, one cell": lambda: bare(copy.deepcopy(empty)),
        "walled, one cell": lambda: execute(empty, {}, around),
    }
    for call in sides.values():  # caches of files and fonts
        call()
    times: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(repeats):
        for name in sorted(sides, reverse=bool(turn % 2)):
            times[name].append(timed(sides[name]))
    print(f"{platform.machine()}, {os.cpu_count()} cores, tier {tier.name}, {repeats} turns")
    for name, seconds in times.items():
        print(f"{name:18} {statistics.median(seconds):6.2f} s   {min(seconds):.2f} at best")
    ratio = statistics.median(
        walled / bare for walled, bare in zip(times["walled"], times["bare"], strict=True)
    )
    print(f"walled / bare      {ratio:6.2f}     bar {MOST_RATIO}")
    return int(ratio > MOST_RATIO)


if __name__ == "__main__":
    sys.exit(main())
