import os

import numpy as np


def attack():
    each(
        lambda: open(TARGET, "w").close(),
        lambda: open(GRADEBOOK, "w").close(),
        lambda: open(GRADEBOOK, "a").close(),
        lambda: open(GRADEBOOK, "r+b").close(),
        lambda: os.open(os.path.dirname(TARGET), os.O_TMPFILE | os.O_WRONLY),
        lambda: os.open(GRADEBOOK, os.O_RDONLY | os.O_TRUNC),
        lambda: os.truncate(GRADEBOOK, 0),
        lambda: np.save(TARGET, np.zeros(3)),
        lambda: np.memmap(GRADEBOOK, mode="r+"),
    )
