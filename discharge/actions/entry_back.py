"""Today's own entries taken back, each by its id: what stood before it stands again.

Whatever takes an entry back names it (`takes_back`). The entry that was wrong stays on record, and so does
the taking back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from discharge.actions.aid import take_back_aid
from discharge.actions.as_before import (
    beds_as_before,
    fields_as_before,
    followed,
    off_the_list,
    standing_as_before,
)
from discharge.actions.calls import drop_action, reopen_action, take_back_review, withdraw_call
from discharge.actions.context import Context, dump, load, wanted
from discharge.actions.hub import (
    amend_hub,
    choose_rule_set,
    own_rule_set,
    set_approval_rules,
    set_local_value,
    set_weights,
    withdraw_local_value,
)
from discharge.actions.infections import record_observation, undo_observation, withdraw_attestation
from discharge.actions.merging import part_patients
from discharge.actions.papers import recall_paper
from discharge.actions.patients import amend_patient, exclude_setting, include_setting, leave, take_back
from discharge.actions.people import amend_user
from discharge.actions.placements.over import withdraw
from discharge.actions.planning import keep, stop_keeping
from discharge.actions.reviews import withdraw_assessment, withdraw_review
from discharge.actions.second_word import confirmed_since, fee_before, waiting_back
from discharge.actions.settings import amend_setting, take_back_setting
from discharge.actions.taking_back import take_back_step, withdraw_return
from discharge.model.errors import NotAllowed, UserError
from discharge.model.hub import HubSettings
from discharge.model.london import london_date
from discharge.model.patient_record import LeaveReason
from discharge.model.people import Given
from discharge.rules.local_values import holds
from discharge.store.ask.own_entries import STEPS
from discharge.store.ask.patients import OBSERVATION
from discharge.store.journal import Entry, Kind, Line

_ON_THE_LIST = (Kind.PATIENT_LEFT, Kind.PATIENT_TAKEN_BACK, Kind.PATIENTS_MERGED)


def take_back_entry(context: Context, *, entry: str, reason: str) -> list[Entry]:
    """Takes back one of today's own entries, by its id: that one, and not another that says the same.

    Refused, in a sentence: somebody else's, one of another day, one taken back already, and whatever a later
    fact depends on.
    """
    line = context.queries.entry(entry)
    if line is None or line.kind not in BACK:
        raise UserError("There is no way back from this entry.", "Record what is right now.")
    if line.user != context.by.id:
        raise NotAllowed(f"{line.user_name} recorded this.", "They can take it back.")
    if london_date(line.recorded_at) != context.queries.today:
        raise NotAllowed("This wasn't recorded today.", "Correct it where it stands.")
    lines = context.queries.entries_of(line.subject)
    if any(each.body.get("takes_back") == entry for each in lines):
        raise UserError("This was taken back already.", "Nothing needs to be done.")
    slip = _Slip(context, line, lines, wanted(reason, what="The reason"))
    return [replace(each, body={**each.body, "takes_back": entry}) for each in BACK[line.kind](slip)]


def take_back_entries(context: Context, *, entries: Sequence[str], reason: str) -> list[Entry]:
    """Takes back several of today's own entries, by their ids, as `take_back_entry` does one; or none. An
    observation that another of them replaced is back with that one, and one that counted no more for a merge
    with the parting; one that they took back themselves stays so."""
    lines = [line for entry in entries if (line := context.queries.entry(entry)) is not None]
    came = [line for line in lines if line.kind is Kind.OBSERVATION_RECORDED]
    went = [line for line in lines if line.kind is Kind.OBSERVATION_WITHDRAWN]
    replaced, gone = {line.body.get("replaces") for line in came}, {line.body["id"] for line in went}
    own = {line.body["id"] for line in came}
    mended = {line.id for line in went if line.body["id"] in replaced | own}
    mended |= {line.id for line in came if line.body["id"] in gone}
    parted = {name for line in lines for name in line.body.get("voided", ())}
    mended |= {line.id for line in went if line.body["id"] in parted}
    return [
        each
        for entry in entries
        if entry not in mended
        for each in take_back_entry(context, entry=entry, reason=reason)
    ]


@dataclass(frozen=True, slots=True)
class _Slip:
    """An entry that is to be taken back, among those of the same person, setting or placement."""

    context: Context
    line: Line
    lines: Sequence[Line]
    why: str

    @property
    def subject(self) -> str:
        return self.line.subject

    @property
    def body(self) -> Mapping[str, Any]:
        return self.line.body

    def nothing_since(self, *kinds: Kind, same: str = "") -> None:
        """Refuses where an entry of these kinds came after it; `same`: only with this in common."""
        followed(self.context, [each for each in self._like(kinds, same) if each.seq > self.line.seq])

    def before(self, *kinds: Kind, same: str = "") -> Line | None:
        """The last entry of these kinds before it."""
        found = [each for each in self._like(kinds, same) if each.seq < self.line.seq]
        return found[-1] if found else None

    def _like(self, kinds: Sequence[Kind], same: str) -> list[Line]:
        return [
            each
            for each in self.lines
            if each.kind in kinds and (not same or each.body.get(same) == self.body.get(same))
        ]


# --- people ------------------------------------------------------------------------------------------


def _registered(slip: _Slip) -> Sequence[Entry]:
    slip.nothing_since(*_ON_THE_LIST)
    return off_the_list(slip.context, slip.subject, slip.why)


def _amended(slip: _Slip) -> Sequence[Entry]:
    now = dump(slip.context.queries.patient_details(slip.subject))
    changes = _fields(slip, now)
    return amend_patient(slip.context, patient=slip.subject, changes=changes, reason=slip.why)


def _fields(slip: _Slip, now: Mapping[str, Any]) -> dict[str, Any]:
    """What the entry changed of a record, as it was before it."""
    before = next(
        each.body["details"]
        for each in reversed(slip.lines)
        if each.seq < slip.line.seq and isinstance(each.body.get("details"), dict)
    )
    return fields_as_before(before, slip.body["details"], now, of=slip.subject)


def _left(slip: _Slip) -> Sequence[Entry]:
    slip.nothing_since(*_ON_THE_LIST)
    return take_back(slip.context, patient=slip.subject, note=slip.why)


def _taken_back(slip: _Slip) -> Sequence[Entry]:
    slip.nothing_since(*_ON_THE_LIST)
    active = slip.context.queries.active_of(slip.subject)
    if active:
        raise NotAllowed(f"They have the placement {active[0].id} now.", "Withdraw that one first.")
    left = slip.before(Kind.PATIENT_LEFT)
    if left is None:
        raise NotAllowed("They had left the list by a placement.", "Say why they leave it now.")
    reason = LeaveReason(left.body["reason"])
    return leave(slip.context, patient=slip.subject, reason=reason, note=slip.why)


def _merged(slip: _Slip) -> Sequence[Entry]:
    slip.nothing_since(Kind.PATIENTS_PARTED, same="patient")
    return part_patients(slip.context, patient=slip.subject, other=slip.body["patient"], reason=slip.why)


def _observed(slip: _Slip) -> Sequence[Entry]:
    """What it replaced counts again."""
    return undo_observation(
        slip.context,
        observation_id=slip.body["id"],
        reason=slip.why,
        replaced=slip.body.get("replaces"),
    )


def _unobserved(slip: _Slip) -> Sequence[Entry]:
    """Recorded again, by the same person's word; its own id is that of the one that counts no more."""
    found = slip.before(Kind.OBSERVATION_RECORDED, same="id")
    if found is None:
        raise NotAllowed("It came from another record.", "Record it again.")
    instead = [each for each in slip.lines if each.body.get("replaces") == slip.body["id"]]
    followed(slip.context, instead)
    seen = OBSERVATION.validate_python(found.body["observation"])
    given = None if found.given is None else load(Given, found.given)
    return record_observation(slip.context, patient=slip.subject, observation=seen, given=given)


