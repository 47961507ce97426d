import os


def attack():
    os.closerange(0, 64)
