"""A list that came in is taken back whole: one import, one group on record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import BaseModel

from discharge.actions.as_before import (
    OF_BEDS,
    beds_as_before,
    fields_as_before,
    off_the_list,
    standing_as_before,
)
from discharge.actions.context import Context, wanted
from discharge.actions.infections import record_observation, undo_observation
from discharge.actions.joining import part_settings
from discharge.actions.merging import known_as
from discharge.actions.patients import amend_patient, take_back
from discharge.actions.second_word import fee_before, waiting_back
from discharge.actions.settings import amend_setting, take_back_setting
from discharge.actions.taking_back import withdraw_return
from discharge.model.errors import NotAllowed, UserError
from discharge.model.setting_record import NO_HOME
from discharge.store.ask.patients import OBSERVATION
from discharge.store.ask.provenance import ImportGroup
from discharge.store.journal import Entry, Kind, Line


def take_back_import(context: Context, *, group: str, reason: str) -> list[Entry]:
    """Takes back all that one import brought, by new facts: who came in leaves the list as entered by
    mistake, what was amended is as it was, observations and capacity returns count no more.

    The units and beds of a homes sheet are as they were before it; homes that a register brought are none of
    the hub's.

    Refused, as a whole: where something was written over it since, somebody who came in has a placement, or
    more was recorded of a home that came in.
    """
    why = wanted(reason, what="The reason")
    found = context.queries.import_group(group)
    if not found.lines:
        raise UserError(f"There is no import {group} on record.", "See which there are.")
    came = {line.subject for line in found.lines if line.kind is Kind.PATIENT_REGISTERED}
    entries: list[Entry] = []
    first_of = {line.subject: line.seq for line in reversed(found.lines) if line.kind in OF_BEDS}
    for setting, seq in first_of.items():
        entries += _beds_back(context, setting, seq, found, why)
    for line in reversed(found.lines):
        if line.kind in OF_BEDS:
            continue
        if line.subject in came and line.kind is not Kind.PATIENT_REGISTERED:
            continue
        again = sum(entry.kind is Kind.OBSERVATION_RECORDED for entry in entries)
        entries += _back(context, line, found, why, again=again)
    if not entries:
        raise UserError("All of it has been taken back already.", "Nothing needs to be done.")
    return [replace(entry, body={**entry.body, "import_taken_back": group}) for entry in entries]


def _beds_back(context: Context, setting: str, seq: int, found: ImportGroup, why: str) -> Iterator[Entry]:
    """The setting's units and beds as they were before the import: all that it changed there is undone."""
    if _is_back(context, setting, found):
        return
    own = {line.id for line in found.lines}
    role = context.role("record_beds")
    yield beds_as_before(context, setting, seq, role=role, reason=why, own=own, since=" that import")


def _back(context: Context, line: Line, found: ImportGroup, why: str, *, again: int) -> Iterator[Entry]:
    """What takes one entry back; `again` is how many observations this records again before it."""
    subject = line.subject
    if line.kind in _OF_THE_REGISTER:
        yield from _register_back(context, line, found, why)
        return
    if (whole := context.queries.survivor(subject)) != subject:
        raise NotAllowed(
            f"{subject} became a part of {whole} since that import.",
            "Part the two first, or set right by hand what is wrong of it.",
        )
    if line.kind is Kind.PATIENT_REGISTERED:
        yield from _out_again(context, subject, why)
    elif line.kind is Kind.PATIENT_AMENDED:
        changes = _as_before(subject, context.queries.patient_details(subject), found)
        yield from amend_patient(context, patient=subject, changes=changes, reason=why)
    elif line.kind is Kind.OBSERVATION_RECORDED:
        known = context.queries.observation(line.body["id"])
        if known is not None and not known[2]:
            yield from undo_observation(
                context,
                observation_id=line.body["id"],
                reason=why,
                replaced=line.body.get("replaces"),
                before=again,
            )
    elif line.kind is Kind.KNOWN_AS:
        called = context.queries.patient_details(subject).model_copy(update=_called(line.body))
        yield from known_as(context, patient=subject, called=called, forgotten=True)
    elif line.kind is Kind.OBSERVATION_WITHDRAWN:
        # neither what it brought and took back itself, nor what is back with what came in its place
        own = {each.body["id"] for each in found.lines if each.kind is Kind.OBSERVATION_RECORDED}
        if line.body["id"] not in own | {each.body.get("replaces") for each in found.lines}:
            yield from _recorded_again(context, line.body["id"], before=again)
    elif line.kind is Kind.PATIENT_LEFT:
        # whoever died, or left again, since has left by that
        if context.queries.left_by(subject) == line.seq:
            yield from take_back(context, patient=subject, note=why)
    elif line.kind is Kind.PATIENT_TAKEN_BACK:
        yield from _out_again(context, subject, why)
    elif line.kind is Kind.CAPACITY_RETURNED:
        yield from withdraw_return(context, setting=subject, reason=why, entry=line.id)
    elif line.kind is Kind.SETTING_AMENDED:
        now = context.queries.setting_details(subject)
        changes = {**_as_before(subject, now, found), **fee_before(context, line)}
        yield from waiting_back(context, line, reason=why)
        yield from amend_setting(context, setting=subject, changes=changes, reason=why)
    elif line.kind is not Kind.PLACEMENT_WITHDRAWN:
        raise NotAllowed(
            f"This import brought {subject}, which stays now that it is known.",
            "Close its admissions where it is to take nobody.",
        )


