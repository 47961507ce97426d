import os
import signal


def attack():
    signal.signal(signal.SIGWINCH, signal.SIG_IGN)
    each(
        lambda: os.kill(-1, signal.SIGWINCH),
        lambda: os.kill(0, signal.SIGWINCH),
        lambda: os.killpg(os.getpgrp(), signal.SIGWINCH),
        lambda: os.setsid(),
    )
