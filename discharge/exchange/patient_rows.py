"""One row of a list of people, cell by cell: what it says, what was read otherwise, what can't be.

No remark quotes a person's name, number or date of birth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import ValidationError

from discharge.exchange.cells import Cells, word
from discharge.exchange.delays_said import delays_said
from discharge.exchange.known_people import KnownHub, KnownPerson, Person, Retracted
from discharge.exchange.needs import is_usual, need_words
from discharge.exchange.report import Remark
from discharge.exchange.table_file import Row
from discharge.model.base import YesNo
from discharge.model.birth import birth_words
from discharge.model.errors import UserError
from discharge.model.identifiers import NoNumber, nhs_number, ods_code
from discharge.model.infection import Exposure, Observation, Result, Symptoms, Test, organism_name
from discharge.model.london import LONDON, london_date
from discharge.model.patient import SHIPPED_NEEDS, Care, Level, Pathway, Sex, Specialism
from discharge.model.patient_record import Capacity, PatientDetails
from discharge.rules.authorities import key, not_on_the_list, one_name
from discharge.words.counts import listing

DEFAULT_ORGANISM = "sars-cov-2"
OLDEST = 125
"""Years: an older date of birth is a slip of the pen."""

_IS_SO = "say that it is so, or leave the row out"
_BORN_MEND = "check the year; write the year alone, or 'not known', where the date isn't known"

_PRIVATE = frozenset({
    "name", "nhs_number", "born", "postcode", "next_of_kin", "notes", "home_address", "hospital_number",
    "best_interests_by",
})  # fmt: skip
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
_PATHWAY = re.compile(r"(?<![a-z0-9])(?:pathway|pw|p)[ _-]*([0-3])(?![0-9a-z])", re.IGNORECASE)
"""As systems write it among other words: `Pathway 2 - D2A`, `P3 / Other`, `9a  Pathway 2  bix  Standard`."""
_TAKEN_BACK = re.compile(
    r"\b(?:not|never|no longer|ex|was|formerly|previously|instead of|rather than|unsuitable for)[ -]"
    rf"(?:\w+ ){{0,3}}{_PATHWAY.pattern}"
    rf"|{_PATHWAY.pattern}[ :,(-]*(?:\w+ ){{0,2}}?"
    r"(?:declined|refused|rejected|cancell?ed|withdrawn|unsuitable|inappropriate|no longer|"
    r"not (?:suitable|appropriate|accepted|agreed|possible|required|needed|wanted))\b",
    re.IGNORECASE,
)
"""What names a pathway and says that it isn't, or no longer, theirs: `not for P2`, `P3 declined`."""
ROUTINE = 4
"""The priority of somebody new on a list that has no priorities, as FHIR takes one that isn't given."""
LEVELS: Mapping[str, Level] = {
    "residential": "residential",
    "nursing": "nursing",
    "residential_care": "residential",
    "nursing_care": "nursing",
}
SPECIALISMS: Mapping[str, Specialism] = {
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
_NOT_KNOWN = ("not_known", "unknown", "unk", "nk", "n_k", "not_recorded", "not_stated", "tbc", "u")
_NO_NEEDS = frozenset(("none", "nil", "no", "n", "no_needs", "nil_needs"))
"""Words in the place of needs that say that there are none; what the hub has of somebody known stays."""
_CAPACITY: Mapping[str, Capacity] = {
    "has_capacity": Capacity.HAS_CAPACITY, "capacity": Capacity.HAS_CAPACITY, "yes": Capacity.HAS_CAPACITY,
    "y": Capacity.HAS_CAPACITY, "has_mental_capacity": Capacity.HAS_CAPACITY,
    "best_interests": Capacity.BEST_INTERESTS, "best_interest": Capacity.BEST_INTERESTS,
    "best_interests_decision": Capacity.BEST_INTERESTS, "best_interest_decision": Capacity.BEST_INTERESTS,
    "bi": Capacity.BEST_INTERESTS, "bid": Capacity.BEST_INTERESTS,
    "not_assessed": Capacity.NOT_ASSESSED, "not_yet_assessed": Capacity.NOT_ASSESSED,
    "to_be_assessed": Capacity.NOT_ASSESSED, "awaiting_assessment": Capacity.NOT_ASSESSED,
    **dict.fromkeys(_NOT_KNOWN, Capacity.NOT_KNOWN),
}  # fmt: skip
"""A bare "no" or "lacks capacity" says neither who decides nor whether it was assessed: it is asked for."""
_ASKED: Mapping[str, YesNo] = {
    **dict.fromkeys(("yes", "y", "true", "1", "1_0", "asked", "done", "applied"), YesNo.YES),
    **dict.fromkeys(("no", "n", "false", "0", "0_0", "not_asked", "not_yet"), YesNo.NO),
    **dict.fromkeys(_NOT_KNOWN, YesNo.NOT_KNOWN),
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


@dataclass(slots=True)
class Beside:
    """What a row says that no cell holds; of a file that isn't a table.

    `questions` are asked before it is taken, `faults` keep it out. `left` says in words that they left the
    list; `unverified`, that the NHS number may be another's; `instead_of_empty` what is said, and the mend,
    of a column that must be there and isn't.
    """

    observations: list[Observation] = field(default_factory=list)
    corrects: set[Observation] = field(default_factory=set)
    """Those that come in the place of what stands of the same specimen."""
    reported_untold: set[Observation] = field(default_factory=set)
    """Tests of which it isn't said when they were reported."""
    retracted: list[Retracted] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    questions: list[Remark] = field(default_factory=list)
    faults: list[Remark] = field(default_factory=list)
    left: str = ""
    unverified: bool = False
    number_said: str = ""
    """Of a file without cells, what is said of a number that is none; the mend is the sender's."""
    instead_of_empty: dict[str, tuple[str, str]] = field(default_factory=dict)

    def of_number(self, error: UserError) -> tuple[str, str]:
        """What is said of a number that is none, and the mend."""
        said = error.sentence.rstrip(".")
        if not self.number_said:
            return said, error.mend
        return f"{self.number_said}: {said[:1].lower()}{said[1:]}", "have it sent with the right number"

    def ask(self, field: str, question: str, mend: str) -> None:
        """Holds the row up with a question."""
        self.questions.append(Remark(field, question, mend))

    def fault(self, field: str, reason: str, mend: str) -> None:
        """Keeps the row out."""
        self.faults.append(Remark(field, reason, mend))


@dataclass(frozen=True, slots=True)
class OneRow:
    """What a row says field by field: those that will do, and what is wrong with the others."""

    values: Mapping[str, object]
    observations: tuple[Observation, ...]
    remarks: tuple[Remark, ...]


def read_one(row: Row, known: KnownHub, *, now: datetime) -> OneRow:
    """One row by itself, though some of its cells won't do; nothing is compared with the hub's people."""
    draft = Draft(row, known, now)
    faulty = {fault.field for fault in draft.cells.faults}
    values = {field: value for field, value in draft.values.items() if field not in faulty}
    return OneRow(
        values, draft.observations, (*draft.cells.faults, *draft.beside.questions, *draft.cells.remarks)
    )


class Draft:
    """One row as it goes through the checks; `person` is None once it can't be taken."""

    def __init__(
        self,
        row: Row,
        known: KnownHub,
        now: datetime,
        *,
        by_number: Mapping[str | None, KnownPerson] | None = None,
        beside: Beside | None = None,
    ) -> None:
        """`by_number` has the hub's people where a row may have no name; None where it must have one."""
        self.cells = Cells(row, private=_PRIVATE, today=london_date(now), dashes=True)
        self._is_table = beside is None
        self.beside = beside or Beside()
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
            "priority": self._priority(),
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
            **self._beside_matching(known, now),
        }
        care = self._care()
        if care is not None:
            found["care"] = care
        elif found["pathway"] in (Pathway.P2, Pathway.P3):
            self._say_no_care()
        observations = (*self._observations(known, now), *self.beside.observations)
        self.observations = observations
        given = self.values = {field: value for field, value in found.items() if value not in (None, ())}
        before: dict[str, object] = {}
        if self._by_number is not None:
            before = self._known_by_number(given)
        self._instead_of_empty()
        cells.faults += self.beside.faults
        cells.remarks += self.beside.remarks
        if cells.faults:
            return
        try:
            details = PatientDetails.model_validate({"priority": ROUTINE, **before, **given})
        except ValidationError as error:
            cells.refuse(error)
            return
        self.person = Person(details, observations, cells.row.row)
        self.given = frozenset(given)

    def _known_by_number(self, given: Mapping[str, object]) -> dict[str, object]:
        """What the hub has of somebody whom a row may mean without a name; its empty cells say nothing."""
        cells = self.cells
        number = given.get("nhs_number")
        one = (self._by_number or {}).get(number if isinstance(number, str) else None)
        if one is None and cells.raw("name"):
            return {}
        cells.faults = [fault for fault in cells.faults if cells.raw(fault.field) or fault.field in _NUMBERS]
        said = cells.row.remarks
        cells.remarks = [each for each in cells.remarks if each in said or cells.raw(each.field)]
        if one is not None and number is not None:
            return dict(one.details)
        if number is not None:
            cells.fault(
                "nhs_number",
                "is nobody of the hub, and this list has no names",
                "enter them, or import a list with names",
            )
        return {}

    def _instead_of_empty(self) -> None:
        """Of a file without cells, says what is missing in its own words."""
        instead = self.beside.instead_of_empty
        self.cells.faults = [
            Remark(fault.field, *instead[fault.field])
            if fault.field in instead and fault.reason == "is empty"
            else fault
            for fault in self.cells.faults
        ]

    def _beside_matching(self, known: KnownHub, now: datetime) -> dict[str, object]:
        """What no plan asks for: none of it costs a row, what can't be read is left empty and said."""
        cells = self.cells
        admitted = cells.day("admitted_on")
        if admitted is not None and admitted > london_date(now):
            cells.fault("admitted_on", "lies in the future", "check the date")
            admitted = None
        capacity = cells.one_of("mental_capacity", _CAPACITY)
        by = cells.text("best_interests_by", longest=200)
        if by is not None and capacity is None and not cells.raw("mental_capacity"):
            capacity = Capacity.BEST_INTERESTS
        elif by is not None and capacity is not Capacity.BEST_INTERESTS:
            cells.fault("best_interests_by", "is given without such a decision", "see who decides")
            by = None
        found: dict[str, object] = {
            "admitted_on": admitted,
            "expected_on": cells.day("expected_on"),
            "hospital_number": cells.text("hospital_number", longest=200),
            "home_address": cells.text("home_address", longest=2_000),
            "gp_practice": cells.text("gp_practice", longest=200),
            "named_lead": self._lead(known),
            "mental_capacity": capacity,
            "best_interests_by": by,
            **{name: cells.one_of(name, _ASKED) for name in ("dols_asked", "family_asked", "carer_asked")},
        }
        cells.forgive(*found)
        # what its cell can't say costs nothing, and is remarked there
        return {**found, "delays": delays_said(cells, "delay_reasons", today=london_date(now))}

    def _lead(self, known: KnownHub) -> str | None:
        text = self.cells.text("named_lead", longest=200)
        if text is None:
            return None
        lead = known.leads.get(" ".join(text.split()).casefold())
        if lead is None:
            self.cells.remark("named_lead", "is nobody of this hub; left empty", "choose one of its people")
        return lead

    def _lacks(self, column: str) -> bool:
        """Whether the file is a table without this column: no row of it can say anything there."""
        return self._is_table and column not in self.cells.row.cells

    def _says_none_why(self) -> bool:
        """Whether the list has numbers, and nowhere to say why somebody has none."""
        named = self._by_number is None
        return named and self._lacks("no_nhs_number_because") and not self._lacks("nhs_number")

    def _priority(self) -> int | None:
        """How urgent it is; None of a list without it, which leaves a known person's as it is."""
        found = self.cells.whole("priority", least=1, most=4)
        return found if self._lacks("priority") else self.cells.needed("priority", found)

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
                cells.fault("nhs_number", *self.beside.of_number(error))
        elif reason is not None:
            return {"no_number": reason}
        elif self._says_none_why():
            cells.remark("nhs_number", "is empty: taken as not known", "add it once it is known")
            return {"no_number": NoNumber.NOT_KNOWN}
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
        found = {f"P{text[0]}"} if re.fullmatch(r"[0-3](\.0)?", text) else {*pathways_in(text)}
        if len(found) == 1:
            pathway = Pathway(found.pop())
            if "?" in text:
                cells.remark("pathway", f"is in doubt: taken as {pathway}", "amend it once it is decided")
            if takes_pathway_back(text):
                self.beside.ask(
                    "pathway", f"{cells.shown('pathway')} may mean another than {pathway}", _IS_SO
                )
            return pathway
        if found:
            named = listing(sorted(found))
            cells.fault("pathway", f"{cells.shown('pathway')} names {named}", "write the one that is meant")
        elif text:
            cells.fault("pathway", f"{cells.shown('pathway')} is not known", "use P0, P1, P2 or P3")
        return None

    def _needs(self) -> tuple[str, ...]:
        cells = self.cells
        said = (cells.text("needs", longest=5_000) or "").split(";")
        needs = tuple(dict.fromkeys(need for part in said for need in need_words(part) if need))
        if set(needs) & _NO_NEEDS:
            needs = tuple(need for need in needs if need not in _NO_NEEDS)
            cells.remark("needs", f"{cells.shown('needs')}: what says that there are none is left out")
        elif not needs and cells.raw("needs"):
            cells.remark("needs", f"{cells.shown('needs')} names no need; left out", "ask what they need")
        for need in needs:
            if not is_usual(need):
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
        if word(found) in _NOT_KNOWN:
            cells.remark(field, "is not known: left empty", "choose it once it is known")
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
        level = cells.one_of("care_level", LEVELS)
        specialism = cells.one_of("specialism", SPECIALISMS)
        return Care(level=level, specialism=specialism) if level and specialism else None

    def _say_no_care(self) -> None:
        """Whoever needs a bed is taken without what care they need: no half of it is guessed."""
        cells = self.cells
        if not cells.raw("specialism") and cells.raw("care_level"):
            reason = "is empty where a care level is given: no bed fits until it is known"
            cells.remark("specialism", reason, "use general, or what fits; or say it in the hub")
        elif not cells.raw("care_level"):
            half = " where a specialism is given" if cells.raw("specialism") else ""
            cells.remark(
                "care_level", f"is empty{half}: no bed fits until it is known", "use residential or nursing"
            )

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
        for column in ("symptoms_since", "exposed_on"):
            if given and cells.raw(column) and not cells.raw("organism"):
                what = f"is of an infection that isn't said: taken as {organism_name(organism)}"
                cells.remark(column, what, "name the organism where it is another one")
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
        untold = self._lacks("reported_at") and specimen is not None and result not in (None, "pending")
        if untold:
            reported = specimen
            cells.remark(
                "test_result", "isn't said when reported: taken as reported when the specimen was taken"
            )
        elif result is not None and result != "pending":
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
        test = Test(organism=organism, result=result, specimen_at=specimen, reported_at=reported)
        if untold:
            self.beside.reported_untold.add(test)
        return test

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


def pathways_in(text: str) -> tuple[str, ...]:
    """The pathways that a text names, `P2`, however systems write them among other words."""
    return tuple(dict.fromkeys(f"P{number}" for number in _PATHWAY.findall(text)))


def takes_pathway_back(text: str) -> bool:
    """Whether a text names a pathway and may say that it isn't, or no longer, theirs."""
    return _TAKEN_BACK.search(text) is not None
