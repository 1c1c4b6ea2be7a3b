"""The homes sheet: one row a group of like beds, with its unit and its home; out of the hub and into it.

An empty cell says nothing: what the hub knows stays. `none` empties a field. What is free is a home's word,
as in a capacity return, but a sheet is no return: it makes beds by room and category.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from discharge.exchange.cells import Cells, word
from discharge.exchange.csv_reading import Columns, Progress, Row, TableFile
from discharge.exchange.csv_writing import csv_text, from_text_cell
from discharge.exchange.report import (
    Change,
    Imported,
    ImportReport,
    Outcome,
    Remark,
    RowOutcome,
)
from discharge.model.errors import UserError
from discharge.model.identifiers import cqc_id
from discharge.model.patient import SHIPPED_NEEDS
from discharge.model.setting import Beds, BedSex, Category, Free, Isolation, Room, Unit
from discharge.model.setting_record import Commissioning, Contract, GroupSaid, SettingDetails
from discharge.rules.careful import fitted
from discharge.words import terms
from discharge.words.counts import count_words
from discharge.words.days import day_and_time

NOUN = "homes sheet"
COLUMNS = Columns(
    noun=NOUN,
    required=("home", "unit", "isolation", "category", "room"),
    optional=(
        "name",
        "local_authority",
        "isolation_places",
        "cohort_organism",
        "unit_needs",
        "beds",
        "sex",
        "free",
        "free_later",
        "as_of",
        "commissioned",
        "contract_from",
        "contract_to",
        "weekly_fee",
        "accepts",
        "home_needs",
        "phone",
        "email",
        "contact",
    ),
    also={
        "CQC location ID": "home",
        "Location ID": "home",
        "home name": "name",
        "cohort": "cohort_organism",
        "group": "beds",
        "fee": "weekly_fee",
        "accepted organisms": "accepts",
        "telephone": "phone",
        "e-mail": "email",
    },
)
ORDER = (
    "home", "name", "local_authority", "unit", "isolation", "isolation_places", "cohort_organism",
    "unit_needs", "beds", "category", "room", "sex", "free", "free_later", "as_of", "commissioned",
    "contract_from", "contract_to", "weekly_fee", "accepts", "home_needs", "phone", "email", "contact",
)  # fmt: skip
"""The columns as they are written."""

_NONE = "none"
_MOST_BEDS = 2_000
_HOME = {
    "weekly_fee": "weekly_fee",
    "accepts": "accepts_organisms",
    "home_needs": "needs_met",
    "phone": "phone",
    "email": "email",
    "contact": "contact",
}
"""Columns that say something of the whole home, with the field of its record."""
_UNIT = {
    "isolation": "isolation",
    "isolation_places": "isolation_places",
    "cohort_organism": "cohort_organism",
    "unit_needs": "needs_met",
}
"""Columns that say something of the whole unit, with its field."""
_EMPTY: Mapping[str, object] = {
    "weekly_fee": None,
    "accepts": (),
    "home_needs": (),
    "phone": "",
    "email": "",
    "contact": "",
    "isolation_places": None,
    "cohort_organism": None,
    "unit_needs": (),
}
"""What `none` in a column makes of its field."""

_ISOLATIONS: Mapping[str, Isolation] = {
    **{word(said): code for code, said in terms.ISOLATIONS.items()},
    "none": "none",
    "no": "none",
    "rooms": "rooms",
    "own_rooms": "rooms",
    "own_room": "rooms",
    "cohort": "cohort",
    "together": "cohort",
}
_CATEGORIES: Mapping[str, Category] = {
    **{word(said): code for code, said in terms.CATEGORIES.items()},
    **{code: code for code in terms.CATEGORIES},
    "transitional_care": "transitional",
    "transitional_short_stay_services": "transitional",
    "young_physically_disabled": "ypd",
    "ypd_young_physically_disabled": "ypd",
}
_ROOMS: Mapping[str, Room] = {
    **{word(said): code for code, said in terms.ROOMS.items()},
    **{code: code for code in terms.ROOMS},
}
_SEXES: Mapping[str, BedSex] = {
    **{word(said): code for code, said in terms.BED_SEXES.items()},
    **{code: code for code in terms.BED_SEXES},
    "mixed": "any",
    "f": "female",
    "m": "male",
}
_COMMISSIONED: Mapping[str, Commissioning] = {"block": "block", "framework": "framework", "spot": "spot"}
_LATER = re.compile(
    r"(?P<count>\d{1,4})(?: from (?P<start>\S+))?(?: (?:to|until|till) (?P<end>\S+))?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SheetHome:
    """A home as the hub knows it: what a sheet is filled from and held against."""

    id: str
    details: SettingDetails
    units: tuple[Unit, ...] = ()
    contracts: Mapping[tuple[str, str], Contract] = field(default_factory=dict)
    """By unit and group of beds, where somebody has said."""
    as_of: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    """When it was said what is free of a group, where anybody has."""

    def contract(self, unit: str, beds: str) -> Contract:
        """How a group is commissioned; empty where nobody has said."""
        return self.contracts.get((unit, beds), Contract())


@dataclass(frozen=True, slots=True)
class KnownSheet:
    """What the hub has: its homes, the rule set's organisms, and the day."""

    homes: tuple[SheetHome, ...]
    organisms: Collection[str]
    today: date


