"""The store's part of the timeline: nights of isolation as known now, and beds by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions.desk import Desk
from discharge.model.setting import Free
from discharge.model.shown.placements import MoveRow
from discharge.model.shown.settings import BedHold, BedsView
from discharge.model.shown.timeline import BedGroup, Nights, Run, TimelineFacts
from discharge.store.ask.timeline import size_of
from tests.actions.observing import record_clearance
from tests.conftest import DemoCopy

MONDAY = date(2020, 11, 16)


def day(number: int) -> date:
    return MONDAY + timedelta(number)


def group(free: Sequence[Free], *holds: tuple[int, int | None]) -> BedGroup:
    held = tuple(
        BedHold(f"L-{at}", f"P-{at}", "Somebody", day(start), None if end is None else day(end))
        for at, (start, end) in enumerate(holds)
    )
    view = BedsView(
        id="B1", category="general_nursing", room="single", sex="any", free=tuple(free), as_of=None,
        free_tonight=0, held_tonight=0, holds=held,
    )  # fmt: skip
    return BedGroup("S-1", "Elm Lodge", "North", "none", view, 0, 0)


def free(start: int, count: int, end: int | None = None) -> Free:
    return Free(start=day(start), end=None if end is None else day(end), count=count)


def test_what_is_left_is_said_in_stretches_of_nights() -> None:
    beds = group([free(0, 2), free(3, 1)], (1, 4), (2, None))
    assert beds.runs(day(0), day(6)) == (
        Run(day(0), day(1), 2),
        Run(day(1), day(2), 1),
        Run(day(2), day(3), 0),
        Run(day(3), day(4), 1),
        Run(day(4), day(6), 2),
    )


def test_nights_on_which_nothing_changes_are_one_stretch() -> None:
    # one bed becomes free as another is taken
    beds = group([free(0, 1), free(2, 1)], (2, None))
    assert beds.runs(day(0), day(9)) == (Run(day(0), day(9), 1),)


def test_the_size_of_a_group_is_what_is_free_at_once() -> None:
    assert size_of([free(0, 2), free(3, 1)]) == 3
    assert size_of([free(0, 2, 3), free(3, 1)]) == 2
    assert size_of([]) == 0


def test_a_group_that_is_no_more_has_no_beds() -> None:
    gone = BedGroup("S-1", "Elm Lodge", "North", "none", None, 0, 0)
    assert gone.runs(day(0), day(5)) == ()


# --- over the demo hub -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    rows: dict[str, MoveRow]
    facts: TimelineFacts


@pytest.fixture
def demo(demo_copy: DemoCopy, tmp_path: Path) -> Path:
    return demo_copy(tmp_path / "Demo.hub")


def ask(desk: Desk) -> Asked:
    rows = {row.patient_name: row for row in desk.ask(lambda q: q.moves())}
    beds = {(s.setting, s.unit, s.beds) for row in rows.values() for s in row.stays}
    names = [row.id for row in rows.values()]
    return Asked(rows, desk.ask(lambda q: q.timeline(isolating=names, beds=beds)))


def test_isolated_nights_run_to_the_first_night_without(demo: Path) -> None:
    with Desk.open(demo) as desk:
        asked = ask(desk)
    edith = asked.rows["Edith Stonechat"]
    (nights,) = asked.facts.isolated[edith.id]
    assert nights == Nights(edith.stays[0].start, edith.isolation_end)
    assert asked.facts.isolated[asked.rows["Nora Meadowlark"].id] == ()


def test_a_clinicians_later_date_makes_the_nights_of_isolation_longer(demo: Path) -> None:
    with Desk.open(demo) as desk:
        percy = ask(desk).rows["Percy Dotterel"]
        assert percy.isolation_end is not None
        later = percy.isolation_end + timedelta(5)
        clinician = next(user for user in desk.people() if "clinician" in {str(r) for r in user.roles})
        cleared = partial(record_clearance, patient=percy.patient, organism="sars-cov-2", isolate_until=later)
        desk.perform(cleared, by=clinician)
        (nights,) = ask(desk).facts.isolated[percy.id]
    assert nights.end is not None
    assert nights.end > percy.isolation_end


def test_groups_of_beds_come_by_setting_with_who_holds_them(demo: Path) -> None:
    with Desk.open(demo) as desk:
        asked = ask(desk)
    names = [each.setting_name for each in asked.facts.groups]
    assert names == sorted(names, key=str.casefold)
    nora = asked.rows["Nora Meadowlark"]
    (elder,) = [each for each in asked.facts.groups if each.setting_name == "Elder Bank"]
    assert elder.view is not None
    assert [(hold.patient_name, hold.placement) for hold in elder.view.holds] == [
        ("Nora Meadowlark", nora.id)
    ]
    assert elder.view.left_on(nora.stays[0].start) == elder.size - 1
    assert elder.left_tonight == elder.size - 1


def test_a_proposal_holds_no_bed(demo: Path) -> None:
    with Desk.open(demo) as desk:
        asked = ask(desk)
    (kittiwake,) = [each for each in asked.facts.groups if each.setting_name == "Kittiwake House"]
    assert kittiwake.view is not None
    assert kittiwake.view.holds == ()
    assert kittiwake.view.left_on(asked.rows["Joan Pimpernel"].stays[0].start) == 1


def test_a_group_that_was_taken_out_is_still_there_by_name(demo: Path) -> None:
    with Desk.open(demo) as desk:
        setting = ask(desk).rows["Nora Meadowlark"].stays[0].setting
        facts = desk.ask(lambda q: q.timeline(isolating=[], beds={(setting, "gone", "X1")}))
    gone = next(group for group in facts.groups if group.unit == "gone")
    others = [group for group in facts.groups if group.unit != "gone"]
    assert others, "what is free in the same home is told too"
    assert all(group.setting == setting and group.view is not None for group in others)
    assert all(group.view.free for group in others if group.view is not None)
    assert (gone.setting_name, gone.unit, gone.view) == ("Elder Bank", "gone", None)
