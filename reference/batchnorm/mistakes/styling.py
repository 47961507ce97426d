"""Where the variants keep their layers and their network, to make known mistakes in them."""

from grader.core.misconception import Edit, InVariant

_LAYERS = {
    "raw_moments": "cs231n/layers.py",
    "projection": "cs682/layers.py",
    "python2_habits": "cs231n/layers.py",
    "textbook_graph": "cs231n/layers.py",
    "channel_loops_helpers": "cs231n/layers.py",
    "keepdims_everywhere": "test/layers.py",
}
_NETWORK = {
    "raw_moments": "cs231n/fc_net.py",
    "float32_keeping": "classifiers/fc_net.py",
    "projection": "cs682/classifiers/fc_net.py",
    "python2_habits": "cs231n/classifiers/fc_net.py",
    "one_core_axes": "classifiers/fc_net.py",
    "map_per_feature": "classifiers/fc_net.py",
    "textbook_graph": "cs231n/classifiers/fc_net.py",
    "namedtuple_modules": "cs682/classifiers/fc_net.py",
    "channel_loops_helpers": "cs231n/classifiers/fc_net.py",
    "node_classes": "classifiers/fc_net.py",
    "keepdims_everywhere": "test/classifiers/fc_net.py",
    "closures": "clf/fc_net.py",
    "jacobian_per_feature": "classifiers/fc_net.py",
}
NET = "FullyConnectedNet"

# The function it is in, what stands there, what stands there with the mistake.
Change = tuple[str, str, str]


def in_file(path: str, variant: str, mistake: str, *changes: Change) -> InVariant:
    """Make a mistake in one file of a variant."""
    edits = tuple(Edit(path, old, new, inside) for inside, old, new in changes)
    return InVariant(variant, mistake, edits)


def in_layers_of(variant: str, mistake: str, *changes: Change) -> InVariant:
    """Make a mistake in the layers of a variant."""
    return in_file(_LAYERS.get(variant, "layers.py"), variant, mistake, *changes)


def in_network_of(variant: str, mistake: str, *changes: Change) -> InVariant:
    """Make a mistake in the methods of a variant's network."""
    path = _NETWORK.get(variant, "fc_net.py")
    inside = ((f"{NET}.{method}" if method else NET, old, new) for method, old, new in changes)
    return in_file(path, variant, mistake, *inside)
