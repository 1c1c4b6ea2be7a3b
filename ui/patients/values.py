"""Between a person's record and the fields of the form: plain values, no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discharge.model.base import YesNo
from discharge.model.infection import Observation, Symptoms, Test
from discharge.model.patient import Care
from discharge.model.patient_record import Delay, Handover, PatientDetails
from discharge.words.needs import other_needs, read_needs
from ui.patients.fields import DEFAULT_ORGANISM, HANDOVER, HANDOVER_ASKED, HANDOVER_SAID

NOT_KNOWN = ("mental_capacity", "dols_asked", "family_asked", "carer_asked")
"""Fields of which it may be that nobody knows."""


def field_values(details: PatientDetails) -> dict[str, Any]:
    """What stands in the fields of somebody on record."""
    values: dict[str, Any] = {key: getattr(details, key) for key in PatientDetails.model_fields}
    values["born"] = details.born_words if details.born is None else details.born
    values["level"] = details.care.level if details.care else None
    values["specialism"] = details.care.specialism if details.care else None
    values["other_needs"] = other_needs(details.needs)
    # that nobody knows is where nothing is chosen
    values |= {key: None for key in NOT_KNOWN if values[key].value == "not_known"}
    given = details.handover
    values.update({f"handover.{key}": getattr(given, key) for key in (*HANDOVER, *HANDOVER_SAID)})
    values |= {f"handover.{key}": _unless_unknown(getattr(given, key)) for key in HANDOVER_ASKED}
    return values


def details_of(values: Mapping[str, Any], *, before: Handover) -> PatientDetails:
    """What is entered, as the hub keeps it; raises ValidationError where it can't be."""
    given = {
        key: values[key] for key in PatientDetails.model_fields if key in values and values[key] is not None
    }
    if isinstance(given.get("born"), str):
        given["born_words"] = given.pop("born")
    given["needs"] = read_needs(values["needs"], values["other_needs"])
    given["care"] = Care(level=values["level"], specialism=values["specialism"]) if values["level"] else None
    given["delays"] = tuple(
        Delay(reason=delay.reason, primary=at == 0, since=delay.since, until=delay.until)
        for at, delay in enumerate(values["delays"])
    )
    given["handover"] = _handover(values, before)
    if given.get("no_number") is not None:
        given.pop("nhs_number", None)
    return PatientDetails(**given)


def _unless_unknown(said: YesNo) -> YesNo | None:
    return None if said is YesNo.NOT_KNOWN else said


def _handover(values: Mapping[str, Any], before: Handover) -> Handover:
    said: dict[str, Any] = {key: values[f"handover.{key}"] or "" for key in HANDOVER}
    said |= {key: values[f"handover.{key}"] for key in HANDOVER_SAID}
    said |= {key: values[f"handover.{key}"] or YesNo.NOT_KNOWN for key in HANDOVER_ASKED}
    return before.model_copy(update=said)


def observations_of(values: Mapping[str, Any]) -> list[Observation]:
    """The test and the symptoms that are entered with a new person; raises ValidationError."""
    seen: list[Observation] = []
    if values.get("test_result") is not None:
        seen.append(
            Test(
                organism=values["test_organism"],
                result=values["test_result"],
                specimen_at=values["specimen_at"],
                reported_at=values.get("reported_at"),
            )
        )
    if values.get("onset_on") is not None:
        organism = values.get("test_organism") or DEFAULT_ORGANISM
        seen.append(Symptoms(organism=organism, onset_on=values["onset_on"]))
    return seen


def check(values: Mapping[str, Any]) -> str:
    """What hangs together wrongly, in a sentence; empty when all is well."""
    if (values["latitude"] is None) != (values["longitude"] is None):
        return "Give both latitude and longitude, or neither."
    if (values["level"] is None) != (values["specialism"] is None):
        return "Give both the level of care and the specialism, or neither."
    specimen, reported = values.get("specimen_at"), values.get("reported_at")
    if specimen and reported and reported < specimen:
        return "The result was reported before the specimen was taken. Look at both times again."
    return ""
