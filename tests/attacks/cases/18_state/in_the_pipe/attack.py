import os

_MARK = "-".join(("mark", "of", "an", "earlier", "process"))


def attack():
    for descriptor in range(8):
        try:
            if not os.get_blocking(descriptor):
                loot(f"descriptor {descriptor} does not block")
            os.set_blocking(descriptor, descriptor == 3)
        except OSError:
            pass
    os.set_blocking(1, True)
