"""A class with hostile hand-ins in it: it ends, and nobody else notices."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.attacks

COUNT = 60


def test_one_in_ten_hostile_hand_ins_change_nothing_for_the_others(
    project, toy, tmp_path, lay_out, right
):
    limits = toy / "assignment.toml"
    text = limits.read_text(encoding="utf-8")
    few = "call_seconds = 0.3\nload_seconds = 2.0\nmemory_mb = 200\noutput_mb = 1.0"
    limits.write_text(text.replace("call_seconds = 60.0", few), encoding="utf-8")
    honest = [
        lay_out(tmp_path / name, {"sums.py": source})
        for name, source in {
            "right": right,
            "wrong": right.replace("+", "-"),
            "changing": "def add(a, b):\n    a += b\n    return a\n",
        }.items()
    ]
    script = project / "benchmarks" / "load.py"
    command = [sys.executable, script, "--hand-ins", str(COUNT), "--assignment", toy]
    command += ["--function", "add", "--honest", *honest]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{COUNT} hand-ins, one in 10 hostile" in done.stdout
    for kind in ("loop", "memory", "forks", "output", "garbage", "archive bomb"):
        assert kind in done.stdout
    assert "All holds." in done.stdout
