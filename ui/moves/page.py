"""Moves: every placement with its next step and clock, as a table, a board or a timeline.

The table's model is what all three show, filtered and searched alike; the table's current row is the page's,
whichever view is in front.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from discharge.model.approving import ACCEPT, RELEASE
from discharge.model.people import User
from discharge.model.placement import HOLDS_BED, NextStep, PlacementState
from discharge.model.shown.placements import IsolationEnd, MoveRow, PlacementPage
from discharge.model.shown.timeline import TimelineFacts
from discharge.words import terms
from discharge.words.counts import count_words, sentence_case
from discharge.words.days import day_words
from ui.frame.action_form import ActionForm
from ui.frame.send_file import who_can_answer
from ui.frame.table_page import TablePage
from ui.frame.take_back import TakeBackForm
from ui.models.table import Column, Prepared
from ui.moves.accept import AcceptForm
from ui.moves.bars import asked_of
from ui.moves.book import BookForm
from ui.moves.decline import DeclineForm, NoAnswerForm
from ui.moves.detail import MoveDetail, asks
from ui.moves.end import EndForm, NotReleasedForm, OnwardForm, ReleaseForm, WithdrawForm
from ui.moves.ends import IsolationEnds
from ui.moves.happened import HappenedForm
from ui.moves.journey import ArriveForm, DepartForm, MoveOnForm
from ui.moves.papers import PapersForm, TransportForm
from ui.moves.review import ReviewForm, read_review
from ui.moves.send import SendOfferForm, SendReleaseForm
from ui.moves.several_papers import SeveralPapersForm, paper_for
from ui.moves.tell import TellForm
from ui.moves.tell_several import TellSeveralForm, told_with
from ui.moves.views import BOARD, HOMES, TABLE, TIMELINE, MoveViews
from ui.widgets.layouts import in_grid
from ui.widgets.search import Choice
from ui.widgets.table import TableView
from ui.widgets.who import who_columns
from ui.words.moves import (
    block_of,
    due_and_distance,
    isolation_words,
    next_status,
    next_stay,
    state_status,
    steps_of,
    where_words,
    why_not_step,
)
from ui.words.who import alike_status

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

WEEK = 7
LOW = 560
"""Below this height, in pixels at 100 %, the placements take the room of the week's ends."""

FORMS: dict[str, Callable[..., ActionForm]] = {
    "tell": TellForm,
    "accept": AcceptForm,
    "decline": DeclineForm,
    "no_answer": NoAnswerForm,
    "book": BookForm,
    "depart": DepartForm,
    "arrive": ArriveForm,
    "release": ReleaseForm,
    "not_released": NotReleasedForm,
    "onward": OnwardForm,
    "move_on": MoveOnForm,
    "end": EndForm,
    "withdraw": WithdrawForm,
    "happened": HappenedForm,
    "take_back": TakeBackForm,
}


Found = tuple[Prepared[MoveRow], Sequence[IsolationEnd], TimelineFacts | None]


