"""The bundle that students get: what belongs in it, what must not, and how it is graded."""
