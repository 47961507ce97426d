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
    'layers.pyc': 'x',
    '__pycache__/layers.cpython-311.pyc': 'x',
    'layers.cpython-311-x86_64-linux-gnu.so': '\x7fELF',
    'layers/__init__.py': 'run',
}


def build(folder, files, bait):
    for path, content in {**files, **_FILES}.items():
        if content == "run":
            content = _RUN.format(target=bait["TARGET"])
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
