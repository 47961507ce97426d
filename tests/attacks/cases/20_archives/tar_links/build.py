import io
import tarfile


def build(folder, files, bait):
    path = folder / "hand-in.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, kind in (("layers.py", tarfile.SYMTYPE), ("hard/layers.py", tarfile.LNKTYPE)):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, bait["CLASSMATE"]
            archive.addfile(entry)
    return path
