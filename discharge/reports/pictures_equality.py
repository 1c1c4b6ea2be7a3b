"""Who was on the list, by age, sex, ethnicity and funding, and how they left it. Small numbers are hidden.

For monitoring alone: none of this is an input of matching (N9).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from discharge.model.birth import age_on
from discharge.model.shown.pictures import Chart, ChartBar, Gone, PassedFacts, PicturesFacts
from discharge.reports.suppressing import HIDDEN, LEAST, UNDER, Suppressed, columns_of, suppressed
from discharge.words import terms
from discharge.words.counts import share

NOT_RECORDED, OTHER_WORDS = "Not recorded", "In other words"
OUTCOMES = {
    Gone.PLACED: "Left by a placement",
    Gone.OTHERWISE: "Left otherwise",
    Gone.STILL: "Still on the list",
}
ALL = "All of them"
_LEFT = "Left, either way"
_AGES: Sequence[tuple[int, str]] = ((85, "85 and over"), (75, "75 to 84"), (65, "65 to 74"), (0, "Under 65"))
_ETHNIC = ("Asian or Asian British", "Black or Black British", "Mixed", "White", "Other ethnic group")
NOT_STATED = "Not stated"
_WORDS: Sequence[tuple[str, frozenset[str]]] = (
    (_ETHNIC[0], frozenset({"asian", "indian", "pakistani", "bangladeshi", "chinese"})),
    (_ETHNIC[1], frozenset({"black", "african", "caribbean"})),
    (_ETHNIC[3], frozenset({"white", "gypsy", "roma", "traveller"})),
    (_ETHNIC[4], frozenset({"arab", "other"})),
)
"""Words of the census's categories that tell the group."""


def equality(facts: PicturesFacts) -> tuple[Chart, ...]:
    """A chart for each characteristic: how many were on the list, and in its table how they left it."""
    ages = [label for _, label in reversed(_AGES)]
    return (
        _chart(facts, "age", "Equality: age", lambda one: age_band(one.born, facts.last), ages),
        _chart(facts, "sex", "Equality: sex", lambda one: terms.SEXES[one.sex], tuple(terms.SEXES.values())),
        _chart(
            facts, "ethnicity", "Equality: ethnicity", lambda one: ethnic_group(one.ethnicity),
            (*_ETHNIC, NOT_STATED, OTHER_WORDS),
        ),
        _chart(
            facts, "funding", "Equality: funding", lambda one: funding_route(one.funding),
            (*terms.FUNDING, OTHER_WORDS),
        ),
    )  # fmt: skip


def age_band(born: date | None, on: date) -> str:
    """The band of ages on that day."""
    if born is None:
        return NOT_RECORDED
    return next(label for least, label in _AGES if age_on(born, on) >= least or least == 0)


def ethnic_group(text: str) -> str:
    """The census's group that somebody's own words mean; what isn't recognised is in other words."""
    said = frozenset(re.findall(r"[a-z]+", text.casefold()))
    if not said or said <= {"unknown", "recorded", "known", "not"}:
        return NOT_RECORDED
    if said & {"stated", "refused", "declined", "prefer", "disclosed"}:
        return NOT_STATED
    if said & {"not", "non"}:
        return OTHER_WORDS
    groups = [group for group, words in _WORDS if said & words]
    named = [group for group in groups if group != _ETHNIC[4]] or groups
    if "mixed" in said or len(named) > 1:
        return _ETHNIC[2]
    return named[0] if named else OTHER_WORDS


def funding_route(text: str) -> str:
    """The route by its name in the form; another hub's own word is said to be in other words."""
    said = " ".join(text.casefold().split())
    if not said:
        return NOT_RECORDED
    return next((each for each in terms.FUNDING if each.casefold() == said), OTHER_WORDS)


