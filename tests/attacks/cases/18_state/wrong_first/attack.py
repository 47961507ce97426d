_asked = 0


def answer(value):
    global _asked
    _asked += 1
    return (value[0] * (_asked > 1), value[1])
