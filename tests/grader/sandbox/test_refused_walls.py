"""Where the system refuses walls, the tier says so at once, in the words of what refused them."""

import shutil

import pytest

from grader.sandbox.policy import Walls
from grader.sandbox.tier import probe

STRONG = Walls(bubblewrap=True, landlock=True, seccomp=True)


@pytest.fixture
def bubblewrap(tmp_path, monkeypatch):
    """Put a bubblewrap of our own first on the path; it ends as one without namespaces does."""

    def install(script):
        program = tmp_path / "bwrap"
        program.write_text(f"#!{shutil.which('sh')}\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    return install


@pytest.mark.parametrize("delay", ["", "cat <&0 >/dev/null; "])
def test_a_zygote_that_ends_at_once_is_heard_of(bubblewrap, delay):
    bubblewrap(f"{delay}echo 'bwrap: No permissions to create new namespace' >&2; exit 1")
    attempt = probe("strong", STRONG)
    assert not attempt.holds
    assert attempt.problem == "the zygote ended: bwrap: No permissions to create new namespace"


def test_one_that_says_nothing_is_heard_of_as_well(bubblewrap):
    bubblewrap("exit 1")
    assert probe("strong", STRONG).problem == "the zygote ended: it said nothing"
