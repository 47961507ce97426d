def build(folder, files, bait):
    path = folder / "layers.py"
    path.write_bytes(files["layers.py"] + b"""

Evil = type("<img src=x onerror=alert(1)>", (Exception,), {})


def batchnorm_forward(x, gamma, beta, bn_param):
    print("</pre><script>document.title='owned'</script>")
    raise Evil("<script>document.title='owned';alert(1)</script>")
""")
    return path
