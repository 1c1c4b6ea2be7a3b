"""People who wait to leave hospital, as CSV: the columns of `resources/templates/patients.csv`.

Tonight's list is read against the hub's: who is new is registered, what changed of somebody known is
changed, who isn't on it any more is asked about. People are known by their NHS number; else by name and
date of birth, which is asked, not guessed. What a person at the hub wrote last stays, and is said. No remark
quotes a person's name, number or date of birth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from pydantic import ValidationError

from discharge.exchange.cells import Cells, month_first, two_ways, word
from discharge.exchange.csv_reading import Columns, Progress, Row, TableFile
from discharge.exchange.headers import unmatched
from discharge.exchange.report import (
    NO_ANSWERS,
    Answers,
    Change,
    Gone,
    Imported,
    Outcome,
    Reading,
    Remark,
    RowOutcome,
    imported,
)
from discharge.model.birth import birth_words
from discharge.model.errors import BrokenFile, UserError
from discharge.model.identifiers import NoNumber, nhs_number, ods_code
from discharge.model.infection import Exposure, Observation, Result, Symptoms, Test
from discharge.model.london import LONDON, london_date
from discharge.model.patient import SHIPPED_NEEDS, Care, Level, Pathway, Sex, Specialism
from discharge.model.patient_record import PatientDetails
from discharge.model.same_person import HOLDS, Likeness, People, Who
from discharge.rules.authorities import key, not_on_the_list, one_name
from discharge.words.counts import count_words, listing
from discharge.words.days import day_words

NOUN = "list of patients"
COLUMNS = Columns(
    noun=NOUN,
    required=("name", "nhs_number", "born", "sex", "pathway", "priority", "ready_on"),
    optional=(
        "no_nhs_number_because",
        "hospital",
        "ward",
        "referrer",
        "no_longer_meets_on",
        "care_level",
        "specialism",
        "needs",
        "local_authority",
        "postcode",
        "latitude",
        "longitude",
        "max_km",
        "usual_setting",
        "preferred",
        "max_weekly_fee",
        "stay_days",
        "immunosuppressed",
        "organism",
        "test_result",
        "specimen_at",
        "reported_at",
        "symptoms_since",
        "symptoms_until",
        "exposed_on",
        "next_of_kin",
        "notes",
    ),
    also={
        "date of birth": "born",
        "dob": "born",
        "nhs no": "nhs_number",
        "patient name": "name",
        "ready on": "ready_on",
        "specimen taken at": "specimen_at",
        "result reported at": "reported_at",
    },
)
"""The template's columns, in its order."""

BY_NUMBER = replace(
    COLUMNS,
    noun="list of people by their NHS number",
    required=("nhs_number",),
    optional=tuple(name for name in (*COLUMNS.required, *COLUMNS.optional) if name != "nhs_number"),
    also={
        **COLUMNS.also,
        "Person_Stated_Gender_Code": "sex",
        "Organisation_Site_Code": "hospital",
        "Current_Ward": "ward",
        "Date_NCTR": "no_longer_meets_on",
        "Discharge_Pathway": "pathway",
    },
)
"""A list without names, as hospitals' systems send it: it changes whom the hub has, and adds nobody."""

_KNOWN_BY = ("name", "nhs_number", "no_number", "born", "born_words")

DEFAULT_ORGANISM = "sars-cov-2"
OLDEST = 125
"""Years: an older date of birth is a slip of the pen."""

_BORN_MEND = "check the year; write the year alone, or 'not known', where the date isn't known"

