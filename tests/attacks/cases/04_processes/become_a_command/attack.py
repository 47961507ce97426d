import os
import sys

PROGRAM = ["/bin/echo", "LOOT", "another program"]
EXECVEAT, AT_EMPTY_PATH = 322, 0x1000  # x86-64


def attack():
    each(
        lambda: os.execve(os.open(PROGRAM[0], os.O_RDONLY), PROGRAM, {}),
        lambda: kernel(EXECVEAT, os.open(PROGRAM[0], os.O_PATH), b"", None, None, AT_EMPTY_PATH),
        lambda: os.execv(sys.executable or "/usr/bin/python3", ["python", "-c", "print('LOOT')"]),
        lambda: os.execve(PROGRAM[0], PROGRAM, {}),
    )
