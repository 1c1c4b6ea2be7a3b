"""Fields for a day, and for a day with a time of London's clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Unpack

from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCalendarWidget,
    QFrame,
    QLineEdit,
    QSizePolicy,
    QToolButton,
)

from discharge.model.london import LONDON, london_date, london_instant
from discharge.words.days import day_and_distance, day_words, instant_words
from discharge.words.written import typed_day, typed_time
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.field import Asking, Field
from ui.widgets.layouts import in_column, in_row


def _as_high_as_the_row(button: QToolButton) -> None:
    """No higher than the editor beside it, so that editors in one row of a form stand on one line."""
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)


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
        row = in_row(gap=theme.px(Space.TIGHT))
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
        return typed_day(self.editor.text(), today=self._today())

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # a line has no use for them: they come on to the field
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._open_calendar()
            return
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        day = self.day()
        ordinal = day.toordinal() + step if day else self._today().toordinal()
        self.set_value(date.fromordinal(ordinal))
        self.editor.selectAll()

    def _open_calendar(self) -> None:
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.setProperty("kind", "card")
        column = in_column(popup, around=(1, 1, 1, 1))
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
        row = in_row(gap=theme.px(Space.TIGHT))
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
        day = typed_day(self.day.text(), today=london_date(self._now()))
        clock = typed_time(self.clock.text())
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
        day = typed_day(self.day.text(), today=london_date(self._now()))
        if day is None:
            return "The date is missing or isn't one. Type it as 16/11/2020, 16 Nov or today."
        clock = typed_time(self.clock.text())
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
        day = typed_day(self.day.text(), today=london_date(self._now()))
        if day is not None:
            self.day.setText(day_words(day, year=True))
        clock = typed_time(self.clock.text())
        if clock is not None:
            self.clock.setText(f"{clock:%H:%M}")
        if self.day.hasFocus() or self.clock.hasFocus():
            return  # still in the field: the other half is on its way
        super()._left()
