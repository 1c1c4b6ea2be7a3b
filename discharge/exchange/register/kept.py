"""What was read of a register, kept while somebody answers for its rows: each answer reads them anew, and of
thousands of homes nearly all stay as they were.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from discharge.exchange.cells import Cells
from discharge.exchange.register.forms import Form
from discharge.exchange.register.homes import Home, KnownHome, home_of
from discharge.exchange.report import Remark
from discharge.exchange.table_file import Row

_AsHome = tuple[Home | None, list[Remark], list[Remark]]


@dataclass(slots=True)
class KeptRows:
    """A file's rows as they stand in it, once all are read."""

    form: Form
    notes: list[str]
    rows: list[Row]


@dataclass(slots=True)
class KeptRegister:
    """Of one file as it was, held against the hub as it was; of another it forgets the one before."""

    rows: KeptRows | None = None
    known: Mapping[str, KnownHome] | None = None
    """The hub's homes."""
    _file: Hashable = None
    _hub: Hashable = None
    _homes: dict[int, _AsHome] = field(default_factory=dict)

    def look(self, *, file: Hashable, hub: Hashable) -> None:
        """What is read now: a file and a hub that are known by these."""
        if file != self._file:
            self.rows = None
        if hub != self._hub:
            self.known = None
        if (file, hub) != (self._file, self._hub):
            self._homes.clear()
        self._file, self._hub = file, hub

    def home_of(self, cells: Cells, location: str, known: KnownHome | None) -> Home | None:
        """As `homes.home_of`, which no answer changes."""
        row = cells.row.row
        if row not in self._homes:
            home = home_of(cells, location, known)
            self._homes[row] = (home, list(cells.faults), list(cells.remarks))
        home, cells.faults[:], cells.remarks[:] = self._homes[row]
        return home


__all__ = ["KeptRegister", "KeptRows"]
