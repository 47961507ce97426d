import os
import resource


def same(pid):
    kind = resource.RLIMIT_CORE
    return resource.prlimit(pid, kind, resource.prlimit(pid, kind))


def own():
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))
    return before


def attack():
    each(
        lambda: same(GRADER_PID),
        lambda: same(os.getppid()),
        lambda: resource.prlimit(os.getppid(), resource.RLIMIT_AS),
        own,
    )
