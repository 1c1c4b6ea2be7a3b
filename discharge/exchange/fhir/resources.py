"""The resources that are read, as far as they are read: FHIR R4 (4.0.1) with UK Core's extensions.

A reader of our own and no library. `fhir.resources` (8.3, BSD; its R4B is R4 in all that is read here) was
looked at: 14 MB for some 140 resources, more than a second to import at the desk, and one element that it
doesn't know, anywhere in a resource, costs the whole of it. What a hub has to be sure of, it leaves open as
well: codes, statuses, contradictions, times that aren't whole. So there are eight resources here, with the
elements that a hub needs; others are left alone, but for `modifierExtension` and `implicitRules`, which may
turn a meaning round: whoever doesn't know one must not read its resource (FHIR, 2.4.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.alias_generators import to_camel

from discharge.model.london import london_date
from discharge.model.time import FIRST_YEAR, LAST_YEAR

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
NHS_NUMBERS = frozenset({
    NHS_NUMBER.casefold(), "http://fhir.nhs.uk/id/nhs-number", "http://fhir.nhs.net/id/nhs-number",
    "urn:oid:2.16.840.1.113883.2.1.4.1",
})  # fmt: skip
"""The system of NHS numbers by its names, without case: of UK Core, of profiles before it, and as an OID."""
ODS = frozenset(
    {"https://fhir.nhs.uk/Id/ods-organization-code", "https://fhir.nhs.uk/id/ods-organization-code"}
)
ODS_SITE = frozenset({"https://fhir.nhs.uk/Id/ods-site-code", "https://fhir.nhs.uk/id/ods-site-code"})

String = Annotated[str, Field(strict=True)]


class Part(BaseModel):
    """Some of a resource; what isn't known here is left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Coding(Part):
    """A code of a system, with the words that go with it."""

    system: String = ""
    code: String = ""
    display: String = ""


class Concept(Part):
    """A CodeableConcept: one meaning, coded once or several times, or in words alone."""

    coding: tuple[Coding, ...] = ()
    text: String = ""

    @property
    def words(self) -> tuple[str, ...]:
        """All that it says in words."""
        return tuple(said for said in (self.text, *(each.display for each in self.coding)) if said)

    def codes(self, system: str) -> tuple[str, ...]:
        """Its codes of a system; `https` is taken for `http`, which some write."""
        return tuple(
            each.code.strip()
            for each in self.coding
            if each.system.replace("https://", "http://", 1) == system
        )

    @property
    def shown(self) -> str:
        """A word or a code for a remark."""
        said = next(iter(self.words), "") or next((each.code for each in self.coding), "")
        return said if len(said) <= 60 else f"{said[:57]}..."


class Extension(Part):
    """An extension, of which these kinds of value are read."""

    url: String = ""
    value_code: String = ""
    value_coding: Coding | None = None
    value_codeable_concept: Concept | None = None
    extension: tuple[Extension, ...] = ()

    def codes(self) -> Iterator[str]:
        """The codes that it gives, here or in the extensions inside it."""
        if self.value_code:
            yield self.value_code
        for each in (*((self.value_coding,) if self.value_coding else ()), *self._concept()):
            yield each.code
        for inside in self.extension:
            yield from inside.codes()

    def _concept(self) -> tuple[Coding, ...]:
        return self.value_codeable_concept.coding if self.value_codeable_concept else ()


class Period(Part):
    """From when to when; either end may be open."""

    start: String = ""
    end: String = ""


class Identifier(Part):
    """A number or code by which something is known to a system."""

    use: String = ""
    system: String = ""
    value: String = ""
    type: Concept = Concept()
    period: Period = Period()
    extension: tuple[Extension, ...] = ()


class Reference(Part):
    """What another resource is named by: where it is, or by what it is known."""

    reference: String = ""
    identifier: Identifier | None = None
    display: String = ""

    @field_validator("identifier", mode="before")
    @classmethod
    def _one(cls, value: object) -> object:
        """The one of a list of one: R4 has no list here, and published examples have."""
        return value[0] if isinstance(value, list) and len(value) == 1 else value


class HumanName(Part):
    """A person's name, with the use that it has or had."""

    use: String = ""
    text: String = ""
    family: String = ""
    given: tuple[String | None, ...] = ()
    period: Period = Period()


class Address(Part):
    """An address, with the use that it has or had."""

    use: String = ""
    type: String = ""
    text: String = ""
    line: tuple[String | None, ...] = ()
    city: String = ""
    district: String = ""
    postal_code: String = ""
    period: Period = Period()


class Resource(Part):
    """What all resources have."""

    resource_type: String
    id: String = ""
    meta: dict[str, Any] = {}
    implicit_rules: String = ""
    contained: tuple[dict[str, Any], ...] = ()
    extension: tuple[Extension, ...] = ()
    modifier_extension: tuple[Any, ...] = ()
    identifier: tuple[Identifier, ...] = ()


class Link(Part):
    """What another record is to this one."""

    type: String = ""


