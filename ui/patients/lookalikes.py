"""Says while one types that somebody on the list may be the same person, and opens their record."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from discharge.model.identifiers import shown_nhs_number
from discharge.model.patient_record import PatientState
from discharge.model.same_person import Likeness
from discharge.model.shown.patients import PatientRow
from discharge.words import terms
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.banner import announce
from ui.widgets.dated import Link, link_button
from ui.widgets.layouts import in_row
from ui.widgets.text import IconLabel, clear_layout, label


class Lookalikes(QWidget):
    """Shows one person who may be the same as the one typed; nothing while there is none."""

    def __init__(
        self,
        *,
        theme: Theme,
        show: Callable[[str], object],
        merge: Callable[[str], object] | None = None,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._show = show
        self._merge = merge
        self._row = in_row(self, around=(0, theme.px(Space.TIGHT), 0, 0), gap=theme.px(Space.NEAR))
        self._said = ""
        self._pause = QTimer(self, singleShot=True, interval=400)
        self._pause.timeout.connect(lambda: announce(self, self._said) if self._said else None)
        self.hide()

    def words(self) -> str:
        """What it says; empty while it says nothing."""
        return self._said

    def show_likest(self, other: PatientRow | None, how: Likeness | None) -> None:
        """Says who may be the same person, and what is alike; None: nobody."""
        said = _sentence(other, how) if other is not None and how is not None else ""
        if said == self._said:
            return
        self._said = said
        clear_layout(self._row)
        self.setVisible(bool(said))
        if other is None or how is None:
            return
        sure = how is Likeness.NUMBER
        tone = Tone.DANGER if sure else Tone.WAITING
        icon = "status-danger" if sure else "warning"
        picture = IconLabel(icon, tone, theme=self._theme, parent=self)
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
        merge = self._merge
        if merge is not None:
            one = Link(
                "Make them one…",
                lambda: merge(patient),
                name=f"Make this record and {patient} one",
                tip="Both are shown side by side first",
            )
            self._row.addWidget(link_button(one, self), 0, Qt.AlignmentFlag.AlignTop)
        self._pause.start()


def _sentence(other: PatientRow, how: Likeness) -> str:
    number = f", NHS {shown_nhs_number(other.nhs_number)}" if other.nhs_number else ""
    where = "has left the list" if other.state is PatientState.LEFT else "is on the list"
    who = f"{other.name}, born {terms.born(other.born, other.born_words)}{number} ({other.id})"
    if how is Likeness.NUMBER:
        return f"This NHS number {where} already: {who}."
    return f"{who} {where}: {how.words}. Is it the same person?"
