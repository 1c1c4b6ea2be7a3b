"""The hub as a whole: its counts, and what a search finds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from discharge.model.identifiers import shown_nhs_number
from discharge.model.placement import PlacementState
from discharge.model.same_person import folded
from discharge.model.setting import SettingType
from discharge.model.shown.hub import Found, Sizes, Status
from discharge.store import journal
from discharge.store.ask import known_keys, patients, placement_pages
from discharge.store.ask.listed import everybody
from discharge.store.ask.placements import STATE_NOW
from discharge.store.ask.view import View, instant

SETTING_TYPE_WORDS: dict[SettingType, str] = {
    "care_home": "care home",
    "hot_home": "hot home",
    "intermediate_care": "intermediate care",
    "community_bed": "community bed",
    "alternative": "alternative accommodation",
}


def authorities_here(view: View) -> frozenset[str]:
    """The local authorities of the hub's areas, of its settings, and of the people on the list."""
    named = {row[0] for row in view.rows("SELECT DISTINCT local_authority FROM settings")}
    named |= {row.local_authority for row in patients.rows(view)}
    return frozenset(name for name in (*view.hub.areas, *named) if name)


def status(view: View, *, counted: bool = True) -> Status:
    """The counts of the rail and the status line. Those that take long in a large hub, of people and
    placements, are 0 where they aren't to be `counted`."""
    moving = placement_pages.moves(view) if counted else ()
    stale = (view.now - timedelta(hours=view.rules.stale_hours)).isoformat()
    expired = (view.now - timedelta(days=view.rules.expired_days)).isoformat()
    row = view.row(
        "SELECT SUM(reported_at < ? AND reported_at >= ?),"
        " MIN(CASE WHEN closed_reason = '' AND COALESCE(accepting, 1) = 1 THEN reported_at END)"
        " FROM settings WHERE reported_at IS NOT NULL",
        (stale, expired),
    )
    assert row is not None  # an aggregate gives one row
    waiting = [move for move in moving if move.state is PlacementState.PROPOSED]
    on_the_way = {move.patient for move in moving}
    return Status(
        hub=view.hub.name,
        rule_set=view.rule_set_title,
        waiting=sum(name not in on_the_way for name in everybody(view)) if counted else 0,
        settings_stale=row[0] or 0,
        oldest_return=instant(row[1]),
        stale_hours=view.rules.stale_hours,
        approvals=len(waiting),
        moves=sum(
            move.overdue or bool(move.flags) for move in moving if move.state is not PlacementState.PROPOSED
        ),
    )


COUNTED = {
    "users of the hub": "users",
    "people on the list": "patients",
    "settings": "settings",
    "beds": "beds",
    "plans": "plans",
    "placements": "placements",
}
"""What is counted for whoever helps, by its table."""


def sizes(view: View) -> Sizes:
    """How large the hub is, and what its file is made with: numbers alone."""
    pages, of = view.value("PRAGMA page_count"), view.value("PRAGMA page_size")
    counts = {words: view.value(f"SELECT COUNT(*) FROM {table}") for words, table in COUNTED.items()}
    return Sizes(
        store_version=view.value("PRAGMA user_version"),
        sqlite=view.value("SELECT sqlite_version()"),
        sealed=known_keys.hub_of_keys(view) is not None,
        megabytes=round(pages * of / 1e6, 1),
        counts=(("entries", journal.head(view.connection).seq), *counts.items()),
    )


def find(view: View, text: str, *, limit: int = 20) -> tuple[Found, ...]:
    """People, settings and placements whose name, id, number or postcode holds every word of `text`."""
    words = text.casefold().split()
    if not words:
        return ()
    found: list[Found] = []
    squeezed = "".join(words)
    for name, label, number, left in view.rows(
        "SELECT id, name, nhs_number, left_reason FROM patients ORDER BY left_reason IS NOT NULL, number"
    ):
        by_number = bool(number) and len(squeezed) >= 3 and squeezed in number
        if by_number or _holds(f"{name} {label} {' '.join(folded(label))}", words):
            detail = f"{name}, {shown_nhs_number(number)}" if number else name
            found.append(Found("patient", name, label, f"{detail}, left the list" if left else detail))
            if len(found) == limit:
                return tuple(found)
    for row in view.rows(
        "SELECT id, name, type, local_authority, postcode FROM settings WHERE joined_into IS NOT ''"
        " ORDER BY name, number"
    ):
        name, label, kind, area, postcode = row
        if _holds(f"{name} {label} {postcode}", words):
            detail = ", ".join(part for part in (SETTING_TYPE_WORDS[kind], area, postcode) if part)
            found.append(Found("setting", name, label, detail))
            if len(found) == limit:
                return tuple(found)
    for name, patient, state in view.rows(
        f"SELECT p.id, p.patient, {STATE_NOW} FROM placements p"
        " LEFT JOIN stays s ON s.placement = p.id AND s.position = p.stay ORDER BY p.number DESC"
    ):
        if _holds(name, words):
            words_of_state = PlacementState(state).words
            found.append(Found("placement", name, f"{name}: {view.patient_name[patient]}", words_of_state))
            if len(found) == limit:
                break
    return tuple(found)


def _holds(text: str, words: Sequence[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)
