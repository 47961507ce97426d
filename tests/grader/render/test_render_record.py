from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import jsonschema
import pytest

from grader.render.record import from_json, json_schema, to_json

SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "report.schema.json"


def test_a_report_comes_back_as_it_went(klass):
    for report in klass:
        assert from_json(to_json(report)) == report


def test_the_same_report_gives_the_same_bytes(full):
    again = from_json(to_json(full))
    assert to_json(again) == to_json(full)


def test_json_is_meant_for_reading_too(full):
    assert to_json(full).startswith(b'{\n  "submission": {\n')
    assert to_json(full).endswith(b"}\n")


def test_a_number_without_json_becomes_null(full):
    check = full.checks[0]
    odd = dataclasses.replace(check, finding=dataclasses.replace(check.finding, error=float("inf")))
    report = from_json(to_json(dataclasses.replace(full, checks=[odd])))
    assert report.checks[0].finding.error is None


def changed(report, change):
    tree = json.loads(to_json(report))
    change(tree)
    return json.dumps(tree).encode()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda tree: tree.update(format="grading-harness/report/9"), "report/9"),
        (lambda tree: tree.pop("format"), "none"),
        (lambda tree: tree.pop("score"), "score"),
        (lambda tree: tree.update(extra=1), r"\$\.extra"),
        (lambda tree: tree["checks"][1]["finding"].update(x=1), r"\$\.checks\[1\]\.finding\.x"),
        (lambda tree: tree["score"].update(earned="80"), "earned"),
        (lambda tree: tree["checks"][0].update(fraction=0.5), "PASSED does not earn 0.5"),
        (lambda tree: tree["checks"][0].update(outcome="EXCELLENT"), "EXCELLENT"),
    ],
)
def test_what_is_not_a_report_is_refused_in_one_line(full, change, named):
    with pytest.raises(ValueError, match=named) as caught:
        from_json(changed(full, change))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_what_is_not_json_is_refused(data):
    with pytest.raises(ValueError, match="not a report"):
        from_json(data)


def test_the_schema_in_docs_is_the_one_of_the_record():
    assert SCHEMA.read_bytes() == json_schema()


def test_every_report_follows_the_schema(klass):
    schema = json.loads(json_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    for report in klass:
        jsonschema.validate(json.loads(to_json(report)), schema)


def test_the_schema_refuses_what_from_json_refuses(full):
    schema = json.loads(json_schema())
    for change in (
        lambda tree: tree.update(extra=1),
        lambda tree: tree.update(format="other"),
        lambda tree: tree.pop("format"),
        lambda tree: tree["score"].pop("possible"),
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(json.loads(changed(full, change)), schema)
