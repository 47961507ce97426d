_FILES = {
    'drive_network.py': 'run',
    'solver.py': 'run',
    'optim.py': 'run',
    'gradient_check.py': 'run',
    'layer_utils.py': 'run',
    'classifiers/drive_network.py': 'run',
    'data_utils.py': 'run',
}
