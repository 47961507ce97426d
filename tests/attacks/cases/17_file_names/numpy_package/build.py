_FILES = {
    'numpy/__init__.py': 'run',
    'numpy/testing/__init__.py': 'run',
    'msgspec/__init__.py': 'run',
}
