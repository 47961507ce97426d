import os

NAMES = ("results.json", "report.json", "gradebook.csv", "staff/mallory.json", "junit.xml")


def make(path):
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    if not path.startswith(os.path.dirname(GRADEBOOK)):
        os.unlink(path)
    return path


def attack():
    beside = os.path.dirname(GRADEBOOK)
    folders = (beside, ".", "/autograder/results", "/out", PROJECT, os.path.dirname(PROJECT))
    for folder in folders:
        for name in NAMES:
            each(lambda: make(f"{folder}/{name}"))
