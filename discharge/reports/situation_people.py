"""The Situation's figures of people: by pathway, reason for delay, days since they were ready, hospital."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from discharge.model.happening import Happening
from discharge.model.hospital import hospital_words
from discharge.model.patient import Pathway
from discharge.model.patient_record import Delay
from discharge.model.shown.situation import (
    NOT_SAID,
    Figure,
    FigureRow,
    FigureTable,
    PersonFacts,
    SituationFacts,
    Standing,
)
from discharge.reports.situation_who import (
    days_over,
    in_hospital,
    is_delayed,
    is_ready,
    open_delays,
    ready_since,
)
from discharge.rules.delay_reasons import NO_MAIN_REASON, DelayReason, coded, list_on
from discharge.words.counts import count_words, sentence_case

NOT_CODED = "Not coded"
NO_HOSPITAL = "Hospital not recorded"
BANDS: tuple[tuple[int, int | None], ...] = (
    (0, 0), (1, 1), (2, 3), (4, 6), (7, 13), (14, 20), (21, None),
)  # fmt: skip
"""Days since the discharge ready date, by the bands of NHS England's figures: first and last of each."""


def _counts(people: Iterable[PersonFacts]) -> Figure:
    who = tuple(one.id for one in people)
    return Figure(len(who), who=who)


def _across(
    people: Sequence[PersonFacts], number: Callable[[Sequence[PersonFacts]], Figure] = _counts
) -> tuple[Figure, ...]:
    """A figure for each pathway, and for all."""
    each = [[one for one in people if one.pathway is pathway] for pathway in Pathway]
    return tuple(number(some) for some in (*each, people))


PATHWAYS = (*(pathway.value for pathway in Pathway), "All")


def by_pathway(facts: SituationFacts) -> FigureTable:
    """Who is in hospital, and how many of them wait, are placed, ready and delayed."""
    day, here = facts.day, [one for one in facts.people if in_hospital(one)]

    def row(label: str, about: str, holds: Callable[[PersonFacts], bool]) -> FigureRow:
        return FigureRow(label, _across([one for one in here if holds(one)]), about=about)

    late = [one for one in here if is_delayed(one, day)]
    return FigureTable(
        "pathway",
        "People in hospital",
        "",
        PATHWAYS,
        (
            FigureRow(
                "In hospital", _across(here), strong=True, about="On the list, and not left by a placement."
            ),
            row(
                "Waiting for a place", "No place is under way.", lambda one: one.standing is Standing.WAITING
            ),
            row("Placed", "A place is under way for them.", lambda one: one.standing is Standing.PLACED),
            row("Ready", "They no longer meet the criteria to reside.", lambda one: is_ready(one, day)),
            row(
                "Of them without a discharge ready date",
                "None is on record, or it is of a period before they met the criteria again.",
                lambda one: is_ready(one, day) and one.ready_date is None,
            ),
            FigureRow(
                "Delayed", _across(late), about="Still in hospital a day or more after they could leave."
            ),
            FigureRow(
                "Days lost so far", _across(late, _days(day)), about="Since each could leave, added up."
            ),
            FigureRow("Left hospital on the day", _left(facts), about="By a placement, or on their own."),
        ),
    )


def _days(day: date) -> Callable[[Sequence[PersonFacts]], Figure]:
    def lost(some: Sequence[PersonFacts]) -> Figure:
        over = [one for one in some if days_over(one, day)]
        return Figure(sum(days_over(one, day) for one in over), who=tuple(one.id for one in over))

    return lost


def _left(facts: SituationFacts) -> tuple[Figure, ...]:
    each = [[one.id for one in facts.leavings if one.pathway is pathway] for pathway in Pathway]
    everybody = [one.id for one in facts.leavings]
    return tuple(Figure(len(some), who=tuple(some)) for some in (*each, everybody))


def by_reason(facts: SituationFacts) -> FigureTable:
    """The delayed by their main reason; of whoever has several, the others are in the last column."""
    day, here = facts.day, list_on(facts.day)
    delayed = [one for one in facts.people if is_delayed(one, facts.day)]
    main: dict[str, list[PersonFacts]] = {}
    also: dict[str, list[PersonFacts]] = {}
    families: dict[str, str] = {}
    for one in delayed:
        held = open_delays(one, day)
        labels = list(dict.fromkeys(_label(each, day, families) for each in held)) or [_said(families)]
        main.setdefault(labels[0], []).append(one)
        for label in labels[1:]:
            also.setdefault(label, []).append(one)
    order = {reason.text: at for at, reason in enumerate(here.reasons)}
    labels = sorted({*main, *also}, key=lambda label: (order.get(label, len(order)), families[label], label))
    rows = [
        FigureRow(
            _short(label, day),
            (*_across(main.get(label, [])), _counts(also.get(label, []))),
            group=families[label],
            about=label,
        )
        for label in labels
    ]
    rows.append(FigureRow("Delayed", (*_across(delayed), _also(also)), strong=True))
    return FigureTable(
        "reason",
        "Delayed, by main reason",
        "Reason",
        (*PATHWAYS, "Also for"),
        tuple(rows),
        remark=f"{here.name}: {len(here.reasons)} reasons; those that nobody waits for aren't shown",
    )


