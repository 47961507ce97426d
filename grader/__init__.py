"""Grade numerical assignments fairly, on code that nobody trusts."""

import os

__version__ = "0.1.0"

# Before NumPy is imported: sums that do not depend on how many cores a machine has, and no threads
# to start in processes that have a few small arrays each.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
