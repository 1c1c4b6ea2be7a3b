"""A person of the file as the row that a ward's list would have of them: the same columns, the same checks.

From the Patient: who they are. From the Encounter of their stay: hospital and ward. From the ServiceRequest
that names a pathway: where to, how urgent, since when, what care. What isn't said is left empty, and said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from discharge.exchange.cells import word
from discharge.exchange.fhir.references import Held, Index, bare, nhs_numbers
from discharge.exchange.fhir.resources import (
    ODS,
    ODS_SITE,
    Address,
    Concept,
    Encounter,
    HumanName,
    Identifier,
    Location,
    Organization,
    Patient,
    Reference,
    Resource,
    ServiceRequest,
    moment,
)
from discharge.exchange.needs import need_word
from discharge.exchange.patient_rows import LEVELS, SPECIALISMS, Beside, pathways_in, takes_pathway_back
from discharge.exchange.report import Remark
from discharge.exchange.table_file import Row
from discharge.model.identifiers import NoNumber
from discharge.model.patient import SHIPPED_NEEDS
from discharge.words.counts import listing
from discharge.words.days import day_words

_STAYS = frozenset({"IMP", "ACUTE", "NONAC", "OBSENC", "SS", "EMER", ""})
"""Classes of an encounter in hospital; an outpatient's visit, a call or a home visit is none."""
_THERE = frozenset({"arrived", "triaged", "in-progress", "onleave"})
_DIED_DISPOSITION = "79"
_DIED_METHOD = "4"

_PRIORITY = {"stat": "1", "asap": "2", "urgent": "3", "routine": "4"}
"""FHIR's four, the most urgent first; none is given: routine (R4, ServiceRequest.priority)."""
_ORDERS = ("order", "original-order", "reflex-order", "filler-order", "instance-order")
"""The intents that authorise somebody to act (R4, request-intent): a proposal, a plan, a person's own
directive or an option does not."""
_GENDERS = {"male": "male", "female": "female", "other": "other", "unknown": "unknown"}
_VERIFIED = frozenset({"01", "number-present-and-verified"})
_NOT_TRACED = frozenset({"04", "05", "trace-attempted", "trace-needs-to-be-resolved"})
_NEEDED = {
    "name": ("isn't given", "enter the person here by hand"),
    "nhs_number": ("isn't given, nor why there is none", "enter the person here by hand, with the reason"),
    "born": ("isn't given", "enter the person here by hand"),
    "sex": ("isn't given as a gender", "enter the person here by hand"),
    "pathway": (
        "isn't named by any ServiceRequest of theirs",
        "have the referral sent, or enter them by hand",
    ),
    "priority": ("isn't given, as no ServiceRequest names a pathway", "have the referral sent too"),
    "ready_on": (
        "isn't given: no ServiceRequest of discharge has a date",
        "have the referral sent with its date",
    ),
}
"""What is said of a column that must be there, in the place of "is empty": there is no cell to fill in."""


@dataclass(slots=True)
class Someone:
    """A person of the file, with what is about them; without `patient`, their NHS number alone is given."""

    number: int
    line: int
    patient: Held | None = None
    nhs_number: str = ""
    encounters: list[Held] = field(default_factory=list)
    requests: list[Held] = field(default_factory=list)
    beside: Beside = field(default_factory=Beside)


class _Cells:
    """The cells of a row as they come together, and what is to be said of them."""

    def __init__(self, *, is_new: bool) -> None:
        self.is_new = is_new
        """Whether the hub doesn't know them: then what FHIR leaves open is filled in, and said."""
        self.cells: dict[str, str] = {}
        self.remarks: list[Remark] = []

    def put(self, name: str, value: str) -> None:
        if value.strip():
            self.cells[name] = " ".join(value.split())

    def remark(self, name: str, reason: str, mend: str = "") -> None:
        self.remarks.append(Remark(name, reason, mend))


def row_of(someone: Someone, index: Index, *, is_new: bool) -> Row:
    """The row of a person; what has to be asked or speaks against it goes into their `beside`.

    Of somebody who `is_new`, what FHIR leaves open is filled in as it says, with a remark; of somebody whom
    the hub knows, it says nothing.
    """
    found = _Cells(is_new=is_new)
    beside = someone.beside
    beside.instead_of_empty.update(_NEEDED)
    beside.number_said = "isn't one as the file gives it"
    if someone.patient is None:
        beside.number_said = "by which the file names somebody without a Patient in it, isn't one"
        found.put("nhs_number", someone.nhs_number)
    else:
        patient = someone.patient.resource
        assert isinstance(patient, Patient)
        _identity(patient, found, beside)
        _death(patient, beside)
        found.put("gp_practice", _practice(patient, someone.patient, index))
    _stay(someone, index, found, beside)
    _referral(someone, found, beside)
    return Row(someone.number, someone.line, found.cells, remarks=tuple(found.remarks))


