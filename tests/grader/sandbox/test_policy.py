"""The walls as data: no process is started here."""

import os
import sys

import pytest

from grader.sandbox import policy

RUNTIME = policy.Runtime(
    executable="/opt/python/bin/python3",
    roots=("/opt/python",),
    masked=("/opt/python/lib/python3.12/site-packages", "/usr/lib/python3/dist-packages"),
    stdlib=("/opt/python/lib/python3.12/json",),
    site="/home/ta/venv/lib/site-packages",
    libraries=("/home/ta/venv/lib/site-packages/numpy",),
    worker="/home/ta/grader/worker",
)
STRONG = policy.Walls(bubblewrap=True, landlock=True, seccomp=True)


def command(*, as_root):
    return policy.bubblewrap_command("bwrap", RUNTIME, {"/lib": "usr/lib"}, 5, as_root=as_root)


def mounts(argv):
    kinds = ("--ro-bind", "--ro-bind-try", "--bind", "--dev-bind")
    return {argv[i + 1] for i, word in enumerate(argv) if word in kinds}


def test_only_interpreter_numpy_and_worker_are_mounted():
    assert mounts(command(as_root=False)) == {
        "/usr",
        "/opt/python",
        "/etc/ld.so.cache",
        "/home/ta/venv/lib/site-packages/numpy",
        "/home/ta/grader/worker",
        "/dev/null",
        "/dev/urandom",
    }


def test_nothing_is_writable():
    argv = command(as_root=False)
    assert "--bind" not in argv
    sealed = [argv[i + 1] for i, word in enumerate(argv) if word == "--remount-ro"]
    assert sealed == ["/", *RUNTIME.masked]


def test_installed_packages_are_hidden_before_numpy_is_put_back():
    argv = command(as_root=False)
    hidden = [argv[i + 1] for i, word in enumerate(argv) if word == "--tmpfs"]
    assert hidden == list(RUNTIME.masked)
    assert argv.index(hidden[-1]) < argv.index(RUNTIME.libraries[0])


def test_every_namespace_is_its_own():
    argv = command(as_root=False)
    for kind in ("user", "ipc", "pid", "uts", "net"):
        assert f"--unshare-{kind}" in argv


def test_root_makes_no_user_namespace_and_keeps_only_the_right_to_leave_root():
    argv = command(as_root=True)
    assert "--unshare-user" not in argv
    kept = {argv[i + 1] for i, word in enumerate(argv) if word == "--cap-add"}
    assert kept == {"CAP_SETUID", "CAP_SETGID"}
    assert argv[argv.index("--cap-drop") + 1] == "ALL"


def test_dangerous_calls_are_not_on_the_list():
    allowed = policy.allowed_calls(STRONG)
    for call in """fork vfork clone execve execveat socket connect kill tgkill ptrace unshare mount
        process_vm_readv process_vm_writev memfd_create userfaultfd bpf keyctl io_uring_setup
        sendmsg sendfile shmget setns chmod unlink mkdir rename""".split():
        assert call not in allowed, call


def test_paths_are_refused_where_landlock_does_not_judge_them():
    without = policy.Walls(bubblewrap=False, landlock=False, seccomp=True)
    assert "openat" in policy.calls_by_argument(STRONG)
    assert "stat" in policy.allowed_calls(STRONG)
    assert not policy.PATH_CALLS & policy.allowed_calls(without)
    assert not policy.PATH_CALLS & set(policy.calls_by_argument(without))


@pytest.mark.skipif(sys.platform != "linux", reason="the flags have other numbers elsewhere")
def test_files_are_opened_to_read_alone():
    assert not set(policy.OPEN_CALLS) & policy.allowed_calls(STRONG)
    more = os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_PATH, os.O_TMPFILE
    for call in policy.OPEN_CALLS:
        _, mask, values = policy.calls_by_argument(STRONG)[call]
        assert all(flag & mask not in values for flag in more)
        for flags in (0, os.O_CLOEXEC, os.O_CLOEXEC | os.O_DIRECTORY | os.O_NONBLOCK):
            assert flags & mask in values


def test_memory_comes_on_top_of_what_python_takes():
    limits = policy.worker_limits(1 << 30, 150 << 20, 40 << 20, 20.0)
    assert limits["AS"] == (1 << 30) + (150 << 20)
    assert limits["DATA"] == (1 << 30) + (40 << 20)
    assert limits["FSIZE"] == 0
    assert limits["CORE"] == 0


def test_the_readable_files_hold_no_installed_package_but_numpy():
    readable = policy.readable(RUNTIME)
    assert RUNTIME.libraries[0] in readable
    assert RUNTIME.site not in readable
    assert "/" not in readable