@dataclass(frozen=True, slots=True)
class HomeSaid:
    """What a sheet changes of one home; `row` is the first of its rows."""

    setting: str
    row: int
    changes: Mapping[str, object] = field(default_factory=dict)
    """Of the home's record, by field."""
    unit_changes: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Of units on record, by their names."""
    new_units: tuple[Unit, ...] = ()
    """Without beds: those come with `groups`."""
    groups: tuple[GroupSaid, ...] = ()


# --- out -------------------------------------------------------------------------------------------


def write_sheet(homes: Sequence[SheetHome], *, today: date) -> bytes:
    """The sheet of these homes, filled with what the hub knows; a home without units has a row to fill in.

    No cell is taken for a formula by a spreadsheet; reading it again finds nothing new.
    """
    rows = ([cells.get(name, "") for name in ORDER] for home in homes for cells in _rows_of(home, today))
    return csv_text(ORDER, rows).encode("utf-8-sig")


def _rows_of(home: SheetHome, today: date) -> Iterator[dict[str, str]]:
    details = home.details
    whole = {
        "home": details.cqc_id or home.id,
        "name": details.name,
        "local_authority": details.local_authority or "",
        **{column: _written(getattr(details, name)) for column, name in _HOME.items()},
    }
    if not home.units:
        yield whole
    for unit in home.units:
        of_unit = whole | {"unit": unit.id}
        of_unit |= {column: _written(getattr(unit, name)) for column, name in _UNIT.items()}
        if not unit.beds:
            yield of_unit
        for beds in unit.beds:
            contract = home.contract(unit.id, beds.id)
            now, later = _as_of_today(beds.free, today)
            yield of_unit | {
                "beds": beds.id,
                "category": beds.category,
                "room": beds.room,
                "sex": beds.sex,
                "free": str(now),
                "free_later": "; ".join(map(_span_words, later)),
                "as_of": _written(home.as_of.get((unit.id, beds.id))),
                "commissioned": contract.kind or "",
                "contract_from": _written(contract.start),
                "contract_to": _written(contract.end),
            }


def _written(value: object) -> str:
    """A field as it stands in a cell."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    if isinstance(value, float):
        plain = format(Decimal(repr(value)), "f")
        return plain.removesuffix(".0")
    return value.isoformat() if isinstance(value, date) else str(value)


_Span = tuple[int, date | None, date | None]
"""So many beds from a day (None: now) until another."""


