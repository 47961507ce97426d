"""Matplotlib's list of fonts for kernels, made once: making it takes longer than a plot."""

from __future__ import annotations

import contextlib
import copy
import functools
import tempfile
from pathlib import Path


@functools.lru_cache(maxsize=1)
def font_cache() -> dict[str, bytes]:
    """Return the cache files that Matplotlib would write itself, by path below its home.

    Only fonts that Matplotlib brings along are in it: a kernel sees no others, and so a plot
    looks the same on every machine. Empty where this version of Matplotlib does it differently;
    then kernels make their own.
    """
    with contextlib.suppress(ImportError, AttributeError, OSError, TypeError):
        import matplotlib as mpl  # noqa: PLC0415 - slow, and only kernels need it
        from matplotlib import font_manager  # noqa: PLC0415

        bundled = Path(mpl.get_data_path())
        fonts = copy.copy(font_manager.fontManager)
        for name in ("ttflist", "afmlist"):
            kept = [font for font in getattr(fonts, name) if bundled in Path(font.fname).parents]
            setattr(fonts, name, kept)
        name = f"fontlist-v{font_manager.FontManager.__version__}.json"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            font_manager.json_dump(fonts, str(path))
            return {f"matplotlib/{name}": path.read_bytes()}
    return {}
