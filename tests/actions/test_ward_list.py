"""Tonight's ward list again and again: who is new, what changed, who has gone; nothing that somebody at the
hub wrote is lost, and an import is taken back whole."""

from __future__ import annotations

import csv
import io
import os
import pickle
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions.desk import Desk
from discharge.actions.exchange import ImportDone, import_file, preview
from discharge.actions.file_kinds import (
    FileKind,
    UnknownKind,
    find_kind,
    match_columns,
    to_match,
    to_match_again,
)
from discharge.actions.files_out import write_rejects
from discharge.actions.imports_back import take_back_import
from discharge.actions.infections import record_observation, withdraw_observation
from discharge.actions.merging import merge_patients
from discharge.actions.patients import amend_patient, leave, take_back
from discharge.actions.placements import happened
from discharge.exchange.known_people import KnownHub
from discharge.exchange.patients import read_patients
from discharge.exchange.report import NO_ANSWERS, Answers, ImportReport, Outcome
from discharge.model.errors import BrokenFile, NotAllowed, UserError
from discharge.model.infection import Symptoms
from discharge.model.patient_record import LeaveReason, PatientDetails
from discharge.model.people import User
from discharge.store.ask.queries import Queries
from tests.actions.a_hub import Clock
from tests.exchange.workbook_files import xlsx

NOW = datetime(2020, 11, 16, 8, 0, tzinfo=UTC)
COLUMNS = (
    "name", "nhs_number", "no_nhs_number_because", "born", "sex", "pathway", "priority", "ready_on",
    "care_level", "specialism", "hospital", "ward", "organism", "test_result", "specimen_at", "reported_at",
    "symptoms_since", "symptoms_until",
)  # fmt: skip
Row = dict[str, str]


def person(name: str, number: str, **more: str) -> Row:
    plain = dict.fromkeys(COLUMNS, "") | {
        "name": name, "nhs_number": number, "born": "1934-02-17", "sex": "F", "pathway": "P3",
        "priority": "2", "ready_on": "2020-11-15", "care_level": "nursing", "specialism": "general",
        "hospital": "RF4QH", "ward": "Elm",
    }  # fmt: skip
    return plain | more


EDITH = person("Edith Sample", "9990001006")
ARTHUR = person("Arthur Specimen", "9990001014", sex="M", born="1941-09-03")
MAY = person("May Example", "9990001022", born="1929-05-01")
NAMELESS = person("Ada Nameless", "", no_nhs_number_because="not_known", born="1930-06-02")
TESTED = {
    "organism": "sars-cov-2", "test_result": "positive", "specimen_at": "2020-11-10T10:00+00:00",
    "reported_at": "2020-11-11T08:00+00:00",
}  # fmt: skip


def ward_list(*rows: Row) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def take(desk: Desk, *rows: Row, answers: Answers = NO_ANSWERS, good: bool = False) -> ImportDone:
    return import_file(
        desk,
        kind=FileKind.PATIENTS,
        source=ward_list(*rows),
        by=desk.people()[0],
        answers=answers,
        take_good_rows=good,
    )


def look(desk: Desk, *rows: Row, answers: Answers = NO_ANSWERS) -> ImportReport:
    return preview(desk, kind=FileKind.PATIENTS, source=ward_list(*rows), answers=answers)


def details(desk: Desk, name: str) -> PatientDetails:
    return desk.ask(lambda queries: queries.patient_details(name))


def on_the_list(desk: Desk) -> set[str]:
    return {row.id for row in desk.ask(Queries.patients)}


def counts(report: ImportReport) -> tuple[int, int, int, int, int, int]:
    """New, changed, same, held up, can't be taken; gone. The first five are the rows read."""
    found = (report.new, report.amended, report.same, report.held, report.rejected)
    assert sum(found) == report.read
    return (*found, len(report.gone))


def amend(desk: Desk, jo: User, name: str, **changes: object) -> None:
    desk.perform(partial(amend_patient, patient=name, changes=changes), by=jo)


# the next night


def test_the_next_night_who_is_new_comes_in_what_changed_is_changed_and_who_is_gone_is_asked_about(
    desk: Desk,
) -> None:
    take(desk, EDITH, ARTHUR)
    report = take(desk, EDITH | {"ward": "Ash"}, MAY).report
    assert counts(report) == (1, 1, 0, 0, 0, 1)
    assert [(each.field, each.old, each.new, each.kept) for each in report.rows[0].changes] == [
        ("ward", "Elm", "Ash", "")
    ]
    assert details(desk, "P-0001").ward == "Ash"
    assert report.gone[0].id == "P-0002"
    assert on_the_list(desk) == {"P-0001", "P-0002", "P-0003"}


