"""Grade numerical assignments fairly, on code that nobody trusts."""

__version__ = "0.1.0"
