# What every file does, should anybody run it.
_RUN = """
import os
print("LOOT ran", __name__, flush=True)
try:
    os.mkdir({target!r})
except OSError:
    pass
"""
_FILES = {
    'sitecustomize.py': 'run',
    'usercustomize.py': 'run',
    'mine.pth': "import os; print('LOOT ran a pth')\n",
    '__pycache__/sitecustomize.cpython-311.pyc': 'x',
    'pyvenv.cfg': 'home = /tmp\n',
}


def build(folder, files, bait):
    for path, content in {**files, **_FILES}.items():
        if content == "run":
            content = _RUN.format(target=bait["TARGET"])
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
