"""What a signed record asks of each entry: who made it was at the hub then, signed it with their own key, and
did it in a role that may.

A decision that was made away from the hub (`discharge.keys.statements`) is the one entry that somebody else
seals: whoever takes the answer in signs the entry, and in it stands what its author signed.

Signatures begin with the first key that is set. What was written before is held by the chain, which that
entry is sealed to and signed over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from discharge.model.approving import ACCEPT, APPROVE, DECLINE, RELEASE, RETURN
from discharge.model.people import RECOVERY, How
from discharge.model.role import Role
from discharge.model.same_person import same_name
from discharge.model.typed import made_plain
from discharge.rules.may import MAY
from discharge.store.journal import Kind
from discharge.store.personal import SEALED
from discharge.words.waiting import ALONE

BY: Mapping[Kind, tuple[str, ...]] = {
    Kind.HUB_FOUNDED: ("amend_hub",),
    Kind.HUB_AMENDED: ("amend_hub", "describe_hospital"),
    Kind.APPROVAL_RULES_SET: ("set_approval_rules",),
    Kind.RULE_SET_CHOSEN: ("choose_rule_set",),
    Kind.LOCAL_VALUE_SET: ("set_local_value",),
    Kind.LOCAL_VALUE_WITHDRAWN: ("withdraw_local_value",),
    Kind.WEIGHTS_SET: ("set_weights",),
    Kind.USER_ADDED: ("add_user",),
    Kind.USER_AMENDED: ("amend_user",),
    Kind.CHANGE_CONFIRMED: ("confirm_fee", "confirm_rules"),
    Kind.CHANGE_REFUSED: ("confirm_fee", "confirm_rules"),
    Kind.CHANGE_TAKEN_BACK: ("amend_setting", "set_approval_rules"),
    Kind.KEY_SET: ("vouch_for", "set_own_key", "recover", "set_sheet_key", "begin_signing"),
    Kind.KEY_CLOSED: ("close_key",),
    Kind.HOME_KEY_SET: ("set_home_key",),
    Kind.HOME_KEY_CLOSED: ("close_home_key",),
    Kind.SIGN_IN_FAILED: ("record_failed",),
    Kind.DATA_KEY_CHANGED: ("change_data_key",),
    Kind.DESK_ADDED: ("add_desk",),
    Kind.DESK_CLOSED: ("close_desk",),
    Kind.COPY_TAKEN_HOME: ("take_home",),
    Kind.PATIENT_REGISTERED: ("register_patient",),
    Kind.PATIENT_AMENDED: ("amend_patient",),
    Kind.PATIENT_LEFT: ("leave",),
    Kind.PATIENT_TAKEN_BACK: ("take_back",),
    Kind.COPY_GIVEN: ("give_copy",),
    Kind.PERSON_ERASED: ("erase_people",),
    Kind.KNOWN_AS: ("known_as",),
    Kind.PATIENTS_MERGED: ("merge_patients",),
    Kind.PATIENTS_PARTED: ("part_patients",),
    Kind.OBSERVATION_RECORDED: ("record_observation", "record_clearance"),
    Kind.OBSERVATION_WITHDRAWN: ("record_observation", "record_clearance"),
    Kind.ATTESTATION_RECORDED: ("record_attestations",),
    Kind.ATTESTATION_WITHDRAWN: ("withdraw_attestation",),
    Kind.SETTING_EXCLUDED: ("exclude_setting",),
    Kind.SETTING_INCLUDED: ("include_setting",),
    Kind.SETTING_REGISTERED: ("register_setting",),
    Kind.SETTING_AMENDED: ("amend_setting",),
    Kind.SETTING_TAKEN_BACK: ("take_back_setting",),
    Kind.SETTINGS_JOINED: ("join_settings",),
    Kind.SETTINGS_PARTED: ("part_settings",),
    Kind.SETTING_LEFT_REGISTER: ("record_left_register",),
    Kind.REGISTER_DECIDED: ("decide_on_register",),
    Kind.UNIT_ADDED: ("add_unit",),
    Kind.UNIT_AMENDED: ("amend_unit",),
    Kind.BEDS_SET: ("set_beds", "record_beds"),
    Kind.BEDS_REMOVED: ("remove_beds",),
    Kind.BEDS_TAKEN_BACK: ("set_beds",),
    Kind.BED_KEPT: ("keep_bed",),
    Kind.BED_RELEASED: ("release_bed",),
    Kind.UNIT_DESIGNATED: ("designate",),
    Kind.DESIGNATION_ENDED: ("end_designation",),
    Kind.DESIGNATION_STEP: ("record_designation_step",),
    Kind.DESIGNATION_STEP_TAKEN_BACK: ("record_designation_step",),
    Kind.CAPACITY_RETURNED: ("record_capacity_return",),
    Kind.CAPACITY_CONFIRMED: ("record_no_change",),
    Kind.CAPACITY_TAKEN_BACK: ("withdraw_return",),
    Kind.OUTBREAK_DECLARED: ("declare_outbreak",),
    Kind.RISK_ASSESSED: ("record_risk_assessment",),
    Kind.OUTBREAK_ENDED: ("end_outbreak",),
    Kind.ADMISSIONS_CLOSED: ("close_admissions",),
    Kind.ADMISSIONS_OPENED: ("open_admissions",),
    Kind.STANDING_TAKEN_BACK: ("declare_outbreak", "record_risk_assessment", "close_admissions"),
    Kind.CALL_LOGGED: ("log_call",),
    Kind.CALL_WITHDRAWN: ("withdraw_call",),
    Kind.ACTION_AGREED: ("agree_action",),
    Kind.ACTION_DONE: ("do_action",),
    Kind.ACTION_REOPENED: ("reopen_action",),
    Kind.ACTION_DROPPED: ("drop_action",),
    Kind.OUTBREAK_REVIEWED: ("review_outbreak",),
    Kind.OUTBREAK_REVIEW_TAKEN_BACK: ("take_back_review",),
    Kind.AID_ASKED: ("ask_for_aid",),
    Kind.AID_ANSWERED: ("answer_aid",),
    Kind.AID_GIVEN_BACK: ("give_back_aid",),
    Kind.AID_STEP_TAKEN_BACK: ("take_back_aid",),
    Kind.REVIEWED: ("record_review",),
    Kind.REVIEW_WITHDRAWN: ("withdraw_review",),
    Kind.ASSESSED: ("record_assessment",),
    Kind.ASSESSMENT_WITHDRAWN: ("withdraw_assessment",),
    Kind.PAPER_ISSUED: ("issue_paper", "issue_papers"),
    Kind.PAPER_RECALLED: ("recall_paper",),
    Kind.PLAN_STORED: ("store_plan",),
    Kind.PROPOSAL_KEPT: ("keep",),
    Kind.KEEPING_STOPPED: ("stop_keeping",),
    Kind.PLACEMENT_PROPOSED: ("propose_from_plan", "propose_by_hand"),
    Kind.PLACEMENT_SENT: ("send_for_decision",),
    Kind.PLACEMENT_APPROVED: ("approve",),
    Kind.PLACEMENT_RETURNED: ("return_",),
    Kind.PLACEMENT_TOLD: ("tell",),
    Kind.PLACEMENT_ACCEPTED: ("accept",),
    Kind.PLACEMENT_DECLINED: ("decline",),
    Kind.PLACEMENT_UNANSWERED: ("no_answer",),
    Kind.PLACEMENT_BOOKED: ("book",),
    Kind.PLACEMENT_DEPARTED: ("depart",),
    Kind.PLACEMENT_ARRIVED: ("arrive",),
    Kind.PLACEMENT_RELEASED: ("release",),
    Kind.PLACEMENT_NOT_RELEASED: ("not_released",),
    Kind.PLACEMENT_MOVED_ON: ("move_on",),
    Kind.ONWARD_WANTED: ("plan_onward",),
    Kind.PLACEMENT_ENDED: ("end",),
    Kind.PLACEMENT_WITHDRAWN: ("withdraw",),
    Kind.PLACEMENT_STEP_TAKEN_BACK: ("take_back_step",),
    Kind.HAPPENED: ("left", "arrived", "doesnt_fit"),
    Kind.HAPPENING_DEALT_WITH: ("deal_with",),
    Kind.HAPPENING_HANDED_OVER: ("hand_over", "hand_over_anothers"),
    Kind.TASK_DONE: ("tick",),
    Kind.NEWS_PASSED_ON: ("pass_on",),
}
"""By which actions an entry of a kind comes to be: who may do one of them may have made it."""

ANSWERS: Mapping[Kind, tuple[str, str]] = {
    Kind.PLACEMENT_APPROVED: (APPROVE, APPROVE),
    Kind.PLACEMENT_RETURNED: (APPROVE, RETURN),
    Kind.PLACEMENT_RELEASED: (RELEASE, RELEASE),
    Kind.PLACEMENT_NOT_RELEASED: (RELEASE, RETURN),
    Kind.PLACEMENT_ACCEPTED: (ACCEPT, ACCEPT),
    Kind.PLACEMENT_DECLINED: (ACCEPT, DECLINE),
}
"""Kinds of entries that an answer from away from the hub comes to: what was asked, and what it says."""
CARRIED = frozenset({*ANSWERS, Kind.OBSERVATION_RECORDED})
"""Kinds of entries that may hold such an answer: with a release comes the clinician's date."""
OF_HOMES = frozenset({Kind.PLACEMENT_ACCEPTED, Kind.PLACEMENT_DECLINED})
"""Kinds of entries that hold a home's answer: nobody of it is at the hub, so that whoever takes it in is the
entry's author, and the word that of whom the home's key is."""