def test_the_same_list_again_changes_nothing(desk: Desk) -> None:
    take(desk, EDITH, ARTHUR | TESTED, NAMELESS)
    before = desk.ask(Queries.head)
    done = take(desk, EDITH, ARTHUR | TESTED, NAMELESS)
    assert counts(done.report) == (0, 0, 3, 0, 0, 0)
    assert desk.ask(Queries.head) == before


def test_a_cell_that_is_empty_tonight_wipes_nothing_out(desk: Desk) -> None:
    take(desk, EDITH)
    report = take(desk, EDITH | {"ward": "", "care_level": "", "specialism": ""}).report
    assert counts(report)[:3] == (0, 0, 1)
    assert details(desk, "P-0001").ward == "Elm"


def test_a_new_result_is_recorded_once(desk: Desk) -> None:
    take(desk, EDITH)
    report = take(desk, EDITH | TESTED).report
    assert [each.field for each in report.rows[0].changes] == ["test_result"]
    assert take(desk, EDITH | TESTED).report.same == 1
    page = desk.ask(lambda queries: queries.patient("P-0001"))
    assert len(page.observations) == 1


# what was written by hand


def test_what_somebody_at_the_hub_wrote_stays_and_is_said(desk: Desk, jo: User) -> None:
    take(desk, EDITH)
    amend(desk, jo, "P-0001", ward="Corrected by hand")
    report = take(desk, EDITH | {"ward": "Ash", "priority": "1"}).report
    assert counts(report)[:3] == (0, 1, 0)
    kept = {each.field: each.kept for each in report.rows[0].changes}
    assert kept["priority"] == ""
    assert kept["ward"].startswith("written here by Jo Marsh on")
    assert (details(desk, "P-0001").ward, details(desk, "P-0001").priority) == ("Corrected by hand", 1)
    assert any("stays, though the list says otherwise" in note for note in report.notes)


def test_a_row_that_says_otherwise_only_by_what_was_written_by_hand_is_the_same(desk: Desk, jo: User) -> None:
    take(desk, EDITH)
    amend(desk, jo, "P-0001", ward="Corrected by hand")
    report = take(desk, EDITH).report
    assert counts(report)[:3] == (0, 0, 1)
    assert report.rows[0].changes[0].kept


def test_a_row_that_is_ticked_goes_over_what_was_written_by_hand_and_the_list_goes_on_from_there(
    desk: Desk, jo: User
) -> None:
    take(desk, EDITH)
    amend(desk, jo, "P-0001", ward="Corrected by hand")
    take(desk, EDITH | {"ward": "Ash"}, answers=Answers(over=frozenset({2})))
    assert details(desk, "P-0001").ward == "Ash"
    take(desk, EDITH | {"ward": "Oak"})
    assert details(desk, "P-0001").ward == "Oak"


def test_an_observation_that_was_taken_back_as_wrong_does_not_come_again(desk: Desk, jo: User) -> None:
    take(desk, EDITH | TESTED)
    wrong = desk.ask(lambda queries: queries.patient("P-0001")).observations[0].id
    desk.perform(partial(withdraw_observation, observation_id=wrong, reason="Mixed up"), by=jo)
    report = take(desk, EDITH | TESTED).report
    assert counts(report)[:3] == (0, 0, 1)
    assert report.rows[0].changes[0].kept == "taken back here as wrong"
    counting = [
        seen
        for seen in desk.ask(lambda queries: queries.patient("P-0001")).observations
        if not seen.withdrawn
    ]
    assert counting == []


# who it is


def test_somebody_without_a_number_is_asked_about_where_the_list_says_otherwise(desk: Desk) -> None:
    take(desk, NAMELESS)
    moved = NAMELESS | {"ward": "Ash"}
    report = look(desk, moved)
    assert counts(report) == (0, 0, 0, 1, 0, 0)
    assert report.rows[0].maybe == "P-0001"
    it_is_them = Answers(same={2: "P-0001"})
    assert counts(look(desk, moved, answers=it_is_them)) == (0, 1, 0, 0, 0, 0)
    take(desk, moved, answers=it_is_them)
    assert (on_the_list(desk), details(desk, "P-0001").ward) == ({"P-0001"}, "Ash")


