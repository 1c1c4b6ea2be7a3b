"""What a hub needs of a person and no plan asks for: number, GP, named lead, capacity, who was asked."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from discharge.actions import patients, people, planning
from discharge.actions.context import dump
from discharge.actions.desk import Desk
from discharge.actions.exchange import ImportDone, import_file, preview
from discharge.actions.file_kinds import FileKind
from discharge.actions.imports_back import take_back_import
from discharge.actions.merging import merge_patients
from discharge.exchange.report import Outcome
from discharge.model.base import YesNo
from discharge.model.patient_record import Capacity, PatientDetails
from discharge.model.people import Role
from discharge.store import driver
from discharge.store.file import migrations
from tests.actions.a_hub import TODAY, AHub
from tests.exchange.fhir_files import bundle, nhs_number, patient, request, stay

SAID: dict[str, Any] = {
    "hospital_number": "H0012345",
    "home_address": "14 Example Road\nRomford",
    "gp_practice": "Example Surgery",
    "admitted_on": TODAY - timedelta(13),
    "expected_on": TODAY + timedelta(2),
    "mental_capacity": Capacity.BEST_INTERESTS,
    "best_interests_by": "their daughter, with the ward",
    "dols_asked": YesNo.NO,
    "family_asked": YesNo.YES,
    "carer_asked": YesNo.NOT_KNOWN,
}
HEAD = "name,nhs_number,born,sex,pathway,priority,ready_on,hospital"
EDITH = "Edith Sample,9990001006,1934-02-17,female,P3,2,2020-11-15,RF4QH"


def details(hub: AHub, name: str = "P-0001") -> PatientDetails:
    return hub.desk.ask(lambda queries: queries.patient_details(name))


def take(hub: AHub, head: str, row: str) -> ImportDone:
    source = f"{HEAD},{head}\n{EDITH},{row}\n".encode()
    return import_file(hub.desk, kind=FileKind.PATIENTS, source=source, by=hub.coordinator)


def test_that_nobody_knows_is_a_value_of_its_own(hub: AHub) -> None:
    hub.patient()
    found = details(hub)
    assert (found.mental_capacity, found.dols_asked) == (Capacity.NOT_KNOWN, YesNo.NOT_KNOWN)
    assert (found.family_asked, found.carer_asked, found.named_lead) == (
        YesNo.NOT_KNOWN,
        YesNo.NOT_KNOWN,
        None,
    )


def test_it_is_kept_and_no_plan_is_another_for_it(hub: AHub) -> None:
    hub.negative()
    before = hub.desk.ask(planning.freeze_case).case
    hub.does(partial(patients.amend_patient, patient="P-0001", changes={**SAID, "named_lead": hub.lead.id}))
    assert {name: getattr(details(hub), name) for name in SAID} == SAID
    after = hub.desk.ask(planning.freeze_case).case
    assert (before.patients, before.settings) == (after.patients, after.settings)


def test_who_decides_goes_with_the_decision(hub: AHub) -> None:
    hub.patient(**SAID)
    amend = partial(patients.amend_patient, patient="P-0001")
    hub.does(partial(amend, changes={"mental_capacity": Capacity.HAS_CAPACITY}))
    assert details(hub).best_interests_by == ""
    with hub.refuses(says="without such a decision"):
        hub.does(partial(amend, changes={"best_interests_by": "the ward"}))


def test_an_admission_still_to_come_is_refused(hub: AHub) -> None:
    with hub.refuses(says="still to come"):
        hub.patient(admitted_on=TODAY + timedelta(1))


def test_the_named_lead_is_one_of_the_hubs_people_and_stays_when_they_go(hub: AHub) -> None:
    with hub.refuses(says="is nobody of this hub"):
        hub.patient(named_lead="U-0099")
    ann = hub.person("Ann Other", Role.COORDINATOR)
    hub.patient(named_lead=ann.id)
    gone = partial(people.amend_user, user=ann.id, active=False)
    hub.does(gone, by=hub.admin)
    hub.does(partial(patients.amend_patient, patient="P-0001", changes={"ward": "Ash"}))
    (row,) = hub.desk.ask(lambda queries: queries.patients())
    assert (row.named_lead, row.lead_name) == (ann.id, "Ann Other")
    with hub.refuses(says="is nobody of this hub"):
        hub.patient("Another Person", named_lead=ann.id)


# lists


def test_a_wards_list_brings_it_under_the_wards_own_titles(hub: AHub) -> None:
    take(
        hub,
        "MRN,Patient address,Registered GP,Date of admission,expected_on,Case lead,mental_capacity,"
        "Best interests decision by,DoLS applied,Family informed,Unpaid carer asked",
        '00123,"14 Example Road, Romford",Example Surgery,03/11/2020,18/11/2020,cleo coordinator,'
        "Best interests,their daughter,no,Y,n/k",
    )
    found = details(hub)
    assert (found.hospital_number, found.home_address) == ("00123", "14 Example Road, Romford")
    assert (found.gp_practice, found.named_lead) == ("Example Surgery", hub.coordinator.id)
    assert (found.admitted_on, found.expected_on) == (date(2020, 11, 3), date(2020, 11, 18))
    assert (found.mental_capacity, found.best_interests_by) == (Capacity.BEST_INTERESTS, "their daughter")
    asked = (found.dols_asked, found.family_asked, found.carer_asked)
    assert asked == (YesNo.NO, YesNo.YES, YesNo.NOT_KNOWN)


def test_what_cant_be_read_of_it_costs_no_row_and_is_said(hub: AHub) -> None:
    done = take(
        hub,
        "admitted_on,expected_on,named_lead,mental_capacity,dols_asked",
        "soon,31/31/2020,Nobody Here,lacks capacity,perhaps",
    )
    row = done.report.rows[0]
    assert row.outcome is Outcome.CHANGED
    said = {each.field: each.reason for each in row.remarks}
    assert {"admitted_on", "expected_on", "named_lead", "mental_capacity", "dols_asked"} <= set(said)
    assert all("left empty" in said[field] for field in ("admitted_on", "named_lead", "mental_capacity"))
    assert details(hub).mental_capacity is Capacity.NOT_KNOWN


def test_a_list_that_doesnt_know_wipes_nothing_out_and_what_was_written_by_hand_stays(hub: AHub) -> None:
    take(hub, "hospital_number,family_asked", "00123,yes")
    again = take(hub, "hospital_number,family_asked", ",not known").report
    assert again.rows[0].outcome is Outcome.SAME
    amend = partial(patients.amend_patient, patient="P-0001", changes={"hospital_number": "00124"})
    hub.does(amend)
    kept = take(hub, "hospital_number,family_asked", "00123,no").report
    changes = {each.field: (each.new, bool(each.kept)) for each in kept.rows[0].changes}
    assert changes == {"hospital_number": ("00123", True), "family_asked": ("no", False)}


def test_that_a_list_names_another_lead_is_shown_by_name(hub: AHub) -> None:
    take(hub, "named_lead", "Cleo Coordinator")
    changed = take(hub, "named_lead", "Lee Lead").report.rows[0].changes
    assert [(each.old, each.new) for each in changed] == [("Cleo Coordinator", "Lee Lead")]


def test_a_systems_list_without_names_brings_admission_and_expected_date(hub: AHub) -> None:
    hub.patient("Edith Sample", nhs_number="9990001006")
    source = (
        b"NHS_Number,Date_Of_Admission,Planned_Date_Of_Discharge,Current_Ward\n"
        b"9990001006,03/11/2020,18/11/2020,Ash\n"
    )
    import_file(hub.desk, kind=FileKind.PATIENTS, source=source, by=hub.coordinator)
    assert (details(hub).admitted_on, details(hub).expected_on) == (date(2020, 11, 3), date(2020, 11, 18))


def test_fhir_brings_what_it_has_of_it(hub: AHub) -> None:
    own = {"system": "https://hospital.example/mrn", "value": "00123", "type": {"coding": [{"code": "MR"}]}}
    home = {"use": "home", "line": ["14 Example Road"], "city": "Romford", "postalCode": "ZZ1 1AA"}
    old = {"use": "old", "line": ["1 Before Street"], "postalCode": "ZZ9 9ZZ"}
    practice = {"resourceType": "Organization", "id": "g", "name": "Example Surgery"}
    someone = patient(
        identifier=[nhs_number("9990001006"), own],
        address=[old, home],
        generalPractitioner=[{"reference": "Organization/g"}],
    )
    source = bundle(someone, stay(), request(), practice)
    import_file(hub.desk, kind=FileKind.FHIR, source=source, by=hub.coordinator)
    found = details(hub)
    assert (found.hospital_number, found.home_address, found.postcode) == (
        "00123", "14 Example Road, Romford", "ZZ1 1AA",
    )  # fmt: skip
    assert (found.gp_practice, found.admitted_on) == ("Example Surgery", date(2020, 11, 3))
    assert preview(hub.desk, kind=FileKind.FHIR, source=source).same == 1


# two records, hubs of old


def test_of_two_records_the_one_that_knows_is_proposed(hub: AHub) -> None:
    hub.patient()
    hub.patient("Ada Shah", **SAID)
    hub.does(
        partial(
            merge_patients,
            patient="P-0001",
            other="P-0002",
            take={"mental_capacity": "other", "hospital_number": "other"},
            reason="the same person",
        )
    )
    found = details(hub)
    assert (found.mental_capacity, found.best_interests_by) == (
        Capacity.BEST_INTERESTS, "their daughter, with the ward",
    )  # fmt: skip
    assert found.hospital_number == "H0012345"


@pytest.fixture
def old(hub: AHub, monkeypatch: pytest.MonkeyPatch) -> AHub:
    """A hub whose records are as the version before wrote them, one by hand and one from a list."""
    new = {*SAID, "named_lead"}

    def dumped(details: PatientDetails) -> dict[str, Any]:
        return {name: value for name, value in dump(details).items() if name not in new}

    with monkeypatch.context() as before:
        before.setattr("discharge.actions.patients.dump", dumped)
        hub.patient("Ada Shah", ward="Elm")
        source = f"{HEAD},ward\n{EDITH},Oak\n".encode()
        import_file(hub.desk, kind=FileKind.PATIENTS, source=source, by=hub.coordinator)
    hub.desk.close()
    with closing(driver.connect(hub.path)) as raw:
        raw.execute("PRAGMA user_version = 13")
    hub.desk = Desk.open(hub.path, clock=hub.clock)
    hub.desk.sign_in(hub.coordinator.id)
    return hub


def test_a_hub_of_the_version_before_opens_and_says_not_known(old: AHub) -> None:
    assert migrations.CURRENT > 13
    assert [one.why for one in old.desk.backups()] == [f"before-version-{migrations.CURRENT}"]
    assert details(old).mental_capacity is Capacity.NOT_KNOWN
    old.does(partial(patients.amend_patient, patient="P-0001", changes={"family_asked": YesNo.YES}))
    seq = old.desk.ask(lambda queries: queries.head())
    entry = old.desk.ask(lambda queries: queries.record_entry(seq))
    assert [each.field for each in entry.differences or ()] == ["family_asked"]


def test_in_a_hub_of_the_version_before_only_what_was_written_counts_as_written(old: AHub) -> None:
    old.does(partial(patients.amend_patient, patient="P-0002", changes={"ward": "Ash"}))
    source = f"{HEAD},ward,family_asked\n{EDITH},Oak,yes\n".encode()
    done = import_file(old.desk, kind=FileKind.PATIENTS, source=source, by=old.coordinator)
    assert {each.field: bool(each.kept) for each in done.report.rows[0].changes} == {
        "ward": True, "family_asked": False,
    }  # fmt: skip
    old.does(partial(take_back_import, group=done.report.group, reason="the wrong list"))
    assert details(old, "P-0002").family_asked is YesNo.NOT_KNOWN
