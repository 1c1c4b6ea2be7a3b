"""A reason for delay: one of the published list of the day, found by typing a part of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Unpack

from discharge.rules.delay_reasons import as_published, list_on, reason_fault
from ui.theme.theme import Theme
from ui.widgets.field import Asking
from ui.widgets.pickers import SuggestField


class ReasonField(SuggestField):
    """Takes a published reason, however it is spelled. Another text that stood on record stays as it is."""

    def __init__(
        self, key: str, name: str, *, theme: Theme, today: Callable[[], date], **asking: Unpack[Asking]
    ) -> None:
        self._today = today
        self._stood = ""
        super().__init__(
            key,
            name,
            theme=theme,
            suggestions=[reason.text for reason in list_on(today()).reasons],
            check=self._wrong,
            placeholder="Type a part of the reason",
            **asking,
        )
        self.editor.textChanged.connect(self.editor.setToolTip)

    def set_value(self, value: object) -> None:
        self._stood = str(value or "")
        super().set_value(value)
        self.editor.setCursorPosition(0)

    def value(self) -> str | None:
        """The reason in its published words, or as it stood."""
        text = super().value()
        return None if text is None else as_published(text, self._today())

    def _wrong(self, text: str) -> str:
        return "" if text == self._stood else reason_fault(text, self._today())
