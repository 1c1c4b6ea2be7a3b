"""The card of a setting beside the map: how it suits somebody, how far it is, what is free, who is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction

from discharge.words import terms
from discharge.words.counts import sentence_case
from ui.frame.detail_lines import placement_lines
from ui.frame.services import Services
from ui.map.words import SiteLine, kind_words, km_words
from ui.theme.palette import Tone
from ui.theme.status import Status, danger, neutral, unknown
from ui.widgets.day_strip import DayStrip
from ui.widgets.detail import DetailPane
from ui.words.settings import (
    admissions_status,
    free_tip,
    is_known,
    isolation_status,
    nights_free,
    nights_held,
    return_status,
)

if TYPE_CHECKING:
    from discharge.model.shown.settings import SettingPage


def show_site(
    pane: DetailPane,
    line: SiteLine,
    *,
    services: Services,
    who: str,
    reach: float | None,
    card: SettingPage | None,
    commands: Sequence[QAction],
) -> None:
    """Fills the card; `who` is chosen, or nobody, and would go `reach` km at most. `card` is None until more
    of the setting is read."""
    row, why, now = line.site.row, line.why_not, services.now()
    pane.begin(row.name, line.suits_status, subtitle=kind_words(line.site), about=row.id)
    pane.buttons(commands)
    if why is not None and why.reasons:
        pane.section(f"Against {who}" if who else "Against it")
        pane.lines(
            [
                Status(f"{sentence_case(reason.text)} ({reason.rule})", Tone.WAITING, reason.code)
                for reason in why.reasons
            ]
        )
    if card is not None:
        _show_nights(pane, card, services=services)
        _show_who(pane, card, services=services)
    pane.section("Tonight")
    fee = f"{terms.pounds(row.weekly_fee)} a week" if row.weekly_fee is not None else unknown("Not known")
    admissions = admissions_status(row)
    pane.facts(
        [
            ("From home", _away(line.km, reach)),
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


def _away(km: float | None, reach: float | None) -> str | Status:
    said = km_words(km)
    if km is None or reach is None:
        return said
    if km > reach:
        return danger(f"{said}, at most {reach:g} wanted")
    return f"{said}, at most {reach:g} wanted"


def _show_nights(pane: DetailPane, card: SettingPage, *, services: Services) -> None:
    """What is free on the nights to come, of all its beds together."""
    today = services.today()
    groups = [beds for unit in card.units for beds in unit.beds]
    pane.section("Free each night")
    if not groups:
        pane.lines([unknown("No beds are on record: nobody can be proposed for it.")])
        return
    free = [nights_free(beds.free, first=today) for beds in groups]
    held = [nights_held(beds.holds, first=today) for beds in groups]
    pane.add(
        DayStrip(
            [sum(night) for night in zip(*free, strict=True)],
            first=today,
            theme=services.theme,
            held=[sum(night) for night in zip(*held, strict=True)],
            counts_now=is_known(card.row),
        )
    )


def _show_who(pane: DetailPane, card: SettingPage, *, services: Services) -> None:
    """Who is there by a placement of the hub, and who is on the way."""
    there = [each for each in card.placements if each.state.is_active and not each.is_over]
    pane.section("Who is there or on the way")
    if not there:
        pane.lines([neutral("Nobody by a placement of this hub.")])
        return
    pane.dated(
        placement_lines(there, named=lambda each: each.patient_name, today=services.today(), go=services.go),
        first=6,
        wide="Mon 16 Nov",
    )
