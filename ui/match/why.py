"""Why somebody goes where a plan says, why not elsewhere, and what can be asked besides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from discharge.model.errors import UserError
from discharge.model.shown.plans import PlanPage
from discharge.words.counts import count_words
from ui.frame.services import Services
from ui.frame.why import PointBars, WhyFinder, runner_up_words
from ui.match.answers import AnswerFinder, AnswerFold, Asked
from ui.match.bars import VersusBars
from ui.match.lines import PlanLine
from ui.match.why_not import NotRow, WhyNotList
from ui.theme.palette import Tone
from ui.theme.status import Status, danger
from ui.widgets.detail import DetailPane
from ui.widgets.layouts import in_column
from ui.widgets.text import Lines, clear_layout
from ui.words.plans import condition_status, flag_status, stay_words
from ui.work.answering import Question
from ui.work.planning import Why

WHOLE = (Question.PRICES, Question.HELP, Question.COMPETES)
"""What can be asked of the plan as a whole."""
PLACED = (Question.ALTERNATIVES, Question.COMPETES)
UNPLACED = (Question.HELP, Question.COMPETES, Question.ALTERNATIVES)
"""What can be asked about somebody with a place, and without."""


def _because(line: PlanLine) -> tuple[list[str], list[str]]:
    """The plan's sentences about them: where and why, and apart from that the one that adds up the points."""
    assert line.proposal is not None  # asked for proposals alone
    spent = [each for each in line.proposal.because if each.startswith(f"{line.proposal.total} points:")]
    return [each for each in line.proposal.because if each not in spent], spent


def _subtitle(line: PlanLine) -> str:
    return " · ".join(part for part in (line.remark, line.change) if part)


