"""The counts of an import, beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from ui.frame.services import Services
from ui.theme.scale import Space
from ui.widgets.layouts import in_column, in_row
from ui.widgets.text import label

if TYPE_CHECKING:
    from discharge.exchange.report import ImportReport


class CountsLine(QWidget):
    """The counts of an import, which add up: rows read = new + changed + same + held up +
    left out + can't be taken."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = services.theme
        margin = theme.px(Space.SECTION)
        row = in_row(
            self,
            around=(margin, theme.px(Space.TIGHT), margin, theme.px(Space.ROW)),
            gap=theme.px(Space.GUTTER),
        )
        self._numbers: dict[str, QLabel] = {}
        self._words: dict[str, QLabel] = {}
        parts = (
            ("read", "rows read", ""),
            ("new", "new", "="),
            ("amended", "changed", "+"),
            ("same", "the same as before", "+"),
            ("held", "held up", "+"),
            ("left_out", "left out", "+"),
            ("refused", "can't be taken", "+"),
        )
        self._of: dict[str, list[QWidget]] = {}
        for key, said, sign in parts:
            if sign:
                plus = label(sign, "muted")
                row.addWidget(plus, 0, Qt.AlignmentFlag.AlignVCenter)
                self._of[key] = [plus]
            column = in_column(gap=0)
            number = label("0", "title")
            self._numbers[key] = number
            column.addWidget(number)
            self._words[key] = label(said, "small")
            column.addWidget(self._words[key])
            row.addLayout(column)
            self._of.setdefault(key, []).extend((number, self._words[key]))
        row.addStretch(1)
        self._show_some(None)

    def _show_some(self, report: ImportReport | None) -> None:
        """Most files hold up nothing and leave out nothing: then nothing is said of it."""
        for key in ("held", "left_out"):
            for widget in self._of[key]:
                widget.setVisible(report is not None and bool(getattr(report, key)))

    def show_report(self, report: ImportReport | None) -> None:
        """Shows the counts of this report, or nothing."""
        self._show_some(report)
        for key, number in self._numbers.items():
            value = getattr(report, key) if report is not None else 0
            number.setText(f"{value:,}")
            number.setAccessibleName(f"{value:,} {key}")
        refused = self._numbers["refused"]
        refused.setProperty("tone", "danger" if report is not None and report.refused else "neutral")
        refused.style().unpolish(refused)
        refused.style().polish(refused)

    def numbers(self) -> dict[str, str]:
        """What is shown, for each count."""
        return {key: number.text() for key, number in self._numbers.items() if not number.isHidden()}
