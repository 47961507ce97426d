import socket


def attack():
    client = socket.socket(socket.AF_UNIX)
    client.connect(f"\0{ABSTRACT}")
    loot("connected")
