"""The CQC's care directory as CSV: the care homes of England as settings that the hub may come to use.

A register says who is registered for what, never what is free: an imported home has no units, no beds
and no capacity return, so that it takes nobody (`capacity_unknown`, N8) until somebody has asked it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from discharge.exchange.cells import Cells
from discharge.exchange.csv_reading import Columns, Progress, Row, TableFile
from discharge.exchange.report import Imported, Outcome, Reading, Remark, RowOutcome, imported
from discharge.model.errors import UserError
from discharge.model.identifiers import cqc_id, ods_code
from discharge.model.setting import Category, Rating
from discharge.model.setting_record import SettingDetails
from discharge.rules.authorities import key, not_on_the_list, one_name
from discharge.words.counts import count_words, listing, people

NOUN = "CQC directory"

_SERVICE, _BAND = "Service type - Care home service ", "Service user band - "
NURSING, RESIDENTIAL = f"{_SERVICE}with nursing", f"{_SERVICE}without nursing"
CHILDREN = f"{_BAND}Children 0-18 years"
DEMENTIA = f"{_BAND}Dementia"
LEARNING = f"{_BAND}Learning disabilities or autistic spectrum disorder"
MENTAL = f"{_BAND}Mental Health"
OLDER = f"{_BAND}Older People"
PHYSICAL = f"{_BAND}Physical Disability"
SENSORY = f"{_BAND}Sensory Impairment"
YOUNGER = f"{_BAND}Younger Adults"
BANDS = (CHILDREN, DEMENTIA, LEARNING, MENTAL, OLDER, PHYSICAL, SENSORY, YOUNGER)
_ADDRESS = ("Location Street Address", "Location Address Line 2", "Location City", "Location County")

COLUMNS = Columns(
    noun=NOUN,
    required=(
        "Location ID",
        "Location Name",
        "Care home?",
        "Location Local Authority",
        NURSING,
        RESIDENTIAL,
        *BANDS,
    ),
    optional=(
        "Care homes beds",
        "Location ODS Code",
        "Location Telephone Number",
        "Location Latest Overall Rating",
        *_ADDRESS,
        "Location Postal Code",
        "Location Latitude",
        "Location Longitude",
        "Location HSCA End Date",
        "Dormant (Y/N)",
        "Registered manager",
        "Provider Name",
    ),
    also={"Location Postcode": "Location Postal Code", "Dormant": "Dormant (Y/N)"},
    ignored=(
        "num_values_found",
        "num_values_found.1",
        "occupancy_mean",
        "%occupancy_mean",
        "probability_mean",
        "occupancy_std",
        "%occupancy_std",
        "probability_std",
        "occupancy_mean_filled",
        "occupancy_imputed",
    ),
    ignored_because="an estimate of occupancy is not a capacity return",
)

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
}
_PHONE = re.compile(r"[+0-9][0-9 ()/-]{6,30}")


@dataclass(frozen=True, slots=True)
class KnownHome:
    """A setting that the hub has already: its id there and its details."""

    id: str
    details: SettingDetails
    free: int = 0
    """Beds that are free there tonight, as the hub has it."""
    people: int = 0
    """People there or on the way."""

    @property
    def at_stake(self) -> str:
        """What the hub has there, in words."""
        return f"{count_words(self.free, 'free bed')} and {people(self.people)} there or on the way"


@dataclass(frozen=True, slots=True)
class Left:
    """A home of the hub that has left the register: since `on`, or its row is gone (None); `row` 0: none."""

    id: str
    on: date | None
    row: int = 0


@dataclass(frozen=True, slots=True)
class Home:
    """A home to register (`known` is None) or to amend, with its details as they shall be.

    A later directory amends what it says itself; what only the hub knows (type, ages, fee, needs met,
    organisms accepted, its telephone number, notes) stays, and an empty cell wipes nothing out.

    `categories` are those that its service types and bands could mean (N2); nobody has said yet
    which beds are of which.
    """

    id: str
    details: SettingDetails
    categories: tuple[Category, ...]
    known: KnownHome | None
    row: int


@dataclass(frozen=True, slots=True)
class InAuthority:
    """A local authority of a directory: how many care homes it has there, and how many the hub has."""

    name: str
    """Empty: rows that name none."""
    homes: int
    known: int


def authorities_in(
    source: Path | bytes, known: Collection[str], *, progress: Progress | None = None
) -> tuple[InAuthority, ...]:
    """The authorities of a directory's care homes, by name; `known` are the hub's CQC location ids.

    Raises `BrokenFile` where the file as a whole is no such directory.
    """
    names: dict[str, str] = {}
    homes: Counter[str] = Counter()
    ours: Counter[str] = Counter()
    for row in TableFile(source, COLUMNS, progress=progress).rows():
        cells = Cells(row)
        if row.faults or cells.yes("Care home?") is False or cells.raw("Location HSCA End Date"):
            continue
        name = one_name(cells.raw("Location Local Authority") or None) or ""
        at = key(name)
        names.setdefault(at, name)
        homes[at] += 1
        ours[at] += cells.raw("Location ID") in known
    found = (InAuthority(names[at], homes[at], ours[at]) for at in names)
    return tuple(sorted(found, key=lambda each: (not each.name, each.name)))


def chosen_among(there: Sequence[InAuthority], wanted: Sequence[str]) -> tuple[str, ...]:
    """Those of a directory's authorities that are wanted, however they are spelt.

    `UserError` for one that isn't in the directory.
    """
    by_key = {key(each.name): each.name for each in there if each.name}
    for name in wanted:
        if key(one_name(name)) not in by_key:
            shown = listing([each.name for each in there if each.name], most=12)
            raise UserError(f"The file has no home in {name}.", f"It has homes in {shown}.")
    return tuple(dict.fromkeys(by_key[key(one_name(name))] for name in wanted))


def read_directory(
    source: Path | bytes,
    known: Mapping[str, KnownHome],
    *,
    authorities: Collection[str] | None = None,
    answered: Collection[int] = (),
    progress: Progress | None = None,
) -> Imported[Home | Left]:
    """Every row of a CQC directory; `known` are the hub's settings by CQC location id.

    `authorities`: homes that are new to the hub are taken in these alone (None: in all); those that the hub
    has are brought up to date wherever they are.

    A home of the hub whose row has an end date, or whose row is gone, has left the register. Rows that are
    gone count only where the file is the whole register of that local authority, as far as can be told: it
    has rows of it, and of the hub's homes there one at most or a tenth isn't among them. Otherwise, as in a
    filtered file, nothing is made of it, and the report says so.

    A new number at the place of a home of the hub, with its name or its address, is held up: the same home
    under a new registration? Where its row is among those `answered`, it is: the home goes by the new number.

    Raises `BrokenFile` where the file as a whole is no such directory.
    """
    file = TableFile(source, COLUMNS, progress=progress)
    first: dict[str, tuple[Row, Mapping[str, str]]] = {}
    chosen = None if authorities is None else frozenset(key(one_name(name)) for name in authorities)
    elsewhere: set[str] = set()
    readings = [
        _not_chosen(row, known, chosen, elsewhere) or _asked(_read(row, known, first), known, answered)
        for row in file.rows()
    ]
    there = {home for one in readings if (home := one.outcome.about)}
    taken = [one.found.known for one in readings if isinstance(one.found, Home)]
    there |= {one.details.cqc_id for one in taken if one is not None and one.details.cqc_id is not None}
    areas = elsewhere | {key(row.cells.get("Location Local Authority")) for row, _ in first.values()}
    gone, notes = _gone(known, there, areas)
    found = imported(NOUN, file.name, readings, [*file.notes, *notes])
    return Imported(found.report, (*found.found, *gone))


def _not_chosen(
    row: Row, known: Mapping[str, KnownHome], chosen: frozenset[str] | None, elsewhere: set[str]
) -> Reading[Home | Left] | None:
    """A home that is new to the hub, in an authority that isn't among the chosen ones, is left out."""
    column = "Location Local Authority"
    if chosen is None or row.faults:
        return None
    cells = Cells(row)
    location, area = cells.raw("Location ID"), key(one_name(cells.raw(column) or None))
    if area in chosen or location in known:
        return None
    elsewhere.add(area)
    where = cells.raw(column)
    reason = f"is in {where}, which wasn't chosen" if where else "names no authority, and some were chosen"
    fault = Remark(column, reason, "nothing to mend; choose it too where the hub sends people there")
    return Reading(
        RowOutcome(row.row, row.line, Outcome.REJECTED, (fault,), about=location, harmless=True), None
    )


