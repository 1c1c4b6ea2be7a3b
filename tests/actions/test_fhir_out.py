"""A hand-over pack as a FHIR document: valid by the model library, and read back as the same person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fhir.resources.R4B.bundle import Bundle

from discharge.actions import papers, patients, settings
from discharge.actions.exchange import import_file, preview
from discharge.actions.file_kinds import FileKind
from discharge.actions.papers import fhir_document
from discharge.cli import main
from discharge.exchange.fhir.writing import SEAL, write_document
from discharge.exchange.report import Outcome
from discharge.model.errors import UserError
from discharge.model.infection import Test
from discharge.model.paper import PaperKind
from discharge.model.shown.papers import IssuedPaper
from discharge.store.ask.queries import Queries
from tests.actions.a_hub import TODAY, AHub
from tests.actions.test_papers import BESIDE, SAID, complete, issue

READ_BACK = (
    "name", "nhs_number", "born", "born_words", "sex", "pathway", "ready_on", "care", "needs",
    "ward", "hospital", "hospital_number", "home_address", "postcode", "gp_practice", "admitted_on",
    "referrer",
)  # fmt: skip
"""The fields of a record that the document has in resources."""
MORE: dict[str, Any] = {
    **BESIDE, "handover": SAID, "nhs_number": "9990001006", "no_number": None, "needs": ("hoist", "oxygen"),
    "postcode": "ZZ1 1AA", "hospital_number": "H-77", "referrer": "Sister <Oak> & team",
}  # fmt: skip


def document(hub: AHub, issued: IssuedPaper) -> bytes:
    return hub.desk.ask(lambda q: fhir_document(q, issued.id))


def pack(hub: AHub, **fields: Any) -> IssuedPaper:
    """An issued pack of somebody with all kinds of results."""
    placement = complete(hub)
    who = hub.desk.ask(lambda q: q.placed(placement)).patient
    meets = {"needs_met": MORE["needs"]}
    hub.does(partial(settings.amend_setting, setting="S-0001", changes=meets))
    hub.does(partial(patients.amend_patient, patient=who, changes={**MORE, **fields}))
    for result, ago in (("void", 90), ("inconclusive", 70), ("negative", 19)):
        hub.tested(who, result, hours_ago=ago)
    hub.tested(who, "negative", hours_ago=30, organism="norovirus")
    hub.walk(placement, "accepted")
    return issue(hub, PaperKind.HANDOVER, placement)


@pytest.fixture
def packed(hub: AHub) -> tuple[AHub, IssuedPaper]:
    return hub, pack(hub)


def kept(hub: AHub, name: str) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    """What a hub has of somebody that the document has too."""
    page = hub.desk.ask(lambda q: q.patient(name))
    tests = [
        (each.observation.result, each.observation.specimen_at, each.observation.reported_at)
        for each in page.observations
        if isinstance(each.observation, Test) and each.observation.organism == "sars-cov-2"
    ]
    return {field: getattr(page.details, field) for field in READ_BACK}, sorted(tests, key=lambda one: one[1])


@pytest.mark.whole
def test_the_document_is_valid_and_nothing_in_it_leads_nowhere(packed: tuple[AHub, IssuedPaper]) -> None:
    hub, issued = packed
    content = document(hub, issued)
    bundle = Bundle.model_validate_json(content)
    assert bundle.model_dump(mode="json") == json.loads(content.replace(b"+00:00", b"Z"))
    assert (bundle.type, bundle.identifier.value) == ("document", issued.seal)
    resources = [each.resource for each in bundle.entry]
    assert resources[0].get_resource_type() == "Composition"
    there = {each.fullUrl for each in bundle.entry}
    assert len(there) == len(resources)
    assert set(references(json.loads(content))) == there - {bundle.entry[0].fullUrl}
    assert content == document(hub, issued)


def references(value: Any) -> Iterator[str]:
    """Every address that something in it refers to."""
    if isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for each in value.values():
            yield from references(each)


def test_each_part_of_the_paper_is_a_section_with_its_words(packed: tuple[AHub, IssuedPaper]) -> None:
    hub, issued = packed
    [first, *_] = json.loads(document(hub, issued))["entry"]
    sections = first["resource"]["section"]
    _, paper = hub.desk.ask(lambda q: q.paper(issued.id))
    assert [each["title"] for each in sections] == [part.heading for part in paper.parts]
    for section, part in zip(sections, paper.parts, strict=True):
        said = "".join(ElementTree.fromstring(section["text"]["div"]).itertext())
        for line in part.lines:
            assert line.label in said
            assert line.text in said
    assert first["resource"]["identifier"] == {
        "type": {"text": "Seal of the paper, SHA-256"}, "system": SEAL, "value": issued.seal,
    }  # fmt: skip


def test_whoever_reads_it_back_has_the_same_person_with_the_same_results(
    packed: tuple[AHub, IssuedPaper], tmp_path: Path
) -> None:
    hub, issued = packed
    content = document(hub, issued)
    rows = preview(hub.desk, kind=FileKind.FHIR, source=content).rows
    [told] = [row for row in rows if row.about == issued.patient]
    assert (told.outcome, told.remarks) == (Outcome.SAME, ())
    other = AHub(tmp_path / "other.hub")
    other.clock.now = hub.clock.now
    done = import_file(
        other.desk, kind=FileKind.FHIR, source=content, by=other.coordinator, take_good_rows=True
    )
    assert done.changed is not None
    assert kept(other, done.changed.first) == kept(hub, issued.patient or "")
    other.desk.close()


def test_the_number_is_marked_as_not_traced_in_the_systems_own_words(
    packed: tuple[AHub, IssuedPaper],
) -> None:
    hub, issued = packed
    entries = json.loads(document(hub, issued))["entry"]
    patient = next(e["resource"] for e in entries if e["resource"]["resourceType"] == "Patient")
    number, *_ = patient["identifier"]
    assert (number["system"], number["value"]) == ("https://fhir.nhs.uk/Id/nhs-number", "9990001006")
    [status] = number["extension"]
    url = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
    assert status["url"] == url
    assert status["valueCodeableConcept"]["coding"][0]["code"] == "02"


NEW: dict[str, Any] = {
    "name": "Benedict Ode", "born": date(1939, 2, 3), "sex": "male", "pathway": "P2",
    "ready_on": TODAY - timedelta(1), "care": {"level": "nursing", "specialism": "dementia"},
    "needs": ("hoist",), "priority": 1, "ward": "Ash", "hospital": "RXX02", "hospital_number": "H-78",
    "referrer": "Dr Ash", "postcode": "ZZ1 1AB", "home_address": "2 Mill Lane", "gp_practice": "Other",
    "next_of_kin": "A son", "notes": "Likes tea", "admitted_on": date(2020, 11, 2), "max_km": 20.0,
    "max_weekly_fee": 2000.0, "local_authority": "Barking", "named_lead": "U-0002",
}  # fmt: skip
OF_A_HOME: dict[str, Any] = {
    "name": "Elm House", "phone": "020 7946 0011", "out_of_hours": "020 7946 0012", "email": "e@example.test",
    "address": "9 Elm Road", "postcode": "ZZ1 1AC", "ods_code": "VN999", "clinical_lead": "Dr B",
    "pcn": "Hill PCN", "contact": "The office", "weekly_fee": 950.0, "provider": "Elm Ltd", "rating": "good",
}  # fmt: skip


def test_what_the_document_says_is_what_the_paper_says_field_by_field(
    packed: tuple[AHub, IssuedPaper],
) -> None:
    """Whatever changes in the record: where the paper says the same, so does the document to the byte, and
    where the document differs the paper does, so that the old one can't be saved any more."""
    hub, issued = packed
    _, paper = hub.desk.ask(lambda q: q.paper(issued.id))

    def as_now(queries: Queries) -> tuple[bytes, str]:
        now = papers.paper_now(queries, kind=issued.kind, about=issued.about, stay=issued.stay)
        return write_document(issued, paper, queries.paper_facts(issued.about, issued.stay)), now.seal()

    before, differ = hub.desk.ask(as_now), 0
    person, home = issued.patient or "", issued.setting or ""
    deeds = [partial(patients.amend_patient, patient=person, changes={k: v}) for k, v in NEW.items()]
    deeds += [partial(settings.amend_setting, setting=home, changes={k: v}) for k, v in OF_A_HOME.items()]
    for deed in deeds:
        hub.does_saying_why(deed)
        after = hub.desk.ask(as_now)
        differ += after[0] != before[0]
        assert after[0] == before[0] or after[1] != before[1], f"the paper doesn't say {deed.keywords}"
        before = after
    assert differ > 20


