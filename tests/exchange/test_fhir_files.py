"""FHIR files as they come: people and their references, what is listed, what is said of a broken file."""

from __future__ import annotations

import ast
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from discharge.exchange.fhir import resources
from discharge.exchange.fhir.bundle import read_fhir
from discharge.exchange.fhir.documents import Document
from discharge.exchange.fhir.resources import Part
from discharge.exchange.known_people import KnownHub, KnownPerson, Person
from discharge.exchange.report import Imported, Outcome, RowOutcome
from discharge.model.errors import BrokenFile
from discharge.model.identifiers import NoNumber
from discharge.model.infection import Test
from discharge.model.patient import Care, Pathway
from tests.beside import FOLDER
from tests.exchange.fhir_files import (
    NHS_NUMBER,
    POSITIVE,
    Json,
    bundle,
    ndjson,
    nhs_number,
    observation,
    patient,
    request,
    snomed,
    stay,
)
from tests.house import code
from tests.over import over

NOW = datetime(2020, 11, 16, 8, 0, tzinfo=UTC)
HUB = KnownHub((), {}, frozenset({"sars-cov-2"}))


def read(source: bytes | Path, hub: KnownHub = HUB, now: datetime = NOW) -> Imported[Any]:
    return read_fhir(source, hub, now=now)


def row(read: Imported[Any], number: int = 1) -> RowOutcome:
    return next(each for each in read.report.rows if each.row == number)


def remarks(one: RowOutcome) -> str:
    return " | ".join(str(each) for each in one.remarks)


def only(*resources: Json) -> tuple[Person, RowOutcome]:
    found = read(bundle(*resources))
    assert len(found.found) == 1, [remarks(each) for each in found.report.rows]
    return found.found[0], row(found)


def known(*resources: Json, name: str = "P-0012") -> KnownHub:
    person, _ = only(*resources)
    there = KnownPerson(name, person.details, frozenset(person.observations))
    return KnownHub((there,), {}, HUB.organisms)


def results(found: Imported[Any]) -> list[tuple[str | None, list[str]]]:
    return [
        (one.details.nhs_number, [each.result for each in one.observations if isinstance(each, Test)])
        for one in found.found
    ]


# who they are


def test_a_person_comes_in_as_a_row_of_a_wards_list_would() -> None:
    person, outcome = only(patient(), stay(), request(), observation())
    details = person.details
    assert outcome.outcome is Outcome.TAKEN
    assert (details.name, details.nhs_number, details.born) == (
        "Edith Sample", "9990001006", date(1934, 2, 17),
    )  # fmt: skip
    assert (details.sex, details.postcode) == ("female", "ZZ1 1AA")
    assert (details.hospital, details.ward) == ("RF4QH", "Elm")
    assert (details.pathway, details.priority, details.ready_on) == (Pathway.P3, 2, date(2020, 11, 15))
    assert details.care == Care(level="nursing", specialism="general")
    assert [each.kind for each in person.observations] == ["test"]


@over("written, words", [("1940", "1940"), ("1940-05", "1940-05"), ("", "")])
def test_a_birth_date_that_isnt_whole_is_kept_as_it_is_and_no_day_is_made_up(
    written: str, words: str
) -> None:
    person, outcome = only(patient(birthDate=written), request())
    assert (person.details.born, person.details.born_words) == (None, words)
    assert "an age limit keeps the person out" in remarks(outcome)


@over(
    "names, taken",
    [
        ([{"use": "old", "text": "Edith Before"}, {"use": "official", "text": "Edith Now"}], "Edith Now"),
        ([{"use": "usual", "text": "Edie Now"}, {"use": "official", "text": "Edith Now"}], "Edith Now"),
        ([{"use": "maiden", "text": "E Maiden"}, {"family": "Now", "given": ["Edith", None, "May"]}],
         "Edith May Now"),
        ([{"use": "official", "text": "Ended", "period": {"end": "2001"}}, {"text": "Edith Now"}],
         "Edith Now"),
    ],
)  # fmt: skip
def test_the_name_that_counts_now_is_taken(names: list[Json], taken: str) -> None:
    assert only(patient(name=names), request())[0].details.name == taken


