"""The foot of the import dialog: what is saved of a report, and the word that takes the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QWidget

from discharge.words.counts import count_words
from ui.imports.kinds import ImportKind
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.layouts import in_row

if TYPE_CHECKING:
    from discharge.exchange.report import ImportReport


class Foot(QWidget):
    """The buttons of the foot; `good_only` is the tick that rows with faults stay out."""

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        margin, above = theme.px(Space.SECTION), theme.px(Space.ROW)
        foot = in_row(self, around=(margin, above, margin, above), gap=theme.px(Space.NEAR))
        self.save = push_button(
            "Save the report…", tip="Every row with its outcome, as a CSV file", parent=self
        )
        foot.addWidget(self.save)
        self.rejects = push_button(
            "Save what can't be taken…",
            tip="These rows with reason and mend, to be mended there and imported again",
            parent=self,
        )
        foot.addWidget(self.rejects)
        foot.addStretch(1)
        self.good_only = QCheckBox("", self)
        foot.addWidget(self.good_only)
        self.drop = push_button("Cancel", tip="Escape", parent=self)
        foot.addWidget(self.drop)
        self.take = push_button("Take", kind="main", parent=self)
        foot.addWidget(self.take)

    def show_state(
        self, report: ImportReport | None, kind: ImportKind, *, running: bool, written: bool, why_not: str
    ) -> None:
        """Shows what can be done with the report; `why_not` is why its rows can't be taken now."""
        self.save.setVisible(report is not None)
        self.save.setEnabled(not running)
        self.rejects.setVisible(kind.table and report is not None and bool(report.faults))
        self.rejects.setEnabled(not running)
        faults = report.faults if report is not None and not written else 0
        good, leaving = rows_to_take(report), answers_to_take(report)
        self.good_only.setVisible(bool(faults) and (good > 0 or leaving > 0))
        self.good_only.setEnabled(not running)
        self.good_only.setText(
            f"{'Good rows' if good else 'Answers'} only: {count_words(faults, 'row stays', 'rows stay')} out"
        )
        number = count_words(good or leaving, "row" if good else "answer")
        self.take.setText("Close" if written else f"Take {number}" if good or leaving else "Take")
        self.take.setEnabled(written or not why_not)
        self.take.setToolTip("" if written else why_not)
        self.drop.setVisible(not written)


def rows_to_take(report: ImportReport | None) -> int:
    """Rows that would be taken."""
    return report.taken + report.changed if report is not None else 0


def answers_to_take(report: ImportReport | None) -> int:
    """People who would leave the list, as somebody said, and homes that have left the register."""
    return sum(bool(one.left) or one.home for one in report.gone) if report is not None else 0


def why_not(report: ImportReport | None, *, running: bool, good_only: bool) -> str:
    """Why the file can't be taken now; empty when it can."""
    if running:
        return "Wait until it is read, or stop it."
    if report is None:
        return "Choose a file first."
    if not rows_to_take(report) and not answers_to_take(report):
        return "There is nothing to take in this file."
    if report.faults and not good_only:
        held = "Answer for each row that is held up" if report.held else ""
        mend = "Mend the rejected rows in the file" if report.faults > report.held else ""
        todo = f"{held}. {mend}" if held and mend else held or mend
        return f"{todo}, or tick that the good rows alone are to be taken."
    return ""
