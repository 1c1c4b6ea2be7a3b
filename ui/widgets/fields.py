"""Form fields: a label, an editor, and below it the hint or what is wrong, as one types.

Every field has `value()`, `set_value()`, `problem()` (a sentence, or empty when it will do) and the
signal `changed`. What is wrong is shown once the user has left the field or asked to save, and goes
away as soon as it is mended. A field that must be filled in says so only when saving is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Generic, TypedDict, TypeVar, Unpack

from PySide6.QtCore import QDate, QEvent, QObject, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from discharge.model.london import LONDON, london_date
from discharge.model.typed import seen
from discharge.words.days import (
    day_and_distance,
    day_words,
    instant_words,
    london_instant,
    read_day,
    read_time,
)
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.text import label, restyle

Value = TypeVar("Value")
Check = Callable[[str], str]
"""Takes what was typed, answers with a sentence that says what is wrong, or the empty text."""


class Asking(TypedDict, total=False):
    """What any field may be given: what is said below it, and whether and how it asks for a value."""

    hint: str
    required: bool
    missing: str


class Field(QWidget):
    """What all fields share. Subclasses lay out an editor and answer `value` and `_fault`."""

    changed = Signal()

    def __init__(
        self, key: str, name: str, *, theme: Theme, hint: str = "", required: bool = False, missing: str = ""
    ) -> None:
        super().__init__()
        self.key = key
        self.name = name
        self.required = required
        self._theme = theme
        self._hint = hint
        self._missing = missing or f"{name} is missing."
        self._touched = False
        self._asked = False
        self._refused = ""
        self._editors: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(Space.HAIR))
        self._label = label(name if required else f"{name} (optional)", "strong" if required else "")
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._column.addWidget(self._label)
        self._below = label("", "small", wrap=True)
        self._column.addWidget(self._below)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def value(self) -> Any:
        """What is entered, in its own type; None when nothing or nothing usable is."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Put this in; None empties the field."""
        raise NotImplementedError

    def empty(self) -> bool:
        """Whether nothing is entered."""
        return self.value() is None

    def typed(self) -> Any:
        """What stands in it, finished or not, as plain JSON: for a draft."""
        return self.value()

    def type_in(self, typed: Any) -> None:
        """Put in what `typed` gave."""
        self.set_value(typed)

    def problem(self) -> str:
        """The sentence that says why this won't do; empty when it will."""
        if self._refused:
            return self._refused
        fault = self._fault()
        if fault:
            return fault
        return self._missing if self.required and self.empty() else ""

    def ask(self) -> str:
        """Saving is asked for: show what is wrong, even where it is merely missing; answer with it."""
        self._asked = True
        self._touched = True
        self._show()
        return self.problem()

    def refuse(self, sentence: str) -> None:
        """Show what somebody else found wrong with this value, until it is changed."""
        self._refused = sentence
        self._asked = self._touched = True
        self._show()

    def set_required(self, required: bool, /) -> None:
        """Whether it must be filled in, where that hangs on another field."""
        self.required = required
        self._label.setText(self.name if required else f"{self.name} (optional)")
        self._label.setProperty("kind", "strong" if required else "")
        restyle(self._label)
        self._describe()
        self._show()

    def below(self) -> str:
        """What stands below the editor now."""
        return self._below.text()

    def say_below(self, hint: str) -> None:
        """Say this below an entry that will do."""
        self._hint = hint
        self._show()

    def focus_first(self) -> None:
        """Put the focus into the editor."""
        if self._editors:
            self._editors[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _fault(self) -> str:
        """What is wrong with what is entered, missing or not aside."""
        return ""

    def _remark(self) -> str:
        """What to say below an entry that will do; by default the hint."""
        return self._hint

    def _add_editor(self, editor: QWidget, *, place: QHBoxLayout | None = None, name: str = "") -> None:
        editor.setAccessibleName(name or self.name)
        editor.installEventFilter(self)
        self._editors.append(editor)
        if len(self._editors) == 1:
            self._label.setBuddy(editor)
            self.setFocusProxy(editor)
        if place is not None:
            place.addWidget(editor)
        else:
            self._column.insertWidget(self._column.count() - 1, editor)
        self._describe()

    def _edited(self) -> None:
        self._refused = ""
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        problem = self.problem() if self._touched else ""
        if problem == self._missing and not self._asked:
            problem = ""
        said = problem or self._remark()
        self._below.setText(said)
        self._below.setVisible(bool(said))
        kind = "problem" if problem else "small"
        if self._below.property("kind") != kind:
            self._below.setProperty("kind", kind)
            restyle(self._below)
        for editor in self._editors:
            if bool(editor.property("wrong")) != bool(problem):
                editor.setProperty("wrong", bool(problem))
                restyle(editor)
        self._describe(problem)

    def _describe(self, problem: str = "") -> None:
        words = [problem or self._hint, "Must be filled in." if self.required and not problem else ""]
        for editor in self._editors:
            editor.setAccessibleDescription(" ".join(word for word in words if word))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and watched in self._editors:
            self._left()
        return super().eventFilter(watched, event)

    def _left(self) -> None:
        """The user leaves an editor: from now on what is wrong is shown."""
        if not self.empty() or self._fault():
            self._touched = True
        self._show()


def _as_high_as_the_row(button: QToolButton) -> None:
    """No higher than the editor beside it, so that editors in one row of a form stand on one line."""
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)


