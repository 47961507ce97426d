_FILES = {
    'grader/__init__.py': 'run',
    'grader/worker/__init__.py': 'run',
    'grader/worker/serve.py': 'run',
    'grader.py': 'run',
    'worker.py': 'run',
    '__main__.py': 'run',
    '__init__.py': '',
}
