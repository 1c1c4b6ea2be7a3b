"""A list of records with one of them whole beside it: what the pages Patients and Settings share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar, TypeVar

from ui.frame.table_page import TablePage
from ui.models.table import Prepared

Row = TypeVar("Row")


class RecordPage(TablePage[Row]):
    """A table page whose detail is read anew whenever rows come in, as the row may be the same and yet the
    record another, and whenever somebody else sits down, who may do other things with it.
    """

    nobody: ClassVar[str] = "Choose a row first."
    """Why a command over the current row can't be done without one."""

    def build(self) -> Iterator[None]:
        yield from super().build()
        self.services.signed_in.connect(lambda _user: self._pause.start())
        self.theme.changed.connect(self._pause.start)

    def _take(self, found: Prepared[Row]) -> None:
        super()._take(found)
        self._pause.start()

    def is_current(self, key: str) -> bool:
        """Whether what was read is of the row that is still current."""
        row = self.current()
        return row is not None and self.key(row) == key

    def why_no_row(self) -> str:
        """Why nothing can be done with the current row: there is none."""
        return "" if self.current() is not None else self.nobody

    def unless(self, holds: Callable[[Row], object], sentence: str) -> Callable[[], str]:
        """Asks why a command can't be done: no row is chosen, or this doesn't hold of it."""

        def why_not() -> str:
            row = self.current()
            return self.nobody if row is None else "" if holds(row) else sentence

        return why_not
