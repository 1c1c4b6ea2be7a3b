"""What is done, as data: an action's name, its arguments, and the reasons given to what was asked.

A desk that is cut off from its hub's server keeps what is done there as intents, and does them again on the
record as it is when the server is back. So an action's arguments are what JSON can say: of a function of
`discharge.actions` with its arguments bound, by the types that it names.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from string import Formatter
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from discharge.actions.context import Action, Answered, answers_to, one_by_one
from discharge.actions.intent_words import WORDS
from discharge.model.errors import UserError
from discharge.words.counts import listing
from discharge.words.days import day_and_time

_HOME = "discharge.actions."


class NotData(UserError):
    """An action that can't be kept and done later: it needs the server, or this desk's disk."""

    def __init__(self, sentence: str = "", mend: str = "") -> None:
        super().__init__(
            sentence or "This can't be done while the desk is cut off from the server.",
            mend or "Do it once the server is there again.",
        )


class Nature(Enum):
    """What an intent is, where it no longer fits the record."""

    FACT = auto()
    """Of the world: it is so, whatever was decided elsewhere meanwhile, and is always taken."""
    DECISION = auto()
    """It comes back to whoever made it."""
    NEEDS_SERVER = auto()
    """Never done while cut off: who may come in, by which keys, is one thing everywhere."""


@dataclass(frozen=True, slots=True)
class Intent:
    """One action, as data. `arguments` are plain JSON; `answers` as in `Answered`.

    `name` is the module below `discharge.actions` and the function: `placements.deciding.approve`.
    """

    name: str
    arguments: Mapping[str, Any]
    answers: Mapping[str, str] = field(default_factory=dict)


def as_intents(action: Action, now: datetime) -> tuple[Intent, ...]:
    """The action as data, several where it stands for several. An event time that wasn't said is `now`.

    `NotData` for what can't be data, and for what is never done while a desk is cut off.
    """
    return tuple(_intent(each, now) for each in one_by_one(action))


def _intent(action: Action, now: datetime) -> Intent:
    plain = action.action if isinstance(action, Answered) else action
    function, bound = _unbound(plain)
    name = _name_of(function)
    if name is None or name not in NATURES:
        raise NotData()
    if NATURES[name] is Nature.NEEDS_SERVER:
        raise NotData(f"{_NEED_SERVER[name]} while the desk is cut off from the server.")
    adapters = _adapters(function)
    if "at" in adapters and bound.get("at") is None:
        bound["at"] = now
    return Intent(name, _dumped(function, bound), dict(answers_to(action)))


def _dumped(function: Callable[..., Any], bound: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as plain JSON; `NotData` where one can't be that."""
    adapters = _adapters(function)
    try:
        return {
            key: adapters[key].dump_python(value, mode="json", warnings="error")
            for key, value in bound.items()
        }
    except (KeyError, PydanticSerializationError):
        raise NotData() from None


def _unbound(action: Action) -> tuple[Callable[..., Any], dict[str, Any]]:
    """The function, and what is bound to its names; positional arguments are none of its names."""
    bound: dict[str, Any] = {}
    found: Any = action
    while isinstance(found, functools.partial):
        if found.args:
            raise NotData()
        bound = {**found.keywords, **bound}
        found = found.func
    return found, bound


def _name_of(function: Callable[..., Any]) -> str | None:
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    if not module.startswith(_HOME) or not name.isidentifier():
        return None
    return f"{module.removeprefix(_HOME)}.{name}"


@functools.cache
def _adapters(function: Callable[..., Any]) -> dict[str, TypeAdapter[Any]]:
    """How each argument is written and read, by the type that the function names for it."""
    hints = get_type_hints(function)
    names = [name for name in inspect.signature(function).parameters if name != "context"]
    return {name: TypeAdapter(hints[name]) for name in names}


def as_action(intent: Intent) -> Action:
    """The action that this says; `UserError` where this program doesn't know it, or not these arguments."""
    function = _function(intent.name)
    if function is None or NATURES.get(intent.name) is None:
        raise UserError(f"This program doesn't know {intent.name}.", "Use the newer program.")
    adapters = _adapters(function)
    try:
        bound = {key: adapters[key].validate_python(value) for key, value in intent.arguments.items()}
        inspect.signature(function).bind(context=None, **bound)
    except (KeyError, TypeError, ValidationError):
        raise UserError(
            f"{intent.name} was kept by another version of the program, and can't be read.", "Do it again."
        ) from None
    action = functools.partial(function, **bound)
    return Answered(action, intent.answers) if intent.answers else action


