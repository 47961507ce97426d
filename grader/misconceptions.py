"""Read the known mistakes of an assignment, and the correct variants beside them."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from grader.catalog import Entry
from grader.core.errors import ConfigurationError
from grader.core.misconception import InVariant, Misconception, apply_edits, edited

Listed = TypeVar("Listed", Misconception, InVariant)


def load_misconceptions(entry: Entry) -> tuple[Misconception, ...]:
    """Return what the assignment's `misconceptions.py` lists, () where there is none.

    Raises ConfigurationError, one line, where it does not load, or names what is not there.
    """
    path = entry.folders.reference / "misconceptions.py"
    found = _listed(path, "MISCONCEPTIONS", Misconception)
    _check(entry, found, path)
    return found


def load_in_variants(entry: Entry) -> tuple[InVariant, ...]:
    """Return the known mistakes in other styles that `in_variants.py` lists.

    Raises ConfigurationError as `load_misconceptions` does.
    """
    return _listed(entry.folders.reference / "in_variants.py", "IN_VARIANTS", InVariant)


def _listed(path: Path, name: str, kind: type[Listed]) -> tuple[Listed, ...]:
    if not path.is_file():
        return ()
    found = getattr(_imported(path), name, None)
    if not isinstance(found, Sequence) or not all(isinstance(each, kind) for each in found):
        raise ConfigurationError(f"{path}: {name} must be a sequence of {kind.__name__}")
    return tuple(found)


def variant_with(files: Mapping[str, bytes], styled: InVariant) -> dict[str, bytes]:
    """Return the files of a variant with a mistake in them."""
    sources = {path: content.decode() for path, content in files.items()}
    name = f"{styled.mistake} in {styled.variant}"
    return {p: t.encode() for p, t in edited(sources, styled.edits, name).items()}


def _imported(path: Path) -> ModuleType:
    """Import a file that may import modules from the folder in which it lies."""
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ConfigurationError(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    before = set(sys.modules)
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        where = _last_place(error, path)
        raise ConfigurationError(f"{where}: {type(error).__name__}: {error}") from error
    finally:
        sys.path.remove(str(path.parent))
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).is_relative_to(path.parent):
                del sys.modules[name]  # another assignment may use the name
    return module


def _last_place(error: Exception, path: Path) -> str:
    """Return the last line of the assignment's own that an exception passed, as FILE:LINE."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    own = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if Path(frame.f_code.co_filename).is_relative_to(path.parent)
    ]
    return ":".join(map(str, own[-1])) if own else str(path)


def _check(entry: Entry, found: Sequence[Misconception], path: Path) -> None:
    ids = Counter(mistake.id for mistake in found)
    criteria = {criterion.id for criterion in entry.assignment.criteria}
    for mistake in found:
        if ids[mistake.id] > 1:
            raise ConfigurationError(f"{path}: {mistake.id!r} stands twice")
        for criterion in (*mistake.costs, *mistake.may_cost):
            if criterion not in criteria:
                raise ConfigurationError(
                    f"{path}: {mistake.id!r} costs {criterion!r}, no criterion"
                )
        for other in mistake.with_it:
            if other not in ids:
                raise ConfigurationError(f"{path}: {mistake.id!r} occurs with unknown {other!r}")


def solution_with(entry: Entry, mistakes: Sequence[Misconception]) -> dict[str, bytes]:
    """Return the files of the solution with these mistakes in them, as a hand-in has them."""
    sources = {path: content.decode() for path, content in entry.solution_files().items()}
    made = made_in(mistakes, entry.assignment.endings)
    return {path: text.encode() for path, text in apply_edits(sources, made).items()}


def made_in(
    mistakes: Iterable[Misconception], endings: tuple[str, ...]
) -> tuple[Misconception, ...]:
    """Return the mistakes as they are made in files whose names end so, without those in none.

    A mistake in C can be made in the truth, too, which is Python: that is how it is named.
    """
    made = (
        replace(mistake, edits=tuple(edit for edit in mistake.edits if edit.path.endswith(endings)))
        for mistake in mistakes
        if any(edit.path.endswith(endings) for edit in mistake.edits)
    )
    return tuple(made)


def variant_files(entry: Entry) -> dict[str, dict[str, bytes]]:
    """Return the source files of each correct variant, by its name."""
    root = entry.folders.reference / "variants"
    return {
        folder.name: {name: path.read_bytes() for name, path in entry.sources_in(folder).items()}
        for folder in (sorted(root.iterdir()) if root.is_dir() else [])
        if folder.is_dir() and not folder.name.startswith((".", "_"))
    }
