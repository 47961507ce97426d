import threading


def batchnorm_backward_alt(dout, cache):
    found = []
    thread = threading.Thread(target=lambda: found.append(_slowly(dout, cache)))
    try:
        thread.start()
        loot("a thread")
    except RuntimeError:
        return _slowly(dout, cache)
    thread.join()
    return found[0]