def _as_of_today(free: Sequence[Free], today: date) -> tuple[int, tuple[_Span, ...]]:
    """Beds free from now on without an end, and the others by their days; what is over is left out."""
    now = 0
    later: Counter[tuple[date | None, date | None]] = Counter()
    for span in free:
        if span.end is not None and span.end <= max(today, span.start):
            continue
        start = span.start if span.start > today else None
        if start is None and span.end is None:
            now += span.count
        else:
            later[start, span.end] += span.count
    spans = sorted(later.items(), key=lambda each: (each[0][0] or today, each[0][1] or date.max))
    return now, tuple((count, start, end) for (start, end), count in spans if count)


def _span_words(span: _Span) -> str:
    count, start, end = span
    begins = f" from {start.isoformat()}" if start is not None else ""
    return f"{count}{begins}{f' until {end.isoformat()}' if end is not None else ''}"


# --- in --------------------------------------------------------------------------------------------


def read_homes_sheet(
    source: Path | bytes,
    known: KnownSheet,
    *,
    answered: Collection[int] = (),
    progress: Progress | None = None,
) -> Imported[HomeSaid]:
    """Every row of a homes sheet in a CSV file; see `read_rows`.

    Raises `BrokenFile` where the file as a whole is no such sheet.
    """
    file = TableFile(source, COLUMNS, progress=progress)
    rows = list(file.rows())
    return read_rows(rows, known, file=file.name, notes=file.notes, answered=answered)


def read_rows(
    rows: Iterable[Row],
    known: KnownSheet,
    *,
    file: str = "",
    notes: Sequence[str] = (),
    answered: Collection[int] = (),
) -> Imported[HomeSaid]:
    """What became of each row, and what is to be changed, home by home.

    Rows of one home, and of one unit, have to agree on what they say of the whole of it. A row whose `name`
    isn't the name of the home that it numbers is held up until it is among those `answered`.
    """
    ids = _Ids(known)
    lines = [_Line(row, ids, known, answered) for row in rows]
    by_home: dict[str, list[_Line]] = {}
    for line in lines:
        if line.home is not None and line.is_good:
            by_home.setdefault(line.home.id, []).append(line)
    found = [said for of_home in by_home.values() if (said := _home_said(of_home, known)) is not None]
    report = ImportReport(NOUN, file, tuple(line.outcome() for line in lines), (*notes, *_unsaid(by_home)))
    return Imported(report, tuple(found))


def _unsaid(by_home: Mapping[str, Sequence[_Line]]) -> Iterator[str]:
    """Groups of beds on record of homes in the sheet that aren't in it."""
    left = 0
    for lines in by_home.values():
        home = lines[0].home
        if home is not None and any(line.unit for line in lines):
            said = {(line.unit, line.beds) for line in lines}
            left += sum((unit.id, beds.id) not in said for unit in home.units for beds in unit.beds)
    if left:
        yield (
            f"{count_words(left, 'group of beds', 'groups of beds')} of these homes on record, but not in "
            "the sheet: nothing is changed there. Beds are taken out by hand, with the reason."
        )


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


class _Ids:
    """The hub's homes by what a sheet may call them: CQC id, id in the hub, name."""

    def __init__(self, known: KnownSheet) -> None:
        self.by_id: dict[str, SheetHome] = {}
        self.by_name: dict[str, list[SheetHome]] = {}
        for home in known.homes:
            self.by_id[home.id.upper()] = home
            self.by_name.setdefault(_fold(home.details.name), []).append(home)
        for home in known.homes:
            if home.details.cqc_id is not None:
                self.by_id[home.details.cqc_id.upper()] = home


