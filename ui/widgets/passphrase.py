"""Fields for passphrases: what is typed is hidden until somebody asks to see it, and goes into no draft."""

from __future__ import annotations

from typing import Any, Unpack

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.field import Asking, Field

LONGEST = 200
CAPS = "Caps Lock is on."


class _Secret(QLineEdit):
    """A line that tells whether Caps Lock is on, as far as what is typed says so."""

    caps = Signal(bool)
    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.entered.emit()
            return
        typed = event.text()
        if len(typed) == 1 and typed.isalpha() and typed.upper() != typed.lower():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps.emit(typed.isupper() != shift)
        elif event.key() == Qt.Key.Key_CapsLock:
            self.caps.emit(False)  # until the next letter says what it is now
        super().keyPressEvent(event)


class PassphraseField(Field):
    """A passphrase, taken as it was typed, to the letter. `entered`: Enter was pressed in it."""

    entered = Signal()

    def __init__(self, key: str, name: str, *, theme: Theme, **asking: Unpack[Asking]) -> None:
        super().__init__(key, name, theme=theme, **asking)
        self._caps = False
        self._holder = QWidget(self)
        row = QHBoxLayout(self._holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(Space.TIGHT))
        self.editor = _Secret(self._holder)
        self.editor.setMaxLength(LONGEST)
        self.editor.setEchoMode(QLineEdit.EchoMode.Password)
        self.editor.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
            | Qt.InputMethodHint.ImhSensitiveData
        )
        self.shown = QToolButton(self._holder)
        self.shown.setText("Show")
        self.shown.setCheckable(True)
        self.shown.setToolTip("Show what is typed, or hide it")
        self.shown.setAccessibleName(f"Show what is typed: {name}")
        self.shown.toggled.connect(self._show_typed)
        self._add_editor(self.editor, place=row)
        row.addWidget(self.shown)
        self._column.insertWidget(1, self._holder)
        self.editor.textChanged.connect(self._edited)
        self.editor.caps.connect(self._tell_caps)
        self.editor.entered.connect(self.entered)
        self._show()

    def value(self) -> str | None:
        """What was typed, to the letter; None where nothing was."""
        return self.editor.text() or None

    def set_value(self, value: object) -> None:
        self.editor.setText("" if value is None else str(value))

    def typed(self) -> Any:
        """Nothing: no draft holds a passphrase."""
        return ""

    def type_in(self, typed: Any) -> None:
        del typed

    def rename(self, name: str) -> None:
        """Asks for something else: a passphrase, or a one-time word."""
        self.name = name
        self._label.setText(name)
        self.editor.setAccessibleName(name)
        self.shown.setAccessibleName(f"Show what is typed: {name}")

    def begin_anew(self) -> None:
        """Nothing stays that was typed, or said about it."""
        self.editor.clear()
        self._asked = self._touched = False
        self._refused = ""
        self.hide_typed()
        self._show()

    def hide_typed(self) -> None:
        """Hides what is typed again."""
        self.shown.setChecked(False)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.hide_typed()

    def _remark(self) -> str:
        return f"{CAPS} {self._hint}".strip() if self._caps else self._hint

    def _tell_caps(self, on: bool) -> None:
        if on != self._caps:
            self._caps = on
            self._show()

    def _show_typed(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.editor.setEchoMode(mode)
        self.shown.setText("Hide" if shown else "Show")


__all__ = ["PassphraseField"]
