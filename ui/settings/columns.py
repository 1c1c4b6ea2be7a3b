"""The columns of the list of settings, and the chips over it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial

from discharge.model.setting import SettingType
from discharge.model.setting_record import CapacityAge
from discharge.model.shown.settings import SettingRow
from discharge.words import terms
from ui.models.table import Column
from ui.widgets.search import Choice
from ui.words import settings

SHORT_TYPES = {
    "intermediate_care": "Intermediate",
    "community_bed": "Community",
    "alternative": "Alternative",
}
"""Types in the list, where the whole word has no room."""


def _type_words(row: SettingRow) -> str:
    return SHORT_TYPES.get(row.type, terms.SETTING_TYPES[row.type])


def setting_columns(now: Callable[[], datetime]) -> Sequence[Column[SettingRow]]:
    """The columns; `now` says what time it is.

    All that the search looks into stands in the page's `search_text`: one look a row, however many there are.
    """
    column: Callable[..., Column[SettingRow]] = partial(Column, found=False)
    more: Callable[..., Column[SettingRow]] = partial(column, shown=False)
    return (
        column(key="name", title="Name", text=lambda row: row.name, strong=True, stretch=True, width=14),
        column(key="free", title="Free", text=settings.free_words, tip=settings.free_tip, width=4, right=True,
               sort=lambda row: row.beds_left if settings.free_words(row) else None),
        column(key="return", title="Return", width=12,
               sort=lambda row: row.capacity_reported_at,
               status=lambda row: settings.return_status(row, now=now())),
        column(key="admissions", title="Admissions", status=settings.admissions_short, width=10),
        column(key="isolation", title="Isolation", status=settings.isolation_status, width=11,
               sort=settings.isolation_order),
        column(key="type", title="Type", text=_type_words, width=10,
               tip=lambda row: terms.SETTING_TYPES[row.type]),
        column(key="area", title="Authority", text=lambda row: row.local_authority or "", width=15),
        more(key="accepts", title="Accepts", text=settings.accepts_words, tip=settings.accepts_tip, width=12),
        more(key="beds", title="Registered beds", width=10, right=True, sort=lambda row: row.registered_beds,
             text=lambda row: str(row.registered_beds) if row.registered_beds is not None else ""),
        more(key="rating", title="CQC rating", width=16,
             text=lambda row: terms.RATINGS[row.rating] if row.rating is not None else ""),
        more(key="fee", title="Weekly fee", width=10, right=True, sort=lambda row: row.weekly_fee,
             text=lambda row: terms.pounds(row.weekly_fee) if row.weekly_fee is not None else ""),
        more(key="postcode", title="Postcode", text=lambda row: row.postcode, width=10),
        more(key="phone", title="Telephone", text=lambda row: row.phone, width=14),
        more(key="id", title="Reference", text=lambda row: row.id, width=14),
    )  # fmt: skip


def setting_filters(changed: Callable[[], Collection[str]]) -> Sequence[tuple[str, Sequence[Choice]]]:
    """Groups of filter chips; `changed()` about which something was recorded since yesterday."""

    def of(kind: SettingType) -> Callable[[SettingRow], bool]:
        return lambda row: row.type == kind

    plural = {"care_home": "Care homes", "hot_home": "Hot homes"}
    types = [
        Choice(kind, plural.get(kind, SHORT_TYPES.get(kind, name)), of(kind), name)
        for kind, name in terms.SETTING_TYPES.items()
    ]
    stale = CapacityAge.STALE
    lapsed = (CapacityAge.EXPIRED, CapacityAge.NONE)
    return (
        ("type", types),
        (
            "can",
            (
                Choice("free", "Free", settings.is_free, "A bed is free and nothing holds it"),
                Choice("isolates", "Isolates", lambda row: row.isolation_places > 0, "Has isolation places"),
                Choice(
                    "designated",
                    "Designated",
                    lambda row: row.designated_units > 0,
                    "Has a unit designated tonight",
                ),
                Choice(
                    "accepts",
                    "Accepts cases",
                    lambda row: bool(row.accepts_organisms),
                    "Has said that it accepts confirmed cases (rule R3)",
                ),
                Choice(
                    "awaits",
                    "Awaits the CQC",
                    lambda row: row.beds_awaiting > 0,
                    "Has beds that the CQC hasn't designated yet",
                    passing=True,
                ),
            ),
        ),
        (
            "return",
            (
                Choice(
                    "stale",
                    "To phone",
                    lambda row: row.capacity_age is stale,
                    "A capacity return to confirm by phone",
                ),
                Choice(
                    "lapsed",
                    "Lapsed",
                    lambda row: row.capacity_age in lapsed,
                    "Capacity return expired, or none: takes nobody until it is known",
                ),
            ),
        ),
        (
            "trouble",
            (
                Choice("closed", "Closed", settings.is_closed, "Closed to admissions"),
                Choice("outbreak", "Outbreak", settings.has_outbreak, "An outbreak is on record"),
            ),
        ),
        (
            "changed",
            (
                Choice(
                    "since",
                    "Since yesterday",
                    lambda row: row.id in changed(),
                    "Something was recorded about it yesterday or today, other than that nothing has changed",
                ),
            ),
        ),
    )
