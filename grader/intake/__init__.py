"""From what a student handed in to a set of files, read without ever writing one."""
