"""Declines by reason and by home, and what would have made each a yes, from what the record knows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from discharge.model.placement import DeclineReason
from discharge.model.shown.pictures import Chart, ChartBar, DeclineFacts
from discharge.words import terms
from discharge.words.counts import count_words, listing

Declines = Sequence[DeclineFacts]
MOST_BARS = 20
"""So many homes at most are in a picture, those with the most; all are in its table."""

_YES: Mapping[DeclineReason, str] = {
    DeclineReason.NO_BED: "A bed on the day of the offer: another home, or a later day",
    DeclineReason.CANNOT_MEET_NEEDS: "A home that meets the needs, or more support there",
    DeclineReason.CANNOT_ISOLATE: "A place for isolation",
    DeclineReason.STAFFING: "Another day, or more staff",
    DeclineReason.OUTBREAK: "The end of the outbreak, or another home",
    DeclineReason.RESIDENT_MIX: "Another home",
    DeclineReason.EQUIPMENT: "The equipment, sent beforehand",
    DeclineReason.FEE: "Agreement on the fee",
    DeclineReason.INFORMATION_MISSING: "What the home asked to know, with the offer",
    DeclineReason.TOO_SOON: "A later day",
    DeclineReason.OTHER: "Said in the note of each decline",
}


def by_reason(declines: Declines) -> Chart:
    """How often each reason was given, and what would have made it a yes."""
    counts = Counter(one.code for one in declines)
    order = sorted(counts, key=lambda code: (-counts[code], list(DeclineReason).index(code)))
    bars = [ChartBar(code.words, (counts[code],), f"{counts[code]:,}") for code in order]
    rows = [
        (code.words, f"{counts[code]:,}", _YES[code], known_words([d for d in declines if d.code is code]))
        for code in order
    ]
    return Chart(
        "declines",
        "Declines by reason",
        "declines",
        ("Declines",),
        tuple(bars),
        ("Reason", "Declines", "What would have made it a yes", "What the record knows"),
        tuple(rows),
        remark="And what would have made each a yes. What homes say of beds, staff, isolation and fees is as"
        " they say it now.",
        empty="No home declined in this period.",
        words=frozenset({0, 2, 3}),
    )


def by_home(declines: Declines) -> Chart:
    """How often each home declined, and why."""
    names = {one.setting: one.setting_name for one in declines}
    reasons: dict[str, Counter[DeclineReason]] = defaultdict(Counter)
    for one in declines:
        reasons[one.setting][one.code] += 1
    order = sorted(names, key=lambda name: (-reasons[name].total(), names[name]))
    bars = [ChartBar(names[name], (reasons[name].total(),), f"{reasons[name].total():,}") for name in order]
    rows = [(names[name], f"{reasons[name].total():,}", _with_counts(reasons[name])) for name in order]
    return Chart(
        "declines-by-home",
        "Declines by home",
        "declines",
        ("Declines",),
        tuple(bars[:MOST_BARS]),
        ("Home", "Declines", "Why"),
        tuple(rows),
        remark=left_out_words(len(bars)),
        empty="No home declined in this period.",
        words=frozenset({0, 2}),
    )


def _with_counts(reasons: Counter[DeclineReason]) -> str:
    """`Fee not agreed 2, Not enough staff 1`"""
    return ", ".join(f"{code.words} {number}" for code, number in reasons.most_common())


def left_out_words(homes: int) -> str:
    """Which homes the picture leaves out; empty where it has all."""
    if homes <= MOST_BARS:
        return ""
    return f"The picture has the {MOST_BARS} homes with the most of {homes:,}; the table has all."


def known_words(declines: Declines) -> str:
    """What the record knows of declines that have one reason, in a sentence."""
    found = _KNOWN.get(declines[0].code)
    return found(declines) if found is not None else "Nothing more than the note"


def _of(number: int, declines: Declines, said: str) -> str:
    return f"{number:,} of {len(declines):,}: {said}"


def _beds(declines: Declines) -> str:
    free = sum((one.beds_free or 0) > 0 for one in declines)
    return _of(free, declines, "the home says now that it has a bed free")


def _isolation(declines: Declines) -> str:
    none = sum(one.isolation_places == 0 for one in declines)
    return _of(none, declines, "no place for isolation is on record there")


def _staffing(declines: Declines) -> str:
    levels = Counter(one.staffing or "not said" for one in declines)
    return f"Staffing as the homes say it now: {listing([f'{each} {n}' for each, n in levels.most_common()])}"


def _outbreak(declines: Declines) -> str:
    return _of(sum(one.outbreak_open for one in declines), declines, "the outbreak is still on record")


def _fee(declines: Declines) -> str:
    gaps = sorted(
        one.weekly_fee - one.max_weekly_fee
        for one in declines
        if one.weekly_fee is not None
        and one.max_weekly_fee is not None
        and one.weekly_fee > one.max_weekly_fee
    )
    if not gaps:
        return "The difference isn't on record: a fee, or the person's limit, isn't said or isn't exceeded"
    least, most = terms.pounds(gaps[0]), terms.pounds(gaps[-1])
    span = least if least == most else f"{least} to {most}"
    return _of(len(gaps), declines, f"the difference is {span} a week")


def _notice(declines: Declines) -> str:
    days = sorted(one.notice_days for one in declines)
    least, most = days[0], days[-1]
    span = count_words(most, "day") if least == most else f"{least} to {count_words(most, 'day')}"
    return f"Asked for {span} after the answer"


_KNOWN: Mapping[DeclineReason, Callable[[Declines], str]] = {
    DeclineReason.NO_BED: _beds,
    DeclineReason.CANNOT_ISOLATE: _isolation,
    DeclineReason.STAFFING: _staffing,
    DeclineReason.OUTBREAK: _outbreak,
    DeclineReason.FEE: _fee,
    DeclineReason.TOO_SOON: _notice,
}

__all__ = ["MOST_BARS", "by_home", "by_reason", "left_out_words"]
