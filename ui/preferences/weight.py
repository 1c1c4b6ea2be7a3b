"""A weight as it is moved: its name, what a point is for, a slider and the number."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QGridLayout, QSlider, QSpinBox, QWidget

from discharge.model.case import RatingWeights, Weights
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.text import label
from ui.words.plans import POINT_WORDS

MOST = 10_000
"""The largest weight that can be set here."""
RATING_WORDS = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires_improvement": "Requires improvement",
    "inadequate": "Inadequate",
    "none": "Not rated",
}


def flat(weights: Weights) -> dict[str, int]:
    """The weights by key, the ratings as `rating.good`."""
    whole = weights.model_dump()
    ratings = whole.pop("rating")
    return {**whole, **{f"rating.{name}": points for name, points in ratings.items()}}


def weights_of(values: Mapping[str, int]) -> Weights:
    """The weights from their flat form."""
    plain = {key: points for key, points in values.items() if "." not in key}
    ratings = {key.partition(".")[2]: points for key, points in values.items() if "." in key}
    return Weights(**plain, rating=RatingWeights(**ratings))


class WeightRow(QWidget):
    """One weight: its name, what a point is for, a slider and the number."""

    changed = Signal()

    def __init__(self, key: str, *, shipped: int, theme: Theme) -> None:
        super().__init__()
        self.key, self._kept = key, shipped
        family, _, part = key.partition(".")
        name, sentence = POINT_WORDS[family]
        self.name = f"Rated: {RATING_WORDS[part].lower()}" if part else name
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, theme.px(Space.NEAR))
        grid.setHorizontalSpacing(theme.px(Space.ROW))
        grid.setVerticalSpacing(0)
        self.title = label(self.name, "strong")
        self.what = label("" if part else sentence, "small", wrap=True)
        if part:
            self.what.hide()
        self.slider = _Slider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, max(100, 4 * shipped))
        self.slider.setPageStep(10)
        self.slider.setMinimumHeight(theme.px(24))
        self.slider.setMinimumWidth(theme.px(90))
        self.spin = _Spin()
        self.spin.setRange(0, MOST)
        self.spin.setFixedWidth(theme.px(84))
        self.spin.lineEdit().setTextMargins(0, 0, theme.px(Space.NEAR), 0)
        for control in (self.slider, self.spin, self.spin.lineEdit()):
            control.setAccessibleName(f"Weight: {self.name}")
            control.setAccessibleDescription(f"Ships as {shipped}.")
        self.was = label("", "small")
        grid.addWidget(self.title, 0, 0)
        grid.addWidget(self.was, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.what, 1, 0, 1, 2)
        grid.addWidget(self.slider, 2, 0, 1, 2)
        grid.addWidget(self.spin, 0, 2, 3, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnStretch(0, 1)
        self.set_value(shipped)
        self.slider.valueChanged.connect(self._slid)
        self.spin.valueChanged.connect(self._typed)

    def value(self) -> int:
        """The number."""
        return self.spin.value()

    def set_value(self, points: int) -> None:
        """Puts this number in, without telling anybody."""
        with QSignalBlocker(self.spin), QSignalBlocker(self.slider):
            self.spin.setValue(points)
            self.slider.setValue(points)
        self._say_was()

    def keep(self, points: int) -> None:
        """This is what the hub has now."""
        self._kept = points
        self._say_was()

    def describe(self, words: str) -> None:
        """What one of its points is for, in the points table's words."""
        self.what.setText(f"{words[:1].upper()}{words[1:]}")

    def _slid(self, points: int) -> None:
        with QSignalBlocker(self.spin):
            self.spin.setValue(points)
        self._say_was()
        self.changed.emit()

    def _typed(self, points: int) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(points)
        self._say_was()
        self.changed.emit()

    def _say_was(self) -> None:
        self.was.setText(f"kept: {self._kept:,}" if self.value() != self._kept else "")


class _Spin(QSpinBox):
    """A number that the wheel doesn't change while one scrolls past it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccelerated(True)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


class _Slider(QSlider):
    """A slider that the wheel doesn't move while one scrolls past it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()
