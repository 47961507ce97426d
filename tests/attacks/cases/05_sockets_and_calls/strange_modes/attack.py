MODIFY_LDT, SECCOMP, SECCOMP_STRICT_SIZES = 154, 317, 3  # x86-64


def attack():
    each(
        lambda: kernel("personality", 0x0040000),  # no random addresses
        lambda: kernel(MODIFY_LDT, 0, b"\0" * 64, 64),
        lambda: kernel(SECCOMP, SECCOMP_STRICT_SIZES, 0, b"\0" * 8),
        lambda: kernel("prctl", 4, 1, 0, 0, 0),  # dumpable again
        lambda: kernel("prctl", 36, 1, 0, 0, 0),  # parent of orphans
    )
