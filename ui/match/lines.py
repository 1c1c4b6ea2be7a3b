"""The rows of the Match page, and how they are drawn: two lines a row, the stays as spans."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from discharge.model.flags import Flag, by_weight
from discharge.model.placement import PlacementState
from discharge.model.shown.patients import PatientRow, WhoItIs
from discharge.model.shown.placements import StayView
from discharge.model.shown.plans import Change, PlanPage, ProposalRow, UnplacedRow
from discharge.words import terms as words
from discharge.words.days import day_words
from ui.models.table import Column
from ui.theme.palette import Tone
from ui.theme.status import Status, danger, done, neutral, unknown, waiting
from ui.widgets.tall_table import SHOWN_DAYS, Span, TwoLines
from ui.words.moves import state_status
from ui.words.plans import change_words, isolates, route_words, stay_words
from ui.words.who import born_words, line_words, number_words

Row = TypeVar("Row")


# --- rows ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanLine:
    """Somebody in a plan: with a proposal, or without a place."""

    patient: str
    name: str
    priority: int
    pathway: str
    proposal: ProposalRow | None
    unplaced: UnplacedRow | None
    day0: date
    kept: bool = False
    """The coordinator keeps it: locked when planning again."""
    isolates_until: date | None = None
    """First night without isolation, as it is known now; None: not isolating, or open-ended."""
    against: tuple[Flag, ...] = ()
    """What speaks against its placement under way, as things are now."""

    @property
    def stays(self) -> tuple[StayView, ...]:
        """Their stays; none where they have no place."""
        return self.proposal.stays if self.proposal else ()

    @property
    def change(self) -> str:
        """What is new since the plan before, in words; empty where nothing is."""
        if self.proposal is not None:
            given = self.proposal
            first = given.stays[0] if given.stays else None
            here = f"{first.setting_name}, {day_words(first.start)}" if first else ""
            return "" if given.locked else change_words(given.change, given.before, here=here)
        assert self.unplaced is not None  # one of the two is there
        return "No longer placed" if self.unplaced.placed_before else ""

    @property
    def change_word(self) -> str:
        """The same in a word."""
        if self.proposal is not None and not self.proposal.locked:
            return {Change.NEW: "New", Change.MOVED: "Moved"}.get(self.proposal.change, "")
        return self.change

    @property
    def can_be_sent(self) -> bool:
        """It is a proposal that nobody has sent on yet."""
        return self.proposal is not None and not self.proposal.locked and not self.is_sent

    @property
    def is_placed(self) -> bool:
        """The plan places them anew."""
        return self.proposal is not None and not self.proposal.locked

    @property
    def is_held(self) -> bool:
        """The plan found them placed and leaves them there; who has a place anew, or is to have one, isn't
        counted a second time for the stay that they are in.
        """
        return self.proposal is not None and self.proposal.locked and "/" not in self.patient

    @property
    def is_sent(self) -> bool:
        """The proposal was sent to approval and is still under way."""
        state = self.proposal.placement_state if self.proposal else None
        return state is not None and state.is_active

    @property
    def against_now(self) -> list[Flag]:
        """What speaks against its placement under way, what weighs most first."""
        return list(by_weight(self.against)) if self.is_sent else []

    @property
    def status(self) -> Status:
        """Where the proposal stands."""
        if self.proposal is None:
            return danger("No place", self.sentence)
        state = self.proposal.placement_state
        if state is not None and self.against_now:
            return state_status(state, self.against)
        if state is PlacementState.PROPOSED:
            return waiting("In approval", "Sent to the LA lead; waits for approval.")
        if state is not None and state.is_active:
            return done(words.STATES[state], f"The placement is on its way: {state.words}.")
        if self.kept:
            return Status("Locked", Tone.ACCENT, "Kept as it is when planning again.", "lock")
        if self.proposal.locked:
            return Status("Held", Tone.NEUTRAL, "Held as it was, in this plan.", "lock")
        if state is not None:
            return unknown(words.STATES[state], f"Sent to approval and then {state.words}. Plan again.")
        return neutral("Proposed", "Proposed by the plan; not sent to approval yet.")

    @property
    def sentence(self) -> str:
        """Where they go, or the first reason why nowhere."""
        if self.proposal is not None:
            return route_words(self.proposal.stays, today=self.day0)
        assert self.unplaced is not None  # one of the two is there
        return self.unplaced.unplaced.reasons[0].text

    @property
    def second(self) -> str:
        """Beside the spans, in words: what is still needed, or what else stands against a place."""
        if self.proposal is not None:
            return f"Still needed: {self.conditions}" if self.proposal.conditions else ""
        assert self.unplaced is not None  # one of the two is there
        entry = self.unplaced.unplaced
        if entry.would_help:
            return f"Would help: {entry.would_help[0].change}"
        more = len(entry.reasons) - 1
        return f"and {more} more {'reason' if more == 1 else 'reasons'}" if more else ""

    @property
    def who(self) -> WhoItIs | None:
        """What tells the person apart."""
        found = self.proposal or self.unplaced
        return found.who if found is not None else None

    @property
    def remark(self) -> str:
        """Pathway and priority."""
        parts = [self.pathway, f"priority {self.priority}" if self.priority else ""]
        return ", ".join(part for part in parts if part) or "on the way"

    @property
    def conditions(self) -> str:
        """The proposal's conditions in a word each."""
        found = self.proposal.conditions if self.proposal else ()
        return ", ".join(words.CONDITIONS[condition][0] for condition in found)


