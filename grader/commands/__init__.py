"""What the commands do; the command line (grader/cli/) imports each when it is called."""
