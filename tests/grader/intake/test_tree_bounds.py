"""Claims of an archive cost no memory and no time; what is left out is told, some of it by name."""

import bz2
import gzip
import os
import struct
import tarfile
import zipfile

import pytest

from grader.core.errors import SubmissionError
from grader.intake.source import open_source
from grader.intake.submissions import find_hand_ins
from grader.intake.tree import MAX_FILE_BYTES, MAX_FOLDERS, read_tree
from grader.intake.workspace import decode_source, make_workspace

PY = frozenset({".py"})


def complaint(path):
    with pytest.raises(SubmissionError) as caught:
        read_tree(path, PY)
    return str(caught.value)


def test_what_entries_share_is_counted_each_time(zip_of):
    path = zip_of({"bomb.py": bytes(MAX_FILE_BYTES + 1)})
    data = path.read_bytes()
    start = data.index(b"PK\1\2")
    table, end = data[start : data.index(b"PK\5\6")], data[data.index(b"PK\5\6") :]
    count, size = struct.pack("<HH", 99, 99), struct.pack("<L", 99 * len(table))
    path.write_bytes(data[:start] + table * 99 + end[:8] + count + size + end[16:])
    # Newer versions of Python see for themselves that entries overlap.
    refusals = ("the hand-in is larger than 200 MB", "the archive cannot be opened")
    assert complaint(path).startswith(refusals)


def test_a_table_is_not_read_at_any_length(tmp_path):
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", *[0] * 9, 1, *[0] * 6) + b"a"
    table = entry * 200_000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65_535, 65_535, len(table), 0, 0)
    path = tmp_path / "hand-in.zip"
    path.write_bytes(table + end)
    assert complaint(path) == "the archive has too many entries, or too long names"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_unpacked_at_once_is_not_unpacked(tmp_path, method):
    path = tmp_path / "hand-in.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("layers.py", "x = 1\n")
    assert "packed in an unusual way; hand in an ordinary .zip" in complaint(path)


def tar_with(path, kind, size, content=b""):
    entry = tarfile.TarInfo("x")
    entry.type, entry.size = kind, size
    data = entry.tobuf(tarfile.GNU_FORMAT) + content
    path.write_bytes(gzip.compress(data + bytes(-len(data) % 512 + 1024), 1))
    return path


@pytest.mark.parametrize(
    "kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE,
             tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK]
)  # fmt: skip
def test_a_header_is_not_read_at_any_length(tmp_path, kind):
    path = tar_with(tmp_path / "hand-in.tar.gz", kind, 2 << 20, b"a" * (2 << 20))
    assert complaint(path).startswith("the archive cannot be opened")


@pytest.mark.parametrize(
    "fields",
    [
        {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "a.py",
         "GNU.sparse.realsize": "1"},
        {"GNU.sparse.map": "0,1", "GNU.sparse.size": "1", "GNU.sparse.numblocks": "1"},
        {"GNU.sparse.size": "1", "GNU.sparse.numblocks": "1", "GNU.sparse.offset": "0"},
    ],
)  # fmt: skip
def test_holes_are_not_mapped(tmp_path, fields):
    path = tmp_path / "hand-in.tar"
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        entry = tarfile.TarInfo("layers.py")
        entry.pax_headers = fields
        archive.addfile(entry)
    assert "packed in an unusual way" in complaint(path)
    assert "packed in an unusual way" in complaint(
        tar_with(tmp_path / "old.tar.gz", tarfile.GNUTYPE_SPARSE, 0)
    )


def test_a_size_below_zero_leads_nowhere(tmp_path):
    entry = bytearray(tarfile.TarInfo("layers.py").tobuf(tarfile.GNU_FORMAT))
    entry[124:136] = b"\xff" * 10 + b"\xfc\x00"
    entry[148:156] = b" " * 8
    entry[148:156] = b"%06o\0 " % sum(entry)
    path = tmp_path / "hand-in.tar"
    path.write_bytes(entry + bytes(1024))
    assert complaint(path).startswith("the archive cannot be opened")


