"""From C sources to libraries that workers load."""