def _asked(
    reading: Reading[Home | Left], known: Mapping[str, KnownHome], answered: Collection[int]
) -> Reading[Home | Left]:
    """The same; held up where the home may be one of the hub under a new number."""
    home, outcome = reading.found, reading.outcome
    if not isinstance(home, Home) or home.known is not None:
        return reading
    before = next((one for one in known.values() if _at_the_place_of(home.details, one.details)), None)
    if before is None:
        return reading
    same = f"stands at the address of {before.details.cqc_id}, {before.details.name}"
    if outcome.row not in answered:
        asked = Remark("Location ID", f"{same}; the same home?", _SAME)
        return Reading(replace(outcome, outcome=Outcome.HELD, remarks=(asked, *outcome.remarks)), None)
    said = Remark("Location ID", f"{same}: the same home, taken over under this number", "")
    empty = {name: value for name, value in home.details.model_dump().items() if value not in (None, "", ())}
    only_hub = ("type", "age_min", "age_max", "notes")
    kept = {name: value for name, value in empty.items() if name not in only_hub}
    details = SettingDetails.model_validate({**before.details.model_dump(), **kept})
    after = replace(home, id=before.id, details=details, known=before)
    row = replace(outcome, outcome=Outcome.CHANGED, remarks=(said, *outcome.remarks), new=False)
    return Reading(row, after)


