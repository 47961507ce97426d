import os


def attack():
    folder = os.path.dirname(CANARY).encode()
    each(
        lambda: kernel("mount", b"none", folder, b"tmpfs", 0, None),
        lambda: kernel("mount", folder, folder, None, 4096, None),
        lambda: kernel("umount2", folder, 0),
        lambda: kernel(430, b"tmpfs", 0),  # fsopen
        lambda: kernel("pivot_root", folder, folder),
        lambda: kernel("chroot", folder),
    )
