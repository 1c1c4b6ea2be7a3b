"""The reports with pictures of a period: waits, states, unmet need, declines, isolation, overrides, cost,
equality, and the lines of evidence for a winter plan. Each chart has its table.

They name no person. What the hub doesn't know is said so and is never a zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from statistics import median

from discharge.model.placement import PlacementState
from discharge.model.shown.pictures import (
    ApprovalFacts,
    Chart,
    ChartBar,
    Gone,
    PassedFacts,
    Pictures,
    PicturesFacts,
)
from discharge.reports.pictures_declines import MOST_BARS, by_home, by_reason, left_out_words
from discharge.reports.pictures_equality import equality
from discharge.reports.pictures_winter import winter_plan
from discharge.rules.eligibility import REASONS
from discharge.words import terms
from discharge.words.counts import count_words, people, sentence_case
from discharge.words.days import age_words, day_and_time, day_words

DAYS = 28
"""A period has so many days where nobody chooses otherwise."""


def pictures_of(facts: PicturesFacts) -> Pictures:
    """The reports of that period."""
    charts = (
        unmet(facts),
        waits(facts),
        states(facts),
        by_reason(facts.declines),
        by_home(facts.declines),
        isolation(facts),
        overrides(facts),
        costs(facts),
        *equality(facts),
        winter_plan(facts),
    )
    return Pictures(facts.hub, facts.first, facts.last, facts.at, charts)


def period_words(found: Pictures | PicturesFacts) -> str:
    """`Mon 19 Oct to Sun 15 Nov 2020, 28 days`."""
    days = (found.last - found.first).days + 1
    if days == 1:
        return f"{day_words(found.last, year=True)}, 1 day"
    first = day_words(found.first, year=found.first.year != found.last.year)
    return f"{first} to {day_words(found.last, year=True)}, {days} days"


# unmet need


_OF_THE_PERSON = {
    "home": "Pathway 0: goes home",
    "home_with_support": "Pathway 1: goes home with support",
    "not_ready": "Ready after the last day that is planned",
    "outbid": "Beds that would do went to others",
    "companion": "No place together with whom they stay with",
}
"""Reasons that aren't of a setting, in words that fit a label."""


def reason_words(code: str) -> str:
    """A reason for having no place, as it is shown; a code that has no words of its own as it stands."""
    if code in REASONS:
        return sentence_case(REASONS[code].text)
    return _OF_THE_PERSON.get(code, sentence_case(code.replace("_", " ")))


def unmet(facts: PicturesFacts) -> Chart:
    """Who had no place in the last plan of the period, by what stood against it."""
    title, unit = "Unmet need by constraint", "people"
    columns = ("Constraint", "Told first", "Told too", "People")
    found = facts.unmet
    if found is None:
        return Chart("unmet", title, unit, (), (), columns, (), empty="Nothing was planned in this period.")
    first = Counter(codes[0] for codes in found.reasons)
    either = Counter(code for codes in found.reasons for code in set(codes))
    order = sorted(either, key=lambda code: (-first[code], -either[code], code))
    bars = [
        ChartBar(reason_words(code), (first[code], either[code] - first[code]), str(either[code]))
        for code in order
    ]
    rows = [
        (reason_words(code), str(first[code]), str(either[code] - first[code]), str(either[code]))
        for code in order
    ]
    return Chart(
        "unmet", title, unit, ("Told first", "Told too"), tuple(bars), columns, tuple(rows),
        remark=f"From the last plan of the period, {found.plan} of {day_and_time(found.made_at, year=True)}:"
        f" {people(len(found.reasons))} of {found.listed:,} had no place. Somebody with several reasons"
        " counts under each of them, and once as told first.",
        empty=f"Everybody had a place in the last plan, {found.plan}.",
    )  # fmt: skip


# waits and states


_WAITS: Sequence[tuple[int, int | None]] = ((0, 0), (1, 1), (2, 3), (4, 7), (8, 14), (15, 21), (22, None))
"""Bands of days, both ends included."""


def _band_words(least: int, most: int | None) -> str:
    if most is None:
        return f"{least} days or more"
    if least == most:
        return count_words(least, "day") if least else "On the day"
    return f"{least} to {count_words(most, 'day')}"


