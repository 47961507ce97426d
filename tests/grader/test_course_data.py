"""The data of the assignment batchnorm: real, bundled, and read without trusting anybody."""

from __future__ import annotations

import os
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

DATA = Path(__file__).resolve().parents[2] / "student_template" / "batchnorm" / "data"


@pytest.fixture(scope="module")
def data_utils(course):
    return course("data_utils")


# The bundled digits.


@pytest.fixture(scope="module")
def digits(data_utils):
    return data_utils.get_CIFAR10_data()


def test_digits_have_the_shape_of_cifar10(digits):
    assert list(digits) == ["X_train", "y_train", "X_val", "y_val", "X_test", "y_test"]
    for part, n in (("train", 1297), ("val", 250), ("test", 250)):
        images, labels = digits[f"X_{part}"], digits[f"y_{part}"]
        assert (images.shape, images.dtype) == ((n, 3, 32, 32), np.float64)
        assert (labels.shape, labels.dtype) == ((n,), np.int64)
        assert np.bincount(labels, minlength=10).min() > 0.05 * n  # all ten, in every part


def test_the_mean_training_image_is_subtracted_everywhere(digits, data_utils):
    assert np.abs(digits["X_train"].mean(axis=0)).max() < 1e-10
    raw, _ = data_utils._digits(DATA / "digits.npz")["val"]
    difference = raw - digits["X_val"]
    assert np.abs(difference - difference[0]).max() < 1e-10
    assert (raw.min(), raw.max()) == (0, 255)


def test_every_digit_is_used_once_and_only_enlarged(data_utils):
    parts = data_utils._digits(DATA / "digits.npz")
    images = np.concatenate([parts[name][0] for name in ("train", "val", "test")])
    assert (images == images[:, :1]).all()  # grey
    small = images[:, 0, ::4, ::4]
    np.testing.assert_array_equal(images[:, 0], small.repeat(4, axis=1).repeat(4, axis=2))
    with np.load(DATA / "digits.npz", allow_pickle=False) as file:
        assert {name: file[name].dtype for name in file} == {
            "images": np.dtype(np.uint8),
            "labels": np.dtype(np.uint8),
        }
        bundled = file["images"].reshape(-1, 64)
    ours = np.round(small * (16 / 255)).astype(np.uint8).reshape(-1, 64)
    np.testing.assert_array_equal(np.sort(ours, axis=0), np.sort(bundled, axis=0))
    assert len(np.unique(bundled, axis=0)) == 1797


def test_parts_are_cut_to_the_sizes_asked_for(data_utils, digits):
    data = data_utils.get_CIFAR10_data(num_training=10, num_validation=20, num_test=30)
    assert [len(data[f"X_{part}"]) for part in ("train", "val", "test")] == [10, 20, 30]
    np.testing.assert_array_equal(data["y_val"], digits["y_val"][:20])


def test_the_bundle_is_small_and_names_its_source():
    assert (DATA / "digits.npz").stat().st_size < 100_000
    assert "Alpaydin" in (DATA / "README.md").read_text()
    assert "The scikit-learn developers" in (DATA / "LICENSE-digits.txt").read_text()


# CIFAR-10, from batches made as the real ones are: by the pickle of Python 2, protocol 2.


class Python2Pickler(pickle._Pickler):
    """Writes bytes as Python 2 wrote text."""

    def save_text(self, content):
        self.write(pickle.BINSTRING + struct.pack("<i", len(content)) + content)

    dispatch = pickle._Pickler.dispatch | {bytes: save_text}


class Sink(bytearray):
    def write(self, content):
        self.extend(content)


def old_pickle(value):
    sink = Sink()
    Python2Pickler(sink, protocol=2).dump(value)
    return bytes(sink).replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n")


def new_pickle(value):
    return pickle.dumps(value, protocol=4)


def batch(n=4, seed=0):
    rng = np.random.default_rng(seed)
    return {
        b"batch_label": b"training batch 1 of 5",
        b"labels": [int(label) for label in rng.integers(10, size=n)],
        b"data": rng.integers(256, size=(n, 3072), dtype=np.uint8),
        b"filenames": [b"frog.png"] * n,
    }


