"""The reports with pictures: what is known of a period, and the charts, each with its table, made from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from discharge.model.approving import ApprovalLimit
from discharge.model.happening import Happening
from discharge.model.patient import Sex
from discharge.model.placement import DeclineReason, PlacementState

PPE_DAYS = 3
"""Protective equipment for fewer days is short."""

# what is known


class Gone(StrEnum):
    """How somebody who was on the list in the period stands at its end."""

    PLACED = "placed"
    """Left hospital by a placement."""
    OTHERWISE = "otherwise"
    """Off the list, and not by a placement."""
    STILL = "still"
    """On the list, in hospital."""


@dataclass(frozen=True, slots=True)
class PassedFacts:
    """Somebody who was on the list at some time in the period."""

    ready_since: date
    """The discharge ready date; where it isn't said the day on which they were ready to leave."""
    gone: Gone
    gone_on: date | None
    """The day they left; None: still there."""
    born: date | None
    sex: Sex
    ethnicity: str
    funding: str


@dataclass(frozen=True, slots=True)
class SpellFacts:
    """A placement, or somebody before their first one (`state` None), went on from a state in the period."""

    state: PlacementState | None
    seconds: float
    """How long it had stood there."""


@dataclass(frozen=True, slots=True)
class DeclineFacts:
    """A setting's no, with what the record knows of the matter now."""

    setting: str
    setting_name: str
    code: DeclineReason
    weekly_fee: float | None
    """What the setting asks; what the person's fee limit is; pounds a week."""
    max_weekly_fee: float | None
    isolation_places: int
    """For how many the setting says it can isolate."""
    staffing: str | None
    """green, amber or red, as the setting says it now."""
    outbreak_open: bool
    """An outbreak is on record there now."""
    beds_free: int | None
    """What the setting says is free now; None: it hasn't said."""
    notice_days: int
    """Days from the answer to the first night that was asked for."""


@dataclass(frozen=True, slots=True)
class IsolationFacts:
    """Nights of isolation slept in a setting within the period."""

    setting: str
    setting_name: str
    designated: bool
    """In beds that the regulator has assured for it."""
    nights: int


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """An approval: the fee as it was proposed, and the limit of whoever approved, on that day."""

    weekly_fee: float | None
    limit: ApprovalLimit


@dataclass(frozen=True, slots=True)
class UnmetFacts:
    """The last plan of the period: who had no place, each with the codes of the reasons, as it told them."""

    plan: str
    made_at: datetime
    listed: int
    reasons: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class DepartureFacts:
    """Somebody who left hospital by a placement in the period."""

    is_to_care_home: bool
    had_result: bool
    """A result was on record, reported before they left."""
    was_told: bool
    """The setting was told before."""
    was_approved: bool
    needed_designated: bool
    went_to_designated: bool
    """The bed was in a unit designated on the day."""
    capacity_said: bool
    """Mental capacity, or a decision in their best interests, is on record."""
    carer_asked: bool
    """The family or an unpaid carer was asked."""


@dataclass(frozen=True, slots=True)
class HomesFacts:
    """The hub's homes as they are now: those with beds on record."""

    count: int
    in_time: int
    """With a capacity return that isn't stale."""
    ppe_said: int
    ppe_short: int
    """PPE for fewer than `PPE_DAYS`."""
    staffing_said: int
    staffing_red: int
    outbreaks: int
    outbreaks_assessed: int
    designated_units: int


@dataclass(frozen=True, slots=True)
class PicturesFacts:
    """Everything that the reports of a period are made from."""

    hub: str
    first: date
    last: date
    """Included."""
    at: datetime
    """When it was asked."""
    people: tuple[PassedFacts, ...]
    spells: tuple[SpellFacts, ...]
    declines: tuple[DeclineFacts, ...]
    isolation: tuple[IsolationFacts, ...]
    by_hand: tuple[str, ...]
    """Placements chosen by hand: the principle named, or nothing."""
    confirmed: int
    """Entries that were asked about and confirmed with a reason."""
    happened: tuple[tuple[Happening, ...], ...]
    """What happened against a rule: the first of each is what it counts as."""
    approvals: tuple[ApprovalFacts, ...]
    unmet: UnmetFacts | None
    """None: nothing was planned in the period."""
    departures: tuple[DepartureFacts, ...]
    homes: HomesFacts


# what is shown


@dataclass(frozen=True, slots=True)
class ChartBar:
    """A bar: its label, a value for each series (None: not shown), and what stands at its end."""

    label: str
    values: tuple[float | None, ...]
    shown: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its table: whoever can't see the one reads the other. `key` names it for good.

    Without bars there is the table alone.
    """

    key: str
    title: str
    unit: str
    """What a bar's length counts: `people`, `nights`."""
    series: tuple[str, ...]
    bars: tuple[ChartBar, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remark: str = ""
    """What the reader has to know of it."""
    empty: str = ""
    """Said where there is nothing to show."""
    words: frozenset[int] = frozenset({0})
    """The columns that hold words; the others hold numbers."""

    @property
    def longest(self) -> float:
        """The length of the longest bar."""
        return max((sum(value or 0 for value in bar.values) for bar in self.bars), default=0)


@dataclass(frozen=True, slots=True)
class Pictures:
    """The reports of a period."""

    hub: str
    first: date
    last: date
    at: datetime
    charts: tuple[Chart, ...]

    def chart(self, key: str) -> Chart:
        """The chart of that key."""
        return next(one for one in self.charts if one.key == key)
