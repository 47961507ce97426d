import os


def attack():
    folder = os.path.dirname(CANARY).encode()
    each(
        lambda: kernel("inotify_add_watch", kernel("inotify_init1", 0), folder, 0xFFF),
        lambda: kernel("fanotify_init", 0x200, 0),
    )
