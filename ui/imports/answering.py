"""What somebody says of a row that they looked at: a tick each, of which each changes what would be taken."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from discharge.exchange.report import NO_ANSWERS, Answers
from ui.imports.lines import ImportLine
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.flow import FlowLayout
from ui.widgets.named_box import NamedBox

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

GONE_HOME = (
    ("", "Takes nobody until somebody decides"),
    ("closed", "It has closed, or will: it stays closed"),
    ("used_on", "It is used as before"),
)
"""What may be said of a home that has left the register."""


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
        outer = QVBoxLayout(self)
        line = FlowLayout(gap=theme.px(Space.GUTTER), line_gap=theme.px(Space.TIGHT))
        margin = theme.px(Space.SECTION)
        outer.setContentsMargins(margin, 0, margin, theme.px(Space.NEAR))
        outer.addLayout(line)
        self.same = QCheckBox("", self)
        self.another = QCheckBox("", self)
        self.field = QCheckBox("", self)
        self.over = QCheckBox("Take all that the row says, though it was written here by hand", self)
        self.left_out = QCheckBox("Leave this row out", self)
        for tick in (self.same, self.another, self.field, self.over, self.left_out):
            tick.toggled.connect(self._ticked)
            line.addWidget(tick)
        self.gone = NamedBox("Why they aren't on the list any more", self)
        self.gone.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.gone.activated.connect(self._ticked)
        line.addWidget(self.gone)
        self.everything = QCheckBox("", self)
        self.everything.toggled.connect(self._all_looked_at)
        line.addWidget(self.everything)
        self.hide()

    def forget(self) -> None:
        """Forgets all answers: another file is looked at."""
        self.answers = NO_ANSWERS

    def say_days(self, *, month_first: bool | None) -> None:
        """Somebody says which comes first in the file's days; None: nobody does."""
        self.answers = replace(self.answers, month_first=month_first)

    def _all_looked_at(self, on: bool) -> None:
        self.answers = replace(self.answers, all_changes=on)
        self.said.emit()

    def offer(
        self,
        each: ImportLine | None,
        *,
        held: frozenset[int],
        people: bool,
        open_: bool,
        asked: int = 0,
    ) -> None:
        """Shows what can be said of this line; `held` are rows that are held up or were until answered;
        of so many homes of the hub (`asked`) something waits for somebody to look.
        """
        self.row = row = each.row if each is not None else 0
        self.person = each.person if each is not None else ""
        self._maybe = self.answers.same.get(row, each.maybe if each is not None else "")
        is_held = open_ and row in held
        taken = open_ and people and each is not None and row > 0 and each.tab in ("new", "changed")
        widgets = (
            self.same,
            self.another,
            self.field,
            self.over,
            self.left_out,
            self.gone,
            self.everything,
        )
        blockers = [QSignalBlocker(widget) for widget in widgets]
        self.same.setVisible(is_held and bool(self._maybe))
        self.same.setText(
            f"Row {row:,} is {self._maybe}: change that record"
            if people
            else f"It is {self._maybe}, the same home"
        )
        self.same.setChecked(row in self.answers.same)
        self.another.setVisible(is_held)
        self.another.setText(f"I have looked at row {row:,}: {self._what(each, people=people)}. Take it")
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
        self._offer_gone(each)
        self.gone.setCurrentIndex(max(0, self.gone.findData(self.answers.gone.get(self.person, ""))))
        many = asked > 1 and each is not None and each.tab == "changed"
        self.everything.setVisible(open_ and not people and (many or self.answers.all_changes))
        self.everything.setText(
            "I have looked at all changes of the hub's homes: take them"
            if self.answers.all_changes
            else f"I have looked at the changes of all {asked:,} homes: take them"
        )
        self.everything.setChecked(self.answers.all_changes)
        del blockers
        self.setVisible(any(not widget.isHidden() for widget in widgets))

    def _what(self, each: ImportLine | None, *, people: bool) -> str:
        """What somebody says of a row that is held up when they tick that they have looked."""
        if people and each is not None and each.field == "test_result":
            return "they come in without that result"
        if people:
            return "it is another person, or right as it is"
        return "it is another home" if self._maybe else "it is right"

    def _offer_gone(self, each: ImportLine | None) -> None:
        """What may be said of who or what is gone: of a home something else than of somebody."""
        choices = list(GONE_HOME if each is not None and each.home else GONE)
        if each is not None and each.joins:
            choices.insert(1, ("joined", f"It is {each.joins} now: join the two"))
        self.gone.clear()
        for reason, words in choices:
            self.gone.addItem(words, reason)

    def _ticked(self) -> None:
        """Puts together what is ticked for the row in hand."""
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
