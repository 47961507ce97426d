import time

NUMBER = 2


def attack():
    result = call(NUMBER, 0)
    loot(result if result else time.sleep(600))
