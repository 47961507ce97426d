"""Reading misconceptions.py and variants/: what is taken, and the one line where it is refused."""

import dataclasses
import sys

import pytest

from grader import catalog
from grader.core.errors import ConfigurationError
from grader.misconceptions import load_misconceptions, solution_with, variant_files

HEAD = "from grader.core.misconception import Edit, Misconception\n"
LOOSE = """Misconception("loose", "it is loose", "eq. (1)", "Look.", ("bn_forward",),
    (Edit("layers.py", "x_mu = x - mean", "x_mu = x", "batchnorm_forward"),))"""


@pytest.fixture
def entry(batchnorm, tmp_path):
    """The bundled assignment, with a folder of the test's own for known mistakes."""
    found = catalog.find_assignment(batchnorm)
    return dataclasses.replace(
        found, folders=dataclasses.replace(found.folders, reference=tmp_path)
    )


def listing(entry, source):
    (entry.folders.reference / "misconceptions.py").write_text(source, encoding="utf-8")
    return load_misconceptions(entry)


def changed(field):
    return f"{HEAD}from dataclasses import replace\nMISCONCEPTIONS = [replace({LOOSE}, {field})]"


def complaint(entry, source):
    with pytest.raises(ConfigurationError) as error:
        listing(entry, source)
    text = str(error.value)
    assert "\n" not in text
    assert text.startswith(str(entry.folders.reference / "misconceptions.py"))
    return text


def test_an_assignment_without_the_file_has_none(entry):
    assert load_misconceptions(entry) == ()


def test_a_list_will_do(entry):
    assert [each.id for each in listing(entry, f"{HEAD}MISCONCEPTIONS = [{LOOSE}]")] == ["loose"]


def test_modules_beside_it_are_imported_and_forgotten(entry):
    (entry.folders.reference / "loose_ones.py").write_text(f"{HEAD}ALL = ({LOOSE},)")
    found = listing(entry, "from loose_ones import ALL\nMISCONCEPTIONS = ALL")
    assert [each.id for each in found] == ["loose"]
    assert "loose_ones" not in sys.modules
    assert str(entry.folders.reference) not in sys.path


@pytest.mark.parametrize("source", ["", "MISCONCEPTIONS = 3", 'MISCONCEPTIONS = ["loose"]'])
def test_something_else_is_refused(entry, source):
    found = complaint(entry, source)
    assert found.endswith("MISCONCEPTIONS must be a sequence of Misconception")


def test_a_file_that_fails_says_how(entry):
    assert complaint(entry, "import no_such_module").endswith(
        "ModuleNotFoundError: No module named 'no_such_module'"
    )
    assert str(entry.folders.reference) not in sys.path


def test_a_file_that_does_not_parse(entry):
    assert "SyntaxError" in complaint(entry, "MISCONCEPTIONS = (")


def test_an_id_stands_once(entry):
    found = complaint(entry, f"{HEAD}MISCONCEPTIONS = ({LOOSE}, {LOOSE})")
    assert found.endswith("'loose' stands twice")


@pytest.mark.parametrize("field", ["costs", "may_cost"])
def test_criteria_exist(entry, field):
    source = changed(f"{field}=('bn_x',)")
    assert complaint(entry, source).endswith("'loose' costs 'bn_x', no criterion")


def test_companions_exist(entry):
    source = changed("with_it=('tight',)")
    assert complaint(entry, source).endswith("'loose' occurs with unknown 'tight'")


def test_the_solution_with_a_mistake_differs_in_its_file(batchnorm):
    found = catalog.find_assignment(batchnorm)
    one = load_misconceptions(found)[0]
    files, solution = solution_with(found, [one]), found.solution_files()
    assert files.keys() == solution.keys()
    assert {path for path in files if files[path] != solution[path]} == {
        edit.path for edit in one.edits
    }


def test_variants_are_folders_of_python_files(entry, lay_out):
    root = entry.folders.reference / "variants"
    paths = ("loops/layers.py", "loops/sub/net.py", "loops/notes.txt", ".git/x.py", "_no/y.py")
    lay_out(root, {**dict.fromkeys(paths, "x = 1\n"), "README.py": ""})
    assert variant_files(entry) == {"loops": {"layers.py": b"x = 1\n", "sub/net.py": b"x = 1\n"}}


def test_no_variants(entry):
    assert variant_files(entry) == {}
