"""Downloads of platforms, folder or zip: whose each hand-in is, and of which files it is made."""

import functools
import os
import zipfile

import pytest

from grader.core.errors import UsageError
from grader.intake import source as sources
from grader.intake.collect import collect
from grader.intake.tree import read_tree

ALL = frozenset({".py", ".ipynb"})
METADATA = """\
submission_1001:
  :submitters:
  - :name: Zoë Müller
    :sid: '0303'
    :email: zoe@example.edu
  :created_at: 2024-03-01 07:59:12.345678000 Z
  :score: 3.0
  :results:
    tests:
    - output: |
        :submitters:
        - :name: Nobody
submission_1002:
  :submitters:
  - :name: O'Hara, "Bo"
    :sid: '31'
  - :name: 李 明
    :email: li@example.edu
  :created_at: !ruby/object:ActiveSupport::TimeWithZone 2024-03-01 09:00:00 -0800
"""


@pytest.fixture(params=["folder", "zip"])
def laid_out(request, folder_of, zip_of):
    """Return a function that lays files out, as a folder or as the zip of it."""
    make = folder_of if request.param == "folder" else zip_of
    ending = "" if request.param == "folder" else ".zip"
    return lambda files, name="download": make(files, name + ending)


def contents(intake):
    """Return the files of each hand-in, as grading would read them."""
    return {
        hand_in.student: read_tree(hand_in.path, ALL, hand_in.parts).files
        for hand_in in intake.hand_ins()
    }


def remarks(intake):
    return {match.student: match.remarks for match in intake.matching.matches if match.remarks}


def problems(intake):
    return {match.student: match.problems for match in intake.matching.matches if match.problems}


def packed(zip_of, files):
    return zip_of(files, "inner.zip").read_bytes()


def test_canvas(laid_out, zip_of, take_in):
    root = laid_out({
        "müllerzoë_LATE_4711_90210_layers-1.py": b"z",
        "leeann_4712_90300_hw.zip": packed(zip_of, {"hw/layers.py": b"a"}),
        "leeann_4712_90301_notes.pdf": b"pdf",
        "smithbob_4713_90400_layers.py": b"old",
        "smithbob_4713_90401_layers-1.py": b"new",
        "smithbob_4713_90402_nn.ipynb": b"{}",
        "textcarl_4714_text.html": b"<p>hello</p>",
        "linkdan_4715_link.html": b"<p>hello</p>",
        "anon_x7Yq2_90500_layers.py": b"x",
        "LATE_anon_33333_90501_2_layers.py": b"y",
        "readme.txt": b"?",
    })  # fmt: skip
    intake = take_in(root)
    assert contents(intake) == {
        "müllerzoë": {"layers.py": b"z"},
        "leeann": {"hw/layers.py": b"a"},
        "smithbob": {"layers.py": b"new", "nn.ipynb": b"{}"},
        "textcarl": {},
        "linkdan": {},
        "anonymous x7Yq2": {"layers.py": b"x"},
        "anonymous 33333": {"layers.py": b"y"},
    }
    assert remarks(intake) == {
        "müllerzoë": ("renamed file: layers-1.py → layers.py",),
        "smithbob": ("several files for layers.py: layers-1.py taken",),
        "textcarl": ("handed in typed text, which is not graded",),
        "linkdan": ("handed in a link, which is not graded",),
        "anonymous 33333": ("renamed file: 2_layers.py → layers.py",),
    }
    assert problems(intake) == {}
    assert intake.matching.unread == [("readme.txt", "not a name that Canvas gives")]
    ids = {hand_in.student: hand_in.ids for hand_in in intake.hand_ins()}
    assert ids["müllerzoë"] == {"canvas": "4711", "late": "yes"}
    assert ids["anonymous x7Yq2"] == {"canvas": "x7Yq2"}
    assert {m.student for m in intake.matching.matches if m.late} == {
        "müllerzoë", "anonymous 33333"
    }  # fmt: skip


def test_typed_text_beside_a_file_that_is_none_of_the_assignment_is_no_excuse(laid_out, take_in):
    intake = take_in(laid_out({"leeann_7_1_notes.pdf": b"", "leeann_7_text.html": b"see there"}))
    assert problems(intake) == {"leeann": ("it holds no layers.py",)}
    assert remarks(intake) == {"leeann": ("handed in typed text, which is not graded",)}


