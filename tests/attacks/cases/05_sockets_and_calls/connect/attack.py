import socket


def attack():
    client = socket.socket()
    client.settimeout(2)
    client.connect(("127.0.0.1", PORT))
    loot("connected")
