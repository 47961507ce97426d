_FILES = {
    'json.py': 'run',
    'struct.py': 'run',
    'os.py': 'run',
    'sys.py': 'run',
    're.py': 'run',
    'typing.py': 'run',
    'builtins.py': 'run',
    'random.py': 'run',
    'math.py': 'run',
    'linecache.py': 'run',
}
