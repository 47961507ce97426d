import ctypes
import os
import time

KCMP, KCMP_VM = 312, 1  # x86-64


def attack():
    for pid in (GRADER_PID, os.getppid()):
        clock = ~pid << 3 | 2  # of its CPU time, as clock_getcpuclockid(3) computes it
        pointer, size = ctypes.c_void_p(), ctypes.c_size_t()
        each(
            lambda: time.clock_gettime(clock),
            lambda: os.sched_getaffinity(pid),
            lambda: os.sched_getscheduler(pid),
            lambda: os.getpriority(os.PRIO_PROCESS, pid),
            lambda: os.getsid(pid),
            lambda: kernel(KCMP, os.getpid(), pid, KCMP_VM, 0, 0),
            lambda: kernel(274, pid, ctypes.byref(pointer), ctypes.byref(size)),  # robust list
            lambda: kernel("prlimit", pid, 7, None, (ctypes.c_ulong * 2)()),
        )
