import builtins
import sys


def attack():
    sys.meta_path.clear()
    sys.path_hooks.clear()
    for name in [name for name in sys.modules if name.startswith(("numpy.testing", "json", "struct", "grader"))]:
        del sys.modules[name]
    builtins.__import__ = lambda *_, **__: sys
