"""Preferences, weights: what a point is for, moved and tried out on the present list before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QWidget,
)

from discharge.actions.hub import set_weights
from discharge.actions.planning import freeze_case
from discharge.model.case import Weights
from discharge.words.days import day_words
from ui.frame.page import Page
from ui.frame.take_back import entry_back
from ui.models.table import Column, RowsModel
from ui.preferences.weight import WeightRow, flat, weights_of
from ui.theme.scale import Space
from ui.theme.status import Status, danger, done, neutral, waiting
from ui.widgets.banner import announce
from ui.widgets.detail import CommandButton
from ui.widgets.empty import EmptyState
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import in_column
from ui.widgets.scrolling import scroll_down
from ui.widgets.tall_table import TallTable, TwoLines
from ui.widgets.text import SectionHeading, label
from ui.work.jobs import Ticket
from ui.work.weighing import Going, Kind, Moved, Weighed, describe_weights, weigh

if TYPE_CHECKING:
    from discharge.model.errors import UserError
    from discharge.store.ask.queries import Queries

PAUSE_MS = 600
"""So long nothing must have been moved before the list is planned anew."""
KIND_WORDS: dict[Kind, Status] = {
    "placed": done("Gets a place", "Had none with the weights as they are."),
    "lost": danger("Loses the place", "Has none with the new weights."),
    "elsewhere": waiting("Goes elsewhere", "Another setting."),
    "dates": waiting("Other days", "The same settings on other dates."),
    "beds": neutral("Other beds", "The same settings and dates."),
}


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one person, in words."""

    patient: str
    name: str
    status: Status
    before: tuple[str, str]
    """Where to and when, with the weights as they are."""
    after: tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Frozen:
    """The present list as a case, its rules, and the names that the comparison needs."""

    case: bytes
    rules: bytes
    people: Mapping[str, str]
    settings: Mapping[str, str]


def freeze(queries: Queries) -> _Frozen:
    """The hub as a case, and what its ids are called; in the store's thread."""
    frozen = freeze_case(queries)
    rules = queries.rules().model_dump_json(by_alias=True).encode()
    return _Frozen(frozen.content, rules, queries.patient_names(), queries.setting_names())