def test_who_a_row_means_is_asked_once_and_remembered_by_name_birth_and_hospital(desk: Desk) -> None:
    take(desk, NAMELESS)
    spelt = NAMELESS | {"name": "Ada Namelesse", "ward": "Ash"}
    assert look(desk, spelt).rows[0].outcome is Outcome.HELD
    take(desk, spelt, answers=Answers(same={2: "P-0001"}))
    tomorrow = look(desk, spelt | {"ward": "Oak"}).rows[0]
    assert (tomorrow.about, [change.field for change in tomorrow.changes]) == ("P-0001", ["ward"])
    elsewhere = look(desk, spelt | {"ward": "Oak", "hospital": "RF4DG"}).rows[0]
    assert elsewhere.outcome is Outcome.HELD


def test_it_is_remembered_where_the_row_says_nothing_new(desk: Desk, jo: User) -> None:
    take(desk, NAMELESS)
    change = partial(amend_patient, patient="P-0001", changes={"name": "Ada Nameless-Fox"}, reason="her word")
    desk.perform(change, by=jo)
    spelt = NAMELESS | {"name": "Ada Nameless-Foxe"}
    assert look(desk, spelt).rows[0].outcome is Outcome.HELD
    done = take(desk, spelt, answers=Answers(same={2: "P-0001"}))
    assert (done.report.same, desk.ask(Queries.patients)[0].name) == (1, "Ada Nameless-Fox")
    assert look(desk, spelt).same == 1


def test_two_people_told_apart_once_stay_apart_until_a_third_comes(desk: Desk) -> None:
    take(desk, NAMELESS)
    twin = NAMELESS | {"name": "Ida Nameless", "ward": "Ash"}
    assert look(desk, twin).rows[0].outcome is Outcome.HELD
    take(desk, twin, answers=Answers(another=frozenset({2})))
    moved = look(desk, NAMELESS, twin | {"ward": "Oak"}).rows
    assert [row.about for row in moved] == ["P-0001", "P-0002"]
    third = NAMELESS | {"name": "Eda Nameless"}
    take(desk, third, answers=Answers(another=frozenset({2})))
    assert look(desk, twin | {"ward": "Oak"}).rows[0].outcome is Outcome.HELD


def test_what_was_said_of_a_row_is_asked_again_once_the_list_is_taken_back(desk: Desk, jo: User) -> None:
    take(desk, NAMELESS)
    spelt = NAMELESS | {"name": "Ada Namelesse", "ward": "Ash"}
    done = take(desk, spelt, answers=Answers(same={2: "P-0001"}))
    desk.perform(partial(take_back_import, group=done.report.group, reason="two people"), by=jo)
    assert look(desk, spelt).rows[0].outcome is Outcome.HELD


ILL = {"organism": "influenza", "symptoms_since": "2020-11-10"}
WELL = ILL | {"symptoms_until": "2020-11-15"}


def ends(desk: Desk, patient: str = "P-0001") -> list[date | None]:
    facts = desk.ask(lambda queries: queries.person(patient)).facts
    return [seen.resolved_on for seen in facts.observations if isinstance(seen, Symptoms)]


def test_symptoms_whose_end_the_next_list_knows_are_one_spell_not_two(desk: Desk, jo: User) -> None:
    take(desk, EDITH | ILL, ARTHUR | ILL)
    done = take(desk, EDITH | WELL, ARTHUR | WELL)
    assert [change.old for row in done.report.rows for change in row.changes] == [
        "influenza: symptoms since Tue 10 Nov"
    ] * 2
    assert ends(desk) == ends(desk, "P-0002") == [date(2020, 11, 15)]
    desk.perform(partial(take_back_import, group=done.report.group, reason="another hospital's"), by=jo)
    assert ends(desk) == ends(desk, "P-0002") == [None]


def test_a_list_that_knows_less_of_the_symptoms_makes_nobody_ill_again(desk: Desk) -> None:
    take(desk, EDITH | WELL)
    assert look(desk, EDITH | ILL).same == 1
    assert ends(desk) == [date(2020, 11, 15)]


def test_an_end_of_symptoms_written_here_by_hand_stays_until_it_is_ticked(desk: Desk, jo: User) -> None:
    take(desk, EDITH)
    here = Symptoms(organism="influenza", onset_on=date(2020, 11, 10), resolved_on=date(2020, 11, 14))
    desk.perform(partial(record_observation, patient="P-0001", observation=here), by=jo)
    kept = [change.kept for change in look(desk, EDITH | WELL).rows[0].changes]
    assert kept == ["recorded here by Jo Marsh on Mon 16 Nov"]
    take(desk, EDITH | WELL)
    assert ends(desk) == [date(2020, 11, 14)]
    take(desk, EDITH | WELL, answers=Answers(over=frozenset({2})))
    assert ends(desk) == [date(2020, 11, 15)]


