"""What fuzz.py does: answers of real workers, what may be wrong in them, and who takes them in."""