def waits(facts: PicturesFacts) -> Chart:
    """Days in hospital since people could have left: who left by a placement, and who is still there."""
    ended = [_waited(one, facts) for one in facts.people if one.gone is Gone.PLACED]
    still = [_waited(one, facts) for one in facts.people if one.gone is Gone.STILL and _is_ready(one, facts)]
    rows, bars = [], []
    for least, most in _WAITS:
        label = _band_words(least, most)
        counts = [
            sum(days >= least and (most is None or days <= most) for days in waited)
            for waited in (ended, still)
        ]
        bars.append(ChartBar(label, tuple(counts), " + ".join(map(str, counts))))
        rows.append((label, *map(str, counts), str(sum(counts))))
    rows.append(("All", str(len(ended)), str(len(still)), str(len(ended) + len(still))))
    rows.append(("Median, days", _median(ended), _median(still), _median([*ended, *still])))
    early = sum(one.gone is Gone.STILL and not _is_ready(one, facts) for one in facts.people)
    return Chart(
        "waits",
        "Waits",
        "people",
        ("Left by a placement", "Still waiting"),
        tuple(bars) if ended or still else (),
        ("Days", "Left by a placement", "Still waiting", "Both"),
        tuple(rows),
        remark="Days in hospital since they could have left: from the discharge ready date, where it isn't"
        " said from the day of Ready to leave on, to the day they left or the last day of the period."
        + (
            f" {people(early)} on the list, whose date is still to come, {_is(early)} left out."
            if early
            else ""
        ),
        empty="Nobody left by a placement in this period, and nobody waits.",
    )


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _is_ready(one: PassedFacts, facts: PicturesFacts) -> bool:
    return one.ready_since <= facts.last


def _waited(one: PassedFacts, facts: PicturesFacts) -> int:
    return max(0, ((one.gone_on or facts.last) - one.ready_since).days)


def _median(numbers: Sequence[float]) -> str:
    return f"{median(numbers):g}" if numbers else "-"


_STATES: Sequence[tuple[PlacementState | None, str]] = (
    (None, "On the list, before a proposal"),
    (PlacementState.PROPOSED, "In approval"),
    (PlacementState.APPROVED, "Approved, the home not told yet"),
    (PlacementState.TOLD, "Offered, answer awaited"),
    (PlacementState.ACCEPTED, "Accepted, transport not booked"),
    (PlacementState.BOOKED, "Transport booked"),
    (PlacementState.DEPARTED, "On the way"),
)


def states(facts: PicturesFacts) -> Chart:
    """How long placements stood in each state from which they went on in the period."""
    bars, rows = [], []
    for state, label in _STATES:
        spans = sorted(one.seconds for one in facts.spells if one.state is state)
        if not spans:
            rows.append((label, "0", "-", "-"))
            continue
        middle, longest = timedelta(seconds=median(spans)), timedelta(seconds=spans[-1])
        bars.append(ChartBar(label, (middle.total_seconds() / 3600,), age_words(middle)))
        rows.append((label, f"{len(spans):,}", age_words(middle), age_words(longest)))
    return Chart(
        "states",
        "Time in each state",
        "hours, the median",
        ("Median",),
        tuple(bars),
        ("State", "Times", "Median", "Longest"),
        tuple(rows),
        remark="Of each time that a placement went on from the state in the period, however it went on. Steps"
        " that were taken back never happened.",
        empty="No placement went on from any state in this period.",
    )


# where they went, and against what


def isolation(facts: PicturesFacts) -> Chart:
    """Nights of isolation slept in each setting."""
    assured: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for one in facts.isolation:
        (assured if one.designated else other)[one.setting] += one.nights
    names = {one.setting: one.setting_name for one in facts.isolation}
    order = sorted(names, key=lambda name: (-assured[name] - other[name], names[name]))
    bars = [
        ChartBar(names[name], (assured[name], other[name]), f"{assured[name] + other[name]:,}")
        for name in order
    ]
    rows = [
        (names[name], f"{assured[name]:,}", f"{other[name]:,}", f"{assured[name] + other[name]:,}")
        for name in order
    ]
    sums = (assured.total(), other.total(), assured.total() + other.total())
    whole = [*rows, ("All homes", *(f"{number:,}" for number in sums))]
    return Chart(
        "isolation",
        "Isolation days used",
        "nights",
        ("In designated beds", "In other beds"),
        tuple(bars[:MOST_BARS]),
        ("Home", "In designated beds", "In other beds", "Nights"),
        tuple(whole) if order else (),
        remark="Nights on which somebody whom this hub placed isolated there, up to last night, as the record"
        f" knows their infection now. {left_out_words(len(bars))}".strip(),
        empty="Nobody whom this hub placed isolated in this period.",
    )


