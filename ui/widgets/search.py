"""The search field and the row of filter chips."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ui.models.table import RowsModel
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.flow import FlowLayout
from ui.widgets.scrolling import UpTo

QUICK_SECONDS = 0.02
"""What follows from a search within this may follow from each key."""
PAUSE_MS = 40
LINES, HIGH = 2, 620
"""Chips stand in so many lines at most in a window that is so high at 100 %, and in a lower one in one.
Where they need more they fold into one menu."""
FEW = 2


class SearchField(QLineEdit):
    """Finds as one types; Escape empties it, then leaves; Down goes to what was found.

    `sought` fires at once, for all the keys that came meanwhile together; where what follows from it takes
    long, at the latest 40 ms after a keystroke, so that whoever types fast waits once.
    """

    sought = Signal(str)
    left = Signal()
    """Down, Enter, or Escape in an empty field: the focus should go to the table."""

    def __init__(self, *, theme: Theme, hint: str = "Search") -> None:
        super().__init__()
        self.set_hint(hint)
        self.setMinimumWidth(theme.px(140))
        self.setMaximumWidth(theme.px(360))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._glass = QLabel(self)
        self._glass.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._clear = QToolButton(self)
        self._clear.setAccessibleName("Empty the search")
        self._clear.setToolTip("Empty the search (Escape)")
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.setCursor(Qt.CursorShape.ArrowCursor)
        theme.dress(self._clear, "close")
        self._clear.clicked.connect(self.clear)
        self._clear.hide()
        theme.changed.connect(self._draw)
        self._draw()
        self._pause = QTimer(self, singleShot=True, interval=0)
        self._pause.timeout.connect(self._tell)
        self._told = ""
        self.textChanged.connect(self._typed)

    def _draw(self) -> None:
        theme = self._theme
        self._glass.setPixmap(theme.pixmap("search", Tone.NEUTRAL, ratio=self.devicePixelRatioF()))
        self.setTextMargins(theme.px(22), 0, theme.px(24), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = self._theme.px(16)
        self._glass.setGeometry(self._theme.px(Space.NEAR), (self.height() - side) // 2, side, side)
        wide = self._theme.px(26)
        self._clear.setGeometry(self.width() - wide - 2, (self.height() - wide) // 2, wide, wide)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(240), super().sizeHint().height())

    def set_hint(self, hint: str) -> None:
        """What can be searched for, e.g. "Name, number or ward"."""
        self.setPlaceholderText(hint)
        self.setAccessibleName(f"Search: {hint}")
        self.setToolTip("Ctrl+F")

    def show_text(self, text: str) -> None:
        """Holds this text without telling anybody."""
        self._told = text
        self.setText(text)
        self._pause.stop()

    def _typed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        if not self._pause.isActive():
            self._pause.start()

    def _tell(self) -> None:
        if self.text() != self._told:
            self._told = self.text()
            start = time.perf_counter()
            self.sought.emit(self._told)
            self._pause.setInterval(0 if time.perf_counter() - start < QUICK_SECONDS else PAUSE_MS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
            return
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pause.stop()
            self._tell()
            self.left.emit()
            return
        super().keyPressEvent(event)


def seek_line(hint: str, name: str, model: RowsModel[Any]) -> QLineEdit:
    """A line above a table that narrows it to the rows with what is typed."""
    made = QLineEdit()
    made.setPlaceholderText(hint)
    made.setAccessibleName(name)
    made.setClearButtonEnabled(True)
    made.textChanged.connect(model.look_for)
    return made


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: a key for remembering it, the word on the chip, and which rows it lets through."""

    key: str
    word: str
    admits: Callable[[Any], bool]
    tip: str = ""
    passing: bool = False
    """It is there only while it is on: what put it on is a count that opens what it counts."""


