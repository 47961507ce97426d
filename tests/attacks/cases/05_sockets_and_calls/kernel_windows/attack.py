import ctypes

PERF_EVENT_OPEN, BPF, SYSLOG, USER_ONLY = 298, 321, 103, 0x60  # x86-64; exclude kernel, hypervisor


def perf():
    attributes = (ctypes.c_uint32 * 32)(1, 128)  # a software event, the size of this structure
    attributes[10] = USER_ONLY
    return kernel(PERF_EVENT_OPEN, attributes, 0, -1, -1, 0)


def attack():
    each(
        perf,
        lambda: kernel(BPF, 0, (ctypes.c_uint32 * 18)(2, 4, 4, 1), 72),
        lambda: kernel(SYSLOG, 10, None, 0),
    )