def test_canvas_twice_the_latest_is_taken(laid_out, take_in):
    late = laid_out({"leeann_LATE_4712_95000_layers-1.py": b"new"}, "late")
    early = laid_out({"leeann_4712_90300_layers.py": b"old"}, "early")
    for order in ((late, early), (early, late)):
        intake = take_in(*order)
        assert contents(intake) == {"leeann": {"layers.py": b"new"}}
        assert remarks(intake)["leeann"][1] == (
            "two hand-ins by one student: latest taken, not leeann_4712_90300_layers.py"
        )


def test_canvas_two_students_of_one_name(laid_out, take_in):
    intake = take_in(laid_out({"kimjan_7_1_layers.py": b"7", "kimjan_8_2_layers.py": b"8"}))
    assert contents(intake) == {
        "kimjan (7)": {"layers.py": b"7"},
        "kimjan (8)": {"layers.py": b"8"},
    }
    assert all("told apart" in match.remarks[0] for match in intake.matching.matches)


def test_moodle_in_folders(laid_out, zip_of, take_in):
    root = laid_out({
        "Zoë Müller_657831_assignsubmission_file/layers.py": b"z",
        # Before Moodle 4.1.
        "Bob Smith_657832_assignsubmission_file_/sub/layers (1).py": b"b",
        "Bob Smith_657832_assignsubmission_onlinetext_/onlinetext.html": b"",
        "Participant_12_assignsubmission_file/hw.zip": packed(zip_of, {"layers.py": b"p"}),
        "Group A_42_assignsubmission_file/layers.py": b"g",
        "Default group_assignsubmission_file/layers.py": b"d",
        "stray.txt": b"",
    })  # fmt: skip
    intake = take_in(root)
    assert contents(intake) == {
        "Zoë Müller": {"layers.py": b"z"},
        "Bob Smith": {"sub/layers.py": b"b"},
        "Participant 12": {"layers.py": b"p"},
        "Group A": {"layers.py": b"g"},
        "Default group": {"layers.py": b"d"},
    }
    assert "handed in typed text, which is not graded" in remarks(intake)["Bob Smith"]
    assert intake.matching.unread == [("stray.txt", "not a name that Moodle gives")]
    hand_ins = {hand_in.student: hand_in for hand_in in intake.hand_ins()}
    assert hand_ins["Zoë Müller"].ids == {"moodle": "657831"}
    assert hand_ins["Zoë Müller"].name == "Zoë Müller_657831_assignsubmission_file"
    assert hand_ins["Default group"].ids == {}


def test_moodle_flat(laid_out, take_in):
    intake = take_in(laid_out({
        "Zoë Müller_657831_assignsubmission_file_layers.py": b"z",
        "Zoë Müller_657831_assignsubmission_file_nn.ipynb": b"{}",
        "Ann Lee_657833_assignsubmission_onlinetext_onlinetext.html": b"",
    }))  # fmt: skip
    assert contents(intake) == {
        "Zoë Müller": {"layers.py": b"z", "nn.ipynb": b"{}"}, "Ann Lee": {}
    }  # fmt: skip
    assert remarks(intake) == {"Ann Lee": ("handed in typed text, which is not graded",)}
    assert intake.matching.complete


def test_moodle_a_class_of_one_and_an_empty_folder(folder_of, take_in):
    one = folder_of({"Ann Lee_1_assignsubmission_file/layers.py": b"a"}, "one")
    assert contents(take_in(one)) == {"Ann Lee": {"layers.py": b"a"}}
    (one / "Bob Smith_2_assignsubmission_file").mkdir()
    intake = take_in(one)
    assert contents(intake) == {"Ann Lee": {"layers.py": b"a"}, "Bob Smith": {}}
    assert problems(intake) == {"Bob Smith": ("it holds no layers.py",)}


def test_a_group_has_the_members_that_the_roster_gives_it(laid_out, take_in):
    root = laid_out({"Group A_42_assignsubmission_file/layers.py": b"g",
                     "Group B_43_assignsubmission_file/layers.py": b"h"})  # fmt: skip
    intake = take_in(
        root,
        roster="name,group,email,id\n"
        "Ann Lee,Group A,a@b.c,\nBob Smith,Group A,,7\nCy Ott,group b\n",
    )
    hand_ins = {hand_in.student: hand_in for hand_in in intake.hand_ins()}
    assert hand_ins["Group A"].members == ("Ann Lee", "Bob Smith")
    assert hand_ins["Group B"].members == ("Cy Ott",)
    assert hand_ins["Group A"].member_ids == ({"email": "a@b.c"}, {"sid": "7"})
    assert hand_ins["Group A"].ids == {}  # 42 is the group, no participant
    assert intake.matching.complete
    assert intake.matching.absent == []


