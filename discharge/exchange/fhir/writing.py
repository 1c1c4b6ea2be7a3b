"""A hand-over pack as a FHIR R4 document (docs/fhir.md): its parts in words, and beside them, coded, what
this program's own reader reads again.

The same paper gives the same bytes. Profiles of UK Core are named; nothing stands there that isn't on record.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from discharge.exchange.fhir.resources import LOINC, NHS_NUMBER, SNOMED
from discharge.model.infection import Result, Test, organism_name
from discharge.model.paper import Paper, PaperPart
from discharge.model.patient_record import PatientDetails
from discharge.model.placement import PlacementState
from discharge.model.setting_record import SettingDetails
from discharge.model.shown.papers import IssuedPaper, PaperFacts
from discharge.words.counts import sentence_case

Json = dict[str, Any]

SEAL = "urn:uuid:5d0b4f0c-6c0e-5f5b-9f0a-2f6f1d8a7c11"
"""The system of a paper's seal: SHA-256 of all that it says, in hexadecimal."""
_PROFILE = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-"
_ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
_V2_0203 = "http://terminology.hl7.org/CodeSystem/v2-0203"
_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_NOT_TRACED: Json = {
    "url": f"{_PROFILE.replace('UKCore-', 'Extension-UKCore-')}NHSNumberVerificationStatus",
    "valueCodeableConcept": {
        "coding": [
            {
                "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland",
                "code": "02",
                "display": "Number present but not traced",
            }
        ]
    },
}
"""A hub traces no number: it has it from the ward or from paper."""
_XHTML = "http://www.w3.org/1999/xhtml"

_OF_THE_VIRUS: Mapping[Result, tuple[str, str]] = {
    "positive": ("1240581000000104", "SARS-CoV-2 detection result positive"),
    "negative": ("1240591000000102", "SARS-CoV-2 detection result negative"),
    "inconclusive": ("1321681000000104", "SARS-CoV-2 detection result equivocal"),
    "void": ("1321691000000102", "SARS-CoV-2 detection result unknown"),
}
_OF_ANY: Mapping[Result, tuple[str, str]] = {
    "positive": ("260373001", "Detected"),
    "negative": ("260415000", "Not detected"),
    "inconclusive": ("419984006", "Inconclusive"),
}
_INFECTION, _THE_STAY = "Risks: infection", "The stay"
"""The parts of the paper whose words are there as resources too."""
_PARTLY_BORN = re.compile(r"\d{4}(-\d\d)?")
_HAS_LEFT = frozenset({PlacementState.DEPARTED, PlacementState.ARRIVED, PlacementState.ENDED})


def write_document(issued: IssuedPaper, paper: Paper, facts: PaperFacts) -> bytes:
    """The document of an issued hand-over pack, given what it was made from: a Bundle of type *document*."""
    made = _Document(issued, paper, facts)
    return json.dumps(made.bundle(), ensure_ascii=False, indent=1).encode()


