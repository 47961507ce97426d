"""Import the student's files, whatever folder they lie in."""

import contextlib
import importlib
import os
import re
import sys
import traceback
import types
from pathlib import Path

from .assignment import PACKAGES, PLACES
from .handin import HandIn, is_ours, words_of


def _find(root, base, places):
    """Return the file nearest to the top; a folder with a course's name comes before others."""
    for folder, patterns in ((base, [""]), (root, ["", "*/", "*/*/"])):
        for above in patterns:
            found = [path for place in places for path in sorted(folder.glob(above + place))]
            found.sort(key=lambda path: not set(path.relative_to(root).parts) & set(PACKAGES))
            if found:
                return found[0]
    return None


def _in_the_way(error, *folders):
    """Say which files have the name of a standard module, if an exception tells of them, or ''."""
    known = getattr(sys, "stdlib_module_names", None)  # since 3.10
    known = known or {path.stem for path in Path(os.__file__).parent.iterdir()}
    known = {"numpy", *known, *sys.builtin_module_names}
    passed = {each.filename for each in traceback.extract_tb(error.__traceback__)}
    told = known.intersection(re.findall(r"\w+", str(error)))
    files = [path for folder in folders for path in folder.glob("*.py") if path.stem in known]
    found = {path.name for path in files if path.stem in told or str(path) in passed}
    if not found:
        return ""
    return f"; rename {', '.join(sorted(found))}: Python or NumPy has a module of that name"


@contextlib.contextmanager
def imported(root, stopped):
    """Import the student's files anew, under every name that their folder may have."""
    hand_in, path_before = HandIn(root, stopped), list(sys.path)
    layers = _find(root, root, PLACES["layers.py"])
    base = layers.parent if layers else root
    packages = {*PACKAGES, *({base.name} - set(sys.modules))}
    shadowed = {name: sys.modules.pop(name) for name in packages if name in sys.modules}
    for name in packages:
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__path__ = [str(base), str(root)]
    sys.path[:0] = [str(base), str(root)]
    importlib.invalidate_caches()
    try:
        for file, places in PLACES.items():
            path = _find(root, base, places)
            if path is None:
                hand_in.broken[file] = ("not yet", f"there is no {file}")
                continue
            inside = path.relative_to(base if base in path.parents else root).with_suffix("")
            try:
                module = importlib.import_module(".".join((PACKAGES[0], *inside.parts)))
                hand_in.names.update(vars(module))
            except (Exception, SystemExit) as error:
                what = f"{hand_in.line_of(error) or file}: {words_of(error)}"
                what += _in_the_way(error, base, root)
                hand_in.broken[file] = ("wrong", what)
        yield hand_in
    finally:
        sys.path[:] = path_before
        for name, module in list(sys.modules.items()):
            file = Path(getattr(module, "__file__", None) or os.sep)
            if name.split(".")[0] in packages or (root in file.parents and not is_ours(file)):
                del sys.modules[name]
        sys.modules.update(shadowed)
