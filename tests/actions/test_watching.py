"""Placements watched until they are over: what is recorded after approval and breaks a rule is flagged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import patients, placements, settings
from discharge.model.flags import Flag, Mend
from tests.actions.a_hub import COVID, TODAY, AHub, beds, stay, unit

END = TODAY + timedelta(11)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[AHub]:
    found = AHub(tmp_path / "hub.discharge")
    yield found
    found.desk.close()


def flags(hub: AHub, placement: str) -> tuple[Flag, ...]:
    return hub.desk.ask(lambda q: q.flags(q.placed(placement)))


# --- what happens to the bed (field case: after-approval-bed-changes) -----------------------------------


@pytest.mark.parametrize(
    ("what", "rule", "sentence"),
    [
        ("designation", "R5", "The Limes, unit Red, isn't designated; Pos needs a designated unit."),
        ("organism", "R3", "The Limes can't take someone with COVID-19."),
        ("places", "R2", "The Limes, unit Red, has no isolation place left on Mon 16 Nov."),
    ],
)
def test_an_isolation_bed_that_changes_after_booking_stops_the_departure(
    hub: AHub, what: str, rule: str, sentence: str
) -> None:
    hot = hub.hot_home()
    booked = hub.walk(hub.proposed(hub.positive("Pos"), stay(hot, end=END, in_unit="Red")), "booked")
    assert flags(hub, booked) == ()
    if what == "designation":
        action = partial(settings.end_designation, setting=hot, unit="Red", on=TODAY, reason="CQC")
        hub.does(action, hub.lead)
    elif what == "organism":
        hub.does(partial(settings.amend_setting, setting=hot, changes={"accepts_organisms": ()}))
    else:
        hub.does(partial(settings.amend_unit, setting=hot, unit="Red", changes={"isolation_places": 0}))
    assert [(flag.rule, flag.sentence, flag.mend) for flag in flags(hub, booked)] == [
        (rule, sentence, Mend.PLAN_AGAIN)
    ]
    with hub.refuses(rule=rule, says=sentence):
        hub.does(partial(placements.depart, placement=booked))


@pytest.mark.parametrize(
    ("changed", "rules"), [({"count": 0}, ["N10"]), ({"room": "shared", "sex": "male"}, ["N6", "C9"])]
)
def test_an_ordinary_bed_that_changes_after_booking_stops_the_departure(
    hub: AHub, changed: dict[str, Any], rules: list[str]
) -> None:
    home = hub.home()
    booked = hub.walk(hub.proposed(hub.negative("Ann"), stay(home)), "booked")
    hub.does(partial(settings.set_beds, setting=home, unit="Main", beds=beds("B1", **changed)))
    assert [flag.rule for flag in flags(hub, booked)] == rules
    with hub.refuses(rule=rules[0]):
        hub.does(partial(placements.depart, placement=booked))


# --- what happens to the person (field case: after-approval-person-changes) -----------------------------


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"needs": ("hoist",)}, "N1"),
        ({"care": {"level": "nursing", "specialism": "dementia"}}, "N2"),
        ({"sex": "male"}, "N6"),
        ({"pathway": "P2"}, "N3"),
    ],
)
def test_a_person_whose_record_changes_after_booking_stays(
    hub: AHub, changes: dict[str, Any], rule: str
) -> None:
    home = hub.setting("Elm", unit("Main", beds(sex="female")))
    who = hub.negative("Ann")
    booked = hub.walk(hub.proposed(who, stay(home)), "booked")
    hub.does(partial(patients.amend_patient, patient=who, changes=changes))
    assert flags(hub, booked)[0].rule == rule
    with hub.refuses(rule=rule):
        hub.does(partial(placements.depart, placement=booked))


def test_a_flag_goes_once_the_fact_is_mended(hub: AHub) -> None:
    hot = hub.hot_home()
    booked = hub.walk(hub.proposed(hub.positive("Pos"), stay(hot, end=END, in_unit="Red")), "booked")
    hub.does(partial(settings.amend_setting, setting=hot, changes={"accepts_organisms": ()}))
    assert flags(hub, booked)
    hub.does(partial(settings.amend_setting, setting=hot, changes={"accepts_organisms": (COVID,)}))
    assert flags(hub, booked) == ()
    hub.does(partial(placements.depart, placement=booked))


def test_a_home_that_goes_by_its_registration_is_watched_like_any_other(hub: AHub) -> None:
    home = hub.home(cqc_id="1-999000001")
    assert home == "1-999000001"
    booked = hub.walk(hub.proposed(hub.negative(), stay(home)), "booked")
    assert flags(hub, booked) == ()
    hub.does(partial(settings.declare_outbreak, setting=home, organism=COVID))
    assert [flag.rule for flag in flags(hub, booked)] == ["N5"]
