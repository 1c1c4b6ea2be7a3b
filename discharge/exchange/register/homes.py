"""One row of the register as a home of the hub: what it says, in the hub's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError

from discharge.exchange.cells import Cells
from discharge.exchange.register.columns import (
    ADDRESS,
    AUTHORITY,
    BANDS,
    BEDS,
    CHILDREN,
    DEMENTIA,
    DORMANT,
    ID,
    IS_HOME,
    LATITUDE,
    LEARNING,
    LONGITUDE,
    MANAGER,
    MENTAL,
    NAME,
    NURSING,
    ODS,
    OLDER,
    PHONE,
    PHYSICAL,
    POSTCODE,
    PROVIDER,
    RATING,
    RESIDENTIAL,
    SENSORY,
    UPRN,
    YOUNGER,
)
from discharge.exchange.report import Change
from discharge.model.errors import UserError
from discharge.model.identifiers import cqc_id, ods_code
from discharge.model.setting import Free, Rating
from discharge.model.setting_record import SettingDetails
from discharge.rules.authorities import not_on_the_list, one_name
from discharge.rules.careful import fitted
from discharge.words.counts import count_words, listing, people

OLDER_FROM = 65
"""CQC's "older people" are 65 and over, its "younger adults" 18 to 64."""

_RATINGS: Mapping[str, Rating | None] = {
    "outstanding": "outstanding",
    "good": "good",
    "requires_improvement": "requires_improvement",
    "inadequate": "inadequate",
    "no_published_rating": None,
    "not_rated": None,
    "not_yet_rated": None,
    "not_applicable": None,
    "insufficient_evidence_to_rate": None,
    "inspected_but_not_rated": None,
    "regulations_met": None,
}
_PHONE = re.compile(r"[+0-9][0-9 ()/-]{6,30}")


@dataclass(frozen=True, slots=True)
class KnownHome:
    """A setting that the hub has already: its id there and its details."""

    id: str
    details: SettingDetails
    free: int = 0
    """Beds that are free there tonight, as the hub has it."""
    groups: tuple[tuple[Free, ...], ...] = ()
    """What is free in each of its groups of beds from when, as the hub has it."""
    people: tuple[str, ...] = ()
    """Who is there or on the way."""
    left: str | None = None
    """It has left the register, and nobody has decided: since when, as `record_left_register` has it."""
    decided: str | None = None
    """The leaving on which somebody has decided."""

    @property
    def at_stake(self) -> str:
        """What the hub has there, in words; people by their reference alone."""
        there = people(len(self.people))
        named = f" ({listing(list(self.people), most=12)})" if self.people else ""
        return f"{count_words(self.free, 'free bed')} and {there} there or on the way{named}"


@dataclass(frozen=True, slots=True)
class Left:
    """A home of the hub that has left the register: since `on`, or its row is gone (None); `row` 0: none."""

    id: str
    on: date | None
    row: int = 0
    decided: str = ""
    """What somebody says of it: one of `GONE_HOME`; empty: it takes nobody until somebody does."""


GONE_HOME = ("closed", "used_on")
"""What may be said of a home that has left: it stays closed, or is used as before."""


@dataclass(frozen=True, slots=True)
class OneHome:
    """Two settings of the hub that are one building, as somebody says: to be joined."""

    setting: str
    other: str
    reason: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Home:
    """A home to register (`known` is None) or to amend, with its details as they shall be.

    A later directory amends what it says itself; what only the hub knows (type, ages, fee, needs met,
    organisms accepted, its telephone number, notes) stays, and an empty cell wipes nothing out.

    Of which category (N2) its beds are, its service types and bands leave open: somebody says it later.
    """

    id: str
    details: SettingDetails
    known: KnownHome | None
    row: int


def location_of(cells: Cells) -> str:
    """The row's CQC location id; a fault, and nothing, where it is none."""
    text = cells.raw(ID)
    if not text:
        cells.fault(ID, "is empty", "every row needs the CQC's location id")
        return ""
    try:
        return cqc_id(text)
    except UserError as error:
        cells.fault(ID, error.sentence.rstrip("."), error.mend)
        return ""