def test_gradescope(laid_out, take_in):
    intake = take_in(laid_out({
        "assignment_55_export/submission_metadata.yml": METADATA.encode(),
        "assignment_55_export/submission_1001/layers.py": b"z",
        "assignment_55_export/submission_1002/code/layers-1.py": b"g",
        "assignment_55_export/submission_1003/layers.py": b"?",
    }))  # fmt: skip
    assert contents(intake) == {
        "Zoë Müller": {"layers.py": b"z"},
        'O\'Hara, "Bo", 李 明': {"code/layers.py": b"g"},
    }
    group, single = intake.hand_ins()
    assert single.ids == {"gradescope": "1001", "sid": "0303", "email": "zoe@example.edu"}
    assert (single.received, single.members) == ("2024-03-01T07:59:12+00:00", ())
    assert group.members == ('O\'Hara, "Bo"', "李 明")
    assert group.ids == {"gradescope": "1002"}
    assert group.member_ids == ({"sid": "31"}, {"email": "li@example.edu"})
    assert single.member_ids == ()
    assert group.received == "2024-03-01T09:00:00-08:00"
    assert intake.matching.unread == [
        ("submission_1003/layers.py", "submission_metadata.yml does not name submission_1003")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a: [1",
        "? {}\n: 1\n",
        "- " * 5000 + "x",
        "a: &a [*a]\n",
        "!!python/object/apply:os.system [x]",
    ],
)
def test_gradescope_with_damaged_metadata(laid_out, take_in, text):
    root = laid_out({"submission_metadata.yml": text.encode(), "submission_1/layers.py": b""})
    with pytest.raises(UsageError) as caught:
        take_in(root)
    assert "\n" not in str(caught.value)


def test_names_in_gradescope_s_metadata_lead_nowhere_and_act_on_nothing(laid_out, take_in):
    text = 'submission_1:\n  :submitters:\n  - :name: "../../x\\e[2J"\n'
    root = laid_out({"submission_metadata.yml": text.encode(), "submission_1/layers.py": b"x"})
    assert [hand_in.student for hand_in in take_in(root).hand_ins()] == [r"_.._x\x1b[2J"]


def test_nbgrader(laid_out, take_in):
    files = {
        "submitted/ann/bn/layers.py": b"a",
        "submitted/ann/bn/timestamp.txt": b"2015-02-02 15:58:23.948203 America/Los_Angeles\n",
        "submitted/bob/bn/hw/layers.py": b"b",
        "submitted/bob/other/essay.ipynb": b"{}",
        "source/bn/layers.py": b"",
    }
    intake = take_in(laid_out(files, "course"))
    assert contents(intake) == {"ann": {"layers.py": b"a"}, "bob": {"hw/layers.py": b"b"}}
    ann, bob = intake.hand_ins()
    assert (ann.received, bob.received) == ("2015-02-02T15:58:23-08:00", "")
    assert ann.ids == {"login": "ann"}


def test_nbgrader_by_its_folder_alone(folder_of, take_in):
    root = folder_of({"submitted/ann/bn/layers.py": b"a", "submitted/bob/bn/layers.py": b"b"})
    assert set(contents(take_in(root / "submitted"))) == {"ann", "bob"}


def test_nbgrader_with_two_assignments_that_it_could_be(laid_out, take_in):
    root = laid_out({"submitted/ann/one/layers.py": b"", "submitted/ann/two/layers.py": b""})
    with pytest.raises(UsageError, match=r"several assignments \(one, two\)"):
        take_in(root)


def test_github_clones(folder_of, take_in):
    root = folder_of({"hw1-ann-lee/layers.py": b"a", "hw1-bobby/pkg/layers.py": b"b"}, "clones")
    for clone in root.iterdir():
        (clone / ".git").mkdir()
    intake = take_in(root)
    assert contents(intake) == {"ann-lee": {"layers.py": b"a"}, "bobby": {"pkg/layers.py": b"b"}}
    assert [hand_in.ids for hand_in in intake.hand_ins()] == [
        {"github": "ann-lee"}, {"github": "bobby"}
    ]  # fmt: skip
    assert [hand_in.received for hand_in in intake.hand_ins()] == ["", ""]


def test_github_handles_that_begin_alike_are_whole_where_the_folder_names_the_assignment(
    folder_of, take_in
):
    root = folder_of({"hw1-al-a/layers.py": b"", "hw1-al-b/layers.py": b""}, "hw1-submissions")
    intake = take_in(root, platform="github")
    assert [hand_in.student for hand_in in intake.hand_ins()] == ["al-a", "al-b"]