class _Line:
    """A row as it goes through the checks."""

    def __init__(self, row: Row, ids: _Ids, known: KnownSheet, answered: Collection[int]) -> None:
        plain = {name: from_text_cell(text) for name, text in row.cells.items()}
        self.row = row
        self.cells = cells = Cells(Row(row.row, row.line, plain, row.faults, row.remarks))
        self.known = known
        self.held: Remark | None = None
        self.changes: list[Change] = []
        self.new = False
        self.home: SheetHome | None = None
        self.unit = self.beds = ""
        self.of_home: dict[str, object] = {}
        self.of_unit: dict[str, object] = {}
        if row.faults:
            return
        self.home = self._find_home(ids)
        if self.home is None:
            return
        self._look_at_the_name(answered)
        self.old_unit = self._named(cells.text("unit", longest=100), self.home.units)
        self.unit = self.old_unit.id if self.old_unit else cells.text("unit", longest=100) or ""
        self._read_home(self.home.details)
        self._read_unit()
        self._read_beds()
        if not self.unit and (self.of_unit or self._says_beds()):
            cells.fault("unit", "is empty", "name the unit that this is about")

    @property
    def is_good(self) -> bool:
        """Nothing keeps it out."""
        return not self.cells.faults and self.held is None and self.home is not None

    def outcome(self) -> RowOutcome:
        """What became of it, once its home has been gone through."""
        cells, row = self.cells, self.row
        about = (self.home.details.cqc_id or self.home.id) if self.home is not None else ""
        who = "" if self.home is None else f"{self.home.details.name} · {self.unit}".removesuffix(" · ")
        if cells.faults or self.home is None:
            return RowOutcome(row.row, row.line, Outcome.REJECTED, tuple(cells.faults), about=about)
        if self.held is not None:
            remarks = (self.held, *cells.remarks)
            return RowOutcome(row.row, row.line, Outcome.HELD, remarks, about=about)
        changes, remarks = tuple(self.changes), tuple(cells.remarks)
        outcome = Outcome.TAKEN if self.new or changes else Outcome.SAME
        if remarks:
            outcome = Outcome.CHANGED
        return RowOutcome(
            row.row, row.line, outcome, remarks, about=about, new=self.new, changes=changes, who=who
        )

    def change(self, column: str, before: object, after: object) -> None:
        """Something that the row changes, old and new side by side."""
        self.changes.append(Change(column, _written(before), _written(after) or _NONE))

    # which home, unit and group

    def _find_home(self, ids: _Ids) -> SheetHome | None:
        cells = self.cells
        text = cells.text("home") or cells.text("name")
        if text is None:
            cells.fault("home", "is empty", "write the CQC location id, or the home's name")
            return None
        try:
            number = cqc_id(text)
        except UserError:
            number = text
        found = ids.by_id.get(number.upper())
        if found is not None:
            return found
        named = ids.by_name.get(_fold(text), [])
        if len(named) == 1:
            return named[0]
        if named:
            cells.fault("home", f"the hub has {len(named)} homes called {text}", "write the CQC location id")
        else:
            mend = "import the CQC directory or register the home first"
            cells.fault("home", f"{cells.shown('home')} is no setting of this hub", mend)
        return None

    def _look_at_the_name(self, answered: Collection[int]) -> None:
        assert self.home is not None
        said, ours = self.cells.text("name"), self.home.details.name
        if said is None or _fold(said) == _fold(ours) or self.row.row in answered:
            return
        reason = f"{said} here, but in the hub the home of this id is {ours}"
        self.held = Remark("name", reason, "mend the id or the name, or say that it is the same home")

    def _named(self, text: str | None, among: Iterable[Unit]) -> Unit | None:
        """The unit of that name, else of one that differs in capitals and blanks alone."""
        units = list(among)
        exact = [unit for unit in units if unit.id == text]
        alike = [unit for unit in units if text is not None and _fold(unit.id) == _fold(text)]
        return next(iter(exact or alike), None)

    # what it says

    def _read_home(self, before: SettingDetails) -> None:
        cells = self.cells
        self._take(self.of_home, "weekly_fee", lambda: cells.decimal("weekly_fee", least=0, most=100_000))
        self._take(self.of_home, "accepts", lambda: self._organisms("accepts"))
        self._take(self.of_home, "home_needs", lambda: self._needs("home_needs", before.needs_met))
        self._take(self.of_home, "phone", lambda: self._phone(before.phone))
        for column in ("email", "contact"):
            self._take(self.of_home, column, partial(cells.text, column, longest=200))

    def _read_unit(self) -> None:
        cells = self.cells
        before = self.old_unit.needs_met if self.old_unit is not None else ()
        if (isolation := cells.one_of("isolation", _ISOLATIONS)) is not None:
            self.of_unit["isolation"] = isolation
        self._take(
            self.of_unit, "isolation_places", partial(cells.whole, "isolation_places", most=_MOST_BEDS)
        )
        self._take(self.of_unit, "cohort_organism", self._organism)
        self._take(self.of_unit, "unit_needs", lambda: self._needs("unit_needs", before))

    def _take(self, into: dict[str, object], column: str, read: Callable[[], object]) -> None:
        """Reads a cell into the field; an empty one says nothing, `none` empties the field."""
        text = self.cells.raw(column)
        if not text:
            return
        value = _EMPTY[column] if word(text) == _NONE else read()
        if value is not None or word(text) == _NONE:
            into[column] = value

    def _organism_of(self, column: str, text: str) -> str | None:
        by_word = {word(name): name for name in self.known.organisms}
        by_word = {word(terms.organism_choice(name)): name for name in self.known.organisms} | by_word
        found = by_word.get(word(text))
        if found is None:
            known = ", ".join(sorted(self.known.organisms))
            self.cells.fault(column, f"'{text[:40]}' is no organism of the rule set", f"use of {known}")
        return found

    def _organism(self) -> str | None:
        return self._organism_of("cohort_organism", self.cells.raw("cohort_organism"))

    def _organisms(self, column: str) -> tuple[str, ...]:
        said = [self._organism_of(column, each) for each in self.cells.texts(column)]
        return tuple(dict.fromkeys(each for each in said if each is not None))

    def _needs(self, column: str, before: Sequence[str]) -> tuple[str, ...]:
        ours = {_fold(need): need for need in before}

        def need(text: str) -> str:
            plain = _fold(text)
            return ours.get(plain) or (word(plain) if word(plain) in SHIPPED_NEEDS else plain)

        return self.cells.texts(column, of=need)

    def _phone(self, before: str) -> str | None:
        text = self.cells.text("phone", longest=200)
        if text is None or text == before:
            return text
        return f"0{text}" if re.fullmatch(r"[1-9]\d{9}", text) else text

    # its beds

    def _says_beds(self) -> bool:
        columns = ("beds", "category", "room", "sex", "free", "free_later", "commissioned")
        return any(self.cells.raw(name) for name in columns)

    def _read_beds(self) -> None:
        cells = self.cells
        self.category = cells.one_of("category", _CATEGORIES)
        self.room = cells.one_of("room", _ROOMS)
        self.sex = cells.one_of("sex", _SEXES)
        self.free = cells.whole("free", most=_MOST_BEDS)
        self.free_by_now = 0
        """What `free_later` says of a day that has come: a sheet that has lain for a while."""
        self.later = self._read_later()
        self.as_of = cells.instant("as_of", clock=UTC)
        self.contract = self._read_contract()
        groups = self.old_unit.beds if self.old_unit is not None else ()
        name = cells.text("beds", longest=100)
        self.old_beds = self._group(name, groups) if self._says_beds() else None
        if self.old_beds is not None:
            self.beds = self.old_beds.id
        elif self._says_beds():
            cells.needed("category", self.category)
            cells.needed("room", self.room)
            if self.category is not None and self.room is not None:
                self.beds = name or _kind_words(self.category, self.room, self.sex or "any")

    def _group(self, name: str | None, groups: Sequence[Beds]) -> Beds | None:
        """The group on record that is meant: by its name, else the only one of its kind."""
        if name is not None:
            exact = [beds for beds in groups if beds.id == name]
            alike = [beds for beds in groups if _fold(beds.id) == _fold(name)]
            return next(iter(exact or alike), None)
        kind = (self.category, self.room, self.sex or "any")
        same = [beds for beds in groups if (beds.category, beds.room, beds.sex) == kind]
        if len(same) > 1:
            names = ", ".join(beds.id for beds in same)
            self.cells.fault("beds", f"there are several groups of this kind: {names}", "name the one meant")
        return same[0] if len(same) == 1 else None

    def _read_later(self) -> tuple[_Span, ...] | None:
        cells, today = self.cells, self.known.today
        if not cells.raw("free_later"):
            return None
        if word(cells.raw("free_later")) == _NONE:
            return ()
        spans: list[Free] = []
        for part in cells.texts("free_later"):
            found = _LATER.fullmatch(" ".join(part.split()))
            if found is None or not (found["start"] or found["end"]):
                cells.fault("free_later", f"'{part[:40]}' isn't understood", _LATER_MEND)
                return None
            start = self._day(found["start"]) if found["start"] else today
            end = self._day(found["end"]) if found["end"] else None
            if start is None or (found["end"] and end is None):
                return None
            if end is not None and end <= start:
                cells.fault("free_later", f"'{part[:40]}' would go before it comes", "mend one of the dates")
                return None
            spans.append(Free(start=start, end=end, count=int(found["count"])))
        now, later = _as_of_today(spans, today)
        self.free_by_now = now
        return later

    def _day(self, text: str) -> date | None:
        """A date inside `free_later`."""
        inner = Cells(Row(self.row.row, self.row.line, {"free_later": text}))
        found = inner.day("free_later")
        self.cells.faults += inner.faults
        return found

    def _read_contract(self) -> Contract | None:
        cells = self.cells
        columns = ("commissioned", "contract_from", "contract_to")
        if not any(cells.raw(name) for name in columns):
            return None
        if word(cells.raw("commissioned")) == _NONE:
            return Contract()
        kind = cells.one_of("commissioned", _COMMISSIONED)
        start, end = cells.day("contract_from"), cells.day("contract_to")
        if any(fault.field in columns for fault in cells.faults):
            return None
        if kind is None:
            cells.fault("commissioned", "is empty, but there are dates", "write block, framework or spot")
            return None
        if start is not None and end is not None and end < start:
            cells.fault("contract_to", "the contract ends before it starts", "mend one of the dates")
            return None
        return Contract(kind=kind, start=start, end=end)

    def beds_after(self) -> Beds:
        """The group as it shall be; what is free as it is on record where the row says the same of it."""
        old, today = self.old_beds, self.known.today
        now, later = _as_of_today(old.free if old is not None else (), today)
        wanted_now = now if self.free is None and not self.free_by_now else self.free or 0
        wanted_now += self.free_by_now
        wanted_later = later if self.later is None else self.later
        free: tuple[Free, ...] = old.free if old is not None else ()
        if (wanted_now, wanted_later) != (now, later):
            spans: list[_Span] = [(wanted_now, None, None), *wanted_later]
            free = tuple(Free(start=start or today, end=end, count=n) for n, start, end in spans if n)
        category, room = self.category or (old and old.category), self.room or (old and old.room)
        sex = self.sex or (old.sex if old is not None else "any")
        return Beds.model_validate(
            {"id": self.beds, "category": category, "room": room, "sex": sex, "free": free}
        )


