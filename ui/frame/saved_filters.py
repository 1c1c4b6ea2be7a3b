"""Filters under a name: a combination of chips and a search that is wanted again and again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from ui.theme.palette import Tone
from ui.theme.theme import Theme
from ui.widgets.text import on_button, restyle

TITLE = "Saved filters"
WORD = "Saved"
"""What the button says while none of them is in force."""
LONGEST = 24
"""Letters of a name that the button shows."""


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """Chips, as "group/key", and what the search looks for."""

    name: str
    chips: tuple[str, ...]
    search: str = ""

    def same_as(self, chips: Sequence[str], search: str) -> bool:
        """Whether these chips and this search are the same filter, whatever it is called."""
        return set(self.chips) == set(chips) and self.search.casefold() == search.casefold().strip()


class SavedFilters(QToolButton):
    """A button whose menu has the saved filters; it shows the name of the one in force.

    `chosen` carries the `SavedFilter` to put in force, `dropped` the one that was deleted; `asked` fires
    when what is in force now is to be saved.
    """

    chosen = Signal(object)
    dropped = Signal(object)
    asked = Signal()

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._saved: list[SavedFilter] = []
        self._chips: tuple[str, ...] = ()
        self._search = ""
        self._is_short = False
        self.setProperty("kind", "chip")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        self._show()

    def set_short(self, short: bool, /) -> None:
        """Where there is little room an icon stands for its word; a filter that is in force is named."""
        if short != self._is_short:
            self._is_short = short
            self.setProperty("short", str(short).lower())
            restyle(self)
            self._show()

    def saved(self) -> list[SavedFilter]:
        """All that are saved, by name."""
        return list(self._saved)

    def current(self) -> SavedFilter | None:
        """The saved filter that is in force, or None."""
        return next((each for each in self._saved if each.same_as(self._chips, self._search)), None)

    def follow(self, chips: Sequence[str], search: str) -> None:
        """These chips are on and this is looked for now."""
        self._chips, self._search = tuple(chips), " ".join(search.split())
        self._show()

    def save(self, name: str) -> None:
        """Keeps what is in force under this name; another one of that name is replaced."""
        self.put(SavedFilter(" ".join(name.split()), self._chips, self._search))

    def put(self, filter_: SavedFilter) -> None:
        """Keeps this one, in place of another of its name."""
        others = [each for each in self._saved if each.name.casefold() != filter_.name.casefold()]
        self._saved = sorted([*others, filter_], key=lambda each: each.name.casefold())
        self._show()

    def drop(self, filter_: SavedFilter) -> None:
        """Keeps this one no longer."""
        self._saved = [each for each in self._saved if each != filter_]
        self._show()
        self.dropped.emit(filter_)

    def _drop_asked(self, filter_: SavedFilter, _checked: bool = False, /) -> None:
        self.drop(filter_)

    def is_on(self) -> bool:
        """Whether any filter is in force that could be saved."""
        return bool(self._chips or self._search)

    def remember(self) -> str:
        """All that have chips, as text, without what their search looks for: that may be somebody's name, and
        is known until the program is closed alone."""
        return json.dumps([[each.name, list(each.chips)] for each in self._saved if each.chips])

    def recall(self, text: str) -> None:
        """Takes up what `remember` gave; anything else is passed over."""
        try:
            found = json.loads(text) if text else []
            self._saved = [SavedFilter(str(one[0]), tuple(map(str, one[1])), "") for one in found if one[1]]
        except (ValueError, TypeError, LookupError):
            self._saved = []
        self._show()

    def _show(self) -> None:
        now = self.current()
        name = now.name if now is not None else WORD
        self.setText(on_button(name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"))
        self.setToolTip(f"{TITLE}\n{name}" if now is not None else TITLE)
        self.setAccessibleName(f"{TITLE}: {name}" if now is not None else TITLE)
        if now is None and self._is_short:
            self.setText("")
        if now is not None or self._is_short:
            self._theme.dress(self, "filter", Tone.ACCENT if now is not None else Tone.NEUTRAL)
        else:
            self._theme.undress(self)

    def _fill(self) -> None:
        menu, now = self._menu, self.current()
        menu.clear()
        for each in self._saved:
            action = menu.addAction(on_button(each.name))
            action.setCheckable(True)
            action.setChecked(each == now)
            action.triggered.connect(lambda _on=False, each=each: self.chosen.emit(each))
        if self._saved:
            menu.addSeparator()
        keep = menu.addAction("Save these filters…", self.asked.emit)
        keep.setEnabled(self.is_on() and now is None)
        if not self.is_on():
            keep.setToolTip("Put a filter on, or search for something, first.")
        elif now is not None:
            keep.setToolTip(f"They are saved as “{now.name}”.")
        if self._saved:
            less = menu.addMenu("Delete")
            for each in self._saved:
                less.addAction(on_button(each.name)).triggered.connect(partial(self._drop_asked, each))
