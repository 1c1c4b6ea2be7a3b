"""Why somebody goes where a plan says, why not elsewhere, and what stands nearest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QModelIndex, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from discharge.model.errors import UserError
from discharge.model.hub_plan import PlanFiles
from ui.engine_work import RunnerUp, Why, WhyNot, explain_person
from ui.models.table import RowsModel
from ui.pages.match_lines import PlanLine, TallTable, TwoLines
from ui.pages.match_words import POINT_WORDS, condition_status, count_words, stay_words
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.status import Status, danger, done, neutral
from ui.theme.theme import Theme
from ui.widgets.detail import DetailPane
from ui.widgets.text import Lines, SectionHeading, label
from ui.workplace import Workplace


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


class PointBars(QWidget):
    """The points of a placement by objective, most first: a word, a bar, the number."""

    def __init__(self, points: Mapping[str, int], *, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(Space.NEAR))
        grid.setVerticalSpacing(theme.px(3))
        grid.setColumnStretch(1, 1)
        counted = sorted(
            ((value, key) for key, value in points.items() if key != "total" and value), reverse=True
        )
        most = max((value for value, _ in counted), default=1)
        said = []
        for at, (value, key) in enumerate(counted):
            word, sentence = POINT_WORDS.get(key, (key.replace("_", " ").capitalize(), ""))
            name = label(word, "muted")
            name.setToolTip(sentence)
            number = label(f"{value:,}")
            number.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(name, at, 0)
            grid.addWidget(_Bar(value / most, theme=theme), at, 1)
            grid.addWidget(number, at, 2)
            said.append(f"{word} {value}")
        self.setAccessibleName("Points: " + (", ".join(said) or "none"))


class _Bar(QWidget):
    def __init__(self, share: float, *, theme: Theme) -> None:
        super().__init__()
        self._share, self._theme = share, theme
        self.setMinimumWidth(theme.px(60))
        self.setFixedHeight(theme.px(10))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.palette.accent))
        wide = max(2.0, self.width() * self._share)
        painter.drawRoundedRect(QRectF(0, 0, wide, self.height()), 2, 2)
        painter.end()


_BY_KIND = frozenset({"setting_type", "wrong_category", "age", "sex"})
"""Reasons that lie in what a setting is: nothing there will change."""


@dataclass(frozen=True, slots=True)
class _NotRow:
    """A setting and what stands against it for the person in question."""

    why_not: WhyNot
    is_theirs: bool

    @property
    def status(self) -> Status:
        count = len(self.why_not.reasons)
        if self.is_theirs:
            return done("in this plan", "The plan has them here.")
        if not count:
            return done("would do", "Nothing stands against it; the plan as a whole is better otherwise.")
        if count == 1:
            return Status("1 reason", Tone.WAITING, "One reason away.")
        return neutral(f"{count} reasons")

    @property
    def nearness(self) -> tuple[int, bool]:
        """The nearest first; of those with as many reasons, the ones that somebody could mend."""
        reasons = self.why_not.reasons
        return (-1 if self.is_theirs else len(reasons), any(each.code in _BY_KIND for each in reasons))

    @property
    def sentence(self) -> str:
        if self.is_theirs:
            return "In this plan."
        if not self.why_not.reasons:
            return "Nothing stands against it."
        told = "; ".join(reason.text for reason in self.why_not.reasons)
        return f"{told[:1].upper()}{told[1:]}."

    @property
    def tip(self) -> str:
        return "\n".join(f"{reason.text} ({reason.code}, {reason.rule})" for reason in self.why_not.reasons)


def _because(line: PlanLine) -> tuple[list[str], list[str]]:
    """The plan's sentences about them: where and why, and apart from that the one that adds up the points."""
    assert line.proposal is not None  # asked for proposals alone
    spent = [each for each in line.proposal.because if each.startswith(f"{line.proposal.total} points:")]
    return [each for each in line.proposal.because if each not in spent], spent


def _subtitle(line: PlanLine) -> str:
    return " · ".join(part for part in (line.remark, line.change) if part)


def runner_up_words(best: RunnerUp | None) -> str:
    """How the next best setting compares, in a sentence."""
    if best is None:
        return "No other setting would do."
    if best.more >= 0:
        return f"{best.name}: {count_words(best.more, 'point')} more."
    return f"{best.name}: {count_words(-best.more, 'point')} fewer, but the plan as a whole is better so."


