"""The card of a setting beside the map: how it suits the person, how far it is, what is free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtGui import QAction

from discharge.words import terms
from discharge.words.counts import sentence_case
from ui.map.words import SiteLine, kind_words, km_words
from ui.theme.palette import Tone
from ui.theme.status import Status, unknown
from ui.widgets.detail import DetailPane
from ui.words.settings import admissions_status, free_tip, isolation_status, return_status


def show_site(
    pane: DetailPane, line: SiteLine, *, now: datetime, who: str, commands: Sequence[QAction]
) -> None:
    """Fills the card; `who` is chosen, or nobody."""
    row, why = line.site.row, line.why_not
    pane.begin(row.name, line.suits_status, subtitle=kind_words(line.site))
    pane.buttons(commands)
    if why is not None and why.reasons:
        pane.section(f"Against {who}" if who else "Against it")
        pane.lines(
            [
                Status(f"{sentence_case(reason.text)} ({reason.rule})", Tone.WAITING, reason.code)
                for reason in why.reasons
            ]
        )
    pane.section("Tonight")
    fee = f"{terms.pounds(row.weekly_fee)} a week" if row.weekly_fee is not None else unknown("Not known")
    admissions = admissions_status(row)
    pane.facts(
        [
            ("From home", km_words(line.km)),
            ("Place", "" if line.site.place is not None else unknown("Not on record")),
            ("Beds", free_tip(row)),
            ("Return", return_status(row, now=now)),
            ("Admissions", admissions),
            ("Isolation", isolation_status(row)),
            ("Fee", fee),
            ("Rating", terms.RATINGS[row.rating] if row.rating else unknown("Not rated")),
            ("Phone", row.phone),
        ]
    )
    pane.end()
