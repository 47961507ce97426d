import os
import signal
import time


def attack():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            kernel("prctl", 1, 0, 0, 0, 0)  # no signal when the parent dies
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
                signal.signal(number, signal.SIG_IGN)
            os.closerange(0, 100)
            time.sleep(600)
        os._exit(0)
    loot("a daemon")
