"""The bundled assignment through a small audit: a larger one differs in numbers alone."""

from __future__ import annotations

import pytest

from grader import catalog
from grader.audit.run import Extent, audit
from grader.core.audit import NAMED
from grader.misconceptions import load_misconceptions

pytestmark = pytest.mark.audit

SEEDS = 20


@pytest.fixture(scope="module")
def found(batchnorm):
    return audit(catalog.find_assignment(batchnorm), Extent(SEEDS, mutants=False), jobs=2)


def test_nothing_falls_short(found):
    assert found.shortcomings == []


def test_the_solution_loses_nothing_and_the_template_everything(found):
    (solution,), (template,) = found.of_kind("solution"), found.of_kind("template")
    assert solution.lost == {}
    assert template.lost == dict.fromkeys(found.criteria, 1.0)


def test_there_are_many_variants_and_none_loses_anything(found):
    variants = found.of_kind("variant")
    assert len(variants) >= 15
    assert {each.name: each.lost for each in variants if each.lost} == {}


def test_every_misconception_loses_what_it_must_and_nothing_unrelated(found, batchnorm):
    mistakes = found.of_kind("misconception")
    known = load_misconceptions(catalog.find_assignment(batchnorm))
    assert [each.name for each in mistakes] == [each.id for each in known]
    for each in mistakes:
        assert set(each.costs) <= each.lost.keys() <= {*each.costs, *each.may_cost}, each.name
        assert each.failed, each.name


def test_misconceptions_are_called_by_their_own_name(found):
    right, of_all = found.named("misconception")
    assert right >= NAMED * of_all
    others = {each.name: set(each.named) - {each.name} for each in found.of_kind("misconception")}
    assert {name: wrong for name, wrong in others.items() if wrong} == {}


def test_correct_code_is_called_nothing(found):
    assert [each.name for each in found.of_kind("variant") if each.named] == []


def test_seeds_say_with_which_power(found):
    assert found.flakes.runs == SEEDS
    assert found.flakes.found == []
    # The share p of seeds for which twenty without a failure are as likely as 5%.
    assert found.flakes.bound == pytest.approx(0.1391, abs=1e-4)


def test_every_check_notices_something(found):
    assert [check.id for check in found.idle] == []


def test_tolerances_stand_between_right_and_wrong(found):
    assert found.tolerances
    for line in found.tolerances:
        below, above = line.decades
        assert below is None or below > 1.0, line.check
        assert above is None or above > 0.0, line.check
