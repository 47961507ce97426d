import json

from pathlib import Path

import grader

_TEMPLATE = "student_template/batchnorm/BatchNormalization.ipynb"


def given(files):
    document = json.loads((Path(grader.__file__).parents[1] / _TEMPLATE).read_text(encoding="utf-8"))
    for cell in document["cells"]:
        if cell["cell_type"] == "code":
            text = "dx error:  1.5e" + "1" * 5_000
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
            cell["execution_count"] = 1
    return document


def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "BatchNormalization.ipynb").write_bytes(json.dumps(given(files)).encode())
    return root
