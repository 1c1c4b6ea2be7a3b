"""Calls with settings: the log of one."""

from __future__ import annotations

from datetime import datetime

from discharge.model.people import Given
from discharge.model.shown.settings import CallLine
from discharge.store.ask.view import View, load


def of(view: View, setting: str) -> tuple[CallLine, ...]:
    """The setting's calls, newest first; withdrawn ones too."""
    return tuple(
        CallLine(
            id=row[0],
            at=datetime.fromisoformat(row[1]),
            by=row[2],
            incoming=bool(row[3]),
            given=None if row[4] is None else load(Given, row[4]),
            said=row[5],
            withdrawn=bool(row[6]),
            reason=row[7],
        )
        for row in view.rows(
            'SELECT id, at, "by", incoming, given, said, withdrawn, reason FROM calls'
            " WHERE setting = ? ORDER BY at DESC, seq DESC LIMIT 200",
            (setting,),
        )
    )