def test_a_document_saved_once_they_have_left_is_still_that_of_when_it_was_issued(
    packed: tuple[AHub, IssuedPaper],
) -> None:
    hub, issued = packed
    at = hub.desk.ask(lambda q: q.paper_facts(issued.about, issued.stay))
    _, paper = hub.desk.ask(lambda q: q.paper(issued.id))
    before = write_document(issued, paper, at)
    hub.walk(issued.about, "departed")
    after = write_document(issued, paper, hub.desk.ask(lambda q: q.paper_facts(issued.about, issued.stay)))
    assert before == after


@pytest.mark.parametrize("born", ["1934", "about 80"])
@pytest.mark.whole
def test_a_birth_date_that_is_not_known_to_the_day_is_never_made_one(hub: AHub, born: str) -> None:
    issued = pack(hub, born=None, born_words=born)
    found = Bundle.model_validate_json(document(hub, issued))
    patient = next(each.resource for each in found.entry if each.resource.get_resource_type() == "Patient")
    assert patient.model_dump(mode="json").get("birthDate") == ("1934" if born == "1934" else None)


def test_once_the_record_says_something_else_or_the_pack_was_recalled_there_is_no_document(
    packed: tuple[AHub, IssuedPaper],
) -> None:
    hub, issued = packed
    hub.tested(issued.patient or "", "positive", hours_ago=2)
    with pytest.raises(UserError, match="Version 1 says something else than the record by now") as caught:
        document(hub, issued)
    assert caught.value.mend == "Issue it anew, and save that."
    hub.does(partial(papers.recall_paper, paper=issued.id, reason="Rung, destroyed"))
    with pytest.raises(UserError, match="Version 1 was recalled"):
        document(hub, issued)