_PRIVATE = frozenset({"name", "nhs_number", "born", "postcode", "next_of_kin", "notes"})
_SEXES: Mapping[str, Sex] = {
    "female": "female", "f": "female", "woman": "female", "2": "female",
    "male": "male", "m": "male", "man": "male", "1": "male",
    "other": "other", "o": "other", "indeterminate": "other", "i": "other", "intersex": "other",
    "unknown": "unknown", "u": "unknown", "unk": "unknown", "not_known": "unknown", "nk": "unknown",
    "n_k": "unknown", "not_specified": "unknown", "not_stated": "unknown", "not_recorded": "unknown",
    "unspecified": "unknown", "1_0": "male", "2_0": "female", "9_0": "unknown", "0_0": "unknown",
    "0": "unknown", "9": "unknown", "x": "unknown",
}  # fmt: skip
"""With the NHS's codes: 0 or X not known, 1 male, 2 female, 9 not specified."""
_PATHWAY = re.compile(r"(?<![a-z0-9])(?:pathway|p)[ _-]*([0-3])(?![0-9a-z])", re.IGNORECASE)
"""As systems write it among other words: `Pathway 2 - D2A`, `P3 / Other`, `9a  Pathway 2  bix  Standard`."""
_LEVELS: Mapping[str, Level] = {
    "residential": "residential",
    "nursing": "nursing",
    "residential_care": "residential",
    "nursing_care": "nursing",
}
_SPECIALISMS: Mapping[str, Specialism] = {
    "general": "general",
    "none": "general",
    "dementia": "dementia",
    "ld": "ld",
    "learning_disability": "ld",
    "learning_disabilities": "ld",
    "mh": "mh",
    "mental_health": "mh",
    "ypd": "ypd",
    "young_physically_disabled": "ypd",
}
_RESULTS: Mapping[str, Result] = {
    "positive": "positive",
    "pos": "positive",
    "detected": "positive",
    "negative": "negative",
    "neg": "negative",
    "not_detected": "negative",
    "inconclusive": "inconclusive",
    "indeterminate": "inconclusive",
    "void": "void",
    "pending": "pending",
    "awaited": "pending",
}
_OTHER_NAMES = {
    "covid": "sars-cov-2",
    "covid_19": "sars-cov-2",
    "covid19": "sars-cov-2",
    "flu": "influenza",
    "c_diff": "c_difficile",
}
_NUMBERS = ("nhs_number", "no_nhs_number_because", "")
_NO_NUMBER: Mapping[str, NoNumber] = {reason.value: reason for reason in NoNumber} | {
    word(reason.words): reason for reason in NoNumber
}


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person whom the hub has: `left` once off its list. One of two merged records speaks for the whole."""

    id: str
    details: PatientDetails
    observations: frozenset[Observation]
    left: bool = False
    mistaken: bool = False
    """Whether they left the list as entered by mistake: then a list may bring them back."""
    placed: bool = False
    """Whether they have a placement: then it is no wonder that a list hasn't them any more."""
    imported: bool = False
    """Whether a list ever named them."""
    by_hand: Mapping[str, str] = field(default_factory=dict)
    """Fields that somebody at the hub wrote last: by whom and when, in words."""
    withdrawn: frozenset[Observation] = frozenset()
    """Observations that somebody took back as wrong."""
    whole: PatientDetails | None = None
    """Of a record that became a part of another: what that one has now."""

    def now(self) -> KnownPerson:
        """As the hub has them now, under the name, number and birth by which a list knows them."""
        if self.whole is None:
            return self
        known_by = {name: getattr(self.details, name) for name in _KNOWN_BY}
        return replace(self, details=self.whole.model_copy(update=known_by), whole=None)


@dataclass(frozen=True, slots=True)
class KnownHub:
    """What the rows of a list are held against.

    `settings` gives the hub's setting id for a CQC location id or a setting id; `organisms` are those
    of the rule set.
    """

    people: Sequence[KnownPerson]
    settings: Mapping[str, str]
    organisms: frozenset[str]
    areas: frozenset[str] = frozenset()
    """The local authorities that the hub has settings in, as `authorities.key` compares them."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person to register, or to amend where the hub has them as `known`; `row` is their place in the file.

    `details` are as they shall be, `observations` those that the hub doesn't have.
    """

    details: PatientDetails
    observations: tuple[Observation, ...]
    row: int
    known: str | None = None
    changes: Mapping[str, object] = field(default_factory=dict)
    """Fields to amend, where they are known."""
    back: bool = False
    """Whether they are to be taken back onto the list."""


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who isn't on the list any more, and why they left, as somebody said; of no row."""

    id: str
    reason: str
    row: int = 0


def read_patients(
    source: Path | bytes,
    known: KnownHub,
    *,
    now: datetime,
    answers: Answers = NO_ANSWERS,
    columns: Columns = COLUMNS,
    progress: Progress | None = None,
) -> Imported[Person | Leaver]:
    """Every row of a list of patients, and who of the hub isn't on it.

    Whoever may be somebody of the list, or of an earlier row, is held up until the `answers` say who they
    are. Where one row of the file has a date that only makes sense as month/day/year, no slashed date of
    the file that could be read in two ways is taken. Raises `BrokenFile` where the file as a whole is
    no such list.
    """
    file = _opened(source, columns, progress)
    named = "name" in file.columns_there
    by_number = None if named else {one.details.nhs_number: one.now() for one in known.people if not one.left}
    drafts = [_Draft(row, known, now, by_number=by_number) for row in file.rows()]
    _distrust_slashed_dates(drafts)
    _find_people_twice(drafts)
    people = _KnownPeople(known.people)
    readings = [_named(draft, _against_the_hub(draft, people, answers)) for draft in drafts]
    gone = _gone(drafts, people, known.people, answers)
    read = imported(NOUN, file.name, readings, [*file.notes, *_notes(drafts), *_kept_notes(readings)])
    leavers = tuple(Leaver(one.id, one.left) for one in gone if one.left)
    return Imported(replace(read.report, gone=gone), (*read.found, *leavers))


