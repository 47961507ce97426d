"""An archive that cannot be used is one sentence for the student; damage is never graded."""

import gzip
import re
import tarfile
import zipfile

import pytest

from grader.core.errors import SubmissionError
from grader.intake.tree import MAX_ENTRIES, MAX_FILE_BYTES, MAX_TOTAL_BYTES, read_tree

PY = frozenset({".py"})
# Bytes that do not compress, so that damage hits them.
FILES = {
    "layers.py": bytes((7 * n * n + n // 3) % 251 for n in range(2000)),
    "a/nets.py": b"y = 2\n" * 20,
}
# More than one line, or no reason at all.
UNREADABLE = r"\n|\\n|: $"


def complaint(path):
    """Return the sentence for the student; it is one readable line."""
    with pytest.raises(SubmissionError) as caught:
        read_tree(path, PY)
    sentence = str(caught.value)
    assert sentence.startswith(("the archive ", "the hand-in "))
    assert not re.search(UNREADABLE, sentence)
    return sentence


def encrypted(path):
    """Set the flag of encryption in both headers of the only entry."""
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    return path


def test_encrypted_zip(zip_of):
    path = encrypted(zip_of({"layers.py": b"x = 1\n"}))
    assert complaint(path) == "the archive is encrypted; hand it in without a password"


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.99])
def test_truncated_zip(zip_of, share):
    path = zip_of(FILES)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert complaint(path).startswith("the archive cannot be opened")


@pytest.mark.parametrize("name", ["hand-in.tar.gz", "hand-in.tgz"])
@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9])
def test_truncated_tar_gz(tar_of, name, share):
    path = tar_of(FILES, name)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert complaint(path).startswith("the archive cannot be opened")


@pytest.mark.parametrize("length", [0, 300, 600, 2000])
def test_truncated_tar(tar_of, length):
    path = tar_of(FILES, "hand-in.tar")
    path.write_bytes(path.read_bytes()[:length])
    assert complaint(path).startswith("the archive cannot be opened")


@pytest.mark.parametrize("name", ["hand-in.zip", "hand-in.tar.gz", "hand-in.tar"])
@pytest.mark.parametrize(
    "content", [b"", b"x = 1\n", b"Rar!\x1a\x07\x01\0" * 40, b"<html>not found</html>"]
)
def test_what_is_no_archive_at_all(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    assert complaint(path).startswith("the archive cannot be opened")


def test_a_zip_called_tar_gz(zip_of):
    assert complaint(zip_of(FILES, "hand-in.tar.gz")).startswith("the archive cannot be opened")


def damaged(data):
    """Yield the data with one byte changed, here and there."""
    for place in range(0, len(data), 3):
        for change in (1, 128):
            broken = bytearray(data)
            broken[place] ^= change
            yield place, bytes(broken)


@pytest.mark.parametrize("method", ["deflated", "bzip2", "lzma", "stored"])
def test_a_damaged_zip_is_refused_or_read_as_it_was(tmp_path, method):
    path = tmp_path / "hand-in.zip"
    with zipfile.ZipFile(path, "w", getattr(zipfile, f"ZIP_{method.upper()}")) as archive:
        for name, content in FILES.items():
            archive.writestr(name, content)
    # Names have no checksum in a zip: a damaged one may hide a file, but not change it.
    assert_never_silent(path, lambda files: files.items() <= FILES.items())


def test_a_damaged_tar_gz_is_refused_or_read_as_it_was(tar_of):
    assert_never_silent(tar_of(FILES), lambda files: files == FILES)


def assert_never_silent(path, as_it_was):
    """Assert that no damage to a checksummed archive is our failure or changes what is graded."""
    wrong = []
    for place, data in damaged(path.read_bytes()):
        path.write_bytes(data)
        try:
            if not as_it_was(read_tree(path, PY).files):
                wrong.append((place, "read with other contents"))
        except SubmissionError as error:
            if re.search(UNREADABLE, str(error)):
                wrong.append((place, str(error)))
        except Exception as error:  # noqa: BLE001 - every other kind is a finding
            wrong.append((place, repr(error)))
    assert wrong == []


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_too_many_entries(zip_of, tar_of, kind):
    files = {f"d/{n}.txt": b"" for n in range(MAX_ENTRIES + 1)}
    path = zip_of(files) if kind == "zip" else tar_of(files, "hand-in.tar")
    assert complaint(path) == "the hand-in has more than 20,000 entries"


def test_too_much_in_all(zip_of):
    count = MAX_TOTAL_BYTES // MAX_FILE_BYTES + 1
    path = zip_of({f"{n}.py": bytes(MAX_FILE_BYTES) for n in range(count)})
    assert complaint(path) == "the hand-in is larger than 200 MB"


def test_what_follows_the_end_of_a_tar_is_bounded_too(tar_of):
    path = tar_of({"layers.py": b"x"})
    zeros = gzip.compress(bytes(MAX_FILE_BYTES), 1)
    with path.open("ab") as file:
        file.write(zeros * (10 * MAX_TOTAL_BYTES // MAX_FILE_BYTES))
    assert complaint(path) == "the hand-in is larger than 200 MB"


def test_so_is_what_a_tar_only_claims_to_hold(tmp_path):
    entry = tarfile.TarInfo("data.npy")
    entry.size = 10 * MAX_TOTAL_BYTES
    path = tmp_path / "hand-in.tar"
    path.write_bytes(entry.tobuf() + bytes(1024))
    assert complaint(path) == "the hand-in is larger than 200 MB"


def test_a_bomb_is_not_unpacked(zip_of):
    path = zip_of({"bomb.py": bytes(8 * MAX_FILE_BYTES), "layers.py": b"x"})
    assert path.stat().st_size < 1 << 20
    tree = read_tree(path, PY)
    assert tree.files == {"layers.py": b"x"}
    assert tree.notes == ["bomb.py was left out: it is larger than 20 MB"]


@pytest.mark.parametrize("name", ["bob.rar", "bob.7z"])
def test_an_archive_of_a_kind_we_do_not_read_is_named(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"Rar!")
    with pytest.raises(SubmissionError, match=r"archives are not read: hand in a \.zip"):
        read_tree(path, PY)
