"""What is said when the fault is ours: what happened to the data, where the log is, and the end."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ui.faults import Bug
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.room import resize_on_screen
from ui.widgets.text import label


class CrashDialog(QDialog):
    """Shown once; whatever closes it ends the program."""

    def __init__(
        self, bug: Bug, *, theme: Theme, log_file: Path | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Discharge Desk has to close")
        self.setModal(True)
        resize_on_screen(self, theme.px(640), theme.px(420))
        column = QVBoxLayout(self)
        margin = theme.px(Space.SECTION)
        column.setContentsMargins(margin, margin, margin, theme.px(Space.GUTTER))
        column.setSpacing(theme.px(Space.NEAR))
        column.addWidget(label("Something in the program went wrong", "title", wrap=True))
        column.addWidget(
            label(
                "Everything that was saved is on record and safe. What was typed into an open form and not "
                "saved is lost. The program closes now; it can be started again at once.",
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
        end.setProperty("kind", "main")
        end.setDefault(True)
        end.clicked.connect(self.accept)
        row.addWidget(end)
        column.addLayout(row)