@over(
    "gender, sex",
    [("male", "male"), ("female", "female"), ("other", "other"), ("unknown", "unknown")],
)
def test_a_gender_of_other_or_unknown_is_kept_as_that(gender: str, sex: str) -> None:
    assert only(patient(gender=gender), request())[0].details.sex == sex


def test_a_person_without_an_nhs_number_has_the_reason_in_its_place() -> None:
    unknown, _ = only(patient(number=""), request())
    assert unknown.details.no_number is NoNumber.NOT_KNOWN
    traced = patient(number="", identifier=[nhs_number("", status="04")])
    assert only(traced, request())[0].details.no_number is NoNumber.NOT_TRACED


def test_an_nhs_number_that_isnt_verified_is_said_and_an_old_one_isnt_taken() -> None:
    person, outcome = only(
        patient(identifier=[
            {"use": "old", "system": NHS_NUMBER, "value": "9990001022"},
            nhs_number("999 000 1006", status="number-present-but-not-traced"),
        ]),
        request(),
    )  # fmt: skip
    assert person.details.nhs_number == "9990001006"
    assert "isn't verified" in remarks(outcome)


def test_an_unverified_number_of_somebody_with_another_name_is_asked_about() -> None:
    hub = known(patient(), request())
    other = patient(
        identifier=[nhs_number("9990001006", status="02")],
        name=[{"family": "Otherwise", "given": ["Bob"]}],
        birthDate="1950-01-01",
    )
    found = row(read(bundle(other, request()), hub))
    assert found.outcome is Outcome.HELD
    assert "isn't verified, and is that of P-0012, who has another name" in remarks(found)


def test_two_numbers_that_differ_keep_somebody_out() -> None:
    numbers = [nhs_number("9990001006"), nhs_number("9990001014")]
    found = row(read(bundle(patient(identifier=numbers), request())))
    assert found.outcome is Outcome.REJECTED
    assert "is given 2 times" in remarks(found)


@over(
    "more",
    [
        {"deceasedBoolean": True},
        {"deceasedDateTime": "2020-11-14"},
        {"deceasedDateTime": "2020"},
        {"extension": [{
            "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus",
            "extension": [{"url": "deathNotificationStatus",
                           "valueCodeableConcept": {"coding": [{"code": "2"}]}}],
        }]},
    ],
)  # fmt: skip
def test_whoever_has_died_isnt_entered_and_is_asked_about_where_the_hub_has_them(more: Json) -> None:
    new = read(bundle(patient(**more), request()))
    assert not new.found
    assert "has died" in remarks(row(new))
    assert row(new).harmless
    there = read(bundle(patient(**more), request()), known(patient(), request()))
    assert [(one.id, "has died" in one.said) for one in there.report.gone] == [("P-0012", True)]


@over(
    "more",
    [
        {"deceasedBoolean": False},
        {"extension": [{
            "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus",
            "extension": [{"url": "deathNotificationStatus",
                           "valueCodeableConcept": {"coding": [{"code": "U"}]}}],
        }]},
    ],
)  # fmt: skip
def test_a_death_notification_that_was_removed_is_no_death(more: Json) -> None:
    assert only(patient(**more), request())[0].details.name == "Edith Sample"


def test_nobody_is_gone_for_not_being_in_the_file() -> None:
    hub = known(patient(), request())
    found = read(bundle(patient("p2", "9990001014", birthDate="1950-02-01"), request("Patient/p2")), hub)
    assert found.report.gone == ()


# where they are, where to


