"""How the lines of Today are said: their icon, their clock, whom they concern, their steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from discharge.model.london import LONDON, london_date
from discharge.model.people import Role, User
from discharge.model.placement import NextStep, PlacementState
from discharge.model.shown.today import GONE_PAPER, HUB_PAPERS, WAITING_PAPERS, Need, TodayLine, When
from discharge.rules.may import decides_for, roles_for
from discharge.words.days import age_words, distance_words
from ui.theme.palette import Tone
from ui.words.moves import due_words, flag_of, steps_of

WHEN_WORDS = {When.NOW: "Now", When.TODAY: "Today", When.TOMORROW: "Tomorrow"}
WHEN_TONES = {When.NOW: Tone.DANGER, When.TODAY: Tone.WAITING, When.TOMORROW: Tone.NEUTRAL}

ICONS: dict[Need, str] = {
    Need.CAME_BACK: "undo",
    Need.UNSHARED: "clock",
    Need.STOPPED: "stop",
    Need.NEWS: "phone",
    Need.HAPPENED: "stop",
    Need.LEFT_BEHIND: "undo",
    Need.ANSWER: "phone",
    Need.JOURNEY: "moves",
    Need.ISOLATION: "virus",
    Need.APPROVAL: "approvals",
    Need.CONFIRM: "tick",
    Need.RETURNED: "undo",
    Need.TELL: "phone",
    Need.BOOK: "moves",
    Need.RESULT: "test",
    Need.ATTEST: "check-circle",
    Need.TEST: "test",
    Need.ONWARD: "arrow-right",
    Need.PAPER: "print",
    Need.ROOM: "bed",
    Need.REGISTER: "warning",
    Need.HOME: "warning",
    Need.ACTION: "tick",
    Need.LEARNING: "virus",
    Need.AID: "arrow-right",
    Need.PLAN: "plan",
    Need.RETURNS: "bed",
    Need.FOLLOW_UP: "phone",
    Need.FUNDING: "clock",
    Need.REVIEW: "calendar",
}
NEED_WORDS: dict[Need, str] = {
    Need.CAME_BACK: "Came back",
    Need.UNSHARED: "Not shared yet",
    Need.STOPPED: "Can't go on",
    Need.NEWS: "Tell them now",
    Need.HAPPENED: "It happened",
    Need.LEFT_BEHIND: "Left to do",
    Need.ANSWER: "Answer awaited",
    Need.JOURNEY: "Journey",
    Need.ISOLATION: "Isolation",
    Need.APPROVAL: "Approval",
    Need.CONFIRM: "Second word",
    Need.RETURNED: "Another place",
    Need.TELL: "Tell the setting",
    Need.BOOK: "Book transport",
    Need.RESULT: "Result awaited",
    Need.ATTEST: "To be attested",
    Need.TEST: "Test needed",
    Need.ONWARD: "Onward place",
    Need.PAPER: "Out-of-date paper",
    Need.ROOM: "Kept room",
    Need.REGISTER: "Left the register",
    Need.HOME: "Home to see to",
    Need.ACTION: "Agreed action",
    Need.LEARNING: "Look back",
    Need.AID: "Mutual aid",
    Need.PLAN: "Plan",
    Need.RETURNS: "Capacity returns",
    Need.FOLLOW_UP: "Day 3, 14, 28",
    Need.FUNDING: "Funding",
    Need.REVIEW: "Review",
}

_COORDINATOR = roles_for(("store_plan",))
_OF_RULES = roles_for(("confirm_rules",))
_BEDSIDE = roles_for(("record_observation",))
AUDIENCE: dict[Need, frozenset[Role]] = {
    Need.CAME_BACK: frozenset(Role),
    Need.UNSHARED: frozenset(Role),
    Need.STOPPED: _COORDINATOR,
    Need.NEWS: roles_for(("pass_on",)),
    Need.HAPPENED: roles_for(("deal_with",)),
    Need.LEFT_BEHIND: _COORDINATOR,
    Need.ANSWER: _COORDINATOR,
    Need.JOURNEY: _COORDINATOR,
    Need.ISOLATION: _BEDSIDE,
    Need.APPROVAL: roles_for(("approve",)),
    Need.CONFIRM: roles_for(("confirm_fee",)),
    Need.RETURNED: _COORDINATOR,
    Need.TELL: _COORDINATOR,
    Need.BOOK: _COORDINATOR,
    Need.RESULT: _BEDSIDE,
    Need.ATTEST: _BEDSIDE,
    Need.TEST: _BEDSIDE,
    Need.ONWARD: _COORDINATOR,
    Need.PAPER: roles_for(("issue_paper",)),
    Need.ROOM: roles_for(("release_bed",)),
    Need.REGISTER: roles_for(("decide_on_register",)),
    Need.HOME: roles_for(("log_call",)),
    Need.ACTION: roles_for(("do_action",)),
    Need.LEARNING: roles_for(("review_outbreak",)),
    Need.AID: roles_for(("answer_aid",)),
    Need.PLAN: _COORDINATOR,
    Need.RETURNS: roles_for(("record_capacity_return",)),
    Need.FOLLOW_UP: _COORDINATOR,
    Need.FUNDING: _COORDINATOR,
    Need.REVIEW: _COORDINATOR,
}
"""Whom a line concerns: those who can take its step, or who see to it that it is taken."""


_SINCE = frozenset(
    {
        Need.CAME_BACK,
        Need.UNSHARED,
        Need.CONFIRM,
        Need.RESULT,
        Need.RETURNED,
        Need.RETURNS,
        Need.PLAN,
        Need.NEWS,
        Need.HAPPENED,
        Need.LEFT_BEHIND,
    }
)
"""Lines whose clock says for how long they have waited."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that a line offers: a command of the table, and its word on the button."""

    command: str
    word: str


