import ctypes
import mmap
import os
import struct


MAP_32BIT = 0x40


def call(number, first=0, second=0, third=0):
    # push rbx; mov eax, ebx, ecx, edx; int 0x80; pop rbx; ret
    code = b"\x53" + b"".join(
        register + struct.pack("<I", value)
        for register, value in zip((b"\xb8", b"\xbb", b"\xb9", b"\xba"),
                                   (number, first, second, third))
    ) + b"\xcd\x80\x5b\xc3"
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    run = ctypes.CFUNCTYPE(ctypes.c_int32)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    result = run()
    if result < 0:
        raise OSError(-result, os.strerror(-result))
    return result


def low(text):
    """Return an address below 4 GB at which the text stands."""
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_32BIT
    page = mmap.mmap(-1, 4096, flags=flags)
    page.write(text + b"\0")
    low.kept = page
    return ctypes.addressof(ctypes.c_char.from_buffer(page))
