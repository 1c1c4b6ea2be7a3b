"""Who is it? Name, birth date and number where something is done about somebody, and marks of like names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from discharge.model.identifiers import shown_nhs_number
from discharge.model.shown.patients import PatientRow, WhoItIs
from discharge.words import terms
from ui.models.table import Column
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.status import Status
from ui.theme.theme import Theme
from ui.widgets.text import Lines, clear_layout, label

Row = TypeVar("Row")


def number_words(who: WhoItIs | PatientRow) -> str:
    """The NHS number as it is read, or why there is none."""
    if who.nhs_number is not None:
        return shown_nhs_number(who.nhs_number)
    return f"No NHS number: {who.no_number.words.lower()}" if who.no_number is not None else "No NHS number"


def born_words(who: WhoItIs) -> str:
    """The birth date, or what is known of it."""
    return terms.born(who.born, who.born_words)


def line_words(who: WhoItIs) -> str:
    """Birth date, sex, number and reference in one line."""
    number = number_words(who)
    shown = f"NHS {number}" if who.nhs_number else number
    return f"born {born_words(who)} · {terms.sex(who.sex)} · {shown} · {who.id}"


def told_apart(name: str, who: WhoItIs | None) -> str:
    """The name in a list to choose from; with the birth date where another's is like it."""
    return f"{name}, born {born_words(who)}" if who is not None and who.alike else name


def alike_status(name: str, who: WhoItIs | None) -> Status | None:
    """The mark of a name that somebody else on the list has too; None where nobody has."""
    if who is None or not who.alike:
        return None
    return Status(name, Tone.WAITING, f"{who.alike}. This one: {line_words(who)}", "user")


def alike_line(who: WhoItIs | None) -> list[Status]:
    """The same as a line of a detail."""
    return [Status(who.alike, Tone.WAITING, icon_name="user")] if who is not None and who.alike else []


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
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, theme.px(Space.NEAR))
        self._column.setSpacing(theme.px(Space.HAIR))
        self._said = ""
        self.hide()

    def words(self) -> str:
        """What it says; empty while it isn't told who."""
        return self._said

    def show_who(self, *people: WhoItIs) -> None:
        """Show these people, one under the other."""
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
