"""Setting by setting, what stands against it for one person; where somebody can be dropped who is dragged."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QCheckBox, QWidget

from discharge.words.counts import count_words
from ui.match.drag import DropTable
from ui.models.table import RowsModel
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.status import Status, done, neutral
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.layouts import in_column, in_row
from ui.widgets.search import seek_line
from ui.widgets.tall_table import TwoLines
from ui.widgets.text import SectionHeading, label
from ui.work.planning import Why, WhyNot

_BY_KIND = frozenset({"setting_type", "wrong_category", "age", "sex"})
"""Reasons that lie in what a setting is: nothing there will change."""


@dataclass(frozen=True, slots=True)
class NotRow:
    """A setting and what stands against it for the person in question."""

    why_not: WhyNot
    is_theirs: bool

    @property
    def status(self) -> Status:
        count = len(self.why_not.reasons)
        if self.is_theirs:
            return done("in this plan", "The plan has them here.")
        if not count:
            return done("would do", "Nothing stands against it; the plan as a whole is better otherwise.")
        if count == 1:
            return Status("1 reason", Tone.WAITING, "One reason away.")
        return neutral(f"{count} reasons")

    @property
    def nearness(self) -> tuple[int, bool]:
        """The nearest first; of those with as many reasons, the ones that somebody could mend."""
        reasons = self.why_not.reasons
        return (-1 if self.is_theirs else len(reasons), any(each.code in _BY_KIND for each in reasons))

    @property
    def sentence(self) -> str:
        if self.is_theirs:
            return "In this plan."
        if not self.why_not.reasons:
            return "Nothing stands against it."
        told = "; ".join(reason.text for reason in self.why_not.reasons)
        return f"{told[:1].upper()}{told[1:]}."

    @property
    def tip(self) -> str:
        return "\n".join(f"{reason.text} ({reason.code}, {reason.rule})" for reason in self.why_not.reasons)

    @property
    def refusal(self) -> str:
        """Why nobody can be proposed here by hand, with the rule of each reason; empty where they can."""
        if not self.why_not.reasons:
            return ""
        told = "; ".join(f"{reason.text} ({reason.rule})" for reason in self.why_not.reasons)
        return f"{self.why_not.name}: {told}."


def _is_near(row: NotRow) -> bool:
    return len(row.why_not.reasons) == 1 and not row.is_theirs


class WhyNotList(QWidget):
    """The settings with what stands against each, the nearest miss first.

    `opened` carries a setting's id; `dropped` a person's id and the `NotRow` they were dropped on.
    """

    opened = Signal(str)
    picked = Signal()
    dropped = Signal(str, object)
    proposed = Signal(object)
    """The button: propose the person by hand in this `NotRow`."""

    def __init__(self, *, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._why: Why | None = None
        self._was_near: bool | None = None
        self.model: RowsModel[NotRow] = RowsModel(
            [
                TwoLines(
                    key="setting", title="Setting",
                    text=lambda row: row.why_not.name, below=lambda row: row.sentence,
                    tip=lambda row: row.tip, sort=lambda row: row.why_not.name.casefold(), width=24,
                    stretch=True,
                ),
                TwoLines(
                    key="count", title="Reasons", status=lambda row: row.status, width=10, found=False,
                    sort=lambda row: row.nearness,
                ),
            ],
            key=lambda row: row.why_not.setting,
            search=lambda row: " ".join(reason.code for reason in row.why_not.reasons),
            parent=self,
        )  # fmt: skip
        self.table = DropTable(self.model, theme=theme, name="Setting by setting, why not", parent=self)
        self.table.sort_by("count")
        self.table.refuses = self._refuses
        self.table.opened.connect(lambda row: self.opened.emit(row.why_not.setting))
        self.table.picked.connect(lambda _row: self.picked.emit())
        self.table.dropped.connect(self.dropped)
        self.near = QCheckBox("One reason away")
        self.near.setToolTip("Only settings that a single reason keeps out")
        self.near.toggled.connect(self._narrow)
        self.seek = seek_line("Setting or reason", "Find a setting or a reason", self.model)
        self._heading = SectionHeading("Settings", theme=theme)
        self._note = label("", "muted", wrap=True)
        self.propose = push_button(
            "Propose here…",
            tip="Propose the person by hand in the setting that is chosen below",
            kind="link",
            do=lambda: self.proposed.emit(self.current()),
        )
        self._lay_out(theme)

    def _lay_out(self, theme: Theme) -> None:
        gutter = theme.px(Space.GUTTER)
        column = in_column(self, around=(gutter, 0, 0, 0), gap=theme.px(Space.TIGHT))
        above = in_row(around=(0, 0, gutter, 0))
        above.addWidget(self._heading, 1)
        above.addWidget(self.propose, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(above)
        controls = in_row(around=(0, 0, gutter, 0), gap=theme.px(Space.NEAR))
        controls.addWidget(self.near)
        controls.addWidget(self.seek, 1)
        column.addLayout(controls)
        column.addWidget(self._note)
        column.addWidget(self.table, 1)

    def wait(self) -> None:
        """They are being looked for."""
        self._why = None
        self._turn(False)
        self._heading.set_remark("")
        self.say("Looking at every setting …")

    def show_why(self, why: Why, theirs: Container[str], *, fresh: bool) -> None:
        """What was found; `theirs` are the settings that the plan has for the person. `fresh`: of another
        person than before.
        """
        self._why = why
        self._turn(True)
        rows = [NotRow(each, each.setting in theirs) for each in why.settings]
        near = sum(map(_is_near, rows))
        if fresh:
            if self._was_near is None:
                self.near.setChecked(near > 0)
            self.table.clearSelection()
            self.table.setCurrentIndex(QModelIndex())
        self.model.reload(rows)
        would_do = sum(not row.why_not.reasons and not row.is_theirs for row in rows)
        self.near.setText(f"One reason away ({near})")
        self._heading.set_remark(f"{would_do} more would do" if would_do else "no other would do")
        self._heading.setToolTip(f"{count_words(len(rows), 'setting')} of the case")
        self._narrow(self.near.isChecked())
        if fresh:
            self.table.scrollToTop()

    def _turn(self, on: bool) -> None:
        self.table.setVisible(on)
        self.near.setEnabled(on)
        self.seek.setEnabled(on)
        self.propose.setVisible(on)

    def _narrow(self, near: bool) -> None:
        self.model.narrow("near", _is_near if near else None)
        empty = self._why is not None and not self._why.settings
        self.say("This plan has no settings for them to be held against." if empty else "")
        self.table.pick_first()

    def say(self, sentence: str) -> None:
        """A sentence above the table, or nothing."""
        self._note.setText(sentence)
        self._note.setVisible(bool(sentence))

    def current(self) -> NotRow | None:
        """The setting that is chosen."""
        row = self.table.current_row() if self.isVisible() else None
        return row if isinstance(row, NotRow) else None

    # ---------------------------------------------------------------- dragging

    def begin_drag(self) -> None:
        """Somebody is dragged: every setting shows, those that would do first."""
        self._was_near = self.near.isChecked()
        self.near.setChecked(False)
        self.table.scrollToTop()
        self.say("Drop on a setting to propose it by hand; the rules answer as you go over it.")

    def end_drag(self) -> str:
        """The drag is over; the sentence with which it was refused, if it was."""
        refused = self.table.refused_at(QCursor.pos())
        self.table.refusal = ""
        if self._was_near is not None:
            was, self._was_near = self._was_near, None
            self.near.setChecked(was)
        self.say("")
        return refused

    def _refuses(self, person: str, row: NotRow) -> str:
        if self._why is None or self._why.patient != person:
            return "Their settings are still being looked at: wait a moment."
        return row.refusal
