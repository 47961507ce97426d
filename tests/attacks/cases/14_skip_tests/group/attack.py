def answer(value):
    error = ValueError(1)
    for _ in range(100):
        error = BaseExceptionGroup("SystemExit", [error, KeyboardInterrupt()])
    raise error
