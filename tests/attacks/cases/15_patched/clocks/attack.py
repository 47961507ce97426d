import time


def attack():
    for name in ("time", "perf_counter", "process_time", "monotonic", "thread_time", "clock_gettime"):
        setattr(time, name, lambda *_: 0.0)
        setattr(time, f"{name}_ns", lambda *_: 0)
