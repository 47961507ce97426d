# What every file does, should anybody run it.
_RUN = """
import os
print("LOOT ran", __name__, flush=True)
try:
    os.mkdir({target!r})
except OSError:
    pass
"""


def build(folder, files, bait):
    for path, content in {**files, **_FILES}.items():
        if content == "run":
            content = _RUN.format(target=bait["TARGET"])
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
