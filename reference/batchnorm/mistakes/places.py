"""What the modules of this package share: where edits go, and what rests on what."""

from grader.core.misconception import Edit

# Criteria that lose points as a consequence: what they judge rests on the mistaken part.
AFTER_RUNNING = ("sbn_forward", "net_test")
AFTER_TEST = ("bn_eps", "inputs", "sbn_forward", "net_test")
AFTER_FORWARD = (
    *AFTER_TEST,
    *("bn_dx", "bn_dgamma", "bn_alt"),
    *("sbn_backward", "net_batchnorm", "net_training"),
)
# The network of the solution and its spatial batch norm go back by the alternative pass.
AFTER_ALTERNATIVE = ("inputs", "sbn_backward", "net_batchnorm", "net_test", "net_training")
AFTER_LAYER_NORM = ("inputs", "ln_backward", "net_layernorm")
NETWORKS = ("net_plain", "net_batchnorm", "net_layernorm")


def in_layers(inside: str, old: str, new: str) -> Edit:
    """Change a function of layers.py."""
    return Edit("layers.py", old, new, inside)


def in_network(inside: str, old: str, new: str) -> Edit:
    """Change a method of FullyConnectedNet."""
    return Edit("classifiers/fc_net.py", old, new, f"FullyConnectedNet.{inside}")


def in_loss(old: str, new: str) -> Edit:
    """Change FullyConnectedNet.loss; its overloads have its name, so the class is searched."""
    return Edit("classifiers/fc_net.py", old, new, "FullyConnectedNet")


def in_forward(old: str, new: str) -> Edit:
    """Change batchnorm_forward."""
    return in_layers("batchnorm_forward", old, new)


def in_backward(old: str, new: str) -> Edit:
    """Change batchnorm_backward."""
    return in_layers("batchnorm_backward", old, new)


def in_alternative(old: str, new: str) -> Edit:
    """Change batchnorm_backward_alt."""
    return in_layers("batchnorm_backward_alt", old, new)