def _chart(
    facts: PicturesFacts, key: str, title: str, group_of: Callable[[PassedFacts], str], order: Sequence[str]
) -> Chart:
    shown = _shown(facts, group_of, order)
    columns = (title.removeprefix("Equality: ").capitalize(), *shown.columns, ALL)
    found = shown.found
    if found.rows is None:
        return Chart(key, title, "people", (), (), columns, (), empty=_no_table(facts))
    labels = (*shown.groups, ALL)
    # without columns the one that was counted is that of all
    cells = found.rows if shown.columns else [row[-1:] for row in found.rows]
    rows = tuple((label, *row) for label, row in zip(labels, cells, strict=True))
    return Chart(
        key,
        title,
        "people",
        ("On the list",),
        tuple(_bar(label, cells[-1]) for label, *cells in rows[:-1]),
        columns,
        rows,
        remark=_remark(found, shown.columns),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """What may be shown of a characteristic: its groups, how they left, the numbers."""

    groups: Sequence[str]
    columns: Sequence[str]
    found: Suppressed


def _shown(facts: PicturesFacts, group_of: Callable[[PassedFacts], str], order: Sequence[str]) -> _Shown:
    counted = Counter((group_of(one), one.gone) for one in facts.people)
    named = {group for group, _ in counted}
    groups = [group for group in (*order, NOT_RECORDED) if group in named]
    totals = {outcome: sum(one.gone is outcome for one in facts.people) for outcome in OUTCOMES}
    together = ((Gone.PLACED, Gone.OTHERWISE), (Gone.STILL,))
    columns = columns_of(totals, together)
    counts = [
        [sum(counted[group, outcome] for outcome in column) for column in columns or [tuple(OUTCOMES)]]
        for group in groups
    ]
    titles = [OUTCOMES[column[0]] if len(column) == 1 else _LEFT for column in columns]
    return _Shown(groups, titles, suppressed(counts))


def _no_table(facts: PicturesFacts) -> str:
    if not facts.people:
        return "Nobody was on the list in this period."
    if len(facts.people) < LEAST:
        return f"Fewer than {LEAST} people were on the list in this period: no table is shown."
    return "Everybody counted is of one group here, or it isn't recorded: no table is shown."


def ethnicity_said(facts: PicturesFacts) -> str:
    """Of how many their ethnicity is on record, of everybody: `30 of 36 (83 %)`; hidden where the table of
    ethnicity hides of how many it isn't, which could be worked out from it."""
    everybody = len(facts.people)
    missing = sum(ethnic_group(one.ethnicity) == NOT_RECORDED for one in facts.people)
    shown = _shown(facts, lambda one: ethnic_group(one.ethnicity), (*_ETHNIC, NOT_STATED, OTHER_WORDS))
    if shown.found.rows is None:
        hidden = everybody < LEAST or 0 < missing < everybody
    else:
        cells = dict(zip(shown.groups, shown.found.rows, strict=False))
        hidden = cells.get(NOT_RECORDED, ("0",))[-1] in (UNDER, HIDDEN)
    return HIDDEN if hidden else share(everybody - missing, everybody)


def _bar(label: str, shown: str) -> ChartBar:
    hidden = shown in (UNDER, HIDDEN)
    return ChartBar(label, (None if hidden else int(shown.replace(",", "")),), shown)


def _remark(found: Suppressed, columns: Sequence[str]) -> str:
    assert found.rows is not None
    cells = {cell for row in found.rows for cell in row}
    said = ["Everybody who was on the list on a day of the period, each once, by how they stand at its end."]
    if len(columns) < len(OUTCOMES):
        said.append("How they left isn't told apart where one way has 1 to 4 people in all.")
    if UNDER in cells:
        said.append(f"Numbers from 1 to {LEAST - 1} are “{UNDER}”.")
    if HIDDEN in cells:
        said.append(f"“{HIDDEN}”: another number could be worked out from it.")
    if UNDER in cells or HIDDEN in cells:
        said.append(
            "Reports of periods that overlap can be subtracted from each other: give out one of them."
        )
    return " ".join(said)


__all__ = ["age_band", "equality", "ethnic_group", "ethnicity_said", "funding_route"]