def test_a_single_field_stays_or_is_taken_on_somebodys_word(desk: Desk, jo: User) -> None:
    take(desk, EDITH)
    desk.perform(partial(amend_patient, patient="P-0001", changes={"ward": "Ash"}, reason="rang"), by=jo)
    new = EDITH | {"ward": "Oak", "priority": "1", "care_level": "residential"}

    def outcome(answers: Answers) -> dict[str, str]:
        return {change.field: change.kept for change in look(desk, new, answers=answers).rows[0].changes}

    care = "care_level, specialism"
    as_it_comes = outcome(NO_ANSWERS)
    assert as_it_comes["ward"].startswith("written here by Jo Marsh")
    assert (as_it_comes["priority"], as_it_comes[care]) == ("", "")
    said = Answers(turned=frozenset({(2, "ward"), (2, "priority")}))
    assert outcome(said) == {"ward": "", "priority": "as was said of this row", care: ""}
    take(desk, new, answers=said)
    details = desk.ask(lambda queries: queries.patient_details("P-0001"))
    assert (details.ward, details.priority) == ("Oak", 2)
    assert details.care is not None
    assert details.care.level == "residential"


def test_somebody_without_a_number_gets_it_from_the_list(desk: Desk) -> None:
    take(desk, NAMELESS)
    numbered = NAMELESS | {"nhs_number": "9990001030", "no_nhs_number_because": ""}
    take(desk, numbered, answers=Answers(same={2: "P-0001"}))
    assert details(desk, "P-0001").nhs_number == "9990001030"
    assert details(desk, "P-0001").no_number is None
    assert take(desk, numbered).report.same == 1


def test_another_person_of_the_same_name_comes_in_on_somebodys_word(desk: Desk) -> None:
    take(desk, NAMELESS)
    report = take(desk, NAMELESS | {"ward": "Ash"}, answers=Answers(another=frozenset({2}))).report
    assert (report.new, on_the_list(desk)) == (1, {"P-0001", "P-0002"})


def test_two_numbers_are_never_made_one_by_an_answer(desk: Desk) -> None:
    take(desk, EDITH)
    report = look(desk, EDITH | {"nhs_number": "9990001030"}, answers=Answers(same={2: "P-0001"}))
    assert report.new == 1


# who is gone


def test_who_is_gone_leaves_only_with_a_reason(desk: Desk) -> None:
    take(desk, EDITH, ARTHUR)
    take(desk, EDITH)
    assert on_the_list(desk) == {"P-0001", "P-0002"}
    take(desk, EDITH, answers=Answers(gone={"P-0002": "went_home"}))
    assert on_the_list(desk) == {"P-0001"}
    with pytest.raises(UserError, match="no reason why"):
        take(desk, answers=Answers(gone={"P-0001": "vanished"}))


def test_a_list_of_one_hospital_says_nothing_of_another(desk: Desk) -> None:
    take(desk, EDITH, ARTHUR | {"hospital": "RYJ02"})
    assert look(desk, MAY).gone[0].id == "P-0001"
    assert len(look(desk, MAY).gone) == 1


def test_somebody_whose_row_cannot_be_taken_is_not_gone(desk: Desk) -> None:
    take(desk, EDITH, NAMELESS)
    report = look(desk, EDITH | {"priority": "high"}, NAMELESS | {"sex": "?"}, MAY)
    assert counts(report) == (1, 0, 0, 0, 2, 0)


def test_somebody_who_left_stays_away_and_holds_nobody_up(desk: Desk, jo: User) -> None:
    take(desk, EDITH)
    desk.perform(partial(leave, patient="P-0001", reason=LeaveReason.WENT_HOME), by=jo)
    report = take(desk, EDITH, MAY).report
    assert (counts(report), report.faults) == ((1, 0, 0, 0, 1, 0), 0)


def test_a_row_that_is_left_out_stays_out(desk: Desk) -> None:
    report = take(desk, EDITH, MAY, answers=Answers(left_out=frozenset({3}))).report
    assert counts(report) == (1, 0, 0, 0, 1, 0)
    assert on_the_list(desk) == {"P-0001"}