def test_a_tar_packed_with_bzip2_is_read(tar_of):
    path = tar_of({"layers.py": b"x = 1\n"}, "hand-in.tar")
    path.write_bytes(bz2.compress(path.read_bytes()))
    assert read_tree(path, PY).files == {"layers.py": b"x = 1\n"}


@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.parametrize("name", ["d/" * (MAX_FOLDERS + 1) + "a.py", "a" * 1_001 + ".py"])
def test_a_path_that_is_too_long_is_left_out(zip_of, tar_of, kind, name):
    tree = read_tree((zip_of if kind == "zip" else tar_of)({"layers.py": b"x", name: b"y"}), PY)
    assert tree.files == {"layers.py": b"x"}
    (note,) = tree.notes
    assert note.endswith("was left out: its path is too long")


@pytest.fixture
def nested(folder_of):
    """Return a folder with an honest file, and folders in folders beyond what a path can be."""
    root = folder_of({"ann/layers.py": b"x", "bob/layers.py": b"y"}, "class")
    here = os.getcwd()  # noqa: PTH109 - no path leads there
    os.chdir(root / "ann")
    for _ in range(300):
        os.mkdir("a" * 20)  # noqa: PTH102
        os.chdir("a" * 20)
    os.chdir(here)
    return root


def test_a_folder_that_is_too_deep_is_left_out(nested, assignment):
    tree = read_tree(nested / "ann", PY)
    assert tree.files == {"layers.py": b"x"}
    assert tree.notes[0].endswith("was left out: its path is too long")
    assert [each.student for each in find_hand_ins([nested], assignment)] == ["ann", "bob"]
    assert open_source(nested, nested).names == ["ann/layers.py", "bob/layers.py"]


def test_of_thousands_that_are_left_out_some_are_named(zip_of):
    tree = read_tree(zip_of({f"../{n}.py": b"" for n in range(1_000)}), PY)
    assert len(tree.notes) == 21
    assert tree.notes[-1] == "980 more were left out"


@pytest.mark.parametrize("inner", ["work.zip", "work.tar.gz", "work.rar"])
def test_an_archive_inside_an_archive_is_named(zip_of, inner):
    tree = read_tree(zip_of({inner: b"PK"}), PY)
    assert tree.notes == [f"{inner} was left out: an archive inside of the hand-in is not read"]
    assert read_tree(zip_of({inner: b"PK", "layers.py": b"x"}), PY).notes == []


def test_a_name_that_grows_when_it_is_shown_still_names_a_folder(folder_of, assignment):
    root = folder_of({"\ue000" * 80 + "/layers.py": b"x"}, "class")
    (only,) = find_hand_ins([root], assignment)
    assert only.student.startswith("\\ue000\\ue000")
    assert len(only.student.encode()) <= 200


def test_of_many_files_of_one_name_some_are_told(assignment):
    files = {"layers.py": b"", **{f"{n}/layers.py": b"" for n in range(10)}}
    made = make_workspace(assignment, files, {"gradient_check.py": b""})
    assert made.notes == [
        "layers.py was graded, not 0/layers.py, 1/layers.py, 2/layers.py and 7 more"
    ]


@pytest.mark.parametrize("coding", ["punycode", "unicode_escape", "utf-7", "idna", "undefined"])
def test_only_alphabets_are_decoded(coding):
    # Punycode takes hours for a megabyte, and the others say another thing than an editor shows.
    with pytest.raises(ValueError, match="is not saved as UTF-8"):
        decode_source(f"# coding: {coding}\n".encode() + b"a-b" * 100_000)


def test_utf_32_is_called_by_its_name():
    with pytest.raises(ValueError, match="is saved as UTF-32; save it as UTF-8"):
        decode_source("x = 1\n".encode("utf-32"))