def test_of_a_bed_the_ward_is_taken_and_the_code_of_its_site() -> None:
    ward = {"resourceType": "Location", "id": "w", "name": "Ash", "partOf": {"reference": "Location/s"},
            "physicalType": {"coding": [{"code": "wa"}]}}  # fmt: skip
    bed = {"resourceType": "Location", "id": "b", "name": "Bed 4", "partOf": {"reference": "Location/w"},
           "physicalType": {"coding": [{"code": "bd"}]}}  # fmt: skip
    site = {"resourceType": "Location", "id": "s", "name": "Queen's",
            "identifier": [{"system": "https://fhir.nhs.uk/Id/ods-site-code", "value": "RF4QH"}]}  # fmt: skip
    of_trusts = "https://fhir.nhs.uk/Id/ods-organization-code"
    trust = {"resourceType": "Organization", "id": "t", "identifier": [{"system": of_trusts, "value": "RF4"}]}
    there = stay(
        location=[
            {"location": {"display": "Emergency"}, "status": "completed"},
            {"location": {"reference": "Location/b"}, "status": "active"},
        ],
        serviceProvider={"reference": "Organization/t"},
    )
    person, _ = only(patient(), there, request(), ward, bed, site, trust)
    assert (person.details.ward, person.details.hospital) == ("Ash", "RF4QH")


def test_somebody_whose_stay_is_over_is_asked_about() -> None:
    found = row(read(bundle(patient(), stay(status="finished"), request())))
    assert found.outcome is Outcome.HELD
    assert "their stay in hospital is over" in remarks(found)


def test_without_a_referral_that_names_a_pathway_nobody_new_comes_in() -> None:
    found = row(read(bundle(patient(), stay(), request(pathway="X-ray of the chest"))))
    assert found.outcome is Outcome.REJECTED
    assert "pathway: isn't named by any ServiceRequest of theirs" in remarks(found)


@over(
    "more, said",
    [
        ({"status": "revoked"}, "is revoked"),
        ({"status": "entered-in-error"}, "is entered in error"),
        ({"doNotPerform": True}, "is not to be done"),
        ({"intent": "proposal"}, "is no order, its intent is 'proposal'"),
        ({"intent": "plan"}, "its intent is 'plan'"),
        ({"intent": "option"}, "its intent is 'option'"),
        ({"intent": "directive"}, "its intent is 'directive'"),
        ({"intent": "wish"}, "its intent is 'wish'"),
    ],
)
def test_a_referral_that_doesnt_count_names_no_pathway(more: Json, said: str) -> None:
    found = row(read(bundle(patient(), request(**more))))
    assert found.outcome is Outcome.REJECTED
    assert "pathway: isn't named by any ServiceRequest of theirs that counts" in remarks(found)
    assert said in remarks(found)
    there = read(bundle(patient(), request(**more)), known(patient(), request()))
    assert row(there).outcome is Outcome.SAME


@pytest.mark.parametrize("intent", ["order", "original-order", "filler-order", "instance-order", ""])
def test_a_referral_that_is_an_order_of_any_kind_names_the_pathway(intent: str) -> None:
    person, _ = only(patient(), request(intent=intent) if intent else _without_intent())
    assert person.details.pathway is Pathway.P3


def _without_intent() -> Json:
    return {key: value for key, value in request().items() if key != "intent"}


def test_of_two_referrals_the_later_counts_and_two_of_one_day_are_asked_of_the_hospital() -> None:
    later = request(pathway="Pathway 2 - D2A", id="s2", authoredOn="2020-11-15")
    person, outcome = only(patient(), request(), later)
    assert person.details.pathway is Pathway.P2
    assert "is the latest of 2 referrals" in remarks(outcome)
    both = row(read(bundle(patient(), request(), {**later, "authoredOn": "2020-11-14"})))
    assert both.outcome is Outcome.REJECTED
    assert "is named as P2 and P3" in remarks(both)


@over("said", ["Not for Pathway 3", "Pathway 3 declined", "no longer P3"])
def test_a_pathway_that_a_referral_takes_back_is_asked_about(said: str) -> None:
    found = row(read(bundle(patient(), request(pathway=said))))
    assert found.outcome is Outcome.HELD
    assert "may mean another than P3" in remarks(found)


