import os
import socket

SO_PEERCRED = 17


def attack():
    each(
        lambda: socket.socket(fileno=os.dup(3)).getsockopt(socket.SOL_SOCKET, SO_PEERCRED, 12),
        lambda: kernel("getpeername", 3, b"\0" * 128, (b"\x80\0\0\0")),
        lambda: kernel("setsockopt", 3, 1, 8, b"\0\0\0\1", 4),
        lambda: kernel("recvmsg", 3, b"\0" * 56, 0x40),
    )
