import ctypes
import os

AT_FDCWD, OPENAT2, OPEN_TREE = -100, 437, 428


def openat2():
    how = (ctypes.c_uint64 * 3)(os.O_RDONLY, 0, 0)
    return os.read(kernel(OPENAT2, AT_FDCWD, CANARY.encode(), how, ctypes.sizeof(how)), 100)


def by_handle():
    handle = (ctypes.c_uint32 * 34)(128)
    mount = ctypes.c_int()
    kernel("name_to_handle_at", AT_FDCWD, CANARY.encode(), handle, ctypes.byref(mount), 0)
    folder = os.open(os.path.dirname(CANARY), os.O_RDONLY)
    return os.read(kernel("open_by_handle_at", folder, handle, os.O_RDONLY), 100)


def attack():
    each(openat2, by_handle, lambda: kernel(OPEN_TREE, AT_FDCWD, CANARY.encode(), 1))
