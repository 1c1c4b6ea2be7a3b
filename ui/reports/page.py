"""Situation: who waits, is ready, placed and delayed on a day, the homes, the daily return; whom each figure
counts stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPagedPaintDevice, QTextDocument
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QLineEdit,
    QStackedWidget,
    QWidget,
)

from discharge.model.errors import UserError
from discharge.model.shown.pictures import Pictures
from discharge.model.shown.projection import Assumptions
from discharge.model.shown.situation import Situation
from discharge.reports.situation_sheets import heading
from discharge.words.days import day_words
from discharge.words.written import typed_day
from ui.frame.openings import open_elsewhere
from ui.frame.page import Page
from ui.reports.counted import CountedList
from ui.reports.figures import LARGE
from ui.reports.pictures import PicturesView
from ui.reports.printed import printed, printed_tables
from ui.reports.projection import ProjectionView
from ui.reports.saving import ask_and_save
from ui.reports.views import Chosen, FiguresView, HomesView, ReturnView, View, of_table
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.layouts import alone_in_row, in_column, in_row, in_two
from ui.widgets.panes import Panes
from ui.widgets.segments import Segments
from ui.widgets.table import TableView
from ui.widgets.text import label

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.actions.projection import Foretold
    from discharge.store.ask.queries import Queries


@dataclass(frozen=True, slots=True)
class ViewSpec:
    """A view that the page offers: its key, its word, its icon, and how it is made."""

    key: str
    word: str
    icon: str
    make: Callable[[Theme], View]


def _people(theme: Theme) -> View:
    keys = ("pathway", "reason", "band", "hospital")
    return FiguresView(keys, theme=theme, name="People")


_OF_BOROUGHS = ("returns", "boards", "boroughs", "answers", "across", "isolation")


def _boroughs(theme: Theme) -> View:
    return FiguresView(_OF_BOROUGHS, theme=theme, name="Boroughs")


VIEWS: tuple[ViewSpec, ...] = (
    ViewSpec("people", "People", "patients", _people),
    ViewSpec("boroughs", "Boroughs", "map", _boroughs),
    ViewSpec("homes", "Homes", "settings", lambda theme: HomesView(theme=theme)),
    ViewSpec("return", "Daily return", "reports", lambda theme: ReturnView(theme=theme)),
    ViewSpec("projection", "Projection", "calendar", lambda theme: ProjectionView(theme=theme)),
    ViewSpec("pictures", "Pictures", "view-timeline", lambda theme: PicturesView(theme=theme)),
)
"""A further view is a row here: the page makes it, shows it and prints its table."""


def read_situation(queries: Queries) -> Situation:
    """The figures of today. In the store's thread."""
    from discharge.actions.situation import situation

    return situation(queries)


def read_back(desk: Desk, progress: Callable[[int, int], None], *, on: date) -> Situation:
    """The figures of a day gone by. In a thread aside: the whole record is read for them."""
    from discharge.actions.situation import situation_on

    return situation_on(desk, on, progress=progress)


IN_HEADER = {"waiting": "Waiting for a place", "placed": "Placed", "delayed": "Delayed"}
"""What is counted beside the title, and the row of the people in hospital that says it."""
FIGURES_LEAST, COUNTED_LEAST = 560, 260
"""Pixels at 100 % that figures, and the list of whom one counts, need side by side."""


