USERFAULTFD, USER_MODE_ONLY = 323, 1  # x86-64


def attack():
    each(lambda: kernel(USERFAULTFD, USER_MODE_ONLY), lambda: kernel(USERFAULTFD, 0))
