import os
import stat


def attack():
    for number in range(4096):
        try:
            kind = os.fstat(number).st_mode
        except OSError:
            continue
        expected = (stat.S_ISCHR, stat.S_ISFIFO, stat.S_ISFIFO, stat.S_ISSOCK)
        if number >= len(expected) or not expected[number](kind):
            loot(f"descriptor {number}, {kind:o}")
    each(
        lambda: os.read(0, 100) or 1 / 0,
        lambda: os.read(1, 100),
        lambda: os.read(2, 100),
        lambda: os.write(0, b"x") and os.lseek(0, 0, os.SEEK_END) or 1 / 0,
    )
