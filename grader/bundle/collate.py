"""Pack your work for handing in.

    python collate.py "Ada Lovelace"       packs into "Ada Lovelace.tar.gz"
    python collate.py ada --format zip     packs into ada.zip

It takes the files that are asked for and modules of your own that lie beside them or are imported,
refuses when a file is missing or still as it was handed out, warns of a notebook that does not fit
the code, and runs the self-check on what was packed. It overwrites only what it packed before.
Exit codes: 0 packed, 1 refused, 2 wrong usage.
"""

import sys

if sys.version_info < (3, 9):
    sys.exit("collate.py needs Python 3.9 or later")
if getattr(sys.flags, "safe_path", sys.flags.isolated):
    import pathlib

    sys.path.append(str(pathlib.Path(__file__).resolve().parent))
else:
    # Files beside this one may have the names of standard modules: those come first.
    sys.path.append(sys.path.pop(0))

from pathlib import Path

from collating.command import main

if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent))
