import os
import shutil


def attack():
    each(
        lambda: open(CLASSMATE).read(),
        lambda: os.listdir(os.path.dirname(CLASSMATE)),
        lambda: shutil.copy(CLASSMATE, TARGET),
    )
