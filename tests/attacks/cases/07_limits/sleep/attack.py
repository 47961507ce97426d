import time


_plain = batchnorm_forward


def batchnorm_forward(x, gamma, beta, bn_param):
    if bn_param["mode"] == "sideways":
        print("TRYING", flush=True)
        time.sleep(3600)
    return _plain(x, gamma, beta, bn_param)
