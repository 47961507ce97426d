class Endless(Exception):
    def __str__(self):
        while True:
            pass


_plain = batchnorm_forward


def batchnorm_forward(x, gamma, beta, bn_param):
    if bn_param["mode"] == "sideways":
        print("TRYING", flush=True)
        raise Endless
    return _plain(x, gamma, beta, bn_param)
