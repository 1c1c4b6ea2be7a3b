"""Match: plan, see what is proposed and why, keep, exclude, plan again, send to approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from discharge.actions.placements import propose_from_plan, withdraw
from discharge.actions.planning import freeze_case, keep, stop_keeping, store_plan
from discharge.model.hub import Changed
from discharge.model.hub_patient import PatientPage, PatientRow, PatientState
from discharge.model.hub_placement import PlacementState
from discharge.model.hub_plan import Change, FrozenCase, PlanPage, PlanRow
from ui.dialogs.hand_proposal import HandProposalForm
from ui.dialogs.patient_record import ExcludeForm
from ui.engine_process import Told
from ui.engine_work import Planned, make_plan
from ui.jobs import Ticket
from ui.models.table import RowsModel
from ui.pages.base import Page
from ui.pages.match_lines import (
    PlanLine,
    TallTable,
    WaitingLine,
    lines_of,
    plan_columns,
    waiting_columns,
)
from ui.pages.match_why import WhyFinder, WhyPane
from ui.pages.match_words import count_words, rules_words
from ui.pages.patient_words import infection_status, is_blocked, is_isolating
from ui.theme.scale import Space
from ui.widgets.banner import announce
from ui.widgets.days import instant_words
from ui.widgets.empty import EmptyState
from ui.widgets.search import Choice, FilterChips
from ui.widgets.text import ElidedLabel
from ui.workplace import Message, Undo

if TYPE_CHECKING:
    from discharge.store.queries import Queries


@dataclass(frozen=True, slots=True)
class MatchFacts:
    """What the page shows, of one instant."""

    waiting: tuple[PatientRow, ...]
    onward: frozenset[str]
    """Of those waiting, who is in a setting and waits there for an onward place."""
    settings: int
    plans: tuple[PlanRow, ...]
    kept: frozenset[str]
    """Whose proposal is kept."""
    isolation_ends: dict[str, date]
    """First night without isolation of everybody who isolates until a known date."""
    page: PlanPage | None
    """The plan that is shown; None where there is none yet."""


def read_match(queries: Queries, *, plan: str) -> MatchFacts:
    """The page's facts; `plan` is the one to show, empty for the newest. In the store's thread."""
    plans = queries.plans()
    shown = plan if any(row.id == plan for row in plans) else (plans[0].id if plans else "")
    onward = frozenset(
        move.patient for move in queries.moves() if move.onward and move.state is PlacementState.ARRIVED
    )
    people = queries.patients()
    listed = (row for row in people if row.state is PatientState.WAITING or row.id in onward)
    waiting = tuple(sorted(listed, key=lambda row: (row.priority, -row.waiting_days, row.name.casefold())))
    return MatchFacts(
        waiting=waiting,
        onward=onward,
        settings=len(queries.setting_names()),
        plans=plans,
        kept=frozenset(queries.kept()),
        isolation_ends={row.id: row.infection.isolation_end for row in people if row.infection.isolation_end},
        page=queries.plan(shown) if shown else None,
    )


def freeze(queries: Queries) -> tuple[FrozenCase, bytes]:
    """The hub as a case, and the rules it is planned under, as JSON. In the store's thread."""
    frozen = freeze_case(queries)
    return frozen, queries.rules().model_dump_json(by_alias=True).encode()