def test_a_file_saved_before_the_last_list_came_in_says_that_it_may_be_older(
    desk: Desk, tmp_path: Path, jo: User
) -> None:
    old = tmp_path / "old.csv"
    old.write_bytes(ward_list(EDITH))
    assert not any("older one" in note for note in preview(desk, kind=FileKind.PATIENTS, source=old).notes)
    take(desk, EDITH)
    yesterday = (NOW - timedelta(days=1)).timestamp()
    os.utime(old, (yesterday, yesterday))
    assert "may be an older one" in preview(desk, kind=FileKind.PATIENTS, source=old).notes[0]


def test_a_list_that_knows_somebody_by_a_record_that_was_merged_changes_the_whole(
    desk: Desk, jo: User
) -> None:
    short = NAMELESS | {"name": "E. Sample", "born": "1934-02-17"}
    take(desk, EDITH, short, answers=Answers(another=frozenset({3})))
    desk.perform(
        partial(merge_patients, patient="P-0001", other="P-0002", take={}, reason="One person"), by=jo
    )
    report = look(desk, EDITH, short | {"ward": "Ash"}, answers=Answers(same={3: "P-0001"}))
    assert [each.field for row in report.rows for each in row.changes if not each.kept] == ["ward"]


# back again


def test_an_import_is_taken_back_whole(desk: Desk, jo: User) -> None:
    take(desk, EDITH | TESTED, ARTHUR)
    before = details(desk, "P-0001")
    more = {"test_result": "negative", "specimen_at": "2020-11-14T10:00+00:00"}
    tonight = [EDITH | TESTED | more | {"ward": "Ash", "reported_at": "2020-11-15T10:00+00:00"}, MAY]
    done = take(desk, *tonight, answers=Answers(gone={"P-0002": "went_home"}))
    assert on_the_list(desk) == {"P-0001", "P-0003"}
    desk.perform(partial(take_back_import, group=done.report.group, reason="Wrong night"), by=jo)
    assert on_the_list(desk) == {"P-0001", "P-0002"}
    assert details(desk, "P-0001") == before
    seen = desk.ask(lambda queries: queries.patient("P-0001")).observations
    assert [each.withdrawn for each in seen].count(False) == 1
    with pytest.raises(UserError, match="taken back already"):
        desk.perform(partial(take_back_import, group=done.report.group, reason="Again"), by=jo)
    assert desk.verify().is_intact


def test_what_was_taken_back_comes_in_again_as_it_would_have(desk: Desk, jo: User, clock: Clock) -> None:
    take(desk, EDITH)
    tonight = (EDITH | TESTED | {"ward": "Ash"}, MAY)
    done = take(desk, *tonight)
    desk.perform(partial(take_back_import, group=done.report.group, reason="Wrong night"), by=jo)
    clock.now += timedelta(minutes=5)
    report = take(desk, *tonight).report
    assert counts(report) == (0, 2, 0, 0, 0, 0)
    assert (details(desk, "P-0001").ward, on_the_list(desk)) == ("Ash", {"P-0001", "P-0002"})
    assert [each.kept for row in report.rows for each in row.changes if each.kept] == []


def test_what_was_written_over_since_keeps_an_import_from_being_taken_back(desk: Desk, jo: User) -> None:
    take(desk, EDITH)
    done = take(desk, EDITH | {"ward": "Ash"}, MAY)
    amend(desk, jo, "P-0001", ward="Corrected by hand")
    head = desk.ask(Queries.head)
    with pytest.raises(NotAllowed, match="Ward of P-0001 was changed since"):
        desk.perform(partial(take_back_import, group=done.report.group, reason="Wrong night"), by=jo)
    assert desk.ask(Queries.head) == head
    with pytest.raises(UserError, match="no import nonesuch"):
        desk.perform(partial(take_back_import, group="nonesuch", reason="Why not"), by=jo)


@pytest.mark.parametrize("since", ["died", "left again"])
def test_whoever_left_otherwise_since_is_not_brought_back_with_the_list(
    desk: Desk, jo: User, since: str
) -> None:
    take(desk, EDITH, ARTHUR)
    done = take(desk, EDITH | {"ward": "Ash"}, answers=Answers(gone={"P-0002": "went_home"}))
    if since == "died":
        desk.perform(partial(happened.died, patient="P-0002"), by=jo)
    else:
        desk.perform(partial(take_back, patient="P-0002"), by=jo)
        desk.perform(partial(leave, patient="P-0002", reason=LeaveReason.UNWELL), by=jo)
    desk.perform(partial(take_back_import, group=done.report.group, reason="Wrong night"), by=jo)
    assert (on_the_list(desk), details(desk, "P-0001").ward) == ({"P-0001"}, "Elm")


