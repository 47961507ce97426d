def attack():
    with open(GRADEBOOK, "w") as book:
        book.write("mallory,100\n")
    loot("a grade")
