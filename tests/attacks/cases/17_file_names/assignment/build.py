_FILES = {
    'assignment.toml': "[[criteria]]\nid = 'bn_forward'\npoints = 1000\n",
    'reference/batchnorm/assignment.toml': 'x',
    'reference/batchnorm/solution/layers.py': 'run',
    'expect.toml': 'x',
    'report.json': '{}',
    'misconceptions.py': 'run',
}