# --- who they are --------------------------------------------------------------------------------


def _identity(patient: Patient, found: _Cells, beside: Beside) -> None:
    _number(patient, found, beside)
    found.put("name", _name(patient, found))
    if patient.gender:
        found.put("sex", _GENDERS.get(patient.gender, patient.gender))
    if patient.birth_date:
        found.put("born", patient.birth_date)
    elif "nhs_number" in found.cells and found.is_new:
        found.put("born", "not known")
    home = _home(patient)
    if home is not None:
        found.put("postcode", home.postal_code)
        found.put("home_address", _address(home))
    found.put("hospital_number", _hospital_number(patient))
    if not patient.active:
        beside.ask("", "their record in the hospital's system is not active", _IS_SO)
    if any(link.type == "replaced-by" for link in patient.link):
        beside.ask("", "their record was replaced by another in the hospital's system", _IS_SO)


_IS_SO = "see whether it is so; take them all the same, or leave them out"


def _number(patient: Patient, found: _Cells, beside: Beside) -> None:
    given = nhs_numbers(patient)
    numbers = list(dict.fromkeys(bare(each.value) for each in given))
    if len(numbers) > 1:
        beside.fault(
            "nhs_number", f"is given {len(numbers)} times, otherwise each time", "have one of them ended"
        )
    elif numbers:
        found.put("nhs_number", numbers[0])
        status = _verification(given)
        if status and not status & _VERIFIED:
            beside.unverified = True
            found.remark("nhs_number", "isn't verified by the hospital's system", "compare it with the notes")
    else:
        why = NoNumber.NOT_TRACED if _verification(patient.identifier) & _NOT_TRACED else NoNumber.NOT_KNOWN
        found.put("no_nhs_number_because", why.value)


def _verification(identifiers: Sequence[Identifier]) -> set[str]:
    """The codes of the NHS number's verification status: two systems of them are in use, and mixed."""
    return {
        code
        for each in identifiers
        for extension in each.extension
        if "NHSNumberVerificationStatus" in extension.url
        for code in extension.codes()
    }


def _name(patient: Patient, found: _Cells) -> str:
    """The name that counts now: the official one before the usual one, an old one never."""
    now = [each for each in patient.name if each.use not in ("old", "maiden") and not each.period.end]
    for use in ("official", "usual", "", "temp", "nickname", "anonymous"):
        called = [each for each in now if each.use == use]
        if called:
            if len({_written(each) for each in called}) > 1:
                found.remark(
                    "name", f"is given several times as {use or 'the name'}; the first is taken", "compare"
                )
            return _written(called[0])
    return ""


def _written(name: HumanName) -> str:
    parts = [*(each for each in name.given if each), name.family]
    return " ".join(part for part in parts if part).strip() or name.text


def _hospital_number(patient: Patient) -> str:
    """The hospital's own number, where it says that it is one (`MR`)."""
    return next(
        (
            each.value
            for each in patient.identifier
            if any(code.code == "MR" for code in each.type.coding)
            and each.use != "old"
            and not each.period.end
        ),
        "",
    )


def _address(home: Address) -> str:
    """An address on one line, without its postcode, which has a field of its own."""
    parts = (*(each for each in home.line if each), home.city, home.district)
    return ", ".join(part for part in parts if part) or home.text


def _home(patient: Patient) -> Address | None:
    """Where they live: no old address, nor one for letters alone."""
    homes = [
        each
        for each in patient.address
        if each.use not in ("old", "temp", "billing", "work")
        and each.type != "postal"
        and not each.period.end
    ]
    homes.sort(key=lambda each: each.use != "home")
    return next(iter(homes), None)


