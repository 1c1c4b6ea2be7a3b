"""Map: where settings are and the person lives, which of them would do, and how far they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtWidgets import (
    QSplitter,
    QWidget,
)

from discharge.exchange.boundaries import Boundaries
from discharge.model.errors import UserError
from discharge.words import terms
from discharge.words.counts import count_words
from ui.frame.page import Page
from ui.frame.why import WhyFinder
from ui.map.boundaries import BoundaryFile
from ui.map.content import Home, Plot
from ui.map.detail import show_site
from ui.map.facts import MapFacts, read_map
from ui.map.lists import Legend, PeopleTable
from ui.map.symbols import Suits
from ui.map.view import STEP, MapView
from ui.map.words import (
    PersonLine,
    SiteLine,
    lines_of,
    mark_of,
    person_columns,
    site_columns,
    site_tip,
)
from ui.models.table import Prepared, RowsModel
from ui.theme.scale import Space
from ui.widgets.button import push_button
from ui.widgets.detail import DetailPane
from ui.widgets.empty import EmptyState
from ui.widgets.layouts import alone_in_row, in_column, in_row
from ui.widgets.panes import Panes
from ui.widgets.search import Choice, FilterChips, seek_line
from ui.widgets.tall_table import TallTable
from ui.widgets.text import SectionHeading, label
from ui.words.people import standing
from ui.words.settings import is_free, is_open
from ui.words.who import number_words, told_apart
from ui.work.planning import Why

if TYPE_CHECKING:
    from discharge.model.shown.settings import SettingPage
    from discharge.store.ask.queries import Queries

Ready = TypeVar("Ready")


AT_ONCE = 3_000
"""So many settings are listed and drawn at once; more are got ready in the store's thread."""
LEGEND_FROM = 560
"""A page of so many pixels at 100 % has room for the legend below the map."""


