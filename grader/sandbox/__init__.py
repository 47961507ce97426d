"""Walls around student code: policies as data, processes that hold to them."""
