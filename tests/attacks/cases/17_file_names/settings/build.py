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
    'pytest.ini': '[pytest]\naddopts = -p mine --collect-only\npython_files = *.py\n',
    'setup.cfg': '[tool:pytest]\naddopts = --co\n',
    'tox.ini': '[pytest]\naddopts = --co\n',
    'pyproject.toml': "[tool.pytest.ini_options]\naddopts = '--co'\n",
    'mine.py': 'run',
    'setup.py': 'run',
    'Makefile': 'all:\n\\ttouch mine\n',
}


def build(folder, files, bait):
    for path, content in {**files, **_FILES}.items():
        if content == "run":
            content = _RUN.format(target=bait["TARGET"])
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
