"""Run the hidden suite of an assignment, in the trusted process, against a hand-in."""
