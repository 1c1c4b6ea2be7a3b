"""Whom and what something was recorded about since yesterday."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from discharge.model.london import LONDON
from discharge.store import journal
from discharge.store.ask.view import View, in_chunks, marks
from discharge.store.journal import Kind

IN_ONE_GO = 1_000
"""So many entries are read at once, from the end of the journal back."""
NO_CHANGE = Kind.CAPACITY_CONFIRMED
"""A home was rung and nothing had changed."""


def since_yesterday(view: View) -> frozenset[str]:
    """The ids of all about which something was recorded since yesterday began, and of whoever a placement of
    them is. That nothing has changed is no change.
    """
    begun = datetime.combine(view.today - timedelta(days=1), time(), LONDON)
    since = begun.astimezone(UTC).isoformat()
    found: set[str] = set()
    before, more = journal.head(view.connection).seq + 1, True
    while more:
        rows = view.rows(
            "SELECT seq, kind, subject, recorded_at FROM journal WHERE seq < ? ORDER BY seq DESC LIMIT ?",
            (before, IN_ONE_GO),
        )
        new = [row for row in rows if row[3] >= since]
        found |= {subject for _seq, kind, subject, _at in new if kind != NO_CHANGE.value}
        more = len(new) == IN_ONE_GO
        before = rows[-1][0] if rows else 0
    for chunk in in_chunks(sorted(found)):
        found |= {
            patient
            for (patient,) in view.rows(f"SELECT patient FROM placements WHERE id IN ({marks(chunk)})", chunk)
        }
    return frozenset(found)


__all__ = ["since_yesterday"]