def _function(name: str) -> Callable[..., Any] | None:
    if name not in NATURES:
        return None
    module, _, function = name.rpartition(".")
    found: Callable[..., Any] = getattr(importlib.import_module(_HOME + module), function)
    return found


def to_json(intents: Sequence[Intent]) -> str:
    """Several intents as text; what is in an order stays in it."""
    return json.dumps(
        [[each.name, each.arguments, each.answers] for each in intents],
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    )


def from_json(text: str) -> list[Intent]:
    """The intents that a text of `to_json` holds; `UserError` for another text."""
    try:
        return [Intent(*each) for each in _KEPT.validate_json(text)]
    except ValidationError:
        raise UserError("What waits to be shared can't be read.", "Do it again.") from None


_KEPT = TypeAdapter(list[tuple[str, dict[str, Any], dict[str, str]]])


def nature(intent: Intent) -> Nature:
    """What it is, where it no longer fits."""
    return NATURES.get(intent.name, Nature.DECISION)


def renamed(intent: Intent, names: Mapping[str, str]) -> Intent:
    """The same of others: ids that turned out otherwise, wherever one stands by itself; texts that merely
    hold one stay as they were written."""
    if not names:
        return intent
    answers = {
        ":".join(names.get(part, part) for part in key.split(":")): why for key, why in intent.answers.items()
    }
    return Intent(intent.name, renamed_in(dict(intent.arguments), names), answers)


def renamed_in(value: Any, names: Mapping[str, str]) -> Any:
    """The same plain JSON with those ids."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, dict):
        return {names.get(key, key): renamed_in(each, names) for key, each in value.items()}
    return [renamed_in(each, names) for each in value] if isinstance(value, list) else value


def as_data(action: Action) -> Intent:
    """One action as data, whatever its nature and the hour; `NotData` for what can't be."""
    plain = action.action if isinstance(action, Answered) else action
    function, bound = _unbound(plain)
    name = _name_of(function)
    if name is None or name not in NATURES:
        raise NotData()
    return Intent(name, _dumped(function, bound), dict(answers_to(action)))


def sentence(intent: Intent, names: Mapping[str, str] | None = None) -> str:
    """What it is, in a few words: `Approve L-0009`. Ids are said by the `names` given for them, if any."""
    words = WORDS.get(intent.name)
    if words is None:
        return "Something that this program doesn't know"
    called = names or {}
    return words.format_map(_Said({key: _said(value, called) for key, value in intent.arguments.items()}))


def in_full(intent: Intent) -> str:
    """The same with all that was said, for whoever finds out what is true."""
    words = WORDS.get(intent.name, "")
    named = {"at", *(name for _, name, _, _ in Formatter().parse(words) if name)}
    more = [
        f"{key.replace('_', ' ')}: {said}"
        for key, value in intent.arguments.items()
        if key not in named and (said := _in_full(value))
    ]
    return _GONE.sub(r"\1", ". ".join((sentence(intent), *more)))


