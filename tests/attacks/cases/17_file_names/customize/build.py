_FILES = {
    'sitecustomize.py': 'run',
    'usercustomize.py': 'run',
    'mine.pth': "import os; print('LOOT ran a pth')\n",
    '__pycache__/sitecustomize.cpython-311.pyc': 'x',
    'pyvenv.cfg': 'home = /tmp\n',
}
