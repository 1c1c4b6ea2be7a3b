"""What somebody says of a row that they looked at: a tick each, of which each changes what would be taken."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QWidget

from discharge.exchange.report import NO_ANSWERS, Answers
from ui.imports.lines import ImportLine
from ui.theme.scale import Space
from ui.theme.theme import Theme

GONE = (
    ("", "Still waiting"),
    ("went_home", "Went home"),
    ("unwell", "Unwell again"),
    ("died", "Died"),
    ("self_discharged", "Discharged themselves"),
    ("other_hub", "Another hub has them"),
    ("entered_by_mistake", "Entered by mistake"),
)
"""What may be said of somebody who isn't on the list any more."""


class Answering(QWidget):
    """The ticks for the line in hand; `said` when `answers` changed, with the row in `row`."""

    said = Signal()

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answers: Answers = NO_ANSWERS
        self.row = 0
        self.person = ""
        self._maybe = ""
        self._field = ""
        line = QHBoxLayout(self)
        margin = theme.px(Space.SECTION)
        line.setContentsMargins(margin, 0, margin, theme.px(Space.NEAR))
        line.setSpacing(theme.px(Space.GUTTER))
        self.same = QCheckBox("", self)
        self.another = QCheckBox("", self)
        self.field = QCheckBox("", self)
        self.over = QCheckBox("Take all that the row says, though it was written here by hand", self)
        self.left_out = QCheckBox("Leave this row out", self)
        for tick in (self.same, self.another, self.field, self.over, self.left_out):
            tick.toggled.connect(self._ticked)
            line.addWidget(tick)
        self.gone = QComboBox(self)
        self.gone.setAccessibleName("Why they aren't on the list any more")
        for reason, words in GONE:
            self.gone.addItem(words, reason)
        self.gone.activated.connect(self._ticked)
        line.addWidget(self.gone)
        line.addStretch(1)
        self.hide()

    def forget(self) -> None:
        """Forget all answers: another file is looked at."""
        self.answers = NO_ANSWERS

    def offer(self, each: ImportLine | None, *, held: frozenset[int], people: bool, open_: bool) -> None:
        """Show what can be said of this line; `held` are rows that are held up or were until answered."""
        self.row = row = each.row if each is not None else 0
        self.person = each.person if each is not None else ""
        self._maybe = self.answers.same.get(row, each.maybe if each is not None else "")
        is_held = open_ and row in held
        taken = open_ and people and each is not None and row > 0 and each.tab in ("new", "changed")
        widgets = (self.same, self.another, self.field, self.over, self.left_out, self.gone)
        blockers = [QSignalBlocker(widget) for widget in widgets]
        self.same.setVisible(is_held and bool(self._maybe))
        self.same.setText(f"Row {row:,} is {self._maybe}: change that record")
        self.same.setChecked(row in self.answers.same)
        self.another.setVisible(is_held)
        what = "another person" if people else "the same home"
        self.another.setText(f"I have looked at row {row:,}: it is {what}, or right as it is. Take it")
        self.another.setChecked(row in self.answers.another)
        kept = each is not None and each.kept
        self._field = each.field if each is not None and each.answerable else ""
        self.field.setVisible(open_ and bool(self._field))
        self.field.setText(f"Take the list's {self._field.replace('_', ' ')}")
        self.field.setChecked(not kept)
        self.over.setVisible(open_ and people and row > 0 and (kept or row in self.answers.over))
        self.over.setChecked(row in self.answers.over)
        self.left_out.setVisible(taken or (open_ and row in self.answers.left_out))
        self.left_out.setChecked(row in self.answers.left_out)
        self.gone.setVisible(open_ and bool(self.person))
        self.gone.setCurrentIndex(max(0, self.gone.findData(self.answers.gone.get(self.person, ""))))
        del blockers
        self.setVisible(any(not widget.isHidden() for widget in widgets))

    def _ticked(self) -> None:
        """Put together what is ticked for the row in hand."""
        row, before = self.row, self.answers

        def with_row(rows: frozenset[int], tick: QCheckBox) -> frozenset[int]:
            return rows | {row} if tick.isChecked() else rows - {row}

        if self.sender() is self.same and self.same.isChecked():
            with QSignalBlocker(self.another):
                self.another.setChecked(False)
        if self.sender() is self.another and self.another.isChecked():
            with QSignalBlocker(self.same):
                self.same.setChecked(False)
        turned = before.turned
        if self.sender() is self.field:
            turned = turned ^ {(row, self._field)}
        same = {other: name for other, name in before.same.items() if other != row}
        gone = dict(before.gone)
        if self.same.isChecked() and row:
            same[row] = self._maybe
        if self.person:
            gone.pop(self.person, None)
            if reason := self.gone.currentData():
                gone[self.person] = str(reason)
        self.answers = (
            before
            if not row and not self.person
            else replace(
                before,
                another=with_row(before.another, self.another) if row else before.another,
                over=with_row(before.over, self.over) if row else before.over,
                left_out=with_row(before.left_out, self.left_out) if row else before.left_out,
                turned=turned,
                same=same,
                gone=gone,
            )
        )
        self.said.emit()
