_FILES = {
    'conftest.py': 'run',
    'tests/conftest.py': 'run',
    'test_mine.py': 'run',
    'tests/hidden/batchnorm/test_bn_forward.py': 'run',
    'pytest_plugins.py': 'run',
}