_SAME = "say that it is; or register it by hand where it is another home"


def _at_the_place_of(new: SettingDetails, old: SettingDetails) -> bool:
    """One postcode, and one name or one address: so a home that was taken over stands in the register."""
    if not new.postcode or _plain(new.postcode) != _plain(old.postcode):
        return False
    same_address = bool(new.address) and _plain(new.address) == _plain(old.address)
    return same_address or _plain(new.name) == _plain(old.name)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.casefold())


def _gone(known: Mapping[str, KnownHome], there: set[str], areas: set[str]) -> tuple[list[Left], list[str]]:
    """The hub's homes that the file should have and hasn't, and what the report says of them."""
    by_area: dict[str, list[tuple[str, KnownHome]]] = {}
    for cqc, one in known.items():
        area = key(one.details.local_authority)
        if area and area in areas and one.details.type in ("care_home", "hot_home"):
            by_area.setdefault(area, []).append((cqc, one))
    found: list[Left] = []
    notes: list[str] = []
    for homes in by_area.values():
        lacking = [(cqc, one) for cqc, one in homes if cqc not in there]
        if not lacking:
            continue
        where = lacking[0][1].details.local_authority
        if len(lacking) == len(homes) or (len(lacking) > 1 and 10 * len(lacking) > len(homes)):
            notes.append(
                f"{len(lacking):,} of the hub's {len(homes):,} homes in {where} aren't in this file:"
                " it doesn't look like the whole register there, so nothing is recorded of them."
            )
            continue
        for cqc, one in lacking:
            found.append(Left(one.id, None))
            notes.append(
                f"{one.details.name} ({cqc}), a home of the hub with {one.at_stake}, is in the register no "
                "more: it takes nobody until somebody decides."
            )
    return found, notes


