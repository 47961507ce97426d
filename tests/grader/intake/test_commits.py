"""When the last commit of a clone was made, and that no clone makes git run anything."""

import os
import shutil
import subprocess

import pytest

from grader.intake.commits import commit_time

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed here")


def git(folder, *arguments):
    environment = {
        **os.environ, "GIT_COMMITTER_DATE": "2024-03-01T12:00:00+0100", "HOME": str(folder),
        "GIT_AUTHOR_DATE": "2020-01-01T00:00:00+0000", "GIT_CONFIG_NOSYSTEM": "1",
    }  # fmt: skip
    name = ("-c", "user.name=x> 1 +0000\nevil", "-c", "user.email=x@example.edu")
    command = [shutil.which("git"), *name, *arguments]
    subprocess.run(command, cwd=folder, env=environment, check=True)


@pytest.fixture
def clone(tmp_path):
    folder = tmp_path / "clone"
    folder.mkdir()
    (folder / "layers.py").write_text("x = 1\n")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first\n\ncommitter x <y> 1 +0000")
    return folder


def test_the_committer_s_time(clone):
    assert commit_time(clone) == "2024-03-01T12:00:00+01:00"


def test_a_packed_clone(clone):
    git(clone, "gc", "-q")
    git(clone, "pack-refs", "--all")
    assert commit_time(clone) == "2024-03-01T12:00:00+01:00"


def test_a_detached_head(clone):
    git(clone, "checkout", "-q", "--detach")
    assert commit_time(clone) == "2024-03-01T12:00:00+01:00"


def test_what_a_clone_s_configuration_names_is_not_run(clone, tmp_path):
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    with (clone / ".git" / "config").open("a") as config:
        config.write(f"[core]\n\tfsmonitor = {program}\n\tsshCommand = {program}\n"
                     f"\tpager = {program}\n\talternateRefsCommand = {program}\n"
                     f"[gpg]\n\tprogram = {program}\n[log]\n\tshowSignature = true\n"
                     f'[remote "origin"]\n\tpromisor = true\n\turl = ssh://x/y\n'
                     f"\tuploadpack = {program}\n"
                     "[extensions]\n\tpartialClone = origin\n")  # fmt: skip
    assert commit_time(clone) == "2024-03-01T12:00:00+01:00"
    (object_file,) = [
        path for path in (clone / ".git" / "objects").glob("??/*")
        if path.parent.name + path.name == (clone / ".git/refs/heads/main").read_text().strip()
    ]  # fmt: skip
    object_file.unlink()  # a partial clone would fetch it
    assert commit_time(clone) == ""
    assert not ran.exists()


@pytest.mark.parametrize(
    "head",
    ["", "ref: refs/heads/none\n", "ref: ../../../etc/passwd\n", "ref: refs/heads/../../x\n",
     "--help\n", "f" * 40, "f" * 39, "\0"],
)  # fmt: skip
def test_where_nobody_knows_there_is_no_time(clone, head):
    shutil.copy(clone / ".git" / "refs" / "heads" / "main", clone / ".git" / "x")
    (clone / ".git" / "HEAD").write_text(head)
    assert commit_time(clone) == ""


def test_no_clone_at_all(tmp_path):
    (tmp_path / ".git").write_text("gitdir: /somewhere/else\n")
    assert commit_time(tmp_path) == ""
    assert commit_time(tmp_path / "none") == ""
