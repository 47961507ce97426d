def attack():
    with open(CANARY) as file:
        loot(file.read())
