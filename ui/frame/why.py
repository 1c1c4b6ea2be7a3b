"""Why somebody goes where they go, as several rooms show it: found by the engine, as bars, in words."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from discharge.model.errors import UserError
from discharge.model.files import PlanFiles
from discharge.words.counts import count_words
from ui.frame.services import Services
from ui.theme.theme import Theme
from ui.widgets.bars import Bar, BarRows
from ui.words.plans import POINT_WORDS
from ui.work.planning import RunnerUp, Why, explain_person


class WhyFinder(QObject):
    """Asks the engine's process why somebody of a stored plan goes nowhere else; remembers what it said.

    `found` carries plan, patient and the `Why`; `lost` plan, patient and the error. Of several asked for
    while one is under way only the last is looked for.
    """

    found = Signal(str, str, object)
    lost = Signal(str, str, object)

    def __init__(self, services: Services, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._files: tuple[str, PlanFiles] | None = None
        self._known: dict[tuple[str, str], Why] = {}
        self._under_way: tuple[str, str] | None = None
        self._wanted: tuple[str, str] | None = None

    def known(self, plan: str, patient: str) -> Why | None:
        """What was found earlier, or None."""
        return self._known.get((plan, patient))

    def find(self, plan: str, patient: str) -> None:
        """Looks for it; `found` or `lost` tells."""
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
        self._services.ask(
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
        self._services.compute(
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


class PointBars(BarRows):
    """The points of a placement by objective, most first."""

    def __init__(self, points: Mapping[str, int], *, theme: Theme) -> None:
        super().__init__(theme=theme)
        counted = sorted(
            ((value, key) for key, value in points.items() if key != "total" and value), reverse=True
        )
        most = max((value for value, _ in counted), default=1)
        said = []
        for value, key in counted:
            word, sentence = POINT_WORDS.get(key, (key.replace("_", " ").capitalize(), ""))
            self.put(word, Bar(value / most, theme=theme), f"{value:,}", tip=sentence)
            said.append(f"{word} {value}")
        self.setAccessibleName("Points: " + (", ".join(said) or "none"))


def runner_up_words(best: RunnerUp | None) -> str:
    """How the next best setting compares, in a sentence."""
    if best is None:
        return "No other setting would do."
    if best.more >= 0:
        return f"{best.name}: {count_words(best.more, 'point')} more."
    return f"{best.name}: {count_words(-best.more, 'point')} fewer, but the plan as a whole is better so."
