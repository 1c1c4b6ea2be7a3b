"""The left and the middle of the Match page: who waits, and the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from discharge.model.shown.plans import Change, PlanPage, PlanRow
from discharge.words.counts import count_words
from discharge.words.days import instant_words
from ui.match.drag import PeopleTable
from ui.match.facts import MatchFacts
from ui.match.lines import PlanLine, WaitingLine, plan_columns, waiting_columns
from ui.match.run import RunBar
from ui.models.table import RowsModel
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.button import push_button
from ui.widgets.empty import EmptyState
from ui.widgets.layouts import in_column, in_row
from ui.widgets.named_box import NamedBox
from ui.widgets.search import Choice, FilterChips
from ui.widgets.text import ElidedLabel, label
from ui.words.people import infection_status, is_blocked, is_isolating
from ui.words.plans import rules_words

NARROWEST = 232
"""Pixels at 100 % below which names of those who wait would be cut."""


class WaitingColumn(QWidget):
    """Who waits, narrowed by one choice."""

    def __init__(self, *, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.model: RowsModel[WaitingLine] = RowsModel(
            waiting_columns(), key=lambda line: line.row.id, search=lambda line: line.row.ward, parent=self
        )
        self._stack = QStackedWidget(self)
        self.table = PeopleTable(self.model, theme=theme, name="Who waits", parent=self._stack)
        self.filter = NamedBox("Show of those who wait", self)
        self.filter.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._choices = (
            ("Everybody who waits", None),
            ("No place in this plan", lambda line: line.in_plan == "unplaced"),
            ("Not in this plan", lambda line: not line.in_plan),
            ("Isolating", lambda line: is_isolating(line.row)),
            ("Can't leave yet", lambda line: is_blocked(line.row)),
            *((f"Pathway {p[1]}", partial(_on_pathway, p)) for p in ("P0", "P1", "P2", "P3")),
            *((f"Priority {n}", partial(_of_priority, n)) for n in (1, 2, 3, 4)),
        )
        for words, _ in self._choices:
            self.filter.addItem(words)
        self.filter.currentIndexChanged.connect(self._narrow)
        self.empty = EmptyState("", theme=theme, icon="patients", parent=self._stack)
        column = in_column(self, gap=theme.px(Space.NEAR))
        bar = in_row(around=(theme.px(Space.NEAR), 0, theme.px(Space.NEAR), 0))
        bar.addWidget(self.filter, 1)
        column.addLayout(bar)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        column.addWidget(self._stack, 1)
        self.setMinimumWidth(theme.px(NARROWEST))
        self.model.counted.connect(lambda *_counts: self._count())

    def show_facts(self, facts: MatchFacts, *, now: datetime) -> None:
        """Shows who waits now, and what the shown plan has for them."""
        in_plan: dict[str, str] = {}
        if facts.page is not None:
            in_plan = {row.patient: "placed" for row in facts.page.proposals}
            in_plan |= {row.patient: "unplaced" for row in facts.page.unplaced}
        self.model.reload(
            [
                WaitingLine(
                    row,
                    infection_status(row.infection, now=now),
                    in_plan.get(row.id, ""),
                    row.id in facts.onward,
                )
                for row in facts.waiting
            ]
        )
        self._count()

    def show_all(self) -> None:
        """Takes the filter off."""
        self.filter.setCurrentIndex(0)

    def _narrow(self, place: int) -> None:
        self.model.narrow("which", self._choices[place][1])

    def _count(self) -> None:
        if self.model.rowCount():
            self._stack.setCurrentWidget(self.table)
            return
        if self.model.rows():
            self.empty.say("Nobody of that kind", "Choose “Everybody who waits”.")
        else:
            self.empty.say("Nobody is waiting", "")
        self._stack.setCurrentWidget(self.empty)


class PlanColumn(QWidget):
    """The plan: which one, what is to be known of it, its people, and how the next one is made."""

    def __init__(self, *, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model: RowsModel[PlanLine] = RowsModel(
            plan_columns(), key=lambda line: line.patient, search=_search_text, parent=self
        )
        self._stack = QStackedWidget(self)
        self.table = PeopleTable(self.model, theme=theme, name="The plan", parent=self._stack)
        self.chips = FilterChips([("state", _state_choices())], theme=theme)
        self.chips.chosen.connect(self.model.narrow_by)
        self.plans = NamedBox("Plans, newest first")
        self.plans.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # how many are placed stands at its end: beside it the note gives way
        self.plans.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.plans.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        self.plans.setMaximumWidth(theme.px(320))
        self.note = ElidedLabel("", "small")
        self.run = RunBar(theme=theme)
        self.empty = EmptyState("", theme=theme, icon="match", parent=self._stack)
        self.none_found = EmptyState(
            "Nobody matches", "Take the filters off, or look for somebody else.", theme=theme,
            icon="filter", button="Show all", parent=self._stack,
        )  # fmt: skip
        column = in_column(self, gap=theme.px(Space.NEAR))
        column.addWidget(self._top())
        gap = theme.px(Space.NEAR)
        # where the note has no room beside the plans it stands below, whole: that a plan is out of date, too
        self._below = label("", "small", wrap=True, parent=self)
        self._below.setContentsMargins(gap, 0, gap, 0)
        self._below.hide()
        column.addWidget(self._below)
        chosen = in_row(around=(gap, 0, gap, 0))
        chosen.addWidget(self.chips, 1)
        column.addLayout(chosen)
        for widget in (self.empty, self.table, self.none_found):
            self._stack.addWidget(widget)
        # what is said of an empty plan may be cut; the filters above it may not
        self._stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._stack.setMinimumHeight(theme.px(60))
        column.addWidget(self._stack, 1)
        column.addWidget(self._foot())
        self.setMinimumWidth(theme.px(300))

    def _top(self) -> QWidget:
        listed = QWidget()
        gap = self._theme.px(Space.NEAR)
        bar = in_row(listed, around=(gap, 0, gap, 0), gap=gap)
        bar.addWidget(self.plans, 0, Qt.AlignmentFlag.AlignLeft)
        bar.addWidget(self.note, 1)
        # what is under way stands where the plans are listed: nothing else moves for it
        self.top = QStackedWidget()
        self.top.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.top.addWidget(listed)
        self.top.addWidget(self.run)
        return self.top

    def _foot(self) -> QWidget:
        self.keep = QCheckBox("Keep proposals")
        self.keep.setChecked(True)
        self.keep.setToolTip(
            "Planning again changes nobody's place of the last plan unless that gains enough (Preferences, "
            "the weight “Keeping the last plan”)"
        )
        self.short = push_button(
            "What is short…",
            tip="The plan as a whole: what a bed more would be worth, what would help",
            kind="link",
        )
        self.short_words = ElidedLabel("", "small")
        self.foot = QWidget()
        gap = self._theme.px(Space.NEAR)
        row = in_row(self.foot, around=(gap, 0, gap, self._theme.px(Space.TIGHT)), gap=gap)
        row.addWidget(self.keep)
        row.addWidget(self.short)
        row.addWidget(self.short_words, 1)
        return self.foot

    def show_run(self, shown: bool, /) -> None:
        """Shows how far the planning is, or the list of plans again."""
        self.top.setCurrentIndex(1 if shown else 0)

    def say_note(self, words: str) -> None:
        """What is to be known of the plan that is shown, whole."""
        self.note.setText(words)
        self._below.setText(words)
        self._place_note()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_note()

    def _place_note(self) -> None:
        gap = self._theme.px(Space.NEAR)
        beside = (
            self.width() - self.plans.sizeHint().width() - 3 * gap if self.plans.count() else self.width()
        )
        cut = self.note.fontMetrics().horizontalAdvance(self.note.whole()) > beside
        self.note.setVisible(not cut)
        self._below.setVisible(cut)

    def show_lines(self, lines: Sequence[PlanLine]) -> None:
        """Shows the people of a plan."""
        self.model.reload(lines)
        self._count_chips(lines)

    def tell_short(self, sentences: Sequence[str]) -> None:
        """What is short in the plan: the first sentence, all of them in the tooltip."""
        self.short_words.setText(sentences[0] if sentences else "")
        self.short_words.tell_more("\n".join(sentences))

    def list_plans(self, plans: Sequence[PlanRow], shown: str, *, now: datetime) -> None:
        """Offers the plans, newest first."""
        self.plans.blockSignals(True)
        self.plans.clear()
        for row in plans:
            made = instant_words(row.made_at, now=now)
            self.plans.addItem(f"{row.id}, {made}: {sum(row.placed)} of {row.listed}", row.id)
        self.plans.setCurrentIndex(max(0, self.plans.findData(shown)))
        self.plans.blockSignals(False)
        self.plans.setVisible(bool(plans))
        self._place_note()
        self.plans.setToolTip("Choose one to open it.")

    def show_stack(self, *, shown: int, there: int) -> None:
        """The table, or that nobody matches, or what to do where there is nobody at all."""
        table = self.table if shown else self.none_found if there else self.empty
        self._stack.setCurrentWidget(table)

    def _count_chips(self, lines: Sequence[PlanLine]) -> None:
        counts = {choice.key: sum(choice.admits(line) for line in lines) for choice in _state_choices()}
        self.chips.set_counts("state", counts)
        for key, count in counts.items():
            self.chips.show_choice("state", key, shown=count > 0)
        self.chips.setVisible(bool(lines))


def note_words(page: PlanPage | None, lines: Sequence[PlanLine], *, is_newest: bool) -> str:
    """What is to be known of the plan that is shown."""
    if page is None:
        return ""
    parts: list[str] = []
    if not is_newest:
        parts.append("An older plan, as it was made; open the newest to go on with it.")
    elif page.outdated:
        parts.append("Plan again: what it rests on has changed.")
    counts: Mapping[str, int] = {
        "new": sum(bool(line.proposal and line.change_word == "New") for line in lines),
        "moved": sum(line.change_word == "Moved" for line in lines),
        "no longer placed": sum(line.proposal is None and bool(line.change) for line in lines),
    }
    said = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    compared = any(row.change is not Change.FIRST for row in page.proposals)
    if said and compared:
        parts.append(f"Since the plan before: {said}.")
    elif compared and lines:
        parts.append("Nothing changed since the plan before.")
    return " ".join(parts)


def summary_words(facts: MatchFacts) -> str:
    """The line beside the title: how many, how good, how long it took, by which rules."""
    if facts.page is None:
        return count_words(len(facts.waiting), "person waits", "people wait")
    row = facts.page.row
    placed = sum(row.placed)
    # who is held somewhere and has a place to go on to, or is to have one, is counted there
    held = row.listed - placed - row.unplaced
    proof = "optimal" if row.status == "optimal" else f"best found, within {row.gap:.1%}"
    if row.unplaced and not placed:
        # "optimal" beside nobody placed reads as if all were well
        proof = "nobody can be placed as things are" if row.status == "optimal" else "no place found yet"
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


def _state_choices() -> tuple[Choice, ...]:
    return (
        Choice("open", "Proposed", lambda line: line.can_be_sent, "Not sent to approval yet"),
        Choice("none", "No place", lambda line: line.proposal is None),
        Choice("changed", "Changed", lambda line: bool(line.change), "Since the last plan"),
        Choice("kept", "Locked", lambda line: line.kept, "Kept when planning again"),
        Choice("on", "On the way", _on_the_way, "Sent to approval, or further"),
        Choice("placed", "Placed", lambda line: line.is_placed, "Placed by this plan", passing=True),
        Choice("held", "Held", lambda line: line.is_held, "Placed before this plan", passing=True),
    )


def _on_the_way(line: PlanLine) -> bool:
    return line.proposal is not None and not line.can_be_sent and not line.kept


def _search_text(line: PlanLine) -> str:
    return " ".join(stay.setting_name for stay in line.stays)


def _on_pathway(pathway: str, line: WaitingLine) -> bool:
    return str(line.row.pathway) == pathway


def _of_priority(priority: int, line: WaitingLine) -> bool:
    return line.row.priority == priority