def _read(
    row: Row,
    known: Mapping[str, KnownHome],
    first: dict[str, tuple[Row, Mapping[str, str]]],
) -> Reading[Home | Left]:
    cells = Cells(row)
    location = ""
    if not row.faults:
        location = _location(cells)
        if cells.yes("Care home?") is False:
            return _left_out(cells, location, "Care home?", "is not a care home")
        if cells.raw("Location HSCA End Date"):
            if location in known:
                return _has_left(cells, location, known[location])
            return _left_out(cells, location, "Location HSCA End Date", "has left the register")
    if location in first and location:
        before, as_it_was = first[location]
        if as_it_was == row.cells:
            cells.remark("Location ID", f"the same home stands in row {before.row} already")
            return Reading(_outcome(cells, Outcome.SAME, location), None)
        cells.fault(
            "Location ID", f"row {before.row} gives the same home otherwise", "take one of the two rows out"
        )
    elif location:
        first[location] = (row, row.cells)
    before_it = known.get(location)
    home = _home(cells, location, before_it) if not row.faults else None
    if home is None or cells.faults:
        return Reading(_outcome(cells, Outcome.REJECTED, location), None)
    if before_it is not None and home.details == before_it.details:
        return Reading(_outcome(cells, Outcome.SAME, location), None)
    outcome = Outcome.CHANGED if cells.remarks else Outcome.TAKEN
    return Reading(_outcome(cells, outcome, location, new=before_it is None), home)


def _outcome(
    cells: Cells, outcome: Outcome, location: str, *, new: bool = False, harmless: bool = False
) -> RowOutcome:
    remarks = tuple(cells.faults if outcome is Outcome.REJECTED else cells.remarks)
    row = cells.row
    return RowOutcome(row.row, row.line, outcome, remarks, about=location, harmless=harmless, new=new)


def _has_left(cells: Cells, location: str, one: KnownHome) -> Reading[Home | Left]:
    """A home that the hub uses has an end date in the register."""
    field = "Location HSCA End Date"
    on = cells.day(field)
    cells.faults.clear()
    cells.remark(
        field,
        f"{one.details.name}, a home of the hub with {one.at_stake}, has left the register",
        "it takes nobody until somebody decides",
    )
    return Reading(_outcome(cells, Outcome.CHANGED, location), Left(one.id, on, cells.row.row))


def _left_out(cells: Cells, location: str, field: str, reason: str) -> Reading[Home | Left]:
    cells.faults.clear()
    cells.fault(field, reason, "nothing to mend; if the hub uses it, close it there")
    return Reading(_outcome(cells, Outcome.REJECTED, location, harmless=True), None)


def _location(cells: Cells) -> str:
    text = cells.raw("Location ID")
    if not text:
        cells.fault("Location ID", "is empty", "every row needs the CQC's location id")
        return ""
    try:
        return cqc_id(text)
    except UserError as error:
        cells.fault("Location ID", error.sentence.rstrip("."), error.mend)
        return ""


