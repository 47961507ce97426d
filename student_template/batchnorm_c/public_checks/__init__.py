"""What selfcheck.py checks, and how."""