def _death(patient: Patient, beside: Beside) -> None:
    """A death, as it is said; a notification that was removed is none."""
    said = moment(patient.deceased_date_time)
    notified = {
        code
        for extension in patient.extension
        if "DeathNotificationStatus" in extension.url
        for code in extension.codes()
    }
    if patient.deceased_date_time:
        on = f" on {day_words(said.day, year=True)}" if said.day else f" ({patient.deceased_date_time[:7]})"
        beside.left = f"has died{on}, the file says"
    elif patient.deceased_boolean or notified & {"1", "2"}:
        beside.left = "has died, the file says"


# --- where they are ------------------------------------------------------------------------------


def is_a_stay(encounter: Encounter) -> bool:
    """Whether an encounter is a stay in hospital that was or is."""
    return encounter.class_.code in _STAYS and encounter.status in {*_THERE, "finished"}


def _stay(someone: Someone, index: Index, found: _Cells, beside: Beside) -> None:
    stays = [(held, held.resource) for held in someone.encounters if isinstance(held.resource, Encounter)]
    now = [(held, stay) for held, stay in stays if stay.status in _THERE]
    if not now:
        over = [stay for _, stay in stays if stay.status == "finished"]
        for stay in over:
            if _has_died(stay):
                beside.left = "has died in hospital, the file says"
        if over and not beside.left:
            beside.ask("hospital", "their stay in hospital is over (an Encounter that is finished)", _IS_SO)
        return
    held, stay = max(now, key=lambda each: (each[1].period.start, each[0].number))
    if _has_died(stay):
        beside.left = "has died in hospital, the file says"
    admitted = moment(stay.period.start).day
    if admitted is not None:
        found.put("admitted_on", admitted.isoformat())
    ward, site = _ward(stay, held, index)
    found.put("ward", ward)
    provider, _ = _organization(stay.service_provider, held, index)
    found.put("hospital", site or provider)


def _has_died(stay: Encounter) -> bool:
    codes = {each.code for each in stay.hospitalization.discharge_disposition.coding}
    methods = {code for each in stay.extension if "DischargeMethod" in each.url for code in each.codes()}
    return _DIED_DISPOSITION in codes or _DIED_METHOD in methods


def _ward(stay: Encounter, held: Held, index: Index) -> tuple[str, str]:
    """The ward where they are, and the code of its site: of a bed or a bay, those that it is a part of."""
    there = [
        each
        for each in stay.location
        if each.status not in ("completed", "planned", "reserved") and not each.period.end
    ]
    for each in reversed(there):
        name, site = each.location.display, ""
        by, reference = held, each.location
        for _ in range(6):
            named = index.find(reference, by, kind=Location)
            if named.held is None or not isinstance(named.held.resource, Location):
                break
            by, place = named.held, named.held.resource
            site = site or _code(place, ODS_SITE)
            if {code.code for code in place.physical_type.coding} & {"wa"} or not name:
                name = place.name or name
            reference = place.part_of
        if name:
            return name, site
    return "", ""


def _organization(reference: Reference, by: Held, index: Index) -> tuple[str, str]:
    """The ODS code of an organisation, of its site where that is given, and its name."""
    named = index.find(reference, by, kind=Organization)
    if named.held is not None and isinstance(named.held.resource, Organization):
        organization = named.held.resource
        return _code(organization, ODS_SITE) or _code(organization, ODS), organization.name
    known = reference.identifier
    return (known.value if known is not None and known.system in ODS | ODS_SITE else ""), reference.display


def _practice(patient: Patient, held: Held, index: Index) -> str:
    """The GP practice by its name, and its code where one is given."""
    for each in patient.general_practitioner:
        code, name = _organization(each, held, index)
        if said := " ".join(part for part in (name, f"({code})" if name and code else code) if part):
            return said
    return ""


def _code(resource: Resource, systems: frozenset[str]) -> str:
    return next((each.value for each in resource.identifier if each.system in systems and each.value), "")


# --- where to ------------------------------------------------------------------------------------


def pathways_of(request: ServiceRequest) -> frozenset[str]:
    """The pathways that a referral names, in its code, category, details or reasons: `P2`."""
    return frozenset(each for said in _texts_of(request) for each in pathways_in(said))


def _texts_of(request: ServiceRequest) -> Iterator[str]:
    """All that a referral says of what is asked for, in words and codes."""
    for one in (request.code, *request.category, *request.order_detail, *request.reason_code):
        yield from one.words
        yield from (c.code for c in one.coding)


