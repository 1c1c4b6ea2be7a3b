"""A FHIR file in, as a ward's list: people with their tests, the plan that follows, and the way back."""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import infections, patients, planning
from discharge.actions.exchange import ImportDone, ImportRefused, import_file, preview
from discharge.actions.file_kinds import FileKind, find_kind
from discharge.actions.files_out import write_rejects
from discharge.actions.import_command import add_import_arguments, run_import
from discharge.actions.imports_back import take_back_import
from discharge.exchange.report import NO_ANSWERS, Answers, Outcome
from discharge.matching.propose import propose
from discharge.model.errors import UserError
from discharge.model.infection import Test
from discharge.store.ask.queries import Queries
from tests.actions.a_hub import AHub, beds, unit
from tests.exchange.fhir_files import (
    NEGATIVE,
    POSITIVE,
    Json,
    bundle,
    observation,
    patient,
    request,
    snomed,
    stay,
)

ARTHUR = patient(
    "p2", "9990001014", birthDate="1941-09-03", gender="male", name=[{"text": "Arthur Specimen"}]
)
TONIGHT = (
    patient(), stay(), request(), observation(),
    ARTHUR, stay("Patient/p2", id="e2"), request("Patient/p2", id="s2", pathway="P3 / Other"),
    observation("Patient/p2", id="o2", value=POSITIVE),
)  # fmt: skip
LIST = (
    "name,nhs_number,born,sex,pathway,priority,ready_on,care_level,specialism,postcode,hospital,ward,"
    "organism,test_result,specimen_at,reported_at\n"
    "Edith Sample,9990001006,1934-02-17,female,P3,2,2020-11-15,nursing,general,ZZ1 1AA,RF4QH,Elm,"
    "sars-cov-2,negative,2020-11-14T09:30Z,2020-11-14T20:00Z\n"
    "Arthur Specimen,9990001014,1941-09-03,male,P3,2,2020-11-15,nursing,general,ZZ1 1AA,RF4QH,Elm,"
    "sars-cov-2,positive,2020-11-14T09:30Z,2020-11-14T20:00Z\n"
)


def take(hub: AHub, *resources: Json, answers: Answers = NO_ANSWERS, good: bool = False) -> ImportDone:
    return import_file(
        hub.desk,
        kind=FileKind.FHIR,
        source=bundle(*resources),
        by=hub.coordinator,
        answers=answers,
        take_good_rows=good,
    )


def counting(hub: AHub, name: str = "P-0001") -> list[str]:
    """The results on record that count, newest first."""
    seen = hub.desk.ask(lambda queries: queries.patient(name)).observations
    return [
        each.observation.result for each in seen if isinstance(each.observation, Test) and not each.withdrawn
    ]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[AHub]:
    made = AHub(tmp_path / "other.desk")
    yield made
    made.desk.close()


def test_a_bundle_is_known_as_what_it_is_and_brings_people_with_their_tests(hub: AHub) -> None:
    assert find_kind(bundle(*TONIGHT), desk=hub.desk) is FileKind.FHIR
    looked = preview(hub.desk, kind=FileKind.FHIR, source=bundle(*TONIGHT))
    assert (looked.new, looked.read, looked.faults) == (2, 2, 0)
    done = take(hub, *TONIGHT)
    assert done.report.new == 2
    assert {row.name for row in hub.desk.ask(Queries.patients)} == {"Arthur Specimen", "Edith Sample"}
    assert (counting(hub), counting(hub, "P-0002")) == (["negative"], ["positive"])


@pytest.mark.whole
def test_the_plan_places_them_as_it_places_those_of_a_wards_list(hub: AHub, other: AHub) -> None:
    for each in (hub, other):
        each.setting("Elm Lodge", unit("Main", beds(category="general_nursing")))
        each.hot_home()
    take(hub, *TONIGHT)
    import_file(other.desk, kind=FileKind.PATIENTS, source=LIST.encode(), by=other.coordinator)
    cases = [each.desk.ask(planning.freeze_case).case for each in (hub, other)]
    assert cases[0].patients == cases[1].patients
    plans = [propose(case) for case in cases]
    assert plans[0].placements == plans[1].placements
    assert {each.patient for each in plans[0].placements} == {"P-0001", "P-0002"}
    assert plans[0].unplaced == plans[1].unplaced