def test_a_roster_names_the_students_and_says_who_is_missing(laid_out, take_in):
    root = laid_out({"müllerzoë_4711_1_layers.py": b"z", "smithbob_4713_2_layers.py": b"b",
                     "strangerx_4799_3_layers.py": b"x"})  # fmt: skip
    roster = 'Student,ID,SIS User ID\n"Müller, Zoë",4711,s1\nBob Smith,,s2\nGus Ghost,9,s3\n'
    matching = take_in(root, roster=roster).matching
    assert {m.student: m.by for m in matching.matches} == {
        "Zoë Müller": "id", "Bob Smith": "name", "strangerx": ""
    }  # fmt: skip
    assert (matching.unknown, matching.absent) == (["strangerx"], ["Gus Ghost"])
    assert not matching.complete
    ids = {hand_in.student: hand_in.ids for hand_in in take_in(root, roster=roster).hand_ins()}
    assert ids["Bob Smith"] == {"canvas": "4713", "sid": "s2"}


def test_hand_ins_that_the_roster_knows_to_be_one_student_s(laid_out, take_in):
    canvas = laid_out({"leeann_7_1_layers.py": b"c"}, "canvas")
    moodle = laid_out({"Ann Lee_5_assignsubmission_file/layers.py": b"m"}, "moodle")
    intake = take_in(canvas, moodle, roster="name\nAnn Lee\n")
    assert contents(intake) == {"Ann Lee": {"layers.py": b"m"}}
    (remark,) = remarks(intake)["Ann Lee"]
    assert "nothing says which is the latest, one is taken, not leeann_7_1_layers.py" in remark


def test_where_nothing_says_which_is_the_latest_it_is_one_that_can_be_graded(laid_out, take_in):
    canvas = laid_out({"leeann_7_1_layers.py": b"c"}, "canvas")
    moodle = laid_out({"Ann Lee_5_assignsubmission_onlinetext/o.html": b"see Canvas"}, "moodle")
    assert contents(take_in(canvas, moodle, roster="name\nAnn Lee\n")) == {
        "Ann Lee": {"layers.py": b"c"}
    }


def test_two_plain_hand_ins_of_one_student_are_refused_by_the_roster_too(folder_of, take_in):
    root = folder_of({"al2/layers.py": b"", "Ann Lee/layers.py": b""})
    with pytest.raises(UsageError, match="two hand-ins for 'Ann Lee'"):
        take_in(root, roster="name,login\nAnn Lee,al2\n")


def test_a_plain_class_stays_plain(laid_out, folder_of, zip_of, take_in):
    root = folder_of({"ann/layers.py": b"a", "bob.py": b"b",
                      "cy.zip": packed(zip_of, {"layers.py": b"c"})}, "class")  # fmt: skip
    assert contents(take_in(root)) == {
        "ann": {"layers.py": b"a"}, "bob": {"bob.py": b"b"}, "cy": {"layers.py": b"c"}
    }  # fmt: skip
    own = laid_out({"layers.py": b"x", "helper-1.py": b"y"}, "dora")
    assert contents(take_in(own)) == {"dora": {"layers.py": b"x", "helper-1.py": b"y"}}


def test_the_platform_can_be_named(laid_out, take_in):
    root = laid_out({"ann/layers.py": b"", "kim_7_1_layers.py": b"7", "lee_8_2_layers.py": b"8"})
    assert set(contents(take_in(root, platform="canvas"))) == {"kim", "lee"}
    with pytest.raises(UsageError, match="in the layout of moodle; choose another --platform"):
        take_in(root, platform="moodle")
    with pytest.raises(UsageError, match=r"holds no submission_metadata\.yml"):
        take_in(root, platform="gradescope")


def test_one_file_is_no_class(folder_of, take_in):
    path = folder_of({"ann.py": b""}) / "ann.py"
    with pytest.raises(UsageError, match="neither the folder nor the zip of a class"):
        take_in(path, platform="canvas")


def test_names_in_a_zip_lead_nowhere(zip_of, take_in, tmp_path):
    link = zipfile.ZipInfo("lee_8_2_layers.py")
    link.external_attr = 0o120777 << 16
    root = zip_of([
        ("kim_7_1_layers.py", b"7"), ("../evil_9_3_layers.py", b"!"), ("/evil_9_3_x.py", b"!"),
        (link, b"/etc/passwd"), ("__MACOSX/._kim_7_1_layers.py", b""),
    ])  # fmt: skip
    intake = take_in(root)
    assert contents(intake) == {"kim": {"layers.py": b"7"}}
    assert intake.matching.unread == [
        ("../evil_9_3_layers.py", "its path leads outside of the zip"),
        ("/evil_9_3_x.py", "its path leads outside of the zip"),
        ("lee_8_2_layers.py", "a link, not a file"),
    ]
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    assert "kim" not in unpacked.name


