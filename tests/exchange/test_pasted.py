"""One row copied out of a spreadsheet: what is taken of it, and what is said of the rest."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from discharge.exchange.known_people import KnownHub
from discharge.exchange.pasted import TEMPLATE, is_row, read_pasted
from discharge.model.errors import UserError
from discharge.model.infection import Test
from discharge.model.patient import Care, Pathway

NOW = datetime(2020, 11, 16, 8, tzinfo=UTC)
HUB = KnownHub((), {"1-100": "1-100"}, frozenset({"sars-cov-2", "influenza"}))


def row(**cells: str) -> str:
    return "\t".join(cells.get(name, "") for name in TEMPLATE) + "\r\n"


def test_the_columns_are_those_of_the_template_in_its_order() -> None:
    template = Path(__file__).parents[2] / "resources" / "templates" / "patients.csv"
    with template.open(encoding="utf-8-sig", newline="") as file:
        assert tuple(next(csv.reader(file))) == TEMPLATE


def test_a_row_without_titles_is_read_in_the_templates_order() -> None:
    text = row(
        name="Hal Marsh", nhs_number="999 123 4560", born="3/2/1938", sex="M", pathway="2", priority="2",
        ready_on="2020-11-17", care_level="nursing", specialism="general", needs="hoist; oxygen",
        test_result="neg", specimen_at="15/11/2020 09:00", reported_at="15/11/2020 19:00",
    )  # fmt: skip
    assert is_row(text)
    found = read_pasted(text, HUB, now=NOW)
    assert found.values["name"] == "Hal Marsh"
    assert found.values["born"] == date(1938, 2, 3)
    assert found.values["pathway"] is Pathway.P2
    assert found.values["care"] == Care(level="nursing", specialism="general")
    assert found.values["needs"] == ("hoist", "oxygen")
    assert [type(seen) for seen in found.observations] == [Test]
    # the number's check digit is wrong: that cell alone isn't taken
    assert "nhs_number" not in found.values
    assert [remark.field for remark in found.remarks] == ["nhs_number"]


def test_titles_say_which_cell_is_which_and_those_that_mean_nothing_are_named() -> None:
    text = "Ward\tBed colour\tDOB\tName\nOak\tblue\t3/2/1938\tHal Marsh\nElm\tred\t1/1/1940\tAda Shah\n"
    found = read_pasted(text, HUB, now=NOW)
    assert found.values == {"ward": "Oak", "born": date(1938, 2, 3), "name": "Hal Marsh"}
    assert (found.unknown, found.more, found.remarks) == (("Bed colour",), 1, ())


def test_one_cell_that_will_not_do_costs_no_other() -> None:
    text = row(name="Hal Marsh", born="yesterday", ward="Oak", priority="9", test_result="negative")
    found = read_pasted(text, HUB, now=NOW)
    assert found.values == {"name": "Hal Marsh", "ward": "Oak"}
    assert {remark.field for remark in found.remarks} >= {"born", "priority"}
    assert found.observations == ()


def test_no_remark_quotes_who_it_is() -> None:
    found = read_pasted(row(name="Hal Marsh", born="31/31/1938", nhs_number="12"), HUB, now=NOW)
    said = " ".join(str(remark) for remark in found.remarks)
    assert "Hal" not in said
    assert "1938" not in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no row"),
        ("Name\tDOB\tWard\n", "no row"),
        ("x\t" * 60, "cells"),
        ("x\t" * 60_000, "too much"),
    ],
)
def test_what_is_no_row_of_a_person_is_refused_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(UserError) as refused:
        read_pasted(text, HUB, now=NOW)
    assert says in refused.value.sentence
    assert refused.value.mend


def test_cells_with_line_breaks_and_quotes_are_told_apart_as_a_spreadsheet_writes_them() -> None:
    text = 'Name\tWard\tNotes\r\n"Nan" Marsh\tOak\t"says ""no""\nand means it"\r\n'
    found = read_pasted(text, HUB, now=NOW)
    assert found.values == {"name": '"Nan" Marsh', "ward": "Oak", "notes": 'says "no" and means it'}
    assert found.more == 0


def test_plain_words_are_no_row() -> None:
    assert not is_row("Hal Marsh")
    assert not is_row("\n\tHal\n".strip())
