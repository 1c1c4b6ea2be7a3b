"""Placements watched until they are over: whoever is concerned is looked at again, and steps that a rule
forbids are stopped.

The desk calls `look_again` at the end of every transaction, inside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from discharge.actions.context import Context
from discharge.actions.judging import held_against
from discharge.model.errors import NotAllowed
from discharge.model.flags import BEING_LOOKED_AT, Flag, Mend
from discharge.model.placement import BEFORE_DEPARTED
from discharge.store.ask.named import names_in
from discharge.store.ask.placed import Looked, Placed
from discharge.store.ask.queries import Judge, Queries
from discharge.store.journal import Kind, Line

AT_THE_END = 24
"""So many placements are looked at before a transaction ends: it takes a tenth of a second at most."""
IN_ONE_GO = 60
"""So many that wait to be looked at are, at a quiet moment."""

_OF_NO_PLACEMENT = {
    Kind.USER_ADDED, Kind.USER_AMENDED, Kind.KEY_SET, Kind.KEY_CLOSED, Kind.SIGN_IN_FAILED,
    Kind.DATA_KEY_CHANGED, Kind.DESK_ADDED, Kind.DESK_CLOSED, Kind.COPY_TAKEN_HOME,
    Kind.HOME_KEY_SET, Kind.HOME_KEY_CLOSED,
    Kind.APPROVAL_RULES_SET, Kind.WEIGHTS_SET, Kind.CALL_LOGGED,
    Kind.CALL_WITHDRAWN, Kind.PLAN_STORED, Kind.PROPOSAL_KEPT, Kind.KEEPING_STOPPED,
    # what hangs on the whole rule set or hub is known by `watched.made_by`: all are looked at again
    Kind.HUB_FOUNDED, Kind.HUB_AMENDED, Kind.RULE_SET_CHOSEN, Kind.LOCAL_VALUE_SET,
    Kind.LOCAL_VALUE_WITHDRAWN,
    Kind.COPY_GIVEN, Kind.PERSON_ERASED,
    # what doesn't count concerns nobody
    Kind.CHANGE_REFUSED, Kind.CHANGE_TAKEN_BACK,
    Kind.PAPER_ISSUED, Kind.PAPER_RECALLED, Kind.REVIEWED, Kind.REVIEW_WITHDRAWN, Kind.ASSESSED,
    Kind.ASSESSMENT_WITHDRAWN, Kind.PLACEMENT_SENT, Kind.PLACEMENT_NOT_RELEASED,
    # what the hub knows of its homes beside beds is never an input of matching
    Kind.ACTION_AGREED, Kind.ACTION_DONE, Kind.ACTION_REOPENED, Kind.ACTION_DROPPED,
    Kind.OUTBREAK_REVIEWED, Kind.OUTBREAK_REVIEW_TAKEN_BACK, Kind.AID_ASKED, Kind.AID_ANSWERED,
    Kind.AID_GIVEN_BACK, Kind.AID_STEP_TAKEN_BACK,
    # nobody can be on the way to what is new
    Kind.SETTING_REGISTERED,
}  # fmt: skip
_OF_ITS_OWN = {Kind.PLACEMENT_TOLD, Kind.PLACEMENT_ACCEPTED, Kind.PLACEMENT_BOOKED, Kind.PLACEMENT_RELEASED}
"""Kinds that change nothing for anybody else."""

TRIED_AGAIN = timedelta(minutes=10)
"""After so long a placement is tried again that couldn't be looked at."""


def look_again(queries: Queries, lines: Iterable[Line], *, look: bool = True) -> None:
    """Looks again at every placement that these entries concern, and keeps what speaks against it now.

    Without `look` what was kept of them is forgotten: each counts as not looked at.
    """
    own: set[str] = set()
    named: set[str] = set()
    for line in lines:
        if line.kind in _OF_ITS_OWN:
            own.add(line.subject)
        elif line.kind not in _OF_NO_PLACEMENT:
            own.add(line.subject)
            named |= names_in(line)
    if not own:
        return
    concerned = set(queries.concerned(named, besides=own))
    queries.forget_flags(sorted(own | concerned))
    if not look:
        return
    # those that the entries are about first; whoever asks for one of the others looks at it then
    mine = sorted(concerned & own)
    look_at(queries, [*mine, *sorted(concerned - own)][:AT_THE_END])


def look_at(queries: Queries, names: Sequence[str], *, judge: Judge = held_against) -> None:
    """Looks at these placements and keeps what speaks against each that is under way.

    Where `judge` can't say, they are tried again after a while.
    """
    found = {}
    for name in names:
        placed = queries.placed(name)
        if placed.is_active:
            found[name] = judge(queries, placed) or Looked((BEING_LOOKED_AT,), queries.now + TRIED_AGAIN)
    queries.keep_flags(found)


def stop_if_blocked(
    context: Context, placed: Placed, *, stay: int | None = None, journey: bool = False
) -> None:
    """Refuses a step forward that a rule forbids as things are now: `NotAllowed` with the rule's id.

    The verifier is asked anew, whatever is kept. `stay`: the stay that the step is about, where somebody is
    in another one already; `journey`: it is the journey itself, which what was booked may forbid. What needs
    a person is asked (`Asked`): reason and question stand in the record.
    """
    flags = [
        flag
        for flag in held_against(context.queries, placed).flags
        if _is_about(flag, placed, stay) and (journey or flag.mend is not Mend.BOOK)
    ]
    blocks = [flag for flag in flags if flag.blocks]
    if blocks:
        first = blocks[0]
        more = f" ({len(blocks) - 1} more)" if len(blocks) > 1 else ""
        raise NotAllowed(f"{first.sentence}{more}", first.mend.words, first.rule)
    for flag in flags:
        context.ask(f"{flag.rule}:{placed.id}", flag.sentence, Mend.DECIDE.words)


def _is_about(flag: Flag, placed: Placed, stay: int | None) -> bool:
    if placed.state in BEFORE_DEPARTED:
        return True
    return stay is None or flag.stay == stay


__all__ = ["look_again", "look_at", "stop_if_blocked"]
