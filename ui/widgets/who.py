"""Who is it? Name, birth date and number where something is done about somebody, and marks of like names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtWidgets import QWidget

from discharge.model.shown.patients import WhoItIs
from ui.models.table import Column
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.layouts import in_column
from ui.widgets.text import Lines, clear_layout, label
from ui.words.who import alike_line, born_words, line_words, number_words

Row = TypeVar("Row")


def who_columns(who: Callable[[Row], WhoItIs | None]) -> tuple[Column[Row], Column[Row]]:
    """Birth date and NHS number: columns that any list of people can show."""

    def of(said: Callable[[WhoItIs], str]) -> Callable[[Row], str]:
        return lambda row: said(one) if (one := who(row)) is not None else ""

    def sort(row: Row) -> Any:
        one = who(row)
        return one.born if one is not None else None

    return (
        Column(key="born", title="Date of birth", text=of(born_words), sort=sort, width=12, shown=False),
        Column(key="number", title="NHS number", text=of(number_words), width=13, shown=False),
    )


class WhoHeader(QWidget):
    """Stands at the head of a form about somebody. Empty until it is told who."""

    def __init__(self, *, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._column = in_column(self, around=(0, 0, 0, theme.px(Space.NEAR)), gap=theme.px(Space.HAIR))
        self._said = ""
        self.hide()

    def words(self) -> str:
        """What it says; empty while it isn't told who."""
        return self._said

    def show_who(self, *people: WhoItIs) -> None:
        """Shows these people, one under the other."""
        clear_layout(self._column)
        said = []
        for who in people:
            self._column.addWidget(label(who.name, "strong", wrap=True))
            self._column.addWidget(label(line_words(who), "muted", wrap=True))
            if who.alike:
                lines = Lines(theme=self._theme)
                lines.show_lines(alike_line(who))
                self._column.addWidget(lines)
            said.append(f"{who.name}: {line_words(who)}. {who.alike}".strip(". "))
        self._said = "\n".join(said)
        self.setAccessibleName(self._said)
        self.setVisible(bool(people))
