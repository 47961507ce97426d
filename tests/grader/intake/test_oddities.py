"""What cannot be graded as it is, told before grading; and people with several hand-ins."""

import pytest

from grader.core.errors import UsageError


def told(intake):
    """Return what is odd, by student: problems and remarks."""
    return {match.student: (match.problems, match.remarks) for match in intake.matching.matches}


def halved(path):
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def test_a_damaged_zip_alone_may_be_a_class_and_is_refused(zip_of, take_in):
    path = halved(zip_of({"kim_7_1_layers.py": b"7" * 99, "lee_8_2_layers.py": b"8"}))
    with pytest.raises(UsageError, match="is damaged; download it again, or add --platform plain"):
        take_in(path)
    intake = take_in(path, platform="plain")
    assert told(intake)["hand-in"][0][0].startswith("the archive cannot be opened")


def test_a_damaged_zip_beside_others_is_a_problem(zip_of, folder_of, take_in):
    path = halved(zip_of({"layers.py": b"x" * 99}, "bob.zip"))
    intake = take_in(folder_of({"layers.py": b"x = 1\n"}, "ann"), path)
    assert told(intake)["ann"] == ((), ())
    assert told(intake)["bob"][0][0].startswith("the archive cannot be opened")
    assert not intake.matching.complete


def test_what_will_earn_nothing_is_told(zip_of, folder_of, take_in):
    good = zip_of({"layers.py": b"x = 1\n"})
    outside = zip_of({"../layers.py": b"x = 1\n"}, "outside.zip")
    root = folder_of({
        "good.zip": good.read_bytes(),
        "damaged.zip": good.read_bytes()[:40],
        "inner/hw.zip": good.read_bytes()[:40],
        "outside.zip": outside.read_bytes(),
        "empty/layers.py": b" \n",
        "other/notes.txt": b"I was ill",
    }, "class")  # fmt: skip
    intake = take_in(root)
    damaged = "the archive cannot be opened: it is damaged, incomplete, or of another kind than "
    assert told(intake) == {
        "good": ((), ()),
        "damaged": ((f"{damaged}its name says",), ()),
        "inner": ((f"{damaged}its name says",), ()),
        "outside": (
            ("it holds no layers.py",),
            ("../layers.py was left out: its path leads outside",),
        ),
        "empty": (("layers.py is empty",), ()),
        "other": (("it holds no layers.py",), ()),
    }
    assert not intake.matching.complete


def test_which_of_two_files_is_graded_is_told_where_they_differ(folder_of, take_in):
    root = folder_of({
        "ann/v1/layers.py": b"x = 1\n", "ann/v2/layers.py": b"x = 2\n",
        "bob/v1/layers.py": b"x = 1\n", "bob/v2/layers.py": b"x = 1\n",
    })  # fmt: skip
    intake = take_in(root)
    assert told(intake) == {
        "ann": ((), ("layers.py lies in two places, v1/layers.py is graded",)),
        "bob": ((), ()),
    }
    assert intake.matching.complete


def gradescope(folder_of, hand_ins, name="export"):
    """Lay out hand-ins, each of them people and a time."""
    metadata = "".join(
        f"submission_{number}:\n  :submitters:\n"
        + "".join(f"  - :name: {who}\n    :sid: s{who}\n" for who in people)
        + (f"  :created_at: 2024-03-0{day} 08:00:00 Z\n" if day else "")
        for number, (people, day) in enumerate(hand_ins, 1)
    )
    files = {f"submission_{n}/layers.py": b"x = 1\n" for n in range(1, len(hand_ins) + 1)}
    return folder_of({"submission_metadata.yml": metadata.encode(), **files}, name)


@pytest.mark.parametrize("roster", ["", "name,sid\nAnn,sAnn\nBob,sBob\n"])
def test_who_is_in_a_group_and_alone_has_the_latest(folder_of, take_in, roster):
    intake = take_in(gradescope(folder_of, [(["Ann", "Bob"], 1), (["Ann"], 2)]), roster=roster)
    ann, bob = intake.hand_ins()
    assert (ann.student, ann.name, ann.members) == ("Ann", "submission_2", ())
    assert (bob.student, bob.name, bob.members) == ("Bob", "submission_1", ())
    assert bob.ids["sid"] == "sBob"
    remark = "Ann has a part in several hand-ins: latest taken, not submission_1"
    assert told(intake) == {"Ann": ((), (remark,)), "Bob": ((), ())}
    assert intake.matching.complete


def test_alone_first_and_then_in_a_group_leaves_the_group_s(folder_of, take_in):
    intake = take_in(gradescope(folder_of, [(["Ann"], 1), (["Ann", "Bob"], 2)]))
    (group,) = intake.hand_ins()
    assert group.members == ("Ann", "Bob")
    assert "latest taken, not submission_1" in told(intake)["Ann, Bob"][1][0]


def test_where_a_time_is_not_known_both_stay_and_a_person_decides(folder_of, take_in):
    intake = take_in(gradescope(folder_of, [(["Ann", "Bob"], 0), (["Ann"], 2)]))
    problem = "Ann has a part in several hand-ins: submission_1, submission_2"
    assert told(intake) == {"Ann, Bob": ((problem,), ()), "Ann": ((problem,), ())}
    assert not intake.matching.complete