def test_the_same_file_again_is_all_the_same_and_writes_nothing(hub: AHub) -> None:
    untold = observation(id="o3", issued=None, effectiveDateTime="2020-11-13T08:00:00Z")
    take(hub, *TONIGHT, untold)
    before = hub.desk.ask(Queries.head)
    again = take(hub, *TONIGHT, untold).report
    assert (again.same, again.read) == (2, 2)
    assert hub.desk.ask(Queries.head) == before


def test_a_wards_list_after_the_file_says_the_same(hub: AHub) -> None:
    take(hub, *TONIGHT)
    report = preview(hub.desk, kind=FileKind.PATIENTS, source=LIST.encode())
    assert (report.same, report.gone) == (2, ())


def test_what_somebody_at_the_hub_wrote_stays_until_the_row_is_ticked(hub: AHub) -> None:
    take(hub, *TONIGHT)
    hub.does(partial(patients.amend_patient, patient="P-0001", changes={"ward": "Ash"}))
    report = take(hub, *TONIGHT).report
    assert [each.kept != "" for each in report.rows[0].changes] == [True]
    take(hub, *TONIGHT, answers=Answers(over=frozenset({1})))
    assert hub.desk.ask(lambda queries: queries.patient_details("P-0001")).ward == "Elm"


def test_it_is_taken_back_whole(hub: AHub) -> None:
    done = take(hub, *TONIGHT)
    hub.does(partial(take_back_import, group=done.report.group, reason="the wrong file"))
    assert not [row for row in hub.desk.ask(Queries.patients) if row.state != "left"]
    back = take(hub, *TONIGHT).report
    assert back.amended == 2, [str(each) for row in back.rows for each in row.remarks]


CORRECTED = (patient(), observation(status="corrected", value=POSITIVE, issued="2020-11-15T09:00:00Z"))


def test_a_correction_comes_in_the_place_of_what_it_corrects_and_goes_back_with_its_import(
    hub: AHub,
) -> None:
    take(hub, *TONIGHT)
    done = take(hub, *CORRECTED)
    assert [(each.old, each.new) for each in done.report.rows[0].changes] == [
        ("sars-cov-2: negative, specimen of Sat 14 Nov", "sars-cov-2: positive, specimen of Sat 14 Nov")
    ]
    assert counting(hub) == ["positive"]
    assert take(hub, *CORRECTED).report.same == 1
    older = take(hub, *TONIGHT).report
    assert older.rows[0].changes[0].kept == "taken back here as wrong"
    assert counting(hub) == ["positive"]
    hub.does(partial(take_back_import, group=done.report.group, reason="the wrong file"))
    assert counting(hub) == ["negative"]


def test_a_correction_of_a_correction_counts_though_it_says_what_was_taken_back_before(hub: AHub) -> None:
    def corrected(hour: int, value: str) -> None:
        issued = f"2020-11-15T{hour:02}:00:00Z"
        take(hub, patient(), observation(status="corrected", value=value, issued=issued))

    take(hub, *TONIGHT)
    for hour, value, counts in [
        (9, POSITIVE, ["positive"]),
        (10, NEGATIVE, ["negative"]),
        (11, POSITIVE, ["positive"]),
        (9, POSITIVE, ["positive"]),
        (10, NEGATIVE, ["positive"]),
    ]:
        corrected(hour, value)
        assert counting(hub) == counts, (hour, value)


def test_a_correction_that_comes_after_a_later_one_never_takes_its_place(hub: AHub) -> None:
    take(hub, *TONIGHT)
    for hour, value in ((12, POSITIVE), (10, NEGATIVE)):
        issued = f"2020-11-15T{hour}:00:00Z"
        take(hub, patient(), observation(status="corrected", value=value, issued=issued))
    assert "positive" in counting(hub)