class MapPage(Page):
    """Who waits at the left, the map, and at the right the settings by distance."""

    name, title, search_hint = "map", "Map", "Name, number or ward"
    concerns = frozenset({"patients", "settings", "plans", "placements", "hub"})

    # ----------------------------------------------------------------- layout

    def build(self) -> Iterator[None]:
        theme = self.theme
        self._facts: MapFacts | None = None
        self._why: Why | None = None
        self._failed = ""
        self._card: SettingPage | None = None
        self._person = ""
        self._busy = self._settles = self._begins = self._selects = False
        self.finder = WhyFinder(self.services, parent=self)
        self.finder.found.connect(self._why_found)
        self.finder.lost.connect(self._why_lost)
        self.boundaries = BoundaryFile(self.services, self._show_ground)
        self._sought_boundaries = False
        kept = self.services.settings.value("map/legend")
        self._legend_wanted: bool | None = None if kept is None else str(kept).lower() == "true"
        now = self.services.now
        self.people_model: RowsModel[PersonLine] = RowsModel(
            person_columns(lambda row: standing(row, now=now())),
            key=lambda line: line.row.id,
            search=lambda line: f"{number_words(line.row)} {line.row.nhs_number or ''} {line.row.id}",
            parent=self,
        )
        self.model: RowsModel[SiteLine] = RowsModel(
            site_columns(), key=lambda line: line.id, search=_site_text, parent=self
        )
        self.splitter = Panes(
            [("people", "Who waits", 200), ("map", "Map", 340), ("sites", "Settings", 240)],
            theme=theme,
            first="map",
            parent=self,
        )
        for column in (self._people_column, self._map_column, self._sites_column):
            self.splitter.addWidget(column())
            yield
        for at, share in enumerate((1, 5, 2)):
            self.splitter.setStretchFactor(at, share)
        self.splitter.setCollapsible(1, False)
        self.splitter.setSizes([theme.px(230), theme.px(590), theme.px(380)])
        near = theme.px(Space.NEAR)
        outer = in_column(self, gap=0)
        outer.addLayout(alone_in_row(self.splitter.switch, around=(near, 0, near, theme.px(Space.TIGHT))))
        outer.addWidget(self.splitter, 1)
        self.keep_splitter("columns", self.splitter)
        self.keep_splitter("beside", self.beside)
        self.keep_table("people", self.people)
        self.keep_table("sites", self.table)
        self._wire()

    def _wire(self) -> None:
        self._reveal = QTimer(self, singleShot=True, interval=0)
        self._reveal.timeout.connect(lambda: self.table.scrollTo(self.table.currentIndex()))
        self._tell = QTimer(self, singleShot=True, interval=0)
        self._tell.timeout.connect(self._show_detail)
        self._tell.timeout.connect(self.commands.review)
        self._pause = QTimer(self, singleShot=True, interval=25)
        self._pause.timeout.connect(self._show_person)
        self.people.picked.connect(lambda _line: self._pause.start())
        self.people.opened.connect(lambda _line: self.table.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.table.picked.connect(self._site_picked)
        self.table.opened.connect(lambda line: self._open(line.id))
        self.model.rearranged.connect(self._show_marks)
        self.view.picked.connect(self._mark_picked)
        self.view.opened.connect(self._open)
        self.view.left.connect(self.table.setFocus)
        self.detail.left.connect(self.table.setFocus)

    def _people_column(self) -> QWidget:
        # each widget is made in its place: Qt dresses all that a widget holds again whenever it gets another
        holder = QWidget(self.splitter)
        self.people = PeopleTable(self.people_model, theme=self.theme, name="Who waits", parent=holder)
        column = in_column(holder, gap=self.theme.px(Space.TIGHT))
        column.addWidget(self.people, 1)
        self.people_note = label("", "muted", wrap=True)
        self.people_note.setContentsMargins(self.theme.px(Space.NEAR), 0, 0, 0)
        self.people_note.hide()
        column.addWidget(self.people_note)
        self.nobody = push_button("Choose nobody", tip="Show all settings without a person", kind="link")
        self.nobody.setEnabled(False)
        self.nobody.clicked.connect(self.choose_nobody)
        column.addWidget(self.nobody, 0, Qt.AlignmentFlag.AlignLeft)
        holder.setMinimumWidth(self.theme.px(150))
        return holder

    def _map_column(self) -> QWidget:
        theme = self.theme
        holder = QWidget(self.splitter)
        self.view = MapView(theme=theme, says=self._tip, parent=holder)
        column = in_column(holder, gap=theme.px(Space.NEAR))
        self.chips = FilterChips(
            [
                ("free", [Choice("free", "Free beds", lambda line: is_free(line.site.row), "Tonight")]),
                ("open", [Choice("open", "Open", lambda line: is_open(line.site.row))]),
                ("designated", [Choice("designated", "Designated", _is_designated)]),
                (
                    "place",
                    [
                        Choice(
                            "none",
                            "Not on the map",
                            lambda line: line.site.place is None,
                            "No latitude and longitude on record",
                            passing=True,
                        )
                    ],
                ),
                ("suits", [Choice("would", "Would do", _would_do, "Nothing stands against it")]),
            ],
            theme=theme,
        )
        self.chips.chosen.connect(self.model.narrow_by)
        bar = in_row(around=(theme.px(Space.NEAR), theme.px(6), theme.px(Space.NEAR), 0))
        bar.addWidget(self.chips, 1)
        column.addLayout(bar)
        self.view.offer(
            [self.commands.action(f"map.{what}") for what in ("nearer", "farther", "fit", "legend")]
        )
        self.empty = EmptyState(
            "No setting has a place on the map",
            "Settings come on it with their latitude and longitude: import the CQC directory, or amend them.",
            theme=theme, icon="map", button="Import homes…",
        )  # fmt: skip
        self.empty.pressed.connect(lambda: self.commands.do("import.homes"))
        self.empty.hide()
        column.addWidget(self.empty)
        column.addWidget(self.view, 1)
        self.legend = Legend(theme=theme, parent=holder)
        column.addWidget(self.legend)
        return holder

    def toggle_legend(self) -> None:
        """Shows the legend below the map, or puts it away; remembered."""
        self._legend_wanted = self.legend.isHidden()
        self._fit_legend()

    def _fit_legend(self) -> None:
        """Unless the user has said otherwise, the legend is there where it leaves room for the map."""
        wanted = self._legend_wanted
        shown = wanted if wanted is not None else self.height() >= self.theme.px(LEGEND_FROM)
        self.legend.setVisible(shown and not self.view.isHidden())
        self.commands.action("map.legend").setChecked(shown)

    def resized(self) -> None:
        self._fit_legend()

    def remember(self) -> None:
        super().remember()
        if self._legend_wanted is not None:
            self.services.settings.setValue("map/legend", self._legend_wanted)

    def _sites_column(self) -> QWidget:
        theme = self.theme
        self.beside = QSplitter(Qt.Orientation.Vertical, self.splitter)
        upper = QWidget(self.beside)
        self.table = TallTable(self.model, theme=theme, name="Settings by distance", parent=upper)
        self.table.set_menu(self.commands.row_menu(self.name, self.table))
        self.table.sort_by("km")
        self.detail = DetailPane(theme=theme, name="The setting", parent=self.beside)
        self.detail.setMinimumWidth(theme.px(200))
        column = in_column(upper, gap=theme.px(Space.TIGHT))
        above = in_row(around=(theme.px(Space.NEAR), 0, theme.px(Space.NEAR), 0))
        self.heading = SectionHeading("Settings", theme=theme)
        above.addWidget(self.heading)
        column.addLayout(above)
        seeking = in_row(around=(theme.px(Space.NEAR), 0, theme.px(Space.NEAR), 0))
        self.seek = seek_line("Setting, area or reason", "Find a setting, an area or a reason", self.model)
        seeking.addWidget(self.seek)
        column.addLayout(seeking)
        self.note = label("", "muted", wrap=True)
        self.note.setContentsMargins(theme.px(Space.NEAR), theme.px(Space.TIGHT), theme.px(Space.NEAR), 0)
        column.addWidget(self.note)
        column.addWidget(self.table, 1)
        self.beside.addWidget(upper)
        self.beside.addWidget(self.detail)
        self.beside.setSizes([theme.px(300), theme.px(340)])
        self.beside.setChildrenCollapsible(False)
        self.beside.setMinimumWidth(theme.px(200))
        return self.beside

    # --------------------------------------------------------------- commands

    def bind(self) -> None:
        bind = self.commands.bind
        bind("map.boundaries", lambda: self.boundaries.choose(self), why_not=self._why_no_reading)
        bind("map.plain", self.boundaries.forget, why_not=self._why_no_boundaries)
        bind("map.nearer", lambda: self.view.zoom(STEP))
        bind("map.farther", lambda: self.view.zoom(1 / STEP))
        bind("map.fit", self.view.fit)
        bind(
            "map.person", self.view.go_home, why_not=lambda: "" if self._person else "Choose a person first."
        )
        bind("map.nobody", self.choose_nobody, why_not=lambda: "" if self._person else "Nobody is chosen.")
        bind("map.legend", self.toggle_legend)
        bind("map.open", self._open_current, why_not=self._why_no_setting)

    def _why_no_reading(self) -> str:
        return "Boundaries are being read." if self.boundaries.is_reading else ""

    def _why_no_boundaries(self) -> str:
        return "" if self.boundaries.path is not None else "No boundaries are drawn."

    def _why_no_setting(self) -> str:
        return "" if self.current() is not None else "Choose a setting first."

    def current(self) -> SiteLine | None:
        """The setting that is chosen."""
        line: SiteLine | None = self.table.current_row()
        return line

    def _open_current(self) -> None:
        line = self.current()
        if line is not None:
            self._open(line.id)

    def _open(self, setting: str) -> None:
        self.services.go("settings", setting)

    # ------------------------------------------------------------------- data

    def load(self) -> None:
        if not self._sought_boundaries:
            self._sought_boundaries = True
            self.boundaries.recall()
        self.ask(self._read, self._take)

    def _read(self, queries: Queries) -> tuple[MapFacts, Prepared[PersonLine]]:
        """In the store's thread."""
        facts = read_map(queries)
        return facts, self.people_model.prepare(facts.people)

    def _take(self, found: tuple[MapFacts, Prepared[PersonLine]]) -> None:
        facts, people = found
        self._facts = facts
        self.people_model.reload(people)
        self._settles = True
        self._show_person()
        placed = facts.placed
        lost = len(facts.sites) - placed
        said = count_words(placed, "setting")
        self.summary.emit(f"{said} · {lost:,} without a place on the map" if lost else said)
        self.people_note.setText("Nobody waits." if not facts.people else "")
        self.people_note.setVisible(not facts.people)
        self.empty.setVisible(placed == 0)
        self.view.setVisible(placed > 0)
        self._fit_legend()

    def _show_ground(self, found: Boundaries | None) -> None:
        self.view.set_ground(found.areas if found is not None else ())
        self.commands.review()

    def person(self) -> PersonLine | None:
        """Who is chosen."""
        line: PersonLine | None = self.people.current_row()
        return line

    def choose_nobody(self) -> None:
        """Shows all settings, for nobody in particular."""
        self.people.clearSelection()
        self.people.setCurrentIndex(QModelIndex())
        self.people.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_person()

    def _show_person(self) -> None:
        facts, person = self._facts, self.person()
        if facts is None:
            return
        before, self._person = self._person, person.row.id if person is not None else ""
        self._failed = ""
        self._why = None
        if person is not None and facts.plan is not None:
            self._why = self.finder.known(facts.plan, self._person)
            if self._why is None:
                self.finder.find(facts.plan, self._person)
        self._show(begins=self._person != before)
        self.nobody.setEnabled(person is not None)
        self.commands.review()

    def _begin_at_the_top(self, person: PersonLine | None) -> None:
        """Somebody else is chosen: their place is, and the list begins with the nearest."""
        for setting in person.goes_to if person is not None else ():
            if self.table.pick(setting):
                break
        else:
            self.table.clearSelection()
            self.table.setCurrentIndex(QModelIndex())
        self.table.scrollToTop()

    def _why_found(self, plan: str, patient: str, why: Why) -> None:
        if self._facts is not None and plan == self._facts.plan and patient == self._person:
            self._why = why
            self._show()

    def _why_lost(self, _plan: str, patient: str, error: UserError) -> None:
        if patient == self._person:
            self._failed = str(error)
            self._show()

    def _show(self, *, begins: bool = False) -> None:
        """The list and the map for whoever is chosen; `begins`: it was somebody else before."""
        facts, person, why = self._facts, self.person(), self._why
        assert facts is not None  # asked by those who call
        whys = None
        if person is not None:
            whys = {each.setting: each for each in why.settings} if why is not None else {}
        lines = partial(
            lines_of,
            facts.sites,
            home=person.home if person is not None else None,
            goes_to=person.goes_to if person is not None else (),
            whys=whys,
            against=person.against if person is not None else {},
        )
        self._begins = self._begins or begins
        self._get_ready(lambda: self._listed(lines()), partial(self._list, person, why), "lines")

    def _get_ready(self, work: Callable[[], Ready], then: Callable[[Ready], object], what: str) -> None:
        """Does what touches no widget: with many settings in the store's thread, as the window would stand
        still, and shown in one turn and painted in the next. Of several of one kind the last counts.
        """

        def show(ready: Ready) -> None:
            self.filling.begin()
            then(ready)

        if self._facts is not None and len(self._facts.sites) > AT_ONCE:
            self.ask(lambda _queries: work(), show, replaces=what)
        else:
            then(work())

    def _listed(self, lines: list[SiteLine]) -> tuple[Prepared[SiteLine], int]:
        """The list, and how many of it would do."""
        return self.model.prepare(lines), sum(line.suits is Suits.WOULD_DO for line in lines)

    def _list(
        self, person: PersonLine | None, why: Why | None, found: tuple[Prepared[SiteLine], int]
    ) -> None:
        lines, would = found
        self._busy = True
        self.model.reload(lines)
        self._busy = False
        is_near = person is not None and person.home is not None
        self.heading.set_title("Nearest first" if is_near else "Settings")
        knows = person is not None and why is not None and bool(why.settings)
        self.heading.set_remark(f"{would} would do" if knows else "")
        self.note.setText(self._note(person))
        self.note.setVisible(bool(self.note.text()))
        self.chips.show_choice("suits", "would", shown=person is not None)
        self.legend.show_for(of_person=why is not None)
        if self._begins:
            self._begins = False
            self._begin_at_the_top(person)
            self._selects = True
        self._show_detail()
        self._show_marks()
        if self._settles:
            self._settles = False
            self.settle()

    def _note(self, person: PersonLine | None) -> str:
        facts = self._facts
        if person is None or facts is None:
            return ""
        said = []
        if person.home is None:
            said.append("Where they live isn't on record: no distances.")
        if person.going is not None and person.going.placement is not None:
            stopped = next(iter(person.against.values()), "")
            said.append(stopped or f"They go by placement {person.going.placement}.")
        elif facts.plan is None:
            said.append("There is no plan yet: plan on the page Match, then the map shows what would do.")
        elif self._failed:
            said.append(self._failed)
        elif self._why is None:
            said.append("Looking at every setting …")
        elif not self._why.settings:
            said.append(f"They aren't in plan {facts.plan}: plan again, then the map shows what would do.")
        elif facts.outdated:
            said.append(f"As plan {facts.plan} has it; something was recorded since.")
        return " ".join(said)

    def _show_marks(self) -> None:
        """The map shows what the list does."""
        facts = self._facts
        if facts is None or self._busy:
            return
        shown, gather = self.model.shown(), self.view.gathers()

        def plotted() -> Plot:
            plot = Plot([mark for line in shown if (mark := mark_of(line)) is not None])
            gather(plot)
            return plot

        self._get_ready(plotted, partial(self._draw, facts), "marks")

    def _draw(self, facts: MapFacts, plot: Plot) -> None:
        self.view.set_plot(plot, facts.names)
        person = self.person()
        if person is None:
            self.view.set_home(None)
        else:
            self.view.set_home(
                Home(told_apart(person.row.name, person.row.who), person.home, person.goes_to, person.reach)
            )
        if self._selects:
            # where it stands wasn't known yet when it was chosen
            self._selects = False
            current = self.current()
            self.view.select(current.id if current is not None else "")

    # ----------------------------------------------------------------- setting

    def _site_picked(self, line: SiteLine | None) -> None:
        self.view.select(line.id if line is not None else "")
        # the map is painted anew first
        self._tell.start()

    def _tip(self, setting: str) -> str:
        line = self.model.row_at(self.model.place_of(setting))
        return site_tip(line) if line is not None else ""

    def _mark_picked(self, setting: str) -> None:
        self.table.pick(setting)

    def _show_detail(self) -> None:
        line = self.current()
        # without a setting the list has all the room
        if self.detail.isHidden() == (line is not None):
            self.detail.setVisible(line is not None)
            self._reveal.start()
        if line is None:
            self.detail.nothing("No setting chosen", "Choose one on the map or in the list.")
            return
        if self._card is None or self._card.row.id != line.id:
            self._card = None
        self._show_card()
        setting = line.id
        self.ask(lambda queries: queries.setting(setting), self._card_read, replaces="map/card")

    def _card_read(self, card: SettingPage) -> None:
        line = self.current()
        if line is not None and line.id == card.row.id and card != self._card:
            self._card = card
            self._show_card()

    def _show_card(self) -> None:
        line, person = self.current(), self.person()
        if line is None:
            return
        show_site(
            self.detail, line, services=self.services,
            who=told_apart(person.row.name, person.row.who) if person else "",
            reach=person.reach if person else None,
            card=self._card, commands=[self.commands.action("map.open")],
        )  # fmt: skip

    # ------------------------------------------------------------------- frame

    def focus_first(self) -> None:
        self.people.setFocus(Qt.FocusReason.OtherFocusReason)

    def opening_of(self, count: str) -> Callable[[], object] | None:
        said = count.partition(" ")[2]
        chips = {"without a place on the map": ["place/none"], "setting": [], "settings": []}.get(said)
        return None if chips is None else partial(self._show_only, chips)

    def _show_only(self, chips: Sequence[str]) -> None:
        self.seek.clear()
        self.chips.set_on(chips)
        self.splitter.show_pane("sites")
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.pick_first()

    def look_for(self, text: str) -> None:
        self.people_model.look_for(text)

    def pick(self, key: str) -> bool:
        """A person's id, or a setting's."""
        return self.people.pick(key) or self.table.pick(key)

    def copy(self) -> None:
        """Copies the settings as they are listed."""
        if not self.table.selected_rows():
            self.table.selectAll()
        self.table.copy()


def _is_designated(line: SiteLine) -> bool:
    return bool(line.site.row.designated_units)


def _would_do(line: SiteLine) -> bool:
    return line.suits in (Suits.WOULD_DO, Suits.PROPOSED, Suits.FORBIDDEN)


def _site_text(line: SiteLine) -> str:
    row = line.site.row
    return f"{row.local_authority or ''} {row.postcode} {terms.SETTING_TYPES[row.type]}"
