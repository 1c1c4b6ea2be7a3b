"""A row of a homes sheet: which home, unit and group it means, and what it says of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date
from functools import partial

from discharge.exchange.cells import Cells, word
from discharge.exchange.csv_writing import from_text_cell
from discharge.exchange.homes_sheet.as_written import FreeSpan, as_of_today, written
from discharge.exchange.homes_sheet.columns import (
    CATEGORIES,
    COMMISSIONED,
    EMPTY,
    ISOLATIONS,
    NONE,
    ROOMS,
    SEXES,
)
from discharge.exchange.homes_sheet.homes import KnownSheet, SheetHome
from discharge.exchange.needs import is_usual, need_words
from discharge.exchange.report import (
    Change,
    Outcome,
    Remark,
    RowOutcome,
)
from discharge.exchange.table_file import Row
from discharge.model.errors import UserError
from discharge.model.identifiers import cqc_id
from discharge.model.london import london_date
from discharge.model.patient import SHIPPED_NEEDS
from discharge.model.setting import Beds, BedSex, Category, Free, Room, Unit
from discharge.model.setting_record import Contract, SettingDetails
from discharge.words import terms

_MOST_BEDS = 2_000
_NOT_SAID = frozenset(("", "?", "n_a", "na", "not_known", "unknown", "nk", "n_k", "tbc"))
"""What stands in a cell of needs of which nothing is known, as `word` makes it; a dash is an empty word."""
_LATER = re.compile(
    r"(?P<count>\d{1,4})(?: from (?P<start>\S+))?(?: (?:to|until|till) (?P<end>\S+))?", re.IGNORECASE
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
ONE_FEE = "the hub keeps one for a home"
FEE_MEND = "write the highest in every row, so that nobody's limit is passed; say the others in its notes"
_LATER_MEND = "write it as 1 from 2020-12-01; 2 from 2020-12-01 until 2020-12-05"


_NAMELESS = frozenset(("-", "--", "–", "—", "?", "n/a", "na", "none", "nil", "not known", "unknown", "tbc"))


def names_nothing(text: str | None) -> bool:
    """Whether what stands where a name should says that there is none: nobody's unit is called that."""
    return text is not None and fold(text) in _NAMELESS


def fold(text: str) -> str:
    """A name as it is compared: capitals and blanks aside."""
    return " ".join(text.casefold().split())


class Ids:
    """The hub's homes by what a sheet may call them: CQC id, id in the hub, name."""

    def __init__(self, known: KnownSheet) -> None:
        self.by_id: dict[str, SheetHome] = {}
        self.by_name: dict[str, list[SheetHome]] = {}
        for home in known.homes:
            self.by_id[home.id.upper()] = home
            self.by_name.setdefault(fold(home.details.name), []).append(home)
        for home in known.homes:
            if home.details.cqc_id is not None:
                self.by_id[home.details.cqc_id.upper()] = home


