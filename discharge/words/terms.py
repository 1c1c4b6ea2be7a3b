"""The words in which the pages say what the models name by a code: one word for one thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from discharge.model.base import YesNo
from discharge.model.birth import year_said
from discharge.model.infection import (
    Attestation,
    Clearance,
    Exposure,
    Observation,
    Result,
    Symptoms,
    Test,
    organism_name,
)
from discharge.model.london import london_date
from discharge.model.patient import Care, Level, Pathway, Sex, Specialism
from discharge.model.patient_record import Capacity, LeaveReason
from discharge.model.placement import PlacementState
from discharge.model.plan import Condition
from discharge.model.setting import BedSex, Category, Isolation, Outbreak, Rating, Room, SettingType
from discharge.model.setting_record import Commissioning, Contract
from discharge.words.counts import sentence_case
from discharge.words.days import MONTHS, day_words, instant_words

PATHWAYS: Mapping[Pathway, str] = {
    Pathway.P0: "P0 · back to where they live",
    Pathway.P1: "P1 · home with support",
    Pathway.P2: "P2 · a bed for a while",
    Pathway.P3: "P3 · a care home",
}
PRIORITIES: Mapping[int, str] = {1: "1 · most urgent", 2: "2 · urgent", 3: "3 · soon", 4: "4 · can wait"}
SEXES: Mapping[Sex, str] = {"female": "Female", "male": "Male", "other": "Other", "unknown": "Not known"}
LEVELS: Mapping[Level, str] = {"residential": "Residential", "nursing": "Nursing"}
SPECIALISMS: Mapping[Specialism, str] = {
    "general": "General",
    "dementia": "Dementia",
    "ld": "Learning disability",
    "mh": "Mental health",
    "ypd": "Younger, physical disability",
}
RESULTS: Mapping[Result, str] = {
    "positive": "Positive",
    "negative": "Negative",
    "inconclusive": "Inconclusive",
    "void": "Void",
    "pending": "Awaited",
}
ATTESTATIONS: Mapping[Attestation, str] = {
    "normal_immune_response": "Normal immune response",
    "isolation_completed": "Isolation completed",
    "clinical_improvement": "Clinical improvement",
    "no_new_symptoms": "No new symptoms",
    "clinician_clearance": "A clinician's clearance",
}
LEAVE_REASONS: Mapping[LeaveReason, str] = {
    LeaveReason.WENT_HOME: "Went home without a bed",
    LeaveReason.UNWELL: "Unwell again: meets the criteria to reside",
    LeaveReason.DIED: "Died",
    LeaveReason.SELF_DISCHARGED: "Left against advice",
    LeaveReason.OTHER_HUB: "Taken over by another hub",
    LeaveReason.ENTERED_BY_MISTAKE: "Entered by mistake",
    LeaveReason.LEFT_WITHOUT_US: "Left hospital without us",
    LeaveReason.PLACED: "Settled after a placement",
    LeaveReason.MERGED: "The same person as another record",
}
READINESS: Mapping[str, str] = {
    "medicines": "Medicines to take out",
    "discharge_letter": "Discharge letter",
    "transport_assessed": "Transport assessed",
    "equipment": "Equipment",
    "care_plan": "Care plan",
    "family_told": "Family told",
}
NEEDS: Mapping[str, str] = {
    "hoist": "Hoist",
    "bariatric": "Bariatric",
    "wandering": "Walks with purpose",
    "behaviour": "Behaviour that challenges",
    "peg_feeding": "PEG feeding",
    "tracheostomy": "Tracheostomy",
    "end_of_life": "End of life",
    "oxygen": "Oxygen",
    "dialysis_transport": "Dialysis transport",
    "rehabilitation": "Rehabilitation",
    "step_free": "Step-free",
}
REQUIREMENTS: Mapping[str, str] = {
    "blocked": "Can't leave yet",
    "designated": "Designated bed",
    "isolation": "Isolation",
    "own_room": "Own room",
    "open": "Any bed",
}
SETTING_TYPES: Mapping[SettingType, str] = {
    "care_home": "Care home",
    "hot_home": "Hot home",
    "intermediate_care": "Intermediate care",
    "community_bed": "Community bed",
    "alternative": "Alternative setting",
}
RATINGS: Mapping[Rating, str] = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires_improvement": "Requires improvement",
    "inadequate": "Inadequate",
}
ISOLATIONS: Mapping[Isolation, str] = {
    "rooms": "Isolates in own rooms",
    "cohort": "Isolates one organism together",
    "none": "Can't isolate",
}
ROOMS: Mapping[Room, str] = {"shared": "Shared", "single": "Single", "ensuite": "En-suite"}
BED_SEXES: Mapping[BedSex, str] = {"any": "Any sex", "female": "Women", "male": "Men"}
CATEGORIES: Mapping[Category, str] = {
    "general_residential": "General residential",
    "general_nursing": "General nursing",
    "dementia_residential": "Dementia residential",
    "dementia_nursing": "Dementia nursing",
    "ld_residential": "Learning disability residential",
    "ld_nursing": "Learning disability nursing",
    "mh_residential": "Mental health residential",
    "mh_nursing": "Mental health nursing",
    "transitional": "Transitional",
    "ypd": "Younger, physical disability",
}


def outbreaks(found: Iterable[Outbreak]) -> str:
    """Their organisms in words: "COVID-19 and norovirus"."""
    names = [organism(one.organism) for one in found]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def organism(name: str) -> str:
    """An organism as people say it inside a sentence; one of a hub's own rule set stands as it is."""
    return organism_name(name)