def overrides(facts: PicturesFacts) -> Chart:
    """What was done by hand, what was asked about and confirmed, and what happened against a rule."""
    counts: list[tuple[str, str, int]] = [
        ("Placed by hand, not from a plan", _principles(facts.by_hand), len(facts.by_hand)),
        ("Asked about, and confirmed with a reason", "", facts.confirmed),
    ]
    happened = Counter(facts_of[0] for facts_of in facts.happened)
    counts += [
        (sentence_case(fact.words), "Against a rule; given to somebody with a clock", number)
        for fact, number in happened.most_common()
    ]
    some = any(number for _, _, number in counts)
    return Chart(
        "overrides",
        "Overrides",
        "times",
        ("Times",),
        tuple(ChartBar(label, (number,), f"{number:,}") for label, _, number in counts) if some else (),
        ("What", "More about it", "Times"),
        tuple((label, more, f"{number:,}") for label, more, number in counts) if some else (),
        remark="And what happened all the same. A block by a rule stops every step forward and can't be"
        " overridden; a fact of the world is recorded all the same. Each is counted once, as what was named"
        " first.",
        empty="Nothing was done by hand, confirmed or done against a rule in this period.",
        words=frozenset({0, 1}),
    )


def _principles(named: Iterable[str]) -> str:
    counts = Counter(one for one in named if one)
    said = ", ".join(f"{one.replace('_', ' ')} {number}" for one, number in counts.most_common())
    return f"Principles named: {said}" if said else "No principle was named"


_SHARES: Sequence[tuple[str, Callable[[float], bool]]] = (
    ("Up to half of the limit", lambda share: share <= 0.5),
    ("More than half, up to three quarters", lambda share: 0.5 < share <= 0.75),
    ("More than three quarters, up to 90 %", lambda share: 0.75 < share <= 0.9),
    ("More than 90 %, up to the limit", lambda share: 0.9 < share <= 1),
    ("Above the limit as the rules are now", lambda share: share > 1),
)
_NO_LIMIT, _NO_FEE, _NO_RULE = (
    "No limit held",
    "The fee isn't known",
    "No rule in force lets them approve now",
)


def costs(facts: PicturesFacts) -> Chart:
    """What was approved, by how near the weekly fee came to the limit of whoever approved it (A4)."""
    grouped: dict[str, list[ApprovalFacts]] = {label: [] for label, _ in _SHARES}
    grouped |= {_NO_LIMIT: [], _NO_FEE: [], _NO_RULE: []}
    for one in facts.approvals:
        grouped[_share_words(one)].append(one)
    bars, rows = [], []
    for label, group in grouped.items():
        fees = [one.weekly_fee for one in group if one.weekly_fee is not None]
        bars.append(ChartBar(label, (len(group),), f"{len(group):,}"))
        rows.append((label, f"{len(group):,}", terms.pounds(sum(fees)) if fees else "-"))
    known = [one.weekly_fee for one in facts.approvals if one.weekly_fee is not None]
    rows.append(("All", f"{len(facts.approvals):,}", terms.pounds(sum(known)) if known else "-"))
    return Chart(
        "costs",
        "Cost against limits",
        "approvals",
        ("Approvals",),
        tuple(bars) if facts.approvals else (),
        ("Weekly fee by the limit", "Approvals", "Fees a week, where known"),
        tuple(rows) if facts.approvals else (),
        remark="The highest weekly fee of a placement's stays as it was proposed, against the hub's approval"
        " rules as they stand now, read for the day of the approval (A4): rules that were changed since can"
        f" stand below what was approved under them. {_unknown_fees(facts.approvals)}".strip(),
        empty="Nothing was approved in this period.",
    )


def _unknown_fees(approvals: Sequence[ApprovalFacts]) -> str:
    unknown = sum(one.weekly_fee is None for one in approvals)
    return (
        f"The sum leaves out {count_words(unknown, 'fee')} that {_is(unknown)}n't known." if unknown else ""
    )


def _share_words(one: ApprovalFacts) -> str:
    if one.weekly_fee is None:
        return _NO_FEE
    if not one.limit.has_rules or (one.limit.names and one.limit.most is None):
        return _NO_LIMIT
    if not one.limit.names:
        return _NO_RULE
    most = one.limit.most
    assert most is not None  # a limit that lets them approve and isn't "any fee"
    share = one.weekly_fee / most if most else (0.0 if not one.weekly_fee else 2.0)
    return next(label for label, holds in _SHARES if holds(share))


__all__ = ["DAYS", "period_words", "pictures_of", "reason_words"]
