def spin():
    while True:
        pass


def attack():
    spin()
