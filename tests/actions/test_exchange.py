"""Files into a hub: previewed without writing, taken whole or not at all, by whoever may."""

from __future__ import annotations

import argparse
import csv
import io
import pickle
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions.desk import Cancelled, Desk
from discharge.actions.exchange import ImportRefused, authorities_of, import_file, preview
from discharge.actions.file_kinds import FileKind
from discharge.actions.hub import amend_hub
from discharge.actions.import_command import Told, add_import_arguments, run_import
from discharge.actions.patients import leave
from discharge.actions.people import add_user
from discharge.actions.settings import add_unit, amend_setting, close_admissions
from discharge.exchange.register.columns import COLUMNS as DIRECTORY
from discharge.exchange.register.columns import OLDER, RESIDENTIAL
from discharge.exchange.report import NO_ANSWERS, Answers, ImportReport, Outcome
from discharge.model.errors import BrokenFile, NotAllowed, UserError
from discharge.model.patient_record import LeaveReason
from discharge.model.people import Role, User
from discharge.model.setting import Beds, Free, Unit
from discharge.store.ask.queries import Queries
from tests.actions.a_hub import Clock

NOW = datetime(2020, 11, 16, 8, 0, tzinfo=UTC)
OAK, ELM = "1-100000001", "1-100000002"


def home(cqc_id: str, name: str, **more: str) -> dict[str, str]:
    plain = {
        "Location ID": cqc_id,
        "Location Name": name,
        "Care home?": "Y",
        "Location Local Authority": "Havering",
        RESIDENTIAL: "Y",
        OLDER: "Y",
    }
    return plain | {field.replace("_", " "): value for field, value in more.items()}


