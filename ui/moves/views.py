"""The views of the Moves page: which is in front, what it shows, and what is done in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

from discharge.model.flags import Mend
from discharge.model.shown.placements import MoveRow
from discharge.model.shown.timeline import TimelineFacts
from ui.frame.detail_lines import may_do
from ui.frame.openings import open_elsewhere
from ui.frame.table_page import TablePage
from ui.moves.board import (
    APPROVAL,
    HEADINGS,
    MENDED_THERE,
    OVER,
    card_of,
    columns_of,
    home_card_of,
    is_red,
    lanes_of,
    step_into,
    step_of,
    targets_of,
)
from ui.moves.book import BookForm
from ui.moves.timeline import BY_BED, BY_PERSON, TimelinePanel
from ui.widgets.board import Board, Heading, Target
from ui.widgets.board_column import Card
from ui.widgets.segments import Segments
from ui.widgets.timeline import TimelineView
from ui.words.moves import block_of

TABLE, BOARD, TIMELINE, HOMES = "table", "board", "timeline", "homes"
_CHOICES = (
    (TABLE, "Table", "view-table"), (BOARD, "Board", "view-board"), (TIMELINE, "Timeline", "view-timeline"),
    (HOMES, "By home", "settings"),
)  # fmt: skip


MENDED_FORMS = {
    Mend.TEST: "patients.test", Mend.ATTEST: "patients.attest", Mend.PHONE: "settings.return",
}  # fmt: skip


class MoveViews:
    """The board and the timeline beside the table, and the switch between the three.

    The board is made when somebody first looks at it: half of what the page takes to open.

    The page's model says what is shown, its table which row is current; this keeps the view in front the
    same, and the page the same as what is chosen in the view.
    """

    def __init__(
        self, page: TablePage[MoveRow], *, stack: QStackedWidget, show: Callable[[str], object]
    ) -> None:
        self._page, self._stack, self._show = page, stack, show
        place, theme = page.services, page.theme
        self.name = TABLE
        self._facts: TimelineFacts | None = None
        actions = [page.commands.action(f"moves.{name}") for name, _, _ in _CHOICES]
        self.switch = Segments(_CHOICES, theme=theme, name="Show as", actions=actions)
        self.switch.chosen.connect(show)
        self._board: Board | None = None
        self._homes: Board | None = None
        self._lanes: tuple[Heading, ...] = ()
        self._menu = page.commands.row_menu(page.name, page)
        self.timeline = TimelinePanel(theme=theme, now=place.now)
        self._soon = QTimer(page, singleShot=True, interval=0)
        self._soon.timeout.connect(self.fill)
        self._wire(self.timeline.view)
        self.timeline.view.dragged.connect(self._journey_on)
        page.table.picked.connect(self._follow)
        self.timeline.arranged.connect(self.arrange)
        stack.addWidget(self.timeline)

    def _wire(self, view: Board | TimelineView) -> None:
        """What is chosen and opened in the view is the page's."""
        view.set_menu(self._menu)
        view.picked.connect(self._page.table.pick)
        view.opened.connect(self._open)

    @property
    def board(self) -> Board:
        """The board."""
        if self._board is None:
            self._board = self._make_board()
        return self._board

    @property
    def homes(self) -> Board:
        """The board with a lane a home; made anew where it is other homes."""
        rows = self._page.model.shown()
        lanes = tuple(lanes_of(rows))
        if self._homes is None or lanes != self._lanes:
            before, self._lanes = self._homes, lanes
            self._homes = self._make_homes(lanes)
            if before is not None:
                if self._stack.currentWidget() is before:
                    self._stack.setCurrentWidget(self._homes)
                self._stack.removeWidget(before)
                before.deleteLater()
        return self._homes

    def _make_homes(self, lanes: Sequence[Heading]) -> Board:
        board = Board(
            lanes or (Heading("", "No home", "Nobody is on the way"),),
            key=self._page.key,
            card=partial(self._card, make=home_card_of),
            has_reason=is_red,
            goes_on=lambda row: row.stay + 1 < len(row.stays),
            theme=self._page.theme,
            name="Board by home",
            can_drag=False,
        )
        self._wire(board)
        board.stepped.connect(self._step)
        self._page.commands.reviewed.connect(board.update_cards)
        self._stack.addWidget(board)
        return board

    def _make_board(self) -> Board:
        board = Board(
            HEADINGS,
            key=self._page.key,
            card=self._card,
            has_reason=is_red,
            goes_on=lambda row: row.stay + 1 < len(row.stays),
            theme=self._page.theme,
            name="Board",
        )
        self._wire(board)
        board.set_targets(self._targets)
        board.stepped.connect(self._step)
        board.dropped.connect(self._drop)
        self._page.commands.reviewed.connect(board.update_cards)
        self._stack.addWidget(board)
        return board

    def bind(self) -> None:
        """Binds the commands of the views."""
        commands, view = self._page.commands, self.timeline.view
        for name, _, _ in _CHOICES:
            commands.bind(f"moves.{name}", partial(self._show, name))
        does: dict[str, Callable[[], object]] = {
            "moves.by_person": partial(self.arrange, BY_PERSON),
            "moves.by_bed": partial(self.arrange, BY_BED),
            "moves.today": view.go_to_today,
            "moves.nearer": partial(view.zoom_by, 1),
            "moves.farther": partial(view.zoom_by, -1),
        }
        for command, do in does.items():
            commands.bind(command, do, why_not=self._why_no_timeline)

    def _why_no_timeline(self) -> str:
        return "" if self.name == TIMELINE else "This is done in the timeline (Ctrl+3)."

    # --------------------------------------------------------------- what is shown

    @property
    def widget(self) -> QWidget:
        """The view that is in front."""
        if self.name in (BOARD, HOMES):
            return self._front_board
        return self.timeline if self.name == TIMELINE else self._page.table

    @property
    def _front_board(self) -> Board:
        return self.homes if self.name == HOMES else self.board

    @property
    def by_bed(self) -> bool:
        """Whether the timeline has a row for each group of beds."""
        return self.timeline.by == BY_BED

    def show(self, name: str) -> None:
        """This view is in front now."""
        self.name = name
        self.switch.show_choice(name)

    def know(self, facts: TimelineFacts | None) -> None:
        """What the store says of nights and beds; None where it wasn't asked."""
        self._facts = facts

    def fill_soon(self) -> None:
        """Shows what the page's model shows, once, when all that is under way is done."""
        if self.name != TABLE:
            self._soon.start()

    def fill(self) -> None:
        """Shows what the page's model shows, in the view in front."""
        rows = self._page.model.shown()
        if self.name == BOARD:
            columns = columns_of(rows)
            self.board.show_column(OVER, shown=bool(columns[OVER]))
            self.board.show_rows(columns)
        elif self.name == HOMES:
            self.homes.show_rows({heading.key: placed for heading, placed in lanes_of(rows).items()})
        elif self.name == TIMELINE and self._facts is not None:
            self.timeline.show_moves(rows, self._facts)
        self._follow(self._page.current())

    def _card(self, row: MoveRow, make: Callable[..., Card] = card_of) -> Card:
        place = self._page.services
        return make(row, now=place.now(), commands=place.commands, may=partial(may_do, place))

    def _follow(self, row: MoveRow | None) -> None:
        if row is None or self.name == TABLE:
            return
        (self.timeline.view if self.name == TIMELINE else self._front_board).pick(row.id)

    def take_focus(self) -> None:
        """Puts the focus into the view in front."""
        if self.name in (BOARD, HOMES):
            self._front_board.take_focus()
        else:
            (self.timeline.view if self.name == TIMELINE else self.widget).setFocus()

    def arrange(self, by: str) -> None:
        """A row of the timeline is a person, or a group of beds."""
        self.timeline.arrange(by)
        self._page.load()

    # ---------------------------------------------------------------- what is done

    def _open(self, key: str) -> None:
        self._page.table.pick(key)
        row = self._page.current()
        if row is not None:
            self._page.opened(row)

    def _step(self, key: str) -> None:
        self._page.table.pick(key)
        row = self._page.current()
        if row is None:
            return
        block = block_of(row)
        if step_of(row) == APPROVAL:
            self._page.services.go("approvals", row.id)
        elif block is not None and step_of(row) in MENDED_THERE.values():
            about = row.patient
            if block.mend is Mend.PHONE:
                about = row.stays[min(block.stay, len(row.stays) - 1)].setting
            open_elsewhere(self._page, MENDED_FORMS[block.mend], about)
        elif step_of(row):
            self._page.commands.do(step_of(row))

    def _journey_on(self, key: str, day: date) -> None:
        """A bar was dragged to this day: the form of the journey opens with it, or it is said why not."""
        self._page.table.pick(key)
        row, why_not = self._page.current(), self._page.commands.why_not("placement.book")
        if row is None or why_not:
            self._page.commands.missed.emit(why_not)
        else:
            self._page.open_form(BookForm(row, services=self._page.services, day=day))

    def _targets(self, key: str) -> dict[str, Target]:
        self._page.table.pick(key)
        row = self._page.current()
        return {} if row is None else targets_of(row, commands=self._page.commands)

    def _drop(self, key: str, column: str) -> None:
        """A card was dropped: the form of the step that leads there opens, or it is said why not."""
        target = self._targets(key)[column]
        row = self._page.current()
        if row is None or target.why_not:
            self._page.commands.missed.emit(target.why_not)
        elif step_into(row, column) == "approve":
            self._page.services.go("approvals", row.id)
        else:
            self._page.commands.do(f"placement.{step_into(row, column)}")

    # ----------------------------------------------------------------- remembering

    def remember(self, settings: QSettings) -> None:
        """Writes down which view is in front, and how the timeline is arranged and zoomed."""
        settings.setValue("moves/view", self.name)
        settings.setValue("moves/timeline/rows", self.timeline.by)
        settings.setValue("moves/timeline/day", self.timeline.view.zoom())

    def recall(self, settings: QSettings) -> None:
        """Takes up what was written down."""
        name = str(settings.value("moves/view", TABLE))
        self.show(name if name in (TABLE, BOARD, TIMELINE, HOMES) else TABLE)
        self.timeline.arrange(str(settings.value("moves/timeline/rows", BY_PERSON)))
        day = str(settings.value("moves/timeline/day", ""))
        if day.isdigit():
            self.timeline.view.set_zoom(int(day))