class TextField(Field):
    """One line of text. `check` looks at what is typed and says what is wrong."""

    def __init__(
        self,
        key: str,
        name: str,
        *,
        theme: Theme,
        check: Check | None = None,
        longest: int = 500,
        placeholder: str = "",
        **asking: Unpack[Asking],
    ) -> None:
        super().__init__(key, name, theme=theme, **asking)
        self._check = check
        self.editor = QLineEdit(self)
        self.editor.setMaxLength(longest)
        self.editor.setPlaceholderText(placeholder)
        self._add_editor(self.editor)
        self.editor.textChanged.connect(self._edited)
        self._show()

    def value(self) -> str | None:
        """The text as one sees it, without blanks around it, or None."""
        return seen(self.editor.text()).text or None

    def set_value(self, value: object) -> None:
        self.editor.setText("" if value is None else str(value))

    def _remark(self) -> str:
        return unseen_words(self.editor.text()) or self._hint

    def typed(self) -> str:
        return self.editor.text()

    def type_in(self, typed: Any) -> None:
        self.editor.setText(str(typed))

    def _fault(self) -> str:
        refused = deceiving_words(self.editor.text())
        text = self.value()
        return refused or (self._check(text) if text and self._check else "")


def deceiving_words(text: str, *, lines: bool = False) -> str:
    """Why nothing of what was typed can be taken, in a sentence; empty where it can."""
    refused = seen(text, lines=lines).refused
    return f"This {refused}. Type it again instead of pasting it." if refused else ""


def unseen_words(text: str, *, lines: bool = False) -> str:
    """What is taken out of what was typed, as it can't be seen; empty where nothing is."""
    remark = seen(text, lines=lines).remark
    return f"This {remark}. Compare it with the notes." if remark else ""


