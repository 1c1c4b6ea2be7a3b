"""A few buttons of which one is always on: a choice between views."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.flow import FlowLayout

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class _Segment(QToolButton):
    """One of the buttons; arrows ask for the next."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if step and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.stepped.emit(step)
            return
        super().keyPressEvent(event)


class Segments(QWidget):
    """`chosen` carries the key of the button that was pressed. Arrows go between them, Tab past them.

    A click leaves the focus where it is: whoever chooses a view by mouse goes on in it by key.
    """

    chosen = Signal(str)

    def __init__(
        self,
        choices: Sequence[tuple[str, str, str]],
        *,
        theme: Theme,
        name: str,
        actions: Sequence[QAction] = (),
        wraps: bool = False,
    ) -> None:
        """`choices` are keys, words and icons; the tooltips are those of the `actions`, where given. With
        `wraps` those that have no room stand on a further line.
        """
        super().__init__()
        self._theme = theme
        self._icons = {key: icon for key, _, icon in choices}
        self.setAccessibleName(name)
        gap = theme.px(Space.HAIR)
        row = FlowLayout(self, gap=gap, line_gap=gap) if wraps else QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(gap)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _Segment] = {}
        for key, word, icon in choices:
            button = _Segment(self)
            button.stepped.connect(partial(self._step, key))
            button.setProperty("kind", "chip")
            button.setCheckable(True)
            button.setText(word)
            button.setAccessibleName(f"{name}: {word}")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            if icon:
                button.setProperty("segment", "true")
                theme.dress(button, icon)
            button.clicked.connect(lambda _on=False, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)
        for button, action in zip(self._buttons.values(), actions, strict=False):
            self._say_as(button, action)
            action.changed.connect(partial(self._say_as, button, action))
        self.show_choice(choices[0][0])

    @staticmethod
    def _say_as(button: QToolButton, action: QAction) -> None:
        button.setToolTip(action.toolTip())

    def show_choice(self, key: str) -> None:
        """This one is on; nobody is told."""
        for each, button in self._buttons.items():
            button.setChecked(each == key)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if each == key else Qt.FocusPolicy.NoFocus)
            if self._icons[each]:
                self._theme.dress(button, self._icons[each], Tone.ACCENT if each == key else Tone.NEUTRAL)

    def _step(self, key: str, by: int) -> None:
        keys = list(self._buttons)
        there = keys[(keys.index(key) + by) % len(keys)]
        self.show_choice(there)
        self._buttons[there].setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen.emit(there)

    def buttons(self) -> list[QToolButton]:
        """All buttons, in order."""
        return list(self._buttons.values())

    def button(self, key: str) -> QToolButton:
        """The button of a choice."""
        return self._buttons[key]