class ReportsPage(Page):
    """Views of one day's figures, and beside them whom the chosen figure counts."""

    name, title = "situation", "Situation"
    grows_old = True

    def build(self) -> None:
        theme = self.theme
        self._situation: Situation | None = None
        self._on: date | None = None
        self._chosen: Chosen | None = None
        self._unfilled: set[str] = set()
        self.splitter = Panes(
            [("figures", "Figures", FIGURES_LEAST), ("counted", "Whom it counts", COUNTED_LEAST)],
            theme=theme,
            first="figures",
            parent=self,
        )
        left = QFrame(self.splitter)
        left.setProperty("kind", "surface")
        self.segments = Segments(
            [(view.key, view.word, view.icon) for view in VIEWS], theme=theme, name="Show", wraps=True
        )
        self.segments.chosen.connect(self.show_view)
        self._stack = QStackedWidget(left)
        self._made: dict[str, View] = {}
        self.view(VIEWS[0].key)
        self.commands.reviewed.connect(self._may_describe)
        self.counted = CountedList(theme=theme, parent=self.splitter)
        self.counted.opened.connect(self.services.go)
        column = in_column(left, gap=0)
        column.addWidget(self._bar(left))
        column.addWidget(self._stack, 1)
        in_two(self.splitter, left, self.counted, sizes=(theme.px(925), theme.px(275)))
        near = theme.px(Space.NEAR)
        outer = in_column(self, gap=0)
        outer.addLayout(alone_in_row(self.splitter.switch, around=(near, 0, near, theme.px(Space.TIGHT))))
        outer.addWidget(self.splitter, 1)
        self.keep_splitter("counted", self.splitter)
        self._tables["counted"] = self.counted.table

    def view(self, key: str) -> View:
        """A view, which is made when it is first asked for."""
        if key not in self._made:
            view = next(spec for spec in VIEWS if spec.key == key).make(self.theme)
            view.chosen.connect(partial(self._choose_in, view))
            if isinstance(view, PicturesView):
                view.asks.connect(self._ask_pictures)
            elif isinstance(view, ProjectionView):
                view.asks.connect(self._ask_projection)
            elif isinstance(view, ReturnView):
                view.describes.connect(partial(self.commands.do, "situation.hospital"))
            self._made[key] = view
            self._unfilled.add(key)
            self._stack.addWidget(view)
            self._may_describe()
        return self._made[key]

    def _may_describe(self) -> None:
        if "return" in self._made:
            self.returned.may_describe(self.commands.forbidden("situation.hospital"))

    def _bar(self, parent: QWidget) -> QWidget:
        theme, bar = self.theme, QWidget(parent)
        gap = theme.px(Space.NEAR)
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight, bar)
        row.setContentsMargins(theme.px(Space.GUTTER), theme.px(6), gap, gap)
        row.setSpacing(gap)
        row.addWidget(self.segments, 1)
        row.addWidget(self._day_asked(bar), 0)

        def fit() -> None:
            # large text on a small screen: the day goes below the views
            down = theme.scale >= LARGE
            row.setDirection(QBoxLayout.Direction.TopToBottom if down else QBoxLayout.Direction.LeftToRight)

        theme.changed.connect(fit)
        fit()
        return bar

    def _day_asked(self, parent: QWidget) -> QWidget:
        theme, holder = self.theme, QWidget(parent)
        row = in_row(holder, gap=theme.px(Space.NEAR))
        self.day = QLineEdit(holder)
        self.day.setAccessibleName("The day to show: today, -1, 15/11")
        self.day.setToolTip("Today, or a day gone by at its end: today, -1, 15/11. Enter shows it.")
        self.day.setPlaceholderText("today, -1, 15/11")
        self.day.setFixedWidth(theme.px(132))
        theme.changed.connect(lambda: self.day.setFixedWidth(theme.px(132)))
        self.day.editingFinished.connect(self._day_typed)
        self.today = push_button("Today", do=lambda: self.show_day(None), parent=holder)
        self._wrong = label("", "problem", parent=holder)
        for widget in (label("Day", "muted", parent=holder), self.day, self.today, self._wrong):
            row.addWidget(widget)
        row.addStretch(1)
        return holder

    # ------------------------------------------------------------------- data

    def load(self) -> None:
        if self._on is None:
            self.ask(read_situation, partial(self._take, None))
        elif self._situation is not None and self._situation.day == self._on:
            self.settle()  # what is over needn't be told from the record again each minute
        else:
            self.services.run_long(
                partial(read_back, on=self._on),
                partial(self._take, self._on),
                words=f"Reading the record back to {day_words(self._on, year=True)}",
                failed=partial(self._not_shown, self._on),
                cancelled=partial(self._not_shown, self._on, None),
                aside=True,
            )

    def _take(self, on: date | None, situation: Situation) -> None:
        if on != self._on:
            return  # another day was asked for meanwhile
        before, self._situation = self._situation, situation
        # the others follow when they come to the front
        self._unfilled = set(self._made)
        self._fill(self.shown_view)
        self._ask_pictures()
        self._ask_projection()
        if not self.day.isModified():
            self.day.setText(day_words(situation.day, year=True))
        self.today.setEnabled(self._on is not None)
        words = " · ".join(f"{self._all(row)} {said}" for said, row in IN_HEADER.items())
        self.summary.emit(f"{words} · at the end of the day" if situation.is_past else words)
        self._count_again(before)
        self.settle()

    @property
    def shown_view(self) -> str:
        """The key of the view in front."""
        return next(key for key, view in self._made.items() if view is self._stack.currentWidget())

    def _fill(self, key: str) -> None:
        """Brings a view up to date, unless it is."""
        if self._situation is not None and key in self._unfilled:
            self._unfilled.remove(key)
            self._made[key].show_situation(self._situation)

    def _not_shown(self, on: date, why: UserError | None) -> None:
        """That day can't be told, or needn't: what is shown stays."""
        if on == self._on:
            shown = self._situation
            self._on = shown.day if shown is not None and shown.is_past else None
            self._wrong.setText(why.sentence if why is not None else "")
            self.settle()

    def _all(self, name: str) -> str:
        return self._everybody(name).figure.shown

    def _everybody(self, name: str) -> Chosen:
        """The figure of all pathways in this row of the people in hospital."""
        assert self._situation is not None
        table = self._situation.table("pathway")
        row = next(row for row in table.rows if row.label == name)
        return of_table(table, row, len(row.figures) - 1)

    def opening_of(self, count: str) -> Callable[[], object] | None:
        row = IN_HEADER.get(count.partition(" ")[2])
        if self._situation is None or row is None or not self._everybody(row).figure.who:
            return None
        return partial(self._list_everybody, row)

    def _list_everybody(self, row: str) -> None:
        """Lists whom a count beside the title counts."""
        self.show_view("people")
        self._choose(self._everybody(row))
        self.toggle_detail(True)
        self.counted.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def shown(self) -> Situation | None:
        """The figures that are shown; None until they are read."""
        return self._situation

    def wrong(self) -> str:
        """What is said of a day that can't be shown."""
        return self._wrong.text()

    def show_view(self, key: str) -> None:
        """Brings a view to the front."""
        view = self.view(key)
        self.segments.show_choice(key)
        self._fill(key)
        self._stack.setCurrentWidget(view)
        # its figures count nobody by name, and it needs the room
        self.splitter.show_pane("figures")
        self.splitter.set_there("counted", key not in ("pictures", "projection"))
        self._ask_pictures()
        self._ask_projection()
        self.commands.review()

    @property
    def pictures(self) -> PicturesView:
        """The view of reports with pictures: it is asked for by itself, while it is in front."""
        view = self.view("pictures")
        assert isinstance(view, PicturesView)
        return view

    def _ask_pictures(self) -> None:
        if self._situation is not None and self.shown_view == "pictures":
            self.ask(self.pictures.question(self._situation), self._take_pictures, replaces="pictures")

    def _take_pictures(self, found: Pictures) -> None:
        self.pictures.take(found)
        self.settle()

    @property
    def projection(self) -> ProjectionView:
        """The view of the days to come: it is worked out aside, while it is in front."""
        view = self.view("projection")
        assert isinstance(view, ProjectionView)
        return view

    def _ask_projection(self) -> None:
        shown = self._situation
        if shown is not None and not shown.is_past and self.shown_view == "projection":
            asked = self.projection.assumptions()
            self.services.use_aside(
                self.projection.question(), partial(self._take_projection, asked), words="Working it out"
            )

    def _take_projection(self, asked: Assumptions, found: Foretold) -> None:
        if asked == self.projection.assumptions():  # else another is worked out already
            self.projection.take(found)
            self.settle()

    def show_day(self, on: date | None) -> None:
        """Shows a day gone by at its end, or today as it is."""
        self._on = None if on == self.services.today() else on
        self.day.setModified(False)
        self._wrong.setText("")
        self.load()

    def _day_typed(self) -> None:
        text, today = self.day.text(), self.services.today()
        on = typed_day(text, today=today)
        if on is None or on > today:
            self._wrong.setText("Not a day that is over." if on is not None else "This isn't a date.")
        elif self._situation is None or on != self._situation.day:
            self.show_day(on)
        else:
            self._wrong.setText("")

    # ---------------------------------------------------------------- figures

    def _choose_in(self, view: View, chosen: Chosen) -> None:
        """A view that isn't in front is only brought up to date: nobody chose anything there."""
        if self._stack.currentWidget() is view:
            self._choose(chosen)
            if self.splitter.shares and view.isAncestorOf(self.window().focusWidget() or self):
                # pressed by somebody: whom it counts is what they want to see
                self.splitter.show_pane("counted")
                self.counted.table.setFocus()

    def _choose(self, chosen: Chosen) -> None:
        assert self._situation is not None
        known, figure = self._situation.counted[chosen.figure.of], chosen.figure
        self._chosen = chosen
        self.counted.show_counted(
            chosen.title, chosen.about, figure.of, [known[name] for name in figure.who if name in known]
        )
        self.commands.review()

    def _count_again(self, before: Situation | None) -> None:
        """The list beside the figures follows the figure that was chosen; of another day none is."""
        chosen, now = self._chosen, self._situation
        if chosen is None or now is None:
            return
        same_day = before is not None and (before.day, before.is_past) == (now.day, now.is_past)
        again = chosen.in_table(now) if same_day else None
        if again is not None:
            self._choose(again)
        else:
            self._chosen = None
            self.counted.nothing()

    # --------------------------------------------------------------- commands

    def bind(self) -> None:
        bind = self.commands.bind
        bind("situation.save", lambda: self._save(only_return=False), why_not=self._why_not_yet)
        bind("situation.save_return", lambda: self._save(only_return=True), why_not=self._why_not_yet)
        bind("situation.open", self.counted.open_current, why_not=self._why_not_open)
        bind("situation.hospital", self._describe, why_not=self._why_not_describe)
        bind("situation.today", lambda: self.show_day(None))
        bind("situation.before", self._day_before, why_not=self._why_not_yet)

    def _save(self, *, only_return: bool) -> None:
        assert self._situation is not None
        ask_and_save(self.window(), self.services, self._situation, only_return=only_return)

    @property
    def returned(self) -> ReturnView:
        """The view of the daily return."""
        view = self.view("return")
        assert isinstance(view, ReturnView)
        return view

    def _describe(self) -> None:
        assert self._situation is not None
        open_elsewhere(self, "preferences.hospital", self._situation.undescribed[0].code)

    def _why_not_describe(self) -> str:
        if self._situation is None:
            return self._why_not_yet()
        return "" if self._situation.undescribed else "Every hospital of the return is described."

    def _day_before(self) -> None:
        assert self._situation is not None
        self.show_day(date.fromordinal(self._situation.day.toordinal() - 1))

    def _why_not_yet(self) -> str:
        return "" if self._situation is not None else "The figures are still being read."

    def _why_not_open(self) -> str:
        return "" if self.counted.current() is not None else "Press a number, and choose one of the list."

    # ------------------------------------------------------------------ frame

    def pick(self, key: str) -> bool:
        """Brings the view of that key to the front, or the report with a picture of that key."""
        if any(spec.key == key for spec in VIEWS):
            self.show_view(key)
            return True
        return self.shown_view == "pictures" and self.pictures.show_chart(key)

    def focus_first(self) -> None:
        view = self._stack.currentWidget()
        assert isinstance(view, View)
        view.take_focus()

    def printed_table(self) -> TableView | None:
        """The list of whom a figure counts, where the focus is in it; else the view's own table."""
        if self.counted.table.hasFocus():
            return self.counted.table
        view = self._stack.currentWidget()
        assert isinstance(view, View)
        return view.table()

    def printed_pages(self) -> Callable[[QPagedPaintDevice], object] | None:
        """All reports with pictures, where they are in front."""
        if self.shown_view != "pictures":
            return None
        user = self.services.user
        return self.pictures.printed_pages(f"printed by {user.name}" if user is not None else "")

    def printed_text(self) -> QTextDocument | None:
        """The whole of the Situation, unless a table is in front; the projection where that is."""
        if self._situation is None or self.printed_table() is not None:
            return None
        user = self.services.user
        who = f"printed by {user.name}" if user is not None else ""
        if self.shown_view == "projection" and (found := self.projection.found) is not None:
            title, whose = heading(self._situation, "Projection"), (self._situation.hub, who)
            return printed_tables(title, found.tables, found.notes, whose=whose, theme=self.theme)
        return printed(self._situation, who=who, theme=self.theme)

    def prints_more(self) -> bool:
        has_text = self._situation is not None and self.printed_table() is None
        return has_text or self.printed_pages() is not None

    def copy(self) -> None:
        """Copies the list of whom the chosen figure counts."""
        table = self.printed_table() or self.counted.table
        if not table.selected_rows():
            table.selectAll()
        table.copy()

    def toggle_detail(self, shown: bool, /) -> None:
        if self.splitter.shares:
            self.splitter.show_pane("counted" if shown else "figures")
            return
        sizes = self.splitter.sizes()
        if shown != bool(sizes[1]):
            total = sum(sizes)
            wide = min(self.theme.px(380), total // 2)
            self.splitter.setSizes([total - wide, wide] if shown else [total, 0])

    def detail_shown(self) -> bool | None:
        return self.splitter.is_open("counted") if self.splitter.is_there("counted") else None


__all__ = ["VIEWS", "ReportsPage", "ViewSpec"]
