"""Says while one types that somebody on the list may be the same person, and opens their record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from discharge.model.hub_patient import PatientRow, PatientState
from discharge.model.identifiers import shown_nhs_number
from ui import words
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.banner import announce
from ui.widgets.dated import Link, link_button
from ui.widgets.text import clear_layout, label


def same_number(others: Sequence[PatientRow], number: str | None) -> PatientRow | None:
    """Whoever has this NHS number."""
    return next((row for row in others if number and row.nhs_number == number), None)


def same_name(others: Sequence[PatientRow], name: str | None, born: date | None) -> PatientRow | None:
    """Whoever was born on this day and shares a part of the name."""
    parts = set((name or "").casefold().split())
    if born is None or not parts:
        return None
    return next(
        (row for row in others if row.born == born and parts & set(row.name.casefold().split())), None
    )


class Lookalikes(QWidget):
    """Shows one person who may be the same as the one typed; nothing while there is none."""

    def __init__(self, *, theme: Theme, show: Callable[[str], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._show = show
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, theme.px(Space.TIGHT), 0, 0)
        self._row.setSpacing(theme.px(Space.NEAR))
        self._said = ""
        self._pause = QTimer(self, singleShot=True, interval=400)
        self._pause.timeout.connect(lambda: announce(self, self._said) if self._said else None)
        self.hide()

    def words(self) -> str:
        """What it says; empty while it says nothing."""
        return self._said

    def show_others(self, by_number: PatientRow | None, by_name: PatientRow | None) -> None:
        """Say who has this number, or else who has a like name and the same date of birth."""
        other = by_number or by_name
        said = _sentence(other, by_number=by_number is not None) if other is not None else ""
        if said == self._said:
            return
        self._said = said
        clear_layout(self._row)
        self.setVisible(other is not None)
        if other is None:
            return
        tone = Tone.DANGER if by_number is not None else Tone.WAITING
        picture = QLabel(self)
        icon = "status-danger" if by_number is not None else "warning"
        picture.setPixmap(self._theme.pixmap(icon, tone, ratio=self.devicePixelRatioF()))
        self._row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        text = label(said, "strong", wrap=True)
        text.setProperty("tone", tone.value)
        self._row.addWidget(text, 1)
        patient = other.id
        link = Link(
            "Open the one there is",
            lambda: self._show(patient),
            name=f"Open the record that there is: {patient}",
            tip="What is typed here can be taken up again",
        )
        self._row.addWidget(link_button(link, self), 0, Qt.AlignmentFlag.AlignTop)
        self._pause.start()


def _sentence(other: PatientRow, *, by_number: bool) -> str:
    number = f", NHS {shown_nhs_number(other.nhs_number)}" if other.nhs_number else ""
    where = "has left the list" if other.state is PatientState.LEFT else "is on the list"
    who = f"{other.name}, born {words.born(other.born)}{number} ({other.id})"
    if by_number:
        return f"This NHS number {where} already: {who}."
    return f"Somebody with this date of birth and a like name {where}: {who}. Is it the same person?"