def _opened(source: Path | bytes, columns: Columns, progress: Progress | None) -> TableFile:
    """The file as a list of people; as one by NHS number alone where no title of it could mean a name."""
    try:
        return TableFile(source, columns, progress=progress)
    except BrokenFile as broken:
        refused = broken
    try:
        also = {**columns.also, **BY_NUMBER.also}
        file = TableFile(source, replace(BY_NUMBER, also=also), progress=progress)
    except BrokenFile:
        raise refused from None
    if "name" in file.columns_there or "name" in unmatched(source, columns).guesses:
        raise refused
    file.notes.append(
        "The list has no names: it changes people whom the hub has by their NHS number, and adds nobody."
    )
    return file


@dataclass(frozen=True, slots=True)
class OneRow:
    """What a row says field by field: those that will do, and what is wrong with the others."""

    values: Mapping[str, object]
    observations: tuple[Observation, ...]
    remarks: tuple[Remark, ...]


def read_one(row: Row, known: KnownHub, *, now: datetime) -> OneRow:
    """One row by itself, though some of its cells won't do; nothing is compared with the hub's people."""
    draft = _Draft(row, known, now)
    faulty = {fault.field for fault in draft.cells.faults}
    values = {field: value for field, value in draft.values.items() if field not in faulty}
    return OneRow(values, draft.observations, (*draft.cells.faults, *draft.cells.remarks))


def _notes(drafts: Sequence[_Draft]) -> Iterator[str]:
    uk = sum(bool(draft.cells.ambiguous_days) for draft in drafts)
    if uk:
        yield f"In {uk:,} rows a date such as 03/04/2020 was read as day/month/year: 3 April."
    clock = sum(bool(draft.cells.without_offset) for draft in drafts)
    if clock:
        yield f"In {clock:,} rows a time without an offset was read as London time."


