"""Late policies as instructors write them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from grader.core.errors import ConfigurationError, UsageError
from grader.core.late import Span
from grader.deadlines import read_policy

DUE = 'due = 2026-03-01T23:59:00\ntimezone = "Europe/Berlin"\n'
BERLIN = ZoneInfo("Europe/Berlin")


def policy(folder, text, extensions=""):
    (folder / "extensions.csv").write_text(extensions, encoding="utf-8")
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return read_policy(path)


def test_a_whole_policy_is_read(tmp_path):
    found = policy(
        tmp_path,
        DUE + 'grace = "15 min"\nper_day = 10\ncap = 50\ncut_off = "7 days"\n'
        'extensions = "extensions.csv"\n',
        "\ufeffstudent;until;days;note\nZoë Müller;2026-03-08;;ill\n12;2026-03-04T12:00;;\n"
        "bob;;2;\n\n",
    )
    assert found.due == datetime(2026, 3, 1, 23, 59, tzinfo=BERLIN)
    assert (found.rate, found.per, found.unit, found.cap) == (10, "day", "percent", 50)
    assert (found.grace, found.cut_off) == (Span(seconds=900), Span(days=7))
    assert found.extensions == {
        "zoë müller": datetime(2026, 3, 8, 23, 59, 59, tzinfo=BERLIN),
        "12": datetime(2026, 3, 4, 12, 0, tzinfo=BERLIN),
        "bob": datetime(2026, 3, 3, 23, 59, tzinfo=BERLIN),
    }


@pytest.mark.parametrize("zone", ['timezone = "+05:30"\ndue = 2026-03-01T23:59:00',
                                  "due = 2026-03-01T23:59:00+05:30"])  # fmt: skip
def test_an_offset_will_do(tmp_path, zone):
    found = policy(tmp_path, zone + '\nper_hour = 0.5\nunit = "points"\n')
    assert found.due.utcoffset() == timedelta(hours=5, minutes=30)
    assert (found.rate, found.per, found.unit) == (0.5, "hour", "points")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (DUE + "per_dya = 10\n", "unknown key 'per_dya'; did you mean 'per_day'"),
        (DUE, "per_day, per_hour or cut_off"),
        (DUE + "per_day = 10\nper_hour = 1\n", "exclude"),
        (DUE + "per_day = -1\n", "rate"),
        (DUE + 'per_day = 1\ngrace = "a while"\n', "grace = 'a while'"),
        (DUE + 'per_day = 1\nunit = "marks"\n', "marks"),
        (DUE + 'per_day = "10"\n', "per_day"),
        ("per_day = 10\n", "due"),
        ("due = 2026-03-01\nper_day = 10\n", "due"),
        ("due = 2026-03-01T23:59:00\nper_day = 10\n", "needs a time zone"),
        ('due = 2026-03-01T23:59:00\ntimezone = "Europe/Berlni"\nper_day = 10\n', "Berlni"),
        ('due = 2026-03-01T23:59:00\ntimezone = "../etc"\nper_day = 10\n', "no time zone"),
        ("due = = 1", "policy.toml"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(tmp_path, text, told):
    with pytest.raises(ConfigurationError, match=told) as caught:
        policy(tmp_path, text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("name,until\nbob,2026-03-08\n", "columns"),
        ("student,until\nbob,soon\n", "row 2: 'soon'"),
        ("student,days\nbob,1.5\n", "row 2"),
        ("student,until\nbob,2026-02-01\n", "before the due date"),
        ("student,until,days\nbob,2026-03-08,3\n", "either until or days"),
        ("student,days\nbob,1\nBob,2\n", "second extension"),
        ("student,days\n,1\n", "no student"),
        ("student,days\nbob,-1\n", "before the due date"),
        ("student,days\nbob,99999999999\n", "row 2"),
        ('student,days\n"bob,1\n', "no CSV"),
    ],
)
def test_extensions_that_cannot_be_meant_are_refused(tmp_path, table, told):
    text = DUE + 'per_day = 10\nextensions = "extensions.csv"\n'
    with pytest.raises(ConfigurationError, match=told):
        policy(tmp_path, text, table)


def test_files_that_are_not_there_are_named(tmp_path):
    with pytest.raises(UsageError, match=r"none\.csv"):
        policy(tmp_path, DUE + 'per_day = 1\nextensions = "none.csv"\n')
