import glob


def first(path):
    with open(path, "rb") as file:
        return path, file.read(30)[0:] or 1 / 0


def attack():
    each(*(lambda n=name: first(f"/proc/{GRADER_PID}/{n}")
           for name in ("environ", "cmdline", "status", "maps", "auxv", "stat")))
    each(*(lambda p=path: first(p) for path in glob.glob("/proc/[0-9]*/environ")))
    each(lambda: first("/proc/self/environ"), lambda: first("/proc/1/cmdline"))