class _Document:
    """The resources of one document, each with an address that follows from the paper's seal."""

    def __init__(self, issued: IssuedPaper, paper: Paper, facts: PaperFacts) -> None:
        self._issued, self._paper, self._facts = issued, paper, facts
        self._details = facts.page.details
        self._at = issued.at.isoformat()

    def bundle(self) -> Json:
        resources = self._resources()
        return {
            "resourceType": "Bundle",
            "identifier": self._seal(),
            "type": "document",
            "timestamp": self._at,
            "entry": [
                {"fullUrl": self._url(name), "resource": each}
                for name, each in {"composition": self._composition(resources), **resources}.items()
            ],
        }

    def _resources(self) -> dict[str, Json]:
        """What the composition speaks of, by a name within the document."""
        details, home = self._details, self._facts.homes[self._facts.stay].details
        hub = self._facts.hub
        found = {
            "patient": _patient(details, gp=self._to("gp") if details.gp_practice else None),
            "hub": _organization(hub.name, phones=(hub.phone, hub.out_of_hours), email=hub.email),
            "home": _home(home),
        }
        if details.gp_practice:
            found["gp"] = _organization(details.gp_practice, phones=(details.handover.gp_phone,))
        if details.ward or details.hospital:
            found["stay"] = self._stay()
        found["referral"] = self._referral()
        found |= {
            each.id: self._observation(each.observation)
            for each in self._facts.page.observations
            if isinstance(each.observation, Test) and not each.withdrawn
        }
        return found

    def _url(self, name: str) -> str:
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, f'{self._issued.seal}/{self._issued.id}/{name}')}"

    def _to(self, name: str) -> Json:
        return {"reference": self._url(name)}

    def _seal(self) -> Json:
        return {"type": {"text": "Seal of the paper, SHA-256"}, "system": SEAL, "value": self._issued.seal}

    # ---------------------------------------------------------------- what it says

    def _composition(self, resources: Mapping[str, Json]) -> Json:
        seen = [name for name, each in resources.items() if each["resourceType"] == "Observation"]
        coded = {_INFECTION: seen, _THE_STAY: ["referral"]}
        issued = self._issued
        counts = f"Version {issued.version}. It counts until a newer version, or a recall, is known."
        found = _resource("Composition")
        found |= {
            "language": "en-GB",
            "text": _narrative(f"<p>{escape(self._paper.subtitle)}</p><p>{counts}</p>"),
            "identifier": self._seal(),
            "status": "final",
            "type": {
                "coding": [{"system": LOINC, "code": "18761-7", "display": "Transfer summary note"}],
                "text": sentence_case(issued.kind.words),
            },
            "subject": self._to("patient"),
            "date": self._at,
            "author": [self._to("hub")],
            "title": self._paper.title,
            "custodian": self._to("hub"),
        }
        if "stay" in resources:
            found["encounter"] = self._to("stay")
        found["section"] = [
            _section(part, [self._to(name) for name in coded.get(part.heading, ())])
            for part in self._paper.parts
        ]
        return found

    def _stay(self) -> Json:
        details = self._details
        left = self._facts.homes[0].stay.departed_at if self._facts.state in _HAS_LEFT else None
        if left is not None and left > self._issued.at:
            left = None  # the paper is of a time before that
        found = _resource("Encounter")
        found |= {
            "status": "in-progress" if left is None else "finished",
            "class": {"system": _ACT, "code": "IMP", "display": "inpatient encounter"},
            "subject": self._to("patient"),
        }
        period = {}
        if details.admitted_on is not None:
            period["start"] = details.admitted_on.isoformat()
        if left is not None:
            period["end"] = left.isoformat()
        if period:
            found["period"] = period
        if details.ward:
            there = "active" if left is None else "completed"
            found["location"] = [{"location": {"display": details.ward}, "status": there}]
        if details.hospital:
            found["serviceProvider"] = {"identifier": {"system": _ODS, "value": details.hospital}}
        return found

    def _referral(self) -> Json:
        details = self._details
        found = _resource("ServiceRequest")
        found |= {
            "status": "active",
            "intent": "order",
            "code": {"text": f"Discharge, pathway {details.pathway.value}"},
            "subject": self._to("patient"),
            "occurrenceDateTime": details.ready_on.isoformat(),
            "authoredOn": self._at,
            "performer": [self._to("home")],
        }
        care = () if details.care is None else (f"{details.care.level}, {details.care.specialism}",)
        if wanted := [{"text": each} for each in (*care, *details.needs)]:
            found["orderDetail"] = wanted
        if details.referrer:
            found["requester"] = {"display": details.referrer}
        return found

    def _observation(self, test: Test) -> Json:
        found = _resource("Observation")
        found |= {
            "status": "registered" if test.result == "pending" else "final",
            "category": [{"coding": [{"system": _CATEGORY, "code": "laboratory"}]}],
            "code": _question(test.organism),
            "subject": self._to("patient"),
            "effectiveDateTime": test.specimen_at.isoformat(),
        }
        if test.reported_at is not None:
            found["issued"] = test.reported_at.isoformat()
        return found | _answer(test)


# --- resources ------------------------------------------------------------------------------------------


def _resource(kind: str) -> Json:
    return {"resourceType": kind, "meta": {"profile": [f"{_PROFILE}{kind}"]}}