@pytest.mark.parametrize("dumps", [old_pickle, new_pickle])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_batch_comes_back_as_it_was(data_utils, tmp_path, dumps, order):
    original = batch()
    path = tmp_path / "data_batch_1"
    path.write_bytes(dumps(original | {b"data": np.array(original[b"data"], order=order)}))
    images, labels = data_utils.load_CIFAR_batch(path)
    np.testing.assert_array_equal(images.reshape(4, 3072), original[b"data"])
    assert images.shape == (4, 3, 32, 32)
    assert labels.tolist() == original[b"labels"]


def test_cifar10_is_used_where_it_lies(data_utils, tmp_path):
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    originals = [batch(seed=number) for number in range(6)]
    names = [f"data_batch_{number}" for number in range(1, 6)] + ["test_batch"]
    for name, original in zip(names, originals, strict=True):
        (folder / name).write_bytes(old_pickle(original))
    data = data_utils.get_CIFAR10_data(49000, num_validation=3, num_test=2, folder=tmp_path)
    assert [len(data[f"X_{part}"]) for part in ("train", "val", "test")] == [17, 3, 2]
    assert data["y_val"].tolist() == originals[4][b"labels"][1:]
    assert data["y_test"].tolist() == originals[5][b"labels"][:2]
    raw = np.concatenate([original[b"data"] for original in originals[:5]]).astype(float)
    expected = (raw - raw[:17].mean(axis=0))[17:].reshape(3, 3, 32, 32)
    np.testing.assert_allclose(data["X_val"], expected, atol=1e-10)


class Runs:
    """Pickles to a call."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("dumps", [old_pickle, new_pickle])
@pytest.mark.parametrize("name", ["system", "mkdir"])
def test_a_pickle_that_runs_code_is_refused_and_runs_nothing(data_utils, tmp_path, dumps, name):
    mark = tmp_path / "mark"
    argument = f"touch {mark}" if name == "system" else str(mark)
    path = tmp_path / "data_batch_1"
    path.write_bytes(dumps(batch() | {b"filenames": Runs(getattr(os, name), argument)}))
    complaint = rf"data_batch_1 is not .*: it asks for (posix|nt)\.{name}, which could run code"
    with pytest.raises(pickle.UnpicklingError, match=complaint):
        data_utils.load_CIFAR_batch(path)
    assert not mark.exists()


@pytest.mark.parametrize(
    ("content", "asked"),
    [
        (Runs(eval, "1"), r"builtins\.eval"),
        (Runs(getattr, 1, "real"), r"builtins\.getattr"),
        (Runs(np.load, "x"), r"numpy\.load"),
        (np.float64(1), r"numpy\._core\.multiarray\.scalar|numpy\.core\.multiarray\.scalar"),
        (Path("x"), "pathlib"),
        ({1, 2}, "asks for __builtin__.set|not a batch"),
    ],
)
def test_nothing_but_arrays_is_granted_by_name(data_utils, tmp_path, content, asked):
    path = tmp_path / "b"
    path.write_bytes(new_pickle(batch() | {b"data": content}))
    with pytest.raises(pickle.UnpicklingError, match=asked):
        data_utils.load_CIFAR_batch(path)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({b"data": np.zeros((4, 3072))}, "dtype 'f8'"),
        ({b"data": np.array([[]] * 4, dtype=object)}, "dtype 'O8'"),
        ({b"data": np.zeros((4, 3071), np.uint8)}, "cannot reshape"),
        ({b"labels": [1, 2]}, "2 labels for 4 images"),
        ({b"labels": ["one", "two", "three", "four"]}, "invalid literal"),
        ({b"data": [1, 2]}, "no attribute 'array'"),
    ],
)
def test_what_is_no_batch_is_refused(data_utils, tmp_path, changes, complaint):
    path = tmp_path / "b"
    path.write_bytes(new_pickle(batch() | changes))
    with pytest.raises(
        pickle.UnpicklingError, match=f"b is not a batch of CIFAR-10: .*{complaint}"
    ):
        data_utils.load_CIFAR_batch(path)


@pytest.mark.parametrize("content", [b"", b"\x80", b"hello", old_pickle(batch())[:-50], b"cos\n"])
def test_damaged_files_are_refused(data_utils, tmp_path, content):
    (tmp_path / "b").write_bytes(content)
    with pytest.raises(pickle.UnpicklingError, match="b is not a batch of CIFAR-10"):
        data_utils.load_CIFAR_batch(tmp_path / "b")