def _home(cells: Cells, location: str, known: KnownHome | None) -> Home | None:
    cells.needed("Care home?", cells.yes("Care home?"))
    name = cells.needed("Location Name", cells.text("Location Name"))
    nursing, residential = bool(cells.yes(NURSING)), bool(cells.yes(RESIDENTIAL))
    bands = frozenset(band for band in BANDS if cells.yes(band))
    local_authority = _local_authority(cells)
    latitude, longitude = _coordinates(cells)
    found: dict[str, object] = {
        "name": name,
        "ods_code": _ods_code(cells),
        "provider": cells.text("Provider Name", longest=200),
        "address": ", ".join(part for column in _ADDRESS if (part := cells.text(column))),
        "postcode": cells.postcode("Location Postal Code"),
        "local_authority": local_authority,
        "latitude": latitude,
        "longitude": longitude,
        "rating": cells.one_of("Location Latest Overall Rating", _RATINGS),
        "registered_beds": cells.whole("Care homes beds", most=2_000),
        "registered_manager": cells.text("Registered manager", longest=200),
    }
    phone = _phone(cells)
    cells.forgive("Location Latest Overall Rating", "Care homes beds", "Provider Name", "Registered manager")
    if cells.yes("Dormant (Y/N)"):
        cells.remark("Dormant (Y/N)", "is dormant: registered, with nobody in care", "close it in the hub")
    if cells.faults or name is None:
        return None
    unrated = bool(cells.raw("Location Latest Overall Rating")) and found["rating"] is None
    said = {field: value for field, value in found.items() if value not in (None, "")}
    if known is None:
        age_min, age_max = _ages(bands, cells)
        said |= {"type": "care_home", "cqc_id": location, "age_min": age_min, "age_max": age_max}
        said |= {"notes": _registered_for(nursing=nursing, residential=residential, bands=bands)}
    else:
        if unrated and not any(remark.field.endswith("Rating") for remark in cells.remarks):
            said["rating"] = None
        said = known.details.model_dump() | said
    if phone and (known is None or not known.details.phone):
        said["phone"] = phone
    try:
        details = SettingDetails.model_validate(said)
    except ValidationError as error:
        cells.refuse(error)
        return None
    categories = categories_of(nursing=nursing, residential=residential, bands=bands)
    return Home(known.id if known else location, details, categories, known, cells.row.row)


_CATEGORIES: Mapping[str, tuple[Category, Category]] = {
    OLDER: ("general_residential", "general_nursing"),
    DEMENTIA: ("dementia_residential", "dementia_nursing"),
    LEARNING: ("ld_residential", "ld_nursing"),
    MENTAL: ("mh_residential", "mh_nursing"),
}


def categories_of(*, nursing: bool, residential: bool, bands: frozenset[str]) -> tuple[Category, ...]:
    """The categories of care that a registration could mean (N2); none where the bands name no such care."""
    found: list[Category] = []
    for band, (at_residential, at_nursing) in _CATEGORIES.items():
        if band in bands and residential:
            found.append(at_residential)
        if band in bands and nursing:
            found.append(at_nursing)
    if PHYSICAL in bands and YOUNGER in bands and (nursing or residential):
        found.append("ypd")
    return tuple(found)


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
    found = cells.text("Location Local Authority")
    if not cells.raw("Location Local Authority"):
        cells.remark(
            "Location Local Authority", "is empty", "nobody can tell whether the home is out of area; add it"
        )
    elif found is not None and (said := not_on_the_list(found)):
        cells.remark("Location Local Authority", f"{cells.shown('Location Local Authority')} {said}", _KEPT)
    return one_name(found)


_KEPT = "it was kept as it stands; choose one of the list where it is misspelt"


def _coordinates(cells: Cells) -> tuple[float | None, float | None]:
    """Both or neither; nothing outside England, as swapped or nought coordinates would be (N6)."""
    latitude = cells.decimal("Location Latitude", least=49, most=56.5)
    longitude = cells.decimal("Location Longitude", least=-7, most=2.5)
    cells.forgive("Location Latitude", "Location Longitude")
    if latitude is None or longitude is None:
        if latitude is not None or longitude is not None:
            cells.remark("Location Latitude", "one coordinate without the other; left empty", "add the other")
        return None, None
    return latitude, longitude


def _ods_code(cells: Cells) -> str | None:
    text = cells.raw("Location ODS Code")
    try:
        return ods_code(text) if text.strip("-") else None
    except UserError as error:
        cells.remark("Location ODS Code", f"{error.sentence.rstrip('.')}; left empty", error.mend)
        return None


def _phone(cells: Cells) -> str | None:
    column = "Location Telephone Number"
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
