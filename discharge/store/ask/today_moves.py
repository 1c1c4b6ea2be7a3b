"""What a placement on its way asks of somebody now, today, or for tomorrow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from discharge.model.flags import Severity, by_weight
from discharge.model.london import LONDON, london_date
from discharge.model.placement import NextStep, PlacementState, Transport
from discharge.model.shown.placements import MoveRow, StayView
from discharge.model.shown.today import Need, TodayLine, When
from discharge.store.ask.placement_steps import ago, midnight
from discharge.store.ask.sentences import shown_day, shown_time
from discharge.store.ask.view import View
from discharge.words.counts import count_words

ONWARD_DAYS = 3
"""So many days ahead an onward place is asked for, and the end of a stay is reviewed."""
SETTLED_DAYS = 7
"""After so many days in a setting somebody is asked after: have they settled?"""

_NEXT_STAY = (
    NextStep.TELL_NEXT,
    NextStep.ANSWER_NEXT,
    NextStep.BOOK_NEXT,
    NextStep.RELEASE,
    NextStep.MOVE_ON,
    NextStep.PLAN_ONWARD,
    NextStep.END,
)
"""The steps of somebody who is in a setting already."""


def line_of(view: View, row: MoveRow) -> TodayLine | None:
    """The one line about a placement; None where nothing of it is due by tomorrow."""
    if any(flag.severity is not Severity.LOOKING for flag in row.flags):
        return _stopped(view, row)
    ends = row.isolation_end
    is_there = row.state is PlacementState.ARRIVED and row.next_step in _NEXT_STAY
    if is_there and ends is not None and ends <= view.today + timedelta(1) and not _late_answer(row):
        return _isolation(view, row, ends)
    make = _MADE.get(row.next_step)
    return make(view, row) if make is not None else None


def _line(
    row: MoveRow,
    need: Need,
    when: When,
    sentence: str,
    *,
    remark: str = "",
    due: datetime | None = None,
    phone: str | None = None,
) -> TodayLine:
    return TodayLine(
        key=f"placement/{row.id}",
        need=need,
        when=when,
        about=row.id,
        sentence=sentence,
        remark=remark,
        due=due if due is not None else row.due,
        priority=row.priority,
        phone=_to_come(row).phone if phone is None else phone,
        move=row,
    )


def _to_come(row: MoveRow) -> StayView:
    """The stay that the next step is about: of somebody in a setting the next one, where there is one."""
    later = row.stays[row.stay + 1 :] if row.state is PlacementState.ARRIVED and not row.onward else ()
    return later[0] if later else row.current


def _late_answer(row: MoveRow) -> bool:
    return row.next_step is NextStep.ANSWER_NEXT and row.overdue


def _by(view: View, when: date) -> When | None:
    """By when something of that day is to be done; None: later than tomorrow."""
    if when <= view.today:
        return When.NOW if when < view.today else When.TODAY
    return When.TOMORROW if when == view.today + timedelta(1) else None


def _before(view: View, when: date, *, ahead: int = 1) -> When | None:
    """By when something is to be done that has to be ready on that day: on the day itself it is late."""
    if when <= view.today:
        return When.NOW
    return When.TODAY if when <= view.today + timedelta(ahead) else None


def _stopped(view: View, row: MoveRow) -> TodayLine:
    """What weighs most of what speaks against a placement, with what mends it; the detail has the others."""
    first, *others = by_weight(row.flags)
    stay = row.stays[first.stay] if first.stay < len(row.stays) else row.current
    is_there = row.state is PlacementState.ARRIVED and stay is row.current
    if not first.blocks:
        said = f"Decide on {row.patient_name} {'at' if is_there else 'for'} {stay.setting_name}"
    elif is_there:
        said = f"{row.patient_name} can't stay on at {stay.setting_name} as things are"
    elif row.state is PlacementState.DEPARTED:
        said = f"{row.patient_name} is on the way and can't go to {stay.setting_name} as things are"
    else:
        said = f"{row.patient_name} can't go to {stay.setting_name} as things are"
    more = f"({count_words(len(others), 'more reason')}.)" if others else ""
    phone = f"Phone {stay.phone}." if stay.phone and row.state is not PlacementState.PROPOSED else ""
    remark = " ".join(part for part in (first.sentence, more, first.mend.words, phone) if part)
    # what is proposed only holds no bed: it can wait until its day comes near
    near = row.state is not PlacementState.PROPOSED or stay.start <= view.today + timedelta(1)
    return _line(row, Need.STOPPED, When.NOW if near else When.TODAY, said, remark=remark, phone=stay.phone)


def _isolation(view: View, row: MoveRow, ends: date) -> TodayLine:
    """An isolation that ends today or tomorrow, with the bed that comes after it."""
    lacking = row.next_step not in (NextStep.MOVE_ON, NextStep.END)
    by = _before(view, ends) if lacking else _by(view, ends)
    assert by is not None  # it ends by tomorrow
    if row.overdue:
        by = When.NOW
    day = "today" if ends == view.today else "tomorrow"
    well = ", if they are well" if row.isolation_least is not None else ""
    sentence = f"Isolation of {row.patient_name} at {row.current.setting_name} ends {day}{well}{_onward(row)}"
    is_said = row.next_step in (NextStep.PLAN_ONWARD, NextStep.END)
    return _line(row, Need.ISOLATION, by, sentence, remark="" if is_said else row.next_sentence)


def _onward(row: MoveRow) -> str:
    """What comes after the isolation, as the end of its sentence."""
    later = row.stays[row.stay + 1 :]
    if row.onward or (not later and row.next_step is NextStep.PLAN_ONWARD):
        goes_home = row.next_step is NextStep.END
        return ": goes home with support" if goes_home else ": no onward place yet"
    if not later:
        return ": stays on there"
    name = later[0].setting_name
    if later[0].accepted_at is not None:
        return f"; {name} is expecting them"
    return f"; {name} hasn't answered yet" if later[0].told_at is not None else f"; {name} isn't told yet"


def _approval(view: View, row: MoveRow) -> TodayLine:
    start = row.stays[0].start
    last = row.stays[-1].setting_name
    through = f"{row.stays[0].setting_name}, then {last}" if len(row.stays) > 1 else last
    when = When.NOW if start <= view.today + timedelta(1) else When.TODAY
    remark = f"Proposed by {row.proposed_by} {ago(view.now - row.since)} ago; starts {_day_of(view, start)}."
    return _line(row, Need.APPROVAL, when, f"Decide on {row.patient_name}: {through}", remark=remark)


def _tell(view: View, row: MoveRow) -> TodayLine:
    stay = row.current
    remark = f"Approved by {row.approved_by}; starts {_day_of(view, stay.start)}.{_phone(stay)}"
    when = _before(view, stay.start) or When.TODAY
    return _line(row, Need.TELL, when, f"Tell {stay.setting_name} about {row.patient_name}", remark=remark)


def _answer(view: View, row: MoveRow) -> TodayLine:
    stay = _to_come(row)
    told = stay.told_at or row.since
    waited = ago(view.now - told)
    state = f"no answer for {waited}" if row.overdue else f"answer awaited for {waited}"
    sentence = f"Offer to {stay.setting_name} for {row.patient_name}: {state}"
    when = When.NOW if row.overdue else When.TODAY
    return _line(row, Need.ANSWER, when, sentence, remark=f"Told {shown_time(told)}.{_phone(stay)}")


def _phone(stay: StayView) -> str:
    return f" Phone {stay.phone}." if stay.phone else ""


def _book(view: View, row: MoveRow) -> TodayLine | None:
    stay = row.current
    when = _before(view, stay.start)
    if when is None:
        return None
    sentence = f"Book transport for {row.patient_name} to {stay.setting_name}"
    return _line(row, Need.BOOK, when, sentence, remark=f"Accepted; starts {_day_of(view, stay.start)}.")


def _departs(view: View, row: MoveRow) -> TodayLine | None:
    stay = row.current
    when = When.NOW if row.overdue else _by(view, stay.start if row.due is None else london_date(row.due))
    if when is None:
        return None
    at = _clock(row.due)
    sentence = f"{row.patient_name} leaves for {stay.setting_name}{f' at {at}' if at else ''}"
    if row.overdue:
        sentence = (
            f"Has {row.patient_name} left for {stay.setting_name}? Booked for {_time_of(view, row.due)}"
        )
    return _line(row, Need.JOURNEY, when, sentence, remark=_journey(stay.transport))


def _arrives(view: View, row: MoveRow) -> TodayLine:
    stay = row.current
    left = stay.departed_at or row.since
    sentence = f"{row.patient_name} has been on the way to {stay.setting_name} since {_time_of(view, left)}"
    if row.overdue:
        sentence = (
            f"Has {row.patient_name} arrived at {stay.setting_name}? On the way for {ago(view.now - left)}"
        )
    when = When.NOW if row.overdue else When.TODAY
    return _line(row, Need.JOURNEY, when, sentence, remark=_journey(stay.transport))


def _moves_on(view: View, row: MoveRow) -> TodayLine | None:
    stay = _to_come(row)
    when = When.NOW if row.overdue else _by(view, stay.start if row.due is None else london_date(row.due))
    if when is None:
        return None
    at = f" at {_clock(row.due)}" if _clock(row.due) else ""
    sentence = f"{row.patient_name} moves from {row.current.setting_name} to {stay.setting_name}{at}"
    return _line(row, Need.JOURNEY, when, sentence, remark=_journey(stay.transport))


def _prepares(view: View, row: MoveRow) -> TodayLine | None:
    """The next home told, the journey there booked: by the day of the move."""
    stay = _to_come(row)
    when = _before(view, stay.start)
    if when is None:
        return None
    if row.next_step is NextStep.TELL_NEXT:
        sentence, need = f"Tell {stay.setting_name} about {row.patient_name}", Need.TELL
    else:
        sentence, need = f"Book transport for {row.patient_name} to {stay.setting_name}", Need.BOOK
    return _line(row, need, when, sentence, remark=f"Moves {shown_day(stay.start)}.")


def _release(view: View, row: MoveRow) -> TodayLine | None:
    when = When.NOW if row.overdue else When.TODAY
    if row.due is not None and not row.overdue:
        by = _before(view, london_date(row.due))
        if by is None:
            return None
        when = by
    sentence = f"{row.patient_name} at {row.current.setting_name} waits for a clinician's release"
    return _line(row, Need.ISOLATION, when, sentence, remark=row.next_sentence)


def _onward_place(view: View, row: MoveRow) -> TodayLine | None:
    if row.due is None:
        return None
    day = london_date(row.due)
    when = _before(view, day, ahead=ONWARD_DAYS)
    if when is None:
        return None
    sentence = f"{row.patient_name} needs an onward place from {shown_day(day)}"
    return _line(row, Need.ONWARD, when, sentence, remark=f"Isolates at {row.current.setting_name}.")


def _review(view: View, row: MoveRow) -> TodayLine | None:
    """A stay that ends soon: what comes next? Or somebody who has been there a while: have they settled?"""
    name, setting = row.patient_name, row.current.setting_name
    if row.due is not None:
        day = london_date(row.due)
        when = When.NOW if row.overdue else _before(view, day, ahead=ONWARD_DAYS)
        if when is None:
            return None
        verb = "ended" if row.overdue else "ends"
        sentence = f"{name}'s stay at {setting} {verb} {shown_day(day)}: review what comes next"
        return _line(row, Need.REVIEW, when, sentence)
    arrived = row.current.arrived_at
    if arrived is None or view.now - arrived < timedelta(days=SETTLED_DAYS):
        return None
    sentence = f"{name} has been at {setting} for {(view.now - arrived).days} days: settled?"
    return _line(row, Need.REVIEW, When.TODAY, sentence, due=arrived)


def _clock(at: datetime | None) -> str:
    """The time of day; empty where only the day is known."""
    if at is None:
        return ""
    local = at.astimezone(LONDON)
    return "" if at == midnight(london_date(local)) else f"{local:%H:%M}"


def _time_of(view: View, at: datetime | None) -> str:
    """`10:15` of today, else with its day."""
    if at is None:
        return ""
    return f"{at.astimezone(LONDON):%H:%M}" if london_date(at) == view.today else shown_time(at)


def _day_of(view: View, day: date) -> str:
    """`today` or `tomorrow`, else the day."""
    near = {view.today: "today", view.today + timedelta(1): "tomorrow"}
    return near.get(day) or shown_day(day)


def _journey(transport: Transport | None) -> str:
    if transport is None:
        return ""
    parts = (transport.mode.words, transport.carried, transport.ppe.words, transport.provider)
    said = ", ".join(part for part in parts if part)
    return f"{said[:1].upper()}{said[1:]}."


_MADE: dict[NextStep, Callable[[View, MoveRow], TodayLine | None]] = {
    NextStep.APPROVE: _approval,
    NextStep.TELL: _tell,
    NextStep.ANSWER: _answer,
    NextStep.BOOK: _book,
    NextStep.DEPART: _departs,
    NextStep.ARRIVE: _arrives,
    NextStep.TELL_NEXT: _prepares,
    NextStep.ANSWER_NEXT: _answer,
    NextStep.BOOK_NEXT: _prepares,
    NextStep.RELEASE: _release,
    NextStep.MOVE_ON: _moves_on,
    NextStep.PLAN_ONWARD: _onward_place,
    NextStep.END: _review,
}
"""How each next step is said; a placement with nothing to do has no line."""


__all__ = ["line_of"]