def organism_choice(name: str) -> str:
    """An organism as an entry of a list."""
    return sentence_case(organism_name(name))


LANGUAGES: Mapping[str, str] = {
    "ar": "Arabic", "bfi": "British Sign Language", "bn": "Bengali", "bsl": "British Sign Language",
    "cy": "Welsh", "de": "German", "el": "Greek", "es": "Spanish", "fa": "Persian", "fr": "French",
    "gu": "Gujarati", "hi": "Hindi", "hu": "Hungarian", "it": "Italian", "ku": "Kurdish", "lt": "Lithuanian",
    "lv": "Latvian", "ml": "Malayalam", "ne": "Nepali", "pa": "Punjabi", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "so": "Somali", "ta": "Tamil", "te": "Telugu", "tl": "Tagalog",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "yo": "Yoruba", "yue": "Cantonese", "zh": "Chinese",
}  # fmt: skip
"""Languages that are often asked for, by the codes that needs name them with; others keep their code."""


def language(code: str) -> str:
    """A language by its name where it is known, else its code in capitals: "Polish", "XY"."""
    return LANGUAGES.get(code, code.upper())


def ward(name: str, hospital: str | None, called: str = "") -> str:
    """Where somebody lies: "Oak, Northmarsh General (ZZ902)"; "Oak, hospital ZZ902" where it isn't known what
    the hospital is `called`."""
    there = f"{called} ({hospital})" if called else f"hospital {hospital}"
    return ", ".join(part for part in (name, there if hospital else "") if part)


def need(name: str) -> str:
    """A need as it is said: "Hoist", "Speaks Polish"; another hub's own word stands as it is."""
    if name.startswith("language:"):
        return f"Speaks {language(name.removeprefix('language:'))}"
    return NEEDS.get(name, name.replace("_", " ").capitalize())


def needs(names: Iterable[str]) -> str:
    """Needs in one line: "hoist, oxygen"."""
    return ", ".join(need(name) for name in names)


def care(given: Care | None) -> str:
    """The care level: "Nursing, dementia"."""
    return f"{LEVELS[given.level]}, {SPECIALISMS[given.specialism].lower()}" if given is not None else ""


def born(day: date | None, known: str = "") -> str:
    """A date of birth: "10 Apr 1947"; where it isn't known to the day, what is: "1934, day not known",
    "not known (about 80)"."""
    if day is not None:
        return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"
    if not known:
        return "not known"
    return f"{known}, day not known" if year_said(known) else f"not known ({known})"


def sex(one: Sex) -> str:
    """A sex inside a sentence."""
    return "sex not known" if one == "unknown" else SEXES[one].lower()


FUNDING = (
    "Local authority", "Self-funded", "Discharge fund", "NHS continuing healthcare (CHC)", "Fast track (CHC)",
    "Funded nursing care (FNC)", "Section 117", "NHS",
)  # fmt: skip
"""Routes by which a place is paid for, as the form offers them; another word stands as it is."""