def _attested(slip: _Slip) -> Sequence[Entry]:
    slip.nothing_since(Kind.ATTESTATION_RECORDED, Kind.ATTESTATION_WITHDRAWN, same="attestation")
    attestation = slip.body["attestation"]
    return withdraw_attestation(slip.context, patient=slip.subject, attestation=attestation, reason=slip.why)


def _excluded(slip: _Slip) -> Sequence[Entry]:
    slip.nothing_since(Kind.SETTING_EXCLUDED, Kind.SETTING_INCLUDED, same="setting")
    return include_setting(slip.context, patient=slip.subject, setting=slip.body["setting"], reason=slip.why)


def _included(slip: _Slip) -> Sequence[Entry]:
    slip.nothing_since(Kind.SETTING_EXCLUDED, Kind.SETTING_INCLUDED, same="setting")
    found = slip.before(Kind.SETTING_EXCLUDED, same="setting")
    if found is None:
        raise NotAllowed("It was ruled out in another record.", "Rule it out again.")
    setting, reason = slip.body["setting"], found.body["reason"]
    return exclude_setting(slip.context, patient=slip.subject, setting=setting, reason=reason)


def _kept(slip: _Slip) -> Sequence[Entry]:
    slip.nothing_since(Kind.PROPOSAL_KEPT, Kind.KEEPING_STOPPED)
    return stop_keeping(slip.context, patient=slip.subject)


