"""One placement whole: what is next, its stays with what is recorded for each, its life."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from discharge.model.flags import by_weight
from discharge.model.london import london_date
from discharge.model.shown.placements import MoveRow, PlacementPage, StayView
from discharge.words import terms
from discharge.words.counts import sentence_case
from discharge.words.days import instant_words
from ui.frame.detail_lines import history
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.status import Status, neutral
from ui.theme.theme import Theme
from ui.widgets.detail import CommandButton, DetailPane
from ui.widgets.flow import FlowLayout
from ui.words.moves import (
    block_of,
    due_words,
    isolation_words,
    next_status,
    next_stay,
    state_status,
)
from ui.words.plans import condition_status, flag_status, stay_words
from ui.words.who import alike_line, line_words


class StepButtons(QWidget):
    """Buttons of the steps that can be taken, the likeliest first and main; they wrap where they must."""

    def __init__(self, actions: Sequence[QAction], *, theme: Theme) -> None:
        super().__init__()
        flow = FlowLayout(self, gap=theme.px(Space.NEAR), line_gap=theme.px(Space.NEAR))
        flow.setContentsMargins(0, theme.px(Space.NEAR), 0, 0)
        for at, action in enumerate(actions):
            flow.addWidget(CommandButton(action, main=at == 0, theme=theme))


class MoveDetail:
    """Fills the pane beside the table of moves, or beside what was sent to somebody away from the hub.

    `steps`: the commands that are offered for a placement, the likeliest first.
    """

    def __init__(
        self,
        pane: DetailPane,
        *,
        theme: Theme,
        now: Callable[[], datetime],
        steps: Callable[[MoveRow], Sequence[QAction]],
    ) -> None:
        self._pane = pane
        self._theme = theme
        self._now = now
        self._steps = steps

    def show(self, page: PlacementPage, *, told_with: int = 0) -> None:
        """Shows this placement; `told_with` so many are to be told to its home in one call."""
        pane, row, now = self._pane, page.row, self._now()
        pane.begin(row.patient_name, self._state(row), subtitle=self._subtitle(row), about=row.id)
        if row.who is not None:
            pane.lines([line_words(row.who), *alike_line(row.who)])
        self._next(page, now=now, told_with=told_with)
        self.between()
        pane.end(
            lambda: self._stays(page, now=now),
            lambda: self._life(page, now=now),
            lambda: self._how_it_came_about(page),
        )

    def _stays(self, page: PlacementPage, *, now: datetime) -> None:
        pane, row = self._pane, page.row
        numbered = len(row.stays) > 1
        for at, stay in enumerate(row.stays):
            heading = ("First: " if at == 0 else "Then: ") if numbered else ""
            pane.section(f"{heading}{stay.setting_name}", remark=self._remark(row, at))
            self._stay(stay, page, now=now)
        if row.conditions:
            pane.section("Conditions")
            found = [condition_status(condition) for condition in row.conditions]
            pane.lines([Status(each.sentence, each.tone, icon_name="flag") for each in found])

    def _life(self, page: PlacementPage, *, now: datetime) -> None:
        self._pane.section("Life of the placement", remark="Newest first")
        self._pane.dated(history(page.timeline, now=now), first=8)

    def _how_it_came_about(self, page: PlacementPage) -> None:
        pane, row = self._pane, page.row
        pane.section("How it came about")
        lines = [f"By hand: {page.by_hand_reason}"] if page.by_hand_reason else []
        total = page.points.get("total", 0)
        told = [each for each in page.because if not each.startswith(f"{total} points:")]
        pane.lines([*lines, *told])
        pane.gap()
        pane.facts(
            [
                ("Proposed by", row.proposed_by),
                ("From", f"Plan {page.plan}" if page.plan else "By hand"),
                ("Approved by", row.approved_by or ""),
                ("Goes on from", row.follows or ""),
                ("Placement", row.id),
            ]
        )

    def between(self) -> None:
        """What stands between what is next and the stays; here nothing."""

    def _state(self, row: MoveRow) -> Status:
        if row.flags and row.state.is_active:
            return state_status(row.state, row.flags)
        return Status(terms.STATES[row.state], next_status(row, now=self._now()).tone)

    def _subtitle(self, row: MoveRow) -> str:
        where = terms.ward(row.ward, row.hospital, row.hospital_name)
        parts = (row.pathway, f"priority {row.priority}", where, row.id)
        return " · ".join(part for part in parts if part)

    def _next(self, page: PlacementPage, *, now: datetime, told_with: int) -> None:
        pane, row = self._pane, page.row
        pane.section("Next", remark=due_words(row, now=now))
        status, block = next_status(row, now=now), block_of(row)
        if block is not None:
            phone = row.stays[min(block.stay, len(row.stays) - 1)].phone
            said = f"{block.mend.words} {f'Phone {phone}.' if phone else ''}".strip()
            next_line = Status(said, Tone.DANGER, icon_name="stop")
        else:
            next_line = Status(row.next_sentence, status.tone, icon_name=status.icon_name)
        pane.lines([next_line, *(flag_status(flag) for flag in by_weight(row.flags))])
        isolation = isolation_words(row, now=now)
        if isolation is not None:
            pane.gap()
            pane.lines([Status(isolation.sentence, isolation.tone)])
        if page.sent:
            pane.gap()
            pane.lines([neutral(f"Sent as a file to {page.sent}.")])
        if told_with > 1:
            pane.gap()
            home = next_stay(row).setting_name
            said = f"{home} is to be told of {told_with} people: one call will do."
            pane.lines([Status(said, icon_name="phone")])
        if steps := self._steps(row):
            pane.add(StepButtons(steps, theme=self._theme))

    def _remark(self, row: MoveRow, at: int) -> str:
        if at > row.stay and row.onward:
            return "given up"
        return "now" if at == row.stay and row.current.arrived_at is not None else ""

    def _stay(self, stay: StayView, page: PlacementPage, *, now: datetime) -> None:
        pane, today = self._pane, london_date(now)

        def at(when: datetime | None) -> str:
            return instant_words(when, now=now) if when is not None else ""

        pane.lines([stay_words(stay, today=today)])
        told = f"{at(stay.told_at)}: {stay.told_result}" if stay.told_at else "Not yet"
        accepted = "Not yet"
        if stay.accepted_at is not None:
            by = f"; {stay.accepted_by.sentence}" if stay.accepted_by is not None else ""
            accepted = f"{at(stay.accepted_at)}{by}"
        booked = "Not yet"
        if stay.transport is not None:
            each = stay.transport
            parts = (each.provider, each.mode.words, each.carried, each.ppe.words, each.note)
            booked = f"{at(each.at)}: {', '.join(part for part in parts if part)}"
        pane.gap()
        pane.facts(
            [
                ("Phone", stay.phone),
                ("Told", told),
                ("Accepted", accepted),
                ("Transport", booked),
                ("Departed", happened_words(page, _DEPARTED, stay.departed_at, now=now)),
                ("Arrived", happened_words(page, _ARRIVED, stay.arrived_at, now=now)),
            ]
        )


_DEPARTED = ("placement_departed", "placement_moved_on")
_ARRIVED = ("placement_arrived", "placement_moved_on")


def happened_words(
    page: PlacementPage, kinds: Sequence[str], happened: datetime | None, *, now: datetime
) -> str:
    """When it happened, and when and by whom that was recorded; empty where it hasn't happened."""
    if happened is None:
        return ""
    lines = (line for line in page.timeline if line.kind in kinds and line.happened_at == happened)
    line = next(lines, None)
    if line is None:
        return instant_words(happened, now=now)
    recorded = instant_words(line.recorded_at, now=now)
    return f"{instant_words(happened, now=now)}; recorded {recorded} by {line.user_name}"


def asks(row: MoveRow) -> str:
    """Whom the placement waits for, to be searched for: settings, state, ward."""
    names = " ".join(stay.setting_name for stay in row.stays)
    return f"{row.id} {row.patient} {names} {row.ward} {sentence_case(row.state.words)}"
