"""Fields for numbers: whole ones, and amounts such as pounds, kilometres, degrees."""

from __future__ import annotations

import unicodedata
from typing import Any, Unpack

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.field import Asking
from ui.widgets.layouts import in_row
from ui.widgets.text import label
from ui.widgets.text_fields import TextField


class _NumberField(TextField):
    """A number between two limits; a subclass reads it, and says what is wrong with it.

    Its `unit` stands beside it, also once it is filled in; `example` while it isn't.
    """

    def __init__(
        self,
        key: str,
        name: str,
        *,
        theme: Theme,
        longest: int,
        width: int,
        unit: str,
        example: str = "",
        **asking: Unpack[Asking],
    ) -> None:
        self.unit = unit
        super().__init__(key, name, theme=theme, longest=longest, placeholder=example, **asking)
        self.editor.setMaximumWidth(theme.px(width))

    def _add_editor(self, editor: QWidget, *, place: QHBoxLayout | None = None, name: str = "") -> None:
        if self.unit:
            place = in_row(gap=self._theme.px(Space.NEAR))
            self._column.insertLayout(1, place)
        super()._add_editor(editor, place=place, name=name)
        if place is not None:
            place.addWidget(label(self.unit, "muted", selectable=False))
            place.addStretch(1)

    def _describe(self, problem: str = "") -> None:
        super()._describe(problem)
        if self.unit:
            said = self.editor.accessibleDescription()
            self.editor.setAccessibleDescription(f"In {self.unit}. {said}".strip())

    def value(self) -> Any:
        """The number, or None."""
        return None if self.empty() or self._fault() else self._number()

    def empty(self) -> bool:
        return not self.editor.text().strip()

    def _fault(self) -> str:
        return "" if self.empty() else self._number_fault()

    def _number(self) -> float | None:
        """The number that stands there; None where none does."""
        raise NotImplementedError

    def _number_fault(self) -> str:
        raise NotImplementedError


class WholeNumberField(_NumberField):
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
        example: str = "",
        **asking: Unpack[Asking],
    ) -> None:
        self._least, self._most = least, most
        super().__init__(key, name, theme=theme, longest=9, width=120, unit=unit, example=example, **asking)

    def _number(self) -> int | None:
        try:
            return int(self.editor.text())
        except ValueError:
            return None

    def _number_fault(self) -> str:
        number = self._number()
        if number is None:
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


class AmountField(_NumberField):
    """A number that need not be whole, between two limits; "£1,200" and "1200.50" are both taken."""

    def __init__(
        self,
        key: str,
        name: str,
        *,
        theme: Theme,
        least: float = 0.0,
        most: float = 1_000_000.0,
        unit: str = "",
        **asking: Unpack[Asking],
    ) -> None:
        self._least, self._most = least, most
        super().__init__(key, name, theme=theme, longest=14, width=160, unit=unit, **asking)

    def set_value(self, value: object) -> None:
        number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
        self.editor.setText("" if number is None else f"{number:.7f}".rstrip("0").rstrip("."))

    def _number(self) -> float | None:
        typed = unicodedata.normalize("NFKC", self.editor.text())
        plain = typed.strip().removeprefix("£").replace(",", "").replace(" ", "")
        if not plain or not set(plain) <= set("+-.0123456789"):
            return None
        try:
            return float(plain)
        except ValueError:
            return None

    def _number_fault(self) -> str:
        number = self._number()
        if number is None:
            return f"{self.name} is a number."
        if not self._least <= number <= self._most:
            return f"{self.name} lies between {self._least:,.0f} and {self._most:,.0f}."
        return ""
