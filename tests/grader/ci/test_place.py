"""What the surroundings say: which CI, whose hand-in, and since when it is there."""

from __future__ import annotations

import json

import pytest

from grader.ci.place import find_place

METADATA = {
    "id": 123456,
    "created_at": "2026-03-01T14:22:32.365935-07:00",
    "assignment": {"id": 25828, "title": "Batch norm", "total_points": "145.0"},
    "submission_method": "upload",
    "users": [{"email": "ann@example.edu", "id": 7, "name": "Ann Ünsal"}],
}


def gradescope(tmp_path, content):
    text = content if isinstance(content, str) else json.dumps(content)
    (tmp_path / "submission_metadata.json").write_text(text, encoding="utf-8")
    return find_place({"AUTOGRADER_ROOT": str(tmp_path)})


def github(tmp_path, event):
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event), encoding="utf-8")
    return find_place(
        {
            "AUTOGRADER_ROOT": "/nonexistent",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "octo",
            "GITHUB_EVENT_PATH": str(path),
            "GITHUB_WORKSPACE": "/checkout",
        }
    )


def test_gradescope_tells_student_time_and_folders(tmp_path):
    place = gradescope(tmp_path, METADATA)
    assert place.formats == ("gradescope",)
    assert (place.folder, place.out) == (tmp_path / "submission", tmp_path / "results")
    assert place.student == "Ann Ünsal"
    assert place.received == "2026-03-01T14:22:32.365935-07:00"
    assert place.ids == {"gradescope": "123456", "email": "ann@example.edu"}
    assert place.members == []


def test_a_group_on_gradescope_has_members(tmp_path):
    users = [*METADATA["users"], {"email": "bo@example.edu", "id": 8, "name": ""}]
    place = gradescope(tmp_path, METADATA | {"users": users})
    assert place.student == "Ann Ünsal"
    assert place.members == ["Ann Ünsal", "bo@example.edu"]
    assert place.ids == {"gradescope": "123456"}


@pytest.mark.parametrize("content", ["", "[]", '{"users": 3, "created_at": []}', "[" * 100_000])
def test_damaged_metadata_stops_nobody(tmp_path, content):
    place = gradescope(tmp_path, content)
    assert place.formats == ("gradescope",)
    assert (place.student, place.received, place.members) == ("", "", [])


def test_github_tells_actor_and_time_of_the_commit(tmp_path):
    place = github(tmp_path, {"head_commit": {"timestamp": "2026-03-01T10:00:00+01:00"}})
    assert place.formats == ("github",)
    assert place.student == "octo"
    assert place.ids == {"github": "octo"}
    assert place.received == "2026-03-01T10:00:00+01:00"


@pytest.mark.parametrize("commit", [None, "text", {}, {"timestamp": "soon"},
                                    {"timestamp": "2026-03-01T10:00:00"}])  # fmt: skip
def test_a_time_without_offset_or_none_is_unknown(tmp_path, commit):
    assert github(tmp_path, {"head_commit": commit}).received == ""


def test_gitlab_wants_junit_and_markdown():
    place = find_place(
        {
            "AUTOGRADER_ROOT": "/nonexistent",
            "GITLAB_CI": "true",
            "GITLAB_USER_LOGIN": "bo",
            "CI_COMMIT_TIMESTAMP": "2026-03-01T10:00:00+00:00",
        }
    )
    assert place.formats == ("junit", "markdown")
    assert place.student == "bo"
    assert place.received == "2026-03-01T10:00:00+00:00"


def test_elsewhere_the_terminal_gets_it():
    place = find_place({"AUTOGRADER_ROOT": "/nonexistent"})
    assert (place.formats, place.out, place.student) == (("markdown",), None, "")
