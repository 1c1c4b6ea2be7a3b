"""Replay: a stored plan made again from its stored case under its stored rules, and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QWidget,
)

from discharge import __version__
from discharge.model.errors import UserError
from discharge.model.files import PlanFiles
from discharge.model.shown.plans import PlanRow
from discharge.words.counts import count_words
from discharge.words.days import day_words, instant_words
from ui.frame.services import Services
from ui.theme.scale import Space
from ui.theme.status import Status, danger, done, neutral, waiting
from ui.widgets.banner import announce
from ui.widgets.button import push_button
from ui.widgets.choice_fields import ask_little
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.layouts import in_column
from ui.widgets.named_box import NamedBox
from ui.widgets.text import Lines, label
from ui.work.engine_process import Told
from ui.work.jobs import Ticket
from ui.work.replaying import Otherwise, Places, Replayed, replay_plan

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

SHOWN = 30
"""So many people who go otherwise are listed."""


@dataclass(frozen=True, slots=True)
class _Stored:
    files: PlanFiles
    engine: str
    names: Mapping[str, str]


def _stored(queries: Queries, plan: str) -> _Stored:
    names = {**queries.setting_names(), **queries.patient_names()}
    return _Stored(queries.plan_files(plan), queries.plan_engine(plan), names)


class ReplayDialog(QDialog):
    """One chooses a plan, makes it again, reads what came of it. Nothing is written."""

    def __init__(self, services: Services, *, plan: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = services
        self._wanted = plan
        self._plans: Sequence[PlanRow] = ()
        self._run: Ticket | None = None
        self._stored: _Stored | None = None
        theme = services.theme
        self.setWindowTitle("Replay plan")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        resize_on_screen(self, theme.px(600), theme.px(400))
        margin = theme.px(Space.SECTION)
        column = in_column(
            self,
            around=(margin, theme.px(Space.GUTTER), margin, theme.px(Space.GUTTER)),
            gap=theme.px(Space.ROW),
        )
        column.addWidget(
            label(
                "The engine makes the plan again from the case and the rules that were stored with it, and"
                " compares. Nothing is changed.",
                "muted",
                wrap=True,
            )
        )
        column.addLayout(self._choice_row())
        self.progress = QProgressBar()
        self.progress.setAccessibleName("Making the plan again")
        self.progress.hide()
        column.addWidget(self.progress)
        self.outcome = Lines(theme=theme)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("What came of it")
        holder = QWidget()
        inner = in_column(holder)
        inner.addWidget(self.outcome)
        inner.addStretch(1)
        scroll.setWidget(holder)
        column.addWidget(scroll, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.close_button = push_button("Close", do=self.reject)
        foot.addWidget(self.close_button)
        column.addLayout(foot)
        services.ask(lambda queries: queries.plans(), self._offer)

    def _choice_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.plans = NamedBox("Plan, newest first")
        ask_little(self.plans, letters=30)
        row.addWidget(self.plans, 1)
        self.start = push_button("Replay", kind="main")
        self.start.setDefault(True)
        self.start.setEnabled(False)
        self.start.clicked.connect(self._press)
        row.addWidget(self.start)
        return row

    def _offer(self, plans: Sequence[PlanRow]) -> None:
        self._plans = plans
        now = self._place.now()
        for row in plans:
            placed = count_words(sum(row.placed), "person", "people")
            made = instant_words(row.made_at, now=now)
            self.plans.addItem(f"{row.id} · {made} · {row.by} · {placed} placed")
        at = next((at for at, row in enumerate(plans) if row.id == self._wanted), 0)
        self.plans.setCurrentIndex(at)
        self.start.setEnabled(bool(plans))
        self.plans.setEnabled(bool(plans))
        if not plans:
            self.outcome.show_lines([neutral("There is no plan in this hub yet.")])

    # -------------------------------------------------------------------- run

    def _press(self) -> None:
        if self._run is not None:
            self._run.cancel()
            return
        plan = self._plans[self.plans.currentIndex()].id
        self.outcome.show_lines([])
        self._turn(running=True)
        self._place.ask(
            lambda queries: _stored(queries, plan), self._begin, replaces="replay", failed=self._failed
        )

    def _begin(self, stored: _Stored) -> None:
        self._stored = stored
        files = stored.files
        self._run = self._place.compute(
            replay_plan, files.case, files.rules, files.plan, files.previous, then=self._show, progress=True,
            words="Replaying the plan", failed=self._failed, cancelled=self._cancelled,
        )  # fmt: skip
        self._run.progressed.connect(self._tell)

    def _turn(self, *, running: bool) -> None:
        self.progress.setVisible(running)
        self.progress.setRange(0, 0)
        self.plans.setEnabled(not running)
        self.start.setText("Stop" if running else "Replay")

    def _tell(self, told: Told) -> None:
        self.progress.setRange(0, told.total)
        self.progress.setValue(told.done)
        self.progress.setToolTip(told.words)

    def _over(self) -> None:
        self._run = None
        self._turn(running=False)

    def _failed(self, error: UserError) -> None:
        self._over()
        self.outcome.show_lines([danger(error.sentence), *([error.mend] if error.mend else [])])

    def _cancelled(self) -> None:
        self._over()
        self.outcome.show_lines([neutral("Stopped.")])

    def _show(self, found: Replayed) -> None:
        self._over()
        assert self._stored is not None  # set before it ran
        lines = outcome_lines(found, engine=self._stored.engine, names=self._stored.names)
        self.outcome.show_lines(lines)
        first = lines[0]
        announce(self, first.word if isinstance(first, Status) else first)

    def said(self) -> str:
        """What the dialog says of the outcome."""
        return "\n".join(each.text() for each in self.outcome.findChildren(QLabel) if each.text())

    def done(self, result: int, /) -> None:
        if self._run is not None:
            self._run.cancel()
        super().done(result)


def outcome_lines(found: Replayed, *, engine: str, names: Mapping[str, str]) -> list[Status | str]:
    """What came of it, in sentences: the same or not, what differs, and why."""
    took = f"Made again in {found.seconds:.1f} s."
    if found.same_bytes:
        return [done("The same plan, to the byte."), took]
    lines: list[Status | str] = []
    if found.same_placements:
        lines.append(done("The same placements; other words or points in the file."))
    elif found.as_good:
        lines.append(waiting("Another plan, as good: as many people placed, for as many points."))
    else:
        lines.append(danger("Another plan, and not of the same worth."))
        lines.append(f"Then: {_worth(found.before)}. Now: {_worth(found.after)}.")
    lines += [neutral(why) for why in _whys(found, engine)]
    lines += [danger(f"Against the plan made again: {breach}") for breach in found.breaches]
    for each in found.otherwise[:SHOWN]:
        lines.append(_otherwise(each, names))
    if len(found.otherwise) > SHOWN:
        lines.append(f"And {len(found.otherwise) - SHOWN:,} people more.")
    return [*lines, took]


def _worth(worth: tuple[tuple[int, ...], int]) -> str:
    placed, points = worth
    by = ", ".join(f"{count} of priority {at}" for at, count in enumerate(placed, 1) if count) or "nobody"
    return f"{by} placed, {points:,} points"


def _whys(found: Replayed, engine: str) -> list[str]:
    if found.gap > 0:
        return [f"The clock stopped the stored plan before it was proven best ({found.gap:.1%} open)."]
    if not engine:
        return [
            "Which version of the program made it wasn't recorded: another version may choose otherwise"
            " among plans that are equally good."
        ]
    if engine != __version__:
        return [f"Version {engine} of the program made it; this is version {__version__}."]
    return [f"The same version of the program ({engine}) made both: tell whoever looks after it."]


def _otherwise(each: Otherwise, names: Mapping[str, str]) -> str:
    def said(places: Places, *, whole: bool) -> str:
        parts = []
        for place in places:
            name = names.get(place.setting, place.setting)
            until = f" to {day_words(place.end)}" if place.end is not None else ", open-ended"
            days = f"from {day_words(place.start)}"
            parts.append(f"{name}, {place.beds}, {days}{until}" if whole else f"{name} {days}")
        return ", then ".join(parts) or "nowhere"

    # where the settings and days are the same, the beds or the ends aren't
    whole = said(each.before, whole=False) == said(each.after, whole=False)
    person = each.patient.partition("/")[0]
    before, after = said(each.before, whole=whole), said(each.after, whole=whole)
    return f"{names.get(person, person)}: then {before}; now {after}."
