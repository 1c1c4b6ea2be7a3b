"""The published lists of reasons for delay, and how a text is found in them."""

from __future__ import annotations

import csv
import gzip
from datetime import date, timedelta

import pytest

from discharge.rules.delay_reasons import coded, folded, list_on, reason_lists
from tests.beside import FOLDER

IN_2023, IN_2026 = date(2023, 1, 10), date(2026, 11, 29)


def test_the_lists_have_eighteen_and_thirty_seven_reasons_in_five_families() -> None:
    old, new = reason_lists()
    assert (len(old.reasons), len(new.reasons)) == (18, 37)
    assert {reason.family for reason in old.reasons} == {""}
    assert {reason.family for reason in new.reasons} == {
        "hospital process", "wellbeing concerns", "care transfer hub process", "interface process",
        "capacity",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("day", "of", "in_force"),
    [
        (date(2020, 11, 16), "2022", False),
        (date(2022, 5, 26), "2022", False),
        (date(2022, 5, 27), "2022", True),
        (date(2024, 5, 26), "2022", True),
        (date(2024, 5, 27), "2024", True),
        (IN_2026, "2024", True),
    ],
)
def test_a_day_has_the_list_of_its_time_and_before_the_first_that_is_known_the_first(
    day: date, of: str, in_force: bool
) -> None:
    found = list_on(day)
    assert (found.id, found.holds_on(day)) == (of, in_force)


def test_no_two_lists_hold_on_a_day_and_no_day_after_the_first_is_without_one() -> None:
    first = reason_lists()[0].start
    for at in range(0, 1500, 7):
        day = first + timedelta(at)
        assert sum(each.holds_on(day) for each in reason_lists()) == 1


@pytest.mark.parametrize(
    "written",
    [
        "Capacity – Housing provision not yet available (Pathway 0 or 1)",
        "capacity - housing provision not yet available (pathway 0 or 1)",
        "Capacity\u00a0–  Housing provision not yet available\u00a0(Pathway 0 or 1)",
        "Capacity— Housing provision not yet available?(Pathway 0 or 1)",
        "Capacity –Housing provision not yet available(Pathway 0 or 1)",
        "housing provision not yet available",
        "Housing provision not yet available.",
    ],
)
def test_a_reason_is_found_whatever_its_case_spaces_dashes_and_lost_letters(written: str) -> None:
    found = coded(written, IN_2026)
    assert found is not None
    assert found.text == "Capacity – Housing provision not yet available (Pathway 0 or 1)"


@pytest.mark.parametrize(
    "written", ["", "Housing", "Housing provision not available", "Waiting for a specialist home"]
)
def test_a_free_text_is_not_coded_by_likeness(written: str) -> None:
    assert coded(written, IN_2026) is None


def test_a_reason_of_another_list_than_the_days_is_known_by_its_own() -> None:
    found = coded("Awaiting transport", IN_2026)
    assert found is not None
    assert found.list == "2022"
    assert coded("awaiting  patient transport services", IN_2023) is not None


def test_within_a_list_no_two_reasons_are_compared_as_one() -> None:
    for each in reason_lists():
        assert len({folded(reason.text) for reason in each.reasons}) == len(each.reasons)


@pytest.mark.beside("data/delayed_discharge_reasons.csv.gz")
def test_every_name_of_the_published_file_is_a_reason_of_the_list_of_2024() -> None:
    with gzip.open(FOLDER / "data" / "delayed_discharge_reasons.csv.gz", "rt", encoding="utf-8") as file:
        named = {row["delay_reason"] for row in csv.DictReader(file)}
    assert named == {reason.published for reason in list_on(IN_2026).reasons}
    found = {name: coded(name, IN_2026) for name in named}
    assert all(each is not None and each.published == name for name, each in found.items())