@pytest.mark.parametrize("came", ["with the list", "before"])
def test_a_list_is_not_taken_back_of_whoever_became_a_part_of_another_since(
    desk: Desk, jo: User, came: str
) -> None:
    """What it brought stands in the whole by now: it would stay there, and be said to be gone."""
    if came == "before":
        take(desk, NAMELESS)
    tonight, same = NAMELESS | TESTED | {"ward": "Ash"}, Answers(same={3: "P-0001"})
    done = take(desk, EDITH, tonight, answers=same if came == "before" else NO_ANSWERS)
    part, whole = ("P-0001", "P-0002") if came == "before" else ("P-0002", "P-0001")
    desk.perform(partial(merge_patients, patient=whole, other=part, take={}, reason="One person"), by=jo)
    with pytest.raises(NotAllowed, match=f"{part} became a part of {whole}"):
        desk.perform(partial(take_back_import, group=done.report.group, reason="Wrong night"), by=jo)


def test_the_imports_are_on_record_by_file_and_user(desk: Desk, tmp_path: Path, jo: User) -> None:
    path = tmp_path / "tonight.csv"
    path.write_bytes(ward_list(EDITH))
    done = import_file(desk, kind=FileKind.PATIENTS, source=path, by=jo)
    assert desk.ask(Queries.last_imports) == [(done.report.group, "tonight.csv", NOW, "Jo Marsh")]


def test_a_list_is_one_line_among_todays_own_entries(desk: Desk, jo: User) -> None:
    done = take(desk, EDITH | TESTED, ARTHUR)
    own = desk.ask(lambda queries: queries.own_today(jo.id))
    assert [(each.id, each.is_import) for each in own] == [(done.report.group, True)]
    assert own[0].sentence == "The list as a whole: 2 people added and 1 observation"
    desk.perform(partial(take_back_import, group=done.report.group, reason="Wrong night"), by=jo)
    assert desk.ask(lambda queries: queries.own_today(jo.id)) == ()


def test_a_persons_number_with_another_name_and_birth_is_asked_about(desk: Desk) -> None:
    take(desk, EDITH)
    other = MAY | {"nhs_number": EDITH["nhs_number"]}
    report = look(desk, other)
    assert counts(report) == (0, 0, 0, 1, 0, 0)
    assert report.rows[0].remarks[0].reason == (
        "is that of P-0001, who has another name and another date of birth"
    )
    assert look(desk, other, answers=Answers(same={2: "P-0001"})).amended == 1
    assert counts(look(desk, other, answers=Answers(another=frozenset({2})))) == (0, 0, 0, 0, 1, 0)
    assert look(desk, other | {"name": "Edith Example"}).amended == 1
    assert look(desk, other | {"born": EDITH["born"]}).amended == 1


# what can't be taken


def test_rejects_are_mended_in_their_own_file_and_come_in_again(desk: Desk, tmp_path: Path) -> None:
    bad = [MAY | {"priority": "high", "ward": "=1+1"}, ARTHUR | {"nhs_number": "9990001007"}]
    source = ward_list(EDITH, *bad)
    done = import_file(desk, kind=FileKind.PATIENTS, source=source, by=desk.people()[0], take_good_rows=True)
    path = tmp_path / "rejects.csv"
    write_rejects(desk, source, FileKind.PATIENTS, done.report, path)
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert [row["rejected row"] for row in rows] == ["3", "4"]
    assert rows[0]["rejected field"] == "priority"
    assert rows[0]["ward"] == "'=1+1"
    assert all(row["rejected reason"] and row["rejected mend"] for row in rows)
    mended = path.read_text("utf-8-sig").replace("high", "1").replace("9990001007", "9990001014")
    report = import_file(desk, kind=FileKind.PATIENTS, source=mended.encode(), by=desk.people()[0]).report
    assert report.new == 2
    assert details(desk, "P-0002").ward == "=1+1"


# what kind of file


def test_the_kind_of_a_file_is_known_by_its_columns(tmp_path: Path) -> None:
    rows = [("The wards of tonight",), (), COLUMNS, tuple(EDITH[name] for name in COLUMNS)]
    assert find_kind(xlsx(*rows)) is FileKind.PATIENTS
    assert find_kind(ward_list(EDITH).replace(b",", b";")) is FileKind.PATIENTS
    returns = (
        "cqcid;isacceptingadmissions;maxcapacity;usedbeds;declaredvacancies;admissionstatus;lastupdatedutc\n"
    )
    assert find_kind(returns.encode()) is FileKind.CAPACITY


