"""Check your work before you hand it in.

    python selfcheck.py                      everything, in a few seconds
    python selfcheck.py variance             one function, or several
    python selfcheck.py --json results.json  the results as data, too

It builds batch_norm.c with the compiler of this machine (cc, gcc or clang, or what CC says), and
once more with sanitizers, which watch every access to memory. It needs Python 3.9 or later and
changes none of your files. What your code prints is not shown. Exit code: 0 if all passed, 1 if
something is wrong or not written yet, 2 if the command is not understood.
"""

import sys

if sys.version_info < (3, 9):
    sys.exit("selfcheck.py needs Python 3.9 or later")
if __name__ == "__main__":
    if getattr(sys.flags, "safe_path", sys.flags.isolated):
        import pathlib

        sys.path.append(str(pathlib.Path(__file__).resolve().parent))
    else:
        # Files beside this one may have the names of standard modules: those come first.
        sys.path.append(sys.path.pop(0))

from public_checks.command import main

if __name__ == "__main__":
    sys.exit(main(__doc__))