def test_what_fhir_leaves_open_is_filled_in_for_somebody_new_and_said() -> None:
    bare = {name: each for name, each in request().items() if name not in ("priority", "occurrenceDateTime")}
    person, outcome = only(patient(), bare)
    assert (person.details.priority, person.details.ready_on) == (4, date(2020, 11, 14))
    assert "taken as routine" in remarks(outcome)
    assert "the day when it was written is taken" in remarks(outcome)
    assert row(read(bundle(patient(), bare), known(patient(), request()))).outcome is Outcome.SAME


def test_of_somebody_known_by_number_a_result_alone_is_enough() -> None:
    hub = known(patient(), request())
    alone = observation(
        of="Patient/elsewhere",
        subject={"identifier": {"system": NHS_NUMBER, "value": "999 000 1006"}},
        valueCodeableConcept=snomed(POSITIVE),
    )
    found = read(bundle(alone), hub)
    assert results(found) == [("9990001006", ["positive"])]
    stranger = row(read(bundle(alone)))
    assert stranger.outcome is Outcome.REJECTED
    assert "is nobody of the hub" in remarks(stranger)


# what names whom


def absolute(resource: Json, url: str) -> Json:
    return {"fullUrl": url, "resource": resource}


@over(
    "place, reference",
    [
        ("", "Patient/p1"),
        ("", "Patient/p1/_history/2"),
        ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"),
        ("https://fhir.example/R4/Patient/p1", "https://fhir.example/R4/Patient/p1"),
        ("https://fhir.example/R4/Patient/p1", "Patient/p1"),
        ("", "https://fhir.example/R4/Patient/p1"),
        ("", f"Patient?identifier={NHS_NUMBER}|9990001006"),
    ],
)
def test_a_reference_finds_its_person_however_it_is_written(place: str, reference: str) -> None:
    someone = absolute(patient(), place) if place else patient()
    found = read(bundle(someone, request(reference), observation(reference)))
    assert results(found) == [("9990001006", ["negative"])]


def test_a_reference_by_the_hospitals_own_number_finds_its_person() -> None:
    own = {"system": "https://hospital.example/mrn", "value": "H123"}
    someone = patient(identifier=[nhs_number("9990001006"), own])
    found = read(bundle(someone, request(), observation(subject={"identifier": own})))
    assert results(found) == [("9990001006", ["negative"])]


def test_a_person_who_stands_inside_the_resource_is_read() -> None:
    inside = observation("#p1", contained=[patient()])
    referred = request("#p1", contained=[patient()])
    hub = known(patient(), request())
    assert results(read(bundle(inside), hub)) == [("9990001006", ["negative"])]
    assert read(bundle(referred)).found[0].details.name == "Edith Sample"


def test_two_of_one_name_on_two_servers_are_two_people() -> None:
    one = absolute(patient(), "https://a.example/Patient/p1")
    other = absolute(patient("p1", "9990001014", birthDate="1950-02-01"), "https://b.example/Patient/p1")
    found = read(bundle(
        one, other, request("https://a.example/Patient/p1"),
        absolute(request("Patient/p1", id="s2"), "https://b.example/ServiceRequest/s2"),
        observation("Patient/p1"),
    ))  # fmt: skip
    assert results(found) == [("9990001006", []), ("9990001014", [])]
    assert "leads to two of the file" in remarks(row(found, 5))


def test_a_reference_that_leads_to_one_and_gives_the_number_of_another_is_refused() -> None:
    wrong = observation(
        subject={"reference": "Patient/p1", "identifier": {"system": NHS_NUMBER, "value": "9990001014"}}
    )
    found = read(bundle(patient(), request(), wrong))
    assert row(found, 3).outcome is Outcome.REJECTED
    assert "leads to one person and gives the NHS number of another" in remarks(row(found, 3))


