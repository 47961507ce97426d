"""Rosters as courses have them, and whom a platform's name means."""

import pytest

from grader.core.errors import UsageError
from grader.intake.naming import Person
from grader.intake.roster import read_roster

BY_HAND = """\
name,id,email,login,github
Zoë Müller,100,zoe@example.edu,zm1,zoe-codes
Ann Lee,101,ann@example.edu,al2,annlee
Bob Smith,102,bob@example.edu,bs3,
"""


@pytest.fixture
def roster(tmp_path):
    """Return a function that reads a roster with this text."""

    def make(text, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return read_roster(path)

    return make


def found(roster, name, **ids):
    entry, by = roster.find(Person(name, ids))
    return (entry.person.name if entry else None), by


@pytest.mark.parametrize(
    ("person", "student", "by"),
    [
        (("whoever", {"canvas": "101"}), "Ann Lee", "id"),
        (("whoever", {"moodle": "101"}), "Ann Lee", "id"),
        (("whoever", {"sid": "101"}), "Ann Lee", "id"),
        (("whoever", {"email": "ANN@example.edu"}), "Ann Lee", "e-mail"),
        (("whoever", {"login": "al2"}), "Ann Lee", "login"),
        (("whoever", {"github": "AnnLee"}), "Ann Lee", "login"),
        # A plain folder may be called by anything.
        (("zm1", {}), "Zoë Müller", "id"),
        (("102", {}), "Bob Smith", "id"),
        (("zoe@example.edu", {}), "Zoë Müller", "id"),
        (("zoë müller", {}), "Zoë Müller", "name"),
        (("Müller, Zoë", {}), "Zoë Müller", "name"),
        (("müllerzoë", {}), "Zoë Müller", "name"),
        (("Zoe_Muller", {}), "Zoë Müller", "name"),
        (("Mu\u0308ller Zoe\u0308", {}), "Zoë Müller", "name"),
        (("Zoë", {}), None, ""),
        (("Zoë Maria Müller", {}), None, ""),
        # An id of another kind is nobody's.
        (("whoever", {"gradescope": "101"}), None, ""),
        (("whoever", {"canvas": "999"}), None, ""),
    ],
)
def test_students_are_found_by_what_platforms_call_them(roster, person, student, by):
    name, ids = person
    assert found(roster(BY_HAND), name, **ids) == (student, by)


def test_an_id_goes_before_a_name(roster):
    assert found(roster(BY_HAND), "Bob Smith", sid="101") == ("Ann Lee", "id")


def test_two_of_one_name_are_never_guessed(roster):
    both = roster("name,id\nJan Kim,7\nJan Kim,8\nJan Kím,9\n")
    assert found(both, "Jan Kim") == (None, "several")
    assert found(both, "Jan Kim", sid="8") == ("Jan Kim (8)", "id")
    assert found(both, "jan kím") == ("Jan Kím", "name")
    assert found(both, "kimjan") == (None, "several")


def test_canvas_s_own_gradebook(roster):
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,BN (77)\n    Points Possible,,,,,100\n"
        '"Müller, Zoë",4711,s1,zm,A,\n'
    )
    read = roster(text, "utf-8-sig")
    assert [entry.person for entry in read.entries] == [
        Person("Zoë Müller", {"canvas": "4711", "sid": "s1", "login": "zm"})
    ]
    assert found(read, "x", canvas="4711") == ("Zoë Müller", "id")
    assert found(read, "x", moodle="4711") == (None, "")


def test_moodle_s_own_worksheet(roster):
    read = roster("Identifier,Full name,Email address,Grade\nParticipant 12,Ann Lee,a@b.c,\n")
    assert read.entries[0].person == Person("Ann Lee", {"email": "a@b.c", "moodle": "12"})


@pytest.mark.parametrize(
    "text",
    [
        "ID;Vollständiger Name;E-Mail-Adresse;Status\nTeilnehmer/in12;Ann Lee;a@b.c;Abgegeben\n",
        "ID,Name der Person,E-Mail\nTeilnehmer/in 12,Ann Lee,a@b.c\nTeilnehmer/in 13,Bob,\n",
        "Identifiant,Nom complet,Statut,Adresse de courriel\nParticipant 12,Ann Lee,,a@b.c\n",
    ],
)
def test_moodle_s_worksheet_in_another_language(roster, text):
    read = roster(text)
    assert read.entries[0].person == Person("Ann Lee", {"moodle": "12", "email": "a@b.c"})
    assert found(read, "x", moodle="12") == ("Ann Lee", "id")


@pytest.mark.parametrize(
    "text",
    [
        "ID,Status,Bewertung\nTeilnehmer/in12,Abgegeben,\n",  # blind marking: nobody has a name
        "Nummer,Wer,Adresse\ns12,Ann Lee,a@b.c\n",
        "Nummer,Wer,Adresse\nseven,Ann Lee,a@b.c\n",
        "Nummer,Wer,Adresse\nEins 1,Ann Lee,a@b.c\nZwei 2,Bob Ott,b@b.c\n",
    ],
)
def test_what_only_looks_like_that_worksheet_is_refused(roster, text):
    with pytest.raises(UsageError, match="no column with names"):
        roster(text)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("O'Hara-Müller, Zoë M.", "Zoë M. O'Hara-Müller"),
        ("=HYPERLINK('http://evil','click')", "=HYPERLINK('http://evil','click')"),
        ("Lee, Ann (2nd)", "Lee, Ann (2nd)"),
        ("Lee,", "Lee,"),
    ],
)
def test_only_names_are_turned_at_a_comma(roster, written, name):
    assert roster(f'name\n"{written}"\n').entries[0].person.name == name


def test_first_and_last_names_semicolons_tabs_and_old_line_ends(roster):
    for text in ("Surname;First name;ID\r\nLee;Ann;1\r\n", "Last Name\tFirst Name\nLee\tAnn\n"):
        assert [entry.person.name for entry in roster(text).entries] == ["Ann Lee"]


def test_a_student_in_two_sections_is_one(roster):
    assert len(roster("name,id,section\nAnn Lee,1,A\nAnn Lee,1,B\n").entries) == 1


def test_groups(roster):
    read = roster("name,group\nAnn Lee,Group A\nBob Smith,group a\nCy Young,Group B\nDi Ott,\n")
    assert [entry.person.name for entry in read.group("Group A")] == ["Ann Lee", "Bob Smith"]
    assert read.group("") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("id,email\n1,a@b.c\n", "no column with names"),
        ("name,id\n", "names no student"),
        ("name\nZoë\n".encode("latin-1"), "not saved as UTF-8"),
        ("name\nZoë\n".encode("utf-16"), "not saved as UTF-8"),
        (b"PK\x03\x04\0\0\0", "is no text"),
        ("name,id\nAnn Lee,1\nBob Smith,1\n", "one id, login or address to 'Ann Lee' and"),
        ("name\nAnn Lee\nAnn Lee\n", "nothing that tells them apart"),
        ('name\n"Ann" Lee\n', "is no CSV file"),
    ],
)
def test_what_is_no_roster_is_refused_in_one_line(roster, text, words):
    with pytest.raises(UsageError) as caught:
        roster(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_roster_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="--roster takes a CSV file"):
        read_roster(tmp_path / "none.csv")
