"""A row copied out of a spreadsheet fills the form of a new person, and says what it took."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from discharge.exchange.copied import cells_of_html, tabbed
from discharge.exchange.pasted import Pasted, is_row, read_pasted
from discharge.model.errors import UserError
from discharge.model.infection import Exposure, Symptoms, Test
from discharge.model.patient import SHIPPED_NEEDS, Care
from discharge.words.needs import other_needs
from ui.theme.status import Status, danger, done, unknown, waiting
from ui.theme.theme import Theme
from ui.widgets.banner import announce
from ui.widgets.form import FormDialog
from ui.widgets.layouts import in_column
from ui.widgets.text import Lines

if TYPE_CHECKING:
    from discharge.exchange.known_people import KnownHub
    from discharge.exchange.report import Remark

_FIELD_OF = {"born": "born", "care_level": "level", "no_nhs_number_because": "no_number"}
_EDITORS = (QLineEdit, QPlainTextEdit, QComboBox)


def copied_row() -> str:
    """What was copied last, where it is a row of cells; else the empty text."""
    held: QMimeData | None = QGuiApplication.clipboard().mimeData()
    if held is None:
        return ""
    # where both are there the table of HTML tells cells apart in which lines break, whoever wrote it
    rows = cells_of_html(held.html()) if held.hasHtml() else []
    text = tabbed(rows) if rows and len(rows[0]) > 1 else held.text()
    return text if is_row(text) else ""


def field_values(found: Pasted) -> dict[str, Any]:
    """What was read, by the keys of the form's fields."""
    values: dict[str, Any] = dict(found.values)
    if "born_words" in values:
        values["born"] = values.pop("born_words")
    care = values.pop("care", None)
    if isinstance(care, Care):
        values |= {"level": care.level, "specialism": care.specialism}
    if "needs" in values:
        values["other_needs"] = other_needs(values["needs"])
        values["needs"] = [need for need in values["needs"] if need in SHIPPED_NEEDS]
    for seen in found.observations:
        if isinstance(seen, Test):
            values |= {
                "test_organism": seen.organism,
                "test_result": seen.result,
                "specimen_at": seen.specimen_at,
                "reported_at": seen.reported_at,
            }
        elif isinstance(seen, Symptoms):
            values["onset_on"] = seen.onset_on
    return values


def left_over(found: Pasted) -> list[str]:
    """What was read and has no place in the form."""
    said = []
    for seen in found.observations:
        if isinstance(seen, Exposure):
            said.append("The contact isn't taken: record it once the person is on the list.")
        elif isinstance(seen, Symptoms) and seen.resolved_on is not None:
            said.append("The end of the symptoms isn't taken: correct them once the person is on the list.")
    return said


class RowPaste(QWidget):
    """Stands at the head of a form, fills it from a copied row, and says what it took and what not."""

    def __init__(self, form: FormDialog, *, theme: Theme) -> None:
        super().__init__(form)
        self._form = form
        self._known: KnownHub | None = None
        self._waiting: tuple[str, datetime] | None = None
        self._lines = Lines(theme=theme, parent=self)
        column = in_column(self)
        column.addWidget(self._lines)
        self._said: list[str] = []
        self.hide()

    def watch(self, now: Any) -> None:
        """From now on Ctrl+V of a row in any field of the form comes here; `now()` says what time it is."""
        self._now = now
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow_focus)

    def _follow_focus(self, _left: QWidget | None, now: QWidget | None) -> None:
        """Heeds the keys of the editor that is typed in."""
        if isinstance(now, _EDITORS) and self._form.isAncestorOf(now):
            now.installEventFilter(self)

    def know(self, known: KnownHub) -> None:
        """What the hub has; a row that came earlier is read now."""
        self._known = known
        waiting_row, self._waiting = self._waiting, None
        if waiting_row is not None:
            self.paste(waiting_row[0], now=waiting_row[1])

    def said(self) -> list[str]:
        """What it says of the last row."""
        return list(self._said)

    def paste(self, text: str, *, now: datetime) -> None:
        """Fills the form from this row."""
        if self._known is None:
            self._waiting = (text, now)
            return
        try:
            found = read_pasted(text, self._known, now=now)
        except UserError as error:
            self._tell([danger(f"{error.sentence} {error.mend}")])
            return
        values = field_values(found)
        taken = [key for key in values if self._has(key)]
        self._fill(values, taken)
        self._tell(self._lines_of(found, taken))

    def _has(self, key: str) -> bool:
        return any(field.key == key for field in self._form.fields())

    def _fill(self, values: Mapping[str, Any], taken: list[str]) -> None:
        # the result first: fields that hang on it are shown by then
        for key in sorted(taken, key=lambda key: key != "test_result"):
            self._form.field(key).set_value(values[key])

    def _lines_of(self, found: Pasted, taken: list[str]) -> list[Status]:
        names = [self._form.field(key).name.lower() for key in taken]
        lines = [done(f"Taken from the row: {', '.join(names)}.")] if names else []
        for remark in found.remarks:
            if remark.field == "exposed_on":
                # a contact has no place in the form: that it isn't taken is said below
                continue
            said = _sentence(self._name_of(remark.field), remark)
            missing = _FIELD_OF.get(remark.field, remark.field) not in taken
            lines.append(danger(f"Not taken: {said}") if missing else waiting(f"Look at it: {said}"))
        lines += [unknown(each) for each in left_over(found)]
        if found.unknown:
            lines.append(unknown(f"Not known as columns: {', '.join(found.unknown)}."))
        if found.more:
            rows = "row is" if found.more == 1 else "rows are"
            lines.append(
                unknown(f"{found.more} more {rows} not taken. To take a list, import it (menu Files).")
            )
        return lines

    def _name_of(self, column: str) -> str:
        key = _FIELD_OF.get(column, column)
        return self._form.field(key).name if self._has(key) else column.replace("_", " ").capitalize()

    def _tell(self, lines: list[Status]) -> None:
        self._said = [line.word for line in lines]
        self._lines.show_lines(lines)
        self.show()
        announce(self, " ".join(self._said))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
            and event.matches(QKeySequence.StandardKey.Paste)
            and (row := copied_row())
        ):
            if event.type() == QEvent.Type.KeyPress:
                self.paste(row, now=self._now())
            event.accept()
            return True
        return super().eventFilter(watched, event)


def _sentence(name: str, remark: Remark) -> str:
    """ "Date of birth is not a date; write it as …", or a sentence of its own after the name."""
    reason, mend = remark.reason.rstrip("."), remark.mend.rstrip(".")
    if reason[:1].isupper():
        return f"{name}: {reason[0].lower()}{reason[1:]}. {mend}."
    return f"{name} {reason}; {mend}." if mend else f"{name} {reason}."
