import os
import signal


def attack():
    os.kill(os.getppid(), signal.SIGSTOP)
    os.kill(os.getppid(), signal.SIGCONT)
    loot("the zygote stood still")
