"""What goes to students and is the same for every assignment; needs nothing of the grader."""
