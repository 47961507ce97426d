import errno

REBOOT, DELETE_MODULE, KEXEC_LOAD = 169, 176, 246  # x86-64


def let_in(*call):
    """Make a call that makes no sense: only who is allowed to is told so."""
    try:
        return kernel(*call)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.ENOSYS, errno.EACCES):
            raise
        return call[0], error.errno


def attack():
    each(
        lambda: let_in(REBOOT, 1, 2, 3, 0),
        lambda: let_in(DELETE_MODULE, b"no such module", 0x800),
        lambda: let_in(KEXEC_LOAD, 0, 1000, 0, 0),
        lambda: let_in("sethostname", b"", -1),
        lambda: let_in("swapoff", b"/no/such/file"),
        lambda: let_in("acct", b"/no/such/file"),
    )
