import _thread
import threading
import time


def pool():
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(1).submit(abs, -1).result()


def attack():
    each(
        lambda: threading.Thread(target=time.sleep, args=(600,), daemon=True).start(),
        lambda: _thread.start_new_thread(time.sleep, (600,)),
        pool,
        lambda: threading.Timer(0.01, time.sleep, (600,)).start(),
    )