class MatchPage(Page):
    """Three columns: who waits, the plan, and why."""

    name, title, search_hint = "match", "Match", "Name or setting"
    concerns = frozenset({"patients", "settings", "plans", "placements", "hub"})

    # ---------------------------------------------------------------- layout

    def build(self) -> None:
        theme = self.theme
        self._facts: MatchFacts | None = None
        self._plan = ""
        """The older plan that was opened; empty: the newest."""
        self._run: Ticket | None = None
        self._stopped = False
        self._person = ""
        self.finder = WhyFinder(self.workplace, parent=self)
        self.finder.found.connect(self._why_found)
        self.finder.lost.connect(lambda _plan, _patient, error: self.why.fail(error))

        self.waiting_model: RowsModel[WaitingLine] = RowsModel(
            waiting_columns(), key=lambda line: line.row.id, search=lambda line: line.row.ward, parent=self
        )
        self.waiting = TallTable(self.waiting_model, theme=theme, name="Who waits")
        self.waiting_filter = QComboBox()
        self.waiting_filter.setAccessibleName("Show of those who wait")
        self.waiting_filter.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._waiting_choices = (
            ("Everybody who waits", None),
            ("No place in this plan", lambda line: line.in_plan == "unplaced"),
            ("Not in this plan", lambda line: not line.in_plan),
            ("Isolating", lambda line: is_isolating(line.row)),
            ("Can't leave yet", lambda line: is_blocked(line.row)),
            *((f"Pathway {p[1]}", partial(_on_pathway, p)) for p in ("P0", "P1", "P2", "P3")),
            *((f"Priority {n}", partial(_of_priority, n)) for n in (1, 2, 3, 4)),
        )
        for words, _ in self._waiting_choices:
            self.waiting_filter.addItem(words)
        self.waiting_filter.currentIndexChanged.connect(self._narrow_waiting)
        self.waiting_empty = EmptyState("", theme=theme, icon="patients")

        self.model: RowsModel[PlanLine] = RowsModel(
            plan_columns(), key=lambda line: line.patient, search=_search_text, parent=self
        )
        self.table = TallTable(self.model, theme=theme, name="The plan")
        self.table.set_menu(self.commands.row_menu(self.name, self.table))
        self.chips = FilterChips(
            [
                (
                    "state",
                    [
                        Choice("open", "Proposed", lambda line: line.can_be_sent, "Not sent to approval yet"),
                        Choice("none", "No place", lambda line: line.proposal is None),
                        Choice("changed", "Changed", lambda line: bool(line.change), "Since the last plan"),
                        Choice("kept", "Locked", _is_kept, "Kept when planning again"),
                        Choice("on", "On the way", _on_the_way, "Sent to approval, or further"),
                    ],
                )
            ],
            theme=theme,
        )
        self.chips.chosen.connect(self.model.narrow_by)
        self.plans = QComboBox()
        self.plans.setAccessibleName("Plans, newest first")
        self.plans.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.plans.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.plans.setMinimumContentsLength(26)
        self.plans.activated.connect(self._choose_plan)
        self.note = ElidedLabel("", "small")
        self.plan_empty = EmptyState("", theme=theme, icon="match")
        self.plan_empty.pressed.connect(self._do_empty)
        self.none_found = EmptyState(
            "Nobody matches", "Take the filters off, or look for somebody else.", theme=theme,
            icon="filter", button="Show all",
        )  # fmt: skip
        self.none_found.pressed.connect(self.show_all)
        self.why: WhyPane = WhyPane(self.workplace)

        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.addWidget(self._waiting_column())
        self.splitter.addWidget(self._plan_column())
        self.splitter.addWidget(self.why)
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 5)
        self.splitter.setStretchFactor(2, 3)
        self.splitter.setCollapsible(1, False)
        self.splitter.setSizes([theme.px(250), theme.px(600), theme.px(370)])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.splitter, 1)
        self.keep_splitter("columns", self.splitter)
        self.keep_splitter("why", self.why.splitter)
        self.keep_table("plan", self.table)
        self.keep_table("waiting", self.waiting)
        self.keep_table("why", self.why.table)

        self._pause = QTimer(self, singleShot=True, interval=25)
        self._pause.timeout.connect(self._show_why)
        self.table.picked.connect(self._plan_picked)
        self.waiting.picked.connect(self._waiting_picked)
        self.waiting.opened.connect(lambda _line: self.table.setFocus())
        self.table.opened.connect(lambda _line: self._open_why())
        self.model.counted.connect(self._counted)
        self.waiting_model.counted.connect(lambda *_counts: self._count_waiting())
        self.why.opened.connect(lambda setting: self.workplace.go("settings", setting))

    def _waiting_column(self) -> QWidget:
        theme = self.theme
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(Space.NEAR))
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.px(Space.NEAR), 0, theme.px(Space.NEAR), 0)
        bar.addWidget(self.waiting_filter, 1)
        column.addLayout(bar)
        self._waiting_stack = QStackedWidget()
        self._waiting_stack.addWidget(self.waiting)
        self._waiting_stack.addWidget(self.waiting_empty)
        column.addWidget(self._waiting_stack, 1)
        holder.setMinimumWidth(theme.px(180))
        return holder

    def _plan_column(self) -> QWidget:
        theme = self.theme
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(Space.NEAR))
        listed = QWidget()
        bar = QHBoxLayout(listed)
        gap = theme.px(Space.NEAR)
        bar.setContentsMargins(gap, 0, gap, 0)
        bar.setSpacing(gap)
        bar.addWidget(self.plans)
        bar.addWidget(self.note, 1)
        # what is under way stands where the plans are listed: nothing else moves for it
        self._top = QStackedWidget()
        self._top.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._top.addWidget(listed)
        self._top.addWidget(self._progress_bar())
        column.addWidget(self._top)
        chosen = QHBoxLayout()
        chosen.setContentsMargins(gap, 0, gap, 0)
        chosen.addWidget(self.chips, 1)
        column.addLayout(chosen)
        self._plan_stack = QStackedWidget()
        for widget in (self.plan_empty, self.table, self.none_found):
            self._plan_stack.addWidget(widget)
        column.addWidget(self._plan_stack, 1)
        holder.setMinimumWidth(theme.px(320))
        return holder

    def _progress_bar(self) -> QWidget:
        theme = self.theme
        self.progress = QWidget()
        row = QHBoxLayout(self.progress)
        gap = theme.px(Space.NEAR)
        row.setContentsMargins(gap, 0, gap, 0)
        row.setSpacing(theme.px(Space.ROW))
        self.progress_words = ElidedLabel("", "strong")
        self.progress_words.setMinimumWidth(theme.px(200))
        self.progress_share = QProgressBar()
        self.progress_share.setTextVisible(False)
        self.progress_share.setAccessibleName("Planning")
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Shift+Esc: ends the engine at once; nothing is changed")
        self.stop.setAccessibleName("Stop planning")
        self.stop.clicked.connect(self.stop_planning)
        row.addWidget(self.progress_words)
        row.addWidget(self.progress_share, 1)
        row.addWidget(self.stop)
        return self.progress

    # --------------------------------------------------------------- commands

    def bind(self) -> None:
        bind = self.commands.bind
        bind("plan.run", self.plan, why_not=self._why_no_plan)
        bind("plan.stop", self.stop_planning, why_not=self._why_no_stop)
        bind("plan.lock", self.lock, why_not=self._why_no_lock)
        bind("plan.unlock", self.unlock, why_not=self._why_no_unlock)
        bind("plan.exclude", self.exclude, why_not=self._why_nobody)
        bind("plan.by_hand", self.propose_by_hand, why_not=self._why_no_hand)
        bind("plan.send", self.send, why_not=self._why_no_send)
        bind("plan.send_all", self.send_all, why_not=self._why_no_send_all)
        bind("plan.save_case", self.save_files, why_not=self._why_no_plan_there)
        bind("plan.patient", self._show_patient, why_not=self._why_nobody)

    @property
    def is_planning(self) -> bool:
        """Whether planning is under way."""
        return self._run is not None

    @property
    def shown(self) -> PlanPage | None:
        """The plan that is shown."""
        return self._facts.page if self._facts is not None else None

    @property
    def is_newest(self) -> bool:
        """Whether the plan that is shown is the newest one."""
        facts = self._facts
        return facts is not None and facts.page is not None and facts.plans[0].id == facts.page.row.id

    def current(self) -> PlanLine | None:
        """The person chosen in the plan."""
        line: PlanLine | None = self.table.current_row()
        return line

    def chosen(self) -> list[PlanLine]:
        """Everybody selected in the plan."""
        return [line for line in self.table.selected_rows() if isinstance(line, PlanLine)]

    def _why_nobody(self) -> str:
        return "" if self._person else "Choose somebody first."

    def _why_no_plan_there(self) -> str:
        return "" if self.shown is not None else "There is no plan yet."

    def _why_no_plan(self) -> str:
        if self._run is not None:
            return "Planning is under way."
        if self._facts is None:
            return "The hub is still being read."
        if not self._facts.waiting and not any(line.can_be_sent for line in self.model.rows()):
            return "Nobody is waiting."
        return "" if self._facts.settings else "There are no settings to plan with: add or import some."

    def _why_no_stop(self) -> str:
        return "" if self._run is not None else "No planning is under way."

    def _why_old(self) -> str:
        if self._run is not None:
            return "Planning is under way."
        return "" if self.is_newest else "This is an older plan: open the newest, or plan again."

    def _why_no_lock(self) -> str:
        line = self.current()
        if line is None:
            return "Choose a proposal first."
        if old := self._why_old():
            return old
        if line.proposal is None:
            return f"{line.name} has no place in this plan that could be kept."
        if _is_kept(line):
            return f"{line.name}'s proposal is locked already."
        return "" if line.can_be_sent else f"{line.name} is on the way already; that is held anyway."

    def _why_no_unlock(self) -> str:
        line = self.current()
        if line is None:
            return "Choose a proposal first."
        return "" if _is_kept(line) else f"{line.name}'s proposal isn't locked."

    def _why_no_hand(self) -> str:
        return "" if self._facts and self._facts.waiting else "Nobody is waiting."

    def _why_no_send(self) -> str:
        if not self.chosen():
            return "Choose one proposal or several first."
        if old := self._why_old():
            return old
        if any(_sendable(line) for line in self.chosen()):
            return ""
        line = self.chosen()[0]
        if line.proposal is None:
            return f"{line.name} has no place in this plan."
        return f"{line.name} was sent already: {line.status.word.lower()}."

    def _why_no_send_all(self) -> str:
        if self.shown is None:
            return "There is no plan yet."
        if old := self._why_old():
            return old
        left = any(_sendable(line) for line in self.model.rows())
        return "" if left else "Every proposal of this plan is sent already."

    # ---------------------------------------------------------------- reading

    def load(self) -> None:
        self.ask(partial(read_match, plan=self._plan), self._take)

    def _take(self, facts: MatchFacts) -> None:
        first = self._facts is None
        self._facts = facts
        page = facts.page
        now = self.workplace.now()
        placed: dict[str, str] = {}
        if page is not None:
            placed = {row.patient: "placed" for row in page.proposals}
            placed |= {row.patient: "unplaced" for row in page.unplaced}
        self.waiting_model.reload(
            [
                WaitingLine(
                    row,
                    infection_status(row.infection, now=now),
                    placed.get(row.id, ""),
                    row.id in facts.onward,
                )
                for row in facts.waiting
            ]
        )
        self._count_waiting()
        lines = lines_of(page, kept=facts.kept, ends=facts.isolation_ends) if page is not None else []
        self.model.reload(lines)
        self._count_chips(lines)
        self._counted(self.model.rowCount(), len(lines))
        self._list_plans(facts)
        self._note(facts)
        self.summary.emit(self._summary(facts))
        theirs = bool(self._person) and self.current_patient() == self._person
        if lines and not theirs and not self.table.pick(self._person):
            self.table.pick_first()
            if first and self.waiting.hasFocus():
                self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_why()
        self.settle()

    def _summary(self, facts: MatchFacts) -> str:
        if facts.page is None:
            return count_words(len(facts.waiting), "person waits", "people wait")
        row = facts.page.row
        placed = sum(row.placed)
        # who is held somewhere and has a place to go on to, or is to have one, is counted there
        held = row.listed - placed - row.unplaced
        proof = "optimal" if row.status == "optimal" else f"best found, within {row.gap:.1%}"
        return " · ".join(
            [
                count_words(row.listed, "person", "people"),
                f"{placed:,} placed",
                f"{row.unplaced:,} not",
                *([f"{held:,} held"] if held else []),
                proof,
                f"{row.seconds:.1f} s",
                f"rules: {rules_words(row.rule_set)}",
            ]
        )

    def _note(self, facts: MatchFacts) -> None:
        """What is to be known of the plan that is shown."""
        page = facts.page
        parts: list[str] = []
        if page is not None:
            lines = self.model.rows()
            new = sum(bool(line.proposal and line.change_word == "New") for line in lines)
            moved = sum(line.change_word == "Moved" for line in lines)
            gone = sum(line.proposal is None and bool(line.change) for line in lines)
            if not self.is_newest:
                parts.append("An older plan, as it was made; open the newest to go on with it.")
            elif page.outdated:
                parts.append("Plan again: something that this plan rests on was recorded since.")
            changes = [
                f"{new} new" if new else "",
                f"{moved} moved" if moved else "",
                f"{gone} no longer placed" if gone else "",
            ]
            said = ", ".join(part for part in changes if part)
            compared = any(row.change is not Change.FIRST for row in page.proposals)
            if said and compared:
                parts.append(f"Since the plan before: {said}.")
            elif compared and lines:
                parts.append("Nothing changed since the plan before.")
        self.note.setText(" ".join(parts))

    def _list_plans(self, facts: MatchFacts) -> None:
        now = self.workplace.now()
        shown = facts.page.row.id if facts.page else ""
        self.plans.blockSignals(True)
        self.plans.clear()
        for row in facts.plans:
            self.plans.addItem(
                f"{row.id}, {instant_words(row.made_at, now=now)}: {sum(row.placed)} of {row.listed}", row.id
            )
        self.plans.setCurrentIndex(max(0, self.plans.findData(shown)))
        self.plans.blockSignals(False)
        self.plans.setVisible(bool(facts.plans))
        self.plans.setToolTip("Plans, newest first. Choose one to open it.")

    def _choose_plan(self, place: int) -> None:
        assert self._facts is not None  # the list is made of the facts
        chosen = str(self.plans.itemData(place))
        self._plan = "" if chosen == self._facts.plans[0].id else chosen
        self.load()

    def open_plan(self, plan: str) -> None:
        """Show this plan; the empty text for the newest."""
        self._plan = plan
        self.load()

    def _count_chips(self, lines: Sequence[PlanLine]) -> None:
        for key, admits in (
            ("open", lambda line: line.can_be_sent),
            ("none", lambda line: line.proposal is None),
            ("changed", lambda line: bool(line.change)),
            ("kept", _is_kept),
            ("on", _on_the_way),
        ):
            count = sum(admits(line) for line in lines)
            self.chips.set_count("state", key, count)
            self.chips.show_choice("state", key, shown=count > 0)
        self.chips.setVisible(bool(lines))

    def _counted(self, shown: int, there: int) -> None:
        if shown:
            self._plan_stack.setCurrentWidget(self.table)
        elif there:
            self._plan_stack.setCurrentWidget(self.none_found)
        else:
            heading, sentence, command = self._empty_words()
            word = self.commands.command(command).text if command else ""
            self.plan_empty.say(heading, sentence, button=word)
            self._plan_stack.setCurrentWidget(self.plan_empty)

    def _empty_words(self) -> tuple[str, str, str]:
        facts = self._facts
        if facts is None:
            return ("Reading the hub …", "", "")
        if facts.page is not None:
            return ("Nobody was listed", "This plan was made while nobody was waiting.", "plan.run")
        if not facts.settings:
            return ("No settings yet", "Bring in homes and what is free there; then plan here.", "import.homes")
        if not facts.waiting:
            return ("Nobody is waiting", "Add people, or bring in a list; then plan here.", "import.patients")
        people = count_words(len(facts.waiting), "person waits", "people wait")
        return ("No plan yet", f"{people}. Planning proposes a placement for each, and says why.", "plan.run")

    def _do_empty(self) -> None:
        command = self._empty_words()[2]
        if command:
            self.commands.do(command)

    def _count_waiting(self) -> None:
        if self.waiting_model.rowCount():
            self._waiting_stack.setCurrentWidget(self.waiting)
            return
        if self.waiting_model.rows():
            self.waiting_empty.say("Nobody of that kind", "Choose “Everybody who waits”.")
        else:
            self.waiting_empty.say("Nobody is waiting", "")
        self._waiting_stack.setCurrentWidget(self.waiting_empty)

    def _narrow_waiting(self, place: int) -> None:
        self.waiting_model.narrow("which", self._waiting_choices[place][1])

    # --------------------------------------------------------------- choosing

    def look_for(self, text: str) -> None:
        self.model.look_for(text)
        self.waiting_model.look_for(text)

    def show_all(self) -> None:
        """Take every filter and the search off."""
        self.chips.clear()
        self.waiting_filter.setCurrentIndex(0)
        self.workplace.searched.emit("")
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

    def _show_why(self) -> None:
        page = self.shown
        line = self.current()
        if page is None or line is None or (self._person and line.patient != self._person):
            self._show_unplanned()
            return
        self._person = line.patient
        known = self.finder.known(page.row.id, line.patient)
        locked = line.proposal is not None and line.proposal.locked
        self.why.show_line(line, known, today=self.workplace.today())
        if known is None and not locked:
            self.finder.find(page.row.id, line.patient)

    def _show_unplanned(self) -> None:
        row = next((line.row for line in self.waiting_model.rows() if line.row.id == self._person), None)
        if row is None:
            self._person = ""
            self.why.nothing()
        elif self.shown is None:
            self.why.nothing(row.name, f"{row.infection.sentence} Plan, to see where they could go.")
        else:
            self.why.nothing(row.name, "Not in this plan. Plan again, to see where they could go.")

    def _why_found(self, plan: str, patient: str, why: Any) -> None:
        line = self.current()
        page = self.shown
        if line is not None and page is not None and (page.row.id, line.patient) == (plan, patient):
            self.why.show_line(line, why, today=self.workplace.today())

    def _open_why(self) -> None:
        self.toggle_detail(True)
        if self.why.table.isVisibleTo(self.why):
            self.why.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle_detail(self, shown: bool, /) -> None:
        sizes = self.splitter.sizes()
        if shown == bool(sizes[2]):
            return
        wide = self.theme.px(370)
        middle = max(sizes[1] - wide, self.theme.px(320))
        self.splitter.setSizes([sizes[0], middle, wide] if shown else [sizes[0], sum(sizes[1:]), 0])

    def detail_shown(self) -> bool | None:
        return bool(self.splitter.sizes()[2])

    def remember(self) -> None:
        super().remember()
        self.workplace.settings.setValue(f"{self.name}/filters", self.chips.on())

    def _recall(self) -> None:
        super()._recall()
        on = self.workplace.settings.value(f"{self.name}/filters")
        on = [on] if isinstance(on, str) else on
        if isinstance(on, list):
            self.chips.set_on([str(key) for key in on])

    # --------------------------------------------------------------- planning

    def plan(self) -> None:
        """Freeze the hub as a case, let the engine plan it, have it verified and stored, show it."""
        self._stopped = False
        self._run = self.workplace.ask(freeze, self._frozen, words="Planning", failed=self._plan_failed)
        self._tell_progress("Reading the hub …", 0, 0)

    def _frozen(self, frozen: tuple[FrozenCase, bytes]) -> None:
        if self._stopped:
            self._over()
            return
        case, rules = frozen
        people = count_words(len(case.case.patients), "person", "people")
        self._run = self.workplace.compute(
            make_plan,
            case.content,
            rules,
            then=partial(self._planned, case),
            words=f"Planning {people}",
            progress=True,
            failed=self._plan_failed,
            cancelled=self._plan_stopped,
        )
        self._run.progressed.connect(self._progressed)
        self._tell_progress(f"Planning {people} …", 0, 0)

    def _progressed(self, told: Told) -> None:
        self._tell_progress(f"{told.words} …", told.done, told.total)

    def _planned(self, case: FrozenCase, planned: Planned) -> None:
        if self._stopped:
            self._over()
            return
        self._tell_progress("Storing the plan …", 0, 0)
        # the newest is what is read again once it is stored
        self._plan = ""
        self.stop.setEnabled(False)
        ticket = self.workplace.perform(
            partial(
                store_plan,
                case=case.content,
                plan=planned.plan,
                seconds=planned.seconds,
                head=case.head,
                breaches=planned.breaches,
            ),
            then=self._stored,
            failed=self._plan_failed,
        )
        if ticket is None:
            self._over()
            return
        self._run = ticket
        ticket.failed.connect(lambda _error: self._over())
        ticket.cancelled.connect(self._over)

    def _stored(self, changed: Changed) -> None:
        self._over()
        announce(self, "The plan is made.")
        self.workplace.say(f"Plan {changed.first} is made.")

    def _plan_failed(self, error: Any) -> None:
        self._over()
        self.workplace.tell(Message(error.sentence, error.mend))

    def _plan_stopped(self) -> None:
        self._over()
        self.workplace.say("Planning was stopped; nothing was changed.")

    def stop_planning(self) -> None:
        """Stop the planning that is under way, at once."""
        if self._run is None or not self.stop.isEnabled():
            return
        self._stopped = True
        self.stop.setEnabled(False)
        if self._run.can_cancel:
            self._run.cancel()

    def _over(self) -> None:
        self._run = None
        self._top.setCurrentIndex(0)
        self.commands.review()

    def _tell_progress(self, words: str, done: int, total: int) -> None:
        if self._run is None:
            return
        self.progress_words.setText(words)
        self.progress_share.setRange(0, total)
        self.progress_share.setValue(done)
        if self._top.currentWidget() is not self.progress:
            self.stop.setEnabled(True)
            self._top.setCurrentWidget(self.progress)
            announce(self, words)
            self.commands.review()

    # ----------------------------------------------------- keep, exclude, send

    def lock(self) -> None:
        """Keep the chosen proposal when planning again."""
        line, page = self.current(), self.shown
        if line is None or page is None:
            return
        self.workplace.perform(
            partial(keep, plan=page.row.id, patient=line.patient),
            done=f"{line.name}'s proposal is locked: the next plan keeps it.",
            undo=Undo("Unlock", partial(stop_keeping, patient=line.patient)),
        )

    def unlock(self) -> None:
        """Let the next plan choose again for the chosen person."""
        line, page = self.current(), self.shown
        if line is None or page is None:
            return
        again = partial(keep, plan=page.row.id, patient=line.patient)
        self.workplace.perform(
            partial(stop_keeping, patient=line.patient),
            done=f"{line.name}'s proposal is no longer locked.",
            undo=Undo("Lock again", again) if line.proposal and not line.proposal.locked else None,
        )

    def exclude(self) -> None:
        """Leave a setting out for the chosen person: the one chosen at the right, else the proposed one."""
        line = self.current()
        chosen = self.why.current_setting() if self.why.table.hasFocus() else None
        setting = chosen[0] if chosen else (line.stays[-1].setting if line is not None and line.stays else "")

        def show(page: PatientPage) -> None:
            self.open_form(ExcludeForm(page, workplace=self.workplace, setting=setting))

        person = self._person
        self.ask(lambda queries: queries.patient(person), show, replaces="exclude")

    def propose_by_hand(self) -> None:
        """Propose a placement by hand, for the chosen person at first."""
        assert self._facts is not None  # the command asks for it
        self.open_form(HandProposalForm(self._facts.waiting, workplace=self.workplace, patient=self._person))

    def send(self) -> None:
        """Send the chosen proposals to approval."""
        self._send([line for line in self.chosen() if _sendable(line)])

    def send_all(self) -> None:
        """Send every proposal of this plan that isn't sent yet."""
        self._send([line for line in self.model.rows() if _sendable(line)])

    def _send(self, lines: Sequence[PlanLine]) -> None:
        page = self.shown
        if page is None or not lines:
            return
        lines = self._with_companions(page, lines)
        people = lines[0].name if len(lines) == 1 else count_words(len(lines), "person", "people")
        self.workplace.perform(
            partial(propose_from_plan, plan=page.row.id, patients=[line.patient for line in lines]),
            done=f"Sent to approval: {people}.",
            undo=_take_back,
        )

    def _with_companions(self, page: PlanPage, lines: Sequence[PlanLine]) -> list[PlanLine]:
        """These and whoever stays together with one of them: companions go together (N7)."""
        found = {line.patient: line for line in lines}
        pairs = [(one.id, one.together_with) for one in page.case.patients if one.together_with]
        while True:
            more = {
                line.patient: line
                for line in self.model.rows()
                if _sendable(line)
                and line.patient not in found
                and any(
                    (one == line.patient and other in found) or (other == line.patient and one in found)
                    for one, other in pairs
                )
            }
            if not more:
                return list(found.values())
            found |= more

    def _show_patient(self) -> None:
        self.workplace.go("patients", self._person)

    # ------------------------------------------------------------------ files

    def save_files(self) -> None:
        """Save the shown plan and its case as two files that anybody can check."""
        page = self.shown
        if page is None:
            return
        folder = QFileDialog.getExistingDirectory(self.window(), "Save case and plan in")
        if folder:
            self.save_files_in(Path(folder))

    def save_files_in(self, folder: Path) -> None:
        """Write the shown plan's two files into a folder, as they were stored."""
        page = self.shown
        assert page is not None  # asked by save_files
        plan = page.row.id

        def write(desk: Any) -> tuple[str, str]:
            files = desk.ask(lambda queries: queries.plan_files(plan))
            case, answer = folder / f"{plan}-case.json", folder / f"{plan}-plan.json"
            case.write_bytes(files.case)
            answer.write_bytes(files.plan)
            return case.name, answer.name

        self.workplace.use(write, lambda names: self.workplace.say(f"Saved: {names[0]} and {names[1]}."))


def _take_back(changed: Changed) -> Undo:
    """The way back from sending: every placement just proposed is withdrawn."""
    placements = [subject for subject in changed.subjects if subject.startswith("L-")]

    def back(context: Any) -> list[Any]:
        return [
            entry
            for placement in placements
            for entry in withdraw(context, placement=placement, reason="Sent to approval by mistake")
        ]

    return Undo("Take back", back)


def _search_text(line: PlanLine) -> str:
    return " ".join(stay.setting_name for stay in line.stays)


def _on_pathway(pathway: str, line: WaitingLine) -> bool:
    return str(line.row.pathway) == pathway


def _of_priority(priority: int, line: WaitingLine) -> bool:
    return line.row.priority == priority


def _is_kept(line: PlanLine) -> bool:
    return line.kept


def _on_the_way(line: PlanLine) -> bool:
    return line.proposal is not None and not line.can_be_sent and not _is_kept(line)


def _sendable(line: PlanLine) -> bool:
    return line.can_be_sent or _is_kept(line)


__all__ = ["MatchFacts", "MatchPage", "freeze", "read_match"]