@dataclass(frozen=True, slots=True)
class _Key:
    public: str
    is_full: bool
    """Its holder's own; that of a one-time word signs one key and nothing else."""


@dataclass(frozen=True, slots=True)
class _Answers:
    """Who answers: the hub's id of them, the public half of their key, and, for a home, their name."""

    id: str
    public: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Sent:
    """What was sent to somebody away from the hub: for what, about which placement, whose, and until when
    they can answer."""

    asks: str
    about: str
    patient: str
    bundle: str
    whom: str
    expires: str


@dataclass(slots=True)
class _Person:
    name: str
    roles: frozenset[str]
    active: bool


@dataclass(slots=True)
class Signatures:
    """What is known at an entry: who was at the hub in which roles, and whose key was in force.

    `fault` is asked of one entry after another, from the first on; or from where `knowing` has brought it.
    """

    begun: bool = False
    partial: bool = False
    """It begins in the middle: what was said before of fees isn't known."""
    _there: frozenset[Role] = frozenset()
    _people: dict[str, _Person] = field(default_factory=dict)
    _keys: dict[str, _Key] = field(default_factory=dict)
    _homes: dict[str, _Answers] = field(default_factory=dict)
    """By setting, who answers for it."""
    _proposed_by: dict[str, str] = field(default_factory=dict)
    _changed_by: dict[str, str] = field(default_factory=dict)
    """By the entry whose change waits for a second person's word (A4), who made it."""
    plain: Callable[[str], str | None] | None = None
    """Opens a body that is sealed; None for one of somebody who was erased."""
    _hub: str = ""
    _sent: dict[str, _Sent] = field(default_factory=dict)
    """By item, what was sent to somebody away from the hub."""
    _taken: set[tuple[str, bool]] = field(default_factory=set)
    """The items whose answer was taken in; `True`: what is observed by it."""
    _fees: dict[str, Any] = field(default_factory=dict)
    """The weekly fee that counts, by setting, as far as it was said."""
    _wanted: dict[str, Any] = field(default_factory=dict)
    """By the entry whose change of a fee waits, the fee that it wants."""
    _two_change: bool = False
    """Whether the program that writes knows of changes that wait: before it did, a fee counted at once."""
    _ever: dict[str, frozenset[str]] = field(default_factory=dict)
    """The roles that each person had, ever."""

    def fault(self, entry: Mapping[str, Any], seal: str, signature: object) -> str:
        """What speaks against an entry, as the end of a sentence about it; empty where nothing does.

        `entry`: its columns by name. What it says of people and keys is known from then on.
        """
        begins = not self.begun and entry["kind"] == Kind.KEY_SET
        self.begun = self.begun or begins
        try:
            found = self._fault(entry, seal, signature, begins=begins) if self.begun else ""
            if not found:
                self.knowing(entry)
        except (KeyError, TypeError, ValueError):
            return "says of people or keys what can't be read"
        return found

    def knowing(self, entry: Mapping[str, Any]) -> None:
        """Takes note of what an entry says of people and keys."""
        kind, subject = entry["kind"], entry["subject"]
        self._two_change = self._two_change or _knows_of_two(entry)
        if kind in _OF_FEES:
            body = json.loads(entry["body"])
            if "details" in body:
                self._fees[subject] = body["details"]["weekly_fee"]
            if body.get("waits", {}).get("what") == "fee":
                self._wanted[entry["id"]] = body["waits"]["wanted"]
        if kind == Kind.PLACEMENT_PROPOSED:
            self._proposed_by[subject] = entry["user"]
        if kind == Kind.PLACEMENT_SENT:
            body = json.loads(entry["body"])
            self._sent[body["item"]] = _Sent(
                body.get("asks", APPROVE),
                subject,
                body["patient"],
                body["bundle"],
                body["whom"],
                body["expires"],
            )
        if (answer := _answer_in(entry)) is not None:
            self._taken.add(_taken(entry, answer["item"]))
        if '"waits":' in entry["body"]:
            self._changed_by[entry["id"]] = entry["user"]
        if kind not in OF_PEOPLE:
            return
        body = json.loads(entry["body"])
        if kind in (Kind.USER_ADDED, Kind.USER_AMENDED):
            active = bool(body.get("active", True))
            self._people[subject] = _Person(body["name"], frozenset(body["roles"]), active)
            self._ever[subject] = self._ever.get(subject, frozenset()) | frozenset(body["roles"])
            self._there = frozenset(Role(name) for one in self._people.values() for name in one.roles)
            if not active:
                self._keys.pop(subject, None)
        elif kind == Kind.KEY_SET:
            self.begun, self._hub = True, self._hub or str(body.get("hub", ""))
            self._keys[subject] = _Key(body["key"], body["how"] not in ("one_time_word", "sheet"))
        elif kind == Kind.KEY_CLOSED:
            self._keys.pop(subject, None)
        elif kind == Kind.HOME_KEY_SET:
            self._homes[subject] = _Answers(subject, body["key"], body["name"])
        elif kind == Kind.HOME_KEY_CLOSED:
            self._homes.pop(subject, None)

    def _fault(self, entry: Mapping[str, Any], seal: str, signature: object, *, begins: bool) -> str:
        user, role = entry["user"], entry["role"]
        if signature is None:
            return "has no signature"
        who = self._people.get(user)
        if who is None or not who.active:
            return "was made by somebody who wasn't at the hub then"
        if role not in who.roles:
            return "was made in a role that its author didn't have then"
        if entry["user_name"] != who.name and made_plain(entry["user_name"]) != made_plain(who.name):
            return "has another name for its author than they had then"
        if not may_make(entry["kind"], Role(role), self._there):
            return "was made in a role that may not make it"
        if entry["kind"] == Kind.PLACEMENT_APPROVED and self._proposed_by.get(entry["subject"]) == user:
            return "approves what the same person proposed"
        if entry["kind"] == Kind.CHANGE_CONFIRMED and self._confirms_own(entry):
            return "confirms what the same person changed"
        if entry["kind"] in _OF_FEES and (found := self._fault_of_fee(entry)):
            return found
        if entry["kind"] == Kind.KEY_SET:
            return self._fault_of_key(entry, seal, signature, begins=begins)
        key = self._keys.get(user)
        if key is None or not key.is_full:
            return "was made by somebody who had no key then"
        if (answer := _answer_in(entry)) is not None:
            return self._fault_of_answer(entry, answer, seal, signature, by=_Answers(user, key.public))
        if entry["kind"] in OF_HOMES and _given(entry).get("how") == How.FILE:
            return "says that its answer was signed, and holds none that is"
        return "" if is_theirs(seal, signature, key.public) else NOT_ITS_AUTHORS

    def _fault_of_answer(
        self,
        entry: Mapping[str, Any],
        answer: Mapping[str, Any],
        seal: str,
        signature: object,
        *,
        by: _Answers,
    ) -> str:
        """An answer that came as a file: signed by its author over just this, once, to what was sent to them;
        the entry by whoever took it in, who may. A home's by whose key that was then."""
        from discharge.keys.statements import Statement  # loaded where there are answers alone

        carrier, own = self._people.get(answer["carried_by"]), self._keys.get(answer["carried_by"])
        carries = carrier is not None and carrier.active and _may_carry(carrier.roles)
        if not carries or own is None or not own.is_full:
            return "was taken in by somebody who couldn't then"
        if not is_theirs(seal, signature, own.public):
            return "isn't signed by whoever it says took it in"
        body = json.loads(entry["body"])
        if entry["kind"] in OF_HOMES:
            home, given = self._homes.get(body["setting"]), _given(entry)
            if home is None:
                return "holds an answer of a home that had no key then"
            if (answer["carried_by"], given.get("how"), given.get("name")) != (
                entry["user"], How.FILE, home.name,
            ):  # fmt: skip
                return "isn't what the answer in it says"
            by = home
        said = Statement.of({**answer, "by": by.id})
        if not said.is_signed("".join(answer["signature"]), public=by.public):
            return "holds an answer that its author didn't sign"
        observed = entry["kind"] == Kind.OBSERVATION_RECORDED
        asks, decision = _RELEASED if observed else ANSWERS[Kind(entry["kind"])]
        meant = (self._hub, decision, body.get("principle"))
        if (said.hub, said.decision, said.principle) != meant or not self._says(entry, said.text):
            return "isn't what the answer in it says"
        if _taken(entry, said.item) in self._taken:
            return "holds an answer that was taken in before"
        sent = self._sent.get(said.item)
        if sent is None or (sent.about, sent.bundle, sent.whom) != (said.about, said.bundle, by.id):
            return "answers what was never sent to its author"
        if (asks, entry["subject"]) != (sent.asks, sent.patient if observed else sent.about):
            return "isn't what the answer in it says"
        late = datetime.fromisoformat(entry["recorded_at"]) > datetime.fromisoformat(sent.expires)
        return "holds an answer that came too late" if late else ""

    def _says(self, entry: Mapping[str, Any], digest: str) -> bool:
        """Whether the words in the entry are those that were signed; of somebody erased nobody can tell."""
        from discharge.keys.statements import digest_of

        plain = entry["body"] if self.plain is None else self.plain(entry["body"])
        if plain is None:
            return True
        body = json.loads(plain)
        return digest_of(_words(body), salt=body["answer"]["salt"]) == digest

    def _confirms_own(self, entry: Mapping[str, Any]) -> bool:
        return self._changed_by.get(json.loads(entry["body"])["change"]) == str(entry["user"])

    def _fault_of_fee(self, entry: Mapping[str, Any]) -> str:
        """A weekly fee counts once a second person has confirmed it (A4), unless nobody else ever could."""
        body = json.loads(entry["body"])
        if "details" not in body:
            return ""
        fee, subject = body["details"]["weekly_fee"], entry["subject"]
        if entry["kind"] == Kind.CHANGE_CONFIRMED:
            known = fee if self.partial else _NOBODY
            same = self._wanted.get(body["change"], known) == fee
            return "" if same else "confirms another weekly fee than one that waited"
        first = None if entry["kind"] == Kind.SETTING_REGISTERED else fee
        if self._fees.get(subject, first) == fee or not (self._two_change or _knows_of_two(entry)):
            return ""
        alone = ALONE in body.get("marked", ()) and MAY["confirm_fee"].of(self._others(entry["user"])) is None
        return "" if alone else "changes a weekly fee that nobody else has confirmed"

    def _others(self, user: str) -> set[Role]:
        """The roles that anybody else ever had, by another account of the same person not counted."""
        name = self._people[user].name
        return {
            Role(role)
            for other, roles in self._ever.items()
            if other != user and not same_name(self._people[other].name, name)
            for role in roles
        }

    def _fault_of_key(self, entry: Mapping[str, Any], seal: str, signature: object, *, begins: bool) -> str:
        """A key is vouched for: the first by itself, each other one as its `how` asks."""
        body, user, subject = json.loads(entry["body"]), entry["user"], entry["subject"]
        how, own = body["how"], self._keys.get(user)
        administrator = entry["role"] == Role.ADMINISTRATOR
        vouched: str | None = None
        if begins:
            if how in ("founded", "sealed") and subject == user and administrator:
                vouched = body["key"]
        elif how == "own" and subject == user and own is not None:
            vouched = own.public
        elif how == "recovery" and subject == user and administrator and RECOVERY in self._keys:
            vouched = self._keys[RECOVERY].public
        elif administrator and own is not None and own.is_full and self._is_for_others(body, subject, user):
            vouched = own.public
        if vouched is None:
            return "sets a key that nobody vouched for who could"
        return "" if is_theirs(seal, signature, vouched) else NOT_ITS_AUTHORS

    def _is_for_others(self, body: Mapping[str, Any], subject: str, user: str) -> bool:
        if body["how"] == "sheet":
            return subject == RECOVERY
        whom = self._people.get(subject)
        return body["how"] == "one_time_word" and subject != user and whom is not None and whom.active