COMMISSIONED: Mapping[Commissioning, str] = {
    "block": "Block contract",
    "framework": "Framework",
    "spot": "Spot purchase",
}


def contract(of: Contract) -> str:
    """How beds are commissioned, with the days: "Block contract from 1 April 2020 to 31 March 2021"."""
    if of.kind is None:
        return ""
    start = f" from {_plain_day(of.start)}" if of.start is not None else ""
    end = f" to {_plain_day(of.end)}" if of.end is not None else ""
    return f"{COMMISSIONED[of.kind]}{start}{end}"


def _plain_day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def pounds(amount: float) -> str:
    """An amount of money: "£1,200", or with its pence "£1,212.50"."""
    return f"£{amount:,.0f}" if amount == int(amount) else f"£{amount:,.2f}"


def observation(seen: Observation, *, now: datetime) -> str:
    """An observation in a sentence, without its own date: "SARS-CoV-2 test: positive, reported …"."""
    today = london_date(now)
    name = organism(seen.organism)
    if isinstance(seen, Test):
        said = f"{sentence_case(name)} test: {RESULTS[seen.result].lower()}"
        if seen.reported_at is not None:
            said += f", reported {instant_words(seen.reported_at, now=now)}"
        return said
    if isinstance(seen, Symptoms):
        if seen.resolved_on is None:
            return f"Symptoms of {name} began"
        return f"Symptoms of {name} began; without them since {day_words(seen.resolved_on, today=today)}"
    if isinstance(seen, Exposure):
        return f"Contact with somebody who had {name}"
    assert isinstance(seen, Clearance)
    if seen.released_on is not None:
        return f"Clinician: released from isolation for {name}"
    assert seen.isolate_until is not None
    return f"Clinician: isolate for {name} until {day_words(seen.isolate_until, today=today)}"


def observed_on(seen: Observation) -> date | datetime:
    """When an observation's event was: the instant of a specimen, else a date."""
    if isinstance(seen, Test):
        return seen.specimen_at
    if isinstance(seen, Symptoms):
        return seen.onset_on
    if isinstance(seen, Exposure):
        return seen.exposed_on
    found = seen.released_on or seen.isolate_until
    assert found is not None
    return found


STATES: dict[PlacementState, str] = {
    PlacementState.PROPOSED: "In approval",
    PlacementState.APPROVED: "Approved",
    PlacementState.TOLD: "Offered",
    PlacementState.ACCEPTED: "Accepted",
    PlacementState.BOOKED: "Booked",
    PlacementState.DEPARTED: "On the way",
    PlacementState.ARRIVED: "Arrived",
    PlacementState.ENDED: "Ended",
    PlacementState.RETURNED: "Returned",
    PlacementState.DECLINED: "Declined",
    PlacementState.UNANSWERED: "No answer",
    PlacementState.WITHDRAWN: "Withdrawn",
}
"""Where a placement stands, in a word or two."""


CAPACITY: dict[Capacity, str] = {
    Capacity.HAS_CAPACITY: "Has capacity",
    Capacity.BEST_INTERESTS: "Best-interests decision",
    Capacity.NOT_ASSESSED: "Not assessed",
    Capacity.NOT_KNOWN: "Not known",
}
ASKED: dict[YesNo, str] = {YesNo.YES: "Yes", YesNo.NO: "No", YesNo.NOT_KNOWN: "Not known"}
CONDITIONS: Mapping[Condition, tuple[str, str]] = {
    "clinical_release": (
        "clinical release",
        "A clinician has to release them from isolation before the nights after it (C4).",
    ),
    "retest": ("test again", "A negative test shortly before leaving is needed: test again (C1)."),
    "phone_to_confirm": (
        "phone to confirm",
        "The capacity return is old: phone the setting to confirm the bed (N8).",
    ),
}
"""A placement's conditions: in two words, and in a sentence."""

K = TypeVar("K", bound=StrEnum)


def said(words: Mapping[K, str]) -> list[tuple[K, str]]:
    """The choices but for that nobody knows, which is where nothing is chosen."""
    return [(each, word) for each, word in words.items() if each.value != "not_known"]
