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
        markdown("<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">"),
        markdown("<noscript><p title='</noscript><img src=x onerror=alert(1)>'>"), markdown("<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>"),
        markdown("`<script>alert(1)</script>`\n\n```html\n</code></pre><script>alert(1)</script>\n```\n\n    <script>alert(1)</script>\n\n<!--><script>alert(1)</script>-->"),
        markdown("|<script>|\n|-|\n|</td><script>alert(1)</script>|\n\n# <img src=x onerror=alert(1)>\n\n> <script>alert(1)</script>"),
    ]


def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells()}
    (root / "BatchNormalization.ipynb").write_text(json.dumps(document))
    return root
