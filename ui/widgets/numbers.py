"""Fields for amounts: pounds, kilometres, degrees."""

from __future__ import annotations

from typing import Any, Unpack

from ui.theme.theme import Theme
from ui.widgets.fields import Asking, TextField


class AmountField(TextField):
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
        super().__init__(
            key, name, theme=theme, check=self._amount_fault, longest=14, placeholder=unit, **asking
        )
        self.editor.setMaximumWidth(theme.px(160))

    def value(self) -> Any:
        """The number, or None."""
        text = self.editor.text()
        return _amount(text) if text.strip() and not self._amount_fault(text) else None

    def set_value(self, value: object) -> None:
        number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
        self.editor.setText("" if number is None else f"{number:.7f}".rstrip("0").rstrip("."))

    def empty(self) -> bool:
        return not self.editor.text().strip()

    def _fault(self) -> str:
        return self._amount_fault(self.editor.text()) if not self.empty() else ""

    def _amount_fault(self, text: str) -> str:
        number = _amount(text)
        if number is None:
            return f"{self.name} is a number."
        if not self._least <= number <= self._most:
            return f"{self.name} lies between {self._least:,.0f} and {self._most:,.0f}."
        return ""


def _amount(text: str) -> float | None:
    plain = text.strip().removeprefix("£").replace(",", "").replace(" ", "")
    if not plain or not set(plain) <= set("+-.0123456789"):
        return None
    try:
        return float(plain)
    except ValueError:
        return None
