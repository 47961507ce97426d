"""Notebooks of hand-ins: read, aligned, executed in a walled kernel, held to account."""