def _answer_in(entry: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The answer that came as a file, in an entry that it came to; None in every other."""
    if entry["kind"] not in CARRIED or '"answer":' not in entry["body"]:
        return None
    found = json.loads(entry["body"]).get("answer")
    return found if isinstance(found, dict) else None


def _given(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Whose word an entry rests on; empty where nobody's."""
    return json.loads(entry["given"]) if entry["given"] else {}


def _taken(entry: Mapping[str, Any], item: str) -> tuple[str, bool]:
    return item, entry["kind"] == Kind.OBSERVATION_RECORDED


def _words(body: Mapping[str, Any]) -> object:
    """What an entry that holds an answer says in words, as its author signed the digest of it."""
    from discharge.keys.statements import words_of

    if "code" in body:
        return words_of(body["note"], code=body["code"])
    if "note" in body:
        return words_of(body["note"])
    if "observation" in body:
        seen = body["observation"]
        on = seen.get("released_on") or seen.get("isolate_until")
        return words_of(body["reason"], organism=seen["organism"], on=on)
    return words_of(body["reason"], organism=body.get("organism"), on=body.get("on"))


def _may_carry(roles: Collection[str]) -> bool:
    return MAY["carry_answer"].of(Role(role) for role in roles) is not None


def _knows_of_two(entry: Mapping[str, Any]) -> bool:
    """Whether the program that wrote the entry has a second person confirm a fee: it says so, or it seals
    what it says of people, which came later."""
    body = entry["body"]
    marks = ('"waits":', ALONE, f'"{SEALED}":')
    return entry["kind"] in _OF_TWO or any(mark in body for mark in marks)


def may_make(kind: str, role: Role, there: Collection[Role] = ()) -> bool:
    """Whether an entry of this kind may be made in that role, by a hub that has the roles `there`."""
    if kind not in _KINDS:  # a newer program's, which is told where its entries are read
        return True
    return any(role in MAY[action].those(there) for action in BY[Kind(kind)])


def is_theirs(seal: str, signature: object, public: str) -> bool:
    """Whether the signature over the seal was made with the key whose public half this is."""
    # loaded where there are signatures alone: a hub without keys opens without it
    from discharge.keys.signing import is_signed

    return is_signed(seal, signature, public=public)


_NOBODY = object()
"""A fee that nobody wanted."""
_RELEASED = ANSWERS[Kind.PLACEMENT_RELEASED]
_KINDS = frozenset(kind.value for kind in Kind)
NOT_ITS_AUTHORS = "isn't signed by whoever it says made it"
_OF_FEES = frozenset({
    Kind.SETTING_REGISTERED, Kind.SETTING_AMENDED, Kind.SETTINGS_JOINED, Kind.SETTINGS_PARTED,
    Kind.CHANGE_CONFIRMED,
})  # fmt: skip
"""Kinds that say which weekly fee of a setting counts from then on."""
_OF_TWO = frozenset({Kind.CHANGE_CONFIRMED, Kind.CHANGE_REFUSED, Kind.CHANGE_TAKEN_BACK})
OF_PEOPLE = frozenset({
    Kind.USER_ADDED, Kind.USER_AMENDED, Kind.KEY_SET, Kind.KEY_CLOSED,
    Kind.HOME_KEY_SET, Kind.HOME_KEY_CLOSED,
})  # fmt: skip
"""Kinds that say who is at the hub, in which roles, with which key, and who answers for a home."""

__all__ = ["ANSWERS", "BY", "CARRIED", "OF_PEOPLE", "Signatures", "is_theirs", "may_make"]