class NhsNumberField(TextField):
    """An NHS number: ten digits whose last checks the others by modulus 11."""

    def __init__(
        self, key: str = "nhs_number", name: str = "NHS number", *, theme: Theme, required: bool = False
    ) -> None:
        super().__init__(
            key,
            name,
            theme=theme,
            check=nhs_number_fault,
            # what is copied from a page may hold a joiner between any two figures
            longest=80,
            required=required,
            hint="Ten digits, as on the wristband.",
        )

    def value(self) -> str | None:
        """The ten digits without blanks, or None while it isn't a valid number."""
        figures = _figures(self.editor.text())
        return figures if figures and not nhs_number_fault(figures) else None

    def set_value(self, value: object) -> None:
        figures = _figures("" if value is None else str(value))
        grouped = f"{figures[:3]} {figures[3:6]} {figures[6:]}" if len(figures) == 10 else figures
        self.editor.setText(grouped)

    def empty(self) -> bool:
        return not self.editor.text().strip()

    def _fault(self) -> str:
        return nhs_number_fault(self.editor.text()) if not self.empty() else ""

    def _remark(self) -> str:
        fits = "The check digit fits." if self.value() else self._hint
        return f"{unseen_words(self.editor.text())} {fits}".strip()

    def _left(self) -> None:
        if self.value():
            self.set_value(self.value())
        super()._left()

    def _edited(self) -> None:
        # ten digits are a whole number: say at once if it is wrong
        if len(_figures(self.editor.text())) >= 10:
            self._touched = True
        super()._edited()


def nhs_number_fault(text: str) -> str:
    """What is wrong with an NHS number, in a sentence; empty when it is valid."""
    from discharge.model.errors import UserError
    from discharge.model.identifiers import nhs_number

    figures = _figures(text)
    if figures.isdigit() and len(figures) != 10:
        return f"An NHS number has ten digits; this has {len(figures)}."
    try:
        nhs_number(figures)
    except UserError as error:
        return str(error)
    return ""


def _figures(text: str) -> str:
    from discharge.model.identifiers import bare_number

    return bare_number(text)


class WholeNumberField(TextField):
    """A whole number between two limits."""

    def __init__(
        self,
        key: str,
        name: str,
        *,
        theme: Theme,
        least: int = 0,
        most: int = 1_000_000,
        unit: str = "",
        **asking: Unpack[Asking],
    ) -> None:
        self._least, self._most = least, most
        super().__init__(key, name, theme=theme, check=self._number_fault, longest=9, **asking)
        self.editor.setMaximumWidth(theme.px(120))
        if unit:
            self.editor.setPlaceholderText(unit)

    def value(self) -> Any:
        """The number, or None."""
        text = self.editor.text().strip()
        return int(text) if text and not self._number_fault(text) else None

    def empty(self) -> bool:
        return not self.editor.text().strip()

    def _fault(self) -> str:
        return self._number_fault(self.editor.text().strip()) if not self.empty() else ""

    def _number_fault(self, text: str) -> str:
        try:
            number = int(text)
        except ValueError:
            return f"{self.name} is a whole number, such as {max(self._least, 1)}."
        if not self._least <= number <= self._most:
            return f"{self.name} lies between {self._least} and {self._most:,}."
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        number = self.value()
        if step is not None and (number is not None or self.empty()):
            start = self._least - step if number is None else number
            self.set_value(min(self._most, max(self._least, start + step)))
            return
        super().keyPressEvent(event)


class TextAreaField(Field):
    """Several lines of text. Tab leaves it."""

    def __init__(
        self,
        key: str,
        name: str,
        *,
        theme: Theme,
        rows: int = 3,
        longest: int = 4000,
        **asking: Unpack[Asking],
    ) -> None:
        super().__init__(key, name, theme=theme, **asking)
        self._longest = longest
        self.editor = QPlainTextEdit(self)
        self.editor.setTabChangesFocus(True)
        self.editor.setFixedHeight(rows * self.editor.fontMetrics().lineSpacing() + theme.px(20))
        self._add_editor(self.editor)
        self.editor.textChanged.connect(self._edited)
        self._show()

    def value(self) -> str | None:
        """The text as one sees it, without blanks around it, or None."""
        return seen(self.editor.toPlainText(), lines=True).text or None

    def set_value(self, value: object) -> None:
        self.editor.setPlainText("" if value is None else str(value))

    def _fault(self) -> str:
        text = self.editor.toPlainText()
        if len(text) > self._longest:
            return f"{len(text):,} letters are too many; {self._longest:,} fit."
        return deceiving_words(text, lines=True)

    def _remark(self) -> str:
        return unseen_words(self.editor.toPlainText(), lines=True) or self._hint


