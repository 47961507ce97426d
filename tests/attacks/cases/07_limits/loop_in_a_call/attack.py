_plain = batchnorm_forward


def batchnorm_forward(x, gamma, beta, bn_param):
    if bn_param["mode"] == "sideways":
        print("TRYING", flush=True)
        while True:
            pass
    return _plain(x, gamma, beta, bn_param)
