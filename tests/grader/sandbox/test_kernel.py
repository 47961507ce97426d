"""The walls of a kernel as data, and what is found for it; no kernel is started here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.core.errors import ConfigurationError, SandboxError
from grader.sandbox import kernel_policy, policy, runtime
from grader.sandbox.distributions import find_closure
from grader.sandbox.fonts import font_cache
from grader.sandbox.kernel_plan import KernelPlan, Surroundings
from grader.sandbox.kernel_policy import KernelLimits
from grader.sandbox.policy import Walls

STRONG = Walls(bubblewrap=True, landlock=True, seccomp=True)
LIMITS = KernelLimits(1 << 30, 64 << 20, 1000, 60.0)
RUNTIME = policy.Runtime(
    executable="/opt/python/bin/python3",
    roots=("/opt/python",),
    masked=("/opt/python/lib/python3.12/site-packages",),
    stdlib=("/opt/python/lib/python3.12/json",),
    site="/home/ta/venv/lib/site-packages:/usr/lib/python3/dist-packages",
    libraries=("/home/ta/venv/lib/site-packages/ipykernel",),
    worker="/home/ta/grader/worker",
)


def test_only_the_students_folder_is_writable_and_it_has_a_size():
    argv = kernel_policy.mounts(RUNTIME, {}, 1 << 20)
    assert "--bind" not in argv
    writable = [argv[i + 1] for i, word in enumerate(argv) if word == "--tmpfs"]
    assert writable == [*RUNTIME.masked, "/student"]
    at = len(argv) - 1 - argv[::-1].index("--tmpfs")
    assert argv[at - 4 : at] == ["--perms", "0777", "--size", "1048576"]
    sealed = [argv[i + 1] for i, word in enumerate(argv) if word == "--remount-ro"]
    assert sealed == ["/", *RUNTIME.masked]


def test_a_kernel_makes_no_socket_and_no_process():
    calls = kernel_policy.SYSTEM_CALLS | set(kernel_policy.PRETENDED_CALLS)
    for call in """socket connect bind listen fork vfork clone clone3 execve execveat kill tgkill
        ptrace unshare setns mount process_vm_readv process_vm_writev memfd_create userfaultfd bpf
        keyctl io_uring_setup shmget link linkat symlink symlinkat mknod mknodat setuid
        open_by_handle_at pidfd_open pidfd_getfd pidfd_send_signal""".split():
        assert call not in calls, call


def test_clone_makes_threads_of_this_process_only():
    argument, mask, values = kernel_policy.ARGUMENT_CALLS["clone"]
    thread, new_user = 0x10000, 0x10000000
    assert argument == 0
    assert {flags & mask in values for flags in (thread, thread | 0x100)} == {True}
    assert {flags & mask in values for flags in (0, 17, thread | new_user)} == {False}


def test_pairs_of_sockets_are_local():
    assert kernel_policy.ARGUMENT_CALLS["socketpair"] == (0, 0xFFFFFFFF, (1,))


def test_the_environment_is_pinned_and_points_into_the_students_folder():
    environment = kernel_policy.environment("/student")
    assert environment["PYTHONHASHSEED"] == "0"
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["HOME"].startswith("/student/")


def test_landlock_opens_no_folder_of_installed_packages_as_a_whole():
    readable = kernel_policy.readable(RUNTIME, ("/usr/lib/x86_64-linux-gnu",))
    assert not set(RUNTIME.site.split(":")) & set(readable)
    assert {"/", "/usr", "/usr/lib", "/home"}.isdisjoint(readable)
    assert set(RUNTIME.site.split(":")) <= set(kernel_policy.listed(RUNTIME))


@pytest.mark.parametrize(
    ("walls", "holds"),
    [
        (STRONG, True),
        (Walls(bubblewrap=False, landlock=True, seccomp=True), True),
        (Walls(bubblewrap=True, landlock=False, seccomp=True), True),
        (Walls(bubblewrap=False, landlock=False, seccomp=True), False),
        (Walls(bubblewrap=False, landlock=False, seccomp=False), True),  # weak, and asked for
    ],
)
def test_a_kernel_needs_walls_that_judge_files(walls, holds):
    assert kernel_policy.can_hold(walls) is holds
    if not holds:
        with pytest.raises(SandboxError, match="needs bubblewrap or Landlock"):
            Surroundings(walls)


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "."])
def test_files_stay_inside_the_workspace(path):
    with pytest.raises(ValueError, match="not a path inside"):
        KernelPlan(Surroundings(STRONG), {path: b""}, LIMITS)


def test_a_kernels_libraries_are_its_own_needs_and_nothing_of_ours():
    names = {Path(path).name for path in runtime.find_kernel_runtime().libraries}
    assert {"ipykernel", "zmq", "IPython", "numpy", "matplotlib", "PIL", "traitlets"} <= names
    assert not {"grader", "pytest", "_pytest", "debugpy", "msgspec", "rich", "pip"} & names


def test_what_an_assignment_allows_comes_with_its_requirements():
    names = {path.name for path in find_closure((), ("jinja2",))}
    assert {"jinja2", "markupsafe"} <= names


def test_what_is_not_installed_is_a_mistake_in_the_assignment():
    with pytest.raises(ConfigurationError, match="not_there"):
        find_closure((), ("not_there",))


def test_the_font_list_names_no_file_of_this_machine():
    ((name, content),) = font_cache().items()
    assert name.startswith("matplotlib/fontlist-")
    assert b"DejaVuSans.ttf" in content
    assert b'"fname": "/' not in content
    assert sys.prefix.encode() not in content