class MovesPage(TablePage[MoveRow]):
    """A table by urgency, a board, a timeline; the detail has the buttons for exactly the next steps."""

    name, title, search_hint = "moves", "Moves", "Name, setting or ward"
    concerns = frozenset({"placements", "patients", "settings", "hub"})
    grows_old = True
    detail_name, empty_icon = "The placement", "moves"

    # ----------------------------------------------------------------- table

    def columns(self) -> Sequence[Column[MoveRow]]:
        now = self.services.now
        return (
            Column(
                key="next", title="Next step", status=lambda row: next_status(row, now=now()), width=14,
                fits="Next place can't be",
                sort=lambda row: (block_of(row) is None, not row.overdue, row.next_step.value),
            ),
            Column(
                key="due", title="Due", text=lambda row: due_and_distance(row, now=now()), width=14,
                sort=lambda row: row.due, tip=lambda row: row.next_sentence, found=False,
            ),
            Column(
                key="person", title="Person", text=lambda row: row.patient_name, strong=True, width=15,
                status=lambda row: alike_status(row.patient_name, row.who),
            ),
            Column(
                key="where", title="Where", text=where_words, tip=where_words, width=20, stretch=True,
            ),
            Column(
                key="state", title="State", width=12, fits="On the way: stop",
                status=lambda row: state_status(
                    row.state, row.flags, sentence=sentence_case(row.state.words)
                ),
            ),
            Column(
                key="isolation", title="Isolates until", status=lambda row: isolation_words(row, now=now()),
                width=14, text=lambda row: status.word if (status := isolation_words(row, now=now())) else "",
                sort=lambda row: row.isolation_end, found=False,
            ),
            Column(
                key="start", title="Start", text=lambda row: day_words(row.stays[0].start), width=10,
                sort=lambda row: row.stays[0].start, shown=False,
            ),
            Column(key="phone", title="Phone", text=lambda row: next_stay(row).phone, width=14, shown=False),
            Column(
                key="priority", title="Priority", text=lambda row: terms.PRIORITIES[row.priority], width=12,
                sort=lambda row: row.priority, shown=False,
            ),
            Column(key="ward", title="Ward", text=lambda row: row.ward, width=10, shown=False),
            Column(
                key="authority", title="Authority", text=lambda row: row.authority or "not known", width=12,
                shown=False,
            ),
            *who_columns(lambda row: row.who),
        )  # fmt: skip

    def key(self, row: MoveRow) -> str:
        return row.id

    def search_text(self, row: MoveRow) -> str:
        return asks(row)

    def filters(self) -> Sequence[tuple[str, Sequence[Choice]]]:
        return (
            (
                "urgency",
                [
                    Choice("overdue", "Overdue", lambda row: row.overdue),
                    Choice("stopped", "Can't go on", _is_stopped, "A rule is broken"),
                ],
            ),
            (
                "where",
                [
                    Choice("offers", "Offers", _is_offer, "Told, or to be told; the answer awaited"),
                    Choice("journeys", "Journeys", _is_journey, "To be booked, booked, on the way"),
                    Choice("there", "In a setting", lambda row: row.state is PlacementState.ARRIVED),
                    Choice("over", "Over", lambda row: not row.state.is_active, "Ended, declined, withdrawn"),
                ],
            ),
            (
                "changed",
                [
                    Choice(
                        "since",
                        "Since yesterday",
                        lambda row: row.id in self._changed or row.patient in self._changed,
                        "Something was recorded about the placement or the person yesterday or today",
                    )
                ],
            ),
        )

    def fetch(self, queries: Queries) -> Sequence[MoveRow]:
        self._changed = queries.changed_since_yesterday()
        rows = queries.moves(over=self._with_over)
        self._said = _in_short(rows)
        return rows

    def empty_words(self) -> tuple[str, str, str]:
        return (
            "Nobody is on the way",
            "Placements come here once an LA lead has approved them.",
            "",
        )

    def summary_words(self, rows: Sequence[MoveRow]) -> str:
        del rows  # counted where they are read: a large hub has many
        return self._said

    def count_chips(self, count: str) -> Sequence[str] | None:
        found: dict[str, list[str]] = {
            "placement": [],
            "placements": [],
            "overdue": ["urgency/overdue"],
            "can't go on": ["urgency/stopped"],
        }
        return found.get(count.partition(" ")[2])

    # ---------------------------------------------------------------- layout

    def build(self) -> Iterator[None]:
        self._with_over, self._is_sealed = False, False
        self._signs: Mapping[str, str] = {}
        self._changed = frozenset()
        self._said = ""
        yield from super().build()
        yield
        self._page: PlacementPage | None = None
        self._filler = MoveDetail(
            self.detail, theme=self.theme, now=self.services.now, steps=self._steps_shown
        )  # fmt: skip
        self.ends = IsolationEnds(theme=self.theme)
        self.ends.chosen.connect(self._go_to)
        self.ends.hide()
        self.views = MoveViews(self, stack=self._stack, show=self.show_view)
        self._with_detail = {TABLE: True, BOARD: False, TIMELINE: False, HOMES: False}
        outer = self.layout()
        assert isinstance(outer, QVBoxLayout)  # laid out by TablePage
        outer.insertWidget(0, self._top())
        outer.setStretchFactor(self.splitter, 1)
        self.detail.left.disconnect(self.table.setFocus)
        self.detail.left.connect(self._leave_detail)
        self.chips.chosen.disconnect(self.model.narrow_by)
        self.chips.chosen.connect(self._narrow)
        self.theme.changed.connect(self._fit_top)
        self.theme.changed.connect(self._pause.start)
        self.splitter.setSizes([self.theme.px(860), self.theme.px(340)])

    def _top(self) -> QWidget:
        """The isolations that end, and at the right of their heading the switch of views."""
        top = QWidget()
        gutter = self.theme.px(16)
        grid = in_grid(top)
        grid.addWidget(self.ends, 0, 0)
        holder = QWidget()
        inner = QGridLayout(holder)
        inner.setContentsMargins(0, 0, gutter, self.theme.px(6))
        inner.addWidget(self.views.switch)
        grid.addWidget(holder, 0, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self.ends.keep_clear(self.views.switch)
        return top

    def load(self) -> None:
        model, timeline, beds = self.model, self.views.name == TIMELINE, self.views.by_bed

        def question(queries: Queries) -> Found:
            rows = model.prepare(self.fetch(queries))
            ends = queries.isolation_ends(days=WEEK)
            self._is_sealed = queries.hub_of_keys() is not None
            self._signs = {key.setting: key.name for key in queries.home_keys().values()}
            if not timeline:
                return rows, ends, None
            isolating, groups = asked_of(rows.rows, beds=beds)
            return rows, ends, queries.timeline(isolating=isolating, beds=groups)

        self.ask(question, self._take_all)

    def _take_all(self, found: Found) -> None:
        rows, ends, facts = found
        self.ends.show_ends(ends)
        self._fit_top()
        self.views.know(facts)
        self._take(rows)

    def _narrow(self, predicates: dict[str, Callable[[MoveRow], bool]]) -> None:
        self.model.narrow_by(predicates)
        over = "where/over" in self.chips.on()
        if over != self._with_over:
            self._with_over = over
            if self._read_once:
                self.load()

    def _go_to(self, placement: str) -> None:
        self.pick(placement)
        self.focus_first()

    # ----------------------------------------------------------------- views

    def show_view(self, name: str) -> None:
        """Brings the table, the board or the timeline to the front."""
        self._note_detail()
        if name == self.views.name:
            return
        focus = self.window().focusWidget() or self.window()
        had_focus = self.isAncestorOf(focus) and not self.views.switch.isAncestorOf(focus)
        self.views.show(name)
        self._fit_top()
        if self.splitter.shares_all:
            self.splitter.set_there("detail", name == TABLE)
            self.splitter.show_pane("list")
        else:
            self.toggle_detail(self._with_detail[name])
        self._counted(self.model.rowCount(), len(self.model.rows()))
        self.views.fill()
        if name == TIMELINE and self._read_once:
            self.load()
        if had_focus:
            self.focus_first()
        self.commands.review()

    def _note_detail(self) -> None:
        """Whether this view has the detail beside it; where one has room alone, that is nobody's wish."""
        if not self.splitter.shares_all:
            self._with_detail[self.views.name] = bool(self.detail_shown())

    def _fit_top(self) -> None:
        self.ends.set_short(self.height() < self.theme.px(LOW))
        self.ends.keep_clear(self.views.switch)

    def resized(self) -> None:
        super().resized()
        self._fit_top()

    def _counted(self, shown: int, there: int) -> None:
        super()._counted(shown, there)
        if self._stack.currentWidget() is self.table:
            self._stack.setCurrentWidget(self.views.widget)
            self.views.fill_soon()

    def focus_first(self) -> None:
        if self._stack.currentWidget() is self.views.widget:
            self.views.take_focus()
        else:
            super().focus_first()

    def show_all(self) -> None:
        super().show_all()
        self.focus_first()

    def opened(self, row: MoveRow) -> None:
        super().opened(row)
        self.detail.take_focus()

    def _leave_detail(self) -> None:
        if self.views.name != TABLE:
            self.toggle_detail(False)
            self.commands.review()
        self.focus_first()

    def toggle_detail(self, shown: bool, /) -> None:
        alone = self.splitter.shares_all
        self.splitter.set_there("detail", shown or (alone and self.views.name == TABLE))
        if self.splitter.shares_all or (shown and not self.splitter.sizes()[1]):
            super().toggle_detail(shown)

    def detail_shown(self) -> bool | None:
        return self.splitter.is_open("detail")

    def printed_table(self) -> TableView | None:
        # the same placements, whichever way they are looked at
        return self.table

    def why_no_columns(self) -> str:
        return "" if self.views.name == TABLE else "The columns are those of the table (Ctrl+1)."

    def remember(self) -> None:
        self._note_detail()
        super().remember()
        with_detail = [name for name, shown in self._with_detail.items() if shown]
        self.services.settings.setValue(f"{self.name}/with_detail", with_detail)
        self.views.remember(self.services.settings)

    def _recall(self) -> None:
        super()._recall()
        kept = self.services.settings.value(f"{self.name}/with_detail")
        names = [kept] if isinstance(kept, str) else kept
        if isinstance(names, list):
            self._with_detail = {name: name in names for name in self._with_detail}
        self.views.recall(self.services.settings)
        self.splitter.set_there("detail", self._with_detail[self.views.name])

    # ---------------------------------------------------------------- detail

    def show_detail(self, row: MoveRow) -> None:
        self.ask(lambda queries: queries.placement(row.id), self._show, replaces="detail")

    def _show(self, page: PlacementPage) -> None:
        current = self.current()
        if current is not None and current.id == page.row.id:
            self._page = page
            self.commands.review()
            self._filler.show(page, told_with=len(self.told_together()) if self._tells_several() else 0)
            self.now_shows(page.row.patient)
            self.services.looked_at.emit(page.row.patient)

    def _steps_shown(self, row: MoveRow) -> list[QAction]:
        """The commands that stand with the chosen placement, the likeliest first."""
        steps = steps_of(row)
        signs = "tell" in steps and next_stay(row).setting in self._signs
        names = [
            *(["tell_several"] if self._tells_several() else []), *(["send_offer"] if signs else []), *steps,
        ]  # fmt: skip
        if row.state in HOLDS_BED:
            names.append("papers")
        return [self.commands.action(f"placement.{name}") for name in names]

    # -------------------------------------------------------------- commands

    def bind(self) -> None:
        self.views.bind()
        self.commands.bind("placement.next", self.take_next, why_not=self._why_not_next)
        self.commands.bind("placement.tell_several", self.tell_several, why_not=self._why_not_several)
        self.commands.bind("placement.papers", self.open_papers, why_not=self._why_no_papers)
        self.commands.bind("placement.review", self.open_review, why_not=self._why_no_review)
        self.commands.bind("placement.send_release", self.send_release, why_not=self._why_not_send)
        self.commands.bind("placement.send_offer", self.send_offer, why_not=self._why_not_offer)
        self.commands.bind("moves.transport", self.open_transport)
        for step in FORMS:
            why_not = partial(self._why_not, step)
            self.commands.bind(f"placement.{step}", partial(self.take, step), why_not=why_not)

    def take(self, step: str) -> None:
        """Opens the form of a step for the chosen placement."""
        row = self.current()
        if row is not None:
            self.open_form(FORMS[step](row, services=self.services))

    def take_next(self) -> None:
        """Opens the form of the likeliest next step."""
        row = self.current()
        if row is None:
            return
        if row.next_step is NextStep.APPROVE:
            self.services.go("approvals", row.id)
            return
        self.commands.do(f"placement.{steps_of(row)[0]}")

    def told_together(self) -> list[MoveRow]:
        """Whom a home is told of in one call: those chosen, where they are several; else who is to be told to
        the chosen one's home, with the chosen one."""
        chosen = [row for row in self.table.selected_rows() if isinstance(row, MoveRow)]
        row = self.current()
        if len(chosen) > 1 or row is None:
            return chosen
        return told_with(row, self.model.rows()) if row.state.is_active else [row]

    def tell_several(self) -> None:
        """Opens the one form in which a home is told of several people."""
        self.open_form(TellSeveralForm(self.told_together(), services=self.services))

    def _tells_several(self) -> bool:
        return not self._why_not_several()

    def _why_not_several(self) -> str:
        rows = self.told_together()
        if not rows:
            return "Choose a placement first."
        for row in rows:
            if said := why_not_step(row, "tell"):
                return said if len(rows) == 1 else f"{row.patient_name}: {said}"
        homes = {next_stay(row).setting for row in rows}
        if len(homes) > 1:
            return "They go to several homes: one call is with one home. Choose those of one."
        if len(rows) == 1:
            return f"Nobody else is to be told to {next_stay(rows[0]).setting_name}."
        return ""

    def _chosen(self) -> list[MoveRow]:
        """The placements that are selected; the current one where they aren't several."""
        chosen = [row for row in self.table.selected_rows() if isinstance(row, MoveRow)]
        row = self.current()
        return chosen if len(chosen) > 1 or row is None else [row]

    def send_release(self) -> None:
        """Sends what is chosen to a clinician who decides on the release away from the hub."""
        rows = self._chosen()

        def show(clinicians: tuple[User, ...]) -> None:
            self.open_form(SendReleaseForm(rows, clinicians, services=self.services))

        self.ask(partial(who_can_answer, RELEASE), show, replaces="clinicians")

    def _why_not_send(self) -> str:
        rows = self._chosen()
        if not rows:
            return "Choose a placement first."
        if not self._is_sealed:
            return "This hub isn't sealed: nobody has a key that a file could be sealed to."
        for row in rows:
            if said := why_not_step(row, "release"):
                return said if len(rows) == 1 else f"{row.patient_name}: {said}"
        return ""

    def send_offer(self) -> None:
        """Sends what is chosen to whoever answers for the home that they are to go to."""
        rows = self._chosen()
        setting = next_stay(rows[0]).setting

        def show(able: tuple[User, ...]) -> None:
            whom = [user for user in able if user.id == setting]
            self.open_form(SendOfferForm(rows, whom, services=self.services))

        self.ask(partial(who_can_answer, ACCEPT), show, replaces="answers_for_home")

    def _why_not_offer(self) -> str:
        rows = self._chosen()
        if not rows:
            return "Choose a placement first."
        if not self._is_sealed:
            return "This hub isn't sealed: nobody has a key that a file could be sealed to."
        for row in rows:
            if said := why_not_step(row, "send_offer"):
                return said if len(rows) == 1 else f"{row.patient_name}: {said}"
        homes = {next_stay(row).setting: next_stay(row).setting_name for row in rows}
        if len(homes) > 1:
            return "They go to several homes: one file is for one home. Choose those of one."
        ((setting, name),) = homes.items()
        no_key = f"{name} has no key: an administrator takes it in, on Settings."
        return "" if setting in self._signs else no_key

    def open_papers(self) -> None:
        """Looks at the papers about the chosen placement; of several chosen issues those that they ask
        for."""
        chosen = [row for row in self.table.selected_rows() if isinstance(row, MoveRow)]
        if len(chosen) > 1:
            wanted = [paper_for(row) for row in chosen]
            self.open_form(SeveralPapersForm(wanted, services=self.services))
            return
        row = self.current()
        if row is not None:
            title = f"Papers: {row.patient_name}"
            self.open_form(PapersForm(row.id, services=self.services, title=title, who=row.who))

    def open_review(self) -> None:
        """Opens the form for what became of somebody after their move."""
        row = self.current()
        if row is not None:
            self.ask(
                lambda queries: read_review(queries, row.id),
                lambda found: self.open_form(ReviewForm(found, services=self.services)),
                replaces="form",
            )

    def _why_no_review(self) -> str:
        row = self.current()
        if row is None:
            return "Choose a placement first."
        return "" if row.stays[0].arrived_at is not None else "They haven't arrived yet."

    def open_transport(self) -> None:
        """Looks at the transport sheet of today, or of another day."""
        self.open_form(TransportForm(services=self.services))

    def _why_no_papers(self) -> str:
        return "" if self.current() is not None else "Choose a placement first."

    def _why_not_next(self) -> str:
        row = self.current()
        if row is None:
            return "Choose a placement first."
        if row.next_step is NextStep.APPROVE:
            return ""
        steps = steps_of(row)
        if not steps:
            return row.next_sentence
        return self.commands.why_not(f"placement.{steps[0]}")

    def _why_not(self, step: str) -> str:
        row = self.current()
        return "Choose a placement first." if row is None else why_not_step(row, step)


def _is_stopped(row: MoveRow) -> bool:
    return block_of(row) is not None


def _is_offer(row: MoveRow) -> bool:
    return row.next_step in (NextStep.TELL, NextStep.ANSWER, NextStep.TELL_NEXT, NextStep.ANSWER_NEXT)


def _is_journey(row: MoveRow) -> bool:
    return row.next_step in (
        NextStep.BOOK, NextStep.DEPART, NextStep.ARRIVE, NextStep.BOOK_NEXT, NextStep.MOVE_ON,
    )  # fmt: skip


def _in_short(rows: Sequence[MoveRow]) -> str:
    """How many placements are on their way, and how many of them not as they should be."""
    active = [row for row in rows if row.state.is_active]
    overdue = sum(row.overdue for row in active)
    stopped = sum(block_of(row) is not None for row in active)
    parts = [
        count_words(len(active), "placement") if active else "",
        f"{overdue} overdue" if overdue else "",
        f"{stopped} can't go on" if stopped else "",
    ]
    return " · ".join(part for part in parts if part)