class _Combo(QComboBox):
    """A choice that the wheel doesn't change while one scrolls past it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        # a style sheet's combo cuts its words off without a sign
        del event
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        room = self._room(option)
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room
        )
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tell_whole()

    def tell_whole(self) -> None:
        """Words that are cut short stand whole in the tooltip."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        words = self.currentText()
        fits = self.fontMetrics().horizontalAdvance(words) <= self._room(option)
        self.setToolTip("" if fits else words)

    def _room(self, option: QStyleOptionComboBox) -> int:
        part = QStyle.SubControl.SC_ComboBoxEditField
        return self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self).width()


class ChoiceField(Field, Generic[Value]):
    """One of a few. `choices` are (value, words); with `none` there is a first entry for nothing."""

    def __init__(
        self,
        key: str,
        name: str,
        choices: Sequence[tuple[Value, str]],
        *,
        theme: Theme,
        none: str = "Choose …",
        **asking: Unpack[Asking],
    ) -> None:
        super().__init__(key, name, theme=theme, **asking)
        self._none = none
        self._values: list[Value | None] = []
        self.editor = _Combo(self)
        self.editor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.editor.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.editor.setMinimumContentsLength(12)
        self._add_editor(self.editor)
        self.set_choices(choices)
        self.editor.currentIndexChanged.connect(self.editor.tell_whole)
        self.editor.currentIndexChanged.connect(self._edited)
        self._show()

    def set_choices(self, choices: Sequence[tuple[Value, str]]) -> None:
        """Offer these; what was chosen stays where it is still on offer."""
        before = self.value() if self._values else None
        with QSignalBlocker(self.editor):
            self.editor.clear()
            self._values = [None] if self._none else []
            if self._none:
                self.editor.addItem(self._none)
            for value, words in choices:
                self._values.append(value)
                self.editor.addItem(words)
            self.set_value(before)

    def value(self) -> Value | None:
        """The value chosen, or None."""
        place = self.editor.currentIndex()
        return self._values[place] if 0 <= place < len(self._values) else None

    def set_value(self, value: object) -> None:
        self.editor.setCurrentIndex(self._values.index(value) if value in self._values else 0)


class TickField(Field):
    """One yes or no."""

    def __init__(self, key: str, name: str, *, theme: Theme, hint: str = "") -> None:
        super().__init__(key, name, theme=theme, hint=hint)
        self._label.hide()
        self.editor = QCheckBox(name, self)
        self._add_editor(self.editor)
        self.editor.toggled.connect(self._edited)
        self._show()

    def value(self) -> bool:
        """Whether it is ticked."""
        return self.editor.isChecked()

    def set_value(self, value: object) -> None:
        self.editor.setChecked(bool(value))

    def empty(self) -> bool:
        return not self.editor.isChecked()


