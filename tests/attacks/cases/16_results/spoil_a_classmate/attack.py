import os
import shutil


def attack():
    folder = os.path.dirname(CLASSMATE)
    each(
        lambda: open(CLASSMATE, "w").close(),
        lambda: os.truncate(CLASSMATE, 0),
        lambda: os.unlink(CLASSMATE),
        lambda: shutil.rmtree(folder),
        lambda: os.symlink(os.path.dirname(CANARY), folder),
    )