def is_for(line: TodayLine, user: User | None) -> bool:
    """Whether a line is for the person at the desk. Nobody decides on what they proposed themselves (A1), and
    no lead on people of an authority that isn't theirs (A6)."""
    if user is None:
        return False
    deciding = line.move if line.need is Need.APPROVAL else None
    own = deciding is not None and user.id in deciding.proposers
    if deciding is not None and not decides_for(user, deciding.authority):
        return False
    if line.assigned:
        return line.assigned == user.id
    if line.need is Need.CONFIRM and line.about == "hub" and not _OF_RULES & user.roles:
        return False
    own = own or user.id in line.authors
    return not own and bool(AUDIENCE[line.need] & user.roles)


def due_now(lines: Iterable[TodayLine], user: User | None) -> int:
    """How many lines the person at the desk should see to now: the rail's count."""
    return sum(line.when is When.NOW and is_for(line, user) for line in lines)


_OF_SETTINGS = (Need.HOME, Need.ACTION, Need.LEARNING, Need.AID)


def page_of(line: TodayLine) -> tuple[str, str]:
    """The page on which a line's thing is, and its key there; none where it is on no page."""
    if line.need is Need.PLAN:
        return "match", ""
    if line.need in (Need.CAME_BACK, Need.UNSHARED):
        return ("patients", line.patient) if line.patient else ("settings" if line.about else "", line.about)
    if line.need is Need.CONFIRM:
        return ("preferences", "") if line.about == "hub" else ("settings", line.about)
    if line.need in _OF_SETTINGS:
        return "settings", "" if line.need is Need.AID else line.about
    if line.need in (Need.RETURNS, Need.ROOM, Need.REGISTER):
        return "settings", line.about
    if line.need is Need.FOLLOW_UP:
        return "moves", line.about
    if line.need is Need.HAPPENED and not line.patient:
        return "settings", line.setting
    if line.need is Need.PAPER:
        return "moves", line.about if line.patient else ""
    if line.move is None:
        return "patients", line.patient or line.about
    return "approvals" if line.move.next_step is NextStep.APPROVE else "moves", line.about


def _of_paper(line: TodayLine) -> tuple[Step, ...]:
    kind, _, name = line.key.partition("/")
    if name == HUB_PAPERS:
        return (Step("today.hub_papers", "Issue anew…"),)
    if name == WAITING_PAPERS:
        return ()
    recall = Step("today.recall", "Recalled…")
    return (recall,) if kind == GONE_PAPER else (Step("today.paper", "Issue anew…"), recall)