def test_what_was_entered_in_error_counts_no_more_until_the_import_is_taken_back(hub: AHub) -> None:
    take(hub, *TONIGHT)
    done = take(hub, ARTHUR, observation("Patient/p2", status="entered-in-error", value=POSITIVE))
    assert counting(hub, "P-0002") == []
    hub.does(partial(take_back_import, group=done.report.group, reason="the wrong file"))
    assert counting(hub, "P-0002") == ["positive"]


def test_what_somebody_recorded_by_hand_isnt_replaced_by_a_correction_which_stands_beside_it(
    hub: AHub,
) -> None:
    take(hub, *TONIGHT[:3])
    test = Test.model_validate({
        "organism": "sars-cov-2", "result": "negative", "specimen_at": "2020-11-14T09:30:00+00:00",
        "reported_at": "2020-11-14T20:00:00+00:00",
    })  # fmt: skip
    hub.does(partial(infections.record_observation, patient="P-0001", observation=test))
    done = take(hub, *CORRECTED)
    assert done.report.rows[0].changes[0].kept.startswith("recorded here by Cleo Coordinator on")
    assert counting(hub) == ["positive", "negative"]


def test_a_contradiction_holds_the_person_up_until_somebody_says_to_take_them_without_it(
    hub: AHub,
) -> None:
    wrong = observation(value=POSITIVE, method=snomed("1240461000000109"))
    with pytest.raises(ImportRefused) as refused:
        take(hub, *TONIGHT[:3], wrong)
    row = refused.value.report.rows[0]
    assert row.outcome is Outcome.HELD
    assert "its method measures antibodies" in str(row.remarks[0])
    assert take(hub, *TONIGHT[:3], wrong, good=True).report.held == 1
    taken = take(hub, *TONIGHT[:3], wrong, answers=Answers(another=frozenset({1}))).report
    assert taken.new == 1
    assert counting(hub) == []


def test_whoever_has_died_is_asked_about_and_leaves_the_list_once_it_is_said(hub: AHub) -> None:
    take(hub, *TONIGHT)
    died = patient(deceasedDateTime="2020-11-15")
    looked = preview(hub.desk, kind=FileKind.FHIR, source=bundle(died))
    assert [(one.id, one.said) for one in looked.gone] == [
        ("P-0001", "has died on Sun 15 Nov 2020, the file says")
    ]
    take(hub, died, answers=Answers(gone={"P-0001": "died"}))
    assert hub.desk.ask(lambda queries: queries.person("P-0001")).left_reason == "died"


def test_a_person_without_a_number_is_known_by_name_and_birth(hub: AHub) -> None:
    nameless = patient(number="")
    take(hub, nameless, stay(), request())
    again = preview(hub.desk, kind=FileKind.FHIR, source=bundle(nameless, stay(), request()))
    assert again.same == 1
    numbered = preview(hub.desk, kind=FileKind.FHIR, source=bundle(patient(), stay(), request()))
    assert numbered.held == 1, "that they are the same person is asked"


def test_rows_that_cant_be_taken_arent_saved_as_a_table(hub: AHub, tmp_path: Path) -> None:
    report = preview(hub.desk, kind=FileKind.FHIR, source=bundle(patient()))
    with pytest.raises(UserError, match="mended where it was made"):
        write_rejects(hub.desk, bundle(patient()), FileKind.FHIR, report, tmp_path / "out.csv")


def test_the_command_imports_it(hub: AHub, tmp_path: Path) -> None:
    file = tmp_path / "tonight.json"
    file.write_bytes(bundle(*TONIGHT, {"resourceType": "Flag"}))
    hub.desk.close()
    parser = argparse.ArgumentParser()
    add_import_arguments(parser)
    out = io.StringIO()
    given = [str(file), "--hub", str(hub.path), "--by", hub.coordinator.id]
    given += ["--another", "1", "--another", "5"]  # that it is years ago is asked
    assert run_import(parser.parse_args(given), out=out) == 0
    said = out.getvalue()
    assert "What tonight.json is, as JSON: people and tests as FHIR." in said
    assert "3 rows read: 2 new, 0 changed, 1 left out, 0 can't be taken." in said
    assert "left out: Flag: isn't read here: 1 Flag (entry 9)" in said
    for private in ("Sample", "9990001006"):
        assert private not in said
    hub.desk = AHub(tmp_path / "again.desk").desk
