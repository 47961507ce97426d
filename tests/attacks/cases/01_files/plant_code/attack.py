import os
import sys
import tempfile

import numpy

NAMES = ("conftest.py", "sitecustomize.py", "usercustomize.py", "easy.pth", "numpy.py")


def plant(path):
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    os.unlink(path)
    return path


def attack():
    numpys = os.path.dirname(numpy.__file__)
    folders = {os.path.dirname(numpys), numpys, os.path.dirname(os.__file__), PROJECT,
               f"{PROJECT}/tests", f"{PROJECT}/grader/worker", "/grader/worker", sys.prefix,
               "/tmp", "/var/tmp", "/dev/shm", "/run", ".", "/usr/lib", os.path.dirname(TARGET)}
    each(*(lambda p=f"{folder}/{name}": plant(p) for folder in folders for name in NAMES))
    each(lambda: tempfile.TemporaryFile().name)
