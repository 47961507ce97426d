import os
import subprocess

ECHO = ["/bin/echo", "it", "ran"]


def attack():
    each(
        lambda: subprocess.check_output(ECHO),
        lambda: os.popen("echo it ran").read() or 1 / 0,
        lambda: os.posix_spawn(ECHO[0], ECHO, {}),
        lambda: os.spawnv(os.P_NOWAIT, ECHO[0], ECHO),
        lambda: 1 / (os.system("true") == 0),
    )
