"""A new assignment: what `grader new` makes, from the files below template/."""
