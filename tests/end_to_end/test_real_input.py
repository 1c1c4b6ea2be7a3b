"""Real input: a part of the CQC's directory in one hub, and a plan for three real boroughs of it.

The whole of England goes in in the benchmarks.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions.context import Action
from discharge.actions.desk import Desk
from discharge.actions.exchange import import_file, preview
from discharge.actions.file_kinds import FileKind
from discharge.actions.hub import amend_hub
from discharge.actions.planning import freeze_case, store_plan
from discharge.actions.settings import add_unit
from discharge.matching.propose import propose
from discharge.matching.verify import verify
from discharge.model.files import write_plan
from discharge.model.setting import Beds, Category, Free, Unit
from discharge.store.ask.queries import Queries
from tests.beside import FOLDER

ENGLAND = FOLDER / "data" / "care_homes_england_2021.csv"
NOW = datetime(2020, 11, 16, 8, tzinfo=UTC)
BOROUGHS = ("Barking and Dagenham", "Havering", "Redbridge")
EACH = 40
"""Of the homes elsewhere every fortieth goes in."""

PATIENTS = (
    "name,nhs_number,no_nhs_number_because,born,sex,pathway,priority,ready_on,care_level,specialism,"
    "local_authority,latitude,longitude,max_km,organism,test_result,specimen_at,reported_at\n"
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "england.hub", clock=lambda: NOW) as opened:
        opened.found(hub="Outer north-east London", name="Jo Marsh")
        yield opened


def homes_here() -> list[dict[str, str]]:
    """The rows of the three boroughs' homes for older people."""
    with ENGLAND.open(newline="", encoding="utf-8-sig") as file:
        return [
            row
            for row in csv.DictReader(file)
            if row["Location Local Authority"] in BOROUGHS and row["Service user band - Older People"] == "Y"
        ]


def directory(to: Path) -> tuple[Path, int]:
    """The directory's rows of the three boroughs and some elsewhere, as a file; and how many they are."""
    with ENGLAND.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    kept = [
        row for at, row in enumerate(rows) if row["Location Local Authority"] in BOROUGHS or at % EACH == 0
    ]
    with to.open("w", newline="", encoding="utf-8") as file:
        written = csv.DictWriter(file, list(kept[0]))
        written.writeheader()
        written.writerows(kept)
    return to, len(kept)


def empty_beds(row: dict[str, str]) -> int:
    """Beds that nobody sleeps in, by the file's own estimate of occupancy; at most three are offered."""
    return min(3, max(0, int(row["Care homes beds"]) - round(float(row["occupancy_mean_filled"] or 0))))


def units_of(rows: list[dict[str, str]]) -> Iterator[Action]:
    for row in rows:
        nursing = row["Service type - Care home service with nursing"] == "Y"
        category: Category = "general_nursing" if nursing else "general_residential"
        free = (Free(start=date(2020, 11, 16), count=empty_beds(row)),) if empty_beds(row) else ()
        beds = Beds(id="B1", category=category, room="single", sex="any", free=free)
        yield partial(
            add_unit, setting=row["Location ID"], unit=Unit(id="U1", isolation="none", beds=(beds,))
        )


def returns_of(rows: list[dict[str, str]]) -> str:
    text = (
        "cqcid,isacceptingadmissions,maxcapacity,usedbeds,declaredvacancies,admissionstatus,lastupdatedutc\n"
    )
    for row in rows:
        beds, empty = int(row["Care homes beds"]), empty_beds(row)
        text += f"{row['Location ID']},true,{beds},{beds - empty},{empty},Open,2020-11-16T06:30:00Z\n"
    return text


def people() -> str:
    """Forty people, thirty of them with a fresh negative; near the middle of the three boroughs."""
    text = PATIENTS
    for number in range(40):
        taken = NOW - timedelta(hours=10 + number % 30)
        result = "pending" if number % 4 == 3 else "negative"
        reported = "" if result == "pending" else (taken + timedelta(hours=9)).isoformat()
        born, sex, priority = f"{1925 + number % 20}-05-04", "FM"[number % 2], 1 + number % 4
        text += (
            f"Person {number},,not_known,{born},{sex},P3,{priority},2020-11-15,"
            f"{'nursing' if number % 3 == 0 else 'residential'},general,{BOROUGHS[number % 3]},"
            f"{51.55 + number % 7 / 100:.2f},{0.10 + number % 9 / 100:.2f},15,"
            f"sars-cov-2,{result},{taken.isoformat()},{reported}\n"
        )
    return text


@pytest.mark.whole
@pytest.mark.beside("data/care_homes_england_2021.csv")
def test_a_hub_with_homes_of_all_england_plans_for_its_own_boroughs(desk: Desk, tmp_path: Path) -> None:
    jo, here = desk.people()[0], homes_here()
    source, homes_there = directory(tmp_path / "homes.csv")
    seen: list[tuple[str, int, int]] = []
    homes = import_file(
        desk, kind=FileKind.CQC, source=source, by=jo, progress=lambda *told: seen.append(told)
    )
    assert homes.report.taken + homes.report.changed == homes.report.read == homes_there
    assert seen[-1] == ("Writing", homes_there, homes_there)
    assert len(desk.ask(Queries.setting_names)) == homes_there
    assert preview(desk, kind=FileKind.CQC, source=source).same == homes_there
    desk.perform(partial(amend_hub, changes={"areas": BOROUGHS}), by=jo)
    desk.perform_all(units_of(here), by=jo)
    returns = import_file(desk, kind=FileKind.CAPACITY, source=returns_of(here).encode(), by=jo)
    assert returns.report.taken + returns.report.changed == len(here)
    assert import_file(desk, kind=FileKind.PATIENTS, source=people().encode(), by=jo).report.taken == 40

    frozen = desk.ask(freeze_case)
    assert {setting.local_authority for setting in frozen.case.settings} == set(BOROUGHS)
    plan = propose(frozen.case, sha256=frozen.sha256)
    assert plan.status == "optimal"
    assert verify(frozen.case, plan, case_sha256=frozen.sha256) == ()
    assert len(plan.placements) == 30
    awaited = Counter(reason.code for one in plan.unplaced for reason in one.reasons)
    assert awaited == {"awaiting_result": 10}

    stored = desk.perform(
        partial(store_plan, case=frozen.content, plan=write_plan(plan), head=frozen.head), by=jo
    )
    page = desk.ask(partial(Queries.plan, name=stored.first))
    assert len(page.proposals) == 30
    assert not page.outdated
    assert desk.verify().is_intact