_OF_THE_REGISTER = (
    Kind.SETTING_REGISTERED, Kind.SETTINGS_JOINED, Kind.SETTING_LEFT_REGISTER, Kind.REGISTER_DECIDED,
)  # fmt: skip


def _register_back(context: Context, line: Line, found: ImportGroup, why: str) -> Iterator[Entry]:
    """What the register brought of a home: it is none of the hub's, or it stands there as it did."""
    setting, own = line.subject, {each.id for each in found.lines}
    if line.kind is Kind.SETTING_REGISTERED:
        if context.queries.part_of(setting) != NO_HOME:
            yield from take_back_setting(context, setting=setting, reason=why, own=frozenset(own))
    elif line.kind is Kind.SETTINGS_JOINED:
        yield from waiting_back(context, line, reason=why)
        if context.queries.part_of(line.body["setting"]) == setting:
            yield from part_settings(context, setting=setting, other=line.body["setting"], reason=why)
    elif line.id == _first_standing(setting, found) and not _is_back(context, setting, found):
        role = context.role("record_left_register")
        yield standing_as_before(context, line, role=role, reason=why, own=own)


def _first_standing(setting: str, found: ImportGroup) -> str:
    return next(line.id for line in found.lines if line.subject == setting and line.kind in _STANDINGS)


def _is_back(context: Context, setting: str, found: ImportGroup) -> bool:
    """Whether what the import said of the setting was taken back already."""
    group = found.lines[0].body["imported"]["group"]
    lines = context.queries.entries_of(setting)
    return any(line.body.get("import_taken_back") == group for line in lines)


_STANDINGS = (Kind.SETTING_LEFT_REGISTER, Kind.REGISTER_DECIDED)


def _called(said: dict[str, Any]) -> dict[str, Any]:
    """What a list called somebody, as fields of `PatientDetails`."""
    born = None if said["born"] is None else date.fromisoformat(said["born"])
    return {"born": born, **{name: said[name] for name in ("name", "born_words", "hospital")}}


def _recorded_again(context: Context, name: str, *, before: int) -> Iterator[Entry]:
    """Records once more what the import took back; nothing where it counts again already."""
    found = context.queries.observation(name)
    if found is None:
        return
    patient, text, _ = found
    observation = OBSERVATION.validate_json(text)
    if observation not in context.queries.person(patient).facts.observations:
        yield from record_observation(context, patient=patient, observation=observation, before=before)


def _out_again(context: Context, patient: str, why: str) -> Iterator[Entry]:
    if context.queries.person(patient).left_reason is None:
        yield from off_the_list(context, patient, why)


def _as_before(subject: str, record: BaseModel, found: ImportGroup) -> dict[str, Any]:
    """The fields that the import amended, as they were; refused where one was written over since."""
    now = record.model_dump(mode="json", by_alias=True)
    return fields_as_before(
        found.before[subject], found.after[subject], now, of=subject, since=" that import"
    )