class TickListField(Field, Generic[Value]):
    """Any number of a few, as ticks in columns."""

    def __init__(
        self,
        key: str,
        name: str,
        choices: Sequence[tuple[Value, str]],
        *,
        theme: Theme,
        columns: int = 3,
        **asking: Unpack[Asking],
    ) -> None:
        super().__init__(key, name, theme=theme, **asking)
        self._boxes: list[tuple[Value, QCheckBox]] = []
        holder = QWidget(self)
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.setHorizontalSpacing(theme.px(Space.GUTTER))
        for at, (value, words) in enumerate(choices):
            box = QCheckBox(words, holder)
            box.setAccessibleName(f"{name}: {words}")
            box.installEventFilter(self)
            box.toggled.connect(self._edited)
            self._boxes.append((value, box))
            grid.addWidget(box, at // columns, at % columns)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        self._editors = [box for _, box in self._boxes]
        if self._boxes:
            self.setFocusProxy(self._boxes[0][1])
            self._label.setBuddy(self._boxes[0][1])
        self._column.insertWidget(1, holder)
        self._show()

    def value(self) -> tuple[Value, ...]:
        """The values ticked, in the order on offer."""
        return tuple(value for value, box in self._boxes if box.isChecked())

    def set_value(self, value: object) -> None:
        ticked = list(value) if isinstance(value, (list, tuple, set, frozenset)) else []
        for each, box in self._boxes:
            box.setChecked(each in ticked)

    def empty(self) -> bool:
        return not self.value()


class DateField(Field):
    """A date: "Mon 16 Nov 2020". Takes "today", "+1", "16/11", "16 Nov"; Up and Down step by a day.

    `today` says which day it is; `earliest` and `latest` are limits, both included.
    """

    def __init__(
        self,
        key: str,
        name: str,
        *,
        theme: Theme,
        today: Callable[[], date],
        earliest: date | None = None,
        latest: date | None = None,
        past: bool = False,
        **asking: Unpack[Asking],
    ) -> None:
        super().__init__(key, name, theme=theme, **asking)
        self._today = today
        self._earliest, self._latest, self._past = earliest, latest, past
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(Space.TIGHT))
        self.editor = QLineEdit(self)
        self.editor.setMaxLength(40)
        self.editor.setPlaceholderText("16/11, today, +1")
        self._column.insertLayout(1, row)
        self._add_editor(self.editor, place=row)
        self._opener = QToolButton(self)
        self._opener.setAccessibleName(f"Calendar for {name}")
        self._opener.setToolTip("Calendar (Alt+Down)")
        # Alt+Down does the same: Tab goes on to the next field
        self._opener.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        theme.dress(self._opener, "calendar")
        _as_high_as_the_row(self._opener)
        self._opener.clicked.connect(self._open_calendar)
        row.addWidget(self._opener)
        self.editor.textChanged.connect(self._edited)
        self._show()

    def day(self) -> date | None:
        """The date, or None."""
        return read_day(self.editor.text(), today=self._today())

    def value(self) -> Any:
        """The date, or None."""
        return self.day()

    def set_value(self, value: object) -> None:
        self.editor.setText(day_words(value, year=True) if isinstance(value, date) else "")

    def typed(self) -> str:
        return self.editor.text()

    def type_in(self, typed: Any) -> None:
        self.editor.setText(str(typed))

    def empty(self) -> bool:
        return not self.editor.text().strip()

    def _fault(self) -> str:
        if self.empty():
            return ""
        day = self.day()
        if day is None:
            return "This isn't a date. Type it as 16/11/2020, 16 Nov, today or +1."
        if self._past and day > self._today():
            return f"{self.name} can't lie in the future."
        if self._earliest and day < self._earliest:
            return f"{self.name} can't be before {day_words(self._earliest, year=True)}."
        if self._latest and day > self._latest:
            return f"{self.name} can't be after {day_words(self._latest, year=True)}."
        return ""

    def _remark(self) -> str:
        day = self.day() if not self.empty() else None
        return day_and_distance(day, today=self._today()) if day is not None else self._hint

    def _left(self) -> None:
        day = self.day()
        if day is not None:
            self.set_value(day)
        super()._left()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.editor and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._open_calendar()
                return True
            step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
            if step is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                day = self.day()
                ordinal = day.toordinal() + step if day else self._today().toordinal()
                self.set_value(date.fromordinal(ordinal))
                self.editor.selectAll()
                return True
        return super().eventFilter(watched, event)

    def _open_calendar(self) -> None:
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.setProperty("kind", "card")
        column = QVBoxLayout(popup)
        column.setContentsMargins(1, 1, 1, 1)
        calendar = QCalendarWidget(popup)
        calendar.setAccessibleName(f"Calendar for {self.name}")
        calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setGridVisible(False)
        day = self.day() or self._today()
        calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        if self._earliest:
            calendar.setMinimumDate(QDate(self._earliest.year, self._earliest.month, self._earliest.day))
        latest = self._today() if self._past else self._latest
        if latest:
            calendar.setMaximumDate(QDate(latest.year, latest.month, latest.day))

        def take(chosen: QDate) -> None:
            self.set_value(date(chosen.year(), chosen.month(), chosen.day()))
            popup.close()
            self.editor.setFocus()

        calendar.clicked.connect(take)
        calendar.activated.connect(take)
        column.addWidget(calendar)
        popup.move(self.editor.mapToGlobal(QPoint(0, self.editor.height())))
        popup.show()
        calendar.setFocus()