def home_of(cells: Cells, location: str, known: KnownHome | None) -> Home | None:
    """The home of a row, new or as it shall be; None where the row has a fault."""
    cells.needed(IS_HOME, cells.yes(IS_HOME))
    name = cells.needed(NAME, cells.text(NAME))
    nursing, residential = bool(cells.yes(NURSING)), bool(cells.yes(RESIDENTIAL))
    bands = frozenset(band for band in BANDS if cells.yes(band))
    local_authority = _local_authority(cells)
    latitude, longitude = _coordinates(cells)
    found: dict[str, object] = {
        "name": name,
        "ods_code": _ods_code(cells),
        "provider": cells.text(PROVIDER, longest=200),
        "address": ", ".join(part for column in ADDRESS if (part := cells.text(column))),
        "postcode": cells.postcode(POSTCODE),
        "local_authority": local_authority,
        "latitude": latitude,
        "longitude": longitude,
        "rating": rating_of(cells, RATING),
        "registered_beds": cells.whole(BEDS, most=2_000),
        "registered_manager": cells.text(MANAGER, longest=200),
        "uprn": _uprn(cells),
    }
    phone = _phone(cells)
    cells.forgive(RATING, BEDS, PROVIDER, MANAGER)
    if cells.yes(DORMANT):
        cells.remark(DORMANT, "is dormant: registered, with nobody in care", "close it in the hub")
    if cells.faults or name is None:
        return None
    unrated = bool(cells.raw(RATING)) and found["rating"] is None
    said = {field: value for field, value in found.items() if value not in (None, "")}
    services = _registered_for(nursing=nursing, residential=residential, bands=bands)
    if known is None:
        age_min, age_max = _ages(bands, cells)
        said |= {"type": "care_home", "cqc_id": location, "age_min": age_min, "age_max": age_max}
        said |= {"notes": services}
    else:
        if unrated and not any(remark.field.endswith("Rating") for remark in cells.remarks):
            said["rating"] = None
        said = _as_it_shall_be(known.details, said, services)
    if phone and (known is None or not known.details.phone):
        said["phone"] = phone
    try:
        details = SettingDetails.model_validate(said)
    except ValidationError as error:
        cells.refuse(error)
        return None
    return Home(known.id if known else location, details, known, cells.row.row)


def _as_it_shall_be(old: SettingDetails, said: dict[str, object], services: str) -> dict[str, object]:
    """The record with what the row says otherwise; capitals, stops and blanks alone change nothing."""
    record = old.model_dump()
    for field, value in said.items():
        if field == "address" and _parts(str(value)) <= _parts(old.address):
            continue  # a form with less of the address says nothing against the rest
        if field in ("latitude", "longitude") and _is_near(record[field], value):
            continue
        if not isinstance(value, str) or plain(value) != plain(str(record[field] or "")):
            record[field] = value
    said_before = _SERVICES_SAID.search(old.notes)
    if said_before is not None:
        record["notes"] = old.notes.replace(said_before[0], services)
    return record


_SERVICES_SAID = re.compile(r"CQC register: [^.]*\.?")
"""What the notes say of services and bands, as an import wrote it."""

LOOK = "say that it is right; else leave it, and ask the home"


def _name(field: str) -> str:
    return "services" if field == "notes" else field.replace("_", " ")


def waits_for_a_look(fields: Sequence[str]) -> str:
    """Why a row of a home of the hub is held up."""
    names = [_name(field) for field in fields]
    return f"the register has it otherwise than the hub: {listing(names, most=len(names))}"


_ASKED = ("name", "provider", "address", "postcode", "registered_beds", "rating", "notes")
"""What no file changes of a home of the hub before somebody has looked at it."""


def fewer_free(known: KnownHome, new: SettingDetails, *, today: date) -> str:
    """What a smaller number of registered beds takes from those that the hub has as free (N11), in words;
    empty where it takes none."""
    if known.details.registered_beds == new.registered_beds:
        return ""
    doubts = fitted(known.groups, new.registered_beds, today=today).doubts
    return f"lowers the beds that are free here: {'; '.join(doubts)}" if doubts else ""


def differences(old: SettingDetails, new: SettingDetails) -> tuple[Change, ...]:
    """The fields in which a record shall be otherwise, in words."""
    found = []
    for field in SettingDetails.model_fields:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            found.append(Change(_name(field), _words(field, before), _words(field, after)))
    return tuple(found)


def to_look_at(old: SettingDetails, new: SettingDetails) -> list[str]:
    """The fields that somebody has to look at first: what the hub had there is otherwise."""
    differing = [field for field in _ASKED if getattr(old, field) not in (None, "", getattr(new, field))]
    fuller = bool(old.address) and _parts(old.address) < _parts(new.address)
    return [field for field in differing if not (fuller and field == "address")]


def _is_near(old: object, new: object) -> bool:
    """Whether a coordinate is where it was, but for how it was looked up: a hundred metres or so."""
    return isinstance(old, float) and isinstance(new, float) and abs(old - new) < 0.002


def _parts(address: str) -> frozenset[str]:
    return frozenset(plain(part) for part in address.split(",")) - {""}


