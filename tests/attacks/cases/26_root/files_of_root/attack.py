import os


def first(path):
    with open(path, "rb") as file:
        return path, file.read(10)


def attack():
    each(
        lambda: first("/etc/shadow"),
        lambda: first("/etc/gshadow"),
        lambda: os.listdir("/root"),
        lambda: first("/proc/1/environ"),
        lambda: os.listdir("/proc/1/fd"),
        lambda: os.listdir("/proc/1/root"),
        lambda: first("/proc/kcore"),
        lambda: first("/sys/kernel/debug/version"),
    )
