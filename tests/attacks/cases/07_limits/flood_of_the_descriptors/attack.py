import os


def attack():
    while True:
        for descriptor in (1, 2):
            os.write(descriptor, b"\0\xff\n" * 20000)
