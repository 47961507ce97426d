import time


def attack():
    def left():
        import multiprocessing

        context = multiprocessing.get_context("fork")
        process = context.Process(target=time.sleep, args=(600,))
        process.start()
        return process.pid

    def pool():
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor(1) as workers:
            return workers.submit(abs, -1).result()

    each(left, pool)