def _patient(details: PatientDetails, *, gp: Json | None) -> Json:
    found = _resource("Patient")
    numbers: list[Json] = []
    if details.nhs_number:
        numbers.append({"extension": [_NOT_TRACED], "system": NHS_NUMBER, "value": details.nhs_number})
    if details.hospital_number:
        code = {"system": _V2_0203, "code": "MR", "display": "Medical record number"}
        numbers.append({"type": {"coding": [code]}, "value": details.hospital_number})
    if numbers:
        found["identifier"] = numbers
    found["name"] = [{"use": "official", "text": details.name}]
    found["gender"] = details.sex
    if born := _born(details):
        found["birthDate"] = born
    if address := _address(details.home_address, details.postcode):
        found["address"] = [{"use": "home", **address}]
    if gp is not None:
        found["generalPractitioner"] = [gp]
    return found


def _born(details: PatientDetails) -> str:
    """The date of birth; a year or a month where only that is known, and never a day that isn't."""
    if details.born is not None:
        return details.born.isoformat()
    return details.born_words if _PARTLY_BORN.fullmatch(details.born_words) else ""


def _address(lines: str, postcode: str) -> Json:
    found: Json = {}
    if kept := [line.strip() for line in lines.splitlines() if line.strip()]:
        found["line"] = kept
    if postcode:
        found["postalCode"] = postcode
    return found


def _home(home: SettingDetails) -> Json:
    email = home.email if home.nhsmail == "yes" else ""
    found = _organization(home.name, phones=(home.phone, home.out_of_hours), email=email)
    if home.ods_code:
        found["identifier"] = [{"system": _ODS, "value": home.ods_code}]
    if address := _address(home.address, home.postcode):
        found["address"] = [address]
    return found


def _organization(name: str, *, phones: tuple[str, ...] = (), email: str = "") -> Json:
    found = _resource("Organization")
    found["name"] = name
    reached = [{"system": "phone", "value": each} for each in dict.fromkeys(phones) if each]
    reached += [{"system": "email", "value": email}] if email else []
    if reached:
        found["telecom"] = reached
    return found


def _question(organism: str) -> Json:
    name = organism_name(organism)
    if organism != "sars-cov-2":
        return {"text": f"Test for {name}"}
    display = "Detection of SARS-CoV-2"
    return {
        "coding": [{"system": SNOMED, "code": "871562009", "display": display}],
        "text": f"Test for {name}",
    }


def _answer(test: Test) -> Json:
    """The result; one that isn't there yet has none, and one that says nothing says that."""
    known = _OF_THE_VIRUS if test.organism == "sars-cov-2" else _OF_ANY
    if test.result in known:
        code, display = known[test.result]
        return {"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": code, "display": display}]}}
    why = "temp-unknown" if test.result == "pending" else "error"
    return {"dataAbsentReason": {"coding": [{"system": _ABSENT, "code": why}]}}


# --- words ----------------------------------------------------------------------------------------------


def _section(part: PaperPart, entries: list[Json]) -> Json:
    found: Json = {"title": part.heading, "text": _narrative("".join(_said(part)))}
    if entries:
        found["entry"] = entries
    return found


def _said(part: PaperPart) -> Iterator[str]:
    if part.lines:
        rows = (f"<tr><th>{_words(line.label)}</th><td>{_words(line.text)}</td></tr>" for line in part.lines)
        yield f"<table>{''.join(rows)}</table>"
    if part.table is not None:
        cells = ((f"<td>{_words(cell)}</td>" for cell in row) for row in part.table.rows)
        head = "".join(f"<th>{_words(title)}</th>" for title in part.table.columns)
        rows = (f"<tr>{''.join(row)}</tr>" for row in cells)
        yield f"<table><tr>{head}</tr>{''.join(rows)}</table>"
    if part.remark:
        yield f"<p>{_words(part.remark)}</p>"


def _words(text: str) -> str:
    return escape(text).replace("\n", "<br/>")


def _narrative(body: str) -> Json:
    """What a person reads; what can't be written in XHTML is left out of it."""
    plain = "".join(one for one in body if one >= " " or one in "\t\n")
    return {"status": "generated", "div": f'<div xmlns="{_XHTML}">{plain}</div>'}


__all__ = ["SEAL", "write_document"]
