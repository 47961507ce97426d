import os
import stat

DEVICES = ("sda", "vda", "nvme0n1", "mem", "kmem", "port", "kmsg", "loop-control", "fuse", "kvm",
           "net/tun", "tty", "console", "ptmx", "cpu/0/msr")


def own():
    os.mknod(TARGET, stat.S_IFBLK | 0o600, os.stat(os.path.dirname(CANARY)).st_dev)
    return os.open(TARGET, os.O_RDONLY)


def attack():
    each(*(lambda p=f"/dev/{name}": (p, os.open(p, os.O_RDWR)) for name in DEVICES))
    each(own)
