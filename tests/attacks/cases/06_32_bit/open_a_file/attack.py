import os

NUMBER = 5


def attack():
    result = call(NUMBER, low(CANARY.encode()))
    loot(os.read(result, 100))