def test_an_offer_names_nobody_and_is_no_document(hub: AHub) -> None:
    placement = complete(hub, to="approved")
    with pytest.raises(UserError, match="An offer is no FHIR document"):
        document(hub, issue(hub, PaperKind.OFFER, placement))


def test_the_command_writes_what_was_issued(
    packed: tuple[AHub, IssuedPaper], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub, issued = packed
    asked = ("paper", str(hub.desk.path), issued.about, "handover", "--out")
    document_file, paper_file = tmp_path / "pack.fhir.json", tmp_path / "pack.json"
    expected = document(hub, issued)
    _, paper = hub.desk.ask(lambda q: q.paper(issued.id))
    assert main([*asked, str(paper_file)]) == 0
    assert paper_file.read_bytes() == paper.content()
    assert main([*asked, str(document_file)]) == 0
    assert document_file.read_bytes() == expected
    assert f"Hand-over pack {issued.about}, version 1: " in capsys.readouterr().out
    assert main([*asked, str(tmp_path / "pack.pdf")]) == 2
    assert main(["paper", str(hub.desk.path), issued.about, "offer", "--out", str(paper_file)]) == 2
    said = capsys.readouterr().err
    assert "Save it as PDF in the window" in said
    assert f"No offer about {issued.about} was issued" in said
