def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    (root / "layers.py").write_bytes(files["layers.py"])
    (root / "BatchNormalization.ipynb").write_bytes(notebook(None, 1, [], {}, {"cell_type": {}, "source": {"a": 1}, "outputs": "x", "metadata": [], "id": 1}, {"cell_type": ["code"], "outputs": [1, {"output_type": {}}, {"output_type": "error", "traceback": {}}]}, code({"output_type": "display_data", "data": {"image/png": {"a": 1}, "x": 1}}, source=[1, None]), metadata={"kernelspec": 1}))
    return root
