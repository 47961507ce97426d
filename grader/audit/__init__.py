"""Grade the grader: what each check is worth."""
