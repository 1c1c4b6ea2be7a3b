"""What it takes to bring one row of a file into the hub: the actions, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from discharge.actions.capacity_returns import record_capacity_return
from discharge.actions.context import Action, Answered, Context
from discharge.actions.infections import correct_observation, record_observation, withdraw_observation
from discharge.actions.joining import join_settings
from discharge.actions.many_homes import record_beds
from discharge.actions.merging import known_as
from discharge.actions.patients import amend_patient, leave, register_patient, take_back
from discharge.actions.register import decide_on_register, record_left_register
from discharge.actions.settings import amend_setting, amend_unit, register_setting
from discharge.exchange.capacity_tracker import Return
from discharge.exchange.homes_sheet.homes import HomeSaid
from discharge.exchange.known_people import Leaver, Person
from discharge.exchange.register.homes import Home, Left, OneHome
from discharge.model.errors import Asked, NotAllowed, UserError
from discharge.model.infection import Observation, Symptoms
from discharge.model.patient_record import LeaveReason
from discharge.store.journal import Entry

Item = Home | Left | OneHome | Return | Person | Leaver | HomeSaid


def actions_of(item: Item) -> Iterator[Action]:
    """What it takes to bring one row into the hub."""
    if isinstance(item, Home):
        yield _home_action(item)
    elif isinstance(item, Left):
        yield _on_row(item.row, partial(record_left_register, setting=item.id, on=item.on))
        if item.decided:
            keep, why = item.decided == "used_on", "said when the register came in"
            yield _on_row(item.row, partial(decide_on_register, setting=item.id, keep=keep, reason=why))
    elif isinstance(item, OneHome):
        join = partial(join_settings, setting=item.setting, other=item.other, reason=item.reason)
        yield _on_row(item.row, join)
    elif isinstance(item, HomeSaid):
        yield from _sheet_actions(item)
    elif isinstance(item, Return):
        yield _on_row(item.row, partial(record_capacity_return, setting=item.setting, report=item.report))
    elif isinstance(item, Leaver):
        reason, note = _why_left(item), "not on the list that came in"
        yield partial(leave, patient=item.id, reason=reason, note=note)
    elif item.known is not None:
        yield from _amending_actions(item, item.known)
    else:
        yield from _person_actions(item)


def count_steps(items: Sequence[Item]) -> int:
    """How many actions these rows take."""
    return sum(
        _steps_of(item)
        if isinstance(item, Person)
        else len(list(_sheet_actions(item)))
        if isinstance(item, HomeSaid)
        else 1 + bool(item.decided)
        if isinstance(item, Left)
        else 1
        for item in items
    )


def _steps_of(person: Person) -> int:
    called = person.called is not None
    if person.known is None:
        return 1 + called
    return len(person.observations) + len(person.corrections) + bool(person.changes) + person.back + called


def _sheet_actions(home: HomeSaid) -> Iterator[Action]:
    """The home's record, then how its units isolate, then its beds, all of them at once."""
    if home.changes:
        amend = partial(amend_setting, setting=home.setting, changes=home.changes, reason="the homes sheet")
        yield _on_row(home.row, amend)
    for unit, changes in home.unit_changes.items():
        yield _on_row(home.row, partial(amend_unit, setting=home.setting, unit=unit, changes=changes))
    if home.new_units or home.groups:
        beds = partial(record_beds, setting=home.setting, units=home.new_units, groups=home.groups)
        yield _on_row(home.row, beds)


def _why_left(item: Leaver) -> LeaveReason:
    try:
        return LeaveReason(item.reason)
    except ValueError:
        raise UserError(
            f"{item.reason!r} is no reason why somebody left the list.",
            f"Use one of {', '.join(reason.value for reason in WHY_GONE)}.",
        ) from None


WHY_GONE = (
    LeaveReason.WENT_HOME,
    LeaveReason.UNWELL,
    LeaveReason.DIED,
    LeaveReason.SELF_DISCHARGED,
    LeaveReason.OTHER_HUB,
    LeaveReason.ENTERED_BY_MISTAKE,
)
"""Why somebody who isn't on tonight's list may have left."""


class _KnownByNumber(dict[str, str]):
    """Answers whether a record is of somebody else: the list was held against all of them."""

    def get(self, key: str, otherwise: Any = None) -> Any:
        return "Told apart when the list came in" if key.startswith("same:") else otherwise


def _amending_actions(person: Person, known: str) -> Iterator[Action]:
    """What it takes to bring somebody whom the hub has up to date."""
    if person.called is not None:
        yield _on_row(person.row, lambda context: _called(context, person, known))
    if person.back:
        yield _on_row(person.row, partial(take_back, patient=known, note="on the list that came in"))
    if person.changes:
        amend = partial(amend_patient, patient=known, changes=person.changes, reason="the list says so")
        yield Answered(_on_row(person.row, amend), _KnownByNumber())
    for wrong, right in person.corrections.items():
        yield _on_row(person.row, partial(_put_right, patient=known, wrong=wrong, right=right))
    for observation in person.observations:
        yield _on_row(person.row, partial(record_observation, patient=known, observation=observation))


def _put_right(
    context: Context, *, patient: str, wrong: Observation, right: Observation | None
) -> Sequence[Entry]:
    """What the laboratory corrects, or says was entered in error, in the place of what stands here."""
    page = context.queries.patient(patient)
    counting = [each for each in page.observations if not each.withdrawn]
    stands = next((each.id for each in counting if each.observation == wrong), None)
    if stands is None:
        raise UserError("A result that it corrects isn't on record any more.", "Look at the file again.")
    if right is None:
        return withdraw_observation(context, observation_id=stands, reason="entered in error, the file says")
    reason = "the list knows their end" if isinstance(right, Symptoms) else "corrected by the laboratory"
    return correct_observation(context, observation_id=stands, observation=right, reason=reason)


def _home_action(home: Home) -> Action:
    if home.known is None:
        return _on_row(home.row, partial(register_setting, details=home.details))
    before = home.known.details
    changes = {
        field: getattr(home.details, field)
        for field in type(before).model_fields
        if getattr(home.details, field) != getattr(before, field)
    }
    return _on_row(
        home.row,
        partial(amend_setting, setting=home.id, changes=changes, reason="the register says so"),
    )


def _person_actions(person: Person) -> Iterator[Action]:
    made: list[str] = []

    def register(context: Context) -> Sequence[Entry]:
        # whom they may be was looked for among all rows and people at once
        entries = register_patient(
            context, details=person.details, observations=person.observations, told_apart=True
        )
        made.append(entries[0].subject)
        return entries

    yield _on_row(person.row, register)
    if person.called is not None:
        yield _on_row(person.row, lambda context: _called(context, person, made[0]))


def _called(context: Context, person: Person, known: str) -> Sequence[Entry]:
    """Somebody said whom the row means: the next list needn't ask."""
    assert person.called is not None
    return known_as(context, patient=known, called=person.called, apart=person.apart or frozenset())


def _on_row(row: int, action: Action) -> Action:
    """The action; what the hub refuses is said with the row."""

    def on_row(context: Context) -> Sequence[Entry]:
        try:
            return action(context)
        except (Asked, NotAllowed):
            raise
        except UserError as error:
            raise UserError(f"Row {row}: {error.sentence}", error.mend) from None

    return on_row