def _label(delay: Delay, day: date, families: dict[str, str]) -> str:
    found = coded(delay.reason, day)
    if found is None:
        label = f"{NOT_CODED}: {delay.reason}"
        families[label] = NOT_CODED
    else:
        label, families[found.text] = found.text, _family(found, day)
    return label


def _family(reason: DelayReason, day: date) -> str:
    if reason.list != list_on(day).id:
        return f"Of the list of {reason.list}"
    return sentence_case(reason.family) if reason.family else "Reasons"


def _said(families: dict[str, str]) -> str:
    families[NO_MAIN_REASON] = NOT_SAID.capitalize()
    return NO_MAIN_REASON


def _short(label: str, day: date) -> str:
    """The reason without its family, which stands over it."""
    found = coded(label, day)
    if found is not None:
        return found.text.removeprefix(f"{found.family.capitalize()} – ")
    return label.removeprefix(f"{NOT_CODED}: ")


def _also(also: Mapping[str, Sequence[PersonFacts]]) -> Figure:
    """How many reasons are given besides the main ones, and by whom."""
    who = dict.fromkeys(one.id for some in also.values() for one in some)
    return Figure(sum(len(some) for some in also.values()), who=tuple(who))


def by_band(facts: SituationFacts) -> FigureTable:
    day = facts.day
    ready = [one for one in facts.people if is_ready(one, day)]
    dated = [one for one in ready if one.ready_date is not None]

    def within(one: PersonFacts, first: int, last: int | None) -> bool:
        since = (day - ready_since(one)).days
        return first <= since and (last is None or since <= last)

    rows = [
        FigureRow(_band_words(first, last), _across([one for one in dated if within(one, first, last)]))
        for first, last in BANDS
    ]
    rows.append(FigureRow(sentence_case(NOT_SAID), _across([one for one in ready if one.ready_date is None])))
    rows.append(FigureRow("Ready", _across(ready), strong=True))
    return FigureTable("band", "Days since the ready date", "Days", PATHWAYS, tuple(rows))


def _band_words(first: int, last: int | None) -> str:
    if first == last:
        return count_words(first, "day")
    return f"{first} days or more" if last is None else f"{first}-{last} days"


def by_hospital(facts: SituationFacts) -> FigureTable:
    here = [one for one in facts.people if in_hospital(one)]
    named = {one.hospital for one in here}
    named |= {one.hospital for one in facts.leavings} | {one.hospital for one in facts.happened}
    codes, called = sorted(named, key=lambda code: (not code, code)), facts.hospitals

    def fact(code: str | None, kind: Happening) -> Figure:
        some = [one for one in facts.happened if kind in one.facts and code in (None, one.hospital)]
        return Figure(len(some), who=tuple(dict.fromkeys(one.patient for one in some)))

    def row(code: str | None, label: str) -> FigureRow:
        some = [one for one in here if code in (None, one.hospital)]
        left = [one.id for one in facts.leavings if code in (None, one.hospital)]
        figures = (
            _counts(one for one in some if one.standing is Standing.WAITING),
            _counts(one for one in some if one.standing is Standing.PLACED),
            _counts(one for one in some if is_delayed(one, facts.day)),
            Figure(len(left), who=tuple(left)),
            fact(code, Happening.LEFT_WITHOUT_RESULT),
            fact(code, Happening.LEFT_WITHOUT_US),
            fact(code, Happening.LEFT_UNTOLD),
        )
        return FigureRow(label, figures, strong=code is None)

    return FigureTable(
        "hospital",
        "By hospital",
        "Hospital",
        (
            "Waiting", "Placed", "Delayed", "Left on the day", "Left without a result",
            "Left without the authority",
            "Left before the home was told",
        ),
        (*(row(code, hospital_words(called, code) or NO_HOSPITAL) for code in codes), row(None, "All")),
        remark="The last three over seven days",
    )  # fmt: skip
