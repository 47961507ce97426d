"""Import a hand-in from source text, whatever the course called its package.

The hand-in is a set of files, known by their paths. `layers`, `cs231n.layers`, `.layers` and
`cs231n.classifiers.fc_net` all lead to the file that a reader would expect. Each file is one
module, under one proper name; its other names are aliases. Nothing is read from disk.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.abc
import linecache
import marshal
import sys
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.machinery import ModuleSpec
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from . import stand_ins

# Compiled source as it crosses the wall: bytes in an array.
Code = NDArray[np.uint8]
Parts = tuple[str, ...]

# Stands for the folder of the hand-in where the assignment names no package. Not a name that a
# file can be imported by: a student may well have a handin.py.
_NO_PACKAGE = "<hand-in>"


def _parts(path: str) -> Parts:
    """Return the names that lead to a file; dots inside them would read as folders."""
    parts = tuple(path.removesuffix(".py").replace(".", "_").split("/"))
    return parts[:-1] if parts[-1] == "__init__" else parts


class _Alias(importlib.abc.Loader):
    """Loads another name of a module: the same object, untouched."""

    def __init__(self, proper: str) -> None:
        self._proper = proper
        self._spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        del spec
        # While a circle of imports is under way the module is there, but not complete.
        module = sys.modules.get(self._proper) or importlib.import_module(self._proper)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        module.__spec__ = self._spec  # the import system has just replaced it


class HandIn(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds and loads the modules of one hand-in, and stands in for what is not provided.

    Parameters
    ----------
    sources
        Source text by path, with ``/`` between folders.
    packages
        Names that stand for the folder of the hand-in's own files.
    allowed
        Third-party modules that are really imported.
    located
        The file that stands where the course has another path: ``{path of the course: path}``.
    compiled
        What `compiled` held after an earlier worker had loaded the same hand-in, so that not every
        worker compiles it again. It comes from the student's side and goes to no other; only the
        solution's own is loaded in the trusted process.

    """

    def __init__(
        self,
        sources: Mapping[str, str],
        packages: Sequence[str],
        allowed: Iterable[str],
        compiled: Mapping[str, Code] | None = None,
        located: Mapping[str, str] | None = None,
    ) -> None:
        self.sources = dict(sources)
        self.compiled = dict(compiled or {})
        self.packages = (*packages, _NO_PACKAGE)
        self.allowed = {"numpy", *allowed}
        self._absent: list[str] = []
        self._proper: dict[str, str] = {}
        self._paths: dict[str, str] = {}
        self._tails: dict[Parts, str] = {}
        self._folders: set[Parts] = {()}
        # The file nearest to the top comes first where two share a tail.
        by_depth = sorted(self.sources, key=lambda p: (p.count("/"), p))
        for path in by_depth:
            self._enter(path)
        for known_as, path in (located or {}).items():
            self._enter(path, known_as)
        # A file in a package's folder has the first claim to a name in that package.
        own = {(package,) for package in self.packages}
        for path in sorted(by_depth, key=lambda p: _parts(p)[:1] not in own):
            self._name(path, inside=_parts(path)[:1] in own)

    @property
    def absent(self) -> list[str]:
        """The modules that were imported and are not provided, as far as they have a name."""
        return [name.replace(f"{_NO_PACKAGE}.", "") for name in self._absent]

    def _name(self, path: str, *, inside: bool) -> None:
        parts = _parts(path)
        name = ".".join(parts if inside else (self.packages[0], *parts))
        if "from .." in self.sources[path]:
            # Written for a folder inside a package, wherever it was handed in: above it is room.
            name = f"{_NO_PACKAGE}.{name}"
        while name in self._paths:
            name = f"{_NO_PACKAGE}.{name}"
        self._proper[path], self._paths[name] = name, path

    def _enter(self, path: str, known_as: str = "") -> None:
        parts = _parts(known_as or path)
        for start in range(max(1, len(parts))):
            self._tails.setdefault(parts[start:], path)
            self._folders |= {parts[start:end] for end in range(start + 1, len(parts))}

    def _inner(self, name: str) -> Parts:
        parts = tuple(name.split("."))
        while parts and parts[0] in self.packages:
            parts = parts[1:]
        return parts

    def path_of(self, name: str) -> str | None:
        """Return the file that the module `name` means, or None."""
        if name in self._paths or name in self.packages:
            return self._paths.get(name)
        parts = tuple(name.split("."))
        found = self._tails.get(parts) or self._tails.get(self._inner(name))
        if found is None and parts[0] in self.packages:
            # A file handed in without the folder that the course has around it.
            found = self._tails.get(parts[-1:])
        return found

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> ModuleSpec | None:
        """Find a module of the hand-in, a Python 2 name, or a stub; else leave it to Python."""
        del path, target
        root = fullname.partition(".")[0]
        if root not in self.packages and (root in sys.stdlib_module_names or root in self.allowed):
            return None
        file = self.path_of(fullname)
        if file is not None:
            # A folder of the course around it that was not handed in is not missed.
            self._absent = [name for name in self._absent if not fullname.startswith(f"{name}.")]
            proper = self._proper[file]
            if fullname != proper:
                return ModuleSpec(fullname, _Alias(proper))
            is_package = PurePosixPath(file).name == "__init__.py"
            return ModuleSpec(fullname, self, is_package=is_package)
        if not self._is_folder(fullname) and fullname not in stand_ins.PYTHON2:
            self._absent.append(fullname)
        return ModuleSpec(fullname, self, is_package=True)

    def _is_folder(self, name: str) -> bool:
        return self._inner(name) in self._folders

    def create_module(self, spec: ModuleSpec) -> types.ModuleType | None:
        """Return a stub for what is not provided, None for an ordinary module."""
        known = spec.name in stand_ins.PYTHON2 or self._is_folder(spec.name)
        if known or self.path_of(spec.name) is not None:
            return None
        return stand_ins.AbsentModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the file of the module; one that raises is left under none of its names."""
        path = self.path_of(module.__name__)
        if path is None:
            vars(module).update(stand_ins.PYTHON2.get(module.__name__, {}))
            return
        module.__file__ = path
        package, _, tail = module.__name__.rpartition(".")
        if package in sys.modules:
            # Known to its package from the start: a circle of imports may ask there.
            setattr(sys.modules[package], tail, module)
        source = self.sources[path]
        # Seldom read, so split into lines when it is: what linecache calls a lazy entry.
        linecache.cache[path] = (lambda: source,)
        try:
            exec(self._code(path), vars(module))  # noqa: S102 - this is what a worker is for
        except BaseException:
            for name in [name for name, each in sys.modules.items() if each is module]:
                del sys.modules[name]
            if package in sys.modules:
                vars(sys.modules[package]).pop(tail, None)
            raise

    def _code(self, path: str) -> types.CodeType:
        if path in self.compiled:
            code: types.CodeType = marshal.loads(self.compiled[path].tobytes())  # noqa: S302
            return code
        code = compile(self.sources[path], path, "exec", dont_inherit=True)
        self.compiled[path] = np.frombuffer(marshal.dumps(code), np.uint8)
        return code

    def load(self, path: str) -> types.ModuleType:
        """Import the file at `path`; raises whatever its code raises."""
        with stand_ins.while_importing():
            return importlib.import_module(self._proper[path])


def install(
    sources: Mapping[str, str],
    packages: Sequence[str],
    allowed: Iterable[str],
    compiled: Mapping[str, Code] | None = None,
    located: Mapping[str, str] | None = None,
) -> HandIn:
    """Make a hand-in importable in this process, before everything else."""
    hand_in = HandIn(sources, packages, allowed, compiled, located)
    # Walking over all modules would touch, and so copy, hundreds of pages shared with the zygote.
    if any(package in sys.modules for package in hand_in.packages):
        for name in [name for name in sys.modules if name.partition(".")[0] in hand_in.packages]:
            del sys.modules[name]
    sys.meta_path.insert(0, hand_in)
    return hand_in


def remove(hand_in: HandIn) -> None:
    """Undo `install`: nothing of the hand-in stays importable."""
    sys.meta_path.remove(hand_in)
    for name, module in list(sys.modules.items()):
        own = name.partition(".")[0] in hand_in.packages
        if own or vars(module).get("__file__") in hand_in.sources:
            del sys.modules[name]
    for path in hand_in.sources:
        linecache.cache.pop(path, None)


@contextlib.contextmanager
def set_aside() -> Iterator[None]:
    """Take away what hand-ins have in this process, for as long as this lasts.

    What is installed meanwhile finds none of their modules under the names that it imports.
    """
    finders = [finder for finder in sys.meta_path if isinstance(finder, HandIn)]
    modules = {
        name: module
        for name, module in sys.modules.items()
        if isinstance(getattr(getattr(module, "__spec__", None), "loader", None), (HandIn, _Alias))
    }
    for name in modules:
        del sys.modules[name]
    sys.meta_path[:] = [finder for finder in sys.meta_path if finder not in finders]
    try:
        yield
    finally:
        sys.modules.update(modules)
        sys.meta_path.extend(finders)
