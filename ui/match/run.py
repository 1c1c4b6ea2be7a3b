"""Planning as the Match page does it: freeze the hub, plan, verify, store; watched, and stopped at once."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from discharge.actions.planning import store_plan
from discharge.model.hub import Changed
from discharge.words.counts import count_words
from ui.frame.services import Message, Services
from ui.match.facts import ToPlan, read_to_plan
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.banner import announce
from ui.widgets.button import push_button
from ui.widgets.layouts import in_row
from ui.widgets.text import ElidedLabel
from ui.work.engine_process import Told
from ui.work.jobs import Ticket
from ui.work.planning import Planned, make_plan


class RunBar(QWidget):
    """How far the planning is, in words and as a bar, with Stop."""

    def __init__(self, *, theme: Theme) -> None:
        super().__init__()
        gap = theme.px(Space.NEAR)
        row = in_row(self, around=(gap, 0, gap, 0), gap=theme.px(Space.ROW))
        self.words = ElidedLabel("", "strong")
        self.words.setMinimumWidth(theme.px(160))
        self.share = QProgressBar()
        self.share.setTextVisible(False)
        self.share.setAccessibleName("Planning")
        self.stop = push_button("Stop", tip="Shift+Esc: ends the engine at once; nothing is changed")
        self.stop.setAccessibleName("Stop planning")
        row.addWidget(self.words)
        row.addWidget(self.share, 1)
        row.addWidget(self.stop)

    def tell(self, words: str, done: int, total: int) -> None:
        """How far it is."""
        self.words.setText(words)
        self.share.setRange(0, total)
        self.share.setValue(done)


class PlanRun(QObject):
    """One planning after the other. `began` and `over` frame it; `stored` comes before `over` went well."""

    began = Signal()
    over = Signal()
    stored = Signal()

    def __init__(self, services: Services, bar: RunBar, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._bar = bar
        self._ticket: Ticket | None = None
        self._stopped = False
        bar.stop.clicked.connect(self.stop)

    @property
    def is_under_way(self) -> bool:
        """Whether planning is under way."""
        return self._ticket is not None

    def begin(self, *, keep: bool) -> None:
        """Freeze the hub as a case, let the engine plan it, have it verified and stored.

        `keep`: nobody's proposal of the newest plan changes unless that gains enough.
        """
        self._stopped = False
        self._ticket = self._services.ask(
            partial(read_to_plan, keep=keep), self._frozen, words="Planning", failed=self._failed
        )
        self._bar.stop.setEnabled(True)
        self._bar.tell("Reading the hub …", 0, 0)
        self.began.emit()
        announce(self._bar, "Reading the hub …")

    def stop(self) -> None:
        """Stops the planning that is under way, at once."""
        if self._ticket is None or not self._bar.stop.isEnabled():
            return
        self._stopped = True
        self._bar.stop.setEnabled(False)
        if self._ticket.can_cancel:
            self._ticket.cancel()

    def _frozen(self, given: ToPlan) -> None:
        if self._stopped:
            self._over()
            return
        people = count_words(len(given.case.case.patients), "person", "people")
        self._ticket = self._services.compute(
            make_plan,
            given.case.content,
            given.rules,
            given.previous,
            then=partial(self._planned, given),
            words=f"Planning {people}",
            progress=True,
            failed=self._failed,
            cancelled=self._was_stopped,
        )
        self._ticket.progressed.connect(self._progressed)
        self._bar.tell(f"Planning {people} …", 0, 0)

    def _progressed(self, told: Told) -> None:
        self._bar.tell(f"{told.words} …", told.done, told.total)

    def _planned(self, given: ToPlan, planned: Planned) -> None:
        if self._stopped:
            self._over()
            return
        self._bar.tell("Storing the plan …", 0, 0)
        self._bar.stop.setEnabled(False)
        ticket = self._services.perform(
            partial(
                store_plan,
                case=given.case.content,
                plan=planned.plan,
                seconds=planned.seconds,
                head=given.case.head,
                breaches=planned.breaches,
                previous=given.previous,
            ),
            then=self._was_stored,
            failed=self._failed,
        )
        if ticket is None:
            self._over()
            return
        self._ticket = ticket
        ticket.failed.connect(lambda _error: self._over())
        ticket.cancelled.connect(self._over)

    def _was_stored(self, changed: Changed) -> None:
        self._over()
        self.stored.emit()
        announce(self._bar, "The plan is made.")
        self._services.say(f"Plan {changed.first} is made.")

    def _failed(self, error: Any) -> None:
        self._over()
        self._services.tell(Message(error.sentence, error.mend))

    def _was_stopped(self) -> None:
        self._over()
        self._services.note("Planning was stopped; nothing was changed.")

    def _over(self) -> None:
        self._ticket = None
        self.over.emit()