def directory(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, (*DIRECTORY.required, *DIRECTORY.optional), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


HOMES = directory(home(OAK, "Oak Lodge"), home(ELM, "Elm House"))
BROKEN_HOMES = directory(home(OAK, "Oak Lodge"), home("", "Nowhere"), home(ELM, "Elm House"))
RETURNS = (
    "cqcid,isacceptingadmissions,maxcapacity,usedbeds,declaredvacancies,admissionstatus,lastupdatedutc\n"
)
PATIENTS = (
    "name,nhs_number,no_nhs_number_because,born,sex,pathway,priority,ready_on,care_level,specialism,"
    "usual_setting,organism,test_result,specimen_at,reported_at,symptoms_since\n"
)
EDITH = "Edith Sample,9990001006,,1934-02-17,F,P3,2,2020-11-15,residential,dementia,,,,,,\n"
ARTHUR = (
    "Arthur Specimen,,overseas,1941-09-03,M,P0,1,2020-11-16,nursing,general,1-100000001,"
    "sars-cov-2,positive,2020-11-10T10:00+00:00,2020-11-11T08:00+00:00,2020-11-09\n"
)


def entries(desk: Desk) -> int:
    return desk.ask(lambda queries: queries.head())


def take(
    desk: Desk, kind: FileKind, source: bytes | str, *, good: bool = False, answers: Answers = NO_ANSWERS
) -> ImportReport:
    content = source.encode() if isinstance(source, str) else source
    done = import_file(
        desk, kind=kind, source=content, by=desk.people()[0], take_good_rows=good, answers=answers
    )
    return done.report


def free_beds(desk: Desk, setting: str) -> list[int]:
    units = desk.ask(Queries.all_units)[setting]
    return [sum(span.count for span in beds.free) for unit in units for beds in unit.beds]


def beds(name: str, count: int) -> Beds:
    free = (Free(start=date(2020, 11, 1), count=count),) if count else ()
    return Beds(id=name, category="general_residential", room="single", sex="any", free=free)


def with_beds(desk: Desk, jo: User, setting: str, *groups: Beds) -> None:
    unit = Unit(id="Main", isolation="none", beds=groups)
    desk.perform(partial(add_unit, setting=setting, unit=unit), by=jo)


# homes


def test_a_preview_says_what_would_happen_and_writes_nothing(desk: Desk) -> None:
    before = entries(desk)
    report = preview(desk, kind=FileKind.CQC, source=HOMES)
    assert (report.taken, report.new) == (2, 2)
    assert (entries(desk), desk.ask(Queries.settings)) == (before, ())


def test_homes_come_in_without_beds_units_or_capacity_return(desk: Desk) -> None:
    report = take(desk, FileKind.CQC, HOMES)
    assert (report.taken, bool(report.group)) == (2, True)
    for name in (OAK, ELM):
        facts = desk.ask(lambda queries, name=name: queries.setting_facts(name))  # type: ignore[misc]
        assert (facts.type, facts.units, facts.capacity_reported_at) == ("care_home", (), None)
        assert (facts.age_min, facts.accepts_organisms, facts.needs_met) == (65, (), ())
    assert desk.verify().is_intact


def test_a_second_import_writes_nothing_and_a_later_one_amends(desk: Desk, jo: User) -> None:
    take(desk, FileKind.CQC, HOMES)
    desk.perform(partial(amend_setting, setting=OAK, changes={"weekly_fee": 900.0}), by=jo)
    before = entries(desk)
    assert take(desk, FileKind.CQC, HOMES).same == 2
    assert entries(desk) == before
    later = directory(home(OAK, "Oak Villa"), home(ELM, "Elm House"))
    with pytest.raises(ImportRefused):
        take(desk, FileKind.CQC, later)
    looked_at = Answers(all_changes=True)
    assert (take(desk, FileKind.CQC, later, answers=looked_at).taken, entries(desk)) == (1, before + 1)
    details = desk.ask(lambda queries: queries.setting_details(OAK))
    assert (details.name, details.weekly_fee) == ("Oak Villa", 900.0)


def test_one_faulty_row_keeps_all_out_until_the_user_says_otherwise(desk: Desk) -> None:
    before = entries(desk)
    with pytest.raises(ImportRefused, match="1 of 3 rows can't be taken, so nothing was imported") as refused:
        take(desk, FileKind.CQC, BROKEN_HOMES)
    assert refused.value.report.rejected == 1
    assert not refused.value.report.group
    assert entries(desk) == before
    assert take(desk, FileKind.CQC, BROKEN_HOMES, good=True).taken == 2
    assert set(desk.ask(Queries.setting_names)) == {OAK, ELM}


def test_a_refusal_survives_the_way_between_processes(desk: Desk) -> None:
    with pytest.raises(ImportRefused) as refused:
        take(desk, FileKind.CQC, BROKEN_HOMES)
    again = pickle.loads(pickle.dumps(refused.value))
    assert (str(again), again.report) == (str(refused.value), refused.value.report)


def test_rows_that_are_no_care_homes_keep_nobody_out(desk: Desk) -> None:
    mixed = directory(home(OAK, "Oak Lodge"), home(ELM, "Elm Surgery") | {"Care home?": "N"})
    report = take(desk, FileKind.CQC, mixed)
    assert (report.taken, report.rejected, report.faults) == (1, 1, 0)


@pytest.mark.parametrize("stage", ["Reading", "Writing"])
def test_cancelling_leaves_the_hub_as_it_was(desk: Desk, jo: User, stage: str) -> None:
    many = directory(*(home(f"1-2{at:08d}", f"Home {at}") for at in range(300)))
    before = entries(desk)
    now_doing: list[str] = []
    with pytest.raises(Cancelled):
        import_file(
            desk,
            kind=FileKind.CQC,
            source=many,
            by=jo,
            progress=lambda what, done, total: now_doing.append(what),
            cancelled=lambda: stage in now_doing,
        )
    assert now_doing[-1] == stage
    assert (entries(desk), desk.ask(Queries.settings)) == (before, ())
    assert desk.verify().is_intact


def test_progress_goes_on_from_reading_to_the_last_row_written(desk: Desk, jo: User) -> None:
    seen: list[tuple[str, int, int]] = []
    import_file(
        desk,
        kind=FileKind.CQC,
        source=HOMES,
        by=jo,
        progress=lambda what, done, total: seen.append((what, done, total)),
    )
    assert seen[0][0] == "Reading"
    assert ("Reading", len(HOMES), len(HOMES)) in seen
    assert seen[-1] == ("Writing", 2, 2)


def test_somebody_without_the_role_imports_nothing(desk: Desk, jo: User) -> None:
    desk.perform(partial(add_user, name="Sam Clinic", roles=frozenset({Role.CLINICIAN})), by=jo)
    sam = next(user for user in desk.people() if user.name == "Sam Clinic")
    for kind, content in ((FileKind.CQC, HOMES), (FileKind.PATIENTS, (PATIENTS + EDITH).encode())):
        before = entries(desk)
        with pytest.raises(NotAllowed):
            import_file(desk, kind=kind, source=content, by=sam)
        assert entries(desk) == before


def test_a_file_of_another_kind_is_refused(desk: Desk, jo: User) -> None:
    with pytest.raises(BrokenFile, match="none of the columns of a list of patients"):
        import_file(desk, kind=FileKind.PATIENTS, source=HOMES, by=jo)


# capacity returns


def returned(desk: Desk, *lines: str) -> ImportReport:
    return take(desk, FileKind.CAPACITY, RETURNS + "".join(f"{line}\n" for line in lines))


def test_a_return_makes_no_bed_that_nobody_has_described(desk: Desk) -> None:
    take(desk, FileKind.CQC, HOMES)
    report = returned(desk, f"{OAK},true,40,35,4,Open,2020-11-16T07:00:00Z")
    assert report.taken == 1
    assert "none of the 4 can be offered" in report.rows[0].remarks[0].reason
    facts = desk.ask(lambda queries: queries.setting_facts(OAK))
    assert (facts.units, facts.admissions, facts.capacity_reported_at) == (
        (),
        "open",
        datetime(2020, 11, 16, 7, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("vacancies", "at_most", "words"),
    [(9, 5, "5 of the 9 are beds"), (5, 5, ""), (1, 1, "lowered until they fit 1"), (0, 0, "fit 0")],
)
def test_of_several_groups_of_beds_none_is_ever_raised(
    desk: Desk, jo: User, vacancies: int, at_most: int, words: str
) -> None:
    take(desk, FileKind.CQC, HOMES)
    with_beds(desk, jo, OAK, beds("B1", 3), beds("B2", 2))
    report = returned(desk, f"{OAK},true,40,30,{vacancies},Open,2020-11-16T07:00:00Z")
    after = free_beds(desk, OAK)
    assert sum(after) <= at_most
    assert after[0] <= 3
    assert after[1] <= 2
    remarks = report.rows[0].remarks
    assert (words in remarks[0].reason) if words else remarks == ()


def test_the_only_group_of_beds_takes_the_number_and_that_is_said(desk: Desk, jo: User) -> None:
    take(desk, FileKind.CQC, HOMES)
    with_beds(desk, jo, OAK, beds("B1", 1))
    report = returned(desk, f"{OAK},true,40,30,4,Open,2020-11-16T07:00:00Z")
    assert free_beds(desk, OAK) == [4]
    assert "all 4 are taken as beds B1 of unit Main" in report.rows[0].remarks[0].reason


def test_more_vacancies_than_the_home_is_registered_for_are_never_all_free(desk: Desk, jo: User) -> None:
    """Field case vacancies-above-registered, by file."""
    take(desk, FileKind.CQC, directory(home(OAK, "Oak Lodge", Care_homes_beds="40")))
    with_beds(desk, jo, OAK, beds("B1", 1))
    report = returned(desk, f"{OAK},Yes,400,38,362,Open,2020-11-16T07:00:00Z")
    assert free_beds(desk, OAK) == [2]
    (row,) = report.rows
    assert row.outcome is Outcome.CHANGED
    reasons = [remark.reason for remark in row.remarks]
    assert "362 vacancies, where 40 registered beds less 38 in use leave 2: taken as 2" in reasons
    assert desk.ask(lambda queries: queries.setting(OAK)).doubts
    again = returned(desk, f"{OAK},Yes,400,38,362,Open,2020-11-16T07:00:00Z")
    assert again.rows[0].outcome is Outcome.SAME


def test_a_home_that_the_hub_closed_stays_closed_whatever_a_return_says(desk: Desk, jo: User) -> None:
    take(desk, FileKind.CQC, HOMES)
    desk.perform(partial(close_admissions, setting=OAK, reason="staffing"), by=jo)
    returned(desk, f"{OAK},true,40,30,4,Open,2020-11-16T07:00:00Z")
    assert desk.ask(lambda queries: queries.setting_facts(OAK)).admissions == "closed"


def test_a_contradictory_return_closes_the_home(desk: Desk) -> None:
    take(desk, FileKind.CQC, HOMES)
    report = returned(desk, f"{OAK},true,40,30,4,Closed,2020-11-16T07:00:00Z")
    assert report.changed == 1
    assert desk.ask(lambda queries: queries.setting_facts(OAK)).admissions == "closed"


def test_returns_come_in_once_and_older_ones_never(desk: Desk) -> None:
    take(desk, FileKind.CQC, HOMES)
    new = f"{OAK},true,40,30,4,Open,2020-11-16T07:00:00Z"
    old = f"{OAK},true,40,30,9,Open,2020-11-15T07:00:00Z"
    assert returned(desk, new).taken == 1
    before = entries(desk)
    assert returned(desk, new).same == 1
    report = returned(desk, old)
    assert (report.rejected, report.faults) == (1, 0)
    assert entries(desk) == before


def test_a_return_of_a_home_that_the_hub_lacks_is_a_fault(desk: Desk) -> None:
    take(desk, FileKind.CQC, HOMES)
    with pytest.raises(ImportRefused):
        returned(
            desk,
            "1-999999999,true,40,30,4,Open,2020-11-16T07:00:00Z",
            f"{OAK},true,40,30,4,Open,2020-11-16T07:00:00Z",
        )
    assert desk.ask(Queries.latest_returns) == {}


# patients


def test_people_come_in_with_what_was_observed_of_them(desk: Desk) -> None:
    take(desk, FileKind.CQC, HOMES)
    report = take(
        desk, FileKind.PATIENTS, PATIENTS + EDITH + ARTHUR + EDITH.replace("9990001006", "9990001014")
    )
    assert [row.outcome for row in report.rows] == [Outcome.TAKEN, Outcome.TAKEN, Outcome.CHANGED]
    people = desk.ask(Queries.all_people)
    assert list(people) == ["P-0001", "P-0002", "P-0003"]
    arthur = people["P-0002"]
    assert (arthur.details.name, arthur.details.usual_setting) == ("Arthur Specimen", OAK)
    assert sorted(observation.kind for observation in arthur.facts.observations) == ["symptoms", "test"]
    assert people["P-0001"].facts.observations == ()
    assert desk.verify().is_intact


def test_a_list_taken_again_finds_everybody_as_they_are(desk: Desk) -> None:
    take(desk, FileKind.CQC, HOMES)
    take(desk, FileKind.PATIENTS, PATIENTS + EDITH + ARTHUR)
    before = entries(desk)
    assert take(desk, FileKind.PATIENTS, PATIENTS + EDITH + ARTHUR).same == 2
    assert entries(desk) == before
    report = preview(
        desk, kind=FileKind.PATIENTS, source=(PATIENTS + EDITH.replace("2020-11-15", "2020-11-18")).encode()
    )
    assert [change.field for change in report.rows[0].changes] == ["ready_on"]


def test_somebody_who_left_is_not_registered_a_second_time(desk: Desk, jo: User) -> None:
    take(desk, FileKind.PATIENTS, PATIENTS + EDITH)
    desk.perform(partial(leave, patient="P-0001", reason=LeaveReason.WENT_HOME), by=jo)
    report = take(desk, FileKind.PATIENTS, PATIENTS + EDITH + ARTHUR.replace(OAK, ""))
    assert (report.new, report.rejected, report.faults) == (1, 1, 0)
    assert report.rows[0].remarks[0].mend == "take P-0001 back onto the list"


# the command line


def arguments(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_import_arguments(parser)
    return parser.parse_args(given)


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    path = tmp_path / "cli.desk"
    with Desk.open(path) as opened:
        opened.found(hub="Test hub", name="Jo Marsh")
    return path


def run(hub: Path, kind: str, content: bytes | str, *more: str, by: str = "U-0001") -> tuple[int, str]:
    file = hub.parent / "given.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    out = io.StringIO()
    code = run_import(arguments(kind, str(file), "--hub", str(hub), "--by", by, *more), out=out)
    return code, out.getvalue()


def test_how_far_a_long_file_is_stands_on_one_line_that_is_blank_in_the_end() -> None:
    to = io.StringIO()
    told = Told(to, after=0)
    for done in (0, 1, 2, 100, 200):
        told("Reading", done, 200)
    told.done()
    assert to.getvalue().split("\r") == ["", "Reading: 0 %", "Reading: 1 %", "Reading: 50 %",
                                         "Reading: 100 %", " " * 14, ""]  # fmt: skip
    silent = io.StringIO()
    Told(silent, after=3_600)("Reading", 1, 2)
    assert silent.getvalue() == ""


def test_a_kind_that_its_columns_dont_tell_is_guessed_and_how_to_say_it_stands_there(hub: Path) -> None:
    file = hub.parent / "ward.csv"
    file.write_text("Pt,Hosp,Birth,M/F,Dest,EDD\nAda Shah,9990001006,01/02/1940,F,P3,16/11/2020\n")
    out = io.StringIO()
    assert run_import(arguments(str(file), "--hub", str(hub), "--by", "U-0001"), out=out) == 2
    assert "It may be patients: 'Pt' could be name" in out.getvalue()
    assert "discharge import patients ward.csv" in out.getvalue()
    _, said = run(hub, "patients", file.read_bytes())
    assert "Wanted too: nhs_number, born and pathway. Where 'Hosp', 'Birth' or 'Dest' is one: --c" in said


def settings_of(hub: Path) -> set[str]:
    with Desk.open(hub) as desk:
        return set(desk.ask(Queries.setting_names))


def test_the_command_imports_a_file_and_says_so(hub: Path) -> None:
    code, said = run(hub, "cqc", HOMES, by="jo marsh")
    assert (code, said.splitlines()[0]) == (0, "2 rows read: 2 new, 0 changed, 0 can't be taken.")
    assert "--take-back" in said
    assert settings_of(hub) == {OAK, ELM}


def test_the_command_imports_all_or_nothing_and_names_the_rows(hub: Path) -> None:
    code, said = run(hub, "cqc", BROKEN_HOMES)
    assert code == 1
    assert "row 3 rejected: Location ID: is empty; every row needs the CQC's location id\n" in said
    assert "nothing was imported" in said
    assert settings_of(hub) == set()
    assert run(hub, "cqc", BROKEN_HOMES, "--take-good-rows")[0] == 0
    assert settings_of(hub) == {OAK, ELM}


def test_a_dry_run_writes_a_report_and_nothing_into_the_hub(hub: Path) -> None:
    report = hub.parent / "report.csv"
    code, _ = run(hub, "cqc", BROKEN_HOMES, "--dry-run", "--report", str(report))
    assert code == 1
    lines = list(csv.DictReader(report.read_text(encoding="utf-8-sig").splitlines()))
    assert [line["outcome"] for line in lines] == ["taken", "rejected", "taken"]
    assert settings_of(hub) == set()
    assert run(hub, "cqc", HOMES, "--dry-run")[0] == 0


def test_the_command_ends_with_2_and_a_sentence_for_what_it_cannot_read(hub: Path) -> None:
    code, said = run(hub, "patients", b"PK\x03\x04")
    assert (code, said.startswith("given.csv: (file): is cut off or damaged")) == (2, True)
    code, said = run(hub, "cqc", HOMES, by="Nobody")
    assert (code, said) == (2, "Nobody is not one of this hub's people. Use one of U-0001 (Jo Marsh).\n")
    code, said = run(hub, "cqc", HOMES, "--report", str(hub.parent / "no" / "report.csv"))
    assert (code, "There is no folder" in said, settings_of(hub)) == (2, True, set())
    missing = hub.parent / "none.desk"
    out = io.StringIO()
    code = run_import(arguments("cqc", "x.csv", "--hub", str(missing), "--by", "U-0001"), out=out)
    assert (code, missing.exists()) == (2, False)
    out = io.StringIO()
    code = run_import(arguments("cqc", "none.csv", "--hub", str(hub), "--by", "U-0001"), out=out)
    assert (code, out.getvalue().startswith("none.csv can't be opened")) == (2, True)


def test_the_command_line_never_shows_a_person(hub: Path) -> None:
    bad = EDITH.replace("9990001006", "9990001007")
    for content in (PATIENTS + EDITH + ARTHUR.replace(OAK, "") + bad, PATIENTS + EDITH + EDITH):
        _, said = run(hub, "patients", content, "--dry-run")
        for private in ("Edith", "Sample", "9990001006", "9990001007", "1934", "Arthur"):
            assert private not in said


def test_a_long_list_of_faults_is_cut_and_counted(hub: Path) -> None:
    _, said = run(hub, "cqc", directory(*(home("", f"Home {at}") for at in range(30))))
    assert said.count(" rejected: ") == 20
    assert "... and 10 more rows" in said


def test_an_age_of_a_return_is_counted_from_the_home_saying_it(desk: Desk) -> None:
    take(desk, FileKind.CQC, HOMES)
    returned(desk, f"{OAK},true,40,35,4,Open,{(NOW - timedelta(hours=73)):%Y-%m-%dT%H:%M:%SZ}")
    row = next(row for row in desk.ask(Queries.settings) if row.id == OAK)
    assert row.capacity_age == "stale"


def test_an_import_that_the_hub_refuses_midway_is_undone_and_names_the_row(desk: Desk, clock: Clock) -> None:
    """The clock is set back between reading and writing: what was fit to take no longer is."""
    take(desk, FileKind.CQC, HOMES)
    clock.now = NOW + timedelta(minutes=30)
    lines = [
        f"{name},true,40,35,4,Open,2020-11-16T{at}:00Z\n" for name, at in ((ELM, "06:59"), (OAK, "08:29"))
    ]
    before = entries(desk)

    def turn_back(what: str, done: int, total: int) -> None:
        if done == total:
            clock.now = NOW + timedelta(minutes=26)

    with pytest.raises(UserError, match="Row 3: The capacity return's time is still to come"):
        import_file(
            desk,
            kind=FileKind.CAPACITY,
            source=(RETURNS + "".join(lines)).encode(),
            by=desk.people()[0],
            progress=turn_back,
        )
    assert entries(desk) == before


# --- which authorities ------------------------------------------------------------------------------


def of_two_areas() -> bytes:
    here, there = home(OAK, "Oak House"), home(ELM, "Elm House")
    here["Location Local Authority"] = "St. Helens"
    return directory(here, there)


def test_a_directory_is_taken_in_the_authorities_chosen_however_they_are_spelt(desk: Desk, jo: User) -> None:
    asked = authorities_of(desk, of_two_areas())
    assert [(each.name, each.homes, each.known) for each in asked.there] == [
        ("Havering", 1, 0),
        ("St Helens", 1, 0),
    ]
    assert asked.ours == frozenset()
    chosen = partial(preview, kind=FileKind.CQC, source=of_two_areas(), authorities=["Saint Helens Council"])
    report = chosen(desk)
    assert (report.read, report.taken + report.changed, report.rejected, report.faults) == (2, 1, 1, 0)
    assert report.rows[1].remarks[0].reason == "is in Havering, which wasn't chosen"
    import_file(desk, **chosen.keywords, by=jo)
    assert list(desk.ask(Queries.setting_ids_by_cqc)) == [OAK]
    assert authorities_of(desk, of_two_areas()).ours == {"St Helens"}


def test_a_home_of_the_hub_is_brought_up_to_date_wherever_it_is(desk: Desk, jo: User) -> None:
    import_file(desk, kind=FileKind.CQC, source=of_two_areas(), by=jo)
    renamed = directory(home(ELM, "Elm Court"), home("1-100000003", "Ash House"))
    report = preview(desk, kind=FileKind.CQC, source=renamed, authorities=["St Helens"])
    assert [row.outcome for row in report.rows] == [Outcome.HELD, Outcome.REJECTED]
    assert [(one.field, one.old, one.new) for one in report.rows[0].changes] == [
        ("name", "Elm House", "Elm Court")
    ]


def test_a_hubs_own_areas_are_proposed_before_it_has_a_home(desk: Desk, jo: User) -> None:
    desk.perform(partial(amend_hub, changes={"areas": ["Havering"]}), by=jo)
    assert authorities_of(desk, of_two_areas()).ours == {"Havering"}


def test_the_command_says_what_an_unknown_title_could_mean_and_how_to_say_so(hub: Path) -> None:
    people = (
        b"Pt Name,NHS number,DOB,Sex,Pathway,Ready on\nEdith Sample,9990001006,1934-02-17,F,P3,2020-11-15\n"
    )
    _, said = run(hub, "patients", people)
    assert """'Pt Name' could be name: --column "Pt Name=name" says that it is.""" in said
    code, said = run(hub, "patients", people, "--column", "Pt Name=name", "--another", "2")
    assert (code, "could be name" in said) == (0, False)


def test_the_command_takes_the_authorities_named_the_hubs_own_or_on_purpose_all(hub: Path) -> None:
    code, said = run(hub, "cqc", of_two_areas(), "--dry-run")
    assert (code, said.splitlines()[0]) == (
        0,
        "No --authority is named: the homes of all 2 authorities of the file are read (2 homes).",
    )
    code, said = run(hub, "cqc", of_two_areas())
    assert (code, said.splitlines()[-1]) == (
        2,
        "The file has 2 homes in 2 authorities, and none is named. Name each that is wanted with --authority"
        " NAME, or all of them with --authority all.",
    )
    assert settings_of(hub) == set()
    assert run(hub, "cqc", of_two_areas(), "--authority", "havering")[0] == 0
    assert settings_of(hub) == {ELM}
    code, said = run(hub, "cqc", of_two_areas())
    assert (code, said.splitlines()[0]) == (
        0,
        "No --authority is named: new homes are taken of the hub's own, Havering.",
    )
    assert settings_of(hub) == {ELM}
    assert run(hub, "cqc", of_two_areas(), "--authority", "all", "--dry-run")[0] == 0
    code, said = run(hub, "cqc", of_two_areas(), "--authority", "Kent")
    assert (code, said) == (2, "The file has no home in Kent. It has homes in Havering and St Helens.\n")
    code, said = run(hub, "capacity", b"x", "--authority", "Kent")
    assert (code, said) == (2, "Only a CQC directory is read by authority. Leave --authority out.\n")
