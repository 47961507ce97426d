"""Measuring and removing what a kernel leaves, however it is laid out."""

from __future__ import annotations

import os

import pytest

from grader.sandbox.kernel_folder import count_files, measure_folder, remove_folder


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "made"
    made.mkdir()
    return made


def dig(folder, levels, name="d" * 200):
    """Make folders within folders, deeper than a path can name."""
    inside = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=inside)
        deeper = os.open(name, os.O_RDONLY, dir_fd=inside)
        os.close(inside)
        inside = deeper
    os.close(os.open("bottom", os.O_CREAT, dir_fd=inside))
    os.close(inside)


def test_bytes_and_entries_are_counted(folder):
    (folder / "sub").mkdir()
    (folder / "a").write_bytes(b"123")
    (folder / "sub" / "b").write_bytes(b"45")
    found = measure_folder(str(folder), 100)
    assert (found.size, found.count, found.measurable) == (5, 3, True)


def test_counting_ends_where_there_are_too_many(folder):
    for number in range(50):
        (folder / str(number)).mkdir()
    assert measure_folder(str(folder), 10).count == 11


def test_what_cannot_be_named_is_not_measurable(folder):
    dig(folder, 30)
    assert not measure_folder(str(folder), 1000).measurable


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list everything")
def test_what_cannot_be_listed_is_not_measurable(folder):
    (folder / "sub").mkdir(mode=0o300)
    assert not measure_folder(str(folder), 1000).measurable


def test_a_folder_that_is_gone_holds_nothing(folder):
    found = measure_folder(str(folder / "gone"), 10)
    assert (found.count, found.measurable) == (0, True)


@pytest.mark.parametrize("levels", [1, 30, 3000])
def test_everything_is_removed(folder, levels):
    dig(folder, levels)
    (folder / "moved-0").mkdir()
    (folder / "moved-1").write_text("a file of that name")
    (folder / "shut" / "inner").mkdir(parents=True)
    (folder / "shut" / "inner" / "file").touch()
    (folder / "shut" / "inner").chmod(0)
    (folder / "shut").chmod(0)
    remove_folder(str(folder))
    assert not folder.exists()


def test_a_link_is_removed_and_not_followed(folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").touch()
    (folder / "link").symlink_to(outside)
    (folder / "sub").mkdir()
    (folder / "sub" / "link").symlink_to(outside)
    remove_folder(str(folder))
    assert (outside / "file").exists()


def test_files_of_a_file_system_are_counted(tmp_path):
    descriptor = os.open(tmp_path, os.O_RDONLY)
    assert count_files(descriptor) > 0
    os.close(descriptor)