def test_a_result_of_somebody_who_isnt_in_the_file_is_rejected_and_said() -> None:
    found = read(bundle(patient(), request(), observation("Patient/p9")))
    assert row(found, 3).is_fault
    assert "is about somebody who isn't in the file" in remarks(row(found, 3))


def test_of_two_versions_the_newer_counts() -> None:
    old = observation(meta={"lastUpdated": "2020-11-14T20:00:00Z"})
    new = observation(
        status="corrected",
        valueCodeableConcept=snomed(POSITIVE),
        meta={"lastUpdated": "2020-11-15T20:00:00Z"},
    )
    for order in ((old, new), (new, old)):
        assert results(read(bundle(patient(), request(), *order))) == [("9990001006", ["positive"])]
    untold = read(
        bundle(patient(), request(), observation(), observation(valueCodeableConcept=snomed(POSITIVE)))
    )
    assert "nothing says which is newer" in remarks(row(untold))
    assert row(untold).outcome is Outcome.HELD
    assert not untold.found


def test_of_two_records_of_one_person_of_which_nothing_says_which_is_newer_none_counts() -> None:
    for more in ((), (patient(meta={"lastUpdated": "2020-11-15T20:00:00Z"}),)):
        found = read(bundle(patient(), patient(gender="male"), *more, request(), observation()))
        assert not found.found
        assert len({each.row for each in found.report.rows}) == found.report.read == 4 + len(more)
        assert found.report.rejected == found.report.faults == found.report.read


@over(
    "words",
    [
        "Presumptive negative", "Negative, awaiting confirmation", "Result pending; previous swab negative",
        "Probably not detected", "Negative so far", "Insufficient sample, control negative",
        "Test not performed: last one negative", "To follow, negative on admission",
    ],
)  # fmt: skip
def test_a_negative_that_its_words_hedge_is_asked_about_and_never_taken(words: str) -> None:
    found = read(bundle(patient(), request(), observation(valueCodeableConcept=None, valueString=words)))
    assert not found.found
    assert row(found).outcome is Outcome.HELD


def test_a_test_for_the_virus_in_another_systems_codes_is_asked_about_and_never_passed_over() -> None:
    code = {"coding": [{"system": "urn:lab", "code": "CVPCR", "display": "COVID-19 PCR"}]}
    value = {"coding": [{"system": "urn:lab", "code": "P"}]}
    found = read(bundle(patient(), request(), observation(code=code, valueCodeableConcept=value)))
    assert "a result that isn't known here (P)" in remarks(row(found))
    assert row(found).outcome is Outcome.HELD
    vaccine = observation(code={"text": "COVID-19 vaccination status"}, valueCodeableConcept=value)
    assert read(bundle(patient(), request(), vaccine)).report.left_out == 1


@over("when", [None, "2020-11-14", "2020-11-14T09:30:00"])
def test_a_result_entered_in_error_of_which_nothing_says_the_specimen_is_asked_about(
    when: str | None,
) -> None:
    wrong = observation(status="entered-in-error", effectiveDateTime=when)
    found = read(bundle(patient(), request(), wrong))
    assert row(found).outcome is Outcome.HELD
    assert "was entered in error" in remarks(row(found))


@over(
    "system, number",
    [
        (NHS_NUMBER, "999 000 1006"), ("urn:oid:2.16.840.1.113883.2.1.4.1", "9990001006"),
        ("http://fhir.nhs.net/Id/nhs-number", "999-000-1006"),
    ],
)  # fmt: skip
def test_an_nhs_number_is_one_however_it_is_spaced_and_by_each_name_of_its_system(
    system: str, number: str
) -> None:
    result = observation(subject={"identifier": {"system": NHS_NUMBER, "value": "9990001006"}})
    who = patient(identifier=[{"system": system, "value": number}])
    assert results(read(bundle(who, request(), result))) == [("9990001006", ["negative"])]


