"""The morning load: from an empty hub and four files to a plan, by the commands and actions that a user has.

The files are small and made up, in the shapes of the register as published, of the homes sheet, of the
Capacity Tracker's returns and of the template of people.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from discharge.actions.desk import Desk
from discharge.actions.exchange import import_file, preview
from discharge.actions.file_kinds import FileKind
from discharge.actions.files_out import homes_sheet
from discharge.actions.planning import freeze_case, store_plan
from discharge.matching.propose import propose
from discharge.matching.verify import verify
from discharge.model.files import write_plan
from discharge.model.people import User
from discharge.model.setting_record import CapacityAge
from discharge.store.ask.queries import Queries
from tests.actions.a_hub import Clock, founded_by_one

FILES = Path(__file__).parent / "morning"
NOW = datetime(2020, 11, 16, 8, tzinfo=UTC)
OURS = ("Havering", "Redbridge")


def placed(desk: Desk, jo: User) -> int:
    """Plans for the hub as it is, checks and stores the plan; how many it places."""
    frozen = desk.ask(freeze_case)
    plan = propose(frozen.case, sha256=frozen.sha256)
    assert verify(frozen.case, plan, case_sha256=frozen.sha256) == ()
    store = partial(store_plan, case=frozen.content, plan=write_plan(plan), head=frozen.head)
    desk.perform(store, by=jo)
    return len(plan.placements)


@pytest.mark.whole
def test_four_files_and_an_empty_hub_come_to_a_plan_for_four_out_of_five(tmp_path: Path) -> None:
    clock = Clock(NOW)
    with founded_by_one(tmp_path / "new.hub", clock) as desk:
        the_morning(desk, desk.people()[0], clock)


def the_morning(desk: Desk, jo: User, clock: Clock) -> None:
    """One file after the other, a plan after them, and the next day's list."""
    take = partial(import_file, desk, by=jo)

    register = take(kind=FileKind.CQC, source=FILES / "register.csv", authorities=OURS).report
    assert (register.read, register.new, register.faults) == (12, 8, 0)
    rows = desk.ask(Queries.settings)
    assert {row.local_authority for row in rows} == set(OURS)
    assert {row.capacity_age for row in rows} == {CapacityAge.NONE}
    assert placed(desk, jo) == 0

    sheet = take(kind=FileKind.SHEET, source=FILES / "homes_sheet.csv").report
    assert (sheet.read, sheet.new, sheet.faults) == (12, 12, 0)
    again = preview(desk, kind=FileKind.SHEET, source=desk.ask(homes_sheet))
    assert again.same == again.read == 12

    returns = take(kind=FileKind.CAPACITY, source=FILES / "returns.csv").report
    assert (returns.taken, returns.faults) == (8, 0)

    people = take(kind=FileKind.PATIENTS, source=FILES / "people.csv").report
    assert (people.read, people.new, people.faults) == (25, 25, 0)
    assert placed(desk, jo) >= 20

    clock.now = NOW.replace(day=17)
    next_day = preview(desk, kind=FileKind.PATIENTS, source=FILES / "people_next_day.csv")
    assert (next_day.same, next_day.new, next_day.faults) == (22, 3, 0)
    take(kind=FileKind.PATIENTS, source=FILES / "people_next_day.csv")
    assert len(desk.ask(Queries.patients)) == 28
    assert placed(desk, jo) >= 20
    assert desk.verify().is_intact
