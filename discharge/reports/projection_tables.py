"""The projection as tables of figures: the days to come, a scenario, and how it fared against what came."""

from __future__ import annotations

from collections.abc import Sequence

from discharge.model.shown.projection import (
    HORIZONS,
    LEAST_DAYS,
    Ahead,
    Assumptions,
    Month,
    Projection,
    Stream,
)
from discharge.model.shown.situation import Figure, FigureRow, FigureTable
from discharge.reports.projection import BACK_TESTS, RUNS, WEEKS_BACK
from discharge.words import terms
from discharge.words.counts import count_words
from discharge.words.days import day_words

NO_BED = "none needed"
COLUMNS = (
    "In hospital now", "Need by then", "Beds left tonight", "Beds left then", "Short", "In hospital then",
)  # fmt: skip
_METHOD = (
    "How it is made: whoever comes is drawn day by day at the hub's own pace of the last {days}, and whoever"
    " waits leaves with the chance a day that those had; how well so few days tell either is in the band."
    " {runs:,} runs from a fixed seed: the same record gives the same figures. Each figure is the middle, and"
    " from where to where four of five are to be.",
    "Need: who is in hospital now, and whoever comes by then. Beds left: those that nothing holds on that"
    " night, as returns and planned ends have it; of P2 also those of stays without a planned end, ending as"
    " often as the hub's own did. A bed that no return speaks of is none. Short: those for whom there is no"
    " bed of their kind; a nursing bed may serve residential care too, and hot homes aren't counted. In"
    " hospital then: if people go on leaving as they did.",
)
_SCENARIO = (
    "The scenario is no forecast: it says what would be if the hub's pace of these days, changed as assumed,"
    " held for eighteen months. The further ahead, the less its band means."
)
_BACK_TEST = (
    "Held against what came: NHS England's daily counts of people who no longer meet the criteria to reside,"
    ' by trust, April 2024 to August 2025, beside "the same as last week": how far off, on average; and'
    " for what share of the trusts it was no better. Of counts alone the level is the mean of {weeks} like"
    " weekdays, and how long people stay was set on the two years before. 80 % within the band were meant."
    " What is left of beds can't be held against anything published."
)


def notes(found: Projection) -> tuple[str, ...]:
    """What to know of the figures; of a record that is too short, that."""
    days = count_words(found.days, "whole day")
    if not found.streams:
        return (f"{days} of record: nothing is foretold from fewer than {LEAST_DAYS}, or of nobody.",)
    method = (each.format(days=days, runs=RUNS) for each in _METHOD)
    return (*method, _SCENARIO, _BACK_TEST.format(weeks=WEEKS_BACK))


def ahead_tables(found: Projection) -> tuple[FigureTable, ...]:
    """A table for each horizon."""
    horizons = enumerate(HORIZONS) if found.streams else ()
    return tuple(_ahead(found, at, days) for at, days in horizons)


def _ahead(found: Projection, at: int, days: int) -> FigureTable:
    return FigureTable(
        key=f"ahead{at}",
        title=f"The next {days} days",
        first="Who needs what",
        columns=COLUMNS,
        rows=tuple(_row(stream, stream.ahead[at]) for stream in found.streams),
    )


def _row(stream: Stream, ahead: Ahead) -> FigureRow:
    beds = NO_BED if ahead.beds is None else ahead.beds.words
    short = NO_BED if ahead.short is None else ahead.short.words
    if stream.kind is None:
        beds = short = "by kind"
    tonight = beds if stream.beds_tonight is None else f"{stream.beds_tonight:,}"
    cells = (f"{stream.waiting:,}", ahead.need.words, tonight, beds, short, ahead.still.words)
    return FigureRow(_name(stream), tuple(Figure(cell) for cell in cells), strong=stream.kind is None)


def _name(stream: Stream) -> str:
    if stream.kind is None:
        return "All"
    pathway = terms.PATHWAYS[stream.kind.pathway]
    if stream.kind.category is None:
        return pathway
    return f"{stream.kind.pathway.value} · {terms.CATEGORIES[stream.kind.category].lower()}"


def scenario_table(months: Sequence[Month], assumed: Assumptions) -> FigureTable:
    """Who waits at the end of each month, by pathway, if what is assumed holds."""
    pathways = [pathway for pathway, _ in months[0].by_pathway] if months else []
    rows = [
        FigureRow(
            day_words(each.end, year=True),
            (*(Figure(band.words) for _, band in each.by_pathway), Figure(each.everybody.words)),
        )
        for each in months
    ]
    return FigureTable(
        key="scenario",
        title=f"In hospital in the next {len(months)} months, if…",
        first="At the end of",
        columns=(*(pathway.value for pathway in pathways), "All"),
        rows=tuple(rows),
        remark=_said(assumed),
    )


def _said(assumed: Assumptions) -> str:
    if assumed == Assumptions():
        return "nothing else assumed"
    come, winter, leave = assumed.arrivals, assumed.winter, assumed.pace
    return f"{come:+d} % come, {winter:+d} % more in winter, {leave:+d} % leave"


def back_test_table() -> FigureTable:
    """How the same simulation fared on published counts, beside saying "the same as last week"."""
    rows = [
        (each.days, (each.ours, each.last_week, _percent(each.within), _percent(each.no_better)))
        for each in BACK_TESTS
    ]
    return FigureTable(
        key="back_test",
        title="Held against what came",
        first="Ahead",
        columns=("Off by, people", "Last week's", "Within the band", "Trusts no better"),
        rows=tuple(FigureRow(f"{days} days", tuple(Figure(cell) for cell in cells)) for days, cells in rows),
    )


def _percent(share: float) -> str:
    return f"{share:.0%}"


__all__ = ["ahead_tables", "back_test_table", "notes", "scenario_table"]