class WeightsPane(QWidget):
    """The weights, and beside them what they would change."""

    previewed = Signal()
    """What other weights would do is shown."""

    def __init__(self, page: Page, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._frozen: _Frozen | None = None
        self._ticket: Ticket | None = None
        self._again = False
        self._described = False
        self._read = False
        self._kept = Weights()
        self.weighed: Weighed | None = None
        self.setAccessibleName("Weights")
        shipped = flat(Weights())
        self.rows = {key: WeightRow(key, shipped=points, theme=page.theme) for key, points in shipped.items()}
        self.model: RowsModel[Change] = RowsModel(_columns(), key=lambda row: row.patient, parent=self)
        self.table = TallTable(self.model, theme=page.theme, name="What would change")
        self.table.opened.connect(lambda row: page.services.go("patients", row.patient))
        self.said = label("", "strong", wrap=True)
        self.said.hide()
        self.empty = EmptyState("", theme=page.theme, icon="match")
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._preview)
        for row in self.rows.values():
            row.changed.connect(self._moved)
        self._lay_out()

    def _lay_out(self) -> None:
        theme, commands = self._page.theme, self._page.commands
        gutter, near = theme.px(Space.GUTTER), theme.px(Space.NEAR)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        scroll = self._scroll = QScrollArea(self.splitter)
        body = self._body = QWidget(scroll.viewport())
        column = in_column(body, around=(gutter, 0, gutter, gutter), gap=theme.px(Space.TIGHT))
        about = (
            "Points say what is worse about one lawful place than another. No number of points outweighs a "
            "rule."
        )
        column.addWidget(label(about, "muted", wrap=True))
        column.addWidget(SectionHeading("Points for", theme=theme))
        for key, row in self.rows.items():
            if key.startswith("rating.") and key.endswith("outstanding"):
                column.addWidget(SectionHeading("The setting's rating", theme=theme))
            column.addWidget(row)
        column.addStretch(1)
        scroll_down(scroll, "Weights")
        scroll.setWidget(body)
        right = QWidget(self.splitter)
        beside = in_column(right, around=(near, 0, near, near), gap=near)
        beside.addWidget(SectionHeading("What would change", theme=theme, first=True))
        beside.addWidget(self.said)
        self.empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._stack = QStackedWidget(right)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.table)
        self._stack.setMinimumHeight(1)
        beside.addWidget(self._stack, 1)
        foot = QWidget()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        foot.setSizePolicy(policy)
        flow = FlowLayout(foot, gap=near, line_gap=near)
        flow.addWidget(CommandButton(commands.action("weights.keep"), theme=theme, main=True))
        flow.addWidget(CommandButton(commands.action("weights.back"), theme=theme))
        flow.addWidget(CommandButton(commands.action("weights.ship"), theme=theme))
        beside.addWidget(foot)
        self.splitter.addWidget(scroll)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setSizes([theme.px(380), theme.px(560)])
        outer = in_column(self, around=(0, theme.px(6), 0, 0))
        outer.addWidget(self.splitter)

    # ------------------------------------------------------------------ shown

    def show_weights(self, kept: Weights) -> None:
        """Shows what the hub has; weights that are being tried out stay as they are."""
        trying = self._read and self.is_changed
        self._read = True
        self._kept = kept
        self._frozen = None
        for key, points in flat(kept).items():
            self.rows[key].keep(points)
            if not trying:
                self.rows[key].set_value(points)
        if trying:
            self._moved()
        else:
            self._say_nothing_moved()
        self._describe()

    def _describe(self) -> None:
        """The words of the points table come from the engine's process, once."""
        if self._described or not self.isVisible():
            return
        self._described = True

        def take(words: dict[str, str]) -> None:
            for key, said in words.items():
                if key in self.rows:
                    self.rows[key].describe(said)

        self._page.services.compute(describe_weights, then=take, words="")

    def come_to_front(self) -> None:
        """The pane is shown now."""
        bar = self._scroll.verticalScrollBar()
        self._scroll.setMinimumWidth(self._body.minimumSizeHint().width() + bar.sizeHint().width())
        self._describe()

    @property
    def is_changed(self) -> bool:
        """Whether the weights differ from what the hub has."""
        return self.weights() != self._kept

    def weights(self) -> Weights:
        """The weights as they are set here."""
        return weights_of({key: row.value() for key, row in self.rows.items()})

    def set_weights(self, weights: Weights) -> None:
        """Puts these in, as if they were moved."""
        for key, points in flat(weights).items():
            self.rows[key].set_value(points)
        self._moved()

    def _say(self, words: str) -> None:
        """Says what has come of it; without words it takes no room."""
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def _say_nothing_moved(self) -> None:
        self.weighed = None
        self._say("")
        self.empty.say(
            "These are the weights that the hub has",
            "Move one, and who would go elsewhere stands here. Nothing is saved until you keep them.",
        )
        self._stack.setCurrentWidget(self.empty)
        self._page.commands.review()

    # ---------------------------------------------------------------- preview

    def _moved(self) -> None:
        if not self.is_changed:
            self._pause.stop()
            self._say_nothing_moved()
            return
        self._say("Planning the present list anew, aside …")
        self._page.commands.review()
        self._pause.start()

    def _preview(self) -> None:
        if self._ticket is not None:
            # the one under way is let go to its end: what it learns of the list is used again
            self._again = True
            return
        if self._frozen is None:
            self._page.ask(freeze, self._take_case, replaces="weights")
            return
        weights = self.weights()
        self._ticket = self._page.services.compute(
            weigh,
            self._frozen.case,
            self._frozen.rules,
            weights.model_dump_json().encode(),
            then=partial(self._show, weights),
            words="Trying out the weights",
            progress=True,
            failed=self._failed,
            cancelled=self._stopped,
        )

    def _take_case(self, frozen: _Frozen) -> None:
        self._frozen = frozen
        self._preview()

    def _failed(self, error: UserError) -> None:
        self._ticket = None
        self._say("")
        self.empty.say("It can't be tried out", f"{error.sentence} {error.mend}")
        self._stack.setCurrentWidget(self.empty)

    def _stopped(self) -> None:
        self._ticket = None
        self._say("Stopped. Move a weight to try again.")

    def _show(self, weights: Weights, found: Weighed) -> None:
        self._ticket = None
        if self._again or weights != self.weights():
            self._again = False
            if self.is_changed:
                self._preview()
            return
        assert self._frozen is not None  # it was weighed
        self.weighed = found
        changes = [self._change(one, self._frozen) for one in found.moved]
        self.model.reload(changes)
        self._say(summary_words(found))
        if changes:
            self._stack.setCurrentWidget(self.table)
            self.table.pick_first()
        else:
            self.empty.say(
                "Nobody would go elsewhere", "With these weights the plan of the present list is the same."
            )
            self._stack.setCurrentWidget(self.empty)
        announce(self, self.said.text())
        self._page.commands.review()
        self.previewed.emit()

    def _change(self, one: Moved, frozen: _Frozen) -> Change:
        person = one.patient.partition("/")[0]
        return Change(
            patient=person,
            name=frozen.people.get(person, person),
            status=KIND_WORDS[one.kind],
            before=self._said_going(one.before, frozen),
            after=self._said_going(one.after, frozen),
        )

    def _said_going(self, going: Going | None, frozen: _Frozen) -> tuple[str, str]:
        if going is None:
            return "no place", ""
        today = self._page.services.today()
        where = ", then ".join(frozen.settings.get(setting, setting) for setting, _start in going.stays)
        when = ", then ".join(day_words(start, today=today) for _setting, start in going.stays)
        return where, when

    # --------------------------------------------------------------- commands

    def why_not_keep(self) -> str:
        """Why there is nothing to keep."""
        return "" if self.is_changed else "These are the weights that the hub has."

    def ship(self) -> None:
        """Puts the weights that are shipped."""
        self.set_weights(Weights())

    def why_not_ship(self) -> str:
        """Why the weights that ship needn't be put in."""
        return "" if self.weights() != Weights() else "These are the weights that ship."

    def go_back(self) -> None:
        """Puts the hub's weights in again."""
        self.set_weights(self._kept)

    def keep(self) -> None:
        """The hub goes by these weights from now on."""
        now = self.weights()
        self._page.services.perform(
            partial(set_weights, weights=now),
            done="The hub goes by these weights. Plan again to see them at work.",
            undo=entry_back("Put back"),
        )


def _columns() -> list[Column[Change]]:
    return [
        Column(key="name", title="Person", text=lambda row: row.name, strong=True, width=18),
        Column(key="kind", title="What", status=lambda row: row.status, width=16),
        TwoLines(
            key="before",
            title="Now",
            text=lambda row: row.before[0],
            below=lambda row: row.before[1],
            tip=lambda row: "\n".join(row.before),
            width=30,
        ),
        TwoLines(
            key="after",
            title="With these weights",
            text=lambda row: row.after[0],
            below=lambda row: row.after[1],
            tip=lambda row: "\n".join(row.after),
            width=22,
            stretch=True,
        ),
    ]


def summary_words(found: Weighed) -> str:
    """ "3 of 38 people would go elsewhere; 31 placed, as now."."""
    moved = len(found.moved)
    who = "Nobody" if not moved else f"{moved} of {found.listed} people"
    places = (
        f"{found.placed_after} placed, as now"
        if found.placed_after == found.placed_before
        else f"{found.placed_after} placed, not {found.placed_before}"
    )
    proof = "" if found.proven else " Not proven: time ran out."
    return f"{who} would fare otherwise; {places}.{proof}"
