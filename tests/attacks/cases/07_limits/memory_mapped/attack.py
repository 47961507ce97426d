import ctypes
import mmap


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_ssize_t
    got = libc.mmap(None, ctypes.c_size_t(1 << 40), 3, 0x4022, -1, 0)
    if got != -1:
        loot("a terabyte")
    mmap.mmap(-1, 1 << 40)
    loot("a terabyte")
