"""Finding out from the engine's process why somebody of a plan goes nowhere else, and remembering it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from discharge.model.errors import UserError
from discharge.model.shown.plans import PlanFiles
from ui.frame.workplace import Workplace
from ui.work.planning import Why, explain_person


class WhyFinder(QObject):
    """Asks the engine's process why somebody of a stored plan goes nowhere else; remembers what it said.

    `found` carries plan, patient and the `Why`; `lost` plan, patient and the error. Of several asked for
    while one is under way only the last is looked for.
    """

    found = Signal(str, str, object)
    lost = Signal(str, str, object)

    def __init__(self, workplace: Workplace, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._files: tuple[str, PlanFiles] | None = None
        self._known: dict[tuple[str, str], Why] = {}
        self._under_way: tuple[str, str] | None = None
        self._wanted: tuple[str, str] | None = None

    def known(self, plan: str, patient: str) -> Why | None:
        """What was found earlier, or None."""
        return self._known.get((plan, patient))

    @property
    def is_idle(self) -> bool:
        """Whether nothing is looked for."""
        return self._under_way is None

    def find(self, plan: str, patient: str) -> None:
        """Look for it; `found` or `lost` tells."""
        self._wanted = (plan, patient)
        if self._under_way is None:
            self._next()

    def _next(self) -> None:
        if self._wanted is None:
            return
        self._under_way = self._wanted
        plan = self._wanted[0]
        self._wanted = None
        if self._files is not None and self._files[0] == plan:
            self._ask_engine(self._files[1])
            return
        self._workplace.ask(
            lambda queries: queries.plan_files(plan),
            self._take_files,
            replaces="why/files",
            failed=self._lost,
        )

    def _take_files(self, files: PlanFiles) -> None:
        if self._under_way is None:
            return
        self._files = (self._under_way[0], files)
        self._ask_engine(files)

    def _ask_engine(self, files: PlanFiles) -> None:
        assert self._under_way is not None  # set by _next
        self._workplace.compute(
            explain_person,
            files.case,
            files.rules,
            files.plan,
            self._under_way[1],
            then=self._take,
            words="",
            failed=self._lost,
            cancelled=self._given_up,
        )

    def _take(self, why: Why) -> None:
        if self._under_way is None:
            return
        plan, patient = self._under_way
        if any(known != plan for known, _ in self._known):
            self._known.clear()
        self._known[plan, patient] = why
        self._under_way = None
        self.found.emit(plan, patient, why)
        self._next()

    def _lost(self, error: UserError) -> None:
        if self._under_way is not None:
            plan, patient = self._under_way
            self._under_way = None
            self.lost.emit(plan, patient, error)
        self._next()

    def _given_up(self) -> None:
        self._under_way = None
        self._next()
