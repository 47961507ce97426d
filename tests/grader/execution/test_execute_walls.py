"""Attacks from a cell, one kernel for all of them."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import numpy as np
import pytest

import grader

ATTACKS = {
    "read a canary": "open({canary!r}).read()",
    "list the canary's folder": "import os; os.listdir(os.path.dirname({canary!r}))",
    "read the grader": "open({package!r} + '/grading.py').read()",
    "read the hidden suite": "open({project!r} + '/tests/hidden/batchnorm/draws.py').read()",
    "read the reference": "open({project!r} + '/reference/batchnorm/assignment.toml').read()",
    # Folders on the way to what is mounted may be there, and empty otherwise.
    "list the project": "import os\n"
    "if 'tests' not in os.listdir({project!r}): raise FileNotFoundError",
    "import the grader": "import grader.grading",
    "import a package that is not allowed": "import pytest",
    "read the grader's environment": "open('/proc/{pid}/environ').read()",
    "read the grader's memory": "open('/proc/{pid}/mem', 'rb').read(1)",
    "read passwords": "open('/etc/shadow').read()",
    "write outside": "open({target!r}, 'w')",
    "write to the root": "open('/x', 'w')",
    "write to the libraries": "import numpy; open(numpy.__file__, 'a')",
    "write to the library folder": "import os; os.mkdir({site!r} + '/evil')",
    "write to shared memory": "open('/dev/shm/x', 'w')",
    "change a file's name outside": "import os; os.rename({canary!r}, {target!r})",
    "link to a file outside": "import os; os.link({canary!r}, 'mine'); open('mine').read()",
    "follow a link outside": "import os; os.symlink({canary!r}, 's'); open('s').read()",
    "connect by TCP": "import socket; socket.create_connection(('127.0.0.1', {port}), 2)",
    "connect to an abstract socket": "import socket; s = socket.socket(socket.AF_UNIX)\n"
    "s.connect('\\0' + {abstract!r})",
    "look up a name": "import socket; socket.getaddrinfo('localhost', 80)",
    "listen": "import socket; socket.create_server(('127.0.0.1', 0))",
    "connect by ZeroMQ": "import zmq\nif zmq.Context().socket(zmq.REQ).connect("
    "'tcp://127.0.0.1:{port}') is None: raise OSError",
    "signal the grader": "import os; os.kill({pid}, 0)",
    "signal everybody": "import os; os.kill(-1, 0)",
    "trace the grader": "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
    "if libc.ptrace(0x4206, {pid}, 0, 0) < 0: raise OSError(ctypes.get_errno(), 'ptrace')",
    "fork": "import os; os.fork()",
    "spawn": "import os; os.posix_spawn('/bin/true', ['true'], {{}})",
    "execute": "import os; os.execv('/bin/true', ['true'])",
    "run through the C library": "import os; assert os.system('true') == 0",
    "use a process pool": "import multiprocessing\nmultiprocessing.Pool(1)",
    "make a namespace": "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
    "if libc.unshare(0x10000000) < 0: raise OSError(ctypes.get_errno(), 'unshare')",
    "allocate": "bytearray(16 << 30)",
    "raise its own limits": "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
    "become root": "import os; assert os.getuid() != 0; os.setuid(0)",
}
LOOKS = {
    "environment": "import os; print(sorted(os.environ), os.environ)",
    "user": "import os; print(os.getuid())",
    "descriptors": "import os, stat\nfor n in range(3, 256):\n  try: m = os.fstat(n).st_mode\n"
    "  except OSError: continue\n  if stat.S_ISREG(m): print('file', n)",
    "main module": "import sys; print([m for m in sys.modules if m.startswith('grader')])",
    "paths": "import sys\nprint(sys.path, sys.argv, sys.orig_argv, list(sys.path_importer_cache))",
    "question": "try: input()\nexcept Exception: get_ipython().showtraceback()",
    "own files": "import os\nopen('a', 'w').write('x'); os.rename('a', 'b'); os.mkdir('d')\n"
    "os.chmod('b', 0o600); import shutil, tempfile; shutil.copy('b', 'd')\n"
    "tempfile.NamedTemporaryFile('w').write('x'); print(sorted(os.listdir('.')))",
}


@pytest.fixture(scope="module")
def ran(run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("outside")
    for place in (folder, *folder.parents[:2]):
        place.chmod(0o755)
    canary = folder / "canary"
    canary.write_text("secret")
    os.environ["GRADER_SECRET"] = "hunter2"  # noqa: S105
    package = Path(grader.__file__).parent
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as unix:
        abstract = f"grader-test-{os.getpid()}"
        unix.bind("\0" + abstract)
        unix.listen()
        known = {
            "canary": str(canary), "target": str(folder / "target"), "pid": os.getpid(),
            "package": str(package), "project": str(package.parent), "abstract": abstract,
            "port": server.getsockname()[1], "site": str(Path(np.__file__).parents[1]),
        }  # fmt: skip
        try:
            sources = [source.format(**known) for source in ATTACKS.values()]
            yield run(*sources, *LOOKS.values())
        finally:
            del os.environ["GRADER_SECRET"]
    assert sorted(entry.name for entry in folder.iterdir()) == ["canary"]


def shown(ran, look):
    place = len(ATTACKS) + list(LOOKS).index(look)
    assert ran.status(place) == "OK", ran.text(place)
    return ran.text(place)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_fails(ran, attack):
    place = list(ATTACKS).index(attack)
    assert ran.status(place) == "RAISED", ran.text(place)
    assert "secret" not in ran.text(place)


def test_the_environment_is_the_kernels_own(ran):
    assert "hunter2" not in shown(ran, "environment")
    assert "PYTHONHASHSEED" in shown(ran, "environment")


def test_a_kernel_is_neither_root_nor_the_grader_if_that_is_root(ran):
    uid = int(shown(ran, "user"))
    assert uid != 0
    if os.geteuid() == 0:
        assert uid != os.getuid()


def test_no_file_is_handed_down_and_no_grader_module_is_left(ran):
    assert shown(ran, "descriptors") == ""
    assert shown(ran, "main module") == "[]\n"


def test_where_the_grader_lies_is_not_told(ran):
    package = str(Path(grader.__file__).parent)
    for place in (package, "/grader", "worker"):
        assert place not in shown(ran, "paths")
    assert "site-packages" in shown(ran, "paths")  # where libraries are imported from


def test_a_traceback_shows_the_students_lines_alone(ran):
    place = len(ATTACKS) + list(LOOKS).index("question")
    (output,) = ran.outputs(place)
    lines = "".join(output["traceback"])
    assert "input() is refused" in lines
    assert "worker" not in lines


def test_the_workspace_and_temporary_files_can_be_written(ran):
    assert "['b', 'd']" in shown(ran, "own files")


def test_the_layers_are_named(ran, tier):
    assert set(tier.walls.layers) <= set(ran.execution.layers)