class Patient(Resource):
    """Somebody in hospital."""

    resource_type: Literal["Patient"]
    active: bool = True
    name: tuple[HumanName, ...] = ()
    gender: String = ""
    birth_date: String = ""
    deceased_boolean: bool | None = None
    deceased_date_time: String = ""
    address: tuple[Address, ...] = ()
    general_practitioner: tuple[Reference, ...] = ()
    link: tuple[Link, ...] = ()


class AtLocation(Part):
    """Where somebody is or was during an encounter."""

    location: Reference = Reference()
    status: String = ""
    period: Period = Period()


class Hospitalization(Part):
    """How a stay ends."""

    discharge_disposition: Concept = Concept()


class Encounter(Resource):
    """A stay, or a contact; its class says which."""

    resource_type: Literal["Encounter"]
    status: String
    class_: Annotated[Coding, Field(alias="class")] = Coding()
    subject: Reference = Reference()
    period: Period = Period()
    hospitalization: Hospitalization = Hospitalization()
    location: tuple[AtLocation, ...] = ()
    service_provider: Reference = Reference()


class Said(Part):
    """What an observation, or a part of one, says in answer to its code."""

    code: Concept = Concept()
    value_codeable_concept: Concept | None = None
    value_string: String = ""
    value_boolean: bool | None = None
    value_integer: Any = None
    value_quantity: Any = None
    value_range: Any = None
    value_ratio: Any = None
    value_sampled_data: Any = None
    value_time: Any = None
    value_date_time: Any = None
    value_period: Any = None
    data_absent_reason: Concept | None = None
    interpretation: tuple[Concept, ...] = ()


class Observation(Resource, Said):
    """Something that was seen or measured: a test's result, among much else."""

    resource_type: Literal["Observation"]
    status: String
    subject: Reference = Reference()
    effective_date_time: String = ""
    effective_instant: String = ""
    effective_period: Period = Period()
    issued: String = ""
    method: Concept = Concept()
    specimen: Reference = Reference()
    component: tuple[Said, ...] = ()
    note: Any = None
    has_member: tuple[Any, ...] = ()
    """A panel, whose members are observations of their own."""


class DiagnosticReport(Resource):
    """A laboratory's report: when it was issued, of which specimen, with which results."""

    resource_type: Literal["DiagnosticReport"]
    status: String
    code: Concept = Concept()
    subject: Reference = Reference()
    effective_date_time: String = ""
    effective_period: Period = Period()
    issued: String = ""
    specimen: tuple[Reference, ...] = ()
    result: tuple[Reference, ...] = ()
    conclusion: Any = None
    conclusion_code: tuple[Concept, ...] = ()


class Collection(Part):
    """When a specimen was taken."""

    collected_date_time: String = ""
    collected_period: Period = Period()


class Specimen(Resource):
    """What was taken to be tested."""

    resource_type: Literal["Specimen"]
    status: String = ""
    collection: Collection = Collection()


class ServiceRequest(Resource):
    """A referral; one of discharge names a pathway."""

    resource_type: Literal["ServiceRequest"]
    status: String
    intent: String = ""
    priority: String = ""
    do_not_perform: bool = False
    category: tuple[Concept, ...] = ()
    code: Concept = Concept()
    order_detail: tuple[Concept, ...] = ()
    reason_code: tuple[Concept, ...] = ()
    subject: Reference = Reference()
    occurrence_date_time: String = ""
    occurrence_period: Period = Period()
    authored_on: String = ""
    requester: Reference = Reference()


class Location(Resource):
    """A ward, a bay, a bed, a site."""

    resource_type: Literal["Location"]
    name: String = ""
    physical_type: Concept = Concept()
    part_of: Reference = Reference()


class Organization(Resource):
    """A trust, a site, a practice."""

    resource_type: Literal["Organization"]
    name: String = ""


READ: dict[str, type[Resource]] = {
    each.__name__: each
    for each in (
        Patient, Encounter, Observation, DiagnosticReport, Specimen, ServiceRequest, Location, Organization,
    )
}  # fmt: skip
"""What is read, by the name of its type."""

_MOMENT = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?P<clock>T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A `date`, `dateTime` or `instant` as far as it is said: `at` with a time, `day` with a day, or neither.

    `fault` says why it is none. What isn't said is never filled in.
    """

    at: datetime | None = None
    day: date | None = None
    fault: str = ""


def moment(text: str) -> Moment:
    """What a text of a resource says of a time; an empty one says nothing."""
    text = text.strip()
    if not text:
        return Moment()
    found = _MOMENT.fullmatch(text)
    if found is None or not FIRST_YEAR <= int(found["year"]) <= LAST_YEAR:
        return Moment(fault="is no time as FHIR writes it")
    try:
        if found["clock"]:
            if not found["zone"]:
                return Moment(fault="has a time of day without an offset")
            at = datetime.fromisoformat(text).astimezone(UTC)
            return Moment(at, london_date(at))
        if found["day"]:
            return Moment(day=date.fromisoformat(text))
    except ValueError:
        return Moment(fault="is no day of the calendar")
    month = int(found["month"] or 1)
    return Moment() if 1 <= month <= 12 else Moment(fault="is no month")
