"""The Situation as plain tables for files: what stands on the page, and nothing that names a person."""

from __future__ import annotations

from collections.abc import Iterable

from discharge.model.shown.situation import NOT_SAID, Figure, FigureTable, Situation, Undescribed
from discharge.words.counts import listing
from discharge.words.days import day_and_time, day_words
from discharge.words.marks import mark_words, seal_words

NOTES = "Notes"
"""In the file of figures, the rows that say what the daily return lacks."""
RECORD = "Record"
"""In the file of figures, the rows that say how far the record went."""
LONG = ("Table", "Group", "Row", "Column", "Value")


def long_rows(situation: Situation) -> Iterable[tuple[str, str, str, str, str | int | float]]:
    """Every figure as a row: table, group, row, column, value."""
    for table in situation.tables:
        for row in table.rows:
            for column, figure in zip(table.columns, row.figures, strict=True):
                yield table.title, row.group, row.label, column, written(figure)
    for note in return_notes(situation):
        yield NOTES, "", "Daily discharge return", "", note
    if situation.mark is not None:
        yield RECORD, "", "Up to entry", "Number", situation.mark.seq
        yield RECORD, "", "Seal", "Beginning", seal_words(situation.mark.seal)


def notes_of(situation: Situation) -> tuple[str, ...]:
    """What to know of the figures; last how far the record went, which it can be held against later."""
    mark = [] if situation.mark is None else [mark_words(situation.mark)]
    return (*situation.notes, *return_notes(situation), *mark)


def return_notes(situation: Situation) -> tuple[str, ...]:
    """What the daily return lacks of which hospital, and where it is entered: a sentence each."""
    return tuple(map(_lacking, situation.undescribed))


def _lacking(one: Undescribed) -> str:
    single = len(one.missing) == 1
    what = f"the {listing(one.missing)} of hospital {one.code} {'is' if single else 'are'} not entered"
    empty = "that column is empty" if single else "those columns are empty"
    return f"Daily discharge return: {what}, so {empty}. Enter it on Preferences, Hospitals."


def written(figure: Figure) -> str | int | float:
    """The figure as it goes into a file: a number as a number, what isn't known as words."""
    return NOT_SAID if figure.value is None else figure.value


def header_of(table: FigureTable) -> tuple[str, ...]:
    """The header of a table; with a column for the groups, where it has some."""
    first = table.first or "Figure"
    return ("Group", first, *table.columns) if _grouped(table) else (first, *table.columns)


def rows_of(table: FigureTable) -> list[tuple[str | int | float, ...]]:
    """The rows of a table under that header."""
    return [
        (
            *((row.group,) if _grouped(table) else ()),
            row.label,
            *(written(figure) for figure in row.figures),
        )
        for row in table.rows
    ]


def _grouped(table: FigureTable) -> bool:
    return any(row.group for row in table.rows)


def heading(situation: Situation, what: str = "Situation") -> str:
    """`Situation of Mon 16 Nov 2020, as of 08:00`; of a day gone by `at its end`."""
    day = day_words(situation.day, year=True)
    as_of = "at its end" if situation.is_past else f"as of {day_and_time(situation.at)[-5:]}"
    return f"{what} of {day}, {as_of}"
