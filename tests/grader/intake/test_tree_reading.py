"""A folder, an archive or a single file is read into memory; what is left out is noted."""

import os
import tarfile
import zipfile

import pytest

from grader.core.errors import GraderError
from grader.intake.tree import MAX_FILE_BYTES, is_archive, read_tree

PY = frozenset({".py"})
FILES = {"cs231n/layers.py": b"x = 1\n", "cs231n/classifiers/fc_net.py": b"y = 2\n"}
CLUTTER = {
    "__MACOSX/cs231n/._layers.py": b"\0",
    "__pycache__/layers.cpython-311.py": b"",
    ".git/hooks/a.py": b"",
    ".ipynb_checkpoints/layers-checkpoint.py": b"",
    "cs231n/._layers.py": b"\0",
    "env/lib/python3.11/site-packages/numpy/__init__.py": b"",
    "node_modules/a.py": b"",
    "report.pdf": b"%PDF",
    "data/x.npy": b"\x93NUMPY",
    "Makefile": b"",
}


@pytest.fixture(params=["folder", "zip", "tar.gz", "tgz", "tar"])
def pack(request, folder_of, zip_of, tar_of):
    """Make a hand-in of files, in each of the forms that students use."""
    if request.param == "folder":
        return folder_of
    make = zip_of if request.param == "zip" else tar_of
    return lambda files: make(files, f"hand-in.{request.param}")


def test_files_are_read(pack):
    tree = read_tree(pack(FILES), PY)
    assert tree.files == FILES
    assert tree.notes == []


def test_clutter_is_ignored_without_a_word(pack):
    tree = read_tree(pack({**FILES, **CLUTTER}), PY)
    assert tree.files == FILES
    assert tree.notes == []


def test_nothing_in_it_is_no_error(pack):
    assert read_tree(pack({}), PY).files == {}


def test_suffixes_decide(pack):
    path = pack({"a.py": b"1", "b.ipynb": b"2", "c.PY": b"3", "d.txt": b"4"})
    assert sorted(read_tree(path, frozenset({".ipynb", ".py"})).files) == [
        "a.py",
        "b.ipynb",
        "c.PY",
    ]


@pytest.mark.parametrize("name", ["Übung/läyers.py", "作业/层.py", "with space/a b.py"])
def test_names_in_other_languages(pack, name):
    assert read_tree(pack({name: b"x"}), PY).files == {name: b"x"}


def test_a_file_at_the_cap_is_read(pack):
    tree = read_tree(pack({"a.py": bytes(MAX_FILE_BYTES)}), PY)
    assert len(tree.files["a.py"]) == MAX_FILE_BYTES


def test_a_larger_file_is_left_out_with_a_note(pack):
    tree = read_tree(pack({"big.py": bytes(MAX_FILE_BYTES + 1), "layers.py": b"x"}), PY)
    assert tree.files == {"layers.py": b"x"}
    assert tree.notes == ["big.py was left out: it is larger than 20 MB"]


def test_single_file(folder_of):
    path = folder_of({"alice.py": b"x = 1\n"}) / "alice.py"
    assert read_tree(path, PY).files == {"alice.py": b"x = 1\n"}


@pytest.mark.parametrize(
    ("name", "known"),
    [("a.zip", True), ("a.ZIP", True), ("a.tar.gz", True), ("a.TGZ", True), ("a.tar", True),
     ("a.py", False), ("zip", False), ("a.rar", False), ("a.zip.py", False)],
)  # fmt: skip
def test_archives_go_by_their_ending(tmp_path, name, known):
    assert is_archive(tmp_path / name) is known


def test_a_missing_path_is_our_problem(tmp_path):
    with pytest.raises(GraderError, match="cannot be read"):
        read_tree(tmp_path / "nobody.py", PY)


def test_a_link_in_a_folder_is_left_out_with_a_note(folder_of, tmp_path):
    secret = tmp_path / "secret.py"
    secret.write_bytes(b"secret = 1\n")
    root = folder_of(FILES)
    (root / "stolen.py").symlink_to(secret)
    (root / "dangling.py").symlink_to(tmp_path / "nowhere")
    tree = read_tree(root, PY)
    assert tree.files == FILES
    assert sorted(tree.notes) == [
        "dangling.py was left out: it is a link, not a file",
        "stolen.py was left out: it is a link, not a file",
    ]


def test_a_linked_folder_is_left_out_with_a_note(folder_of):
    elsewhere = folder_of({"layers.py": b"secret"}, "elsewhere")
    root = folder_of(FILES)
    (root / "linked").symlink_to(elsewhere, target_is_directory=True)
    (root / "loop").symlink_to(root, target_is_directory=True)
    tree = read_tree(root, PY)
    assert tree.files == FILES
    assert sorted(note.partition(" ")[0] for note in tree.notes) == ["linked", "loop"]


