"""Fields to choose in: one of a few, yes or no, any number of a few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar, Unpack

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.field import Asking, Field
from ui.widgets.flow import EvenColumns
from ui.widgets.text import on_button

Value = TypeVar("Value")


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


def ask_little(box: QComboBox, *, letters: int) -> None:
    """The box asks for room for so many letters alone, however long its words are; the wheel passes it by."""
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(letters)


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
        ask_little(self.editor, letters=12)
        self._add_editor(self.editor)
        self.set_choices(choices)
        self.editor.currentIndexChanged.connect(self.editor.tell_whole)
        self.editor.currentIndexChanged.connect(self._edited)
        self._show()

    def set_choices(self, choices: Sequence[tuple[Value, str]]) -> None:
        """Offers these; what was chosen stays where it is still on offer."""
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


class _Tick(QCheckBox):
    """A tick whose words go on in a further line where there is no room for them."""

    def __init__(self, words: str, parent: QWidget) -> None:
        super().__init__(words, parent)
        self._words = words.split()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._break(self.width() - self._beside())

    def minimumSizeHint(self) -> QSize:
        longest = max((self.fontMetrics().horizontalAdvance(word) for word in self._words), default=0)
        return QSize(longest + self._beside(), super().minimumSizeHint().height())

    def _beside(self) -> int:
        """How much of its width isn't for words, in pixels."""
        style, option = self.style(), QStyleOptionButton()
        self.initStyleOption(option)
        return style.sizeFromContents(
            QStyle.ContentsType.CT_CheckBox, option, QSize(), self
        ).width() + style.pixelMetric(QStyle.PixelMetric.PM_CheckBoxLabelSpacing, option, self)

    def _break(self, room: int) -> None:
        lines: list[str] = []
        for word in self._words:
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.fontMetrics().horizontalAdvance(longer) <= room:
                lines[-1] = longer
            else:
                lines.append(word)
        words = "\n".join(lines)
        if words != self.text():
            self.setText(words)


class TickField(Field):
    """One yes or no."""

    def __init__(self, key: str, name: str, *, theme: Theme, hint: str = "") -> None:
        super().__init__(key, name, theme=theme, hint=hint)
        self._label.hide()
        self.editor = _Tick(name, self)
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
    """Any number of a few, as ticks in so many columns, or in as many as there is room for."""

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
        laid = EvenColumns(holder, columns=columns, gap=theme.px(Space.GUTTER), line_gap=0)
        for value, words in choices:
            box = QCheckBox(on_button(words), holder)
            box.setAccessibleName(f"{name}: {words}")
            box.toggled.connect(self._edited)
            self._boxes.append((value, box))
            laid.addWidget(box)
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
