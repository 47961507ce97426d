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
        markdown("[a](javascript:document.title='owned') [b](JaVaScRiPt:alert(1)) [c](java\tscript:alert(1)) [d](&#106;avascript:alert(1)) [e](data:text/html,<script>alert(1)</script>) [f](vbscript:x) <javascript:alert(1)> [g]: javascript:alert(1)"),
        markdown("[h][i]\n\n[i]: javascript:alert(1)\n\n![j](javascript:alert(1)) [k](\x01javascript:alert(1)) [l](//evil.invalid/x) [m](file:///etc/passwd) [n](blob:x) [o](%6aavascript:alert(1)) [p](javascript&colon;alert(1))"),
    ]


def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells()}
    (root / "BatchNormalization.ipynb").write_text(json.dumps(document))
    return root
