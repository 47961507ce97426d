import gc


def attack():
    gc.callbacks.append(lambda phase, info: gc.get_referrers(gc))
