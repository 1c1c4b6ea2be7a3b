"""Who may do what: the one table. The actions ask it, and the window's commands are made from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from discharge.model.role import Role
from discharge.rules.authorities import key

if TYPE_CHECKING:
    from discharge.model.people import User


@dataclass(frozen=True, slots=True)
class Right:
    """Who may do something, and by which rule it is theirs.

    Any of the roles will do; of somebody who has several the first one of the row goes on record.
    """

    roles: tuple[Role, ...]
    rule: str = "A2"
    stand_in: Role | None = None
    """One of the roles that has it only while nobody of the hub has the first of them."""

    def those(self, there: Collection[Role] = ()) -> tuple[Role, ...]:
        """The roles that have it in a hub whose people have the roles `there`, who has left too."""
        stands_back = self.roles[0] in there
        return tuple(role for role in self.roles if role is not self.stand_in or not stands_back)

    def of(self, roles: Iterable[Role], there: Collection[Role] = ()) -> Role | None:
        """The role in which somebody who has these does it, see `those`; None where they may not."""
        theirs = frozenset(roles)
        return next((role for role in self.those(there) if role in theirs), None)


_C, _L, _K, _A = Role.COORDINATOR, Role.LA_LEAD, Role.CLINICIAN, Role.ADMINISTRATOR
_D = Role.DASS
_COORDINATOR = Right((_C,))
_KEEPER = Right((_C, _L, _A))
_OBSERVER = Right((_C, _K))
_WITNESS = Right((_C, _L, _K))
_ANYBODY = Right((_C, _L, _K, _A))
_WHOEVER = Right((_A, _C, _L, _K, _D, Role.READER))
_DECIDER = Right((_L,), "A1")

MAY: Mapping[str, Right] = {
    # the hub
    "amend_hub": Right((_A,), "A4"),
    "describe_hospital": Right((_A,), "A4"),
    "set_approval_rules": Right((_L, _A), "A4"),
    "confirm_rules": Right((_L, _A), "A4"),
    "choose_rule_set": Right((_A, _L), "A4"),
    "set_local_value": Right((_A, _L), "I2"),
    "withdraw_local_value": Right((_A, _L), "I2"),
    "set_weights": Right((_A, _L), "A4"),
    "add_user": Right((_A,)),
    "amend_user": Right((_A,)),
    "begin_signing": Right((_A,)),
    "change_data_key": Right((_A,)),
    "share_hub": Right((_A,)),
    "add_desk": _WHOEVER,
    "close_desk": Right((_A,)),
    "take_home": Right((_A,)),
    "vouch_for": Right((_A,)),
    "set_own_key": _WHOEVER,
    "recover": Right((_A,)),
    "set_sheet_key": Right((_A,)),
    "close_key": Right((_A,)),
    "set_home_key": Right((_A,)),
    "close_home_key": Right((_A,)),
    "record_failed": _WHOEVER,
    "restore": Right((_A,), "A4"),
    "remove_aside": Right((_A,), "A4"),
    "take_all_out": Right((_A,), "A4"),
    "give_copy": Right((_A,)),
    "see_readers": Right((_A,)),
    "erase_people": Right((_A,)),
    # people
    "register_patient": _COORDINATOR,
    "amend_patient": _COORDINATOR,
    "record_observation": _OBSERVER,
    "record_clearance": Right((_K,)),
    "record_attestations": Right((_K, _C), "C3"),
    "withdraw_attestation": Right((_K, _C), "C3"),
    "exclude_setting": _COORDINATOR,
    "include_setting": _COORDINATOR,
    "leave": _COORDINATOR,
    "take_back": _COORDINATOR,
    "known_as": _COORDINATOR,
    "merge_patients": _COORDINATOR,
    "part_patients": _COORDINATOR,
    "pass_on": Right((_C, _K, _L)),
    # settings
    "register_setting": _KEEPER,
    "amend_setting": _KEEPER,
    "take_back_setting": _KEEPER,
    "confirm_fee": Right((_C, _L, _A), "A4"),
    "add_unit": _KEEPER,
    "amend_unit": _KEEPER,
    "set_beds": _KEEPER,
    "record_beds": _KEEPER,
    "remove_beds": _KEEPER,
    "keep_bed": _KEEPER,
    "release_bed": _KEEPER,
    "designate": Right((_D, _L), stand_in=_L),
    "end_designation": Right((_D, _L)),
    "record_designation_step": Right((_L, _D)),
    "record_capacity_return": _KEEPER,
    "record_no_change": _KEEPER,
    "withdraw_return": _KEEPER,
    "log_call": Right((_C, _L, _K, _A)),
    "withdraw_call": Right((_C, _L, _K, _A)),
    "agree_action": _ANYBODY,
    "do_action": _ANYBODY,
    "reopen_action": _ANYBODY,
    "drop_action": _ANYBODY,
    "review_outbreak": _WITNESS,
    "take_back_review": _WITNESS,
    "ask_for_aid": _KEEPER,
    "answer_aid": _KEEPER,
    "give_back_aid": _KEEPER,
    "take_back_aid": _KEEPER,
    "declare_outbreak": Right((_C, _L, _K, _A)),
    "end_outbreak": Right((_C, _L, _K, _A)),
    "record_risk_assessment": _WITNESS,
    "close_admissions": _KEEPER,
    "open_admissions": _KEEPER,
    "record_left_register": _KEEPER,
    "decide_on_register": _KEEPER,
    "bring_postcodes": _KEEPER,
    "join_settings": _KEEPER,
    "part_settings": _KEEPER,
    # plans
    "store_plan": _COORDINATOR,
    "keep": _COORDINATOR,
    "stop_keeping": _COORDINATOR,
    # placements
    "propose_from_plan": _COORDINATOR,
    "propose_by_hand": _COORDINATOR,
    "send_for_decision": _COORDINATOR,
    "carry_answer": _ANYBODY,
    "approve": _DECIDER,
    "return_": _DECIDER,
    "tell": _COORDINATOR,
    "accept": _COORDINATOR,
    "decline": _COORDINATOR,
    "no_answer": _COORDINATOR,
    "book": _COORDINATOR,
    "depart": _COORDINATOR,
    "arrive": _COORDINATOR,
    "move_on": _COORDINATOR,
    "release": Right((_K,)),
    "not_released": Right((_K,)),
    "plan_onward": _COORDINATOR,
    "end": _COORDINATOR,
    "withdraw": Right((_C, _L)),
    "take_back_step": _COORDINATOR,
    "tick": _KEEPER,
    # what became of them
    "record_review": _WITNESS,
    "withdraw_review": _WITNESS,
    "record_assessment": _OBSERVER,
    "withdraw_assessment": _OBSERVER,
    # papers
    "issue_paper": Right((_C, _L)),
    "issue_papers": Right((_C, _L)),
    "recall_paper": Right((_C, _L)),
    # what happened all the same
    "left": _WITNESS,
    "arrived": _WITNESS,
    "moved_on": _WITNESS,
    "left_without_us": _WITNESS,
    "arrived_elsewhere": _WITNESS,
    "turned_away": _WITNESS,
    "readmitted": _WITNESS,
    "died": _WITNESS,
    "doesnt_fit": Right((_C, _L, _K, _A, _D)),
    "deal_with": _ANYBODY,
    "hand_over": _ANYBODY,
    "hand_over_anothers": Right((_A, _L)),
}  # fmt: skip
"""By the action's name. `record_clearance` is a clinician's word among the observations, whether recorded,
corrected or taken back; `carry_answer` is taking in the file in which somebody else answers, who signed it;
`hand_over_anothers` is handing over what went to somebody else. An LA lead designates only in a hub that has
no DASS yet; ending a designation keeps people safe, and is both's. A reader does nothing but sign in."""


def roles_there(people: Iterable[User]) -> frozenset[Role]:
    """The roles that the hub's people have, whether they are there or have left."""
    return frozenset(role for user in people for role in user.roles)


def those_who_may(action: str, people: Iterable[User]) -> list[User]:
    """Who of these people may do it, by their roles."""
    return [user for user in people if MAY[action].of(user.roles) is not None]


def decides_for(user: User, authority: str | None) -> bool:
    """Whether an LA lead decides on people of this local authority: one who has authorities, on theirs and on
    those whose authority isn't known; one who has none, on everybody (A6)."""
    wanted = key(authority)
    return not user.authorities or not wanted or wanted in {key(each) for each in user.authorities}


@cache
def roles_for(actions: tuple[str, ...], there: frozenset[Role] = frozenset()) -> frozenset[Role]:
    """Who may do one at least of these actions, in a hub whose people have the roles `there`."""
    return frozenset(role for action in actions for role in MAY[action].those(there))
