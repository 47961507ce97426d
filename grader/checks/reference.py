"""The reference solution as a module of the trusted process."""

from __future__ import annotations

import importlib.util
import sys
import types
from pathlib import Path

from grader.core.assignment import Assignment
from grader.core.errors import ConfigurationError


def load_reference(assignment: Assignment, solution: Path) -> types.ModuleType:
    """Return a module that holds every function of the assignment, as the solution defines it.

    Raises ConfigurationError where the solution does not load or lacks a function.
    """
    merged = types.ModuleType("reference")
    sys.path.insert(0, str(solution))
    try:
        modules = {path: _load(solution / path) for path in assignment.student_files}
    finally:
        sys.path.remove(str(solution))
    for function in assignment.functions:
        if not hasattr(modules.get(function.file), function.name):
            raise ConfigurationError(f"{solution / function.file} does not define {function.name}")
        setattr(merged, function.name, getattr(modules[function.file], function.name))
    # For checks that treat both sides alike: what a hand-in is asked to do later, in one frame
    # with the next call, is done here at once.
    merged.later = merged  # type: ignore[attr-defined]
    return merged


def _load(path: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ConfigurationError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ConfigurationError(f"{path} does not load: {error}") from error
    return module
