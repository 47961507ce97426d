"""Notebooks that end their kernel, and what a notebook starts with."""

from __future__ import annotations

import concurrent.futures
import copy

import nbformat
import pytest

from grader.notebook.execute import execute
from grader.notebook.execution import NotebookLimits


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("import os\nos._exit(3)", "status 3"),
        ("import ctypes\nctypes.string_at(0)", "SIGSEGV"),
    ],
)
def test_a_dead_kernel_is_named_and_the_rest_is_not_run(run, source, cause):
    ran = run("x = 1", source, "print(x)")
    assert ran.statuses() == ["OK", "DIED", "NOT_RUN"]
    assert cause in ran.notes(1)
    assert "ended in an earlier cell" in ran.notes(2)


@pytest.mark.parametrize("piece", [1 << 22, 4000])
def test_memory_runs_out_in_the_cell_and_the_kernel_lives(run, piece):
    greedy = f"kept = []\nwhile True: kept.append(bytearray({piece}))"
    ran = run(greedy, "del kept\nprint('here')", memory_bytes=64 << 20)
    assert ran.statuses() == ["RAISED", "OK"]
    assert "memory is limited to 64 MiB" in ran.notes(0)


def test_a_cell_that_ignores_interrupts_costs_the_kernel(run):
    deaf = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    ran = run(deaf, "print(1)", cell_seconds=1.0, grace_seconds=0.5)
    assert ran.statuses() == ["TIMED_OUT", "NOT_RUN"]
    assert "an interrupt did not end it" in ran.notes(0)


def test_one_interrupt_that_is_caught_costs_the_kernel(run):
    stubborn = "import time\nwhile True:\n  try: time.sleep(100)\n  except BaseException: pass"
    ran = run(stubborn, "print(1)", cell_seconds=1.0, grace_seconds=0.5)
    assert ran.statuses() == ["TIMED_OUT", "NOT_RUN"]


@pytest.mark.parametrize("part", ["{", "[" * 100_000, "7", "null", "\xff"])
def test_a_kernel_that_sends_garbage_is_ended(run, part):
    garbage = (
        f"k, part = get_ipython().kernel, {part!r}.encode('latin-1')\n"
        "parts = [part] * 4\n"
        "k.iopub_socket.send_multipart([b'x', b'<IDS|MSG>', k.session.sign(parts), *parts])"
    )
    ran = run(garbage, "print(1)", cell_seconds=2.0, grace_seconds=0.5)
    assert ran.statuses() == ["DIED", "NOT_RUN"]
    assert "no Jupyter message" in ran.notes(0)


def test_a_message_beyond_bounds_is_not_taken_in(run):
    beyond = "get_ipython().kernel.iopub_socket.send_multipart([bytes(50_000_000)])"
    ran = run(beyond, "print(1)")
    assert ran.statuses() == ["DIED", "NOT_RUN"]
    assert "broke the channel" in ran.notes(0)


def test_the_whole_notebook_has_a_limit(run):
    ran = run(*["while True: pass"] * 3, cell_seconds=1.0, total_seconds=1.5)
    assert ran.statuses() == ["TIMED_OUT", "TIMED_OUT", "NOT_RUN"]
    assert "the notebook was stopped after 1.5 s" in ran.notes(2)


def test_the_whole_notebook_may_show_so_much(run):
    ran = run(*["print('x' * 4000)"] * 3, total_output_bytes=9000)
    assert ran.statuses() == ["OK", "OK", "CUT"]


DRAWS = "import random\nimport numpy as np\nprint(random.random(), np.random.rand(), hash('a'))"


def test_two_runs_draw_the_same_and_a_notebooks_own_seed_wins(around):
    cells = [
        nbformat.v4.new_code_cell(source) for source in (DRAWS, "np.random.seed(231)\n" + DRAWS)
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        running = [pool.submit(execute, notebook, {}, around) for _ in range(2)]
        one, two = [[c.outputs[0].text for c in r.result().notebook.cells] for r in running]
    assert one == two
    assert one[0] != one[1]
    import numpy as np

    assert str(np.random.RandomState(231).rand()) in one[1]


def test_the_given_notebook_is_not_changed_and_old_outputs_are_gone(around):
    shown = nbformat.v4.new_output("stream", text="99 of 100 points")
    cells = [
        nbformat.v4.new_code_cell("import os\nos._exit(0)", metadata={"tags": ["skip-execution"]}),
        nbformat.v4.new_markdown_cell("An answer."),
        nbformat.v4.new_code_cell("score()", outputs=[shown], execution_count=7),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    before = copy.deepcopy(notebook)
    execution = execute(notebook, {}, around, NotebookLimits())
    assert notebook == before
    assert [run.index for run in execution.cells] == [0, 2]
    assert execution.notebook.cells[2].outputs == []
    assert execution.notebook.cells[2].execution_count is None


def test_source_may_be_a_list_of_lines_and_progress_is_told(around):
    cell = {"cell_type": "code", "source": ["x = 1\n", "print(x)"]}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    told = []
    execution = execute(notebook, {}, around, progress=told.append)
    assert told == list(execution.cells)
    assert execution.notebook.cells[0].outputs[0].text == "1\n"
