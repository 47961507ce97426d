"""One hand-in on each push or upload: where it comes from, and where its report goes."""
