"""Filters by name over a table page: kept, put in force again, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.frame.saved_filters import SavedFilter
from ui.frame.workplace import Undo

if TYPE_CHECKING:
    from ui.frame.page import TablePage


class NamedFilters:
    """Joins a page's chips and search with its button of saved filters."""

    def __init__(self, page: TablePage[Any]) -> None:
        self._page = page
        self._button = page.saved_filters
        page.chips.chosen.connect(lambda _predicates: self.follow())
        self._button.chosen.connect(self._put)
        self._button.dropped.connect(self._dropped)
        self._button.asked.connect(self.ask_for_name)

    def follow(self) -> None:
        """The chips or the search changed."""
        before = self._button.is_on()
        self._button.follow(self._page.chips.on(), self._page.model.text)
        if self._button.is_on() != before:
            self._page.commands.review()

    def why_not(self) -> str:
        """Why there is no filter to save now; empty when there is one."""
        return "" if self._button.is_on() else "Put a filter on, or search for something, first."

    def ask_for_name(self) -> None:
        """Ask for a name and keep the filters that are in force."""
        from ui.frame.save_filter import SaveFilterForm

        page = self._page
        parts = page.chips.words()
        if sought := page.model.text.strip():
            parts.append(f"the search “{sought}”, until the program is closed")
        page.open_form(
            SaveFilterForm(
                theme=page.theme,
                what=f"In force: {', '.join(parts)}.",
                taken=[each.name for each in self._button.saved()],
                keep=self._keep,
                parent=page.window(),
            )
        )

    def _keep(self, name: str) -> None:
        self._button.save(name)
        self._write()

    def _bring_back(self, filter_: SavedFilter) -> None:
        self._button.put(filter_)
        self._write()

    def _write(self) -> None:
        """At once, not only when the window is closed."""
        page = self._page
        page.workplace.settings.setValue(f"{page.name}/saved_filters", self._button.remember())

    def _put(self, filter_: SavedFilter) -> None:
        page = self._page
        page.workplace.searched.emit(filter_.search)
        page.model.look_for(filter_.search)
        page.chips.set_on(filter_.chips)
        self.follow()
        page.table.setFocus()

    def _dropped(self, filter_: SavedFilter) -> None:
        self._write()
        back = Undo("Bring it back", call=lambda: self._bring_back(filter_))
        self._page.workplace.say(f"The filter “{filter_.name}” is deleted.", back)