def lines_of(
    page: PlanPage,
    *,
    kept: Container[str],
    ends: Mapping[str, date],
    against: Mapping[str, tuple[Flag, ...]],
) -> list[PlanLine]:
    """Everybody in a plan: what is proposed first, then who has no place, then who is on the way already.

    `kept` are the people whose proposal is kept now, `ends` says until when people isolate,
    `against` by the id of a placement under way what speaks against it now.
    """
    day0 = page.case.day0
    placed = [
        PlanLine(
            row.patient, row.patient_name, row.priority, row.pathway, row, None, day0,
            kept=row.patient in kept and (row.kept or row.locked), isolates_until=ends.get(row.patient),
            against=against.get(row.placement or "", ()),
        )
        for row in page.proposals
    ]  # fmt: skip
    unplaced = [
        PlanLine(row.patient, row.patient_name, row.priority, row.pathway, None, row, day0)
        for row in page.unplaced
    ]
    ahead = [line for line in placed if line.proposal and (line.kept or not line.proposal.locked)]
    on_the_way = [line for line in placed if line not in ahead]
    return [*ahead, *unplaced, *on_the_way]


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """Somebody who waits, and what the plan that is shown has for them."""

    row: PatientRow
    status: Status
    """What a bed must be tonight."""
    in_plan: str
    """`placed`, `unplaced`, or empty where the plan doesn't know them."""
    onward: bool
    """They are in a setting and wait there for an onward place."""

    @property
    def remark(self) -> str:
        """Pathway, days of waiting, and what a bed must be tonight."""
        pathway = "onward" if self.onward else str(self.row.pathway)
        alike = " · like name" if self.row.who is not None and self.row.who.alike else ""
        place = f"{pathway} · {self.row.waiting_days} d{alike}"
        infection = self.row.infection
        if infection.requirement == "blocked":
            awaited = infection.result_awaited_since is not None
            return f"{place} · result awaited" if awaited else f"{place} · can't leave yet"
        if infection.requirement in ("isolation", "designated"):
            end = infection.isolation_end
            if infection.isolation_least is not None and end is None:
                return f"{place} · isolates until well"
            until = f" to {day_words(end).partition(' ')[2]}" if end else ", no end in sight"
            well = ", if well" if infection.isolation_least is not None else ""
            return f"{place} · isolates{until}{well}"
        return f"{place} · {self.status.word.lower()}"


# --- nights as spans ----------------------------------------------------------------------------------


def spans_of(line: PlanLine) -> list[Span]:
    """The stays of a line; one that goes on after an isolation is parted where that ends."""
    found: list[Span] = []
    for at, stay in enumerate(line.stays):
        start = (stay.start - line.day0).days
        end = None if stay.end is None else (stay.end - line.day0).days
        free = None if line.isolates_until is None else (line.isolates_until - line.day0).days
        if not isolates(stay):
            found.append(Span(start, end, False, at > 0))
        elif free is not None and free > start and (end is None or free < end):
            found += [Span(start, free, True, at > 0), Span(free, end, False, False)]
        else:
            found.append(Span(start, end, True, at > 0))
    return found