def steps(line: TodayLine) -> tuple[Step, ...]:
    """The steps that a line offers, its own first."""
    if line.need is Need.CAME_BACK:
        dealt = Step("today.seen", "Dealt with")
        whole = Step("hub.not_shared", "What came back…")
        return (Step("today.open", "Do it otherwise"), dealt) if line.about else (whole, dealt)
    if line.need is Need.UNSHARED:
        return (Step("hub.not_shared", "What waits…"),)
    if line.need is Need.NEWS:
        return (Step("today.told", "Told them…"),)
    if line.need is Need.HAPPENED:
        return (Step("today.dealt", "Say what was done…"), Step("today.hand_over", "Hand over…"))
    if line.need is Need.LEFT_BEHIND:
        return (Step("today.done", "Done…"),)
    if line.need is Need.FOLLOW_UP:
        return (Step("today.review", "Record it…"),)
    if line.need is Need.CONFIRM:
        return (Step("today.confirm", "Confirm…"), Step("today.refuse", "Refuse…"))
    if line.need is Need.FUNDING:
        return (Step("today.open", "Open"),)
    if line.need is Need.PAPER:
        return _of_paper(line)
    if line.need is Need.HOME:
        return (Step("today.call", "Record call…"), Step("today.priority", "Priority list…"))
    if line.need is Need.ACTION:
        return (Step("today.action", "Done…"),)
    if line.need is Need.LEARNING:
        return (Step("today.learning", "Look back…"),)
    if line.need is Need.AID:
        return (Step("today.aid", "See to the request…"),)
    if line.need is Need.APPROVAL:
        return (Step("placement.approve", "Decide…"),)
    if line.move is not None:
        return _of_placement(line)
    if line.need is Need.RESULT:
        return (Step("patient.test", "Record result…"),)
    if line.need is Need.TEST:
        return (Step("patient.test", "Record test…"),)
    if line.need is Need.ATTEST:
        return (Step("patient.attest", "Attestations…"), Step("patient.test", "Record test…"))
    if line.need is Need.RETURNED:
        return (Step("plan.run", "Plan again"), Step("plan.by_hand", "By hand…"))
    if line.need is Need.PLAN:
        unsent = "sent to approval" in line.sentence
        return (Step("plan.send_all", "Look and send…") if unsent else Step("plan.run", "Plan"),)
    if line.need is Need.REGISTER:
        return (Step("setting.register", "Decide…"),)
    if line.need is Need.ROOM:
        release = Step("setting.release_bed", "Release…")
        return (
            (release,) if "left the list" in line.sentence else (Step("setting.keep_bed", "Keep…"), release)
        )
    return (Step("setting.round", "Morning round"), Step("setting.return", "Capacity return…"))


_LEAVING = (PlacementState.BOOKED, PlacementState.DEPARTED)

STEP_WORDS = {
    "tell": "Told the setting…", "accept": "Accepted…", "decline": "Declined…", "no_answer": "No answer…",
    "book": "Book transport…", "depart": "Departed…", "arrive": "Arrived…", "release": "Clinical release…",
    "onward": "Plan onward…", "move_on": "Moved on…", "end": "How it ends…", "withdraw": "Withdraw…",
    "happened": "What happened…", "not_released": "Not released yet…",
}  # fmt: skip


def _of_placement(line: TodayLine) -> tuple[Step, ...]:
    move = line.move
    assert move is not None  # asked for by the caller
    found = steps_of(move)
    later = move.stays[move.stay + 1 :]
    if "release" in found and later and later[0].accepted_at is not None and later[0].transport is None:
        # the journey needn't wait for the clinician
        found = ("release", "book", *(step for step in found if step != "release"))
    own = tuple(Step(f"placement.{step}", STEP_WORDS[step]) for step in found)
    # whoever needs an onward place is in the next plan as they are
    return (Step("plan.run", "Plan"), *own) if move.next_step is NextStep.PLAN_ONWARD else own


def side_by_side(line: TodayLine) -> int:
    """How many of a line's steps stand as buttons; the others are in its menu."""
    waits_for_release = line.move is not None and line.move.next_step is NextStep.RELEASE
    return 2 if line.need in (Need.ANSWER, Need.CONFIRM, Need.CAME_BACK) or waits_for_release else 1


def clock_words(line: TodayLine, *, now: datetime) -> str:
    """The line's clock: "45 m overdue", "10:30", "in 3 h", "5 d"; empty where it has none."""
    if line.need is Need.HAPPENED and line.due is not None and line.due > now:
        return f"in {age_words(line.due - now)}"
    if line.need in _SINCE and line.due is not None:
        return age_words(now - line.due)
    if line.move is None or line.due is None or line.move.due is None:
        return ""
    if line.need is Need.STOPPED and line.move.state not in _LEAVING:
        # its clock is that of a step that isn't to be taken; a stay to come that is stopped has its day
        flag = flag_of(line.move)
        if flag is None or not line.move.stay < flag.stay < len(line.move.stays):
            return ""
        return distance_words(line.move.stays[flag.stay].start, today=london_date(now))
    if line.move.overdue:
        return due_words(line.move, now=now)
    if line.move.next_step is NextStep.ARRIVE:
        # its clock is when to ask, not when they come
        return ""
    local, today = line.due.astimezone(LONDON), london_date(now)
    if (local.hour, local.minute) == (0, 0):
        return distance_words(london_date(local), today=today)
    if line.need is Need.JOURNEY and london_date(local) == today:
        return f"{local:%H:%M}"
    return due_words(line.move, now=now)


def summary(lines: Iterable[TodayLine]) -> str:
    """The line beside the title: "3 now · 12 today · 2 tomorrow"."""
    found = list(lines)
    parts = []
    for when in When:
        if number := sum(line.when is when for line in found):
            parts.append(f"{number:,} {WHEN_WORDS[when].lower()}")
    return " · ".join(parts)