class Line:
    """A row as it goes through the checks."""

    def __init__(self, row: Row, ids: Ids, known: KnownSheet, answered: Collection[int]) -> None:
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
        unit = cells.text("unit", longest=100)
        self.old_unit = self._named(unit, self.home.units)
        self.unit = self.old_unit.id if self.old_unit else "" if names_nothing(unit) else unit or ""
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
        self.changes.append(Change(column, written(before), written(after) or NONE))

    # which home, unit and group

    def _find_home(self, ids: Ids) -> SheetHome | None:
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
        named = ids.by_name.get(fold(text), [])
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
        if said is None or fold(said) == fold(ours) or self.row.row in answered:
            return
        reason = f"{said} here, but in the hub the home of this id is {ours}"
        self.held = Remark("name", reason, "mend the id or the name, or say that it is the same home")

    def _named(self, text: str | None, among: Iterable[Unit]) -> Unit | None:
        """The unit of that name, else of one that differs in capitals and blanks alone."""
        units = list(among)
        exact = [unit for unit in units if unit.id == text]
        alike = [unit for unit in units if text is not None and fold(unit.id) == fold(text)]
        return next(iter(exact or alike), None)

    # what it says

    def _read_home(self, before: SettingDetails) -> None:
        cells = self.cells
        self._take(self.of_home, "weekly_fee", self._fee)
        self._take(self.of_home, "accepts", lambda: self._organisms("accepts"))
        self._take(self.of_home, "home_needs", lambda: self._needs("home_needs", before.needs_met))
        self._take(self.of_home, "phone", lambda: self._phone(before.phone))
        for column in ("email", "contact"):
            self._take(self.of_home, column, partial(cells.text, column, longest=200))

    def _fee(self) -> float | None:
        """The home's one fee; a cell with two of them is refused with the mend."""
        cells = self.cells
        if len(_NUMBER.findall(cells.raw("weekly_fee"))) > 1:
            cells.fault("weekly_fee", f"{cells.shown('weekly_fee')} gives several fees: {ONE_FEE}", FEE_MEND)
            return None
        return cells.decimal("weekly_fee", least=0, most=100_000)

    def _read_unit(self) -> None:
        cells = self.cells
        before = self.old_unit.needs_met if self.old_unit is not None else ()
        if (isolation := cells.one_of("isolation", ISOLATIONS)) is not None:
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
        value = EMPTY[column] if word(text) == NONE else read()
        if value is not None or word(text) == NONE:
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

    def _needs(self, column: str, before: Sequence[str]) -> tuple[str, ...] | None:
        """The needs that are met; None of a cell that says that it isn't known."""
        cells = self.cells
        ours = {fold(need): need for need in before}
        if word(cells.raw(column)) in _NOT_SAID:
            cells.remark(
                column, f"{cells.shown(column)} says nothing: what the hub has stays", "write none for none"
            )
            return None
        said = [need for part in cells.texts(column) for need in self._needs_in(part, ours)]
        found = tuple(dict.fromkeys(said))
        for need in found:
            if need not in before and not is_usual(need):
                cells.remark(
                    column,
                    f"'{need[:40]}' is not on the usual list: it meets only people recorded with that word",
                    f"use {', '.join(SHIPPED_NEEDS)}, language:xx where one fits",
                )
        return found

    @staticmethod
    def _needs_in(part: str, ours: Mapping[str, str]) -> Sequence[str]:
        """The needs of one part of the cell: as the hub has them, in usual words, else as it stands."""
        plain = fold(part)
        if plain in ours:
            return (ours[plain],)
        words = () if "?" in part else tuple(need_words(part))
        return words if words and all(map(is_usual, words)) else (plain,)

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
        self.category = cells.one_of("category", CATEGORIES)
        self.room = cells.one_of("room", ROOMS)
        self.sex = cells.one_of("sex", SEXES)
        self.free = cells.whole("free", most=_MOST_BEDS)
        self.free_by_now = 0
        """What `free_later` says of a day that has come: a sheet that has lain for a while."""
        self.later = self._read_later()
        self.as_of = cells.instant("as_of", clock=UTC)
        if self.as_of is not None and london_date(self.as_of) > self.known.today:
            cells.fault(
                "as_of", f"{cells.shown('as_of')} lies in the future", "check the date, or empty the cell"
            )
        self.contract = self._read_contract()
        groups = self.old_unit.beds if self.old_unit is not None else ()
        name = cells.text("beds", longest=100)
        if names_nothing(name) and all(each.id != name for each in groups):
            name = None
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
            alike = [beds for beds in groups if fold(beds.id) == fold(name)]
            return next(iter(exact or alike), None)
        kind = (self.category, self.room, self.sex or "any")
        same = [beds for beds in groups if (beds.category, beds.room, beds.sex) == kind]
        if len(same) > 1:
            names = ", ".join(beds.id for beds in same)
            self.cells.fault("beds", f"there are several groups of this kind: {names}", "name the one meant")
        return same[0] if len(same) == 1 else None

    def _read_later(self) -> tuple[FreeSpan, ...] | None:
        cells, today = self.cells, self.known.today
        if not cells.raw("free_later"):
            return None
        if word(cells.raw("free_later")) == NONE:
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
        now, later = as_of_today(spans, today)
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
        if word(cells.raw("commissioned")) == NONE:
            return Contract()
        kind = cells.one_of("commissioned", COMMISSIONED)
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
        now, later = as_of_today(old.free if old is not None else (), today)
        wanted_now = now if self.free is None and not self.free_by_now else self.free or 0
        wanted_now += self.free_by_now
        wanted_later = later if self.later is None else self.later
        free: tuple[Free, ...] = old.free if old is not None else ()
        if (wanted_now, wanted_later) != (now, later):
            spans: list[FreeSpan] = [(wanted_now, None, None), *wanted_later]
            free = tuple(Free(start=start or today, end=end, count=n) for n, start, end in spans if n)
        category, room = self.category or (old and old.category), self.room or (old and old.room)
        sex = self.sex or (old.sex if old is not None else "any")
        return Beds.model_validate(
            {"id": self.beds, "category": category, "room": room, "sex": sex, "free": free}
        )


def _kind_words(category: Category, room: Room, sex: BedSex) -> str:
    """A name for a group that the sheet gives none: what its beds are."""
    of = "" if sex == "any" else f", {terms.BED_SEXES[sex].lower()}"
    return f"{terms.CATEGORIES[category]}, {terms.ROOMS[room].lower()}{of}"
