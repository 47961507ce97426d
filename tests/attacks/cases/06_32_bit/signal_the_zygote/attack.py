import os

NUMBER = 37


def attack():
    result = call(NUMBER, os.getppid(), 28)
    loot(result)
