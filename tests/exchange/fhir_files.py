"""FHIR files of invented people, put together from a few words."""

from __future__ import annotations

import json
from typing import Any

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
SNOMED = "http://snomed.info/sct"
VERIFICATION = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
ENGLAND = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland"
NEGATIVE, POSITIVE = "1240591000000102", "1240581000000104"
Json = dict[str, Any]


def snomed(code: str, display: str = "") -> Json:
    coding = {"system": SNOMED, "code": code}
    return {"coding": [coding | ({"display": display} if display else {})]}


def nhs_number(number: str, *, status: str = "01") -> Json:
    verified = {
        "url": VERIFICATION,
        "valueCodeableConcept": {"coding": [{"system": ENGLAND, "code": status}]},
    }
    return {"system": NHS_NUMBER, "value": number, "extension": [verified]}


def patient(id_: str = "p1", number: str = "9990001006", **more: Any) -> Json:
    plain = {
        "resourceType": "Patient", "id": id_, "identifier": [nhs_number(number)] if number else [],
        "name": [{"use": "official", "family": "Sample", "given": ["Edith"]}], "gender": "female",
        "birthDate": "1934-02-17", "address": [{"postalCode": "ZZ1 1AA"}],
    }  # fmt: skip
    return plain | more


def stay(of: str = "Patient/p1", **more: Any) -> Json:
    plain = {
        "resourceType": "Encounter", "id": "e1", "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": of}, "period": {"start": "2020-11-03T13:00:00+00:00"},
        "location": [{"location": {"display": "Elm"}, "status": "active"}],
        "serviceProvider": {"identifier": {
            "system": "https://fhir.nhs.uk/Id/ods-site-code", "value": "RF4QH",
        }},
    }  # fmt: skip
    return plain | more


def request(of: str = "Patient/p1", *, pathway: str = "Pathway 3", **more: Any) -> Json:
    plain = {
        "resourceType": "ServiceRequest", "id": "s1", "status": "active", "intent": "order",
        "priority": "asap", "subject": {"reference": of}, "code": {"text": f"{pathway} (invented)"},
        "orderDetail": [{"text": "nursing, general"}],
        "occurrenceDateTime": "2020-11-15", "authoredOn": "2020-11-14",
    }  # fmt: skip
    return plain | more


def observation(of: str = "Patient/p1", *, value: str = NEGATIVE, **more: Any) -> Json:
    plain = {
        "resourceType": "Observation", "id": "o1", "status": "final", "code": snomed("871562009"),
        "subject": {"reference": of}, "effectiveDateTime": "2020-11-14T09:30:00+00:00",
        "issued": "2020-11-14T20:00:00+00:00", "valueCodeableConcept": snomed(value),
    }  # fmt: skip
    given = plain | more
    return {name: each for name, each in given.items() if each is not None}


def bundle(*resources: Json, kind: str = "collection", **more: Any) -> bytes:
    entries = [each if "resource" in each or "request" in each else {"resource": each} for each in resources]
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries} | more, indent=1).encode()


def ndjson(*resources: Json) -> bytes:
    return "".join(f"{json.dumps(each)}\n" for each in resources).encode()
