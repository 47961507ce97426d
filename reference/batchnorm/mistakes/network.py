"""The fully connected network, and files as a whole."""

from grader.core.misconception import Edit, Misconception
from mistakes.places import NETWORKS, in_loss, in_network

_ORDER = "The assignment: affine - normalization - ReLU, L - 1 times, then affine - softmax"
_REG = "The assignment: 0.5 * reg * sum(W ** 2) for each weight matrix, and its gradient"
_CHAIN = "The chain rule for affine - normalization - ReLU"
_FROZEN = "Ioffe & Szegedy 2015, Algorithm 2"
_NET = "classifiers/fc_net.py"
_NORM = (
    "            norm = None\n"
    "            if self.normalization:\n"
    "                forward, _ = NORMS[self.normalization]\n"
    '                gamma, beta = self.params[f"gamma{i}"], self.params[f"beta{i}"]\n'
    "                x, norm = forward(x, gamma, beta, self.bn_params[i - 1])\n"
)
_RELU = "            x, relu = layers.relu_forward(x)\n"
_NORM_BACK = (
    "            if self.normalization:\n"
    "                _, backward = NORMS[self.normalization]\n"
    '                dx, grads[f"gamma{i}"], grads[f"beta{i}"] = backward(dx, norm)\n'
)
_RELU_BACK = "            dx = layers.relu_backward(dx, relu)\n"
_PARTS = 'dx, grads[f"gamma{i}"], grads[f"beta{i}"]'
_MODES = (
    "        for bn_param in self.bn_params:\n"
    '            bn_param["mode"] = "test" if y is None else "train"\n'
)
_REG_GRADIENT, _WEIGHTS = "grads[name] += self.reg * w", 'name.startswith("W")'
_REG_LOSS = "0.5 * self.reg * float(np.sum(w**2))"
_NORMALIZED = ("net_batchnorm", "net_layernorm")
_TRAINING = ("net_test", "net_training")

