"""What is typed only because something had to be: a table of what is asked about, and what isn't."""

from __future__ import annotations

from datetime import date

import pytest

from discharge.model.placeholder import doubts

TODAY = date(2020, 11, 16)
BORN = date(1934, 2, 17)

# name, birth date, NHS number: the fields that are asked about
PEOPLE = [
    ("Edith Sample", BORN, "9990001006", set()),
    ("Ann Test", BORN, "9990001006", set()),
    ("Test Test", BORN, None, {"name"}),
    ("TEST, Patient", BORN, None, {"name"}),
    ("Xxxx Xx", BORN, None, {"name"}),
    ("John Doe", BORN, None, {"name"}),
    ("Mr Joe Bloggs", BORN, None, {"name"}),
    ("John John", BORN, None, set()),
    ("Patient 12", BORN, None, set()),
    ("???", BORN, None, {"name"}),
    ("EMPTY BED", BORN, None, {"name"}),
    ("Side room 2", BORN, None, {"name"}),
    ("Bed 4", BORN, None, {"name"}),
    ("Ann Bay", BORN, None, set()),
    ("Ann Marsh RIP", BORN, None, {"name"}),
    ("DECEASED Ann Marsh", BORN, None, {"name"}),
    ("Marsh, Ann (discharged)", BORN, None, {"name"}),
    ("Ann Marsh - duplicate", BORN, None, {"name"}),
    ("# Ann Marsh", BORN, None, {"name"}),
    ("-Ann Marsh", BORN, None, {"name"}),
    ("Ann-Marie Marsh", BORN, None, set()),
    ("'Ann Marsh", BORN, None, set()),
    ("Unknown Male", None, None, set()),
    ("Unknown Male", BORN, None, {"name"}),
    ("Unidentified person 2", None, "9990001006", {"name"}),
    ("Ann Marsh", date(1900, 1, 1), None, {"born"}),
    ("Ann Marsh", date(1901, 1, 1), None, {"born"}),
    ("Ann Marsh", date(1911, 1, 1), None, {"born"}),
    ("Ann Marsh", date(1930, 1, 1), None, set()),
    ("Ann Marsh", date(1912, 6, 5), None, set()),
    ("Ann Marsh", BORN, "0000000000", {"nhs_number"}),
    ("Ann Marsh", BORN, "9999999999", {"nhs_number"}),
    ("Ann Marsh", BORN, "1111111111", {"nhs_number"}),
    ("Ann Marsh", BORN, "0123456789", {"nhs_number"}),
]


@pytest.mark.parametrize(("name", "born", "number", "fields"), PEOPLE)
def test_what_was_typed_to_fill_a_field_is_asked_about(
    name: str, born: date | None, number: str | None, fields: set[str]
) -> None:
    found = dict(doubts(name, born, number, today=TODAY))
    assert set(found) == fields
    assert all(name not in sentence for sentence in found.values())
