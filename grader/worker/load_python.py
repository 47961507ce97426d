"""Import a hand-in from source text, whatever the course called its package.

The hand-in is a set of files, known by their paths. `layers`, `cs231n.layers`, `.layers` and
`cs231n.classifiers.fc_net` all lead to the file that a reader would expect, and each file is one
module however it was imported. Nothing is read from disk.
"""

from __future__ import annotations

import builtins
import importlib.abc
import importlib.machinery
import importlib.util
import itertools
import linecache
import marshal
import sys
import types
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Compiled source as it crosses the wall: bytes in an array.
Code = NDArray[np.uint8]

# What Python 2 habits import; each is a plain name of Python 3.
_PYTHON2: dict[str, dict[str, Any]] = {
    "past": {},
    "past.builtins": {
        "xrange": range,
        "basestring": str,
        "unicode": str,
        "long": int,
        "raw_input": input,
    },
    "past.utils": {"old_div": lambda a, b: a // b if type(a) is type(b) is int else a / b},
    "future": {},
    "future.builtins": vars(builtins),
    "future.utils": {"iteritems": lambda d: iter(d.items()), "itervalues": lambda d: d.values()},
    "six": {"iteritems": lambda d: iter(d.items()), "string_types": (str,), "PY2": False},
    "six.moves": {**vars(builtins), "xrange": range, "zip_longest": itertools.zip_longest},
}


class NotProvidedError(ImportError):
    """A module is used that the grading environment does not provide."""


class _Absent:
    """Stands for anything of a module that is not provided; using it raises."""

    def __init__(self, name: str) -> None:
        self.__dict__["_name"] = name

    def _refuse(self, *_: object, **__: object) -> Any:
        name = self.__dict__["_name"]
        raise NotProvidedError(f"{name} is used, but {name.split('.')[0]} is not provided here")

    __call__ = __getitem__ = __iter__ = __len__ = __add__ = __mul__ = __setattr__ = _refuse
    __bool__ = __float__ = __int__ = __index__ = __array__ = __enter__ = __exit__ = _refuse

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return ()

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return _Absent(f"{self.__dict__['_name']}.{attribute}")


class _AbsentModule(types.ModuleType):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, attribute: str) -> Any:
        if attribute == "__all__":
            return []
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return _Absent(f"{self.__name__}.{attribute}")


def _parts(path: str) -> tuple[str, ...]:
    parts = PurePosixPath(path).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


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
    compiled
        What `compiled` held after an earlier worker had loaded the same hand-in, so that not every
        worker compiles it again. It comes from the student's side and goes to no other.

    """

    def __init__(
        self,
        sources: Mapping[str, str],
        packages: Sequence[str],
        allowed: Iterable[str],
        compiled: Mapping[str, Code] | None = None,
    ) -> None:
        self.sources = dict(sources)
        self.compiled = dict(compiled or {})
        self.packages = (*packages, "handin")
        self.allowed = {"numpy", *allowed}
        self.absent: list[str] = []
        # A path answers to every tail of itself (fc_net, classifiers.fc_net); the shortest path
        # wins where two files share a tail.
        self._by_tail: dict[tuple[str, ...], str] = {}
        for path in sorted(self.sources, key=lambda p: (p.count("/"), p)):
            parts = _parts(path)
            for start in range(len(parts)):
                self._by_tail.setdefault(parts[start:], path)

    def path_of(self, name: str) -> str | None:
        """Return the file that the module `name` means, or None."""
        parts = tuple(name.split("."))
        if parts in self._by_tail:
            return self._by_tail[parts]
        if parts[0] in self.packages:
            return self._by_tail.get(parts[1:])
        return None

    def _is_folder(self, name: str) -> bool:
        parts = tuple(name.split("."))
        rest = parts[1:] if parts[0] in self.packages else parts
        return not rest or any(
            known[i : i + len(rest)] == rest
            for known in map(_parts, self.sources)
            for i in range(len(known) - len(rest))
        )

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find a module of the hand-in, a Python 2 name, or a stub; else leave it to Python."""
        del path, target
        root = fullname.partition(".")[0]
        own = root in self.packages
        if root in sys.stdlib_module_names and not own:
            return None
        if self.path_of(fullname) or (
            (own or root not in self.allowed) and self._is_folder(fullname)
        ):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        if root in self.allowed:
            return None
        if fullname not in _PYTHON2:
            self.absent.append(fullname)
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType | None:
        """Return the module that already stands for the same file, if there is one."""
        path = self.path_of(spec.name)
        if path is not None:
            known = sys.modules.get("handin:" + path)
            return types.ModuleType(spec.name) if known is None else known
        if spec.name in _PYTHON2 or self._is_folder(spec.name):
            return types.ModuleType(spec.name)
        return _AbsentModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the file of the module, once."""
        name = module.__spec__.name if module.__spec__ else module.__name__
        path = self.path_of(name)
        if path is None:
            vars(module).update(_PYTHON2.get(name, {}))
            return
        if "handin:" + path in sys.modules:
            return
        sys.modules["handin:" + path] = module
        module.__file__ = path
        # Relative imports count from the file's own folder. Python would compare the package with
        # the spec of whichever name was imported first, so the spec goes.
        module.__package__ = self._package_of(path)
        module.__spec__ = None
        source = self.sources[path]
        linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)
        try:
            exec(self._code(path), vars(module))  # noqa: S102
        except BaseException:
            sys.modules.pop("handin:" + path, None)
            raise

    def _code(self, path: str) -> types.CodeType:
        if path in self.compiled:
            code: types.CodeType = marshal.loads(self.compiled[path].tobytes())  # noqa: S302
            return code
        code = compile(self.sources[path], path, "exec", dont_inherit=True)
        self.compiled[path] = np.frombuffer(marshal.dumps(code), np.uint8)
        return code

    def _package_of(self, path: str) -> str:
        parts = _parts(path)
        folder = parts if PurePosixPath(path).name == "__init__.py" else parts[:-1]
        # A flat hand-in gets a package all the same, so that `from .layers import *` works in it.
        inside = bool(folder) and folder[0] in self.packages
        return ".".join(folder if inside else (self.packages[0], *folder))

    def load(self, path: str) -> types.ModuleType:
        """Import the file at `path`; raises whatever its code raises."""
        return importlib.import_module(".".join(_parts(path)))


def install(
    sources: Mapping[str, str],
    packages: Sequence[str],
    allowed: Iterable[str],
    compiled: Mapping[str, Code] | None = None,
) -> HandIn:
    """Make a hand-in importable in this process, before everything else."""
    hand_in = HandIn(sources, packages, allowed, compiled)
    for name in [name for name in sys.modules if name.partition(".")[0] in packages]:
        del sys.modules[name]
    sys.meta_path.insert(0, hand_in)
    return hand_in
