"""A field for a file: its path is typed, or chosen in the system's own dialog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Unpack

from PySide6.QtWidgets import QLineEdit, QWidget

from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.field import Asking, Field
from ui.widgets.layouts import in_row

LONGEST = 1_000


class PathField(Field):
    """`choose` shows the system's dialog, begun at what stands in the field, and answers with the path that
    was chosen; empty where none was."""

    def __init__(
        self,
        key: str,
        name: str,
        *,
        theme: Theme,
        choose: Callable[[str], str],
        placeholder: str = "",
        **asking: Unpack[Asking],
    ) -> None:
        super().__init__(key, name, theme=theme, **asking)
        self._choose = choose
        holder = QWidget(self)
        row = in_row(holder, gap=theme.px(Space.TIGHT))
        self.editor = QLineEdit(holder)
        self.editor.setMaxLength(LONGEST)
        self.editor.setPlaceholderText(placeholder)
        self._add_editor(self.editor, place=row)
        self.button = push_button("Choose…", do=self.choose, parent=holder)
        self.button.setAccessibleName(f"Choose: {name}")
        row.addWidget(self.button)
        self._column.insertWidget(1, holder)
        self.editor.textChanged.connect(self._edited)
        self._show()

    def choose(self) -> None:
        """Asks for the file in the system's dialog."""
        if chosen := self._choose(self.editor.text().strip()):
            self.editor.setText(chosen)

    def value(self) -> Path | None:
        """Where the file is; None where nothing is entered."""
        typed = self.editor.text().strip()
        return Path(typed).expanduser() if typed else None

    def set_value(self, value: object) -> None:
        self.editor.setText("" if value is None else str(value))

    def typed(self) -> str:
        return self.editor.text()


__all__ = ["PathField"]