MISTAKES = (
    Misconception(
        id="net-norm-after-relu",
        title="the normalization comes after the ReLU",
        equation=_ORDER,
        hint="Write down the order of the three layers in your forward pass, and in the task.",
        costs=(*_NORMALIZED, "net_test"),
        edits=(
            in_network("_hidden_forward", _NORM + _RELU, _RELU + _NORM),
            in_network("_hidden_backward", _RELU_BACK + _NORM_BACK, _NORM_BACK + _RELU_BACK),
        ),
        may_cost=("net_training",),
    ),
    Misconception(
        id="net-relu-before-norm-backward",
        title="the backward pass goes through normalization and ReLU in the forward order",
        equation=_CHAIN,
        hint="The last layer of the forward pass is the first one of the backward pass.",
        costs=_NORMALIZED,
        edits=(in_network("_hidden_backward", _RELU_BACK + _NORM_BACK, _NORM_BACK + _RELU_BACK),),
        may_cost=("net_training",),
    ),
    Misconception(
        id="net-norm-on-output",
        title="the output layer has gamma and beta, too",
        equation=_ORDER,
        hint="List the keys of params for a network of two layers. Which do you need?",
        costs=("net_params", "net_batchnorm"),
        edits=(in_network("__init__", "i < self.num_layers", "i <= self.num_layers"),),
        may_cost=("net_layernorm", *_TRAINING),
    ),
    Misconception(
        id="net-last-hidden-not-normalised",
        title="the last hidden layer is not normalised",
        equation=_ORDER,
        hint="List the keys of params for a network of three layers, and count the gammas.",
        costs=("net_params", "net_batchnorm"),
        edits=(
            in_network("__init__", "i < self.num_layers", "i < self.num_layers - 1"),
            in_network(
                "_hidden_forward",
                "if self.normalization:",
                "if self.normalization and i < self.num_layers - 1:",
            ),
            in_network(
                "_hidden_backward",
                "if self.normalization:",
                "if self.normalization and i < self.num_layers - 1:",
            ),
        ),
        may_cost=("net_layernorm", *_TRAINING),
    ),
    Misconception(
        id="net-one-bn-param",
        title="one bn_param is shared by all layers",
        equation=f"{_FROZEN}: each normalised activation has statistics of its own",
        hint="[d] * 3 is a list of one dict, three times. Change one entry and print the others.",
        costs=("net_batchnorm", "net_test"),
        edits=(
            in_network(
                "__init__",
                '[{"mode": "train"} for _ in range(normalized)]',
                '[{"mode": "train"}] * normalized',
            ),
        ),
        may_cost=("net_training",),
        with_it=("net-gamma-gradients-missing", "net-always-trains"),
    ),
    Misconception(
        id="net-always-trains",
        title="the mode stays train when the network is tested",
        equation=_FROZEN,
        hint="Print the mode of each bn_param inside loss when it is called without labels.",
        costs=("net_test",),
        edits=(in_loss('"test" if y is None else "train"', '"train"'),),
        with_it=("test-uses-batch", "net-gamma-regularised"),
    ),
    Misconception(
        id="net-stays-in-test",
        title="the mode becomes test for the first test and never train again",
        equation=_FROZEN,
        hint="The solver tests after each epoch and goes on. In which mode does it go on?",
        costs=("net_test",),
        edits=(
            in_loss(
                '            bn_param["mode"] = "test" if y is None else "train"\n',
                '            if y is None:\n                bn_param["mode"] = "test"\n',
            ),
        ),
    ),
    Misconception(
        id="net-modes-exchanged",
        title="the network trains in mode test and is tested in mode train",
        equation=_FROZEN,
        hint="Does a call without labels train, or does it test?",
        costs=("net_batchnorm", "net_test"),
        edits=(in_loss('"test" if y is None', '"test" if y is not None'),),
        may_cost=("net_training",),
    ),
    Misconception(
        id="net-forgets-statistics",
        title="every call of loss makes bn_params anew, and the running statistics are lost",
        equation=f"{_FROZEN}: with the statistics that training collected",
        hint="Print bn_params before and after a few training steps. Where are they made?",
        costs=("net_test",),
        edits=(
            in_loss(
                _MODES,
                '        mode = "test" if y is None else "train"\n'
                '        self.bn_params = [{"mode": mode} for _ in self.bn_params]\n',
            ),
        ),
    ),
    Misconception(
        id="net-returns-probabilities",
        title="a test returns probabilities, not scores",
        equation="The assignment: without labels, loss returns the class scores",
        hint="Can a score be negative? Print what your network returns without labels.",
        costs=("net_test",),
        edits=(
            in_loss(
                "return scores\n",
                "return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)\n",
            ),
        ),
    ),
    Misconception(
        id="net-gamma-gradients-missing",
        title="the gradients of gamma and beta are not in grads",
        equation=_CHAIN,
        hint="Compare the keys of grads with those of params.",
        costs=_NORMALIZED,
        edits=(in_network("_hidden_backward", _PARTS, "dx, _, _"),),
        may_cost=_TRAINING,
    ),
    Misconception(
        id="net-gamma-beta-gradients-exchanged",
        title="the gradients of gamma and beta are stored under each other's names",
        equation=_CHAIN,
        hint="In which order does your backward pass return its three gradients?",
        costs=_NORMALIZED,
        edits=(
            in_network("_hidden_backward", _PARTS, 'dx, grads[f"beta{i}"], grads[f"gamma{i}"]'),
        ),
        may_cost=("net_training",),
    ),
    Misconception(
        id="net-norm-gradient-not-passed-on",
        title="dx of the normalization is thrown away, and the layer before gets that of the ReLU",
        equation=_CHAIN,
        hint="Follow dx through one turn of your backward loop. Is each of its values used?",
        costs=_NORMALIZED,
        edits=(in_network("_hidden_backward", _PARTS, f"_{_PARTS[2:]}"),),
        may_cost=("net_training",),
    ),
    Misconception(
        id="net-gamma-regularised",
        title="gamma and beta are regularised along with the weights",
        equation=_REG,
        hint="Which parameters does the assignment regularise? List those that your loop meets.",
        costs=_NORMALIZED,
        edits=(in_loss(_WEIGHTS, 'name.startswith(("W", "gamma", "beta"))'),),
        with_it=("net-reg-gradient-doubled", "net-reg-half-missing"),
    ),
    Misconception(
        id="net-bias-regularised",
        title="the biases are regularised along with the weights",
        equation=_REG,
        hint="Which parameters does the assignment regularise? Set a bias to 100 and look.",
        costs=NETWORKS,
        edits=(in_loss(_WEIGHTS, 'name[0] == "W" or name[:2].strip("b").isdigit()'),),
    ),
    Misconception(
        id="net-reg-gradient-doubled",
        title="the gradient of the regularisation counts twice, its loss once",
        equation=_REG,
        hint="Differentiate 0.5 * reg * W ** 2 by W. Which factor is left?",
        costs=NETWORKS,
        edits=(in_loss(_REG_GRADIENT, "grads[name] += 2 * self.reg * w"),),
    ),
    Misconception(
        id="net-reg-half-missing",
        title="the loss of the regularisation lacks its factor of one half",
        equation=_REG,
        hint="Check the gradient numerically with reg = 1. By which factor do they differ?",
        costs=NETWORKS,
        edits=(in_loss(_REG_LOSS, "self.reg * float(np.sum(w**2))"),),
        may_cost=("net_training",),
    ),
    Misconception(
        id="net-reg-gradient-missing",
        title="the regularisation is in the loss, but not in the gradients",
        equation=_REG,
        hint="What you add to the loss has a gradient. Where do you add that?",
        costs=NETWORKS,
        edits=(in_loss(f"                {_REG_GRADIENT}\n", ""),),
    ),
    Misconception(
        id="net-output-not-regularised",
        title="the weights of the output layer are not regularised",
        equation=_REG,
        hint="How many weight matrices do L layers have, and where does your loop end?",
        costs=NETWORKS,
        edits=(in_loss(_WEIGHTS, f'{_WEIGHTS} and name != f"W{{last}}"'),),
    ),
    Misconception(
        id="net-relu-on-output",
        title="the scores go through a ReLU",
        equation=_ORDER,
        hint="Can a score be negative? Print the smallest score of a few examples.",
        costs=(*NETWORKS, "net_test"),
        edits=(
            in_loss(
                "        if y is None:\n",
                "        scores, relu = layers.relu_forward(scores)\n        if y is None:\n",
            ),
            in_loss(
                "        grads: dict[str, Array] = {}\n",
                "        dscores = layers.relu_backward(dscores, relu)\n"
                "        grads: dict[str, Array] = {}\n",
            ),
        ),
        may_cost=("net_training",),
    ),
    Misconception(
        id="net-relu-not-taken-back",
        title="the backward pass skips the ReLU",
        equation=_CHAIN,
        hint="Count the layers on the way there and on the way back.",
        costs=NETWORKS,
        edits=(in_network("_hidden_backward", _RELU_BACK, ""),),
        may_cost=("net_training",),
    ),
    Misconception(
        id="net-uniform-weights",
        title="the initial weights are uniform from 0 to weight_scale",
        equation="The assignment: a normal distribution about 0 with deviation weight_scale",
        hint="Print mean and standard deviation of W1. rand or randn?",
        costs=("net_params",),
        edits=(
            in_network(
                "__init__", "stream.randn(before, after)", "stream.uniform(0, 1, (before, after))"
            ),
        ),
        may_cost=("net_training",),
    ),
    Misconception(
        id="net-weight-scale-ignored",
        title="the initial weights do not depend on weight_scale",
        equation="The assignment: a normal distribution about 0 with deviation weight_scale",
        hint="Build two networks with different weight_scale and print the deviation of W1.",
        costs=("net_params",),
        edits=(in_network("__init__", "weight_scale * stream", "1e-2 * stream"),),
        may_cost=(*_NORMALIZED, *_TRAINING),
    ),
    Misconception(
        id="net-gamma-starts-from-zeros",
        title="gamma starts from zeros",
        equation="The assignment: gamma starts from ones, beta from zeros",
        hint="What does a layer give out whose gamma is 0, and what reaches the layer before it?",
        costs=("net_params",),
        edits=(in_network("__init__", "np.ones(after, dtype)", "np.zeros(after, dtype)"),),
        may_cost=(*_NORMALIZED, *_TRAINING),
    ),
    Misconception(
        id="net-layer-norm-is-batch-norm",
        title='"layernorm" gives batch norm',
        equation="Ba et al. 2016, eqs. (3) and (4)",
        hint="Which function does your network call when normalization is layernorm? Print it.",
        costs=("net_layernorm",),
        edits=(
            Edit(
                _NET,
                "(layers.layernorm_forward, layers.layernorm_backward)",
                "(layers.batchnorm_forward, layers.batchnorm_backward)",
            ),
        ),
    ),
    Misconception(
        id="net-layer-norm-ignored",
        title='"layernorm" is ignored, and the network has no normalization',
        equation=_ORDER,
        hint="List the keys of params for a network with layer norm. Are gamma and beta there?",
        costs=("net_layernorm",),
        edits=(
            in_network(
                "__init__",
                "        self.reg = reg\n",
                '        if self.normalization != "batchnorm":\n'
                "            self.normalization = None\n"
                "        self.reg = reg\n",
            ),
        ),
    ),
    Misconception(
        id="file-network-does-not-parse",
        title="fc_net.py cannot be read by Python: an if has nothing under it",
        equation="The Python grammar: a block holds at least one statement",
        hint="Import the file once before you hand it in. Python names the line.",
        costs=("net_params", *NETWORKS, *_TRAINING),
        edits=(
            Edit(
                _NET,
                "            norm = None\n",
                "            norm = None\n            if self.normalization is None:\n",
            ),
        ),
    ),
    Misconception(
        id="file-layers-do-not-parse",
        title="layers.py cannot be read by Python 3: it prints as Python 2 did",
        equation="The Python grammar: print is a function",
        hint="Import the file once before you hand it in. Python names the line.",
        costs=("bn_forward", "bn_test", "bn_dx", "bn_alt", "ln_forward", "ln_backward"),
        edits=(
            Edit(
                "layers.py",
                "    x_mu = x - mean\n",
                '    print "mean:", mean\n    x_mu = x - mean\n',
                "batchnorm_forward",
            ),
        ),
        may_cost=(
            *("bn_eps", "bn_running", "bn_mode", "inputs", "bn_dgamma", "bn_dbeta", "bn_speedup"),
            *("net_params", *NETWORKS, *_TRAINING),
            *("sbn_forward", "sbn_backward", "gn_forward", "gn_backward"),
        ),
    ),
)
