import os

import numpy


def attack():
    packages = os.path.dirname(os.path.dirname(numpy.__file__))
    folders = ("/", "/tmp", "/home", "/proc", "/usr", "/etc", os.path.dirname(CANARY), PROJECT,
               packages)
    each(*(lambda f=folder: os.listdir(f)[:3] for folder in folders))
    each(lambda: [entry.name for entry in os.scandir(".")][:3])
