"""However a hand-in is laid out and whatever the course called its package, it is found."""

import linecache
import sys
import traceback
from importlib import import_module

import pytest

LAYERS = "import numpy as np\n\ndef forward(x):\n    return 2 * x\n"
FC_NET = """\
from builtins import range
from builtins import object
import numpy as np
from ..layers import *
from ..layer_utils import *

class FullyConnectedNet(object):
    def loss(self, x):
        return both(x)
"""
LAYER_UTILS = "from .layers import *\n\ndef both(x):\n    return forward(forward(x))\n"
COURSE = {
    "__init__.py": "",
    "layers.py": LAYERS,
    "layer_utils.py": LAYER_UTILS,
    "classifiers/__init__.py": "",
    "classifiers/fc_net.py": FC_NET,
}


def below(folder, files):
    return {f"{folder}/{path}": source for path, source in files.items()}


def test_flat(load):
    assert load("layers.py", {"layers.py": LAYERS}).forward(3) == 6


@pytest.mark.parametrize(
    "folder",
    ["cs231n", "cs682", "test", "handin", "assignment2/cs231n", "a/b/c", "my hand-in", "src",
     "numpy", "alice"],
)  # fmt: skip
def test_in_a_folder(load, folder):
    assert load(f"{folder}/layers.py", {f"{folder}/layers.py": LAYERS}).forward(3) == 6


@pytest.mark.parametrize("folder", ["code", "email", "platform", "site", "code/cs231n"])
def test_in_a_folder_named_like_a_standard_module(load, folder):
    assert load(f"{folder}/layers.py", {f"{folder}/layers.py": LAYERS}).forward(3) == 6


@pytest.mark.parametrize("folder", ["john.smith", "hw2.1", "v1.0/cs231n"])
def test_in_a_folder_with_a_dot_in_its_name(install, folder):
    hand_in = install(below(folder, COURSE))
    module = hand_in.load(f"{folder}/classifiers/fc_net.py")
    assert module.FullyConnectedNet().loss(3) == 12
    assert hand_in.load(f"{folder}/layers.py").forward is module.forward
    assert hand_in.absent == []


@pytest.mark.parametrize("package", ["cs231n", "cs682", "test"])
def test_every_course_package_means_the_hand_in(install, package):
    install({"layers.py": LAYERS, f"{package}_notes.py": ""})
    assert import_module(f"{package}.layers").forward(3) == 6


@pytest.mark.parametrize("folder", ["cs231n", "cs682", "assignment2/cs231n", "hw"])
def test_nested_classifier_imports_what_lies_above(install, folder):
    hand_in = install(below(folder, COURSE))
    module = hand_in.load(f"{folder}/classifiers/fc_net.py")
    assert module.FullyConnectedNet().loss(3) == 12
    assert hand_in.absent == []


@pytest.mark.parametrize("packages", [[], ["cs231n"]])
@pytest.mark.parametrize("name", ["handin", "hand_in", "submission", "worker"])
@pytest.mark.parametrize("folder", ["", "tools/"])
def test_a_file_may_have_any_name(install, folder, name, packages):
    path = f"{folder}{name}.py"
    uses = f"from {name} import x\n"
    hand_in = install({**COURSE, path: "x = 5", "notes.py": uses}, packages)
    module = hand_in.load("classifiers/fc_net.py")
    assert module.FullyConnectedNet().loss(3) == 12
    assert hand_in.load("notes.py").x == 5
    assert hand_in.load(path).x == 5
    assert hand_in.absent == []


def test_folders_need_no_init_file(install):
    files = {path: source for path, source in COURSE.items() if "__init__" not in path}
    hand_in = install(below("hw/cs231n", files))
    module = hand_in.load("hw/cs231n/classifiers/fc_net.py")
    assert module.FullyConnectedNet().loss(3) == 12
    assert hand_in.absent == []


def test_nested_classifier_of_a_flat_hand_in(load):
    module = load("classifiers/fc_net.py", COURSE)
    assert module.FullyConnectedNet().loss(3) == 12


@pytest.mark.parametrize("package", ["cs231n", "cs682", "test"])
def test_nested_classifier_names_the_package_of_another_course(load, package):
    source = FC_NET.replace("..layer", f"{package}.layer")
    module = load("cs231n/classifiers/fc_net.py", below("cs231n", COURSE) | {
        "cs231n/classifiers/fc_net.py": source
    })  # fmt: skip
    assert module.FullyConnectedNet().loss(3) == 12


def test_a_classifier_handed_in_beside_the_layers(load):
    files = {"layers.py": LAYERS, "layer_utils.py": LAYER_UTILS}
    source = FC_NET.replace("..layer", "cs231n.layer")
    module = load("fc_net.py", {**files, "fc_net.py": source})
    assert module.FullyConnectedNet().loss(3) == 12


@pytest.mark.parametrize("folder", ["", "cs231n/", "hw/cs231n/"])
def test_one_file_is_one_module_under_all_its_names(install, folder):
    count = "import sys\nsys.modules['test_load_runs'] = sys.modules.get('test_load_runs', 0) + 1\n"
    hand_in = install({f"{folder}layers.py": count + LAYERS})
    names = ["layers", "cs231n.layers", "cs682.layers", "test.layers", "<hand-in>.layers"]
    modules = [hand_in.load(f"{folder}layers.py"), *map(import_module, names)]
    assert len(set(map(id, modules))) == 1
    assert sys.modules["test_load_runs"] == 1


