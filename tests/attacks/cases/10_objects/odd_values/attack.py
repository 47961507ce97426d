_plain = batchnorm_forward


class Booby:
    def __getattribute__(self, name):
        raise SystemExit(name)


def batchnorm_forward(x, gamma, beta, bn_param):
    value = _plain(x, gamma, beta, bn_param)
    if bn_param["mode"] == "train":
        bn_param["running_mean"], bn_param["running_var"] = Booby(), Booby
        bn_param["more"] = [Booby(), lambda: 0, print]
    return value