def test_links_in_a_folder_are_left_out(folder_of, take_in):
    root = folder_of({"kim_7_1_layers.py": b"7", "secret.py": b"s"})
    (root / "lee_8_2_layers.py").symlink_to(root / "secret.py")
    (root / "secret.py").unlink()
    assert contents(take_in(root)) == {"kim": {"layers.py": b"7"}, "lee": {}}


def test_names_in_utf_8_that_do_not_say_so(zip_of, take_in):
    path = zip_of({"müllerzoë_7_1_layers.py": b"7"})
    data = path.read_bytes()
    # Bit 11 of the flags, in the local header and in the directory, says that names are UTF-8.
    for mark, at in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        place = data.index(mark) + at
        assert data[place] == 8
        data = data[:place] + b"\0" + data[place + 1 :]
    path.write_bytes(data)
    assert contents(take_in(path)) == {"müllerzoë": {"layers.py": b"7"}}


def test_a_class_s_zip_that_is_damaged_is_said_to_be(zip_of, take_in):
    path = zip_of({"kim_7_1_layers.py": os.urandom(2000), "lee_8_2_layers.py": b"8"})
    data = bytearray(path.read_bytes())
    data[500] ^= 255
    path.write_bytes(data)
    with pytest.raises(UsageError, match="is damaged; download it again"):
        take_in(path).hand_ins()


def test_what_a_zip_unpacks_to_is_bounded(zip_of, take_in, monkeypatch):
    path = zip_of({"kim_7_1_layers.py": bytes(5000), "lee_8_2_layers.py": bytes(6000)})
    monkeypatch.setattr(sources, "MAX_CLASS_BYTES", 8000)
    with pytest.raises(UsageError, match="holds more than"):
        take_in(path).hand_ins()


def test_a_hand_in_that_is_too_large_is_left_out_and_told(zip_of, take_in, monkeypatch):
    path = zip_of({"kim_7_1_layers.py": bytes(5000), "lee_8_2_layers.py": b"8"})
    monkeypatch.setattr("grader.intake.collect.MAX_TOTAL_BYTES", 4000)
    intake = take_in(path)
    assert contents(intake)["kim"] == {}
    assert "layers.py is left out: it is larger than 0 MB" in remarks(intake)["kim"]


def test_an_archive_that_is_not_read_is_told_to_its_student(laid_out, take_in):
    from grader.core.errors import SubmissionError

    intake = take_in(laid_out({"kim_7_1_hw.rar": b"Rar!", "kim_7_2_notes.pdf": b""}))
    (hand_in,) = intake.hand_ins()
    with pytest.raises(SubmissionError, match=r"\.rar archives are not read"):
        read_tree(hand_in.path, ALL, hand_in.parts)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_stops_it(folder_of, take_in):
    root = folder_of({"Ann Lee_1_assignsubmission_file/layers.py": b"",
                      "Bob Ott_2_assignsubmission_file/layers.py": b""})  # fmt: skip
    closed = root / "Bob Ott_2_assignsubmission_file"
    closed.chmod(0)
    try:
        with pytest.raises(UsageError, match="check its permissions"):
            take_in(root)
    finally:
        closed.chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize(("platform", "known"), [("auto", True), ("github", False)])
def test_a_folder_that_may_not_be_read_stops_nobody_else(
    tmp_path, lay_out, assignment, platform, known
):
    for name in ("hw-ann", "hw-bob"):
        lay_out(tmp_path / "class" / name, {"layers.py": "x = 1\n"})
    (tmp_path / "class" / "hw-bob").chmod(0)
    try:
        taken = functools.partial(
            collect, [tmp_path / "class"], assignment, unpacked=tmp_path, platform=platform
        )
        if known:  # each is a hand-in; the one that cannot be read is withheld when it is graded
            assert [each.student for each in taken().hand_ins()] == ["hw-ann", "hw-bob"]
        else:  # without its files a hand-in would look empty
            with pytest.raises(UsageError, match="hw-bob cannot be read"):
                taken()
    finally:
        (tmp_path / "class" / "hw-bob").chmod(0o755)
