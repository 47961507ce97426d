import os


def attack():
    each(
        lambda: os.chmod(GRADEBOOK, 0o6777),
        lambda: os.chown(CANARY, 12345, 12345),
        lambda: os.lchown(GRADEBOOK, -1, 0) if os.getgid() else 1 / 0,
        lambda: os.setxattr(GRADEBOOK, "security.capability", b"\1\0\0\2" + b"\0" * 16),
    )
