"""The only code that enters the sandbox. Standard library and NumPy, nothing else of grader."""
