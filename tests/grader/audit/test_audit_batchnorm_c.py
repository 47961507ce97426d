"""The bundled assignment in C through its audit."""

from __future__ import annotations

import shutil

import pytest

from grader import catalog
from grader.audit.run import Extent, audit

pytestmark = pytest.mark.audit


@pytest.fixture(scope="module")
def found():
    if shutil.which("gcc") is None:
        pytest.skip("no gcc here")
    return audit(catalog.find_assignment("batchnorm_c"), Extent(20), jobs=2)


def test_nothing_falls_short(found):
    assert found.shortcomings == []


def test_there_are_variants_and_none_loses_anything(found):
    variants = found.of_kind("variant")
    assert len(variants) >= 5
    assert {each.name: each.lost for each in variants if each.lost or each.named} == {}


def test_every_misconception_costs_what_it_must_and_has_its_name(found):
    mistakes = found.of_kind("misconception")
    assert len(mistakes) >= 15
    for each in mistakes:
        assert set(each.costs) <= each.lost.keys() <= {*each.costs, *each.may_cost}, each.name
        assert each.untold or each.named == [each.name], each.name


def test_there_are_no_generic_changes_of_c(found):
    assert found.mutants is None
