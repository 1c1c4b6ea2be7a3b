"""`fhir_observations.md`, which a clinician can read: every line is tried as the Observation of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from discharge.exchange.fhir.bundle import read_fhir
from discharge.exchange.known_people import KnownHub
from discharge.exchange.report import Outcome
from discharge.model.infection import Test
from tests.exchange.fhir_files import Json, bundle, observation, patient, request, snomed, stay
from tests.over import over

HERE = Path(__file__).parent
NOW = datetime(2020, 11, 16, 8, 0, tzinfo=UTC)
HUB = KnownHub((), {}, frozenset({"sars-cov-2"}))
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def lines() -> Iterator[tuple[str, str]]:
    for line in (HERE / "fhir_observations.md").read_text(encoding="utf-8").splitlines():
        found = re.fullmatch(r"\| (.+?) \| (.+) \|", line)
        if found and found[1] not in ("the line says", "---"):
            yield found[1], found[2]


def said(line: str) -> tuple[Json, Json | None]:
    """The observation that a line tells of, and its specimen."""
    changes: Json = {}
    specimen: Json = {}
    for part in re.split(r", (?=[a-z])", line):
        words = re.sub(r"`.*", "", part).split()
        values = re.findall(r"`([^`]*)`", part)
        display = found[1] if (found := re.search(r"\(([^)]*)\)$", part)) else ""
        changes |= _change(" ".join(words), values, display, changes)
        if words[0] == "collected":
            specimen["collection"] = {"collectedDateTime": values[0]}
        elif words[0] == "specimen":
            specimen["status"] = values[0]
    if not specimen:
        return observation(**changes), None
    kept = {"resourceType": "Specimen", "id": "k1"} | specimen
    return observation(specimen={"reference": "Specimen/k1"}, **changes), kept


def _change(what: str, values: list[str], display: str, before: Json) -> Json:
    first = values[0] if values else ""
    value: Any = before.get("valueCodeableConcept", snomed("1240591000000102"))
    loinc = {"coding": [{"system": "http://loinc.org", "code": first}]}
    part = [{"code": snomed("871562009"), "valueCodeableConcept": snomed(first)}]
    known: dict[str, Json] = {
        "value": {"valueCodeableConcept": snomed(first)},
        "two values": {
            "valueCodeableConcept": {"coding": [each for code in values for each in snomed(code)["coding"]]}
        },
        "display": {"valueCodeableConcept": {**value, "text": first}},
        "value loinc": {"valueCodeableConcept": loinc},
        "code": {"code": snomed(first, display)},
        "code loinc": {"code": loinc},
        "no value": {"valueCodeableConcept": None},
        "words": {"valueCodeableConcept": None, "valueString": first},
        "boolean": {"valueCodeableConcept": None, "valueBoolean": first == "true"},
        "number": {"valueCodeableConcept": None, "valueInteger": int(first) if first.isdigit() else 0},
        "absent": {"valueCodeableConcept": None, "dataAbsentReason": {"coding": [{"code": first}]}},
        "component": {"valueCodeableConcept": None, "component": part},
        "component and": {"component": part},
        "interpretation": {"interpretation": [{"coding": [{"system": INTERPRETATION, "code": first}]}]},
        "interpreted as": {"interpretation": [{"text": first}]},
        "interpretation v": {
            "interpretation": [{"coding": [{"system": "http://hl7.org/fhir/v2/0078", "code": first}]}]
        },
        "note": {"note": [{"text": first}]},
        "period to": {
            "effectiveDateTime": None,
            "effectivePeriod": {"start": first, "end": values[-1] if values else ""},
        },
        "and period": {"effectivePeriod": {"start": first}},
        "method": {"method": snomed(first)},
        "status": {"status": first},
        "effective": {"effectiveDateTime": first},
        "instant": {"effectiveDateTime": None, "effectiveInstant": first},
        "period": {"effectiveDateTime": None, "effectivePeriod": {"start": first}},
        "no effective": {"effectiveDateTime": None},
        "issued": {"issued": first},
        "no issued": {"issued": None},
        "collected": {}, "specimen": {},
    }  # fmt: skip
    return known[what]


def test_every_result_has_its_line() -> None:
    read = {becomes.split(",")[0].split(" ")[0] for _, becomes in lines()}
    assert {"positive", "negative", "inconclusive", "void", "pending", "held", "nothing", "left"} <= read
    assert len(list(lines())) > 70


@over("line, becomes", lines())
def test_an_observation_is_read_as_the_table_says(line: str, becomes: str) -> None:
    seen, specimen = said(line)
    others = [specimen] if specimen else []
    read = read_fhir(bundle(patient(), stay(), request(), seen, *others), HUB, now=NOW)
    row = next(each for each in read.report.rows if each.row == 1)
    remarks = " ".join(str(each) for each in row.remarks)
    if becomes.startswith("held up"):
        assert row.outcome is Outcome.HELD
        assert becomes.removeprefix("held up: ") in remarks
        assert not read.found
        return
    assert row.outcome is (Outcome.CHANGED if "to be looked at" in becomes else Outcome.TAKEN), remarks
    tests = [each for each in read.found[0].observations if isinstance(each, Test)]  # type: ignore[union-attr]
    if becomes in ("nothing", "left alone"):
        assert not tests
        assert any(each.harmless for each in read.report.rows), "that it isn't taken is said"
        return
    result, _, at = becomes.removesuffix(", to be looked at").partition(" of ")
    assert [each.result for each in tests] == [result]
    if at:
        assert tests[0].specimen_at.strftime("%Y-%m-%dT%H:%M") == at
