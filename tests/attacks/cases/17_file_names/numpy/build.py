_FILES = {
    'numpy.py': 'run',
}