def _no_longer_kept(slip: _Slip) -> Sequence[Entry]:
    slip.nothing_since(Kind.PROPOSAL_KEPT, Kind.KEEPING_STOPPED)
    found = slip.before(Kind.PROPOSAL_KEPT)
    assert found is not None  # else there was nothing to let go
    return keep(slip.context, plan=found.body["plan"], patient=slip.subject)


# --- placements --------------------------------------------------------------------------------------


def _step(slip: _Slip) -> Sequence[Entry]:
    return take_back_step(slip.context, placement=slip.subject, reason=slip.why, step=slip.line.id)


def _proposed(slip: _Slip) -> Sequence[Entry]:
    return withdraw(slip.context, placement=slip.subject, reason=slip.why)


# --- settings ----------------------------------------------------------------------------------------


def _return(slip: _Slip) -> Sequence[Entry]:
    return withdraw_return(slip.context, setting=slip.subject, reason=slip.why, entry=slip.line.id)


def _call(slip: _Slip) -> Sequence[Entry]:
    return withdraw_call(slip.context, setting=slip.subject, call=slip.line.id, reason=slip.why)


def _action_agreed(slip: _Slip) -> Sequence[Entry]:
    return drop_action(slip.context, action=slip.body["action"], reason=slip.why)


def _action_done(slip: _Slip) -> Sequence[Entry]:
    return reopen_action(slip.context, action=slip.body["action"], reason=slip.why)


def _learning(slip: _Slip) -> Sequence[Entry]:
    return take_back_review(slip.context, ended=slip.body["ended"], reason=slip.why)


def _aid(slip: _Slip) -> Sequence[Entry]:
    return take_back_aid(slip.context, aid=slip.subject, step=slip.line.kind, reason=slip.why)


def _setting_registered(slip: _Slip) -> Sequence[Entry]:
    return take_back_setting(
        slip.context, setting=slip.subject, reason=slip.why, own=frozenset({slip.line.id})
    )


def _setting_amended(slip: _Slip) -> Sequence[Entry]:
    now = dump(slip.context.queries.setting_details(slip.subject))
    changes = {**_fields(slip, now), **fee_before(slip.context, slip.line)}
    waiting = waiting_back(slip.context, slip.line, reason=slip.why)
    amended = amend_setting(slip.context, setting=slip.subject, changes=changes, reason=slip.why)
    return _any_of([*waiting, *amended])


