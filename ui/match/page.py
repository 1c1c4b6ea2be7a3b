"""Match: plan, see what is proposed and why, keep, exclude, try out, plan again, send to approval."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer

from discharge.words.counts import count_words
from ui.frame.services import Message
from ui.frame.why import WhyFinder
from ui.match.answers import AnswerFinder, Asked
from ui.match.chosen import Chosen
from ui.match.columns import NARROWEST, PlanColumn, WaitingColumn, note_words, summary_words
from ui.match.deeds import PlanDeeds
from ui.match.facts import MatchFacts, freeze, read_match
from ui.match.forms import PlanForms
from ui.match.lines import PlanLine, WaitingLine, lines_of
from ui.match.run import PlanRun
from ui.match.why import WhyPane
from ui.theme.scale import Space
from ui.widgets.layouts import alone_in_row, in_column
from ui.widgets.panes import Panes
from ui.words.plans import by_name
from ui.work.answering import Answer, Question

PLAN_LEAST, WHY_LEAST = 390, 296
"""Pixels at 100 % that the plan and what is said of it need side by side."""
FEW = 200
"""People up to whom a new plan is asked at once what is short in it."""


class MatchPage(Chosen):
    """Three columns: who waits, the plan, and why. Where there is no room for three, the first two share."""

    name, title, search_hint = "match", "Match", "Name or setting"
    concerns = frozenset({"patients", "settings", "plans", "placements", "hub"})

    # ---------------------------------------------------------------- layout

    def build(self) -> Iterator[None]:
        theme = self.theme
        self._facts = None
        self._plan = ""
        """The older plan that was opened; empty: the newest."""
        self._person = ""
        self.finder = WhyFinder(self.services, parent=self)
        self.answers = AnswerFinder(self.services, parent=self)
        self.splitter = Panes(
            [
                ("waiting", "Who waits", NARROWEST),
                ("plan", "The plan", PLAN_LEAST),
                ("why", "Why", WHY_LEAST),
            ],
            theme=theme,
            first="plan",
            parent=self,
        )
        self.columns = self.splitter.switch
        # each is made in its place, and in a turn of its own
        self.left = WaitingColumn(theme=theme, parent=self.splitter)
        yield
        self.middle = PlanColumn(theme=theme, parent=self.splitter)
        yield
        self.why = WhyPane(self.services, answers=self.answers, parent=self.splitter)
        yield
        self.waiting, self.waiting_model = self.left.table, self.left.model
        self.table, self.model = self.middle.table, self.middle.model
        self.chips, self.plans, self.note = self.middle.chips, self.middle.plans, self.middle.note
        self.plan_empty = self.middle.empty
        self.table.set_menu(self.commands.row_menu(self.name, self.table))
        self.run = PlanRun(self.services, self.middle.run, parent=self)
        self.deeds = PlanDeeds(self)
        self.forms = PlanForms(self)
        for at, (widget, share) in enumerate(((self.left, 2), (self.middle, 5), (self.why, 3))):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(at, share)
        self.splitter.setCollapsible(1, False)
        self.splitter.setSizes([theme.px(250), theme.px(600), theme.px(370)])
        outer = in_column(self, gap=0)
        near = theme.px(Space.NEAR)
        outer.addLayout(alone_in_row(self.columns, around=(near, 0, near, theme.px(Space.TIGHT))))
        outer.addWidget(self.splitter, 1)
        self.keep_splitter("columns", self.splitter)
        self.keep_splitter("why", self.why.splitter)
        self.keep_table("plan", self.table)
        self.keep_table("waiting", self.waiting)
        self.keep_table("why", self.why.table)
        self._pause = QTimer(self, singleShot=True, interval=25)
        self._pause.timeout.connect(self._show_why)
        self._connect()

    def _connect(self) -> None:
        self.finder.found.connect(self._why_found)
        self.finder.lost.connect(lambda _plan, _patient, error: self.why.fail(error))
        self.answers.found.connect(self._answer_found)
        self.plans.activated.connect(self._choose_plan)
        self.plan_empty.pressed.connect(self._do_empty)
        self.middle.none_found.pressed.connect(self.show_all)
        keep = self.commands.action("plan.keep")
        keep.setChecked(self.middle.keep.isChecked())
        self.middle.keep.toggled.connect(keep.setChecked)
        self.middle.short.clicked.connect(self.show_whole)
        self.table.picked.connect(self._plan_picked)
        self.table.opened.connect(lambda _line: self._open_why())
        self.waiting.picked.connect(self._waiting_picked)
        self.waiting.opened.connect(lambda _line: self.table.setFocus())
        for table in (self.table, self.waiting):
            table.clicked.connect(lambda _index: self._pause.start())
            table.dragging.connect(self._dragged)
        self.model.counted.connect(self._counted)
        # its commands are in the menu too; where panes share a place the people need the room
        self.splitter.turned.connect(lambda: self.middle.foot.setHidden(self.splitter.shares))
        self.why.detail.left.connect(self.table.setFocus)
        self.why.opened.connect(lambda setting: self.services.go("settings", setting))
        self.why.tried.connect(self.forms.what_if)
        self.why.proposed.connect(self.forms.propose_stays)
        self.why.below.proposed.connect(self.forms.propose_at)
        self.why.below.dropped.connect(lambda person, row: self.forms.propose_at(row, person=person))
        self.run.began.connect(self._run_began)
        self.run.over.connect(self._run_over)
        self.run.stored.connect(self._run_stored)

    # --------------------------------------------------------------- commands

    def bind(self) -> None:
        bind = self.commands.bind
        bind("plan.run", self.plan, why_not=self._why_no_run)
        bind("plan.stop", self.run.stop, why_not=self._why_no_stop)
        bind("plan.keep", self.middle.keep.toggle)
        bind("plan.whole", self.show_whole, why_not=self.why_no_plan)
        bind("plan.patient", self._show_patient, why_not=self.forms.why_nobody)
        self.deeds.bind()
        self.forms.bind()

    def _why_no_run(self) -> str:
        if self.is_planning:
            return "Planning is under way."
        if self._facts is None:
            return "The hub is still being read."
        if not self._facts.waiting and not any(line.can_be_sent for line in self.model.rows()):
            return "Nobody is waiting."
        return "" if self._facts.settings else "There are no settings to plan with: add or import some."

    def _why_no_stop(self) -> str:
        return "" if self.is_planning else "No planning is under way."

    # ---------------------------------------------------------------- reading

    def load(self) -> None:
        self.ask(partial(read_match, plan=self._plan), self._take)

    def _take(self, facts: MatchFacts) -> None:
        first = self._facts is None
        self._facts = facts
        page = facts.page
        now = self.services.now()
        self.left.show_facts(facts, now=now)
        lines = []
        if page is not None:
            lines = lines_of(page, kept=facts.kept, ends=facts.isolation_ends, against=facts.against)
        self.middle.show_lines(lines)
        self._counted(self.model.rowCount(), len(lines))
        self.middle.list_plans(facts.plans, page.row.id if page else "", now=now)
        self.middle.say_note(note_words(page, lines, is_newest=self.is_newest))
        self._tell_short()
        self.summary.emit(summary_words(facts))
        theirs = bool(self._person) and self.current_patient() == self._person
        if lines and not theirs and not self.table.pick(self._person):
            self.table.pick_first()
            if first and self.waiting.hasFocus():
                self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.why.is_whole or page is None or self.why.plan != page.row.id:
            self._leave_the_whole()
        self.settle()

    def opening_of(self, count: str) -> Callable[[], object] | None:
        if self._facts is None:
            return None
        if self._facts.page is None:
            # there is no plan yet: who waits stands at the left
            return partial(self._go_to_waiting) if self._facts.waiting else None
        found: dict[str, list[str]] = {
            "people": [],
            "person": [],
            "placed": ["state/placed"],
            "not": ["state/none"],
            "held": ["state/held"],
        }
        chips = found.get(count.partition(" ")[2])
        return None if chips is None else partial(self._show_only, chips)

    def _show_only(self, chips: Sequence[str]) -> None:
        self.middle.chips.set_on(chips)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.pick_first()

    def _go_to_waiting(self) -> None:
        self.splitter.show_pane("waiting")
        self.waiting.setFocus(Qt.FocusReason.OtherFocusReason)
        self.waiting.pick_first()

    def _leave_the_whole(self) -> None:
        """Shows why for the one in hand; where the focus was on what goes, it is on the plan then."""
        focus = self.why.focusWidget()
        had_focus = focus is not None and focus.hasFocus()
        self._show_why()
        if had_focus and focus is not None and not focus.isVisibleTo(self.why):
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_plan(self, place: int) -> None:
        assert self._facts is not None  # the list is made of the facts
        chosen = str(self.plans.itemData(place))
        self._plan = "" if chosen == self._facts.plans[0].id else chosen
        self.load()

    def _counted(self, shown: int, there: int) -> None:
        if not there:
            heading, sentence, command = self._empty_words()
            word = self.commands.command(command).text if command else ""
            self.plan_empty.say(heading, sentence, button=word)
        self.middle.show_stack(shown=shown, there=there)

    def _empty_words(self) -> tuple[str, str, str]:
        facts = self._facts
        if facts is None:
            return ("Reading the hub …", "", "")
        if facts.page is not None:
            return ("Nobody was listed", "This plan was made while nobody was waiting.", "plan.run")
        if not facts.settings:
            return (
                "No settings yet",
                "Bring in homes and what is free there; then plan here.",
                "import.homes",
            )
        if not facts.waiting:
            return ("Nobody is waiting", "Add people, or bring in a list; then plan here.", "import.patients")
        people = count_words(len(facts.waiting), "person waits", "people wait")
        return ("No plan yet", f"{people}. Planning proposes a placement for each, and says why.", "plan.run")

    def _do_empty(self) -> None:
        command = self._empty_words()[2]
        if command:
            self.commands.do(command)

    # --------------------------------------------------------------- choosing

    def look_for(self, text: str) -> None:
        self.model.look_for(text)
        self.waiting_model.look_for(text)

    def show_all(self) -> None:
        """Takes every filter and the search off."""
        self.chips.clear()
        self.left.show_all()
        self.services.searched.emit("")
        self.look_for("")
        self.table.setFocus()

    def pick(self, key: str) -> bool:
        if any(line.patient == key for line in self.model.rows()):
            if self.model.place_of(key) < 0:
                self.show_all()
            return self.table.pick(key)
        return self.waiting.pick(key)

    def focus_first(self) -> None:
        (self.table if self.model.rowCount() else self.waiting).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _plan_picked(self, line: PlanLine | None) -> None:
        if line is not None:
            self._person = line.patient
            if self.waiting.current_row() is None or self.waiting.current_row().row.id != line.patient:
                self.waiting.pick(line.patient)
        self._pause.start()

    def _waiting_picked(self, line: WaitingLine | None) -> None:
        if line is None:
            return
        self._person = line.row.id
        if self.current() is None or self.current_patient() != line.row.id:
            self.table.pick(line.row.id)
        self._pause.start()

    def current_patient(self) -> str:
        """The id of the person chosen in the plan; empty where nobody is."""
        line = self.current()
        return line.patient if line is not None else ""

    # -------------------------------------------------------------------- why

    def _show_why(self) -> None:
        page, line = self.shown, self.current()
        if page is None or line is None or (self._person and line.patient != self._person):
            self._show_unplanned()
            return
        self._person = line.patient
        self.now_shows(line.patient)
        self.services.looked_at.emit(line.patient)
        known = self.finder.known(page.row.id, line.patient)
        locked = line.proposal is not None and line.proposal.locked
        self._show_line(line, known)
        if known is None and not locked:
            self.finder.find(page.row.id, line.patient)

    def _show_line(self, line: PlanLine, why: Any) -> None:
        facts = self._facts
        assert facts is not None  # there is a line of a plan
        assert facts.page is not None  # the same
        awaited = line.patient in facts.awaited
        self.why.show_line(line, why, page=facts.page, today=self.services.today(), awaited=awaited)

    def _show_unplanned(self) -> None:
        row = next((line.row for line in self.waiting_model.rows() if line.row.id == self._person), None)
        self.now_shows(row.id if row is not None else "")
        if row is None:
            self._person = ""
            self.why.nothing()
        elif self.shown is None:
            self.why.nothing(row.name, f"{row.infection.sentence} Plan, to see where they could go.")
        else:
            self.why.nothing(row.name, "Not in this plan. Plan again, to see where they could go.")

    def _why_found(self, plan: str, patient: str, why: Any) -> None:
        line, page = self.current(), self.shown
        if self.why.is_whole or line is None or page is None:
            return
        if (page.row.id, line.patient) == (plan, patient):
            self._show_line(line, why)

    def show_whole(self) -> None:
        """Shows what can be asked of the plan as a whole, and asks what is short."""
        if self.shown is not None and self._facts is not None:
            self.toggle_detail(True)
            self.now_shows("")
            self.why.show_plan(self.shown, summary_words(self._facts))
            self.why.folds[Question.PRICES].head.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answer_found(self, asked: Asked, _found: Answer) -> None:
        if asked.question is Question.PRICES:
            self._tell_short()

    def _tell_short(self) -> None:
        page = self.shown
        known = self.answers.known(Asked(page.row.id, Question.PRICES)) if page is not None else None
        self.middle.short.setVisible(page is not None)
        if known is None or page is None:
            self.middle.tell_short(())
            return
        self.middle.tell_short([by_name(line.text, page.names) for line in known.lines] or [known.note])

    def _open_why(self) -> None:
        self.toggle_detail(True)
        if self.why.is_whole:
            self._show_why()
        if self.why.table.isVisibleTo(self.why):
            self.why.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle_detail(self, shown: bool, /) -> None:
        if self.splitter.shares_all:
            self.splitter.show_pane("why" if shown else "plan")
            return
        sizes = self.splitter.sizes()
        if shown == bool(sizes[2]):
            return
        wide = self.theme.px(370)
        middle = max(sizes[1] - wide, self.middle.minimumWidth())
        self.splitter.setSizes([sizes[0], middle, wide] if shown else [sizes[0], sum(sizes[1:]), 0])

    def say_above_detail(self, words: str) -> None:
        self.why.detail.say_above(words)

    def detail_shown(self) -> bool | None:
        return self.splitter.is_open("why")

    def remember(self) -> None:
        super().remember()
        self.services.settings.setValue(f"{self.name}/filters", self.chips.on())
        self.services.settings.setValue(f"{self.name}/keep", self.middle.keep.isChecked())

    def _recall(self) -> None:
        super()._recall()
        on = self.services.settings.value(f"{self.name}/filters")
        on = [on] if isinstance(on, str) else on
        if isinstance(on, list):
            self.chips.set_on([str(key) for key in on])
        keep = self.services.settings.value(f"{self.name}/keep", True)
        self.middle.keep.setChecked(str(keep).lower() != "false")

    # --------------------------------------------------------------- planning

    def plan(self) -> None:
        """Plans anew; what is asked of the last plan is stopped for it."""
        self.answers.stop()
        self.run.begin(keep=self.middle.keep.isChecked())

    def _run_began(self) -> None:
        self.middle.show_run(True)
        self.commands.review()

    def _run_over(self) -> None:
        self.middle.show_run(False)
        self.commands.review()

    def _run_stored(self) -> None:
        # the newest is what is read again; where it is soon found, so is what is short in it
        self._plan = ""
        self.load()
        self.ask(lambda queries: queries.plans()[0], self._ask_short, replaces="short")

    def _ask_short(self, row: Any) -> None:
        if row.listed <= FEW:
            self.answers.find(Asked(row.id, Question.PRICES))

    # ------------------------------------------------------------------- dragging

    def _dragged(self, person: str) -> None:
        """Somebody begins to be dragged, or (empty) that is over."""
        if person:
            self._pause.stop()
            self._show_why()
            self.why.below.begin_drag()
            return
        refused = self.why.below.end_drag()
        if refused:
            self.services.tell(Message("They can't be proposed there.", refused))

    def _show_patient(self) -> None:
        self.services.go("patients", self._person)


__all__ = ["MatchFacts", "MatchPage", "freeze", "read_match"]
