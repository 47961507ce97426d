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
        code("x", display(**{"image_svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='window.owned=1'><script>document.title='owned'</script><foreignObject><iframe src='javascript:1'/></foreignObject></svg>"})),
        code("x", display(image_png="\"><svg/onload=alert(1)>"), display(image_png="iVBORw0KGgo=\"onerror=\"alert(1)")),
        markdown("![a](attachment:a.svg)", attachments={"a.svg": {"image/svg+xml": "<svg onload='alert(1)'/>"}}),
        markdown("<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg><svg><a xlink:href='javascript:alert(1)'><text y=9>x</text></a></svg>"),
    ]


def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells()}
    (root / "BatchNormalization.ipynb").write_text(json.dumps(document))
    return root
