from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.core.sheet import csv_text, parse_sheet, plain_cell

ODD = (
    b'\xef\xbb\xbf"Student, Name";ID;"x ""y"" z"\r\n'
    b'    Points Possible;;10\n"M\xc3\xbcller; Zo\xc3\xab";007;"two\r\nlines"\n\n;;\nlast'
)


def test_what_nobody_changes_keeps_every_byte():
    assert parse_sheet(ODD).encoded() == ODD


def test_cells_are_read_without_quotes():
    sheet = parse_sheet(ODD)
    assert (sheet.bom, sheet.delimiter, sheet.height) == (True, ";", 6)
    assert sheet.header == ["Student, Name", "ID", 'x "y" z']
    assert sheet.row(2) == ["Müller; Zoë", "007", "two\r\nlines"]
    assert sheet.cell(1, 0) == "Points Possible"
    assert sheet.cell(5, 2) == ""


def test_a_new_cell_is_quoted_where_it_must_be_or_was():
    sheet = parse_sheet(b'a,"b",c\n1,"2"\n').filled({(1, 1): "3", (1, 2): 'x,"y"'})
    assert sheet.encoded() == b'a,"b",c\n1,"3","x,""y"""\n'


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a,b\n\xfc,1\n", "UTF-8"),
        ("a,b".encode("utf-16"), "UTF-8"),
        (b" \n", "empty"),
        (b"", "empty"),
        (b'a,b\n1,"2\n', "line 2"),
        (b'a,b\n1,"2"3\n', "line 2"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(data, told):
    with pytest.raises(ValueError, match=told) as caught:
        parse_sheet(data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "start", [*"=+-@|\t\r", "\N{FULLWIDTH EQUALS SIGN}", "\u200b=", " \ufeff\uff5c"]
)
def test_no_text_of_ours_becomes_a_formula(start):
    assert plain_cell(f"{start}1") == f"'{start}1"
    assert plain_cell(f"a{start}") == f"a{start}"


@pytest.mark.parametrize(
    "name", ["Eve;=cmd|'calc'!A0", "Eve;\u200b+1;b", 'Eve"|@x', "Eve\n=1", "E\t-1"]
)
@pytest.mark.parametrize("delimiter", ",;\t|")
def test_no_text_of_ours_becomes_a_formula_where_others_split(name, delimiter):
    # Quotes that stand inside a cell mean nothing: only a first column is safe with them alone.
    file = io.StringIO(csv_text([["name", "number"], [plain_cell(name), plain_cell(name)]]))
    found = [cell for row in csv.reader(file, delimiter=delimiter) for cell in row]
    assert not [cell for cell in found if cell.lstrip("\u200b").startswith(tuple("=+-@|"))]


@pytest.mark.parametrize("delimiter", ",;\t|")
def test_text_with_any_delimiter_is_quoted(delimiter):
    assert csv_text([["a b", f"a{delimiter}b"]]) == f'a b,"a{delimiter}b"\r\n'


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), max_size=8)


@settings(derandomize=True, deadline=None)
@given(
    st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=5),
    st.sampled_from(",;\t"),
    st.booleans(),
)
def test_what_another_writer_wrote_is_read_alike(rows, delimiter, quoted):
    file = io.StringIO()
    header = ["name", "number", "third"]
    how = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(file, delimiter=delimiter, quoting=how).writerows([header, *rows])
    sheet = parse_sheet(file.getvalue().encode())
    assert [sheet.row(number) for number in range(sheet.height)] == [header, *rows]
    assert sheet.encoded() == file.getvalue().encode()
