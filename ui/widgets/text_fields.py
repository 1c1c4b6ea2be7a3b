"""Fields for what is typed: a line, several lines, an NHS number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Unpack

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from discharge.model.typed import seen
from ui.theme.theme import Theme
from ui.widgets.field import Asking, Field

Check = Callable[[str], str]
"""Takes what was typed, answers with a sentence that says what is wrong, or the empty text."""


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