class _Draft:
    """One row as it goes through the checks; `person` is None once it can't be taken."""

    def __init__(
        self,
        row: Row,
        known: KnownHub,
        now: datetime,
        *,
        by_number: Mapping[str | None, KnownPerson] | None = None,
    ) -> None:
        """`by_number` has the hub's people where the list has no names; None where it has."""
        self.cells = Cells(row, private=_PRIVATE)
        self._by_number = by_number
        self.person: Person | None = None
        self.given: frozenset[str] = frozenset()
        """The fields of `PatientDetails` that the row says something about."""
        self.values: dict[str, object] = {}
        """Those of the fields that will do, whether or not the row as a whole does."""
        self.observations: tuple[Observation, ...] = ()
        self.questions: list[Remark] = []
        """What somebody has to answer before the row is taken."""
        if not row.faults:
            self._read(known, now)

    def reject(self, field: str, reason: str, mend: str) -> None:
        self.cells.fault(field, reason, mend)
        self.person = None

    def ask(self, field: str, question: str, mend: str) -> None:
        self.questions.append(Remark(field, question, mend))

    def _read(self, known: KnownHub, now: datetime) -> None:
        cells = self.cells
        found: dict[str, object] = {
            "name": cells.needed("name", cells.text("name", longest=200)),
            **self._number(),
            **self._born(now),
            "sex": self._sex(),
            "priority": cells.needed("priority", cells.whole("priority", least=1, most=4)),
            "pathway": cells.needed("pathway", self._pathway()),
            "ready_on": cells.needed("ready_on", cells.day("ready_on")),
            "needs": self._needs(),
            "local_authority": self._local_authority(known),
            **self._coordinates(),
            "max_km": cells.decimal("max_km", least=0, most=2_000),
            "usual_setting": self._usual_setting(known),
            "preferred": self._preferred(known),
            "max_weekly_fee": cells.decimal("max_weekly_fee", least=0, most=50_000),
            "stay_days": cells.whole("stay_days", least=1, most=3_660),
            "immunosuppressed": cells.yes("immunosuppressed"),
            "postcode": cells.postcode("postcode"),
            "hospital": self._hospital(),
            "ward": cells.text("ward", longest=200),
            "referrer": cells.text("referrer", longest=200),
            "no_longer_meets_on": cells.day("no_longer_meets_on"),
            "next_of_kin": cells.text("next_of_kin", longest=2_000),
            "notes": cells.text("notes", longest=2_000),
        }
        care = self._care()
        if care is not None:
            found["care"] = care
        elif found["pathway"] in (Pathway.P2, Pathway.P3):
            cells.remark("care_level", "is empty: no bed fits until it is known", "fill it in")
        observations = self.observations = self._observations(known, now)
        given = self.values = {field: value for field, value in found.items() if value not in (None, ())}
        before: dict[str, object] = {}
        if self._by_number is not None:
            before = self._known_by_number(given)
        if cells.faults:
            return
        try:
            details = PatientDetails.model_validate({**before, **given})
        except ValidationError as error:
            cells.refuse(error)
            return
        self.person = Person(details, observations, cells.row.row)
        self.given = frozenset(given)

    def _known_by_number(self, given: Mapping[str, object]) -> dict[str, object]:
        """What the hub has of somebody whom a list without names means; its empty cells say nothing."""
        cells = self.cells
        cells.faults = [fault for fault in cells.faults if cells.raw(fault.field) or fault.field in _NUMBERS]
        cells.remarks = [remark for remark in cells.remarks if cells.raw(remark.field)]
        number = given.get("nhs_number")
        one = (self._by_number or {}).get(number if isinstance(number, str) else None)
        if one is not None and number is not None:
            return dict(one.details)
        if number is not None:
            cells.fault(
                "nhs_number",
                "is nobody of the hub, and this list has no names",
                "enter them, or import a list with names",
            )
        return {}

    def _number(self) -> dict[str, object]:
        cells = self.cells
        text = cells.raw("nhs_number")
        reason = cells.one_of("no_nhs_number_because", _NO_NUMBER)
        if text:
            if reason is not None:
                cells.fault(
                    "no_nhs_number_because", "gives a reason beside an NHS number", "take one of the two out"
                )
            if re.fullmatch(r"\d(\.\d+)?E\+?\d+", text, re.IGNORECASE):
                cells.fault(
                    "nhs_number",
                    "was rounded by a spreadsheet program",
                    "format the column as text, type the number again and save",
                )
                return {}
            if text.endswith(".0"):
                cells.remark(
                    "nhs_number", "was kept as a number by a spreadsheet program; read without its .0"
                )
            try:
                return {"nhs_number": nhs_number(text)}
            except UserError as error:
                cells.fault("nhs_number", error.sentence.rstrip("."), error.mend)
        elif reason is not None:
            return {"no_number": reason}
        elif not cells.raw("no_nhs_number_because"):
            words = ", ".join(reason.value for reason in NoNumber)
            cells.fault(
                "nhs_number", "is empty", f"give the number, or in no_nhs_number_because the reason: {words}"
            )
        return {}

    def _born(self, now: datetime) -> dict[str, object]:
        """The date, or what is known of one that isn't known to the day: never a made-up date."""
        cells, today = self.cells, london_date(now)
        if not cells.raw("born"):
            cells.fault("born", "is empty", "fill it in: the date, the year alone, or 'not known'")
            return {}
        known = birth_words(cells.raw("born"), today=today)
        if known is not None:
            what = "is kept in words, the day not known" if known else "is not known"
            cells.remark("born", f"{what}: an age limit keeps the person out", "amend it once it is known")
            return {"born_words": known}
        born = cells.day("born")
        if born is not None and born > today:
            cells.fault("born", "lies in the future", _BORN_MEND)
        elif born is not None and today.year - born.year > OLDEST:
            cells.fault("born", f"would make the person more than {OLDEST} years old", _BORN_MEND)
        return {"born": born}

    def _sex(self) -> Sex | None:
        cells = self.cells
        if not cells.raw("sex"):
            cells.fault("sex", "is empty", "fill it in: female, male, other or 'not known'")
            return None
        sex = cells.one_of("sex", _SEXES)
        if sex == "unknown":
            cells.remark("sex", "is not known: beds for any sex alone fit", "amend it once it is known")
        return sex

    def _pathway(self) -> Pathway | None:
        cells, text = self.cells, self.cells.raw("pathway")
        found = {text[0]} if re.fullmatch(r"[0-3](\.0)?", text) else {*_PATHWAY.findall(text)}
        if len(found) == 1:
            return Pathway(f"P{found.pop()}")
        if found:
            named = listing([f"P{number}" for number in sorted(found)])
            cells.fault("pathway", f"{cells.shown('pathway')} names {named}", "write the one that is meant")
        elif text:
            cells.fault("pathway", f"{cells.shown('pathway')} is not known", "use P0, P1, P2 or P3")
        return None

    def _needs(self) -> tuple[str, ...]:
        cells = self.cells
        needs = cells.texts("needs", of=_need)
        for need in needs:
            if need not in SHIPPED_NEEDS and not re.fullmatch(r"language:[a-z]{2,3}", need):
                cells.remark(
                    "needs",
                    f"'{need[:40]}' is not on the usual list: only a setting recorded with it meets it",
                    f"use one of {', '.join(SHIPPED_NEEDS)}, language:xx where one fits",
                )
        return needs

    def _coordinates(self) -> dict[str, object]:
        cells = self.cells
        latitude = cells.decimal("latitude", least=49, most=61)
        longitude = cells.decimal("longitude", least=-9, most=2.5)
        if bool(cells.raw("latitude")) != bool(cells.raw("longitude")):
            missing = "longitude" if cells.raw("latitude") else "latitude"
            cells.fault(missing, "is empty where the other coordinate is given", "give both or neither")
        return {"latitude": latitude, "longitude": longitude}

    def _local_authority(self, known: KnownHub) -> str | None:
        cells, field = self.cells, "local_authority"
        found = cells.text(field)
        if found is None:
            return None
        if said := not_on_the_list(found):
            cells.remark(field, f"{cells.shown(field)} {said}", "kept as it stands; choose one of the list")
        elif known.areas and key(found) not in known.areas:
            cells.remark(field, f"no home of the hub is in {one_name(found)}", "every place is out of area")
        return one_name(found)

    def _usual_setting(self, known: KnownHub) -> str | None:
        cells = self.cells
        text = cells.text("usual_setting")
        if text is None:
            return None
        found = known.settings.get(text.upper())
        if found is None:
            cells.fault(
                "usual_setting",
                f"{cells.shown('usual_setting')} is no setting of this hub",
                "import the CQC directory or register the home first",
            )
        return found

    def _preferred(self, known: KnownHub) -> tuple[str, ...]:
        cells = self.cells
        found: list[str] = []
        for text in cells.texts("preferred", of=lambda part: part.strip().upper()):
            if text in known.settings:
                found.append(known.settings[text])
            else:
                cells.remark(
                    "preferred",
                    f"'{text[:40]}' is no setting of this hub; left out",
                    "register the home, then add it to the person's choices",
                )
        return tuple(dict.fromkeys(found))

    def _hospital(self) -> str | None:
        cells = self.cells
        text = cells.raw("hospital")
        try:
            return ods_code(text) if text else None
        except UserError as error:
            cells.remark("hospital", f"{error.sentence.rstrip('.')}; left empty", error.mend)
            return None

    def _care(self) -> Care | None:
        cells = self.cells
        level = cells.one_of("care_level", _LEVELS)
        specialism = cells.one_of("specialism", _SPECIALISMS)
        if level is None:
            if specialism is not None and not cells.raw("care_level"):
                cells.fault(
                    "care_level", "is empty where a specialism is given", "use residential or nursing"
                )
            return None
        if specialism is None and not cells.raw("specialism"):
            cells.fault("specialism", "is empty where a care level is given", "use general, or what fits")
        return Care(level=level, specialism=specialism) if specialism is not None else None

    def _observations(self, known: KnownHub, now: datetime) -> tuple[Observation, ...]:
        """The last test, symptoms and exposure, each of the one organism that the row names."""
        cells = self.cells
        names = {word(name): name for name in known.organisms}
        names |= {other: name for other, name in _OTHER_NAMES.items() if name in known.organisms}
        organism = cells.one_of("organism", names)
        if organism is None:
            if cells.raw("organism"):
                return ()
            organism = DEFAULT_ORGANISM
        found = (
            self._test(organism, now),
            self._symptoms(organism, now),
            self._exposure(organism, now),
        )
        given = tuple(observation for observation in found if observation is not None)
        if cells.raw("organism") and not given and not cells.faults:
            cells.fault(
                "organism",
                "is named, and nothing is said of it",
                "give a test, symptoms or an exposure, or leave it empty",
            )
        return given

    def _test(self, organism: str, now: datetime) -> Test | None:
        cells, before = self.cells, len(self.cells.faults)
        result = cells.one_of("test_result", _RESULTS)
        specimen = cells.instant("specimen_at", clock=LONDON)
        reported = cells.instant("reported_at", clock=LONDON)
        if not any(cells.raw(name) for name in ("test_result", "specimen_at", "reported_at")):
            return None
        cells.needed("test_result", result)
        cells.needed("specimen_at", specimen)
        if result is not None and result != "pending":
            cells.needed("reported_at", reported)
        if result == "pending" and reported is not None:
            cells.fault(
                "reported_at", "is given for a pending test", "give its result, or leave the time empty"
            )
        for name, at in (("specimen_at", specimen), ("reported_at", reported)):
            if at is not None and at > now:
                cells.fault(name, f"{cells.shown(name)} lies in the future", "check the date and the time")
        if specimen is not None and reported is not None and reported < specimen:
            cells.fault("reported_at", "is before the specimen was taken", "mend one of the two times")
        if len(cells.faults) > before or result is None or specimen is None:
            return None
        return Test(organism=organism, result=result, specimen_at=specimen, reported_at=reported)

    def _symptoms(self, organism: str, now: datetime) -> Symptoms | None:
        cells, before = self.cells, len(self.cells.faults)
        onset, resolved = cells.day("symptoms_since"), cells.day("symptoms_until")
        if onset is None:
            if resolved is not None and not cells.raw("symptoms_since"):
                cells.fault("symptoms_since", "is empty where symptoms_until is given", "fill it in")
            return None
        if onset > london_date(now):
            cells.fault("symptoms_since", "lies in the future", "check the date")
        if resolved is not None and resolved < onset:
            cells.fault("symptoms_until", "is before symptoms_since", "mend one of the two dates")
        if len(cells.faults) > before:
            return None
        return Symptoms(organism=organism, onset_on=onset, resolved_on=resolved)

    def _exposure(self, organism: str, now: datetime) -> Exposure | None:
        cells, before = self.cells, len(self.cells.faults)
        exposed = cells.day("exposed_on")
        if exposed is not None and exposed > london_date(now):
            cells.fault("exposed_on", "lies in the future", "check the date")
        if exposed is None or len(cells.faults) > before:
            return None
        return Exposure(organism=organism, exposed_on=exposed)


