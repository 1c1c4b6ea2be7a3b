"""The homes sheet into the hub: what became of each row, and what is to be changed, home by home."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from discharge.exchange.csv_reading import Progress
from discharge.exchange.homes_sheet.as_written import as_of_today, span_words, written
from discharge.exchange.homes_sheet.columns import COLUMNS, NONE, NOUN, OF_HOME, OF_UNIT
from discharge.exchange.homes_sheet.homes import HomeSaid, KnownSheet, SheetHome
from discharge.exchange.homes_sheet.line import FEE_MEND, ONE_FEE, Ids, Line, fold
from discharge.exchange.report import (
    Imported,
    ImportReport,
    Remark,
)
from discharge.exchange.table_file import Row, TableFile
from discharge.model.setting import Beds, Unit
from discharge.model.setting_record import Contract, GroupSaid
from discharge.rules.careful import fitted
from discharge.words.counts import count_words
from discharge.words.days import day_and_time


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
    isn't the name of the home that it numbers is held up until it is among those `answered`; so is a good row
    of a unit of which another row can't be taken: that one may have meant the same beds.
    """
    ids = Ids(known)
    lines = [Line(row, ids, known, answered) for row in rows]
    _hold_beside_bad(lines, answered)
    by_home: dict[str, list[Line]] = {}
    for line in lines:
        if line.home is not None and line.is_good:
            by_home.setdefault(line.home.id, []).append(line)
    found = [said for of_home in by_home.values() if (said := _home_said(of_home, known)) is not None]
    report = ImportReport(NOUN, file, tuple(line.outcome() for line in lines), (*notes, *_unsaid(by_home)))
    return Imported(report, tuple(found))


def _hold_beside_bad(lines: Sequence[Line], answered: Collection[int]) -> None:
    """Holds up the good rows of a unit of which another row can't be taken, until somebody has looked."""
    bad: dict[tuple[str, str], int] = {}
    for line in lines:
        if line.home is not None and line.unit and line.cells.faults:
            bad.setdefault((line.home.id, fold(line.unit)), line.row.row)
    for line in lines:
        if line.home is None or not line.is_good or line.row.row in answered:
            continue
        if other := bad.get((line.home.id, fold(line.unit))):
            line.held = Remark("unit", f"row {other} is of the same unit and can't be taken", _BESIDE_BAD)


_BESIDE_BAD = "mend that row, or say that this one is right by itself"


def _unsaid(by_home: Mapping[str, Sequence[Line]]) -> Iterator[str]:
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


def _home_said(lines: list[Line], known: KnownSheet) -> HomeSaid | None:
    """What the good rows of one home change of it, each change said in a row; None where nothing changes."""
    home = lines[0].home
    assert home is not None
    for column in OF_HOME:
        _agree(lines, column, lambda line: line.of_home, "the same home")
    for of_unit in _by(lines, lambda line: line.unit):
        for column in OF_UNIT:
            _agree(of_unit, column, lambda line: line.of_unit, "the same unit")
    for of_group in _by([line for line in lines if line.beds], lambda line: (line.unit, line.beds)):
        first, *others = of_group
        for line in others:
            if line.row.cells != first.row.cells and not first.cells.faults:
                other = f"row {line.row.row} says otherwise of the same beds"
                first.cells.fault("beds", other, "give each group its own name, or take one of the two out")
            reason = f"row {first.row.row} has the same beds already"
            line.cells.fault("beds", reason, "give each group its own name, or take one of the two out")
    for of_unit in _by([line for line in lines if line.is_good and line.unit], lambda line: line.unit):
        _whole_unit(of_unit)
    good = [line for line in lines if line.is_good]
    if not good:
        return None
    ours = home.details
    if home.fee_waiting is not None and any(
        line.of_home.get("weekly_fee") == home.fee_waiting for line in good
    ):
        ours = ours.model_copy(update={"weekly_fee": home.fee_waiting})
    changes = _changed(good, ours, OF_HOME, lambda line: line.of_home)
    unit_changes: dict[str, dict[str, object]] = {}
    new_units: list[Unit] = []
    for of_unit in _by([line for line in good if line.unit], lambda line: line.unit):
        old, name = of_unit[0].old_unit, of_unit[0].unit
        if old is None:
            new_units.append(_new_unit(name, of_unit))
            for line in of_unit:
                line.new = True
        elif changed := _changed(of_unit, old, OF_UNIT, lambda line: line.of_unit):
            unit_changes[name] = changed
    groups = _groups(home, good, known.today)
    if not (changes or unit_changes or new_units or groups):
        return None
    return HomeSaid(home.id, good[0].row.row, changes, unit_changes, tuple(new_units), groups)


