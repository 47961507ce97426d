"""Numerical judgement in pure NumPy: what hidden checks compare with."""