def _any_of(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entries; refused where there is none, as what waited was decided on or changed again."""
    if not entries:
        raise NotAllowed("Nothing of it counts, or waits, any more.", "Nothing needs to be done.")
    return entries


def _beds(action: str) -> Callable[[_Slip], Sequence[Entry]]:
    def back(slip: _Slip) -> Sequence[Entry]:
        what = {"entry": slip.line.id, "kind": slip.line.kind.value}
        role = slip.context.role(action)
        own = (slip.line.id,)
        return [
            beds_as_before(
                slip.context, slip.subject, slip.line.seq, role=role, reason=slip.why, own=own, what=what
            )
        ]

    return back


def _designation_step(slip: _Slip) -> Sequence[Entry]:
    gone = {each.body.get("takes_back") for each in slip.lines}
    kinds, unit = (Kind.DESIGNATION_STEP, Kind.UNIT_DESIGNATED), slip.body["unit"]
    later = [each for each in slip.lines if each.seq > slip.line.seq and each.kind in kinds]
    followed(slip.context, [each for each in later if each.body["unit"] == unit and each.id not in gone])
    body = {"unit": unit, "step": slip.body["step"], "reason": slip.why}
    role = slip.context.role("record_designation_step")
    return [Entry(Kind.DESIGNATION_STEP_TAKEN_BACK, slip.subject, body, role, slip.context.now)]


def _standing(action: str) -> Callable[[_Slip], Sequence[Entry]]:
    def back(slip: _Slip) -> Sequence[Entry]:
        if slip.body.get("placement"):
            raise NotAllowed("The bed was held by an earlier stay.", "Keep the bed for them anew.")
        role = slip.context.role(action)
        return [standing_as_before(slip.context, slip.line, role=role, reason=slip.why)]

    return back


# --- the hub -----------------------------------------------------------------------------------------


def _hub(fields: Callable[[_Slip, HubSettings], Sequence[Entry]]) -> Callable[[_Slip], Sequence[Entry]]:
    """What an entry changed of the hub's settings is as it was; `fields` does it, given what was before."""

    def back(slip: _Slip) -> Sequence[Entry]:
        before = next(
            each.body["settings"]
            for each in reversed(slip.lines)
            if each.seq < slip.line.seq and "settings" in each.body
        )
        now = dump(slip.context.queries.hub())
        fields_as_before(before, slip.body["settings"], now, of="the hub")
        return fields(slip, HubSettings.model_validate(before, by_alias=True, by_name=True))

    return back


def _hub_amended(slip: _Slip, before: HubSettings) -> Sequence[Entry]:
    values = dump(before)
    return amend_hub(slip.context, changes={name: values[name] for name in slip.body["changed"]})


def _rules_set(slip: _Slip, before: HubSettings) -> Sequence[Entry]:
    if change := slip.body.get("waits"):
        if not confirmed_since(slip.context, slip.line):
            return _any_of(waiting_back(slip.context, slip.line, reason=slip.why))
        if dump(slip.context.queries.hub())["approval_rules"] != change["wanted"]:
            raise NotAllowed("The approval rules were changed since.", "Set them as they are to be.")
    return set_approval_rules(slip.context, rules=before.approval_rules, reason=slip.why)


def _rule_set_chosen(slip: _Slip, before: HubSettings) -> Sequence[Entry]:
    chosen = None if before.rule_set is None else str(before.rule_set)
    return choose_rule_set(slip.context, rule_set=chosen, reason=slip.why)


def _weights_set(slip: _Slip, before: HubSettings) -> Sequence[Entry]:
    return set_weights(slip.context, weights=before.weights, reason=slip.why)


def _settled(slip: _Slip, before: HubSettings) -> Sequence[Entry]:
    key = slip.body["key"] if "key" in slip.body else slip.body["local_value"]["key"]
    one = next((each for each in before.local_values if each.key == key), None)
    if one is None or not holds(one, own_rule_set(slip.context)):
        return withdraw_local_value(slip.context, key=key, reason=slip.why)
    return set_local_value(slip.context, key=key, value=one.value, source=one.source, reason=one.reason)


def _user_amended(slip: _Slip) -> Sequence[Entry]:
    slip.nothing_since(Kind.USER_AMENDED)
    before = slip.before(Kind.USER_ADDED, Kind.USER_AMENDED)
    assert before is not None  # somebody was added before they were amended
    was = before.body
    return amend_user(
        slip.context,
        user=slip.subject,
        name=was["name"],
        roles=was["roles"],
        active=was.get("active", True),
        email=was.get("email", ""),
        authorities=was.get("authorities", ()),
    )


def _paper(slip: _Slip) -> Sequence[Entry]:
    return recall_paper(slip.context, paper=slip.body["paper"], reason=slip.why)


def _review(slip: _Slip) -> Sequence[Entry]:
    return withdraw_review(slip.context, placement=slip.subject, review=slip.body["id"], reason=slip.why)


def _assessment(slip: _Slip) -> Sequence[Entry]:
    return withdraw_assessment(
        slip.context, patient=slip.subject, assessment=slip.body["id"], reason=slip.why
    )


BACK: Mapping[Kind, Callable[[_Slip], Sequence[Entry]]] = {
    **dict.fromkeys(STEPS, _step),
    Kind.PLACEMENT_PROPOSED: _proposed,
    Kind.PLACEMENT_APPROVED: _proposed,
    Kind.PATIENT_REGISTERED: _registered,
    Kind.PATIENT_AMENDED: _amended,
    Kind.PATIENT_LEFT: _left,
    Kind.PATIENT_TAKEN_BACK: _taken_back,
    Kind.PATIENTS_MERGED: _merged,
    Kind.OBSERVATION_RECORDED: _observed,
    Kind.OBSERVATION_WITHDRAWN: _unobserved,
    Kind.ATTESTATION_RECORDED: _attested,
    Kind.SETTING_EXCLUDED: _excluded,
    Kind.SETTING_INCLUDED: _included,
    Kind.PROPOSAL_KEPT: _kept,
    Kind.KEEPING_STOPPED: _no_longer_kept,
    Kind.CAPACITY_RETURNED: _return,
    Kind.CAPACITY_CONFIRMED: _return,
    Kind.CALL_LOGGED: _call,
    Kind.ACTION_AGREED: _action_agreed,
    Kind.ACTION_DONE: _action_done,
    Kind.OUTBREAK_REVIEWED: _learning,
    Kind.AID_ASKED: _aid,
    Kind.AID_ANSWERED: _aid,
    Kind.AID_GIVEN_BACK: _aid,
    Kind.SETTING_REGISTERED: _setting_registered,
    Kind.SETTING_AMENDED: _setting_amended,
    Kind.UNIT_ADDED: _beds("add_unit"),
    Kind.UNIT_AMENDED: _beds("amend_unit"),
    Kind.BEDS_SET: _beds("set_beds"),
    Kind.BEDS_REMOVED: _beds("remove_beds"),
    Kind.UNIT_DESIGNATED: _beds("designate"),
    Kind.DESIGNATION_STEP: _designation_step,
    Kind.DESIGNATION_ENDED: _beds("end_designation"),
    Kind.OUTBREAK_DECLARED: _standing("declare_outbreak"),
    Kind.OUTBREAK_ENDED: _standing("end_outbreak"),
    Kind.RISK_ASSESSED: _standing("record_risk_assessment"),
    Kind.ADMISSIONS_CLOSED: _standing("close_admissions"),
    Kind.ADMISSIONS_OPENED: _standing("open_admissions"),
    Kind.BED_KEPT: _standing("keep_bed"),
    Kind.BED_RELEASED: _standing("release_bed"),
    Kind.PAPER_ISSUED: _paper,
    Kind.REVIEWED: _review,
    Kind.ASSESSED: _assessment,
    Kind.HUB_AMENDED: _hub(_hub_amended),
    Kind.APPROVAL_RULES_SET: _hub(_rules_set),
    Kind.RULE_SET_CHOSEN: _hub(_rule_set_chosen),
    Kind.WEIGHTS_SET: _hub(_weights_set),
    Kind.LOCAL_VALUE_SET: _hub(_settled),
    Kind.LOCAL_VALUE_WITHDRAWN: _hub(_settled),
    Kind.USER_AMENDED: _user_amended,
}
"""How an entry of each kind is taken back; of the others there is no way back."""

__all__ = ["BACK", "take_back_entries", "take_back_entry"]