def test_a_file_that_is_of_no_kind_says_what_it_is() -> None:
    with pytest.raises(BrokenFile) as caught:
        find_kind(b"cqcid,serviceusercount,usersnhsla\n1-1,3,2\n")
    assert "about home care" in str(caught.value.faults[0])
    with pytest.raises(BrokenFile) as caught:
        find_kind(b"colour,shape\nred,round\n")
    assert "by its columns; it begins: colour, shape" in str(caught.value.faults[0])


@pytest.mark.whole
def test_a_file_that_is_nearly_of_a_kind_is_guessed_with_the_reason_and_never_read_by_a_guess(
    desk: Desk,
) -> None:
    ward = b"Pt,Hosp,Birth,M/F,Dest,EDD\nAda Shah,9990001006,01/02/1940,F,P3,16/11/2020\n"
    tracker = b"Care home,CQC,Vacant beds,Total beds,Open?,Updated\nElm,1-101,3,40,Yes,16/11/2020 08:00\n"
    for content, kind in ((ward, FileKind.PATIENTS), (tracker, FileKind.CAPACITY)):
        with pytest.raises(UnknownKind) as caught:
            find_kind(content, desk=desk)
        assert caught.value.guess is kind
        assert f"It may be {kind.words}: " in caught.value.words
        again = pickle.loads(pickle.dumps(caught.value))
        assert (again.guess, again.words) == (kind, caught.value.words)


def test_a_list_without_names_of_columns_is_quoted_nowhere() -> None:
    content = b"Shah,Ada,9990001006,01/02/1940\nOde,Ben,9990001073,02/03/1941\n"
    with pytest.raises(UnknownKind) as caught:
        find_kind(content)
    for said in (str(caught.value.faults[0]), caught.value.words):
        assert "Shah" not in said
    assert "looks like a row" in str(caught.value.faults[0])
    with pytest.raises(BrokenFile) as refused:
        read_patients(content, KnownHub((), {}, frozenset()), now=NOW)
    assert "Shah" not in str(refused.value.faults[0])


def test_an_xlsx_and_a_csv_of_one_list_are_one_list(desk: Desk) -> None:
    take(desk, EDITH, ARTHUR)
    book = xlsx(COLUMNS, *(tuple(row[name] for name in COLUMNS) for row in (EDITH, ARTHUR)))
    report = preview(desk, kind=FileKind.PATIENTS, source=book)
    assert counts(report) == (0, 0, 2, 0, 0, 0)
    assert replace(report, notes=()).rows[0].outcome is Outcome.SAME


# columns with other titles


def renamed(*rows: Row) -> bytes:
    content = ward_list(*rows)
    for title, other in (("pathway", "Discharge_Pathway"), ("ward", "Current_Ward"), ("ready_on", "EDD")):
        content = content.replace(title.encode(), other.encode(), 1)
    return content


def test_a_title_that_nobody_knows_is_guessed_and_never_taken_silently(desk: Desk) -> None:
    with pytest.raises(BrokenFile, match="pathway"):
        preview(desk, kind=FileKind.PATIENTS, source=renamed(EDITH))
    there = to_match(desk, FileKind.PATIENTS, renamed(EDITH))
    assert there.titles == ("Discharge_Pathway", "EDD", "Current_Ward")
    assert there.missing == ("pathway", "ready_on")
    assert there.guesses == {"pathway": "Discharge_Pathway", "ready_on": "EDD", "ward": "Current_Ward"}


def test_what_titles_mean_is_said_once_and_kept_for_the_next_file_of_the_source(desk: Desk, jo: User) -> None:
    titles = {"Discharge_Pathway": "pathway", "EDD": "ready_on", "Current_Ward": "ward"}
    match_columns(desk, FileKind.PATIENTS, renamed(EDITH), titles=titles)
    tomorrow = renamed(EDITH, ARTHUR)
    assert find_kind(tomorrow, desk=desk) is FileKind.PATIENTS
    report = import_file(desk, kind=FileKind.PATIENTS, source=tomorrow, by=jo).report
    assert (report.new, details(desk, "P-0001").ward) == (2, "Elm")
    assert to_match(desk, FileKind.PATIENTS, tomorrow).titles == ()
    other = tomorrow.replace(b"EDD", b"EDD,Extra", 1)
    with pytest.raises(BrokenFile):
        preview(desk, kind=FileKind.PATIENTS, source=other)
    there = to_match_again(desk, FileKind.PATIENTS, other)
    assert there.said == {column: title for title, column in titles.items()}