def _need(text: str) -> str:
    kind, colon, rest = text.strip().partition(":")
    return f"{word(kind)}:{rest.strip().casefold()}" if colon else word(kind)


def _distrust_slashed_dates(drafts: Sequence[_Draft]) -> None:
    telling = month_first(draft.cells for draft in drafts)
    if telling is None:
        return
    for draft in drafts:
        for column in dict.fromkeys(draft.cells.ambiguous_days):
            draft.reject(column, *two_ways(telling))


_TWO_PEOPLE = "say that they are two people, or leave the row out"


def _who(details: PatientDetails) -> Who:
    return Who(details.name, details.born, details.born_words, details.nhs_number)


def _told_apart(one: PatientDetails, other: PatientDetails) -> bool:
    """Two numbers tell people apart, whatever else is alike."""
    return one.nhs_number is not None and other.nhs_number is not None


def _find_people_twice(drafts: Sequence[_Draft]) -> None:
    """The first row of a person stands; one that may be the same is held up, and of two with one number the
    second is rejected."""
    by_row: dict[str, _Draft] = {}
    people = People()
    for draft in drafts:
        if draft.person is None:
            continue
        details = draft.person.details
        like = [each for each in people.like(_who(details)) if each[1] >= HOLDS]
        if like and like[0][1] is Likeness.NUMBER:
            draft.reject(
                "nhs_number",
                f"row {like[0][0]} has the same NHS number",
                "take one of the two out, or mend the number",
            )
            continue
        for row, how in like:
            first = by_row[row].person
            if first is not None and _told_apart(details, first.details):
                draft.cells.remark(
                    "name",
                    f"row {row} has the same name and date of birth with another NHS number; taken as two "
                    "people",
                    "check both numbers",
                )
            else:
                draft.ask("name", f"may be the same person as row {row}: {how.words}", _TWO_PEOPLE)
        key = str(draft.cells.row.row)
        by_row[key] = draft
        people.add(key, _who(details))