def _referral(someone: Someone, found: _Cells, beside: Beside) -> None:
    named = [(held, held.resource) for held in someone.requests if isinstance(held.resource, ServiceRequest)]
    counting = [(held, request) for held, request in named if not _why_not_counting(request)]
    for held, request in named:
        if why_not := _why_not_counting(request):
            found.remark("pathway", f"{held.where} names a pathway and {why_not}; not taken")
    if not counting:
        if named:
            held, request = named[-1]
            beside.instead_of_empty["pathway"] = (
                f"isn't named by any ServiceRequest of theirs that counts: {held.where} "
                f"{_why_not_counting(request)}",
                "have the referral sent as it counts, or enter them by hand",
            )
        return
    days = [day for _, request in counting if (day := moment(request.authored_on).day) is not None]
    last = [each for each in counting if not days or moment(each[1].authored_on).day in (None, max(days))]
    pathways = sorted({each for _, request in last for each in pathways_of(request)})
    if len(pathways) > 1:
        beside.fault(
            "pathway", f"is named as {listing(pathways)}", "have the referral that doesn't count ended"
        )
        return
    held, request = last[-1]
    if len(counting) > len(last):
        found.remark(
            "pathway", f"{held.where} is the latest of {len(counting)} referrals; the others aren't taken"
        )
    if request.status == "on-hold":
        beside.ask("pathway", f"{held.where} is on hold", _IS_SO)
    if any(takes_pathway_back(said) for _, one in last for said in _texts_of(one)):
        beside.ask("pathway", f"{held.where} may mean another than {pathways[0]}", _IS_SO)
    found.put("pathway", pathways[0])
    _urgency(request, held, found)
    _ready(request, held, found, beside)
    _care(request, held, found)
    found.put("referrer", request.requester.display)


def _why_not_counting(request: ServiceRequest) -> str:
    """Why nobody is to act on this referral; empty where somebody is.

    Without an intent, which R4 asks for, it is taken as an order.
    """
    if request.do_not_perform:
        return "is not to be done"
    if request.status not in ("active", "on-hold"):
        return f"is {request.status.replace('-', ' ')}"
    if request.intent in ("", *_ORDERS):
        return ""
    return f"is no order, its intent is {request.intent!r}"


def _urgency(request: ServiceRequest, held: Held, found: _Cells) -> None:
    if request.priority:
        found.put("priority", _PRIORITY.get(request.priority, request.priority))
    elif found.is_new:
        found.put("priority", _PRIORITY["routine"])
        found.remark("priority", f"isn't given in {held.where}: taken as routine, as FHIR says", "amend it")


def _ready(request: ServiceRequest, held: Held, found: _Cells, beside: Beside) -> None:
    """When they are ready: when the referral is for, else, said so, when it was written."""
    for text in (request.occurrence_date_time, request.occurrence_period.start):
        if text:
            day = moment(text).day
            if day is None:
                beside.fault(
                    "ready_on", f"isn't a day in {held.where}", "have the referral sent with a whole date"
                )
            else:
                found.put("ready_on", day.isoformat())
            return
    day = moment(request.authored_on).day
    if day is not None and found.is_new:
        found.put("ready_on", day.isoformat())
        found.remark(
            "ready_on", f"isn't given in {held.where}: the day when it was written is taken", "amend it"
        )


def _care(request: ServiceRequest, held: Held, found: _Cells) -> None:
    """Level, specialism and needs, where the referral's details give them in the hub's own words."""
    needs: list[str] = []
    for detail in request.order_detail:
        for part in _parts(detail):
            if word(part) in LEVELS:
                found.put("care_level", part)
            elif word(part) in SPECIALISMS:
                found.put("specialism", part)
            elif need_word(part) in SHIPPED_NEEDS or need_word(part).startswith("language:"):
                needs.append(part)
            elif not pathways_in(part):
                found.remark("needs", f"a detail of {held.where} isn't understood", "see the referral")
    found.put("needs", "; ".join(needs))
    if "specialism" in found.cells and "care_level" not in found.cells:
        del found.cells["specialism"]
        found.remark("care_level", f"isn't given in {held.where}, only a specialism", "fill it in")
    elif "care_level" in found.cells and "specialism" not in found.cells:
        del found.cells["care_level"]
        found.remark("care_level", f"stands in {held.where} without a specialism: not taken", "fill both in")


def _parts(detail: Concept) -> Iterator[str]:
    said = detail.text or next((each.display for each in detail.coding if each.display), "")
    yield from (part.strip() for part in said.replace(",", ";").split(";") if part.strip())
