"""The images that the networks are trained on. Given: nothing to do here.

CIFAR-10 where its Python batches lie in ``data/cifar-10-batches-py``; otherwise the handwritten
digits of ``data/digits.npz``, enlarged to the same shape. ``data/README.md`` names the sources.

The batches of CIFAR-10 are pickles, and a pickle can run any code when it is opened. This one is
read without that: of everything a pickle may ask for by name, only an array of bytes is granted.
"""

import pickle
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parent / "data"
CIFAR10 = "cifar-10-batches-py"
DIGITS = "digits.npz"


def get_CIFAR10_data(num_training=49000, num_validation=1000, num_test=1000, folder=DATA):
    """Load the data, split it, and subtract the mean training image.

    The digits are too few for the default sizes: they are split 1297, 250 and 250, each part being
    cut to the size asked for if that is smaller.

    Parameters
    ----------
    num_training, num_validation, num_test : int
        Sizes of the parts.
    folder : path
        Where ``cifar-10-batches-py`` or ``digits.npz`` lies.

    Returns
    -------
    data : dict
        X_train, X_val, X_test : float64 arrays (N, 3, 32, 32)
            Brightness from 0 to 255 less that of the mean image of X_train.
        y_train, y_val, y_test : integer arrays (N,)
            Labels from 0 to 9.

    Raises
    ------
    pickle.UnpicklingError
        If a batch of CIFAR-10 holds anything but arrays of bytes, numbers and text.
    """
    folder = Path(folder)
    sizes = {"train": num_training, "val": num_validation, "test": num_test}
    if (folder / CIFAR10).is_dir():
        parts = _cifar10(folder / CIFAR10, num_validation)
    else:
        parts = _digits(folder / DIGITS)
    data = {}
    for name, (images, labels) in parts.items():
        data["X_" + name] = images[: sizes[name]].astype(np.float64)
        data["y_" + name] = labels[: sizes[name]].astype(np.int64)
    mean_image = data["X_train"].mean(axis=0)
    for name in parts:
        data["X_" + name] -= mean_image
    return data


def _cifar10(folder, num_validation):
    """Return images and labels of each part; the last training images are for validation."""
    batches = [load_CIFAR_batch(folder / "data_batch_{}".format(n)) for n in range(1, 6)]
    images, labels = (np.concatenate(arrays) for arrays in zip(*batches))
    split = max(0, len(images) - num_validation)
    return {
        "train": (images[:split], labels[:split]),
        "val": (images[split:], labels[split:]),
        "test": load_CIFAR_batch(folder / "test_batch"),
    }


def _digits(path):
    """Return images and labels of each part, every pixel made a grey square of 4 by 4."""
    with np.load(path, allow_pickle=False) as file:
        small, labels = file["images"], file["labels"]
    # The digits come writer by writer. Shuffled, every part has all of them.
    order = np.random.RandomState(0).permutation(len(small))
    grey = small[order].astype(np.float32) * (255 / 16)
    large = grey.repeat(4, axis=1).repeat(4, axis=2)
    images = np.broadcast_to(large[:, np.newaxis], (len(large), 3, 32, 32))
    labels = labels[order]
    parts = {"train": slice(0, 1297), "val": slice(1297, 1547), "test": slice(1547, None)}
    return {name: (images[part], labels[part]) for name, part in parts.items()}


def load_CIFAR_batch(path):
    """Read one batch of CIFAR-10 without trusting it.

    Returns
    -------
    images : uint8 array (N, 3, 32, 32)
    labels : integer array (N,)

    Raises
    ------
    pickle.UnpicklingError
        If the file is not a pickle, holds anything but arrays of bytes, numbers and text, or is
        not made as a batch of CIFAR-10 is.
    """
    with open(path, "rb") as file:
        try:
            batch = _ArraysOnly(file, encoding="bytes").load()
            images = batch[b"data"].array.reshape(-1, 3, 32, 32)
            labels = np.array(batch[b"labels"], dtype=np.int64)
            if labels.shape != images.shape[:1]:
                raise ValueError("{} labels for {} images".format(labels.size, len(images)))
        except Exception as error:  # whatever a malformed pickle makes Python raise
            raise pickle.UnpicklingError(
                "{} is not a batch of CIFAR-10: {}".format(path, error)
            ) from error
    return images, labels


class _Dtype:
    """Stands for numpy.dtype; knows unsigned bytes alone."""

    def __init__(self, code, *_):
        if code not in (b"u1", "u1"):
            raise ValueError("an array of dtype {!r}, where bytes belong".format(code))

    def __setstate__(self, state):
        """Take no notice: bytes have no byte order."""


class _Array:
    """Stands for numpy.ndarray until its contents are known."""

    def __setstate__(self, state):
        _version, shape, dtype, by_columns, content = state
        if not isinstance(dtype, _Dtype):
            raise ValueError("an array without a dtype")
        flat = np.frombuffer(content, dtype=np.uint8)
        self.array = flat.reshape(shape, order="F" if by_columns else "C")


def _reconstruct(*_):
    """Stand for the function of NumPy by which pickled arrays begin."""
    return _Array()


class _ArraysOnly(pickle.Unpickler):
    """Opens pickles that hold plain containers, numbers, text and arrays of bytes."""

    # Real NumPy would let a file set up an array over memory that is not its own.
    _GRANTED = {
        ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
        ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
        ("numpy", "ndarray"): _Array,
        ("numpy", "dtype"): _Dtype,
    }

    def find_class(self, module, name):
        """Return what stands for a name in the pickle, or refuse it."""
        try:
            return self._GRANTED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(
                "it asks for {}.{}, which could run code".format(module, name)
            ) from None
