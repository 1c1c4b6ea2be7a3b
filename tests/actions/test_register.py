"""Homes that leave the CQC's register, or stand in it under another number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import capacity_returns, joining, planning, register, settings
from discharge.actions.context import Action
from discharge.actions.exchange import import_file, preview
from discharge.actions.file_kinds import FileKind
from discharge.actions.imports_back import take_back_import
from discharge.exchange.register.columns import COLUMNS, OLDER, RESIDENTIAL
from discharge.exchange.report import Answers, ImportReport, Outcome
from discharge.model.setting_record import CapacityReturn
from discharge.model.shown.settings import SettingRow
from tests.actions.a_hub import AHub, beds, stay, unit
from tests.asked import flags_of

ELM, OAK, NEW = "1-999000001", "1-999000002", "1-999000009"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[AHub]:
    found = AHub(tmp_path / "hub.discharge")
    yield found
    found.desk.close()


def home(cqc_id: str, name: str, postcode: str, **more: str) -> dict[str, str]:
    return {
        "Location ID": cqc_id,
        "Location Name": name,
        "Care home?": "Y",
        "Location Local Authority": "Havering",
        "Care homes beds": "40",
        "Location Postal Code": postcode,
        "Provider Name": "Old Co",
        RESIDENTIAL: "Y",
        OLDER: "Y",
        **{field.replace("_", " "): value for field, value in more.items()},
    }


def month(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, (*COLUMNS.required, *COLUMNS.optional), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


FIRST = (home(ELM, "Elm Lodge", "RM9 6LH"), home(OAK, "Oak House", "RM9 6XX"))
ENDED = ({**FIRST[0], "Location HSCA End Date": "15/11/2020"}, FIRST[1])


def take(
    hub: AHub, *rows: dict[str, str], answered: tuple[int, ...] = (), same: dict[int, str] | None = None
) -> ImportReport:
    done = import_file(
        hub.desk,
        kind=FileKind.CQC,
        source=month(*rows),
        by=hub.coordinator,
        answered=answered,
        answers=Answers(same=same or {}),
    )
    return done.report


def used(hub: AHub) -> None:
    """The first month is in, and the hub uses the first home."""
    take(hub, *FIRST)
    hub.does(partial(settings.add_unit, setting=ELM, unit=unit()))
    report = CapacityReturn(reported_at=hub.clock.now - timedelta(hours=1), vacancies=2)
    hub.does(partial(capacity_returns.record_capacity_return, setting=ELM, report=report))


def row(hub: AHub, name: str = ELM) -> SettingRow:
    return next(one for one in hub.desk.ask(lambda q: q.settings()) if one.id == name)


@pytest.mark.parametrize("rows", [ENDED, FIRST[1:]], ids=["end date given", "row gone"])
def test_a_home_that_left_the_register_takes_nobody_until_somebody_decides(
    hub: AHub, rows: tuple[dict[str, str], ...]
) -> None:
    """Field case home-left-register."""
    used(hub)
    booked = hub.walk(hub.proposed(hub.negative(), stay(ELM)), "booked")
    report = take(hub, *rows)
    said = "\n".join([*report.notes, *(str(each) for one in report.rows for each in one.remarks)])
    assert "a home of the hub with 1 free bed and 1 person there or on the way" in said
    assert "takes nobody until somebody decides" in said
    assert row(hub).admissions == "closed"
    assert row(hub).left_register is not None
    (case,) = (one for one in hub.desk.ask(planning.freeze_case).case.settings if one.id == ELM)
    assert case.admissions == "closed"
    assert [flag.rule for flag in hub.desk.ask(lambda q: flags_of(q, booked))] == ["N5"]
    (line,) = (one for one in hub.desk.ask(lambda q: q.today_lines()) if one.key == f"register/{ELM}")
    assert line.when.value == "now"
    with hub.refuses():
        hub.does(partial(settings.open_admissions, setting=ELM))
    assert take(hub, *rows).rows
    hub.does(partial(register.decide_on_register, setting=ELM, keep=True, reason="the register is wrong"))
    assert row(hub).admissions == "open"
    assert not hub.desk.ask(lambda q: flags_of(q, booked))
    take(hub, *rows)
    assert row(hub).admissions == "open", "what was decided isn't asked again"


def test_a_home_decided_against_stays_closed_with_the_reason(hub: AHub) -> None:
    used(hub)
    take(hub, *ENDED)
    hub.does(partial(register.decide_on_register, setting=ELM, keep=False, reason="closed for good"))
    assert "closed for good" in hub.desk.ask(lambda q: q.setting(ELM)).admissions_reason
    assert row(hub).left_register is None


def test_a_home_closed_before_it_left_the_register_is_closed_after_the_decision_too(hub: AHub) -> None:
    used(hub)
    hub.does(partial(settings.close_admissions, setting=ELM, reason="too few staff"))
    take(hub, *ENDED)
    hub.does(partial(register.decide_on_register, setting=ELM, keep=True, reason="the register is wrong"))
    assert hub.desk.ask(lambda q: q.setting(ELM)).admissions_reason == "too few staff"


def test_a_home_closed_by_hand_while_nobody_has_decided_stays_closed_whatever_is_decided(hub: AHub) -> None:
    used(hub)
    take(hub, *ENDED)
    hub.does(partial(settings.close_admissions, setting=ELM, reason="flooded"))
    hub.does(partial(register.decide_on_register, setting=ELM, keep=True, reason="the register is wrong"))
    assert row(hub).admissions == "closed"
    assert hub.desk.ask(lambda q: q.setting(ELM)).admissions_reason == "flooded"
    hub.does(partial(settings.open_admissions, setting=ELM))
    assert row(hub).admissions == "open"


def test_a_filtered_file_or_one_of_another_area_says_so_and_closes_nobody(hub: AHub) -> None:
    more = [home(f"1-99900001{at}", f"Home {at}", f"RM1 {at}AA") for at in range(4)]
    take(hub, *FIRST, *more)
    report = take(hub, *FIRST[:1], *more[:2])
    assert any("doesn't look like the whole register" in note for note in report.notes)
    elsewhere = home("1-999000077", "Fir Court", "KT1 1AA", Location_Local_Authority="Kent")
    assert not take(hub, elsewhere).notes
    assert all(one.admissions == "open" for one in hub.desk.ask(lambda q: q.settings()))


# --- more beds than the register says ------------------------------------------------------------------


def test_a_smaller_number_in_the_register_lowers_what_is_free_and_says_so(hub: AHub) -> None:
    used(hub)
    hub.does(partial(settings.set_beds, setting=ELM, unit="Main", beds=beds("B1", count=30)))
    fewer = (home(ELM, "Elm Lodge", "RM9 6LH", Care_homes_beds="12"), *FIRST[1:])
    with hub.refuses(says="can't be taken"):
        take(hub, *fewer)
    seen = preview(hub.desk, kind=FileKind.CQC, source=month(*fewer))
    (said,) = (each.reason for each in seen.rows[0].remarks if "lowers" in each.reason)
    assert said == (
        "lowers the beds that are free here: 30 beds free on Mon 16 Nov, but registered for 12: taken as 12 "
        "at most"
    )
    take(hub, *fewer, answered=(2,))
    page = hub.desk.ask(lambda q: q.setting(ELM))
    assert page.units[0].beds[0].free_tonight == 12
    assert page.bed_doubts == ("30 beds free on Mon 16 Nov, but registered for 12: taken as 12 at most",)
    assert page.bed_doubts[0] in page.timeline[0].sentence


# --- a home under a new number ------------------------------------------------------------------------

SECOND = home(NEW, "Elm Lodge", "RM9 6LH", Provider_Name="New Co")


def test_a_new_number_at_the_place_of_a_home_is_held_up_and_taken_over_on_somebodys_word(hub: AHub) -> None:
    """Field case takeover-new-location-id."""
    used(hub)
    resident = hub.negative(pathway="P0", usual_setting=ELM)
    with hub.refuses(says="can't be taken"):
        take(hub, SECOND, FIRST[1])
    report = take(hub, SECOND, FIRST[1], same={2: ELM})
    (held,) = (one for one in report.rows if one.row == 2)
    assert held.outcome is Outcome.CHANGED
    assert "stands at the address of 1-999000001, Elm Lodge" in held.remarks[0].reason
    assert not report.notes, "it isn't gone: it goes by another number"
    page = hub.desk.ask(lambda q: q.setting(ELM))
    assert (page.details.cqc_id, page.details.provider) == (NEW, "New Co")
    assert page.units
    assert page.row.admissions == "open"
    assert len(hub.desk.ask(lambda q: q.settings())) == 2
    assert hub.desk.ask(lambda q: q.patient_details(resident)).usual_setting == ELM
    assert hub.desk.ask(lambda q: q.setting_of_cqc_id(NEW)) == ELM


def test_two_settings_that_are_one_are_joined_and_parted_again(hub: AHub) -> None:
    used(hub)
    details = hub.desk.ask(lambda q: q.setting_details(ELM))
    twin = details.model_copy(update={"cqc_id": NEW, "provider": "New Co"})
    other = hub.does(partial(settings.register_setting, details=twin)).first
    resident = hub.negative(pathway="P0", usual_setting=other)
    hub.does(partial(joining.join_settings, setting=other, other=ELM, reason="taken over by New Co"))
    page = hub.desk.ask(lambda q: q.setting(ELM))
    assert (page.details.cqc_id, page.details.provider, page.parts) == (NEW, "New Co", (other,))
    assert [one.id for one in hub.desk.ask(lambda q: q.settings())] == [ELM, OAK]
    assert hub.desk.ask(lambda q: q.patient_details(resident)).usual_setting == ELM
    assert hub.desk.ask(lambda q: q.setting_of_cqc_id(NEW)) == ELM
    hub.does(partial(joining.part_settings, setting=ELM, other=other, reason="they are two after all"))
    ids = hub.desk.ask(lambda q: q.setting_ids_by_cqc())
    assert (ids[ELM], ids[NEW]) == (ELM, other)
    assert len(hub.desk.ask(lambda q: q.settings())) == 3


def back(report: ImportReport) -> Action:
    """The way back from an import."""
    return partial(take_back_import, group=report.group, reason="the wrong file")


def test_homes_of_a_register_brought_in_by_mistake_are_none_of_the_hubs_and_come_in_again(hub: AHub) -> None:
    first = take(hub, *FIRST)
    hub.does(back(first))
    assert hub.desk.ask(lambda q: q.settings()) == ()
    assert hub.desk.ask(planning.freeze_case).case.settings == ()
    with hub.refuses(says="taken back already"):
        hub.does(back(first))
    for refused in (
        partial(settings.add_unit, setting=ELM, unit=unit()),
        partial(joining.join_settings, setting=ELM, other=OAK, reason="one home"),
    ):
        with hub.refuses(says="entered by mistake"):
            hub.does(refused)
    assert take(hub, *FIRST).new == 2
    assert len(hub.desk.ask(lambda q: q.settings())) == 2
    assert hub.desk.verify().is_intact


def test_a_register_stands_once_the_hub_uses_a_home_that_it_brought(hub: AHub) -> None:
    first = take(hub, *FIRST)
    hub.does(partial(settings.add_unit, setting=ELM, unit=unit()))
    with hub.refuses(says="more on record"):
        hub.does(back(first))
    assert len(hub.desk.ask(lambda q: q.settings())) == 2


def test_a_register_is_taken_back_once_the_returns_that_came_in_after_it_were(hub: AHub) -> None:
    first = take(hub, *FIRST)
    returns = (
        "cqcid,isacceptingadmissions,maxcapacity,usedbeds,declaredvacancies,admissionstatus,lastupdatedutc\n"
    )
    said = f"{ELM},Yes,20,18,2,Open,{hub.clock.now:%d/%m/%Y %H:%M}\n"
    done = import_file(hub.desk, kind=FileKind.CAPACITY, source=(returns + said).encode(), by=hub.coordinator)
    with hub.refuses(says="more on record"):
        hub.does(back(first))
    hub.does(partial(take_back_import, group=done.report.group, reason="The wrong file"))
    hub.does(back(first))
    assert hub.desk.ask(lambda q: q.settings()) == ()


@pytest.mark.parametrize("rows", [ENDED, FIRST[1:]], ids=["end date given", "row gone"])
def test_a_home_that_a_wrong_register_closed_is_as_it_was_once_that_is_taken_back(
    hub: AHub, rows: tuple[dict[str, str], ...]
) -> None:
    used(hub)
    before = row(hub)
    wrong = take(hub, *rows)
    assert row(hub).admissions == "closed"
    hub.does(back(wrong))
    assert row(hub) == before
    assert hub.desk.verify().is_intact


def test_what_was_decided_since_on_a_home_that_left_the_register_stands(hub: AHub) -> None:
    used(hub)
    wrong = take(hub, *ENDED)
    hub.does(partial(register.decide_on_register, setting=ELM, keep=True, reason="the register is wrong"))
    with hub.refuses(says="gone on since"):
        hub.does(back(wrong))
