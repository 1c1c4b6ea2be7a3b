"""A copy of all that is on record about somebody: whole, in words and as data, with nobody else in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from discharge.actions.desk import Desk
from discharge.actions.merging import merge_patients
from discharge.actions.rights import copy_now, give_copy
from discharge.model.errors import NotAllowed, UserError
from discharge.reports.of_a_person import PersonCopy
from discharge.store.ask.about_person import ANOTHER
from discharge.store.ask.everything import columns
from tests.actions.a_hub import AHub
from tests.conftest import DemoCopy

_OF_NOBODY = {
    "hub", "users", "settings", "outbreaks", "units", "beds", "free", "returns", "calls", "actions",
    "outbreak_reviews", "aid", "plans", "journal", "waiting",
}  # fmt: skip
"""Tables with nothing of one person in them: homes, the hub, plans."""


@pytest.fixture(scope="module")
def demo(demo_copy: DemoCopy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Desk.open(demo_copy(tmp_path_factory.mktemp("copies") / "Demo.hub")) as desk:
        yield desk


def copied(desk: Desk, patient: str) -> tuple[PersonCopy, dict[str, Any]]:
    copy, data = desk.ask(lambda queries: copy_now(queries, patient))
    return copy, json.loads(data)


def test_every_table_is_one_that_says_whose_its_rows_are_or_one_of_nobody() -> None:
    for table, names in columns().items():
        of_a_person = table == "patients" or {"patient", "placement"} & set(names)
        assert bool(of_a_person) == (table not in _OF_NOBODY), table


def test_a_copy_has_every_row_and_entry_about_the_person_and_nobody_else_in_it(demo: Desk) -> None:
    names = demo.ask(lambda queries: queries.patient_names())
    everything = demo.ask(_everything)
    for patient, name in names.items():
        copy, data = copied(demo, patient)
        placements = {row["id"] for row in everything["placements"] if row["patient"] == patient}
        for table, rows in everything.items():
            if table not in _OF_NOBODY:
                own = [row for row in rows if _is_of(table, row, patient, placements)]
                assert len(data.get(table, [])) == len(own), table
        own = [row for row in everything["journal"] if row["subject"] in {patient, *placements}]
        assert [each["entry"] for each in data["entries"]] == [row["seq"] for row in own]
        text = json.dumps(data, ensure_ascii=False) + str(copy)
        assert name in text
        for other, another in names.items():
            if other != patient:
                assert f'"{other}"' not in text
                assert another == name or another not in text


def _everything(queries: Any) -> dict[str, list[dict[str, Any]]]:
    there = queries.everything()
    return {table: list(there.records(table)) for table in there.columns}


def _is_of(table: str, row: dict[str, Any], patient: str, placements: set[str]) -> bool:
    if table == "patients":
        return bool(row["id"] == patient)
    return row["patient"] == patient if "patient" in row else row["placement"] in placements


def test_what_is_read_has_each_step_with_its_day_its_year_and_who_did_it(demo: Desk) -> None:
    copy, data = copied(demo, "P-0001")
    steps = dict(zip((part.title for part in copy.parts), copy.parts, strict=True))[
        "Everything in order, and who did it"
    ].groups[0]
    assert len(steps) == len(data["entries"])
    first = data["entries"][0]["entry"]
    on_the_list = f"Entered on the list. (Aisha Prosser, coordinator; entry {first})"
    assert steps[0] == ("Mon 9 Nov 2020 11:10", on_the_list)
    said = {name: words for part in copy.parts for group in part.groups for name, words in group}
    assert said["NHS number"] == "9990202966"
    assert said["Born"] == "Wed 30 Jan 1935"


def test_whoever_shares_a_unit_or_a_sentence_is_another_person(hub: AHub) -> None:
    ada = hub.negative("Ada Shah")
    ben = hub.negative("Ben Ode", together_with=ada, notes="Married to Ada Shah. Ada Shahi is a nurse.")
    _copy, data = copied(hub.desk, ben)
    row = data["patients"][0]["details"]
    assert row["together_with"] == ANOTHER
    assert row["notes"] == f"Married to {ANOTHER}. Ada Shahi is a nurse."


def test_a_record_that_was_merged_is_a_part_of_the_copy_and_has_none_of_its_own(hub: AHub) -> None:
    one, other = hub.patient("Ada Shah"), hub.patient("Ada Shaw", nhs_number="9990000077")
    hub.tested(other)
    hub.does(partial(merge_patients, patient=one, other=other, take={}, reason="Same person"))
    _copy, data = copied(hub.desk, one)
    assert data["merged_into_it"] == [other]
    assert {row["id"] for row in data["patients"]} == {one, other}
    with pytest.raises(UserError, match=f"a part of {one}"):
        copied(hub.desk, other)
    with pytest.raises(UserError, match="nobody with the id"):
        copied(hub.desk, "P-9999")


def test_that_a_copy_was_made_is_on_record_and_only_an_administrator_makes_one(hub: AHub) -> None:
    ada = hub.patient("Ada Shah")
    give = partial(give_copy, patient=ada, to="Her daughter, attorney", reason="Asked by letter")
    with hub.refuses(says="administrator"):
        hub.does(give)
    hub.does(give, hub.admin)
    _copy, data = copied(hub.desk, ada)
    assert data["entries"][-1]["said"] == (
        "A copy of what is on record was made for Her daughter, attorney. Reason: Asked by letter"
    )
    with hub.refuses(says="The reason is missing"):
        hub.does(partial(give_copy, patient=ada, to="Her", reason=" "), hub.admin)
    with pytest.raises(NotAllowed):
        hub.does(give, hub.lead)
