"""Which functions the assignment asks for, and where their files may lie."""

PACKAGES = ("cs231n", "cs682", "test")  # what courses call the folder of layers.py

# Where each file may lie, best first.
PLACES = {
    "layers.py": ("layers.py",),
    "fc_net.py": ("classifiers/fc_net.py", "clf/fc_net.py", "fc_net.py"),
}
NET = "FullyConnectedNet"
REQUIRED = ["batchnorm_forward", "batchnorm_backward", "batchnorm_backward_alt"]
REQUIRED += ["layernorm_forward", "layernorm_backward", NET]
BONUS = ["spatial_batchnorm_forward", "spatial_batchnorm_backward"]
BONUS += ["spatial_groupnorm_forward", "spatial_groupnorm_backward"]
FILES = {name: "fc_net.py" if name == NET else "layers.py" for name in REQUIRED + BONUS}
