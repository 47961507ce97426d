import socket


def attack():
    each(
        lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
        lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0),
        lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM),
        lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET),
        lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
        lambda: socket.socket(socket.AF_INET6),
    )
