"""What is known of issued papers from one question to the next, as long as the desk is open: until an entry
concerns the paper, or the day is another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from discharge.store import journal
from discharge.store.ask.named import names_in
from discharge.store.driver import Connection
from discharge.store.journal import START, Head, Kind

MANY_ENTRIES = 1_000
"""After so many new entries all papers are looked at anew: that is quicker than reading whom they concern."""

_OF_ALL = {
    Kind.HUB_AMENDED, Kind.RULE_SET_CHOSEN, Kind.LOCAL_VALUE_SET, Kind.LOCAL_VALUE_WITHDRAWN,
    Kind.USER_AMENDED, Kind.APPROVAL_RULES_SET,
}  # fmt: skip
"""Kinds of entries that may concern every paper."""


@dataclass(frozen=True, slots=True)
class Known:
    """What holding a paper against the record gave."""

    changed: tuple[str, ...] | None
    """What the record says otherwise; None: nothing."""
    concerns: frozenset[str]


@dataclass(slots=True)
class Ages:
    """What is known of papers from one question to the next."""

    known: dict[str, Known] = field(default_factory=dict)
    head: Head = field(default_factory=lambda: Head(0, START))
    day: date | None = None

    def follow(self, connection: Connection, today: date) -> None:
        """Forgets what entries since the last question concern."""
        now = journal.head(connection)
        row = connection.execute("SELECT hash FROM journal WHERE seq = ?", (self.head.seq,)).fetchone()
        # what was seen inside an action that was undone isn't there any more
        gone_on = self.day == today and self.head.hash == (row[0] if row else START)
        if not gone_on or now.seq - self.head.seq > MANY_ENTRIES:
            self.known.clear()
        elif now != self.head:
            self._forget(journal.read(connection, since=self.head.seq))
        self.head, self.day = now, today

    def _forget(self, lines: Iterable[journal.Line]) -> None:
        named: set[str] = set()
        for line in lines:
            if line.kind in _OF_ALL:
                self.known.clear()
                return
            named |= names_in(line)
        concerned = [name for name, one in self.known.items() if not named.isdisjoint(one.concerns)]
        for name in concerned:
            del self.known[name]


__all__ = ["Ages", "Known"]
