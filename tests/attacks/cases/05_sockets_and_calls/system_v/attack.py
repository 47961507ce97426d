CREATE = 0o1000 | 0o600


def attack():
    each(
        lambda: kernel("shmctl", kernel("shmget", 0, 4096, CREATE), 0, None),
        lambda: kernel("msgctl", kernel("msgget", 0, CREATE), 0, None),
        lambda: kernel("semctl", kernel("semget", 0, 1, CREATE), 0, 0, None),
    )