class FilterChips(QWidget):
    """Filters as chips that are on or off. Chips of one group widen each other; groups narrow.

    `FilterChips([("pathway", [Choice("P1", "P1", is_p1), …]), ("state", [...])])`. `chosen` carries one
    predicate a group, ready for `RowsModel.narrow_by`.
    """

    chosen = Signal(object)

    def __init__(self, groups: Sequence[tuple[str, Sequence[Choice]]], *, theme: Theme) -> None:
        super().__init__()
        self._groups = [(name, list(choices)) for name, choices in groups]
        self._chips: dict[tuple[str, str], QToolButton] = {}
        row = self._row = FlowLayout(self, gap=theme.px(6), line_gap=theme.px(6))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for at, (name, choices) in enumerate(self._groups):
            if at:
                row.add_gap(theme.px(Space.ROW))
            for choice in choices:
                chip = QToolButton(self)
                chip.setProperty("kind", "chip")
                chip.setCheckable(True)
                chip.setText(choice.word)
                chip.setToolTip(choice.tip)
                chip.setAccessibleName(f"Filter: {choice.word}")
                chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
                chip.toggled.connect(lambda on, chip=chip: self._toggled(chip, on=on))
                self._chips[name, choice.key] = chip
                row.addWidget(chip)
        self._theme = theme
        self._shorten: Callable[[bool], object] = lambda _short: None
        self._quiet = False
        self._gone: set[tuple[str, str]] = set()
        self._passing = {
            (name, choice.key) for name, choices in self._groups for choice in choices if choice.passing
        }
        self._folded = False
        self.menu_button = QToolButton(self)
        self.menu_button.setProperty("kind", "chip")
        self.menu_button.setText("Filters")
        self.menu_button.setToolTip("All filters of this page")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        theme.dress(self.menu_button, "filter")
        self._menu = QMenu(self.menu_button)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.menu_button.setMenu(self._menu)
        self.menu_button.hide()
        theme.changed.connect(self.fit)
        row.insert_first(self.menu_button)
        self._show_chips()

    def predicates(self) -> dict[str, Callable[[Any], bool]]:
        """One predicate for each group that has a chip on."""
        made: dict[str, Callable[[Any], bool]] = {}
        for name, choices in self._groups:
            on = [choice.admits for choice in choices if self._chips[name, choice.key].isChecked()]
            if on:
                made[name] = _any_of(on)
        return made

    def on(self) -> list[str]:
        """The chips that are on, as "group/key", for remembering."""
        return [f"{name}/{key}" for (name, key), chip in self._chips.items() if chip.isChecked()]

    def add_last(self, widget: QWidget, *, shorten: Callable[[bool], object]) -> None:
        """Puts something else behind the chips; it flows with them, made shorter by `shorten` where it else
        stood on a line of its own."""
        self._row.add_gap(self._theme.px(Space.ROW))
        self._row.addWidget(widget)
        self._shorten = shorten

    def words(self) -> list[str]:
        """The words of the chips that are on."""
        on = [
            self._chips[name, choice.key].isChecked() for name, choices in self._groups for choice in choices
        ]
        all_words = [choice.word for _, choices in self._groups for choice in choices]
        return [word for word, is_on in zip(all_words, on, strict=True) if is_on]

    def set_on(self, keys: Sequence[str]) -> None:
        """Puts exactly these chips on; unknown ones are passed over."""
        self._quiet = True
        for (name, key), chip in self._chips.items():
            chip.setChecked(f"{name}/{key}" in keys)
        self._quiet = False
        self.chosen.emit(self.predicates())

    def clear(self) -> None:
        """Takes every chip off."""
        self.set_on([])

    def set_counts(self, group: str, counts: Mapping[str, int]) -> None:
        """Shows how many rows each of these chips of a group stands for."""
        words = {c.key: c.word for name, choices in self._groups if name == group for c in choices}
        said = {key: f"{words[key]}  {count:,}" for key, count in counts.items()}
        if all(self._chips[group, key].text() == word for key, word in said.items()):
            return
        for key, word in said.items():
            self._chips[group, key].setText(word)
        self.fit()

    @property
    def is_folded(self) -> bool:
        """Whether the chips are one menu now; those that are on stand beside it."""
        return self._folded

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Stands the chips as there is room for them."""
        there = {chip for at, chip in self._chips.items() if self._is_offered(at)}
        most = LINES if self.window().height() >= self._theme.px(HIGH) else 1
        others = {self.menu_button, *(chip for chip in self._chips.values() if chip not in there)}
        for tight in (False, True):
            self._row.tighten(tight)
            self._shorten(tight)
            if self._row.lines(self.width(), without=others) == 1:
                break
        else:
            self._row.tighten(False)
            self._shorten(False)
        folded = len(there) > FEW and self._row.lines(self.width(), without=others) > most
        if folded != self._folded:
            self._folded = folded
            self._show_chips()

    def _is_offered(self, at: tuple[str, str]) -> bool:
        """Whether this chip can be put on, or is on."""
        return at not in self._gone and (at not in self._passing or self._chips[at].isChecked())

    def _show_chips(self) -> None:
        focus = QApplication.focusWidget()
        self.menu_button.setVisible(self._folded)
        for at, chip in self._chips.items():
            chip.setVisible(self._is_offered(at) and (not self._folded or chip.isChecked()))
            if self._folded and focus is chip and chip.isHidden():
                self.menu_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill_menu(self) -> None:
        self._menu.clear()
        for at, (name, choices) in enumerate(self._groups):
            if at:
                self._menu.addSeparator()
            for choice in choices:
                if not self._is_offered((name, choice.key)):
                    continue
                chip = self._chips[name, choice.key]
                action = self._menu.addAction(chip.text())
                action.setCheckable(True)
                action.setChecked(chip.isChecked())
                action.setToolTip(choice.tip)
                action.toggled.connect(chip.setChecked)

    def show_choice(self, group: str, key: str, *, shown: bool) -> None:
        """Whether a chip is there at all; one that is on stays."""
        chip = self._chips[group, key]
        (self._gone.discard if shown or chip.isChecked() else self._gone.add)((group, key))
        self._show_chips()
        self.fit()

    def _toggled(self, chip: QToolButton, *, on: bool) -> None:
        if on:
            self._theme.dress(chip, "tick", Tone.ACCENT)
        else:
            self._theme.undress(chip)
        if self._folded or self._passing:
            self._show_chips()
        if self._passing:
            self.fit()
        if not self._quiet:
            self.chosen.emit(self.predicates())


class ChipsArea(UpTo):
    """Chips in as many lines as they need, up to a height; from there on they scroll."""

    def __init__(self, chips: FilterChips) -> None:
        super().__init__(chips, "Filters", least=lambda: chips.sizeHint().height())


def _any_of(admitters: Sequence[Callable[[Any], bool]]) -> Callable[[Any], bool]:
    def admits(row: Any) -> bool:
        return any(each(row) for each in admitters)

    return admits
