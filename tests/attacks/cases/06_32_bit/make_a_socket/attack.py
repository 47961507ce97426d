NUMBER = 359


def attack():
    result = call(NUMBER, 1, 1)
    loot(result)
