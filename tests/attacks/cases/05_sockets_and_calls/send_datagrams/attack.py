import socket


def send(family, address):
    return socket.socket(family, socket.SOCK_DGRAM).sendto(b"secret", address)


def attack():
    each(
        lambda: send(socket.AF_INET, ("127.0.0.1", PORT)),
        lambda: send(socket.AF_INET6, ("::1", PORT)),
        lambda: socket.getaddrinfo("localhost", 80),
        lambda: socket.gethostbyname("localhost"),
    )