class _KnownPeople:
    """The hub's people, to be asked who of them may be somebody."""

    def __init__(self, people: Sequence[KnownPerson]) -> None:
        listed_first = sorted(people, key=lambda person: person.left)
        self._known = {str(at): person for at, person in enumerate(listed_first)}
        self._people = People((key, _who(person.details)) for key, person in self._known.items())

    def like(self, details: PatientDetails) -> list[tuple[KnownPerson, Likeness]]:
        """The likest first; those on the list before those who left it."""
        return self._like(_who(details))

    def named(self, values: Mapping[str, object]) -> list[KnownPerson]:
        """Whom a row may name, whether or not it can be taken."""
        name, born, number = values.get("name"), values.get("born"), values.get("nhs_number")
        who = Who(
            name if isinstance(name, str) else "",
            born if isinstance(born, date) else None,
            str(values.get("born_words", "")),
            number if isinstance(number, str) else None,
        )
        return [person for person, _ in self._like(who)]

    def _like(self, who: Who) -> list[tuple[KnownPerson, Likeness]]:
        found = self._people.like(who)
        return [(self._known[key].now(), how) for key, how in found if how >= HOLDS]


def _named(draft: _Draft, reading: Reading[Person | Leaver]) -> Reading[Person | Leaver]:
    return replace(reading, outcome=replace(reading.outcome, who=draft.cells.raw("name")))


