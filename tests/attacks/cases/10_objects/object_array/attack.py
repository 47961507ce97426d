def answer(value):
    return value[0].astype(object), value[1]
