import os
import socket


def build(folder, files, bait):
    root = folder / "hand-in"
    root.mkdir()
    os.mkfifo(root / "layers.py")
    os.mkfifo(root / "BatchNormalization.ipynb")
    listener = socket.socket(socket.AF_UNIX)
    os.chdir(root)
    listener.bind("socket.py")
    os.chdir("/")
    listener.close()
    return root