# --- drawing ------------------------------------------------------------------------------------------


def plan_columns() -> list[Column[PlanLine]]:
    """The columns of the plan."""
    return [
        TwoLines(
            key="person", title="Person", text=lambda line: line.name, below=lambda line: line.remark,
            icon=lambda line: _like_name(line.who), tip=lambda line: _who_tip(line.who),
            sort=lambda line: line.name.casefold(), strong=True, width=17,
        ),
        TwoLines(
            key="stays", title="Where and when", text=lambda line: line.sentence,
            below=lambda line: line.second, spans=spans_of, icon=_condition_flag,
            sort=_by_start, tip=_stays_tip, width=28, stretch=True,
        ),
        TwoLines(
            key="state", title="State", status=lambda line: line.status, below=lambda line: line.change_word,
            accent=True, sort=lambda line: line.status.word, tip=_state_tip, width=12,
        ),
        TwoLines(
            key="points", title="Points", text=_points,
            sort=lambda line: line.proposal.total if line.proposal else None, width=6, right=True,
            tip=lambda line: line.conditions,
        ),
        TwoLines(
            key="conditions", title="Conditions", text=lambda line: line.conditions, width=16, shown=False,
        ),
        TwoLines(
            key="born", title="Date of birth", text=lambda line: _said_of(line.who, born_words), width=12,
            sort=lambda line: line.who.born if line.who is not None else None, shown=False,
        ),
        TwoLines(
            key="number", title="NHS number", text=lambda line: _said_of(line.who, number_words), width=13,
            shown=False,
        ),
    ]  # fmt: skip


def _points(line: PlanLine) -> str:
    return f"{line.proposal.total:,}" if line.proposal and line.proposal.points else ""


def _by_start(line: PlanLine) -> date | None:
    return line.proposal.start if line.proposal else None


def _condition_flag(line: PlanLine) -> Status | None:
    return Status("", Tone.WAITING, line.second, "flag") if line.conditions else None


def _stays_tip(line: PlanLine) -> str:
    if line.proposal is None:
        assert line.unplaced is not None  # one of the two is there
        return "\n".join(reason.text for reason in line.unplaced.unplaced.reasons)
    until = day_words(date.fromordinal(line.day0.toordinal() + SHOWN_DAYS))
    needs = f"\nStill needed: {line.conditions}." if line.conditions else ""
    stays = "\n".join(stay_words(stay, today=line.day0) for stay in line.stays)
    return f"{stays}{needs}\nThe bar runs from {day_words(line.day0)} to {until}; hatched: isolates."


def _state_tip(line: PlanLine) -> str:
    return "\n".join(part for part in (line.status.sentence, line.change) if part)


def waiting_columns() -> list[Column[WaitingLine]]:
    """The columns of who waits: names have all the room, the days stand below them."""
    return [
        TwoLines(
            key="person", title="Waiting", text=lambda line: line.row.name, below=lambda line: line.remark,
            icon=lambda line: line.status, sort=lambda line: line.row.name.casefold(),
            tip=_waiting_tip, strong=True, stretch=True, width=20,
        ),
        TwoLines(
            key="days", title="Days", text=lambda line: f"{line.row.waiting_days} d",
            sort=lambda line: line.row.waiting_days, tip=_waiting_tip, right=True, width=4, found=False,
            shown=False,
        ),
    ]  # fmt: skip


def _waiting_tip(line: WaitingLine) -> str:
    who = _who_tip(line.row.who)
    said = f"{line.remark}\n{line.status.sentence}\nWaiting since {day_words(line.row.waiting_since)}"
    return f"{who}\n{said}" if who else said


def _said_of(who: WhoItIs | None, say: Callable[[WhoItIs], str]) -> str:
    return "" if who is None else say(who)


def _like_name(who: WhoItIs | None) -> Status | None:
    return Status("", Tone.WAITING, who.alike, "user") if who is not None and who.alike else None


def _who_tip(who: WhoItIs | None) -> str:
    """Who it is, and who else has a like name."""
    return "" if who is None else f"{who.name}: {line_words(who)}. {who.alike}".strip(". ")