class WhyPane(QFrame):
    """The third column of the Match page. `opened` carries a setting's id that was asked for; `tried` a
    `WhatIf`, `proposed` the stays of another choice.
    """

    opened = Signal(str)
    picked = Signal()
    tried = Signal(object)
    proposed = Signal(object)

    def __init__(self, services: Services, *, answers: AnswerFinder, parent: QWidget) -> None:
        super().__init__(parent)
        theme = self._theme = services.theme
        self._answers = answers
        self.setProperty("kind", "detail")
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.detail = DetailPane(theme=theme, name="Why", parent=self.splitter)
        self.below = WhyNotList(theme=theme, parent=self.splitter)
        self.below.opened.connect(self.opened)
        self.below.picked.connect(self.picked)
        self.model, self.table = self.below.model, self.below.table
        self.near, self.seek = self.below.near, self.below.seek
        self.splitter.addWidget(self.detail)
        self.splitter.addWidget(self.below)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setSizes([theme.px(360), theme.px(260)])
        outer = in_column(self)
        outer.addWidget(self.splitter)
        self._line: PlanLine | None = None
        self._why: Why | None = None
        self._page: PlanPage | None = None
        self._runner_up: QWidget | None = None
        self._awaited = False
        self.folds: dict[Question, AnswerFold] = {}
        self._open: set[Asked] = set()
        self.nothing()

    @property
    def is_whole(self) -> bool:
        """Whether the plan as a whole is shown, not a person."""
        return self._line is None and bool(self.folds)

    @property
    def plan(self) -> str:
        """The id of the plan that what is shown is about; empty where nothing is."""
        return self._page.row.id if self._page is not None else ""

    def nothing(self, heading: str = "Nobody chosen", sentence: str = "Choose somebody to see why.") -> None:
        """Nobody is chosen, or there is no plan."""
        self._forget()
        self.detail.nothing(heading, sentence)
        self.below.hide()

    def show_plan(self, page: PlanPage, summary: str, *, ask: bool = True) -> None:
        """What can be asked of the plan as a whole; the first is asked at once."""
        self._forget()
        self._page = page
        self.below.hide()
        self.detail.begin("The plan as a whole", subtitle=summary, about="plan")
        self._add_folds(WHOLE, "")
        self.detail.end()
        if ask:
            self.folds[Question.PRICES].ask()

    def show_line(
        self, line: PlanLine, why: Why | None, *, page: PlanPage, today: date, awaited: bool = False
    ) -> None:
        """Shows why this person goes where the plan says, with what is known of the settings.

        `awaited`: a result of theirs is awaited in the plan's case.
        """
        same = self._line is not None and self._line.patient == line.patient and self._why is not None
        unchanged = self._line == line and self._page is not None and self._page.row == page.row
        self._line, self._why, self._page, self._awaited = line, why, page, awaited
        if unchanged:
            # the engine has answered: nothing else is new
            self._show_runner_up()
        else:
            self._runner_up = None
            if line.proposal is None:
                self._show_unplaced(line)
            else:
                self._show_placed(line, today=today)
        self._show_settings(fresh=not same)

    def _forget(self) -> None:
        self._line = self._why = self._runner_up = self._page = None
        self.folds = {}

    def _add_folds(self, questions: Iterable[Question], patient: str) -> None:
        """The questions that can be asked, each as open as it was left."""
        page = self._page
        assert page is not None  # set before anything is shown
        self.folds = {}
        for question in questions:
            asked = Asked(page.row.id, question, patient)
            fold = AnswerFold(asked, self._answers, page.names, theme=self._theme)
            fold.tried.connect(self.tried)
            fold.proposed.connect(self.proposed)
            fold.head.toggled.connect(lambda on, asked=asked: self._remember(asked, on))
            self.folds[question] = fold
            self.detail.add(fold)
            if asked in self._open or self._answers.is_asking(asked):
                fold.ask()

    def _remember(self, asked: Asked, on: bool) -> None:
        (self._open.add if on else self._open.discard)(asked)

    def _questions(self, line: PlanLine) -> tuple[Question, ...]:
        pending = (Question.EITHER_WAY,) if self._awaited else ()
        if line.proposal is not None and line.proposal.locked:
            return pending
        return (*pending, *(UNPLACED if line.proposal is None else PLACED))

    def _show_placed(self, line: PlanLine, *, today: date) -> None:
        proposal, detail = line.proposal, self.detail
        assert proposal is not None  # asked by show_line
        detail.begin(line.name, line.status, subtitle=_subtitle(line), about=line.patient)
        told, spent = _because(line)
        if against := line.against_now:
            detail.section("Against it now")
            mend = Status(against[0].mend.words, Tone.DANGER, icon_name="stop")
            detail.lines([*([mend] if against[0].blocks else []), *(flag_status(each) for each in against)])
        detail.section("Where and why")
        shown = [stay_words(stay, today=today) for stay in proposal.stays]
        in_words = all(any(stay.setting_name in each for each in told) for stay in proposal.stays)
        detail.lines([*([] if in_words else shown), *told])
        if proposal.conditions:
            detail.section("Still needed")
            detail.lines(
                [
                    Status(condition_status(each).sentence, Tone.WAITING, each, "flag")
                    for each in proposal.conditions
                ]
            )
        if proposal.points:
            detail.section(count_words(proposal.total, "point"))
            if any(value for key, value in proposal.points.items() if key != "total"):
                detail.add(PointBars(proposal.points, theme=self._theme))
            else:
                detail.lines([*spent[:1]] or ["Nothing better is to be had."])
        if not proposal.locked:
            detail.section("Runner-up")
            self._runner_up = QWidget()
            QVBoxLayout(self._runner_up).setContentsMargins(0, 0, 0, 0)
            detail.add(self._runner_up)
            self._show_runner_up()
        self._add_folds(self._questions(line), line.patient)
        detail.end()

    def _show_runner_up(self) -> None:
        if self._runner_up is None:
            return
        column = self._runner_up.layout()
        assert isinstance(column, QVBoxLayout)  # laid out so
        clear_layout(column)
        best = self._why.runner_up if self._why is not None else None
        told = Lines(theme=self._theme)
        told.show_lines(["…" if self._why is None else runner_up_words(best)])
        column.addWidget(told)
        if best is not None and best.versus:
            column.addWidget(VersusBars(best.versus, theme=self._theme))

    def _show_unplaced(self, line: PlanLine) -> None:
        detail = self.detail
        assert line.unplaced is not None  # asked by show_line
        entry = line.unplaced.unplaced
        detail.begin(line.name, line.status, subtitle=_subtitle(line), about=line.patient)
        detail.section("Why no place")
        detail.lines([danger(f"{reason.text} ({reason.rule})", reason.code) for reason in entry.reasons])
        if entry.would_help:
            detail.section("What would help")
            detail.lines(
                [f"{each.change} ({count_words(each.places, 'place')})" for each in entry.would_help]
            )
        self._add_folds(self._questions(line), line.patient)
        detail.end()

    def _show_settings(self, *, fresh: bool) -> None:
        line, why = self._line, self._why
        assert line is not None  # asked by show_line
        locked = line.proposal is not None and line.proposal.locked
        self.below.setVisible(not locked)
        if why is None:
            self.below.wait()
        else:
            self.below.show_why(why, {stay.setting for stay in line.stays}, fresh=fresh)

    def fail(self, error: UserError) -> None:
        """The engine couldn't say."""
        self.below.say(f"{error.sentence} {error.mend}".strip())

    def current_setting(self) -> NotRow | None:
        """The setting that is chosen in the table."""
        return self.below.current() if self.below.isVisibleTo(self) else None


__all__ = ["PointBars", "WhyFinder", "WhyPane", "runner_up_words"]
