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
        markdown("<iframe srcdoc='<script>parent.document.title=1</script>'></iframe><iframe src='http://beacon.invalid/'></iframe><object data='http://beacon.invalid/'></object><embed src='http://beacon.invalid/'>"),
        markdown("<meta http-equiv=refresh content='0;url=http://beacon.invalid/'><base href='http://beacon.invalid/'><form action='http://beacon.invalid/'><input autofocus onfocus=alert(1)></form>"),
        code("x", display(text_html="<meta http-equiv='Content-Security-Policy' content=''><base href=//beacon.invalid>")),
    ]


def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells()}
    (root / "BatchNormalization.ipynb").write_text(json.dumps(document))
    return root
