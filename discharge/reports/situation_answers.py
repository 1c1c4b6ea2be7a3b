"""The Situation's figures of what homes answered on the telephone, and of people placed across borders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from discharge.model.call import Answers
from discharge.model.shown.calls import NOT_HEARD, Heard
from discharge.model.shown.situation import Figure, FigureRow, FigureTable, HomeFacts, Of, SituationFacts
from discharge.words.counts import count_words
from discharge.words.days import day_words

TESTED_DAYS = 7
"""Tested in so many days, a home counts as tested."""
SAID = (
    "Answered today", "Residents ill", "Staff ill", "Deaths said", "Beds empty", "Fit to use", "Moved in",
    "Moved out", "Staff absent",
)  # fmt: skip
"""What homes said of themselves, beside what this hub knows of those it placed."""


def answers_table(
    homes: Sequence[HomeFacts], grouped: dict[str, list[HomeFacts]], all_homes: str
) -> FigureTable:
    """What homes answered, by borough."""
    rows = [*(_row(name, some) for name, some in grouped.items()), _row(all_homes, homes, strong=True)]
    remark = (
        "As homes said it on the telephone: deaths and moves over seven days, all else as said last in them"
    )
    return FigureTable("answers", "What homes answered", "Borough", SAID, tuple(rows), remark)


def _row(label: str, homes: Sequence[HomeFacts], *, strong: bool = False) -> FigureRow:
    homes = [one for one in homes if one.heard is not NOT_HEARD]
    asked = [one.id for one in homes if one.heard.asked_today]
    figures = (
        Figure(len(asked), Of.HOMES, tuple(asked)),
        _said(homes, lambda heard: _sum(heard.newest, "residents_suspected", "residents_confirmed")),
        _said(homes, lambda heard: _sum(heard.newest, "staff_suspected", "staff_confirmed")),
        _said(homes, lambda heard: heard.summed.deaths),
        _said(homes, lambda heard: heard.newest.empty_beds),
        _said(homes, lambda heard: heard.newest.can_take),
        _said(homes, lambda heard: heard.summed.admitted),
        _said(homes, lambda heard: heard.summed.left),
        _said(homes, lambda heard: heard.newest.staff_absent),
    )
    return FigureRow(label, figures, strong=strong)


def _sum(answers: Answers, *keys: str) -> int | None:
    said = [value for key in keys if (value := getattr(answers, key)) is not None]
    return sum(said) if said else None


def _said(homes: Sequence[HomeFacts], of: Callable[[Heard], int | None]) -> Figure:
    """The sum over those that said anything, who are named; not said where nobody did."""
    said = [(one.id, value) for one in homes if (value := of(one.heard)) is not None]
    total = sum(value for _, value in said) if said else None
    return Figure(None if total is None else f"{total:,}", Of.HOMES, tuple(name for name, _ in said))


def tested(homes: Sequence[HomeFacts], on: date) -> Figure:
    """How many were tested in the last days, of those that say when."""
    said = [one for one in homes if one.heard.newest.tested_on is not None]
    recent = [one for one in said if _is_recent(one, on)]
    words = f"{len(recent)} of {len(said)} in {count_words(TESTED_DAYS, 'day')}" if said else None
    return Figure(words, Of.HOMES, tuple(one.id for one in recent or said))


def tested_of(home: HomeFacts, on: date) -> str | None:
    """When one home was tested last; None: not said."""
    last = home.heard.newest.tested_on
    return None if last is None else day_words(last, today=on)


def _is_recent(home: HomeFacts, on: date) -> bool:
    last = home.heard.newest.tested_on
    return last is not None and last > on - timedelta(TESTED_DAYS)


def across(facts: SituationFacts) -> FigureTable:
    """People placed in another authority than their own: by authority who went out, and who came in."""
    known = [one for one in facts.across if one.is_known]
    names = sorted({one.home for one in known} | {one.there for one in known})
    rows = [
        FigureRow(
            name,
            (
                _people(one.patient for one in known if one.home == name),
                _people(one.patient for one in known if one.there == name),
            ),
        )
        for name in names
    ]
    everybody = _people(one.patient for one in known)
    rows.append(FigureRow("All", (everybody, everybody), strong=True))
    unknown = _people(one.patient for one in facts.across if not one.is_known)
    rows.append(FigureRow("Authority not recorded", (unknown, unknown), about="Of the person or the home."))
    return FigureTable(
        "across",
        "Placed across borders",
        "Borough",
        ("Its own elsewhere", "Others' there"),
        tuple(rows),
        remark="Approved placements under way",
    )


def _people(who: Iterable[str]) -> Figure:
    listed = tuple(dict.fromkeys(who))
    return Figure(len(listed), who=listed)


__all__ = ["across", "answers_table", "tested", "tested_of"]