def test_a_result_alone_that_names_nobody_by_a_right_number_says_so() -> None:
    alone = observation(subject={"identifier": {"system": NHS_NUMBER, "value": "99900010"}})
    said = remarks(row(read(json.dumps(alone).encode())))
    assert "by which the file names somebody without a Patient in it, isn't one" in said
    assert "have it sent with the right number" in said
    assert "99900010" not in said


def test_a_first_line_that_is_cut_short_or_a_long_bundle_costs_no_other_line() -> None:
    whole = ndjson(patient(), request(), observation())
    cut = b'{"resourceType": "Organization", "id\n' + whole
    assert [each.is_fault for each in read(cut).report.rows] == [True, False]
    others = [{"resourceType": "Medication", "id": "m", "text": "x" * 70_000}]
    line = json.dumps(json.loads(bundle(*others))).encode() + b"\n"
    assert len(read(line + whole).found) == 1


def test_a_report_gives_its_results_the_time_and_one_that_says_otherwise_is_named() -> None:
    seen = observation(effectiveDateTime=None, issued=None)
    report: Json = {
        "resourceType": "DiagnosticReport", "id": "d", "status": "final", "code": snomed("1321291000000100"),
        "subject": {"reference": "Patient/p1"}, "result": [{"reference": "Observation/o1"}],
        "specimen": [{"reference": "Specimen/k"}], "issued": "2020-11-15T10:00:00Z",
    }  # fmt: skip
    specimen = {
        "resourceType": "Specimen",
        "id": "k",
        "collection": {"collectedDateTime": "2020-11-14T07:00:00Z"},
    }
    person, _ = only(patient(), request(), seen, report, specimen)
    (test,) = person.observations
    assert isinstance(test, Test)
    assert test.specimen_at == datetime(2020, 11, 14, 7, tzinfo=UTC)
    assert test.reported_at == datetime(2020, 11, 15, 10, tzinfo=UTC)
    otherwise = {**report, "conclusionCode": [snomed(POSITIVE)]}
    found = row(read(bundle(patient(), request(), seen, otherwise, specimen)))
    assert "contradicts its report" in remarks(found)
    alone = {**otherwise, "result": [], "effectiveDateTime": "2020-11-14T07:00:00Z"}
    assert results(read(bundle(patient(), request(), alone))) == [("9990001006", ["positive"])]


# what isn't read


def test_what_isnt_read_is_listed_with_its_places() -> None:
    others = [{"resourceType": "Condition", "id": f"c{at}"} for at in range(3)]
    found = read(bundle(*others, {"resourceType": "Flag"}, patient(), request()))
    assert "Condition: isn't read here: 3 Condition (entries 1, 2 and 3)" in remarks(row(found, 1))
    assert "1 Flag (entry 4)" in remarks(row(found, 4))
    assert all(row(found, at).harmless for at in (1, 4))
    assert found.report.faults == 0
    assert found.report.read == found.report.new + found.report.rejected == 3


@over(
    "broken, said",
    [
        (observation(modifierExtension=[{"url": "https://x.example/not"}]), "may turn its meaning round"),
        (observation(implicitRules="https://x.example/rules"), "has implicitRules"),
        (observation(status=None), "can't be read: status"),
        (observation(code="positive"), "can't be read: code"),
    ],
)
def test_a_result_that_cant_be_read_holds_its_person_up(broken: Json, said: str) -> None:
    found = row(read(bundle(patient(), request(), broken)))
    assert found.outcome is Outcome.HELD
    assert said in remarks(found)


def test_an_entry_that_asks_for_something_is_said_and_not_done() -> None:
    found = read(bundle(patient(), request(), {"request": {"method": "DELETE", "url": "Patient/p1"}},
                        kind="transaction"))  # fmt: skip
    assert "asks for DELETE without a resource; that isn't done" in remarks(row(found, 3))
    assert len(found.found) == 1


