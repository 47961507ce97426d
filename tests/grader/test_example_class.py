"""Every hand-in of the example class gets the verdict that its expect.toml states."""

import json

import pytest

from grader.notebook.execution import Mode
from tests.grader.example_class import cases_of, check_explained, check_verdict, read

CASES = cases_of("batchnorm")
EDITIONS = ["seed_000", "seed_001", "seed_002"]


@pytest.fixture(scope="module")
def reports(grade_all, batchnorm):
    graded = {}
    for mode in (Mode.NEVER, Mode.ALWAYS):
        cases = [case for case in CASES if Mode(read(case).get("execute", "never")) is mode]
        graded |= grade_all(batchnorm, {c.name: c / "hand-in" for c in cases}, mode=mode)
    return graded


def test_there_are_enough():
    assert len(CASES) >= 12


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_verdict(case, reports):
    check_verdict(case, reports[case.name])
    assert reports[case.name].score.possible == 165


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_lost_point_is_explained(case, reports):
    check_explained(reports[case.name])


def evidence(report, cell):
    """Return the verdicts and sentences of a cell's numbers, in their order."""
    found = [each for each in report.notebook.evidence if each.cell == cell]
    return [each.verdict for each in found], [each.sentence for each in found]


@pytest.mark.parametrize("name", EDITIONS)
def test_checks_of_other_editions_are_found_and_held_against_the_code(name, reports):
    notebook = reports[name].notebook
    assert notebook.executed
    assert not {"bn-forward-check", "bn-test-mode-check", "bn-gradient-check"} & {*notebook.missing}
    assert evidence(reports[name], "bn-gradient-check")[0] == ["AGREES"] * 3
    assert evidence(reports[name], "bn-forward-check")[0][2:] == ["AGREES"] * 4
    contradicted = [each for each in notebook.evidence if each.verdict == "CONTRADICTS"]
    assert contradicted == []


def test_cells_that_an_edition_lacks_are_missing(reports):
    layer_norm = {"ln-forward-check", "ln-gradient-check", "batch-size-layernorm", "question-4"}
    assert layer_norm | {"bn-alternative-check"} <= {*reports["seed_000"].notebook.missing}
    assert layer_norm <= {*reports["seed_001"].notebook.missing}
    assert not layer_norm & {*reports["seed_002"].notebook.missing}


def test_what_was_never_run_is_no_evidence(reports):
    verdicts, [sentence] = evidence(reports["seed_001"], "network-gradient-check")
    assert verdicts == ["NOT_SHOWN"]
    assert sentence.endswith("under “A network with normalization” was never run.")


def test_no_finding_speaks_of_the_templates_ids(reports, project):
    path = project / "student_template/batchnorm/BatchNormalization.ipynb"
    ids = [cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    told = [
        f"{check.finding.what} {check.finding.where} {check.finding.actual}"
        for report in reports.values()
        for check in report.checks
    ]
    told += [each.sentence for report in reports.values() if report.notebook
             for each in report.notebook.evidence]  # fmt: skip
    assert any("under “Six layers, with and without batch normalization”" in t for t in told)
    assert not [(name, text) for name in ids if "-" in name for text in told if name in text]


def test_numbers_that_no_seed_repeats_are_noted(reports):
    verdicts, sentences = evidence(reports["seed_001"], "bn-test-mode-check")
    assert verdicts == ["NOTED", "NOTED"]
    assert all("no seed is set" in sentence for sentence in sentences)


def test_answers_of_other_editions_are_found(reports):
    found = {
        name: {each.criterion: each.text for each in reports[name].notebook.answers}
        for name in EDITIONS
    }
    assert found["seed_000"]["answer_1"].startswith("With tiny weights")
    assert not any(found["seed_001"].values())
    starts = ["Without batch norm only", "The bigger the batch", "Number 3 is like", "2, since"]
    for (criterion, text), start in zip(sorted(found["seed_002"].items()), starts, strict=True):
        assert text.startswith(start), criterion
        assert "#" not in text, criterion


def test_stale_outputs_are_contradicted(reports):
    verdicts, [sentence] = evidence(reports["notebook_contradicts"], "bn-gradient-check")
    assert verdicts == ["CONTRADICTS"]
    assert sentence == "The notebook shows dx error 1.703e-09; running it again prints 1."
