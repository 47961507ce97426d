"""What the grader does not provide is a stub: importing it costs nothing, using it says so."""

import random
import sys
from importlib import import_module

import numpy as np
import pytest

from grader.worker.stand_ins import NotProvidedError


def test_past_builtins(load):
    source = "from past.builtins import xrange, basestring\nx = list(xrange(3))\n"
    assert load("layers.py", {"layers.py": source}).x == [0, 1, 2]


def test_old_div(load):
    source = "from past.utils import old_div\nx = old_div(7, 2), old_div(7.0, 2)\n"
    assert load("layers.py", {"layers.py": source}).x == (3, 3.5)


@pytest.mark.parametrize(
    "line",
    [
        "from __future__ import print_function, division, absolute_import",
        "from builtins import range, object",
        "from future.builtins import range, object",
        "from six.moves import xrange as range, zip_longest",
        "from six.moves import range",
        "import six\nx = list(six.iteritems({'a': 1}))",
        "from future.utils import iteritems",
        "from six.moves import cPickle as pickle\npickle.dumps(1)",
        "from future import standard_library\nstandard_library.install_aliases()",
    ],
)
def test_python_2_habits(install, line):
    hand_in = install({"layers.py": f"{line}\ndef f():\n    return list(range(3))\n"})
    assert hand_in.load("layers.py").f() == [0, 1, 2]
    assert hand_in.absent == []


IMPORTS = [
    "import matplotlib.pyplot as plt",
    "from matplotlib import pyplot as plt",
    "import matplotlib\nplt = matplotlib.pyplot",
]


@pytest.mark.parametrize("line", IMPORTS)
def test_importing_a_stub_costs_nothing(install, line):
    hand_in = install({"layers.py": f"{line}\ndef forward(x):\n    return x\n"})
    assert hand_in.load("layers.py").forward(2) == 2
    assert "matplotlib" in hand_in.absent


@pytest.mark.parametrize("line", IMPORTS)
def test_calling_a_stub_says_what_is_missing(load, line):
    module = load(
        "layers.py", {"layers.py": f"{line}\ndef show():\n    plt.figure(figsize=(4, 3))\n"}
    )
    with pytest.raises(NotProvidedError, match="matplotlib is not provided here"):
        module.show()


def test_the_message_names_what_was_used(load):
    source = "import matplotlib.pyplot as plt\ndef show():\n    plt.style.use('ggplot')\n"
    with pytest.raises(NotProvidedError, match=r"^matplotlib\.pyplot\.style\.use is used, but"):
        load("layers.py", {"layers.py": source}).show()


def test_a_star_import_of_a_stub(install):
    hand_in = install({"layers.py": "from pylab import *\nx = 1\n"})
    assert hand_in.load("layers.py").x == 1
    assert hand_in.absent == ["pylab"]


@pytest.mark.parametrize(
    "use",
    [
        "t.zeros(3)", "t.cuda.is_available()", "t.x[0]", "t.x['a'] = 1", "del t.x[0]", "t.x.y = 1",
        "list(t.x)", "len(t.x)", "1 in t.x", "bool(t.x)", "float(t.x)", "int(t.x)", "range(t.x)",
        "t.x + 1", "1 + t.x", "t.x - 1", "t.x * 2", "2 * t.x", "t.x / 2", "t.x @ 2", "t.x ** 2",
        "-t.x", "abs(t.x)", "t.x < 1", "1 >= t.x", "isinstance(1, t.x)", "np.asarray(t.x)",
        "np.ones(2) + t.x", "np.sum(t.x)", "with_(t.x)", "f'{t.x:.2f}'",
    ],
)  # fmt: skip
def test_every_use_of_a_stub_says_so(load, use):
    source = (
        "import numpy as np\nimport torch as t\n"
        "def with_(x):\n    with x:\n        pass\n"
        f"def use():\n    {use}\n"
    )
    with pytest.raises(NotProvidedError, match="torch is not provided here"):
        load("layers.py", {"layers.py": source}).use()


NET = """\
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import Dataset

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 4)

class Rows(Dataset, torch.nn.Module):
    size = 3

def forward(x):
    return x
"""


def test_a_class_built_on_a_stub(install):
    hand_in = install({"net.py": NET})
    module = hand_in.load("net.py")
    assert module.forward(2) == 2
    assert module.Rows.size == 3
    assert {"torch", "torch.nn", "torch.nn.functional"} <= set(hand_in.absent)
    with pytest.raises(NotProvidedError, match=r"torch\.nn\.Linear is used"):
        module.Net()