@over("kind", ["collection", "searchset", "message", "transaction", "document", "batch"])
def test_a_bundle_of_any_kind_is_read(kind: str) -> None:
    assert len(read(bundle(patient(), request(), kind=kind)).found) == 1


def test_that_an_answer_goes_on_elsewhere_is_said() -> None:
    more = bundle(patient(), request(), kind="searchset", link=[{"relation": "next", "url": "x"}])
    assert any("there is a next page" in note for note in read(more).report.notes)


# the file as a whole


def test_a_resource_a_line_is_read_line_by_line_and_a_bad_line_costs_itself_alone() -> None:
    lines = ndjson(patient(), request(), observation()).splitlines(keepends=True)
    text = b"".join([lines[0], b"\n", b'{"resourceType": "Observation", "id": }\n', *lines[1:]])
    found = read(text)
    assert results(found) == [("9990001006", ["negative"])]
    bad = row(found, 2)
    assert (bad.line, bad.is_fault) == (3, True)
    assert "is not JSON: column 39: expecting value" in remarks(bad)


def test_a_line_of_ndjson_may_be_a_bundle_and_a_file_one_resource() -> None:
    whole = json.loads(bundle(patient(), request()))
    assert len(read(ndjson(whole, observation())).found) == 1
    assert row(read(json.dumps(patient()).encode())).outcome is Outcome.REJECTED


def test_each_entry_is_found_at_its_line() -> None:
    text = bundle(patient(), {"resourceType": "Condition"}, request())
    entries = list(Document(text).entries())
    lines = text.decode().splitlines()
    assert [each.number for each in entries] == [1, 2, 3]
    assert all(lines[each.line - 1].strip() == "{" for each in entries)


@over(
    "content, said",
    [
        (b"", "is empty"),
        (b"name,born\n", "is not JSON"),
        (b"[1, 2]", "is a list of resources"),
        (b'<Bundle xmlns="http://hl7.org/fhir"/>', "is FHIR as XML"),
        (b'{"type": "FeatureCollection"}', "is JSON, and no FHIR"),
        (b'{"resourceType": "Bundle", "type": "history"}', "older versions"),
        (b'{\n "resourceType": "Bundle",\n "entry": [{"resource": {]}', "line 3, column 26"),
        (b'{"resourceType": "Bundle", "entry": [{},]}', "nothing follows the comma"),
        (b'{"resourceType": "Bundle"} x', "something stands after its end"),
        (b'{"resourceType": "Patient", "id": "1", "id": "2"}', "twice"),
        (b'{"resourceType": "Bundle", "entry": [\n{"resource": {"id": 1, "id": 2}}]}', "begins in line 2"),
        (b'{"resourceType": "Bundle", "total": NaN}', "NaN is no number"),
        (b'{"resourceType": "Bundle", "total": ' + b"9" * 5000 + b"}", "more digits than can be read"),
        (b'{"resourceType": "Patient",\n "id": "\xff"}', "is not UTF-8 text from line 2 on"),
        (b'{"a":' + b"[" * 100_000, "is nested too deep"),
        (b'{"resourceType": "Bundle", "entry"', "is not JSON: line 1"),
    ],
)
def test_a_broken_file_is_said_in_a_sentence_with_the_line(content: bytes, said: str) -> None:
    with pytest.raises(BrokenFile) as broken:
        read(content)
    assert said in str(broken.value)


def test_no_remark_quotes_a_name_a_number_or_an_id() -> None:
    found = read(bundle(
        patient("9990001006", gender="?", birthDate="17/02/1934"), request("Patient/9990001006"),
        observation("Patient/9990001006", issued="soon"), observation("Patient/9990001014", id="9990001022"),
    ))  # fmt: skip
    text = found.report.as_csv()
    for private in ("9990001006", "9990001014", "9990001022", "Sample", "1934"):
        assert private not in text


# what others published


