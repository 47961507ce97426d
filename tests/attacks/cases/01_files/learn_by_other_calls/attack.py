import os


def attack():
    each(
        lambda: os.fstat(os.open(CANARY, os.O_PATH)).st_size,
        lambda: os.readlink(f"/proc/{GRADER_PID}/exe"),
        lambda: os.readlink(f"/proc/{os.getppid()}/cwd"),
        lambda: os.statvfs(CANARY).f_bavail,
        lambda: os.listxattr(CANARY),
        lambda: os.pathconf(CANARY, "PC_LINK_MAX") and kernel("quotactl", 0, None, 0, None),
    )
