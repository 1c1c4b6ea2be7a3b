"""Moves: every placement with its next step and clock, and the isolations that end this week."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from discharge.model.hub_placement import (
    IsolationEnd,
    MoveRow,
    NextStep,
    PlacementPage,
    PlacementState,
)
from ui import words
from ui.dialogs.accept import AcceptForm
from ui.dialogs.action_form import ActionForm
from ui.dialogs.book import BookForm
from ui.dialogs.decline import DeclineForm, NoAnswerForm
from ui.dialogs.journey import ArriveForm, DepartForm, MoveOnForm
from ui.dialogs.placement_end import EndForm, OnwardForm, ReleaseForm, WithdrawForm
from ui.dialogs.take_back import TakeBackForm
from ui.dialogs.tell import TellForm, next_stay
from ui.models.table import Column, Prepared
from ui.pages.base import TablePage
from ui.pages.match_lines import STATE_WORDS
from ui.pages.moves_detail import MoveDetail, asks
from ui.pages.moves_words import due_words, isolation_words, next_status, steps_of, why_not_step
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.days import day_words
from ui.widgets.flow import FlowLayout
from ui.widgets.search import Choice
from ui.widgets.text import label

if TYPE_CHECKING:
    from discharge.store.queries import Queries

WEEK = 7
SHOWN_ENDS = 8
CLOCK_MS = 60_000
"""How often the clocks are read again while the page is in front."""

FORMS: dict[str, Callable[..., ActionForm]] = {
    "tell": TellForm,
    "accept": AcceptForm,
    "decline": DeclineForm,
    "no_answer": NoAnswerForm,
    "book": BookForm,
    "depart": DepartForm,
    "arrive": ArriveForm,
    "release": ReleaseForm,
    "onward": OnwardForm,
    "move_on": MoveOnForm,
    "end": EndForm,
    "withdraw": WithdrawForm,
    "take_back": TakeBackForm,
}


class IsolationEnds(QWidget):
    """The isolations that end within a week, each a button that goes to its placement."""

    chosen = Signal(str)

    def __init__(self, *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName("Isolations that end this week")
        column = QVBoxLayout(self)
        gutter = theme.px(Space.GUTTER)
        column.setContentsMargins(gutter, 0, gutter, theme.px(Space.NEAR))
        column.setSpacing(theme.px(Space.TIGHT))
        self._heading = label("", "overline")
        column.addWidget(self._heading)
        self._holder = QWidget()
        self._flow = FlowLayout(self._holder, gap=theme.px(6), line_gap=theme.px(6))
        for widget in (self, self._holder):
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            widget.setSizePolicy(policy)
        column.addWidget(self._holder)

    def show_ends(self, ends: Sequence[IsolationEnd]) -> None:
        """Show these; nothing at all where there is none."""
        while (item := self._flow.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.setVisible(bool(ends))
        self._heading.setText(f"Isolation ends this week: {words.count(len(ends), 'person', 'people')}")
        for each in ends[:SHOWN_ENDS]:
            self._flow.addWidget(self._button(each))
        if len(ends) > SHOWN_ENDS:
            self._flow.addWidget(label(f"and {len(ends) - SHOWN_ENDS} more", "small"))

    def _button(self, end: IsolationEnd) -> QPushButton:
        stays = ", stays on" if end.stays_on else ", no onward place"
        goes = f" to {end.goes_to}" if end.goes_to else stays
        button = QPushButton(f"{day_words(end.ends)}  {end.patient_name}{goes}")
        lacking = not end.released or not (end.goes_to or end.stays_on)
        self._theme.dress(button, "flag" if lacking else "tick", Tone.WAITING if lacking else Tone.DONE)
        release = "Released by a clinician." if end.released else "A clinician's release isn't on record yet."
        onward = "" if end.goes_to or end.stays_on else " An onward place is still to be found."
        button.setToolTip(f"Isolates at {end.setting_name}. {release}{onward}")
        button.setAccessibleDescription(button.toolTip())
        button.clicked.connect(partial(self._choose, end.placement))
        return button

    def _choose(self, placement: str, _checked: bool = False) -> None:
        self.chosen.emit(placement)


class MovesPage(TablePage[MoveRow]):
    """A table by urgency; the detail has the buttons for exactly the next steps."""

    name, title, search_hint = "moves", "Moves", "Name, setting or ward"
    concerns = frozenset({"placements", "patients", "settings", "hub"})
    detail_name, empty_icon = "The placement", "moves"

    # ----------------------------------------------------------------- table

    def columns(self) -> Sequence[Column[MoveRow]]:
        now = self.workplace.now
        return (
            Column(
                key="next", title="Next step", status=lambda row: next_status(row, now=now()), width=20,
                sort=lambda row: (not row.overdue, not row.flags, row.next_step.value),
            ),
            Column(
                key="due", title="Due", text=lambda row: due_words(row, now=now()), width=14,
                sort=lambda row: row.due, tip=lambda row: row.next_sentence, found=False,
            ),
            Column(key="person", title="Person", text=lambda row: row.patient_name, strong=True, width=16),
            Column(
                key="where", title="Where", text=_where, tip=_where, width=24, stretch=True,
            ),
            Column(
                key="state", title="State", text=lambda row: STATE_WORDS[row.state], width=10,
                tip=lambda row: words.sentence_case(row.state.words),
            ),
            Column(
                key="isolation", title="Isolates until", status=lambda row: isolation_words(row, now=now()),
                width=16, text=lambda row: status.word if (status := isolation_words(row, now=now())) else "",
                sort=lambda row: row.isolation_end, found=False,
            ),
            Column(
                key="start", title="Start", text=lambda row: day_words(row.stays[0].start), width=10,
                sort=lambda row: row.stays[0].start, shown=False,
            ),
            Column(key="phone", title="Phone", text=lambda row: next_stay(row).phone, width=14, shown=False),
            Column(
                key="priority", title="Priority", text=lambda row: words.PRIORITIES[row.priority], width=12,
                sort=lambda row: row.priority, shown=False,
            ),
            Column(key="ward", title="Ward", text=lambda row: row.ward, width=10, shown=False),
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
                    Choice("stopped", "Can't go on", lambda row: bool(row.flags), "Something has changed"),
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
        )

    def fetch(self, queries: Queries) -> Sequence[MoveRow]:
        return queries.moves(over=self._with_over)

    def empty_words(self) -> tuple[str, str, str]:
        return (
            "Nobody is on the way",
            "Placements come here once an LA lead has approved them.",
            "",
        )

    def summary_words(self, rows: Sequence[MoveRow]) -> str:
        active = [row for row in rows if row.state.is_active]
        overdue = sum(row.overdue for row in active)
        stopped = sum(bool(row.flags) for row in active)
        parts = [
            words.count(len(active), "placement") if active else "",
            f"{overdue} overdue" if overdue else "",
            f"{stopped} can't go on" if stopped else "",
        ]
        return " · ".join(part for part in parts if part)

    # ---------------------------------------------------------------- layout

    def build(self) -> None:
        self._with_over = False
        super().build()
        self._page: PlacementPage | None = None
        self._filler = MoveDetail(self.detail, workplace=self.workplace)
        self.ends = IsolationEnds(theme=self.theme)
        self.ends.chosen.connect(self._go_to)
        self.ends.hide()
        outer = self.layout()
        assert isinstance(outer, QVBoxLayout)  # laid out by TablePage
        outer.insertWidget(0, self.ends)
        outer.setStretchFactor(self.splitter, 1)
        self.chips.chosen.disconnect(self.model.narrow_by)
        self.chips.chosen.connect(self._narrow)
        self._clock = QTimer(self, interval=CLOCK_MS)
        self._clock.timeout.connect(self.load)
        self.splitter.setSizes([self.theme.px(720), self.theme.px(440)])

    def come_to_front(self) -> None:
        # clocks run on while nothing is recorded
        self._stale = True
        super().come_to_front()
        self._clock.start()

    def go_to_back(self) -> None:
        super().go_to_back()
        self._clock.stop()

    def load(self) -> None:
        model = self.model
        self.ask(
            lambda queries: (model.prepare(self.fetch(queries)), queries.isolation_ends(days=WEEK)),
            self._take_both,
        )

    def _take_both(self, found: tuple[Prepared[MoveRow], Sequence[IsolationEnd]]) -> None:
        rows, ends = found
        self.ends.show_ends(ends)
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
        self.table.setFocus()

    # ---------------------------------------------------------------- detail

    def show_detail(self, row: MoveRow) -> None:
        self.ask(lambda queries: queries.placement(row.id), self._show, replaces="detail")

    def _show(self, page: PlacementPage) -> None:
        current = self.current()
        if current is not None and current.id == page.row.id:
            self._page = page
            self.commands.review()
            self._filler.show(page)

    # -------------------------------------------------------------- commands

    def bind(self) -> None:
        self.commands.bind("placement.next", self.take_next, why_not=self._why_not_next)
        for step in FORMS:
            why_not = partial(self._why_not, step)
            self.commands.bind(f"placement.{step}", partial(self.take, step), why_not=why_not)

    def take(self, step: str) -> None:
        """Open the form of a step for the chosen placement."""
        row = self.current()
        if row is not None:
            self.open_form(FORMS[step](row, workplace=self.workplace))

    def take_next(self) -> None:
        """Open the form of the likeliest next step."""
        row = self.current()
        if row is None:
            return
        if row.next_step is NextStep.APPROVE:
            self.workplace.go("approvals", row.id)
            return
        self.commands.do(f"placement.{steps_of(row)[0]}")

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


def _where(row: MoveRow) -> str:
    current = row.current.setting_name
    later = row.stays[row.stay + 1 :]
    if later and not row.onward:
        return f"{current}, then {later[0].setting_name}"
    return current


def _is_offer(row: MoveRow) -> bool:
    return row.next_step in (NextStep.TELL, NextStep.ANSWER, NextStep.TELL_NEXT, NextStep.ANSWER_NEXT)


def _is_journey(row: MoveRow) -> bool:
    return row.next_step in (
        NextStep.BOOK, NextStep.DEPART, NextStep.ARRIVE, NextStep.BOOK_NEXT, NextStep.MOVE_ON,
    )  # fmt: skip
