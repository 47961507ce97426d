"""From what was handed in, by hand or from a platform, to whose it is and a set of files.

Hand-ins are read into memory. Only the zip of a whole class is unpacked, into files with names of
ours in a temporary folder.
"""
