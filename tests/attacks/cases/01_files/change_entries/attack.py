import os
import shutil


def attack():
    folder = os.path.dirname(CANARY)
    each(
        lambda: os.utime(GRADEBOOK, (0, 0)),
        lambda: os.chmod(GRADEBOOK, 0o7777),
        lambda: os.setxattr(GRADEBOOK, "user.grade", b"A"),
        lambda: os.rename(GRADEBOOK, TARGET),
        lambda: os.unlink(CANARY),
    )
    shutil.rmtree(folder, ignore_errors=True)