def _in_full(value: Any) -> str:
    """Plain JSON in words: what is left out or none isn't said."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, str):
        return day_and_time(datetime.fromisoformat(value)) if _A_TIME.fullmatch(value) else value.strip()
    if isinstance(value, dict):
        parts = ((key.replace("_", " "), _in_full(each)) for key, each in value.items())
        return ", ".join(f"{key} {said}" for key, said in parts if said)
    return listing([_in_full(each) for each in value]) if isinstance(value, list) else str(value)


_A_TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d)")
_GONE = re.compile(r"\b([A-Z]{1,2}-\d+)~\d+")
"""How an id that is on record no more stands in what waits."""


class _Said(dict[str, str]):
    """Arguments in words; what was left out is said as nothing in particular."""

    def __missing__(self, _key: str) -> str:
        return "none"


def _said(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        return str(value["name"])
    if isinstance(value, list | dict):
        return listing([_said(each, names) for each in value])
    return "none" if value is None else names.get(str(value), str(value))


_FACTS = """
aid.answer_aid aid.give_back_aid calls.log_call calls.record_phoned calls.do_action
capacity_returns.record_capacity_return capacity_returns.record_no_change
designating.record_designation_step designating.end_designation infections.record_observation
infections.correct_observation infections.record_attestations passing_on.pass_on patients.leave
many_people.leave_together placements.gone_after.deal_with placements.happened.left
placements.happened.arrived placements.happened.moved_on placements.happened.left_without_us
placements.happened.arrived_elsewhere placements.happened.turned_away placements.happened.readmitted
placements.happened.died placements.happened.doesnt_fit placements.journeys.depart
placements.journeys.arrive placements.journeys.move_on placements.offering.tell
placements.offering.accept placements.offering.decline placements.offering.no_answer placements.over.end
doesnt_fit.gone_without_placement doesnt_fit.return_as_far_as_it_fits register.record_left_register
reviews.record_review reviews.record_assessment left_behind.tick settings.declare_outbreak
settings.record_risk_assessment settings.end_outbreak settings.close_admissions settings.open_admissions
"""

_DECISIONS = """
aid.ask_for_aid aid.take_back_aid calls.withdraw_call calls.agree_action calls.reopen_action
calls.drop_action calls.review_outbreak calls.take_back_review designating.designate
entry_back.take_back_entry entry_back.take_back_entries hub.amend_hub hub.describe_hospital
hub.set_approval_rules hub.choose_rule_set hub.set_local_value hub.withdraw_local_value hub.set_weights
imports_back.take_back_import infections.withdraw_observation infections.undo_observation
infections.withdraw_attestation joining.join_settings joining.part_settings kept_beds.keep_bed
kept_beds.release_bed many_homes.record_beds many_homes.copy_unit many_homes.amend_settings
many_people.amend_patients merging.merge_patients merging.known_as merging.part_patients
papers.issue_paper papers.issue_papers papers.recall_paper patients.register_patient
patients.amend_patient patients.exclude_setting patients.include_setting patients.take_back
placements.deciding.approve placements.deciding.approve_together placements.deciding.return_
placements.deciding.return_together placements.gone_after.hand_over placements.journeys.book
placements.over.release placements.over.not_released placements.over.plan_onward placements.over.withdraw
placements.proposing.propose_from_plan placements.proposing.propose_by_hand planning.store_plan
planning.keep planning.stop_keeping register.decide_on_register reviews.withdraw_review
reviews.withdraw_assessment second_word.confirm_changes second_word.refuse_changes
second_word.take_back_changes settings.register_setting settings.take_back_setting
settings.amend_setting settings.add_unit settings.amend_unit settings.set_beds settings.remove_beds
taking_back.take_back_step taking_back.withdraw_return
"""

_NEED_SERVER: Mapping[str, str] = {
    "all_desks.add_desk": "A desk can't join",
    "all_desks.close_desk": "A desk can't be closed",
    "all_desks.take_home": "A copy can't be taken home",
    "bundles.record_answers": "What was decided elsewhere can't be taken in",
    "bundles.send_for_decision": "Nothing can be sent to be decided elsewhere",
    "home_keys.set_home_key": "No home's key can be taken in",
    "home_keys.close_home_key": "No home's key can be closed",
    "erasing.erase_people": "Nobody can be erased",
    "people.add_user": "Nobody can be added to the hub's people",
    "people.amend_user": "Nobody's roles or standing at the hub can be changed",
    "rights.give_copy": "No copy of somebody's record can be given",
    "vouching.begin_signing": "Signatures can't be begun",
    "vouching.vouch_for": "No one-time word can be given",
    "vouching.set_own_key": "No passphrase can be set",
    "vouching.recover": "Nobody can come in by the recovery sheet",
    "vouching.set_sheet_key": "No recovery sheet can be made",
    "vouching.close_key": "Nobody's key can be closed",
    "vouching.record_failed": "Failed sign-ins can't be put on record",
    "vouching.change_data_key": "The hub can't be sealed by another key",
}
"""What is never done while cut off, and how that is said: `... while the desk is cut off from the server.`"""


def needs_server(actions: Collection[str]) -> str:
    """How it is said that none of these actions, by their own names, is done while cut off; empty where one
    is."""
    words = {name.rpartition(".")[2]: said for name, said in _NEED_SERVER.items()}
    said = [words.get(name, "") for name in actions]
    return said[0] if said and all(said) else ""


NATURES: Mapping[str, Nature] = {
    **dict.fromkeys(_FACTS.split(), Nature.FACT),
    **dict.fromkeys(_DECISIONS.split(), Nature.DECISION),
    **dict.fromkeys(_NEED_SERVER, Nature.NEEDS_SERVER),
}
"""Every action, by what it is. Whoever is erased is erased everywhere at once."""


__all__ = [
    "NATURES", "Intent", "Nature", "NotData", "as_action", "as_data", "as_intents", "from_json", "in_full",
    "nature", "needs_server", "renamed", "renamed_in", "sentence", "to_json",
]  # fmt: skip