def test_what_a_title_means_can_be_said_anew(desk: Desk) -> None:
    source = renamed(EDITH)
    first = {"Discharge_Pathway": "pathway", "EDD": "expected_on", "Current_Ward": "ward"}
    match_columns(desk, FileKind.PATIENTS, source, titles=first)
    there = to_match_again(desk, FileKind.PATIENTS, source)
    assert (there.said["expected_on"], there.guesses) == ("EDD", {})
    second = {"Discharge_Pathway": "pathway", "EDD": "ready_on"}
    match_columns(desk, FileKind.PATIENTS, source, titles=second, anew=True)
    assert to_match_again(desk, FileKind.PATIENTS, source).said == {
        "pathway": "Discharge_Pathway",
        "ready_on": "EDD",
    }


def test_the_rejects_of_a_list_that_was_matched_are_written_and_come_in_again(
    desk: Desk, tmp_path: Path, jo: User
) -> None:
    titles = {"Discharge_Pathway": "pathway", "EDD": "ready_on", "Current_Ward": "ward"}
    source = renamed(EDITH, ARTHUR | {"nhs_number": "9990001007"})
    match_columns(desk, FileKind.PATIENTS, source, titles=titles)
    done = import_file(desk, kind=FileKind.PATIENTS, source=source, by=jo, take_good_rows=True)
    path = tmp_path / "rejects.csv"
    write_rejects(desk, source, FileKind.PATIENTS, done.report, path)
    mended = path.read_bytes().replace(b"9990001007", b"9990001014")
    report = import_file(desk, kind=FileKind.PATIENTS, source=mended, by=jo).report
    assert report.new == 1
    assert not any("rejected" in note for note in report.notes)


def test_only_titles_of_the_file_and_columns_of_the_kind_are_matched(desk: Desk) -> None:
    for titles in ({"Nonsense": "ward"}, {"EDD": "nonsense"}):
        with pytest.raises(UserError, match="onsense"):
            match_columns(desk, FileKind.PATIENTS, renamed(EDITH), titles=titles)


def test_what_was_matched_does_without_a_file_that_cannot_be_read(desk: Desk) -> None:
    match_columns(desk, FileKind.PATIENTS, renamed(EDITH), titles={"EDD": "ready_on"})
    desk.path.with_name(f"{desk.path.name} columns.json").write_text("[1, 2")
    assert "EDD" in to_match(desk, FileKind.PATIENTS, renamed(EDITH)).titles


# a list without names


NCTR = "Census_Date,NHS_Number,Person_Stated_Gender_Code,Organisation_Site_Code,Current_Ward,Date_NCTR,"
NCTR += "Current_Delay_Code,Discharge_Pathway\n"


@pytest.mark.whole
def test_a_systems_list_without_names_changes_whom_the_hub_has_and_adds_nobody(desk: Desk, jo: User) -> None:
    take(desk, EDITH, ARTHUR)
    tonight = (
        NCTR
        + "28/11/2020,9990001006,2,RF4QH,Invented Ward 1,14/11/2020,Pathway 2 - D2A,\n"
        + "28/11/2020,9990001030,1,RF4QH,Invented Ward 2,14/11/2020,,Pathway 3\n"
    ).encode()
    assert find_kind(tonight) is FileKind.PATIENTS
    report = preview(desk, kind=FileKind.PATIENTS, source=tonight)
    assert counts(report) == (0, 1, 0, 0, 1, 1)
    assert {each.field for each in report.rows[0].changes} == {"ward", "no_longer_meets_on"}
    assert "nobody of the hub" in report.rows[1].remarks[0].reason
    assert report.gone[0].id == "P-0002"
    import_file(desk, kind=FileKind.PATIENTS, source=tonight, by=jo, take_good_rows=True)
    assert details(desk, "P-0001").ward == "Invented Ward 1"
    assert (details(desk, "P-0001").name, details(desk, "P-0001").priority) == ("Edith Sample", 2)
    again = preview(desk, kind=FileKind.PATIENTS, source=tonight)
    assert again.rows[0].outcome is Outcome.SAME


def test_a_list_whose_names_have_another_title_is_not_taken_for_one_without(desk: Desk) -> None:
    take(desk, EDITH)
    with pytest.raises(BrokenFile, match="name"):
        preview(desk, kind=FileKind.PATIENTS, source=ward_list(EDITH).replace(b"name", b"Patient", 1))