@pytest.mark.beside("data/fhir/observation-SARS-CoV-2-ORGY.json")
def test_the_published_detection_by_an_antibody_method_is_refused_and_the_contradiction_named() -> None:
    names = ("patient-RichardSmith", "observation-SARS-CoV-2-ORGY", "diagnosticreport-SARS-CoV-2-ORGY")
    resources = [json.loads((FOLDER / "data" / "fhir" / f"{name}.json").read_bytes()) for name in names]
    for source in (bundle(*resources), ndjson(*resources), json.dumps(resources[1]).encode()):
        found = read(source)
        assert not found.found
        said = remarks(row(found))
        assert "contradicts itself: its code is of the detection of the virus, its method measures" in said
        assert "an NHS number has ten digits" in said


@pytest.mark.beside("data/formats/samples/fhir_bundle_sample.json")
def test_the_sample_of_the_format_is_read() -> None:
    path = FOLDER / "data" / "formats" / "samples" / "fhir_bundle_sample.json"
    found = read(path, now=datetime(2026, 11, 29, 12, tzinfo=UTC))
    assert results(found) == [("9990002002", ["negative"])]
    assert found.found[0].details.born_words == "1941-05"
    assert [each.outcome for each in found.report.rows] == [Outcome.CHANGED, Outcome.REJECTED]
    assert "has died on Fri 20 Nov 2026" in remarks(row(found, 2))


def test_every_element_that_is_declared_is_read_somewhere() -> None:
    read = {
        node.attr
        for _, tree in code("discharge/exchange/fhir", having=".")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
    }
    parts = [each for each in vars(resources).values() if isinstance(each, type) and issubclass(each, Part)]
    declared = {name for part in parts for name in part.model_fields}
    assert {"effective_instant", "collected_period"} <= declared
    assert declared <= read


@over(
    "older, newer",
    [
        ("2020-11-15T09:00:00+01:00", "2020-11-15T08:30:00Z"),
        ("2020-11-15T09:00:00Z", "2020-11-15T09:00:00.5Z"),
        ("2020-11-15T09:00:00Z", "2020-11-15T08:00:00-02:00"),
    ],
)
def test_of_two_versions_the_newer_is_told_by_the_instant_and_not_by_its_spelling(
    older: str, newer: str
) -> None:
    was = observation(meta={"lastUpdated": older})
    now = observation(value=POSITIVE, meta={"lastUpdated": newer})
    for order in ((was, now), (now, was)):
        assert results(read(bundle(patient(), request(), *order))) == [("9990001006", ["positive"])]


@over("meta", [{"versionId": "\u00b2"}, {"lastUpdated": "yesterday"}, {"versionId": []}, {"lastUpdated": 5}])
def test_a_version_that_cant_be_told_is_asked_about_and_neither_is_taken(meta: Json) -> None:
    other = observation(value=POSITIVE, meta={"versionId": "1"})
    found = read(bundle(patient(), request(), observation(meta=meta), other))
    assert row(found).outcome is Outcome.HELD


def test_a_positive_in_a_bundle_inside_another_is_read() -> None:
    inner = json.loads(bundle(observation(value=POSITIVE)))
    for source in (bundle(patient(), request(), inner), ndjson(patient(), request(), inner)):
        assert results(read(source)) == [("9990001006", ["positive"])]


def test_older_versions_inside_another_bundle_are_said_and_the_others_are_read() -> None:
    inner = json.loads(bundle(observation(value=POSITIVE), kind="history"))
    found = read(bundle(patient(), request(), inner))
    assert results(found) == [("9990001006", [])]
    assert "older versions" in remarks(row(found, 3))


@over(
    "top",
    [
        {"entry": {"resource": patient()}},
        {"entry": {"resource": patient()}, "type": []},
        {"entry": [{"resource": patient()}], "link": 5},
        {"entry": [{"resource": patient()}], "link": True, "type": {}},
    ],
)
def test_whatever_stands_at_the_top_of_a_bundle_its_people_are_read(top: Json) -> None:
    assert read(json.dumps({"resourceType": "Bundle"} | top).encode()).report.read == 1
