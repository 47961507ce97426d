"""Neither a hand-in that is built nor one that is loaded reaches what lies beside it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.core.outcome import Outcome
from grader.crew import Crew
from grader.run import Run
from grader.sandbox import tier as tiers
from grader.sandbox.fault import Fault, Returned
from tests.grader.building.conftest import working
from tests.grader.building.test_hand_ins_in_c import HEAD, PARTS, RIGHT, SCALED, X

HIDDEN = "float secret = 42;\n"


WALLS = [
    tiers.Walls(bubblewrap=True, landlock=True, seccomp=True),
    tiers.Walls(bubblewrap=False, landlock=True, seccomp=True),
]


@pytest.fixture(scope="module", params=WALLS, ids=lambda walls: "+".join(walls.layers))
def walls(request) -> tiers.Tier:
    """Every kind of wall that this machine has."""
    attempt = tiers.probe("asked", request.param)
    if not attempt.holds:
        pytest.skip(f"these walls do not hold here: {attempt.problem or attempt.breaches}")
    return tiers.Tier("asked", request.param, attempt.layers)


@pytest.fixture(scope="module")
def crew(scaled, walls) -> Iterator[tuple[Run, Crew]]:
    """What starts workers behind them."""
    yield from working(scaled, walls)


def shelves() -> Iterator[Path]:
    """Yield where libraries lie, of this run and of others."""
    return Path(tempfile.gettempdir()).glob("grader-shelf-*")


@pytest.fixture
def canary(tmp_path) -> str:
    """A file that everybody may read and write."""
    path = tmp_path / "canary.h"
    path.write_text(HIDDEN)
    path.chmod(0o666)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)  # pytest's own are for their owner alone
    return str(path)


def built(sessions) -> Fault:
    answer = sessions.plain.call("scaled", (X, 2.0))
    assert isinstance(answer, Fault), answer
    assert answer.outcome == Outcome.BUILD_FAILED
    return answer


@pytest.mark.parametrize("path", ["/etc/passwd", "/etc/shadow", "/proc/self/environ", None])
def test_no_file_of_the_machine_is_included(opened, canary, path):
    told = built(opened(f'#include "{path or canary}"\n{RIGHT}'))
    assert "No such file" in told.actual or "Permission denied" in told.actual
    assert "root:" not in told.actual


@pytest.mark.parametrize("path", ["/etc/passwd", None])
def test_no_file_is_taken_in_by_the_assembler(opened, canary, path):
    taken = f'__asm__(".section .rodata\\n.incbin \\"{path or canary}\\"\\n.text");\n'
    built(opened(RIGHT + taken))


def test_a_header_without_end(opened):
    told = built(
        opened({"scale.c": RIGHT + '#include "again.h"\n', "again.h": '#include "again.h"\n'})
    )
    assert "nested depth" in told.actual


def test_macros_without_end(opened):
    lines = ["#define A0 x x x x x x x x x x"]
    lines += [f"#define A{n} {' '.join([f'A{n - 1}'] * 10)}" for n in range(1, 12)]
    built(opened(RIGHT + "\n".join(lines) + "\nint y = A11;\n"))


def test_an_object_of_a_gigabyte(opened):
    built(opened(RIGHT + "char big[1 << 30] = {1};\n"))


def test_words_without_end(opened):
    unused = "".join(f"static void f{n}(void) {{}}\n" for n in range(5000))
    sessions = opened(RIGHT + unused)
    assert isinstance(sessions.plain.call("scaled", (X, 2.0)), Returned)
    assert len(sessions.made.notes) == 6
    assert "times more" in sessions.made.notes[-1]


LOADED = """#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
static float done[6];
__attribute__((constructor)) static void at_load(void)
{{
    done[0] = open("{canary}", O_RDONLY) >= 0;
    done[1] = open("{canary}", O_WRONLY) >= 0;
    done[2] = fork() >= 0;
    done[3] = socket(AF_INET, SOCK_STREAM, 0) >= 0;
    done[4] = chmod("{shelf}", 0777) == 0 || unlink("{canary}") == 0;
    done[5] = execl("/bin/true", "true", (char *)0) == 0;
}}
matrix scaled(matrix x, float by)
{{
    matrix y = make_matrix(1, 6);
    for (int i = 0; i < 6; ++i) y.data[i] = done[i];
    return y;
}}
"""


def test_what_runs_while_it_is_loaded_reaches_nothing(opened, canary):
    shelf = next(shelves())
    sessions = opened(HEAD + PARTS + LOADED.format(canary=canary, shelf=shelf))
    for session in (sessions.plain, sessions.checked):
        answer = session.call("scaled", (X, 2.0))
        assert isinstance(answer, Returned), answer
        np.testing.assert_array_equal(answer.value, np.zeros((1, 6)))
    assert Path(canary).read_text() == HIDDEN


LISTS = """#include <dirent.h>
matrix scaled(matrix x, float by)
{{
    matrix y = make_matrix(1, 1);
    DIR *shelf = opendir("{shelf}");
    if (shelf) while (readdir(shelf)) ++y.data[0];
    return y;
}}
"""


def test_libraries_of_others_cannot_be_listed(opened):
    opened(RIGHT)  # something is there
    for shelf in shelves():
        answer = opened(HEAD + PARTS + LISTS.format(shelf=shelf)).plain.call("scaled", (X, 2.0))
        assert isinstance(answer, Returned), answer
        assert answer.value == 0


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("for (;;) ;", Outcome.TIMED_OUT),
        ("_exit(0);", Outcome.CRASHED),
        ("abort();", Outcome.CRASHED),
    ],
)
def test_what_does_not_load(opened, body, outcome):
    early = f"#include <unistd.h>\n__attribute__((constructor)) static void f(void) {{ {body} }}\n"
    answer = opened(RIGHT + early).plain.call("scaled", (X, 2.0))
    assert isinstance(answer, Fault)
    assert answer.outcome == outcome


def test_memory_is_bounded_with_sanitizers_too(opened):
    page = "for (int k = 0; k < 65536; k += 4096) p[k] = 1;"
    eats = f"    for (;;) {{ volatile char *p = malloc(65536); {page} }}\n"
    sessions = opened(HEAD + SCALED.replace("    return y", eats + "    return y") + PARTS)
    for session in (sessions.plain, sessions.checked):
        answer = session.call("scaled", (X, 2.0))
        assert isinstance(answer, Fault)
        assert answer.outcome in (Outcome.CRASHED, Outcome.OVER_LIMIT), answer
