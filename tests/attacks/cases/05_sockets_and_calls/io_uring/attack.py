SETUP, REGISTER = 425, 427


def attack():
    ring = kernel(SETUP, 4, b"\0" * 120)
    loot(f"a ring, {ring}")