def _words(field: str, value: object) -> str:
    if value in (None, ""):
        return ""
    if field == "notes":
        found = _SERVICES_SAID.search(str(value))
        return found[0].removeprefix("CQC register: ").rstrip(".") if found else str(value)
    return str(value).replace("_", " ")


def plain(text: str) -> str:
    """The letters and digits alone, as places and names are compared."""
    return re.sub(r"[^a-z0-9]+", "", text.casefold())


def rating_of(cells: Cells, column: str) -> Rating | None:
    """The rating that a cell names; a fault where it names none that is known."""
    return cells.one_of(column, _RATINGS)


def _uprn(cells: Cells) -> str | None:
    """The building's number; a spreadsheet may have made a number with a fraction of it."""
    text = cells.raw(UPRN).removesuffix(".0")
    if not text.strip("-0"):
        return None
    if not re.fullmatch(r"\d{1,12}", text):
        cells.remark(UPRN, f"{cells.shown(UPRN)} is no UPRN; left empty", "format the column as a number")
        return None
    return text.lstrip("0")


Found = Home | Left | OneHome
"""What a register brings."""


def _ages(bands: frozenset[str], cells: Cells) -> tuple[int | None, int | None]:
    """The ages that the bands cover; the narrower reading where they leave a gap."""
    children, younger, older = CHILDREN in bands, YOUNGER in bands, OLDER in bands
    if children and not younger and not older:
        cells.remark(
            CHILDREN,
            "is registered for children only; taken with ages 0 to 17, so that no adult is proposed there",
            "nothing to mend",
        )
        return None, 17
    if children and older and not younger:
        cells.remark(
            CHILDREN,
            "is registered for children and for older people; taken for those of 65 and over",
            "set the ages in the hub where it takes others",
        )
        return OLDER_FROM, None
    lowest = None if children else 18 if younger or not older else OLDER_FROM
    highest = OLDER_FROM - 1 if younger and not older else None
    return lowest, highest


_BAND_WORDS = {
    OLDER: "older people",
    DEMENTIA: "dementia",
    LEARNING: "learning disabilities or autism",
    MENTAL: "mental health",
    PHYSICAL: "physical disability",
    SENSORY: "sensory impairment",
    YOUNGER: "younger adults",
    CHILDREN: "children",
}


def _registered_for(*, nursing: bool, residential: bool, bands: frozenset[str]) -> str:
    with_or_without = [word for word, on in (("with", nursing), ("without", residential)) if on]
    service = f"care home {' and '.join(with_or_without)} nursing" if with_or_without else "care home"
    people = ", ".join(words for band, words in _BAND_WORDS.items() if band in bands)
    return f"CQC register: {service}" + (f"; for {people}." if people else ".")


def _local_authority(cells: Cells) -> str | None:
    found = cells.text(AUTHORITY)
    if not cells.raw(AUTHORITY):
        cells.remark(AUTHORITY, "is empty", "nobody can tell whether the home is out of area; add it")
    elif found is not None and (said := not_on_the_list(found)):
        cells.remark(AUTHORITY, f"{cells.shown('Location Local Authority')} {said}", _KEPT)
    return one_name(found)


_KEPT = "it was kept as it stands; choose one of the list where it is misspelt"


def _coordinates(cells: Cells) -> tuple[float | None, float | None]:
    """Both or neither; nothing outside England, as swapped or nought coordinates would be (N6)."""
    latitude = cells.decimal(LATITUDE, least=49, most=56.5)
    longitude = cells.decimal(LONGITUDE, least=-7, most=2.5)
    cells.forgive(LATITUDE, LONGITUDE)
    if latitude is None or longitude is None:
        if latitude is not None or longitude is not None:
            cells.remark(LATITUDE, "one coordinate without the other; left empty", "add the other")
        return None, None
    return latitude, longitude


def _ods_code(cells: Cells) -> str | None:
    text = cells.raw(ODS)
    try:
        return ods_code(text) if text.strip("-") else None
    except UserError as error:
        cells.remark(ODS, f"{error.sentence.rstrip('.')}; left empty", error.mend)
        return None


def _phone(cells: Cells) -> str | None:
    column = PHONE
    text = cells.raw(column)
    if not text:
        return None
    if not _PHONE.fullmatch(text):
        cells.remark(column, f"{cells.shown(column)} is not a telephone number; left empty", "check it")
        return None
    if re.fullmatch(r"[1-9]\d{9}", text):
        cells.remark(column, f"{cells.shown(column)} has lost its first 0; it was put back", "")
        return f"0{text}"
    return text
