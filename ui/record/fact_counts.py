"""What happened against a rule, counted by hospital and home, with what is still open."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QScrollArea, QWidget

from discharge.model.shown.facts import FactCount
from ui.theme.scale import Space
from ui.theme.status import danger, neutral
from ui.theme.theme import Theme
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.empty import EmptyState
from ui.widgets.layouts import in_column
from ui.widgets.text import Lines


class FactCounts(QDialog):
    """A line for each hospital, home and fact, how often it happened, and how many are not dealt with."""

    def __init__(self, counts: tuple[FactCount, ...], *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("What happened all the same")
        self.setAccessibleName(self.windowTitle())
        margin = theme.px(Space.SECTION)
        gutter = theme.px(Space.GUTTER)
        column = in_column(self, around=(margin, gutter, margin, gutter), gap=gutter)
        column.addWidget(self._said(counts, theme) if counts else _nothing(theme), 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, parent=self)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        resize_on_screen(self, theme.px(640), theme.px(360))

    def _said(self, counts: tuple[FactCount, ...], theme: Theme) -> QWidget:
        lines = Lines(theme=theme)
        lines.show_lines([(danger if one.open else neutral)(count_words(one)) for one in counts])
        holder = QWidget()
        inner = in_column(holder)
        inner.addWidget(lines)
        # a few lines stand at the top, not spread over the height
        inner.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(holder)
        area.setAccessibleName(self.windowTitle())
        return area


def _nothing(theme: Theme) -> QWidget:
    return EmptyState(
        "Nothing", "Nothing that happened against a rule is on record.", theme=theme, icon="tick"
    )


def count_words(one: FactCount) -> str:
    """`RF4QH, Elm Lodge: left before the home was told, 2 times, 1 not dealt with`."""
    called = f"{one.hospital_name} ({one.hospital})" if one.hospital_name else one.hospital
    where = ", ".join(part for part in (called or "hospital not recorded", one.setting_name) if part)
    often = "once" if one.count == 1 else f"{one.count:,} times"
    still = f", {one.open:,} not dealt with" if one.open else ""
    return f"{where}: {one.fact.words}, {often}{still}."


__all__ = ["FactCounts", "count_words"]
