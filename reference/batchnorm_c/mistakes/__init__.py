"""Known mistakes of this assignment, one module for each part of it."""
