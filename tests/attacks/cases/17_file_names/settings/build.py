_FILES = {
    'pytest.ini': '[pytest]\naddopts = -p mine --collect-only\npython_files = *.py\n',
    'setup.cfg': '[tool:pytest]\naddopts = --co\n',
    'tox.ini': '[pytest]\naddopts = --co\n',
    'pyproject.toml': "[tool.pytest.ini_options]\naddopts = '--co'\n",
    'mine.py': 'run',
    'setup.py': 'run',
    'Makefile': 'all:\n\\ttouch mine\n',
}