class WhyPane(QFrame):
    """The third column of the Match page. `opened` carries a setting's id that was asked for."""

    opened = Signal(str)
    picked = Signal()

    def __init__(self, workplace: Workplace, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = self._theme = workplace.theme
        self._workplace = workplace
        self.setProperty("kind", "detail")
        self.detail = DetailPane(theme=theme, name="Why", parent=self)
        self.model: RowsModel[_NotRow] = RowsModel(
            [
                TwoLines(
                    key="setting", title="Setting",
                    text=lambda row: row.why_not.name, below=lambda row: row.sentence,
                    tip=lambda row: row.tip, sort=lambda row: row.why_not.name.casefold(), width=24,
                    stretch=True,
                ),
                TwoLines(
                    key="count", title="Reasons", status=lambda row: row.status, width=10, found=False,
                    sort=lambda row: row.nearness,
                ),
            ],
            key=lambda row: row.why_not.setting,
            search=lambda row: " ".join(reason.code for reason in row.why_not.reasons),
            parent=self,
        )  # fmt: skip
        self.table = TallTable(self.model, theme=theme, name="Setting by setting, why not")
        self.table.sort_by("count")
        self.table.opened.connect(lambda row: self.opened.emit(row.why_not.setting))
        self.table.picked.connect(lambda _row: self.picked.emit())
        self.near = QCheckBox("One reason away")
        self.near.setToolTip("Only settings that a single reason keeps out")
        self.near.toggled.connect(self._narrow)
        self.seek = QLineEdit()
        self.seek.setPlaceholderText("Setting or reason")
        self.seek.setAccessibleName("Find a setting or a reason")
        self.seek.setClearButtonEnabled(True)
        self.seek.textChanged.connect(self.model.look_for)
        self._heading = SectionHeading("Setting by setting", theme=theme)
        self._note = label("", "muted", wrap=True)
        lower = QWidget()
        column = QVBoxLayout(lower)
        gutter = theme.px(Space.GUTTER)
        column.setContentsMargins(gutter, 0, 0, 0)
        column.setSpacing(theme.px(Space.TIGHT))
        above = QHBoxLayout()
        above.setContentsMargins(0, 0, gutter, 0)
        above.addWidget(self._heading)
        column.addLayout(above)
        controls = QHBoxLayout()
        controls.setContentsMargins(0, 0, gutter, 0)
        controls.setSpacing(theme.px(Space.NEAR))
        controls.addWidget(self.near)
        controls.addWidget(self.seek, 1)
        column.addLayout(controls)
        column.addWidget(self._note)
        column.addWidget(self.table, 1)
        self.below = lower
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.splitter.addWidget(self.detail)
        self.splitter.addWidget(lower)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setSizes([theme.px(360), theme.px(260)])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.splitter)
        self._line: PlanLine | None = None
        self._why: Why | None = None
        self._runner_up: Lines | None = None
        self.nothing()

    def nothing(self, heading: str = "Nobody chosen", sentence: str = "Choose somebody to see why.") -> None:
        """Nobody is chosen, or there is no plan."""
        self._line = self._why = self._runner_up = None
        self.detail.nothing(heading, sentence)
        self.below.hide()

    def show_line(self, line: PlanLine, why: Why | None, *, today: date) -> None:
        """Show why this person goes where the plan says, with what is known of the settings."""
        same = self._line is not None and self._line.patient == line.patient and self._why is not None
        unchanged = self._line == line
        self._line, self._why = line, why
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

    def _show_placed(self, line: PlanLine, *, today: date) -> None:
        proposal, detail = line.proposal, self.detail
        assert proposal is not None  # asked by show_line
        detail.begin(line.name, line.status, subtitle=_subtitle(line))
        told, spent = _because(line)
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
            self._runner_up = Lines(theme=self._theme)
            detail.add(self._runner_up)
            self._show_runner_up()
        detail.end()

    def _show_runner_up(self) -> None:
        if self._runner_up is not None:
            known = "…" if self._why is None else runner_up_words(self._why.runner_up)
            self._runner_up.show_lines([known])

    def _show_unplaced(self, line: PlanLine) -> None:
        detail = self.detail
        assert line.unplaced is not None  # asked by show_line
        entry = line.unplaced.unplaced
        detail.begin(line.name, line.status, subtitle=_subtitle(line))
        detail.section("Why no place")
        detail.lines([danger(f"{reason.text} ({reason.rule})", reason.code) for reason in entry.reasons])
        if entry.would_help:
            detail.section("What would help")
            detail.lines(
                [f"{each.change} ({count_words(each.places, 'place')})" for each in entry.would_help]
            )
        detail.end()

    def _show_settings(self, *, fresh: bool) -> None:
        line, why = self._line, self._why
        assert line is not None  # asked by show_line
        locked = line.proposal is not None and line.proposal.locked
        self.below.setVisible(not locked)
        waiting = why is None
        self.table.setVisible(not waiting)
        self.near.setEnabled(not waiting)
        self.seek.setEnabled(not waiting)
        if why is None:
            self._say("Looking at every setting …")
            self._heading.set_remark("")
            return
        theirs = {stay.setting for stay in line.stays}
        rows = [_NotRow(each, each.setting in theirs) for each in why.settings]
        if fresh:
            one_away = any(len(row.why_not.reasons) == 1 and not row.is_theirs for row in rows)
            self.near.setChecked(one_away)
            self.table.clearSelection()
            self.table.setCurrentIndex(QModelIndex())
        self.model.reload(rows)
        would_do = sum(not row.why_not.reasons and not row.is_theirs for row in rows)
        near = sum(len(row.why_not.reasons) == 1 and not row.is_theirs for row in rows)
        self.near.setText(f"One reason away ({near})")
        self._heading.set_remark(f"{count_words(len(rows), 'setting')}, {would_do} more would do")
        self._narrow(self.near.isChecked())
        if fresh:
            self.table.scrollToTop()

    def _narrow(self, near: bool) -> None:
        keep: Callable[[_NotRow], bool] = lambda row: len(row.why_not.reasons) == 1 and not row.is_theirs  # noqa: E731
        self.model.narrow("near", keep if near else None)
        empty = self._why is not None and not self._why.settings
        self._say("This plan has no settings for them to be held against." if empty else "")
        self.table.pick_first()

    def _say(self, sentence: str) -> None:
        self._note.setText(sentence)
        self._note.setVisible(bool(sentence))

    def fail(self, error: UserError) -> None:
        """The engine couldn't say."""
        self._say(f"{error.sentence} {error.mend}".strip())

    def current_setting(self) -> tuple[str, str] | None:
        """Id and name of the setting that is chosen in the table."""
        row = self.table.current_row() if self.below.isVisibleTo(self) else None
        return (row.why_not.setting, row.why_not.name) if isinstance(row, _NotRow) else None
