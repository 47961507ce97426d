import os

SETTINGS = ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sysrq-trigger",
            "/proc/sys/vm/overcommit_memory", "/proc/sys/kernel/hostname",
            "/sys/kernel/uevent_helper", "/sys/kernel/mm/transparent_hugepage/enabled",
            "/sys/fs/cgroup/cgroup.procs", "/sys/power/state")


def attack():
    each(*(lambda p=path: (p, os.open(p, os.O_WRONLY)) for path in SETTINGS))