_LATER_MEND = "write it as 1 from 2020-12-01; 2 from 2020-12-01 until 2020-12-05"


def _kind_words(category: Category, room: Room, sex: BedSex) -> str:
    """A name for a group that the sheet gives none: what its beds are."""
    of = "" if sex == "any" else f", {terms.BED_SEXES[sex].lower()}"
    return f"{terms.CATEGORIES[category]}, {terms.ROOMS[room].lower()}{of}"


# --- a home ----------------------------------------------------------------------------------------


def _home_said(lines: list[_Line], known: KnownSheet) -> HomeSaid | None:
    """What the good rows of one home change of it, each change said in a row; None where nothing changes."""
    home = lines[0].home
    assert home is not None
    for column in _HOME:
        _agree(lines, column, lambda line: line.of_home, "the same home")
    for of_unit in _by(lines, lambda line: line.unit):
        for column in _UNIT:
            _agree(of_unit, column, lambda line: line.of_unit, "the same unit")
    for of_group in _by([line for line in lines if line.beds], lambda line: (line.unit, line.beds)):
        first, *others = of_group
        for line in others:
            reason = f"row {first.row.row} has the same beds already"
            line.cells.fault("beds", reason, "give each group its own name, or take one of the two out")
    for of_unit in _by([line for line in lines if line.is_good and line.unit], lambda line: line.unit):
        _whole_unit(of_unit)
    good = [line for line in lines if line.is_good]
    if not good:
        return None
    changes = _changed(good, home.details, _HOME, lambda line: line.of_home)
    unit_changes: dict[str, dict[str, object]] = {}
    new_units: list[Unit] = []
    for of_unit in _by([line for line in good if line.unit], lambda line: line.unit):
        old, name = of_unit[0].old_unit, of_unit[0].unit
        if old is None:
            new_units.append(_new_unit(name, of_unit))
            for line in of_unit:
                line.new = True
        elif changed := _changed(of_unit, old, _UNIT, lambda line: line.of_unit):
            unit_changes[name] = changed
    groups = _groups(home, good, known.today)
    if not (changes or unit_changes or new_units or groups):
        return None
    return HomeSaid(home.id, good[0].row.row, changes, unit_changes, tuple(new_units), groups)


