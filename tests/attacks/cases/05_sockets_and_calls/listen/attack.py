import socket


def serve(family, address):
    server = socket.socket(family)
    server.bind(address)
    server.listen()
    return server.getsockname()


def attack():
    each(
        lambda: serve(socket.AF_INET, ("127.0.0.1", 0)),
        lambda: serve(socket.AF_UNIX, "\0attack-door"),
        lambda: socket.socketpair(),
    )