class InstantField(Field):
    """A date and a time of London's clocks; its value is the instant, in UTC.

    `now` says what time it is. "now" in either part fills in both.
    """

    def __init__(
        self,
        key: str,
        name: str,
        *,
        theme: Theme,
        now: Callable[[], datetime],
        past: bool = False,
        **asking: Unpack[Asking],
    ) -> None:
        super().__init__(key, name, theme=theme, **asking)
        self._now = now
        self._past = past
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(Space.TIGHT))
        self.day = QLineEdit(self)
        self.day.setPlaceholderText("16/11, today")
        self.clock = QLineEdit(self)
        self.clock.setPlaceholderText("14:05")
        self.clock.setMaximumWidth(theme.px(84))
        self._column.insertLayout(1, row)
        self._add_editor(self.day, place=row, name=f"{name}: date")
        self._add_editor(self.clock, place=row, name=f"{name}: time")
        self._now_button = QToolButton(self)
        self._now_button.setText("Now")
        self._now_button.setAccessibleName(f"{name}: now")
        self._now_button.setToolTip("Or type “now” into the field")
        self._now_button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        _as_high_as_the_row(self._now_button)
        self._now_button.clicked.connect(lambda: self.set_value(self._now()))
        row.addWidget(self._now_button)
        self.day.textChanged.connect(self._edited)
        self.clock.textChanged.connect(self._edited)
        self._show()

    def value(self) -> datetime | None:
        """The instant in UTC, or None."""
        day = read_day(self.day.text(), today=london_date(self._now()))
        clock = read_time(self.clock.text())
        return london_instant(day, clock) if day and clock else None

    def set_value(self, value: object) -> None:
        local = value.astimezone(LONDON) if isinstance(value, datetime) else None
        self.day.setText(day_words(london_date(local), year=True) if local else "")
        self.clock.setText(f"{local:%H:%M}" if local else "")

    def typed(self) -> list[str]:
        return [self.day.text(), self.clock.text()]

    def type_in(self, typed: Any) -> None:
        day, clock = typed
        self.day.setText(str(day))
        self.clock.setText(str(clock))

    def empty(self) -> bool:
        return not self.day.text().strip() and not self.clock.text().strip()

    def _fault(self) -> str:
        if self.empty():
            return ""
        day = read_day(self.day.text(), today=london_date(self._now()))
        if day is None:
            return "The date is missing or isn't one. Type it as 16/11/2020, 16 Nov or today."
        clock = read_time(self.clock.text())
        if clock is None:
            return "The time is missing or isn't one. Type it as 14:05 or 2.05pm."
        instant = london_instant(day, clock)
        if instant is None:
            return "The clocks went forward in that hour: this time never was."
        if self._past and instant > self._now():
            return f"{self.name} can't lie in the future."
        return ""

    def _remark(self) -> str:
        instant = self.value()
        return instant_words(instant, now=self._now()) if instant is not None else self._hint

    def _left(self) -> None:
        if "now" in (self.day.text().strip().lower(), self.clock.text().strip().lower()):
            self.set_value(self._now())
        day = read_day(self.day.text(), today=london_date(self._now()))
        if day is not None:
            self.day.setText(day_words(day, year=True))
        clock = read_time(self.clock.text())
        if clock is not None:
            self.clock.setText(f"{clock:%H:%M}")
        if self.day.hasFocus() or self.clock.hasFocus():
            return  # still in the field: the other half is on its way
        super()._left()
