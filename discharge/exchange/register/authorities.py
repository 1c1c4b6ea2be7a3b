"""Which local authorities a register has homes in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from discharge.exchange.cells import Cells
from discharge.exchange.csv_reading import Progress
from discharge.exchange.register.columns import AUTHORITY, END, ID, IS_HOME, STATUS
from discharge.exchange.register.opened import RegisterFile
from discharge.model.errors import UserError
from discharge.rules.authorities import key, one_name
from discharge.words.counts import listing


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

    None of a file that can't set up homes: it is about those that the hub has, wherever they are. Raises
    `BrokenFile` where the file as a whole is no register.
    """
    file = RegisterFile(source, progress=progress)
    if not file.form.sets_up:
        return ()
    names: dict[str, str] = {}
    homes: Counter[str] = Counter()
    ours: Counter[str] = Counter()
    for row in file.rows():
        cells = Cells(row)
        if row.faults or cells.yes(IS_HOME) is False or cells.raw(END) or cells.raw(STATUS):
            continue
        name = one_name(cells.raw(AUTHORITY) or None) or ""
        at = key(name)
        names.setdefault(at, name)
        homes[at] += 1
        ours[at] += cells.raw(ID) in known
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
