import os


def attack():
    for pid in (GRADER_PID, os.getppid()):
        each(
            lambda: os.open(f"/proc/{pid}/mem", os.O_RDONLY),
            lambda: os.open(f"/proc/{pid}/mem", os.O_RDWR),
            lambda: os.open(f"/proc/{pid}/pagemap", os.O_RDONLY),
            lambda: os.open(f"/proc/{pid}/clear_refs", os.O_WRONLY),
        )
