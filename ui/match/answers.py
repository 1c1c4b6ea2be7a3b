"""What can be asked of a plan besides the why: each in a fold of its own, found when it is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from discharge.model.errors import UserError
from discharge.model.files import PlanFiles
from ui.frame.services import Services
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.banner import announce
from ui.widgets.button import push_button
from ui.widgets.fold import Fold
from ui.widgets.layouts import in_row
from ui.widgets.text import IconLabel, label
from ui.words.plans import by_name
from ui.work.answering import Answer, Line, Question, WhatIf, answer
from ui.work.engine_process import Told
from ui.work.jobs import Ticket

TITLES: dict[Question, tuple[str, str]] = {
    Question.HELP: ("What would help", "Single changes, each planned again"),
    Question.COMPETES: ("Who competes", "Who needs the same few beds, and exchanges that make room"),
    Question.ALTERNATIVES: ("Other places", "The next best choices, and what each costs the others"),
    Question.EITHER_WAY: ("On either result", "The place on a negative and on a positive result"),
    Question.PRICES: ("What is short", "What one bed more would be worth"),
}
"""What each question is called, and what it finds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a stored plan; `patient` is empty where it is about all of it."""

    plan: str
    question: Question
    patient: str = ""


class AnswerFinder(QObject):
    """Asks the engine's process, one question after the other, and remembers the answers of one plan.

    What waits is given up when something is asked about somebody else.
    """

    found = Signal(object, object)
    """An `Asked` and its `Answer`."""
    lost = Signal(object, object)
    """An `Asked` and the error."""
    told = Signal(object, object)
    """An `Asked` and how far it is (`Told`)."""
    given_up = Signal(object)
    """An `Asked` that was stopped."""

    def __init__(self, services: Services, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._files: tuple[str, PlanFiles] | None = None
        self._known: dict[Asked, Answer] = {}
        self._under_way: Asked | None = None
        self._ticket: Ticket | None = None
        self._waiting: list[Asked] = []

    def known(self, asked: Asked) -> Answer | None:
        """What was found earlier, or None."""
        return self._known.get(asked)

    def is_asking(self, asked: Asked) -> bool:
        """Whether this is looked for, or will be next."""
        return asked == self._under_way or asked in self._waiting

    def find(self, asked: Asked) -> None:
        """Looks for it; `found`, `lost` or `given_up` tells."""
        if self.is_asking(asked):
            return
        self._give_up([each for each in self._waiting if each.patient != asked.patient])
        self._waiting.append(asked)
        if self._under_way is None:
            self._next()

    def stop(self) -> None:
        """Stops what is under way, at once; nothing waits any more."""
        self._give_up(list(self._waiting))
        if self._ticket is not None and not self._ticket.over:
            self._ticket.cancel()

    def _give_up(self, given_up: Sequence[Asked]) -> None:
        for asked in given_up:
            self._waiting.remove(asked)
            self.given_up.emit(asked)

    def _next(self) -> None:
        if not self._waiting:
            return
        asked = self._under_way = self._waiting.pop(0)
        if self._files is not None and self._files[0] == asked.plan:
            self._ask_engine(self._files[1])
            return
        self._services.ask(
            lambda queries: queries.plan_files(asked.plan),
            self._take_files,
            replaces="answers/files",
            failed=self._lost,
        )

    def _take_files(self, files: PlanFiles) -> None:
        if self._under_way is not None:
            self._files = (self._under_way.plan, files)
            self._ask_engine(files)

    def _ask_engine(self, files: PlanFiles) -> None:
        asked = self._under_way
        assert asked is not None  # set by _next
        self._ticket = self._services.compute(
            answer, asked.question, files.case, files.rules, files.previous, asked.patient,
            then=self._take, words="", progress=True, failed=self._lost, cancelled=self._stopped,
        )  # fmt: skip
        self._ticket.progressed.connect(partial(self.told.emit, asked))

    def _take(self, found: Answer) -> None:
        asked = self._over()
        if any(known.plan != asked.plan for known in self._known):
            self._known.clear()
        self._known[asked] = found
        self.found.emit(asked, found)
        self._next()

    def _lost(self, error: UserError) -> None:
        self.lost.emit(self._over(), error)
        self._next()

    def _stopped(self) -> None:
        self.given_up.emit(self._over())
        self._next()

    def _over(self) -> Asked:
        asked = self._under_way
        assert asked is not None  # one is under way until it is over
        self._under_way = self._ticket = None
        return asked


class AnswerFold(Fold):
    """One question of one plan: asked when it is opened. `tried` carries a `WhatIf`, `proposed` the stays."""

    tried = Signal(object)
    proposed = Signal(object)

    def __init__(self, asked: Asked, finder: AnswerFinder, names: Mapping[str, str], *, theme: Theme) -> None:
        title, tip = TITLES[asked.question]
        super().__init__(title, theme=theme, tip=tip)
        self.asked = asked
        self._finder, self._names = finder, names
        self.opened.connect(self.ask)
        self.stopped.connect(finder.stop)
        finder.found.connect(self._found)
        finder.lost.connect(self._lost)
        finder.told.connect(self._told)
        finder.given_up.connect(self._given_up)

    def ask(self) -> None:
        """Shows what is known, or finds out."""
        self.open()
        known = self._finder.known(self.asked)
        if known is not None:
            self._show(known)
            return
        self.run("Looking …")
        self._finder.find(self.asked)

    def _found(self, asked: Asked, found: Answer) -> None:
        if asked == self.asked:
            self._show(found)
            if self.is_open:
                announce(self, f"{self.title()}: {self.lines_of(found)[0]}")

    def _told(self, asked: Asked, told: Told) -> None:
        if asked == self.asked and self.is_open:
            self.tell(told.done, told.total, told.words)

    def _lost(self, asked: Asked, error: UserError) -> None:
        if asked == self.asked:
            said = by_name(f"{error.sentence} {error.mend}".strip(), self._names)
            self.show_widgets(label(said, wrap=True))

    def _given_up(self, asked: Asked) -> None:
        if asked == self.asked:
            self.show_widgets(label("Stopped. Open it again to find out.", "muted", wrap=True))
            self.open(False)

    def lines_of(self, found: Answer) -> list[str]:
        """The sentences of an answer, with people and settings by name."""
        return [by_name(line.text, self._names) for line in found.lines] or [
            by_name(found.note, self._names) or "Nothing."
        ]

    def _show(self, found: Answer) -> None:
        rows = [self._row(line) for line in found.lines]
        if found.note or not rows:
            rows.append(label(by_name(found.note, self._names) or "Nothing.", "small", wrap=True))
        self.show_widgets(*rows)

    def _row(self, line: Line) -> QWidget:
        holder = QWidget()
        row = in_row(holder, gap=self._theme.px(Space.NEAR))
        tone = Tone.DONE if line.good else Tone.NEUTRAL
        icon = "status-done" if line.good else "status-neutral"
        picture = IconLabel(icon, tone, theme=self._theme)
        picture.setAccessibleName("")
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        words = by_name(line.text, self._names)
        row.addWidget(label(words, wrap=True), 1)
        if line.tries is not None:
            row.addWidget(self._link("Try…", f"Try out: {words}", line.tries, self.tried), 0, _TOP)
        elif line.stays:
            row.addWidget(self._link("Propose…", f"Propose: {words}", line.stays, self.proposed), 0, _TOP)
        return holder

    def _link(self, word: str, name: str, carried: WhatIf | object, signal: object) -> QPushButton:
        made = push_button(word, tip=name, kind="link")
        made.setAccessibleName(name)
        made.clicked.connect(lambda: signal.emit(carried))  # type: ignore[attr-defined]
        return made


_TOP = Qt.AlignmentFlag.AlignTop
