"""How platforms lay out the hand-ins of a class, a module for each.

Each has `fits(source)`, whether a source looks like its own, and `read(source, assignment)`, which
gives a `Reading`.
"""
