import sys


def attack():
    frame, depth, words = sys._getframe(), 0, {"expected", "tolerance", "reference", "rng", "seed"}
    while frame is not None:
        depth += 1
        for name in words & {*frame.f_locals, *frame.f_globals}:
            loot(f"{name} in {frame.f_code.co_name}")
        frame = frame.f_back
    print("WALKED", depth, flush=True)
