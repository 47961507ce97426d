import os

_MARK = "-".join(("mark", "of", "an", "earlier", "process"))


def attack():
    for folder in ("/tmp", "/dev/shm", "/var/tmp", os.getcwd(), os.path.expanduser("~"), "/run", "/dev/mqueue", os.path.dirname(TARGET)):
        path = os.path.join(folder, _MARK)
        try:
            if os.path.exists(path):
                loot(path)
                os.remove(path)
            else:
                open(path, "w").close()
                os.remove(path) if folder != os.path.dirname(TARGET) else None
        except OSError:
            pass
