"""What every page is: it lays out, shows and sends intents. It holds no rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar

import shiboken6
from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QPagedPaintDevice, QResizeEvent, QTextDocument
from PySide6.QtWidgets import QDialog, QSplitter, QWidget

from ui.frame.services import ALL_KINDS, Services, Undo
from ui.theme.palette import Tone
from ui.widgets.held_keys import HeldKeys
from ui.widgets.painting import Filling
from ui.widgets.panes import Panes
from ui.widgets.table import TableView

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries
    from ui.widgets.form import FormDialog

Answer = TypeVar("Answer")


class Page(QWidget):
    """One page of the window.

    Set `name` (as in the table of commands) and `title`, and `concerns`: the kinds of change after which
    the page reads again. Override `build` (lay out), `bind` (bind the page's commands), `load` (read).

    One that is made `by_and_by` is there once `make_some` was called often enough, or `make_whole`.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    concerns: ClassVar[frozenset[str]] = ALL_KINDS
    search_hint: ClassVar[str] = ""
    """What the search in the header looks for; empty: no search on this page."""

    grows_old: ClassVar[bool] = False
    """Whether clocks run on in it while nothing is recorded: it then reads again whenever it comes to the
    front, and each minute there."""

    summary = Signal(str)
    """The line beside the title: "38 waiting · 31 placed"."""
    loaded = Signal()
    """What there is to show is shown."""

    def __init__(self, services: Services, parent: QWidget | None = None, *, by_and_by: bool = False) -> None:
        super().__init__(parent)
        self.services = services
        self.theme = services.theme
        self.commands = services.commands
        self.setAccessibleName(self.title)
        self.about = ""
        """The person or home that is shown whole, by id; empty for none."""
        self._stale = True
        self._in_front = False
        self._splitters: dict[str, QSplitter] = {}
        self._tables: dict[str, TableView] = {}
        self._recalled = self._is_whole = False
        self._wanted = ""
        self._minute = QTimer(self, interval=60_000)
        self._minute.timeout.connect(self.load)
        self.filling = Filling(self)
        self._making = self._make()
        if not by_and_by:
            self.make_whole()

    def _make(self) -> Iterator[None]:
        yield from self.build() or ()
        yield
        self.bind()
        self._recall()
        self.services.renumbered.connect(self._follow_numbers)
        self._is_whole = True

    def make_some(self) -> bool:
        """Makes the next part of a page that is made by and by; whether there is more to come."""
        return any(True for _part in self._making)

    def make_whole(self) -> None:
        """Makes all that is still to come of it."""
        while self.make_some():
            pass

    # --------------------------------------------------------- for subclasses

    def build(self) -> Iterable[None] | None:
        """Lays the page out; where that takes long it yields between parts that are made in turns of their
        own."""
        raise NotImplementedError

    def bind(self) -> None:
        """Binds the page's commands: `self.commands.bind("patient.new", self.add, why_not=…)`."""

    def load(self) -> None:
        """Reads what the page shows, with `self.ask`, and ends by calling `self.loaded.emit()`."""
        raise NotImplementedError

    def resized(self) -> None:
        """The page, all of which is made by now, has another size."""

    def look_for(self, text: str) -> None:
        """The search in the header changed."""
        del text

    def pick(self, key: str) -> bool:
        """Makes the row with this key current; False where it isn't there."""
        del key
        return False

    def opening_of(self, count: str) -> Callable[[], object] | None:
        """What shows the things that a count beside the title counts, by its words ("4 to phone"); None where
        nothing does.
        """
        del count
        return None

    def focus_first(self) -> None:
        """Puts the focus where work begins."""
        for table in self._tables.values():
            table.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return

    def toggle_detail(self, shown: bool, /) -> None:
        """Shows or hides the detail beside the table, where there is one."""

    def detail_shown(self) -> bool | None:
        """Whether the detail is shown; None where there is none."""
        return None

    def say_above_detail(self, words: str) -> None:
        """Says something over the detail, where there is one; empty: nothing."""

    def choose_columns(self) -> None:
        """Opens the choice of the table's columns."""
        for table in self._tables.values():
            table.choose_columns()
            return

    def why_no_columns(self) -> str:
        """Why there are no columns to choose; empty where there are."""
        return "" if self._tables else "There is no table on this page."

    def why_no_filter(self) -> str:
        """Why there is no filter to save now; empty when there is one."""
        return "There are no filters on this page."

    def save_filter(self) -> None:
        """Asks for a name and keeps the filters that are in force."""

    def printed_table(self) -> TableView | None:
        """The table that is printed: the one with the focus, else the first that is seen."""
        seen = [table for table in self._tables.values() if table.isVisible()]
        return next((table for table in seen if table.hasFocus()), seen[0] if seen else None)

    def printed_lines(self) -> Sequence[tuple[str, ...]]:
        """What is printed row by row where a page has lines and no table, first the heads of the columns."""
        return ()

    def printed_text(self) -> QTextDocument | None:
        """A text that is printed where the page has one instead of a table."""
        return None

    def printed_pages(self) -> Callable[[QPagedPaintDevice], object] | None:
        """What draws pages of its own on a device, where the page has such; raises `OSError`."""
        return None

    def prints_more(self) -> bool:
        """Whether it prints lines, a text or pages of its own, besides a table; asked often: makes none."""
        return False

    def copy(self) -> None:
        """Copies the table as it is shown."""
        for table in self._tables.values():
            table.selectAll() if not table.selected_rows() else None
            table.copy()
            return

    # ------------------------------------------------------------- the frame

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_whole:
            self.resized()

    def refresh(self, changed: frozenset[str] = ALL_KINDS) -> None:
        """The store changed: read again if concerned, now if in front, else when it comes to the front."""
        if "*" in changed or "*" in self.concerns or changed & self.concerns:
            self._stale = True
            if self._in_front:
                self._load_now()

    def come_to_front(self) -> None:
        """The page is shown now."""
        self._in_front = True
        if self._stale or self.grows_old:
            self._load_now()
        if self.grows_old:
            self._minute.start()

    def go_to_back(self) -> None:
        """Another page is shown now."""
        self._in_front = False
        self._minute.stop()

    def now_shows(self, about: str) -> None:
        """This person or home is shown whole now, by id; empty: none."""
        if about != self.about:
            self.about = about
            self.services.shows.emit()

    def want(self, key: str) -> None:
        """Makes the row with this key current, now or as soon as it is read."""
        self._wanted = "" if self.pick(key) else key

    def current_key(self) -> str:
        """What `pick` would be asked for to come back to what is current; empty for nothing."""
        return self.about

    def _follow_numbers(self, names: Mapping[str, str]) -> None:
        """What is current stays so under its new number, once rows are read anew."""
        now = names.get(self._wanted or self.current_key(), "")
        if now:
            self._wanted = now

    def _load_now(self) -> None:
        self._stale = False
        self.load()

    def settle(self) -> None:
        """Once new rows are in: goes to the row that was asked for, and tells that all is shown."""
        if self._wanted and self.pick(self._wanted):
            self._wanted = ""
        self.commands.review()
        self.loaded.emit()

    # ------------------------------------------------------------ conveniences

    def ask(
        self, question: Callable[[Queries], Answer], then: Callable[[Answer], object], *, replaces: str = ""
    ) -> None:
        """Reads in the store's thread; of several asks of this page with one `replaces` the last counts.

        What fills the whole page, as an ask without that word does, is painted in the turn after.
        """

        def fill(answer: Answer) -> None:
            if not replaces:
                self.filling.begin()
            then(answer)

        self.services.ask(question, fill, replaces=f"{self.name}/{replaces or 'load'}")

    def open_form(self, form: FormDialog) -> None:
        """Opens a form over the window, in the turn after this one: to make it and to open it in one is more
        than a key should wait for. Left with something entered, it can be taken up again for a while."""
        if form.parentWidget() is not self.window():
            form.setParent(self.window(), form.windowFlags())

        def offer() -> None:
            self.services.say(
                f"Nothing was saved: the form “{form.windowTitle()}” was closed.",
                # no tick: nothing was done
                Undo("Take it up again", call=form.open, gone=form.deleteLater, tone=Tone.NEUTRAL),
            )

        form.dropped.connect(offer)
        form.saved.connect(form.deleteLater)
        form.finished.connect(lambda _: None if form.dirty() else form.deleteLater())

        def until_it_is_there() -> None:
            if shiboken6.isValid(form) and form.is_coming():
                self.filling.then(until_it_is_there)

        # the page is painted without its focus once all of the form is there
        self.open_next(form, opened=lambda: self.filling.then(until_it_is_there))

    def open_next(self, dialog: QDialog, *, opened: Callable[[], object]) -> None:
        """Opens a dialog once what the page has to fill in is there: what is typed until then goes into
        it. It opens for nobody else than who asked for it."""
        held, asked_by = HeldKeys(self.window(), dialog), self._who_sits_here()

        def open_now() -> None:
            if not shiboken6.isValid(dialog):
                return
            if self._who_sits_here() != asked_by:
                # somebody else sits here by now: it is none of theirs
                dialog.deleteLater()
                return
            dialog.open()
            opened()
            held.give()

        self.filling.then(open_now)

    def _who_sits_here(self) -> str:
        user = self.services.user
        return user.id if user is not None else ""

    def keep_splitter(self, name: str, splitter: QSplitter) -> None:
        """Remembers this splitter's place."""
        splitter.setHandleWidth(self.theme.px(6))
        splitter.setObjectName(name)
        self._splitters[name] = splitter
        if self._recalled:
            self._recall_splitter(name, splitter)

    def keep_table(self, name: str, table: TableView) -> None:
        """Remembers this table's columns; its commands follow its selection."""
        self._tables[name] = table
        later = QTimer(self, singleShot=True, interval=0)
        later.timeout.connect(self.commands.review)
        table.picked.connect(later.start)
        if self._recalled:
            self._recall_table(name, table)

    def remember(self) -> None:
        """Writes down what is remembered of this page."""
        settings = self.services.settings
        for name, splitter in self._splitters.items():
            # how wide panes are is of no use where they stand otherwise
            if not isinstance(splitter, Panes) or splitter.is_plain:
                settings.setValue(f"{self.name}/splitter/{name}", splitter.saveState())
        for name, table in self._tables.items():
            settings.setValue(f"{self.name}/table/{name}", table.remember())

    def _recall(self) -> None:
        self._recalled = True
        for name, splitter in self._splitters.items():
            self._recall_splitter(name, splitter)
        for name, table in self._tables.items():
            self._recall_table(name, table)

    def _recall_splitter(self, name: str, splitter: QSplitter) -> None:
        state = self.services.settings.value(f"{self.name}/splitter/{name}")
        if isinstance(state, QByteArray):
            splitter.restoreState(state)
            if isinstance(splitter, Panes):
                splitter.fit()

    def _recall_table(self, name: str, table: TableView) -> None:
        table.recall(str(self.services.settings.value(f"{self.name}/table/{name}", "")))
