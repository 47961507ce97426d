import os

CAPSET, VERSION_3 = 126, 0x20080522  # x86-64


def attack():
    each(
        lambda: os.setuid(0),
        lambda: os.seteuid(0),
        lambda: os.setresuid(0, 0, 0),
        lambda: os.setreuid(-1, 0),
        lambda: os.setgid(0),
        lambda: os.setgroups([0]),
        lambda: kernel(CAPSET, VERSION_3.to_bytes(8, "little"), b"\1" + b"\0" * 23),
    )