def _against_the_hub(draft: _Draft, known: _KnownPeople, answers: Answers) -> Reading[Person | Leaver]:
    row = draft.cells.row
    if draft.person is not None and row.row in answers.left_out:
        left = Remark("", "left out, as was said", "")
        return Reading(RowOutcome(row.row, row.line, Outcome.REJECTED, (left,), harmless=True), None)
    person, maybe = (None, "") if draft.person is None else _whom(draft, draft.person, known, answers)
    if draft.person is None:
        return Reading(RowOutcome(row.row, row.line, Outcome.REJECTED, tuple(draft.cells.faults)), None)
    if draft.questions and row.row not in answers.another:
        asked = (*draft.questions, *draft.cells.remarks)
        return Reading(RowOutcome(row.row, row.line, Outcome.HELD, asked, maybe=maybe), None)
    answered = [Remark(each.field, f"{each.reason}; taken all the same", "") for each in draft.questions]
    remarks = (*answered, *draft.cells.remarks)
    if person is not None:
        return _amending(draft, draft.person, person, remarks, over=row.row in answers.over)
    outcome = Outcome.CHANGED if remarks else Outcome.TAKEN
    return Reading(RowOutcome(row.row, row.line, outcome, remarks, new=True), draft.person)


def _whom(
    draft: _Draft, found: Person, known: _KnownPeople, answers: Answers
) -> tuple[KnownPerson | None, str]:
    """Who of the hub the row is, for certain; and who it may be. What is to be asked is said with the row."""
    like = known.like(found.details)
    for person, how in like:
        if how is Likeness.NUMBER:
            return person, ""
    apart = [person for person, _ in like if _told_apart(found.details, person.details)]
    likely = [(person, how) for person, how in like if person not in apart]
    chosen = answers.same.get(found.row)
    for person, _ in likely:
        if person.id == chosen:
            draft.questions.clear()
            return person, ""
    for person, how in likely:
        if how >= Likeness.NAMESAKE and not person.left and not _says_otherwise(draft, found, person):
            draft.questions.clear()
            return person, ""
    for person in apart:
        draft.cells.remark(
            "name",
            f"{person.id} has the same name and date of birth with another NHS number; taken as two people",
            "check both numbers",
        )
    for person, how in likely:
        where = "who has left the list" if person.left else "on the list"
        draft.ask(
            "name",
            f"may be the same person as {person.id}, {where}: {how.words}",
            f"say that they are {person.id}, or that they are two people",
        )
    return None, next((person.id for person, _ in likely), "")


def _amending(
    draft: _Draft, found: Person, person: KnownPerson, remarks: tuple[Remark, ...], *, over: bool
) -> Reading[Person | Leaver]:
    """What the row changes of somebody whom the hub has."""
    row = draft.cells.row
    if person.left and not person.mistaken:
        said = Remark("", f"is {person.id}, who has left the list", f"take {person.id} back onto the list")
        return Reading(RowOutcome(row.row, row.line, Outcome.REJECTED, (said,), harmless=True), None)
    changes = [*_changes(draft, found, person, over=over), *_seen_otherwise(found, person, over=over)]
    kept = {change.field for change in changes if change.kept}
    values = {
        name: getattr(found.details, name)
        for name in _differing(draft, found, person)
        if _COLUMN_OF.get(name, name) not in kept
    }
    if "nhs_number" in values:
        values["no_number"] = None
    seen = tuple(
        each
        for each in found.observations
        if each not in person.observations and (over or each not in person.withdrawn)
    )
    try:
        after = PatientDetails.model_validate({**dict(person.details), **values})
    except ValidationError as error:
        draft.cells.refuse(error)
        return Reading(RowOutcome(row.row, row.line, Outcome.REJECTED, tuple(draft.cells.faults)), None)
    if not values and not seen and not person.left:
        same = RowOutcome(row.row, row.line, Outcome.SAME, about=person.id, changes=tuple(changes))
        return Reading(same, None)
    if person.left:
        remarks = (Remark("", f"{person.id} is taken back onto the list", ""), *remarks)
    outcome = Outcome.CHANGED if remarks else Outcome.TAKEN
    changed = RowOutcome(row.row, row.line, outcome, remarks, about=person.id, changes=tuple(changes))
    return Reading(changed, Person(after, seen, row.row, person.id, values, back=person.left))


