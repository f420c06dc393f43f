"""What people take along: a table that any spreadsheet program opens, and in which nothing reckons by surprise."""

import csv
import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.spreadsheets import ODS_TYPE, Sheet, write_csv, write_ods

MARCH = Sheet(
    "Maart & april",
    ("Dag", "Chauffeur", "Ritten", "Bedrag"),
    ((date(2026, 3, 3), "Piet <de> Vries", 2, Decimal("12.30")), (None, "=1+1", 0, Decimal("-0.05"))),
)
OFFICE, TABLE, TEXT = (f"{{urn:oasis:names:tc:opendocument:xmlns:{part}:1.0}}" for part in ("office", "table", "text"))


def rows_of_csv(sheet: Sheet) -> list[list[str]]:
    return list(csv.reader(StringIO(write_csv(sheet).decode("utf-8-sig"), newline=""), delimiter=";"))


def cells_of_ods(content: bytes) -> list[list[tuple[str, str]]]:
    """Each cell as (its type, its value as a program reads it)."""
    with zipfile.ZipFile(BytesIO(content)) as file:
        tree = ElementTree.fromstring(file.read("content.xml"))
    found = []
    for row in tree.iter(f"{TABLE}table-row"):
        cells = []
        for cell in row:
            kind = cell.get(f"{OFFICE}value-type", "")
            words = "".join(part.text or "" for part in cell.iter(f"{TEXT}p"))
            cells.append((kind, cell.get(f"{OFFICE}value") or cell.get(f"{OFFICE}date-value") or words))
        found.append(cells)
    return found


def test_a_csv_opens_at_once_in_a_dutch_spreadsheet():
    assert write_csv(MARCH).startswith(b"\xef\xbb\xbfDag;Chauffeur;")
    assert rows_of_csv(MARCH)[1] == ["03-03-2026", "Piet <de> Vries", "2", "12,30"]


def test_what_somebody_typed_is_never_a_formula():
    assert rows_of_csv(MARCH)[2] == ["", "'=1+1", "0", "-0,05"]
    assert cells_of_ods(write_ods([MARCH]))[2][1] == ("string", "=1+1")


def test_in_a_spreadsheet_a_day_is_a_day_and_an_amount_a_number():
    assert cells_of_ods(write_ods([MARCH]))[1] == [
        ("date", "2026-03-03"),
        ("string", "Piet <de> Vries"),
        ("float", "2"),
        ("float", "12.30"),
    ]


def test_programs_know_the_file_by_its_first_bytes():
    """OpenDocument 1.3, part 2, section 3.3: `mimetype` is first and not packed."""
    content = write_ods([MARCH, MARCH])
    assert content[30:38] == b"mimetype"
    assert content[38 : 38 + len(ODS_TYPE)] == ODS_TYPE.encode()
    with zipfile.ZipFile(BytesIO(content)) as file:
        assert file.testzip() is None
        assert "content.xml" in file.read("META-INF/manifest.xml").decode()


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_whatever_people_typed_a_program_can_read_the_file(typed):
    sheet = Sheet("Blad", ("Wie",), tuple((words,) for words in typed))
    assert len(cells_of_ods(write_ods([sheet]))) == len(typed) + 1
    assert all(row[0][:1] not in ("=", "+", "-", "@") for row in rows_of_csv(sheet)[1:] if row)


def test_a_row_that_is_too_short_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="as many cells"):
        Sheet("Blad", ("Wie", "Wat"), (("Piet",),))