@pytest.mark.parametrize(
    "signature",
    [
        "x: torch.Tensor",
        "x: Optional[torch.Tensor] = None",
        "x: torch.Tensor | None",
        "x: None | torch.Tensor",
    ],
)
def test_an_annotation_is_no_use(load, signature):
    lines = "import torch\nfrom typing import Optional\n"
    module = load("layers.py", {"layers.py": f"{lines}def forward({signature}):\n    return 1\n"})
    assert module.forward(0) == 1


@pytest.mark.parametrize(
    ("line", "absent"),
    [
        ("from .layer_utils import *", ["cs231n.layer_utils"]),
        ("from cs231n.fast_layers import conv_forward_fast", ["cs231n.fast_layers"]),
        ("from cs231n import optim", ["cs231n.optim"]),
        ("import cs231n.solver", ["cs231n.solver"]),
        ("import layer_utils", ["layer_utils"]),
    ],
)
def test_a_given_helper_that_was_not_handed_in_is_reported(install, line, absent):
    hand_in = install({"layers.py": f"{line}\ndef forward(x):\n    return x\n"})
    assert hand_in.load("layers.py").forward(2) == 2
    assert hand_in.absent == absent


def test_using_a_missing_helper_says_so(load):
    source = "from .layer_utils import affine\ndef f():\n    return affine(1)\n"
    with pytest.raises(NotProvidedError, match=r"cs231n\.layer_utils\.affine is used"):
        load("layers.py", {"layers.py": source}).f()


def test_what_is_there_is_not_reported(install):
    source = "import os.path, json, numpy.linalg\nimport numpy as np\nfrom .helper import x\n"
    hand_in = install({"layers.py": source, "helper.py": "x = 1\n"})
    hand_in.load("layers.py")
    assert hand_in.absent == []


@pytest.mark.parametrize("name", ["numpy", "random", "json", "math"])
@pytest.mark.parametrize("folder", ["", "cs231n/"])
def test_a_file_named_like_a_real_module_does_not_shadow_it(install, folder, name):
    bomb = "raise RuntimeError('the wrong one')\n"
    hand_in = install({f"{folder}{name}.py": bomb, f"{folder}layers.py": f"import {name} as m\n"})
    module = hand_in.load(f"{folder}layers.py")
    assert module.m is import_module(name)
    assert module.m.__name__ == name


@pytest.mark.parametrize("name", ["colorsys", "sched"])
def test_nor_one_that_was_not_imported_before(install, monkeypatch, name):
    monkeypatch.delitem(sys.modules, name, raising=False)
    hand_in = install({f"{name}.py": "raise RuntimeError\n", "layers.py": f"import {name} as m\n"})
    module = hand_in.load("layers.py")
    assert module.m.__file__.endswith(f"{name}.py")
    assert hand_in.absent == []


def test_it_can_be_reached_as_a_part_of_the_package(load):
    files = {"layers.py": "from .random import x\nimport random\n", "random.py": "x = 'mine'\n"}
    module = load("layers.py", files)
    assert (module.x, module.random) == ("mine", random)


def test_an_allowed_module_is_the_real_one(install, tmp_path, monkeypatch):
    (tmp_path / "allowed_library.py").write_text("where = 'installed'\n")
    monkeypatch.syspath_prepend(tmp_path)
    files = {
        "layers.py": "from allowed_library import where\n",
        "allowed_library.py": "where = 1\n",
    }
    hand_in = install(files, allowed=["allowed_library"])
    assert hand_in.load("layers.py").where == "installed"


def test_numpy_is_the_real_one(load):
    module = load("layers.py", {"layers.py": "import numpy as np\nfrom numpy.linalg import norm\n"})
    assert module.np is np
    assert module.norm is np.linalg.norm


def test_an_unknown_part_of_numpy_is_an_ordinary_error(load):
    with pytest.raises(ImportError, match=r"numpy\.no_such_part"):
        load("layers.py", {"layers.py": "import numpy.no_such_part\n"})


TOP = """\
import numba
import torch
import matplotlib.pyplot as plt

plt.rcParams["figure.figsize"] = (10.0, 8.0)
plt.style.use("ggplot")
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.manual_seed(0)

@numba.njit
def forward(x):
    return 2 * x

@numba.jit(nopython=True)
def backward(x):
    return 3 * x

def show():
    plt.plot([1])
"""


def test_what_a_file_does_at_its_top_takes_no_function_away(install):
    hand_in = install({"layers.py": TOP})
    module = hand_in.load("layers.py")
    assert (module.forward(2), module.backward(2)) == (4, 6)
    assert {"numba", "torch", "matplotlib"} <= set(hand_in.absent)
    with pytest.raises(NotProvidedError, match="matplotlib is not provided here"):
        module.show()
