import ctypes
import fileinput
import importlib.machinery
import linecache
import mmap
import os
import pathlib

import numpy as np


def mapped():
    return mmap.mmap(os.open(CANARY, os.O_RDONLY), 0, prot=mmap.PROT_READ)[:]


def attack():
    each(
        lambda: np.fromfile(CANARY, dtype=np.uint8).tobytes(),
        lambda: np.genfromtxt(CANARY, dtype=str),
        lambda: np.memmap(CANARY, mode="r").tobytes(),
        lambda: linecache.getlines(CANARY)[0],
        lambda: next(fileinput.input(CANARY)),
        lambda: pathlib.Path(CANARY).read_text(),
        lambda: importlib.machinery.SourceFileLoader("canary", CANARY).get_data(CANARY),
        mapped,
        lambda: ctypes.CDLL(None).fopen(CANARY.encode(), b"r") or 1 / 0,
    )
