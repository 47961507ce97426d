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
        markdown("<style>@import url(http://beacon.invalid/a.css);*{display:none}body{background:url(http://beacon.invalid/b.png)}</style>"),
        markdown("<div style='position:fixed;inset:0;background:red url(http://beacon.invalid/c.png);z-index:9'>100 of 100 points</div><link rel=stylesheet href=http://beacon.invalid/d.css>"),
        code("x", display(text_html="</style><style>main{display:none}</style>", text_plain="</style></pre></main></body></html><style>main{display:none}")),
    ]


def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells()}
    (root / "BatchNormalization.ipynb").write_text(json.dumps(document))
    return root
