"""Several people told of in one call with a home: an entry for each placement, all or none."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from discharge.actions import placements
from discharge.actions.in_one_call import Answer, Told, call_taken_back, told_in_one_call
from discharge.model.placement import DeclineReason
from tests.actions.a_hub import MANAGER, AHub, Clock, beds, stay, unit

NAMES = ("Ada Shah", "Ben Ode", "Cy Reed")


@pytest.fixture
def hub(tmp_path: Path) -> AHub:
    return AHub(tmp_path / "hub", Clock())


def approved(hub: AHub) -> list[str]:
    home = hub.setting("Elm Lodge", unit("Main", beds(count=5)), vacancies=5)
    made = [hub.proposed(hub.negative(name), stay(home)) for name in NAMES]
    hub.does(partial(placements.approve_together, placements=made), hub.lead)
    return made


def says(hub: AHub, placement: str) -> str:
    row = hub.desk.ask(lambda q: q.placement(placement)).row
    return hub.desk.ask(lambda q: q.to_tell(row.patient)).says


@pytest.mark.whole
def test_a_home_is_told_of_several_in_one_call_and_answers_for_each(hub: AHub) -> None:
    one, two, three = approved(hub)
    before = hub.desk.ask(lambda q: q.head())
    told = [
        Told(one, says(hub, one), answer=Answer.ACCEPTED),
        Told(two, says(hub, two), answer=Answer.DECLINED, code=DeclineReason.STAFFING),
        Told(three, says(hub, three)),
    ]
    changed = hub.does(told_in_one_call(told, given=MANAGER), hub.coordinator)
    assert [hub.state(each) for each in (one, two, three)] == ["accepted", "declined", "told"]
    lines = [line for line in hub.desk.ask(lambda q: q.journal(limit=20)) if line.seq > before]
    assert sorted((line.kind, line.subject) for line in lines) == sorted(
        [
            ("placement_told", one), ("placement_accepted", one), ("placement_told", two),
            ("placement_declined", two), ("placement_told", three),
        ]
    )  # fmt: skip
    assert {line.given.name for line in lines if line.given} == {MANAGER.name}
    back = call_taken_back(told, entries=changed.entries, reason="slip")
    hub.does(back, hub.coordinator)
    assert [hub.state(each) for each in (one, two, three)] == ["approved"] * 3


def test_where_one_of_a_call_is_refused_none_is_recorded(hub: AHub) -> None:
    one, two, _ = approved(hub)
    before = hub.desk.ask(lambda q: q.head())
    told = [Told(one, says(hub, one), answer=Answer.ACCEPTED), Told(two, "COVID-19: never tested.")]
    with hub.refuses(rule="C5", says="What is told is what the record says"):
        hub.does(told_in_one_call(told, given=MANAGER), hub.coordinator)
    assert hub.desk.ask(lambda q: q.head()) == before
    with hub.refuses(rule="A2"):
        hub.does(told_in_one_call(told[:1], given=MANAGER), hub.lead)
    assert hub.state(one) == "approved"
