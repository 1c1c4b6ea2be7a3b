"""The morning round as a table: a row for each group of beds, with cells to fill while one telephones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QObject, Qt, Signal

from discharge.model.call import Agreed, Answers
from discharge.model.errors import UserError
from discharge.model.people import Given, How
from discharge.model.setting import Free
from discharge.model.setting_record import CapacityReturn, GroupFree
from discharge.model.shown.settings import RoundGroup, RoundHome
from discharge.rules.careful import lowered
from discharge.words.calls import read_agreed, read_answers
from ui.models.table import AnyIndex, Column, RowsModel
from ui.theme.status import Status

MOST = 2_000
"""Beds free in one group at most."""
ROLE = "answered the telephone"
COUNT, ACCEPTS, SPOKE, SAID = "count", "accepts", "spoke", "said"
AS_BEFORE = "="
"""Typed for who was spoken to: whom one is to ask for."""
EDITED = frozenset({COUNT, ACCEPTS, SPOKE, SAID})


@dataclass(slots=True, eq=False)
class HomeEntry:
    """What is entered for one home of the round, and what became of it."""

    home: RoundHome
    accepts: bool | None = None
    spoke: str = ""
    said: str = ""
    outcome: Status | None = None
    """None while it is still to be rung."""
    typed: dict[str, str] = field(default_factory=dict)
    """What is typed as answers to the questions, and of what is agreed, by field."""
    held_by: str = ""
    """Who else has the home in hand just now."""
    lines: list[RoundLine] = field(default_factory=list)
    _sent: dict[str, str] = field(default_factory=dict)
    _stood: tuple[RoundHome, list[tuple[RoundGroup | None, int]]] | None = None

    def keep(self, report: CapacityReturn | None, counts: Sequence[int]) -> None:
        """This return is on record now, with these counts in its lines: the next one is held against it.

        None: the last one was confirmed.
        """
        self._stood = (self.home, [(line.group, line.before) for line in self.lines])
        self._sent, self.typed = self.typed, {}
        if report is None:
            return
        self.home = replace(self.home, last=report)
        free = {(said.unit, said.beds): said.free for said in report.free}
        for line, count in zip(self.lines, counts, strict=True):
            line.before = count
            if line.group is not None:
                line.group = replace(line.group, free=free[line.group.unit, line.group.beds])

    def revert(self) -> None:
        """The return was taken back: what was said before it stands again."""
        if self._stood is not None:
            self.typed = self._sent
            self.home, groups = self._stood
            for line, (group, before) in zip(self.lines, groups, strict=True):
                line.group, line.before = group, before

    def changed(self) -> bool:
        """Whether it says anything else than was said the last time."""
        last = self.home.last.accepting if self.home.last is not None else None
        return self.accepts != last or any(line.count != line.before for line in self.lines)

    @property
    def is_done(self) -> bool:
        """Whether it needn't be rung any more today: it was, here or by somebody else, or is just now."""
        return self.outcome is not None or self.home.heard.asked_today or bool(self.held_by)

    def speaks_of_beds(self) -> bool:
        """Whether it says anything of beds. What stands in the grid of a home that never sent a return is
        nobody's word: where only questions were answered it said nothing of them."""
        return self.home.last is not None or self.changed() or (bool(self.home.groups) and not self.typed)

    def answers(self, *, today: date) -> Answers | None:
        """The answers that are typed, with the beds that are free as those that can be used; None where
        none is. `UserError` for one that means nothing."""
        found = read_answers(self.typed, today=today)
        if found is None or not self.speaks_of_beds():
            return found
        return found.model_copy(update={"can_take": sum(line.count for line in self.lines)})

    def agreed(self, *, today: date) -> Agreed | None:
        """What is agreed; None where nothing is. `UserError` where it isn't whole."""
        return read_agreed(self.typed, today=today)

    def given(self) -> Given | None:
        """Who was spoken to; None where nobody is named. `UserError` without a number to have rung."""
        if not self.spoke:
            return None
        if not self.home.row.phone:
            raise UserError(
                f"{self.home.row.name} has no telephone number on record.",
                "Amend the setting, or leave out who was spoken to.",
            )
        return Given(how=How.PHONE, name=self.spoke, role=ROLE, number=self.home.row.phone)

    def report(self, *, now: datetime, night: date) -> CapacityReturn | None:
        """The capacity return that is entered; None where nothing has changed since the last one."""
        if self.home.last is not None and not self.changed():
            return None
        last = self.home.last
        groups = [line for line in self.lines if line.group is not None]
        free = tuple(
            GroupFree(unit=line.group.unit, beds=line.group.beds, free=spans(line.group, line.count, night))
            for line in groups
            if line.group is not None
        )
        total = sum(line.count for line in self.lines)
        try:
            return CapacityReturn(
                reported_at=now,
                accepting=self.accepts,
                max_capacity=last.max_capacity if last is not None else self.home.row.registered_beds,
                vacancies=total,
                free=free,
            )
        except ValidationError as error:
            raise UserError("This is no capacity return.", str(error.errors()[0]["msg"])) from None


