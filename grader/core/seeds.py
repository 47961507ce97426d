"""Seeds that follow from the names of things, so that regrading draws the same numbers."""

from __future__ import annotations

import hashlib


def derive_seed(*parts: str | int) -> int:
    """Return a 128-bit seed that depends on every part and on their order."""
    text = "\x00".join(f"{type(part).__name__}:{part}" for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")
