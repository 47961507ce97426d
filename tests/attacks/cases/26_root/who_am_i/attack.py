import ctypes
import os

CAPGET, VERSION_3 = 125, 0x20080522  # x86-64


def rights():
    sets = (ctypes.c_uint32 * 6)()
    kernel(CAPGET, (ctypes.c_uint32 * 2)(VERSION_3, 0), sets)
    return any(sets)


def attack():
    ids = os.getuid(), os.geteuid(), os.getgid(), os.getegid()
    if 0 in ids:
        loot(ids)
    for ask in (os.getresuid, os.getresgid, os.getgroups):
        try:
            if 0 in ask():
                loot(ask.__name__)
        except OSError:
            pass
    try:
        if rights():
            loot("rights")
    except OSError:
        pass
