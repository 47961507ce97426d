"""Check your work before you hand it in.

    python selfcheck.py                       everything, in a few seconds
    python selfcheck.py batchnorm_backward    one function, or several
    python selfcheck.py --only running        the checks with such a name
    python selfcheck.py --watch               again whenever you save a file; Ctrl-C ends it

It needs Python 3.9 or later and NumPy, and changes none of your files. What your code prints is
not shown. Exit code: 0 if all that is required passed, 1 if something is wrong or not written
yet, 2 if the command is not understood. What gives a bonus may be left out.
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

try:
    import numpy
except ImportError:
    sys.exit("selfcheck.py needs NumPy: python -m pip install numpy")

from public_checks.command import main

if __name__ == "__main__":
    sys.exit(main(__doc__))