def _says_otherwise(draft: _Draft, found: Person, known: KnownPerson) -> bool:
    less = {"no_number"} & draft.given and known.details.no_number is None
    return bool(less or _differing(draft, found, known)) or not set(found.observations) <= known.observations


def _differing(draft: _Draft, found: Person, known: KnownPerson) -> list[str]:
    """The fields in which the row says something else than the hub has; to know less isn't otherwise."""
    less = set()
    if known.details.nhs_number is not None and found.details.nhs_number is None:
        less.add("no_number")
    if known.details.born is not None and found.details.born is None:
        less.add("born_words")
    if known.details.sex != "unknown" and found.details.sex == "unknown":
        less.add("sex")
    return [
        name
        for name in PatientDetails.model_fields
        if name in draft.given
        and name not in less
        and getattr(found.details, name) != getattr(known.details, name)
    ]


def _changes(draft: _Draft, found: Person, known: KnownPerson, *, over: bool) -> Iterator[Change]:
    for name in _differing(draft, found, known):
        by = "" if over else known.by_hand.get(name, "")
        yield Change(
            _COLUMN_OF.get(name, name),
            _in_words(getattr(known.details, name)),
            _in_words(getattr(found.details, name)),
            f"written here by {by}" if by else "",
        )


def _seen_otherwise(found: Person, known: KnownPerson, *, over: bool) -> Iterator[Change]:
    for seen in found.observations:
        if seen not in known.observations:
            wrong = seen in known.withdrawn and not over
            kept = "taken back here as wrong" if wrong else ""
            yield Change(_SEEN_FIELD[type(seen)], "", _seen_words(seen), kept)


_SEEN_FIELD: Mapping[type, str] = {Test: "test_result", Symptoms: "symptoms_since", Exposure: "exposed_on"}


def _seen_words(seen: Observation) -> str:
    if isinstance(seen, Test):
        return f"{seen.organism}: {seen.result}, specimen of {day_words(london_date(seen.specimen_at))}"
    if isinstance(seen, Symptoms):
        end = f" until {day_words(seen.resolved_on)}" if seen.resolved_on else ""
        return f"{seen.organism}: symptoms since {day_words(seen.onset_on)}{end}"
    return f"{seen.organism}: exposed on {day_words(seen.exposed_on)}" if isinstance(seen, Exposure) else ""


def _in_words(value: object) -> str:
    """A field's value as it is shown; empty where there is none."""
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, Care):
        return f"{value.level}, {value.specialism}"
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _gone(
    drafts: Sequence[_Draft], known: _KnownPeople, people: Sequence[KnownPerson], answers: Answers
) -> tuple[Gone, ...]:
    """Who waits at one of the list's hospitals and isn't on it, not even in a row that can't be taken.

    A list that names no hospital is about those whom a list brought. Who has a placement is on the way.
    """
    there: set[str] = set()
    hospitals = {str(draft.values["hospital"]) for draft in drafts if "hospital" in draft.values}
    for draft in drafts:
        there |= {person.id for person in known.named(draft.values)}
        there |= {answers.same[row] for row in (draft.cells.row.row,) if row in answers.same}
    return tuple(
        Gone(one.id, one.details.hospital or "", one.details.ward, answers.gone.get(one.id, ""))
        for one in people
        if one.id not in there
        and not (one.left or one.placed)
        and (one.details.hospital in hospitals if hospitals else one.imported)
    )


def _kept_notes(readings: Sequence[Reading[Person | Leaver]]) -> Iterator[str]:
    kept = sum(any(change.kept for change in reading.outcome.changes) for reading in readings)
    if kept:
        yield (
            f"In {count_words(kept, 'row')} what somebody wrote here stays, though the list says otherwise; "
            "tick the row to take the list's."
        )


_COLUMN_OF = {"no_number": "no_nhs_number_because", "care": "care_level, specialism", "born_words": "born"}
