"""Make the solved notebook: the template's cells, the answers, and the outputs of a real run.

    python reference/batchnorm/make_notebook.py

The template is the only source of the cells; it is edited in Jupyter like any notebook. The answers
are in answers.toml, by the id of their cell. Run this again after a change of either, of the
solution or of the given files; a test compares the cells. Needs ipykernel.
"""

import os
import shutil
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any

import nbclient
import nbformat

REFERENCE = Path(__file__).resolve().parent
TEMPLATE = REFERENCE.parents[1] / "student_template" / REFERENCE.name
NOTEBOOK = "BatchNormalization.ipynb"


def fill_in(notebook: Any, answers: dict[str, str]) -> None:
    """Put every answer into its cell.

    Raises KeyError for an answer without a cell, or a cell without an answer.
    """
    cells = {cell.id: cell for cell in notebook.cells}
    blank = {name for name, cell in cells.items() if cell.metadata.grading.role == "answer"}
    if blank != answers.keys():
        raise KeyError(f"cells and answers differ: {sorted(blank ^ answers.keys())}")
    for name, text in answers.items():
        cells[name].source = text.strip()


def execute(notebook: Any) -> float:
    """Run the notebook beside a student's files, as they are in the end; return the seconds."""
    # As the harness runs it. The matrices are small: threads would only wait for each other.
    os.environ["OMP_NUM_THREADS"] = "1"
    skip = shutil.ignore_patterns("__pycache__", "*.ipynb")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(TEMPLATE, folder, ignore=skip, dirs_exist_ok=True)
        shutil.copytree(REFERENCE / "solution", folder, ignore=skip, dirs_exist_ok=True)
        client = nbclient.NotebookClient(
            notebook,
            timeout=300,
            record_timing=False,  # times would make every run another file
            coalesce_streams=True,
            resources={"metadata": {"path": folder}},
        )
        start = time.monotonic()
        client.execute()
        return time.monotonic() - start


def main() -> None:
    """Write the solved notebook beside this file."""
    notebook: Any = nbformat.read(TEMPLATE / NOTEBOOK, as_version=4)
    metadata = dict(notebook.metadata)
    fill_in(notebook, tomllib.loads((REFERENCE / "answers.toml").read_text(encoding="utf-8")))
    seconds = execute(notebook)
    notebook.metadata = metadata  # without the version of this machine's Python
    nbformat.write(notebook, REFERENCE / NOTEBOOK)
    sys.stderr.write(f"{REFERENCE / NOTEBOOK}: {seconds:.0f} s\n")


if __name__ == "__main__":
    main()
