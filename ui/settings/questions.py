"""The fixed questions of a call, as fields beside what was said last: Enter goes on from one to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from discharge.model.call import SINCE_LAST_CALL
from discharge.model.london import london_date
from discharge.model.shown.calls import NOT_HEARD, Heard
from discharge.words.calls import QUESTIONS, Question, answer_shown, fault_in
from discharge.words.days import day_words
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.dialog_size import columns_on_screen
from ui.widgets.layouts import in_column, in_grid
from ui.widgets.text import ElidedLabel, label, restyle

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_OF_THE_ROUND = (Qt.Key.Key_F6, Qt.Key.Key_F7)
_REST = Qt.Key.Key_F8
AS_BEFORE = "="
"""Typed as an answer: as it was said last. Never for what is counted since the last call."""
WHAT, WHO, DUE = "action", "action_who", "action_due"
ACTION = (
    (WHAT, "Action agreed", "What is to be done for the home; empty: nothing"),
    (WHO, "Who does it", "By name, or whose it is: the manager, public health, the hub"),
    (DUE, "By when", "A day: 20/11, tomorrow, +3"),
)


LEAST_COLUMN = 150
"""A column of questions is never made narrower, in pixels at 100 %."""


class QuestionFields(QWidget):
    """The fields of one home. `finished` fires at Enter in the last one and at Ctrl+Enter, `left` at Escape,
    `typed_in` whenever something is typed; other keys of the round are told by `pressed`."""

    finished = Signal()
    left = Signal()
    typed_in = Signal()
    pressed = Signal(object)

    def __init__(
        self,
        *,
        theme: Theme,
        without: Sequence[str] = (),
        action: bool = True,
        columns: int = 6,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._today: date | None = None
        self._questions = [each for each in QUESTIONS if each.key not in without]
        self._heard: Heard = NOT_HEARD
        self.fields: dict[str, QLineEdit] = {}
        self._before: dict[str, ElidedLabel] = {}
        grid = in_grid(self, across=theme.px(Space.ROW), down=theme.px(Space.NEAR))
        columns = columns_on_screen(self, columns, theme.px(LEAST_COLUMN))
        for at, question in enumerate(self._questions):
            row, column = divmod(at, columns)
            grid.addLayout(self._field(question.key, question.short, question.asked), row, column)
        if action:
            self._lay_action(grid, columns)
        for column in range(columns):
            grid.setColumnStretch(column, 1)

    def _lay_action(self, grid: QGridLayout, columns: int) -> None:
        """What is agreed in a line of its own, or in three where there are fewer columns than that."""
        row = -(-len(self._questions) // columns)
        wide = columns // 2
        spans = (wide, (columns - wide + 1) // 2, (columns - wide) // 2)
        column = 0
        for at, (key, short, tip) in enumerate(ACTION):
            if columns < len(ACTION):
                grid.addLayout(self._field(key, short, tip), row + at, 0, 1, columns)
            else:
                grid.addLayout(self._field(key, short, tip), row, column, 1, spans[at])
                column += spans[at]

    def _field(self, key: str, short: str, tip: str) -> QVBoxLayout:
        """A label, the editor, and below it what was said last."""
        column = in_column(gap=self._theme.px(Space.HAIR))
        name = label(short, "small")
        editor = QLineEdit(self)
        editor.setAccessibleName(short)
        editor.setAccessibleDescription(tip)
        editor.setToolTip(tip)
        editor.setMaxLength(500 if key in (WHAT, WHO) else 20)
        editor.installEventFilter(self)
        editor.textEdited.connect(lambda _text: self._edited(key))
        self.fields[key] = editor
        column.addWidget(name)
        column.addWidget(editor)
        if key not in (WHAT, WHO, DUE):
            before = ElidedLabel("", "small")
            self._before[key] = before
            column.addWidget(before)
        return column

    # ------------------------------------------------------------- one home

    def show_home(self, name: str, heard: Heard, typed: Mapping[str, str], *, now: datetime) -> None:
        """Shows the questions to this home: what it said last beside each, and what is typed already."""
        self._heard, self._today = heard, london_date(now)
        for key, editor in self.fields.items():
            editor.setText(typed.get(key, ""))
            self._mark(key)
        for question in self._questions:
            self._before[question.key].setText(self._last(question))
            editor = self.fields[question.key]
            editor.setAccessibleName(f"{name}: {question.short}")
            editor.setAccessibleDescription(f"{question.asked}. Last: {self._last(question) or 'not said'}")

    def _last(self, question: Question) -> str:
        """What was said last and when: `4 · Mon 16 Nov`."""
        said = answer_shown(question.key, getattr(self._heard.newest, question.key))
        at = self._heard.said_at.get(question.key)
        return f"{said} · {day_words(london_date(at))}" if said and at is not None else ""

    def typed(self) -> dict[str, str]:
        """What stands in the fields, those with something in them alone; `=` as what was said last."""
        return {key: text for key, editor in self.fields.items() if (text := self._meant(key, editor.text()))}

    def _meant(self, key: str, text: str) -> str:
        said = " ".join(text.split())
        if said != AS_BEFORE or key in SINCE_LAST_CALL or key in (WHAT, WHO, DUE):
            return said
        before = getattr(self._heard.newest, key)
        return before.isoformat() if isinstance(before, date) else answer_shown(key, before)

    def fill_rest(self) -> None:
        """What isn't answered yet as it was said last, to be seen and changed; never what is counted since
        the last call. The focus goes to the first question that is still open."""
        for question in self._questions:
            editor = self.fields[question.key]
            if not editor.text().strip() and (last := self._meant(question.key, AS_BEFORE)) != AS_BEFORE:
                editor.setText(last)
                self._mark(question.key)
        self.typed_in.emit()
        asked = [question.key for question in self._questions]
        self._go_to(next((key for key in asked if not self.fields[key].text().strip()), asked[-1]))

    def begin(self) -> None:
        """Puts the focus on the first question."""
        self._go_to(next(iter(self.fields)))

    def go_to(self, key: str) -> None:
        """Puts the focus on this question."""
        self._go_to(key if key in self.fields else next(iter(self.fields)))

    def _go_to(self, key: str) -> None:
        self.fields[key].setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.fields[key].selectAll()

    def first_fault(self) -> tuple[str, str]:
        """The first question whose answer won't do, and why; both empty where all will."""
        typed = self.typed()
        return next(((key, why) for key in typed if (why := self._fault(key, typed[key]))), ("", ""))

    def _fault(self, key: str, text: str) -> str:
        if self._today is None or key in (WHAT, WHO, DUE):
            return ""
        return fault_in(key, text, today=self._today)

    def _edited(self, key: str) -> None:
        self._mark(key)
        self.typed_in.emit()

    def _mark(self, key: str) -> None:
        editor = self.fields[key]
        why = self._fault(key, self._meant(key, editor.text()))
        if bool(editor.property("wrong")) != bool(why):
            editor.setProperty("wrong", bool(why))
            restyle(editor)

    # ------------------------------------------------------------- keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not (isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress):
            return super().eventFilter(watched, event)
        keys = list(self.fields)
        at = next((place for place, key in enumerate(keys) if self.fields[key] is watched), -1)
        if at < 0 or not self._act(event, at, keys):
            return super().eventFilter(watched, event)
        return True

    def _act(self, event: QKeyEvent, at: int, keys: Sequence[str]) -> bool:
        """Does what the key means in this field; False where it means nothing of its own."""
        key = Qt.Key(event.key())
        is_enter = key in _ENTER
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.finished.emit()
        elif event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        elif is_enter and at + 1 == len(keys):
            self.finished.emit()
        elif is_enter or key in _STEPS:
            self._go_to(keys[min(max(at + _STEPS.get(key, 1), 0), len(keys) - 1)])
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key == _REST:
            self.fill_rest()
        elif key in _OF_THE_ROUND:
            self.pressed.emit(key)
        else:
            return False
        return True


__all__ = ["ACTION", "AS_BEFORE", "DUE", "WHAT", "WHO", "QuestionFields"]
