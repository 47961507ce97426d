"""What collate.py does; the grader reads hand-ins with the same eyes."""
