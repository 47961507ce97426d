import json

EVIL = "<script>document.title='owned';window.owned=1;alert(1)</script>"


def markdown(text, **more):
    return {"cell_type": "markdown", "source": text, "metadata": {}, **more}


def code(source, *outputs):
    return {"cell_type": "code", "source": source, "metadata": {}, "execution_count": 1, "outputs": list(outputs)}


def display(**data):
    data = {kind.replace("_", "/"): value for kind, value in data.items()}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def cells():
    return [
        code("\x1b[2J", stream("\x1b]52;c;b3duZWQ=\x07\x1b]8;;http://beacon.invalid\x07a\x1b]8;;\x07\x1b[31m\x9b2J\u202e\u200b\r100/100\x00"), stream("\x1b[" * 100_000, "stderr")),
        code("x", {"output_type": "error", "ename": "\x1b[2J", "evalue": "\u202e", "traceback": ["\x1b[0;31m\x1b]0;owned\x07", "\ud800"]}),
        markdown("\x1b[2J \u202e \u2066 Z" + "\u0301" * 300 + " \x07 \u3164"), {"cell_type": "raw", "source": "\x1b]0;owned\x07", "metadata": {}},
    ]


def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells()}
    (root / "BatchNormalization.ipynb").write_text(json.dumps(document))
    return root