def _by(lines: Sequence[Line], key: Callable[[Line], Hashable]) -> list[list[Line]]:
    found: dict[Hashable, list[Line]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return list(found.values())


def _agree(
    lines: Sequence[Line], column: str, said: Callable[[Line], Mapping[str, object]], noun: str
) -> None:
    """Rows that say something else of the whole than another can't be taken, neither of them."""
    saying = [line for line in lines if line.is_good and column in said(line)]
    if len({_comparable(said(line)[column]) for line in saying}) < 2:
        return
    for line in saying:
        mine = _comparable(said(line)[column])
        other = next(one for one in saying if _comparable(said(one)[column]) != mine)
        reason = f"row {other.row.row} says {written(said(other)[column]) or NONE} of {noun}"
        if column == "weekly_fee":
            line.cells.fault(column, f"{reason}: {ONE_FEE}", FEE_MEND)
        else:
            line.cells.fault(column, reason, "say the same in every row, or in one alone")


def _comparable(value: object) -> Hashable:
    return frozenset(value) if isinstance(value, tuple) else value


def _whole_unit(lines: Sequence[Line]) -> None:
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


def _new_unit(name: str, lines: Sequence[Line]) -> Unit:
    values: dict[str, Any] = {"id": name}
    for line in lines:
        values |= {OF_UNIT[column]: value for column, value in line.of_unit.items()}
    return Unit.model_validate(values)


def _changed(
    lines: Sequence[Line],
    before: object,
    columns: Mapping[str, str],
    said: Callable[[Line], Mapping[str, object]],
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


def _groups(home: SheetHome, lines: Sequence[Line], today: date) -> tuple[GroupSaid, ...]:
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
        key in known and as_of_today(free, today) == as_of_today(known[key].free, today)
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


def _not_older(line: Line, home: SheetHome, beds: Beds) -> Beds:
    """The group; what is free of it as it is on record where that was said after the sheet was made."""
    since, old = home.as_of.get((line.unit, line.beds)), line.old_beds
    if old is None or line.as_of is None or since is None or since <= line.as_of or beds.free == old.free:
        return beds
    reason = f"of {day_and_time(line.as_of)}; what is free was said again since, and that stays"
    line.cells.remark("as_of", reason, "empty this cell where the sheet is right")
    return beds.model_copy(update={"free": old.free})


def _say_changes(line: Line, old: Beds, beds: Beds, contract: Contract, today: date) -> None:
    for column in ("category", "room", "sex"):
        if getattr(beds, column) != getattr(old, column):
            line.change(column, getattr(old, column), getattr(beds, column))
    (was_now, was_later), (now, later) = as_of_today(old.free, today), as_of_today(beds.free, today)
    if now != was_now:
        line.change("free", str(was_now), str(now))
    if later != was_later:
        line.change("free_later", *("; ".join(map(span_words, each)) for each in (was_later, later)))
    if line.contract is not None and line.contract != contract:
        for column, name in (("commissioned", "kind"), ("contract_from", "start"), ("contract_to", "end")):
            if getattr(line.contract, name) != getattr(contract, name):
                line.change(column, getattr(contract, name), getattr(line.contract, name))