@dataclass(slots=True, eq=False)
class RoundLine:
    """One row: a group of beds of a home, or the home as a whole where no beds are on record."""

    entry: HomeEntry
    group: RoundGroup | None
    before: int
    count: int

    @property
    def is_first(self) -> bool:
        """Whether what concerns the home stands in this row."""
        return self.entry.lines[0] is self

    @property
    def name(self) -> str:
        """The home, and the beds, as one says it."""
        home, group = self.entry.home.row.name, self.group
        return f"{home}, {group.unit} {group.beds}" if group is not None else home

    @property
    def key(self) -> str:
        """What names the row for good."""
        group = self.group
        return self.entry.home.row.id + (f"/{group.unit}/{group.beds}" if group is not None else "")


def spans(group: RoundGroup, count: int, night: date) -> tuple[Free, ...]:
    """What the group has free where `count` are free tonight: what was said of later nights stays."""
    over = group.free_on(night) - count
    if over < 0:
        return (*group.free, Free(start=night, count=-over))
    return lowered(group.free, night, over)


def lines_of(homes: Sequence[RoundHome], *, night: date) -> list[RoundLine]:
    """A row for every group of beds, the homes in their order."""
    found = []
    for home in homes:
        entry = HomeEntry(home, accepts=home.last.accepting if home.last is not None else None)
        for group in home.groups:
            free = group.free_on(night)
            entry.lines.append(RoundLine(entry, group, free, free))
        if not entry.lines:
            declared = (home.last.vacancies or 0) if home.last is not None else 0
            entry.lines.append(RoundLine(entry, None, declared, declared))
        found += entry.lines
    return found


class RoundModel(RowsModel[RoundLine]):
    """The rows of the round. `edited` fires after a cell was changed by hand."""

    edited = Signal(object)

    def __init__(self, columns: Sequence[Column[RoundLine]], *, parent: QObject | None = None) -> None:
        super().__init__(columns, key=lambda line: line.key, parent=parent)

    def editable(self, index: AnyIndex) -> bool:
        """Whether this cell can be filled in."""
        line = self.row_at(index.row())
        key = self.columns[index.column()].key
        return line is not None and key in EDITED and (key == COUNT or line.is_first)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """As ever; and that some cells are filled in by hand."""
        flags = super().flags(index)
        typed = self.editable(index) and self.columns[index.column()].key != ACCEPTS
        return flags | Qt.ItemFlag.ItemIsEditable if typed else flags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """As ever; and what an editor begins with."""
        if role == Qt.ItemDataRole.EditRole:
            line = self.row_at(index.row())
            return "" if line is None else _typed(line, self.columns[index.column()].key)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            line = self.row_at(index.row())
            said = str(super().data(index, role))
            return said if line is None else f"{line.name}. {said}"
        return super().data(index, role)

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Takes what was typed into a cell; False where it won't do."""
        line = self.row_at(index.row())
        if role != Qt.ItemDataRole.EditRole or line is None or not self.editable(index):
            return False
        key, text = self.columns[index.column()].key, " ".join(str(value).split())
        if key == COUNT:
            if not text.isdecimal() or int(text) > MOST:
                return False
            line.count = int(text)
        elif key == ACCEPTS:
            return False
        elif key == SPOKE:
            contact = line.entry.home.contact
            if text == AS_BEFORE and not contact:
                return False
            line.entry.spoke = contact if text == AS_BEFORE else text[:200]
        else:
            line.entry.said = text[:2_000]
        self.tell(line.entry)
        self.edited.emit(line.entry)
        return True

    def turn(self, index: AnyIndex) -> None:
        """Takes people, takes nobody, not said: the next of them."""
        line = self.row_at(index.row())
        if line is not None:
            after: dict[bool | None, bool | None] = {None: True, True: False, False: None}
            line.entry.accepts = after[line.entry.accepts]
            self.tell(line.entry)
            self.edited.emit(line.entry)

    def tell(self, entry: HomeEntry) -> None:
        """What is shown of this home has changed."""
        first, last = self.place_of(entry.lines[0].key), self.place_of(entry.lines[-1].key)
        if first >= 0:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def entries(self) -> list[HomeEntry]:
        """The homes, in order."""
        return list(dict.fromkeys(line.entry for line in self.rows()))


def _typed(line: RoundLine, key: str) -> str:
    if key == COUNT:
        return str(line.count)
    return line.entry.spoke if key == SPOKE else line.entry.said if key == SAID else ""