def test_a_pipe_is_left_out_and_does_not_block(folder_of):
    root = folder_of(FILES)
    os.mkfifo(root / "pipe.py")
    tree = read_tree(root, PY)
    assert tree.files == FILES
    assert len(tree.notes) == 1


def test_a_link_in_a_zip_is_left_out_with_a_note(zip_of):
    link = zipfile.ZipInfo("stolen.py")
    link.external_attr = 0o120777 << 16
    tree = read_tree(zip_of([(link, b"/etc/passwd"), ("layers.py", b"x")]), PY)
    assert tree.files == {"layers.py": b"x"}
    assert tree.notes == ["stolen.py was left out: it is a link, not a file"]


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_what_is_no_file_in_a_tar_is_left_out_with_a_note(tar_of, kind):
    special = tarfile.TarInfo("stolen.py")
    special.type, special.linkname = kind, "/etc/passwd"
    tree = read_tree(tar_of([("layers.py", b"x"), (special, b"")]), PY)
    assert tree.files == {"layers.py": b"x"}
    assert len(tree.notes) == 1
    assert tree.notes[0].startswith("stolen.py was left out")


@pytest.mark.parametrize(
    "name",
    ["../layers.py", "a/../../layers.py", "/layers.py", "..\\layers.py", "a\\..\\..\\layers.py",
     "\\layers.py"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_path_that_leads_outside_is_left_out_with_a_note(zip_of, tar_of, kind, name):
    files = {"good.py": b"x", name: b"evil"}
    tree = read_tree((zip_of if kind == "zip" else tar_of)(files), PY)
    assert tree.files == {"good.py": b"x"}
    assert tree.notes == [f"{name} was left out: its path leads outside"]


@pytest.mark.parametrize("name", ["./layers.py", "a/./layers.py", "a//layers.py", "a\\layers.py"])
def test_a_harmless_odd_path_is_made_plain(zip_of, name):
    plain = "layers.py" if name.startswith("./") else "a/layers.py"
    assert read_tree(zip_of({name: b"x"}), PY).files == {plain: b"x"}


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_that_act_are_shown_instead(zip_of, tar_of, kind):
    files = {"a\x1b[2J\u202e.py": b"x", "\u202e/../../b.py": b"y"}
    tree = read_tree((zip_of if kind == "zip" else tar_of)(files), PY)
    assert tree.files == {r"a\x1b[2J\u202e.py": b"x"}
    assert tree.notes == [r"\u202e/../../b.py was left out: its path leads outside"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_of_two_entries_with_one_name_the_last_counts(zip_of, tar_of, kind):
    files = [("layers.py", b"first"), ("layers.py", b"last")]
    tree = read_tree((zip_of if kind == "zip" else tar_of)(files), PY)
    assert tree.files == {"layers.py": b"last"}
    assert tree.notes == ["layers.py stands in the archive more than once; the last counts"]


def test_a_folder_that_holds_nothing_but_an_archive_is_read_as_that(folder_of, zip_of):
    # Moodle's download gives each student a folder with the uploaded file in it.
    inner = zip_of(FILES, "inner.zip").read_bytes()
    files = {"hw.zip": inner, "._hw.zip": b"\0", "report.pdf": b""}
    root = folder_of(files, "Alice_Smith_123_assignsubmission_file_")
    assert read_tree(root, PY).files == FILES


def test_what_lies_beside_an_archive_comes_first(folder_of, zip_of):
    inner = zip_of({"layers.py": b"in the archive"}, "inner.zip").read_bytes()
    tree = read_tree(folder_of({"hw.zip": inner, "layers.py": b"outside"}), PY)
    assert tree.files == {"layers.py": b"outside"}


def test_of_two_archives_none_is_read_and_the_student_reads_why(folder_of, zip_of):
    inner = zip_of(FILES, "inner.zip").read_bytes()
    tree = read_tree(folder_of({"hw.zip": inner, "hw (1).zip": inner}), PY)
    assert tree.files == {}
    assert any("hw.zip" in note and "hw (1).zip" in note for note in tree.notes)


def test_a_linked_archive_is_not_read(folder_of, zip_of):
    # A clone of a student's repository may hold links to what lies beside it.
    zip_of({"layers.py": b"of another student"}, "other.zip")
    root = folder_of({"README.txt": b""})
    (root / "hw.zip").symlink_to(root.parent / "other.zip")
    tree = read_tree(root, PY)
    assert tree.files == {}
    assert tree.notes == ["hw.zip was left out: it is a link, not a file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("what", ["layers.py", "cs231n"])
def test_what_this_machine_refuses_to_read_is_our_problem(folder_of, what):
    root = folder_of({"layers.py": b"x", "cs231n/a.py": b"y"})
    (root / what).chmod(0)
    try:
        with pytest.raises(GraderError, match="permission denied"):
            read_tree(root, PY)
    finally:
        (root / what).chmod(0o700)
