"""The recovery sheet: its code is shown once, printed, saved or copied by hand, and typed back in part."""

from __future__ import annotations

import random
from collections.abc import Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.frame.gate import Gate, link
from ui.frame.text_pdf import save_text
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.banner import announce
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.layouts import in_grid, in_row
from ui.widgets.text import label
from ui.widgets.text_fields import TextField

ACROSS = 3
"""Groups of the code in a line."""
TYPED_BACK = 2
MARGIN_MM = 20
WHAT_FOR = (
    "It opens the hub when no administrator can: all have left, or lost their passphrases. Whoever has it "
    "can read everything in the hub. Keep it on paper, in a sealed envelope, where the hub's own things are "
    "locked away, and not beside the computer."
)
HOW = (
    "Start Discharge Desk on this hub, choose “Use the recovery sheet” below the names, and type the code. "
    "Then choose a new passphrase, and make a new sheet: under “People of the hub”."
)


class SheetPanel(Gate):
    """The code once. `confirmed` when it was put somewhere and parts of it were typed back from there."""

    confirmed = Signal()

    def __init__(
        self, code: str, *, hub: str, day: str, theme: Theme, pick: random.Random | None = None
    ) -> None:
        super().__init__("The recovery sheet of this hub", WHAT_FOR, theme=theme)
        self._groups = code.split("-")
        self._hub, self._day = hub, day
        self._asked = sorted((pick or random.SystemRandom()).sample(range(len(self._groups)), TYPED_BACK))
        self.add(label("This is its only showing. Print it, save it, or write it down.", "strong", wrap=True))
        self.code = _code(self._groups, theme=theme)
        self.add(self.code)
        self.show_again = link("Show the code again")
        self.show_again.clicked.connect(lambda: self._show_code(True))
        self.show_again.hide()
        self.column.addWidget(self.show_again, 0, Qt.AlignmentFlag.AlignLeft)
        ways = in_row(gap=theme.px(Space.NEAR))
        self.print = QPushButton("Print…")
        self.save = QPushButton("Save as PDF…")
        self.copied = QPushButton("Written down")
        self.print.clicked.connect(self._print)
        self.save.clicked.connect(self._save)
        self.copied.clicked.connect(lambda: self._put_somewhere("Written down."))
        for button in (self.print, self.save, self.copied):
            button.setAutoDefault(False)
            ways.addWidget(button)
        ways.addStretch(1)
        self.column.addLayout(ways)
        self.said = label("", "muted", wrap=True)
        self.said.hide()
        self.add(self.said)
        self.fields: tuple[TextField, ...] = tuple(
            TextField(f"group{at}", f"Group {at + 1}, from the sheet", theme=theme, required=True, longest=10)
            for at in self._asked
        )
        for field in self.fields:
            field.hide()
            self.add(field)
        self._go = self.foot("Go on", self._check)
        self._go.setEnabled(False)

    @property
    def asked(self) -> tuple[int, ...]:
        """Which groups are to be typed back, the first being 0."""
        return tuple(self._asked)

    def _show_code(self, shown: bool, /) -> None:
        self.code.setVisible(shown)
        self.show_again.setVisible(not shown)

    def _put_somewhere(self, said: str) -> None:
        """It is on paper or in a file: now let it be seen that it can be read there."""
        self.said.setText(f"{said} Now type two of its groups from there, to be sure that it can be read.")
        self.said.show()
        self._show_code(False)
        for field in self.fields:
            field.show()
        self._go.setEnabled(True)
        self.fields[0].focus_first()
        # once they have their places
        QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(self.fields[-1], 0, 80))
        announce(self, self.said.text())

    def _check(self) -> None:
        for at, field in zip(self._asked, self.fields, strict=True):
            typed = str(field.value() or "").replace(" ", "").upper().translate(_LIKE)
            if typed and typed != self._groups[at]:
                field.refuse("That isn't this group. Compare it with the sheet.")
        wrong = [field for field in self.fields if field.ask()]
        if wrong:
            wrong[0].focus_first()
            return
        self.confirmed.emit()

    def _print(self) -> None:
        from ui.frame.print_commands import print_text  # with a library of its own

        if print_text(sheet_text(self._groups, hub=self._hub, day=self._day), parent=self):
            self._put_somewhere("Sent to the printer.")

    def _save(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Save the recovery sheet", str(Path.home() / "Recovery sheet.pdf"), "PDF files (*.pdf)"
        )
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, path: Path) -> None:
        """Saves it as PDF; the file is there whole or not at all."""
        text = sheet_text(self._groups, hub=self._hub, day=self._day)
        saved = save_text(text, path, title="Recovery sheet", margin_mm=MARGIN_MM)
        if saved is None:
            self.message.tell(f"{path.name} can't be written.", "Choose another folder, or print it.")
            return
        self._put_somewhere(
            f"Saved as {saved.name}. Put the file on a stick that is locked away, and take it off this "
            "computer: whoever has it opens the hub."
        )


_LIKE = str.maketrans("018", "OIB")
"""What is read for a letter that the code has no figure for."""


def sheet_text(groups: Sequence[str], *, hub: str, day: str) -> QTextDocument:
    """The sheet on one page: which hub, the code in numbered groups, what it is for and how it is used."""
    cells = [
        f"<td style='padding-right: 40px; padding-bottom: 16px'><span style='font-size: 9pt'>{at}</span><br>"
        f"<span style='font-size: 20pt; font-weight: 600'>{group}</span></td>"
        for at, group in enumerate(groups, 1)
    ]
    rows = "".join(f"<tr>{''.join(cells[at : at + ACROSS])}</tr>" for at in range(0, len(cells), ACROSS))
    document = QTextDocument()
    document.setHtml(
        "<body style='font-size: 11pt; color: black'>"
        "<p style='font-size: 22pt; font-weight: 600'>Recovery sheet</p>"
        f"<p><b>{escape(hub)}</b><br>Made {escape(day)}; any sheet before it opens nothing more.</p>"
        f"<table>{rows}</table><p>{escape(WHAT_FOR)}</p><p>{escape(HOW)}</p></body>"
    )
    return document


def _code(groups: Sequence[str], *, theme: Theme) -> QWidget:
    holder = QWidget()
    grid: QGridLayout = in_grid(holder, across=theme.px(Space.GUTTER), down=theme.px(Space.NEAR))
    for at, group in enumerate(groups):
        cell: QLabel = label(f"{at + 1}   {group}", "code")
        cell.setAccessibleName(f"Group {at + 1}: {' '.join(group)}")
        cell.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        grid.addWidget(cell, at // ACROSS, at % ACROSS)
    return holder


class SheetDialog(QDialog):
    """The same over the window, for a new sheet. It closes once the sheet was confirmed; `confirmed` then."""

    confirmed = Signal()

    def __init__(self, code: str, *, hub: str, day: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("A new recovery sheet")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.panel = SheetPanel(code, hub=hub, day=day, theme=theme)
        self.panel.confirmed.connect(self._confirm)
        column.addWidget(self.panel)
        resize_on_screen(self, theme.px(560), theme.px(620))

    def _confirm(self) -> None:
        self.confirmed.emit()
        self.accept()


__all__ = ["SheetDialog", "SheetPanel", "sheet_text"]
