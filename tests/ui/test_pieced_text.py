"""A long text is there from its beginning while the rest of it is laid out."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtGui import QTextTable

from discharge.model.paper import NOT_ON_IT, Paper, PaperKind, PaperPart, PaperTable
from tests.ui.rest import until
from ui.frame.paper_pages import FEW_ROWS, MANY_ROWS, paper_html
from ui.theme.theme import Theme
from ui.widgets.pieced_text import PiecedText

ROWS = tuple((f"Person {at}", "Home") for at in range(3 * MANY_ROWS))
LONG = PaperPart(
    heading="Journeys", table=PaperTable(columns=("Who", "To"), rows=ROWS), remark="That is all."
)


@pytest.fixture
def text(look: Theme, qtbot: Any) -> PiecedText:
    made = PiecedText()
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def sheet(*parts: PaperPart) -> Paper:
    return Paper(kind=PaperKind.TRANSPORT, about="2020-11-16", title="Sheet", parts=parts)


def said(text: PiecedText) -> list[str]:
    return [line for line in text.toPlainText().splitlines() if line]


def test_a_short_text_is_there_at_once_and_in_one_piece(text: PiecedText) -> None:
    short = PaperPart(heading="Journeys", table=PaperTable(columns=("Who", "To"), rows=ROWS[:MANY_ROWS]))
    pieces = list(paper_html(sheet(short, PaperPart(heading="Notes", remark="None."))))
    assert len(pieces) == 1
    text.show_pieces(pieces)
    assert said(text)[-1] == "None."


def test_of_a_long_table_a_few_rows_come_a_turn_each_row_once_and_in_order(text: PiecedText) -> None:
    text.show_pieces(paper_html(sheet(LONG, PaperPart(heading="Notes", remark="None."))))
    text._go_on()
    assert said(text) == ["Journeys", "Who", "To", *(cell for row in ROWS[:FEW_ROWS] for cell in row)]
    until(lambda: said(text)[-1] == "None.")
    cells = [cell for row in ROWS for cell in row]
    assert said(text) == ["Journeys", "Who", "To", *cells, "That is all.", "Notes", "None."]


def test_where_a_long_table_goes_on_its_columns_are_as_wide_and_nothing_stands_between(
    text: PiecedText,
) -> None:
    text.show_pieces(paper_html(sheet(LONG)))
    until(lambda: "That is all." in said(text))
    document = text.document()
    layout = document.documentLayout()
    tables = [each for each in document.rootFrame().childFrames() if isinstance(each, QTextTable)]
    boxes = [layout.frameBoundingRect(each) for each in tables]
    lefts = {
        round(layout.blockBoundingRect(each.cellAt(0, 1).firstCursorPosition().block()).left())
        for each in tables
    }
    assert len(lefts) == 1
    gaps = [lower.top() - upper.bottom() for upper, lower in pairwise(boxes)]
    assert max(gaps) < 4


def test_another_text_takes_the_place_of_one_that_is_still_to_come(text: PiecedText) -> None:
    text.show_pieces(paper_html(sheet(LONG)))
    text._go_on()
    text.show_pieces(["<p>Another</p>"])
    text._go_on()
    assert said(text) == ["Another"]


def test_a_long_box_is_parted_too_and_holds_every_row(text: PiecedText) -> None:
    boxed = LONG.model_copy(update={"heading": f"{NOT_ON_IT}: many"})
    text.show_pieces(paper_html(sheet(boxed)))
    until(lambda: "That is all." in said(text))
    assert [line for line in said(text) if line.startswith("Person")] == [row[0] for row in ROWS]


@pytest.mark.parametrize("within", [4, 8, 12])
def test_a_short_column_stands_as_far_from_the_next_as_is_asked_for(text: PiecedText, within: int) -> None:
    table = PaperTable(columns=("Crew", "Infection"), rows=(("mask", "COVID-19: negative, " * 20),))
    text.show_pieces(paper_html(sheet(PaperPart(heading="Journeys", table=table)), within=within))
    document = text.document()
    layout = document.documentLayout()
    (found,) = (each for each in document.rootFrame().childFrames() if isinstance(each, QTextTable))
    first, second = (found.cellAt(0, at).firstCursorPosition().block() for at in (0, 1))
    line = first.layout().lineAt(0)
    ends = layout.blockBoundingRect(first).left() + line.naturalTextWidth()
    assert layout.blockBoundingRect(second).left() - ends >= 2 * within
