"""The rows of the record: numbers of entries first, the entries themselves as they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject

from discharge.model.shown.record import RecordLine
from discharge.words.days import age_words, instant_words
from ui.models.table import Column, RowsModel
from ui.record.words import group_status, late_words
from ui.theme.status import Status

AHEAD = 150
"""So many entries beyond those that are seen are read with them."""
KEPT = 10_000
"""So many entries at most are kept once read."""
UNREAD = "…"


class RecordRows(RowsModel[int]):
    """A row is an entry's number; `told` takes the entries as they are read."""

    def __init__(self, *, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        self._known: dict[int, RecordLine] = {}
        self._now = now
        super().__init__(self._columns(), key=str, parent=parent)

    def line(self, seq: int) -> RecordLine | None:
        """The entry of that number, once it is read."""
        return self._known.get(seq)

    def told(self, lines: Iterable[RecordLine]) -> None:
        """These entries are read."""
        fresh = {line.seq: line for line in lines}
        if len(self._known) + len(fresh) > KEPT:
            self._known.clear()
        self._known.update(fresh)
        places = [place for seq in fresh if (place := self.place_of(str(seq))) >= 0]
        if places:
            last = len(self.columns) - 1
            self.dataChanged.emit(self.index(min(places), 0), self.index(max(places), last))

    def unread(self, first: int, last: int) -> list[int]:
        """The entries between these places and a little beyond that aren't read yet; none where all that is
        seen is there."""
        seen = [seq for place in range(first, last + 1) if (seq := self.row_at(place)) is not None]
        if all(seq in self._known for seq in seen):
            return []
        around = range(max(0, first - AHEAD), min(self.rowCount(), last + AHEAD + 1))
        wanted = [seq for place in around if (seq := self.row_at(place)) is not None]
        return [seq for seq in wanted if seq not in self._known]

    def is_read(self, seqs: Iterable[int]) -> bool:
        """Whether all of these are read."""
        return all(seq in self._known for seq in seqs)

    # ---------------------------------------------------------------- columns

    def _said(self, of: Callable[[RecordLine], str]) -> Callable[[int], str]:
        def words(seq: int) -> str:
            line = self._known.get(seq)
            return of(line) if line is not None else UNREAD

        return words

    def _status(self, seq: int) -> Status | None:
        line = self._known.get(seq)
        return group_status(line) if line is not None else None

    def _when(self, line: RecordLine) -> str:
        return instant_words(line.happened_at, now=self._now())

    def _recorded(self, line: RecordLine) -> str:
        return late_words(line) or "at once"

    def _recorded_tip(self, line: RecordLine) -> str:
        late = line.recorded_at - line.happened_at
        when = instant_words(line.recorded_at, now=self._now())
        return f"Recorded {when}, {age_words(late)} after it happened"

    def _columns(self) -> Sequence[Column[int]]:
        words = self._said

        def who(line: RecordLine) -> str:
            return f"{line.user_name}, {line.role}"

        return (
            Column(key="seq", title="No.", text=lambda seq: f"{seq:,}", width=6, right=True, found=False),
            Column(key="when", title="Happened", text=words(self._when), width=14, found=False),
            Column(key="about", title="About", text=words(lambda line: line.about), width=18, strong=True,
                   found=False),
            Column(key="what", title="What", text=words(lambda line: line.sentence), width=40, stretch=True,
                   found=False),
            Column(key="who", title="Who", text=words(lambda line: line.user_name), width=14, found=False,
                   tip=words(who), fits="Dr Leila Haddad"),
            Column(
                key="recorded", title="Recorded", text=words(self._recorded), width=10, found=False,
                tip=words(self._recorded_tip),
            ),
            Column(key="kind", title="Kind", status=self._status, width=18, found=False, shown=False),
            Column(key="role", title="Role", text=words(lambda line: line.role), width=12, found=False,
                   shown=False),
        )  # fmt: skip