def test_state_is_shared_between_names(load):
    module = load(
        "layers.py",
        {
            "layers.py": "import helper\ncount = 0\nhelper.bump()\n",
            "helper.py": "def bump():\n    import cs231n.layers\n    cs231n.layers.count += 1\n",
        },
    )
    assert module.count == 1


def test_package_gives_its_modules_as_attributes(load):
    module = load(
        "layers.py",
        {
            "layers.py": "import cs231n.helper\nfrom cs231n import helper as h\n"
            "from . import helper as r\nsame = cs231n.helper is h is r\n",
            "helper.py": "x = 1\n",
        },
    )
    assert module.same


def test_code_of_a_package_runs(install):
    install({"cs231n/__init__.py": "from .layers import forward\n", "cs231n/layers.py": LAYERS})
    assert import_module("cs231n").forward(3) == 6


@pytest.mark.parametrize(
    "line",
    ["import norm_tools as t", "import cs231n.norm_tools as t", "from norm_tools import *\nt = 0",
     "from . import norm_tools as t", "from .norm_tools import scale\nt = 0"],
)  # fmt: skip
@pytest.mark.parametrize("folder", ["", "cs231n/"])
def test_helper_modules_of_the_student(load, folder, line):
    files = {f"{folder}norm_tools.py": "def scale(x):\n    return 3 * x\n"}
    source = f"{line}\ndef forward(x):\n    return (t.scale if t else scale)(x)\n"
    module = load(f"{folder}layers.py", {**files, f"{folder}layers.py": source})
    assert module.forward(2) == 6


def test_helper_in_a_folder_of_its_own(load):
    files = {"lib/tools/deep.py": "y = 3\n", "layers.py": "import tools.deep as d\nx = d.y\n"}
    assert load("layers.py", files).x == 3


def test_a_relative_import_means_the_neighbour(load):
    files = {
        "layers.py": "x = 'new'\n",
        "old/layers.py": "x = 'old'\n",
        "old/use.py": "from .layers import x\nfrom layers import x as top\n",
    }
    module = load("old/use.py", files)
    assert (module.x, module.top) == ("old", "new")


@pytest.mark.parametrize("line", ["from .layers import x", "from cs231n.layers import x"])
def test_in_a_package_the_neighbour_is_meant_although_one_lies_at_the_top(load, line):
    files = {
        "layers.py": "x = 'top'\n",
        "cs231n/layers.py": "x = 'package'\n",
        "cs231n/use.py": f"{line}\n",
    }
    assert load("cs231n/use.py", files).x == "package"


PATHS = ["a/old/layers.py", "layers.py", "old/layers.py", "cs231n/layers.py", "a.b/layers.py",
         "a_b/layers.py"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_load_takes_the_file_at_the_path(load, path):
    assert load(path, {each: f"x = {each!r}\n" for each in PATHS}).x == path


def test_a_script_part_does_not_run(load):
    assert load("layers.py", {"layers.py": "x = 1\nif __name__ == '__main__':\n    x = 2\n"}).x == 1


def test_a_traceback_shows_the_line_of_the_file(load):
    module = load("cs231n/layers.py", {"cs231n/layers.py": "def f(x):\n    return x / 0  # here\n"})
    with pytest.raises(ZeroDivisionError) as caught:
        module.f(1)
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.filename, last.lineno, last.line) == (
        "cs231n/layers.py",
        2,
        "return x / 0  # here",
    )
    assert linecache.getline("cs231n/layers.py", 1) == "def f(x):\n"


@pytest.mark.parametrize("imported_last", ["layers", "cs231n.layers", "cs682.layers"])
def test_a_relative_import_inside_a_function_works_later(install, imported_last):
    lazy = "def f():\n    from .helper import x\n    return x\n"
    hand_in = install({"layers.py": lazy, "helper.py": "x = 5\n"})
    module = hand_in.load("layers.py")
    assert import_module(imported_last) is module
    assert module.f() == 5


@pytest.mark.parametrize("folder", ["", "alice/", "cs231n/", "alice/clf/", "hw/cs231n/"])
def test_a_file_of_a_folder_handed_in_without_it(install, folder):
    names = ("layers.py", "layer_utils.py")
    hand_in = install(
        {f"{folder}{name}": COURSE[name] for name in names} | {f"{folder}fc_net.py": FC_NET}
    )
    module = hand_in.load(f"{folder}fc_net.py")
    assert module.FullyConnectedNet().loss(3) == 12
    assert hand_in.load(f"{folder}layers.py").forward is module.forward
    assert import_module("cs231n.classifiers.fc_net").FullyConnectedNet is module.FullyConnectedNet
    assert hand_in.absent == []


def test_the_same_folder_under_another_name(install):
    files = {path.replace("classifiers", "clf"): source for path, source in COURSE.items()}
    hand_in = install(below("test", files))
    assert hand_in.load("test/clf/fc_net.py").FullyConnectedNet().loss(3) == 12
    assert import_module("test.clf.fc_net").both(1) == 4
    assert hand_in.absent == []
