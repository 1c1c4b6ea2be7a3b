"""What is said when the fault is ours: what happened to the data, where the log is, and how to go on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QWidget

from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.layouts import in_column
from ui.widgets.text import label
from ui.work.faults import Bug


class CrashDialog(QDialog):
    """Accepted: the program is to close. Rejected, where it may go on: it goes on."""

    def __init__(
        self,
        bug: Bug,
        *,
        theme: Theme,
        log_file: Path | None,
        may_go_on: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._may_go_on = may_go_on
        self.setWindowTitle("Something went wrong" if may_go_on else "Discharge Desk has to close")
        self.setModal(True)
        resize_on_screen(self, theme.px(640), theme.px(420))
        margin = theme.px(Space.SECTION)
        column = in_column(
            self, around=(margin, margin, margin, theme.px(Space.GUTTER)), gap=theme.px(Space.NEAR)
        )
        column.addWidget(label("Something in the program went wrong", "title", wrap=True))
        column.addWidget(
            label(
                "Everything that was saved is on record and safe. "
                + (
                    "What you were just doing may not have been done: look, before you do it again. You can "
                    "go on; if a page isn't as it should be, close the program and start it again."
                    if may_go_on
                    else "What was typed into an open form and not saved is lost. The program closes now; it "
                    "can be started again at once."
                ),
                wrap=True,
            )
        )
        where = f"It is also in the log: {log_file}" if log_file is not None else ""
        column.addWidget(
            label(
                f"Please send this to whoever looks after the program. It has no patient in it. {where}",
                wrap=True,
            )
        )
        details = QPlainTextEdit(self)
        details.setReadOnly(True)
        details.setAccessibleName("Where it went wrong")
        details.setPlainText(bug.frames)
        column.addWidget(details, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        copy = QPushButton("Copy", self)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(bug.frames))
        row.addWidget(copy)
        end = QPushButton("Close the program", self)
        end.clicked.connect(self.accept)
        row.addWidget(end)
        main = end
        if may_go_on:
            main = QPushButton("Go on", self)
            main.clicked.connect(self.reject)
            row.addWidget(main)
        main.setProperty("kind", "main")
        main.setDefault(True)
        column.addLayout(row)

    def reject(self) -> None:
        """Escape goes on where it may, and ends the program where not."""
        if self._may_go_on:
            super().reject()
        else:
            self.accept()
