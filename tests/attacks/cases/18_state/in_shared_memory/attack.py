_MARK = "-".join(("mark", "of", "an", "earlier", "process"))


def attack():
    _, _, here = worker()
    mapped = here["channel"].memory.map()
    if _MARK.encode() in mapped[:]:
        loot("a mark")
    mapped[-100 : -100 + len(_MARK)] = _MARK.encode()