def _by(lines: Sequence[_Line], key: Callable[[_Line], Hashable]) -> list[list[_Line]]:
    found: dict[Hashable, list[_Line]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return list(found.values())


def _agree(
    lines: Sequence[_Line], column: str, said: Callable[[_Line], Mapping[str, object]], noun: str
) -> None:
    """Rows that say something else of the whole than another can't be taken, neither of them."""
    saying = [line for line in lines if line.is_good and column in said(line)]
    if len({_comparable(said(line)[column]) for line in saying}) < 2:
        return
    for line in saying:
        mine = _comparable(said(line)[column])
        other = next(one for one in saying if _comparable(said(one)[column]) != mine)
        reason = f"row {other.row.row} says {_written(said(other)[column]) or _NONE} of {noun}"
        line.cells.fault(column, reason, "say the same in every row, or in one alone")


def _comparable(value: object) -> Hashable:
    return frozenset(value) if isinstance(value, tuple) else value


def _whole_unit(lines: Sequence[_Line]) -> None:
    """A new unit has to say how it isolates; places and an organism of a unit that doesn't are a slip."""
    said: dict[str, object] = {}
    for line in lines:
        said |= line.of_unit
    old = lines[0].old_unit
    isolation = said.get("isolation", old.isolation if old is not None else None)
    for line in lines:
        if isolation is None:
            mend = "write none, rooms or cohort"
            line.cells.fault("isolation", "nobody says how this new unit isolates", mend)
        elif isolation == "none" and line.of_unit.get("isolation_places"):
            line.cells.fault("isolation_places", "the unit isolates nobody", "mend one of the two")
        elif isolation != "cohort" and line.of_unit.get("cohort_organism"):
            line.cells.fault("cohort_organism", "the unit isolates no cohort", "mend one of the two")


def _new_unit(name: str, lines: Sequence[_Line]) -> Unit:
    values: dict[str, Any] = {"id": name}
    for line in lines:
        values |= {_UNIT[column]: value for column, value in line.of_unit.items()}
    return Unit.model_validate(values)


def _changed(
    lines: Sequence[_Line],
    before: object,
    columns: Mapping[str, str],
    said: Callable[[_Line], Mapping[str, object]],
) -> dict[str, object]:
    """The fields that change, each told in the first row that says it."""
    found: dict[str, object] = {}
    for column, name in columns.items():
        line = next((one for one in lines if column in said(one)), None)
        old = getattr(before, name)
        if line is not None and _comparable(said(line)[column]) != _comparable(old):
            found[name] = said(line)[column]
            line.change(column, old, found[name])
    return found


def _groups(home: SheetHome, lines: Sequence[_Line], today: date) -> tuple[GroupSaid, ...]:
    """The groups that are new or change; more beds free than the home is registered for: with care (N11)."""
    known = {(unit.id, beds.id): beds for unit in home.units for beds in unit.beds}
    wanted: dict[tuple[str, str], Beds] = {}
    mine = [line for line in lines if line.beds]
    for line in mine:
        try:
            wanted[line.unit, line.beds] = _not_older(line, home, line.beds_after())
        except ValidationError as error:
            line.cells.refuse(error)
    after = known | wanted
    reading = fitted([beds.free for beds in after.values()], home.details.registered_beds, today=today)
    taken = dict(zip(after, reading.groups, strict=True))
    as_it_is = all(
        key in known and _as_of_today(free, today) == _as_of_today(known[key].free, today)
        for key, free in taken.items()
    )
    found = []
    for line in mine:
        key = (line.unit, line.beds)
        if key not in wanted:
            continue
        beds, old = wanted[key], known.get(key)
        free_changes = old is None or (beds.free != old.free and not as_it_is)
        if old is not None and not free_changes:
            beds = beds.model_copy(update={"free": old.free})
        contract = line.contract if line.contract != home.contract(*key) else None
        if old is None:
            line.new = True
        else:
            _say_changes(line, old, beds, home.contract(*key), today)
        if free_changes and reading.doubts:
            for doubt in reading.doubts:
                line.cells.remark("free", doubt, "ask the home which beds are free")
        if old is None or beds != old or contract is not None:
            found.append(GroupSaid(unit=line.unit, beds=beds, contract=contract, anew=free_changes))
    return tuple(found)


def _not_older(line: _Line, home: SheetHome, beds: Beds) -> Beds:
    """The group; what is free of it as it is on record where that was said after the sheet was made."""
    since, old = home.as_of.get((line.unit, line.beds)), line.old_beds
    if old is None or line.as_of is None or since is None or since <= line.as_of or beds.free == old.free:
        return beds
    reason = f"of {day_and_time(line.as_of)}; what is free was said again since, and that stays"
    line.cells.remark("as_of", reason, "empty this cell where the sheet is right")
    return beds.model_copy(update={"free": old.free})


def _say_changes(line: _Line, old: Beds, beds: Beds, contract: Contract, today: date) -> None:
    for column in ("category", "room", "sex"):
        if getattr(beds, column) != getattr(old, column):
            line.change(column, getattr(old, column), getattr(beds, column))
    (was_now, was_later), (now, later) = _as_of_today(old.free, today), _as_of_today(beds.free, today)
    if now != was_now:
        line.change("free", str(was_now), str(now))
    if later != was_later:
        line.change("free_later", *("; ".join(map(_span_words, each)) for each in (was_later, later)))
    if line.contract is not None and line.contract != contract:
        for column, name in (("commissioned", "kind"), ("contract_from", "start"), ("contract_to", "end")):
            if getattr(line.contract, name) != getattr(contract, name):
                line.change(column, getattr(contract, name), getattr(line.contract, name))


__all__ = ["COLUMNS", "HomeSaid", "KnownSheet", "SheetHome", "read_homes_sheet", "read_rows", "write_sheet"]
