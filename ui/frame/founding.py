"""The first minute of a new hub: what it is called and who is its first person."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.layouts import in_column
from ui.widgets.text import label
from ui.widgets.text_fields import TextField


class Founding(QWidget):
    """`founded` carries the hub's name and the person's."""

    founded = Signal(str, str)

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        column = in_column(gap=theme.px(Space.ROW))
        column.addStretch(1)
        column.addWidget(label("A new hub", "title"))
        said = "Nobody is in it yet. The first person has every role and can add the others."
        column.addWidget(label(said, "muted", wrap=True))
        self.hub = TextField("hub", "Name of the hub", theme=theme, required=True, longest=100,
                             placeholder="North Bank discharge hub")  # fmt: skip
        self.person = TextField("name", "Your name", theme=theme, required=True, longest=100)
        for field in (self.hub, self.person):
            field.setFixedWidth(theme.px(420))
            column.addWidget(field)
        row = QHBoxLayout()
        row.addStretch(1)
        self.start = QPushButton("Start", self)
        self.start.setProperty("kind", "main")
        self.start.clicked.connect(self._start)
        row.addWidget(self.start)
        column.addLayout(row)
        column.addStretch(2)
        outer.addLayout(column)
        outer.addStretch(1)

    def _start(self) -> None:
        faulty = [field for field in (self.hub, self.person) if field.ask()]
        if faulty:
            faulty[0].focus_first()
            return
        self.founded.emit(str(self.hub.value()), str(self.person.value()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._start()
            return
        super().keyPressEvent(event)
