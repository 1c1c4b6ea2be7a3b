"""What needs somebody now, and the hub at a glance: the page Today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from discharge.model.patient import Pathway
from discharge.model.setting import Category
from discharge.model.shown.beginnings import Beginnings
from discharge.model.shown.placements import MoveRow


class When(StrEnum):
    """By when a line is to be done."""

    NOW = "now"
    TODAY = "today"
    TOMORROW = "tomorrow"


class Need(StrEnum):
    """What a line asks for."""

    CAME_BACK = "came_back"
    """A decision made while this desk was cut off that no longer fits: its author decides anew."""
    UNSHARED = "unshared"
    """What was done at this desk has waited for long to be shared."""
    STOPPED = "stopped"
    """A placement that can't go on as things are now."""
    NEWS = "news"
    """Somebody has to hear of a result that came after the person had left."""
    HAPPENED = "happened"
    """Something happened against a rule, and somebody has to say what was done about it (A5)."""
    LEFT_BEHIND = "left_behind"
    """A journey to cancel, a setting that still expects somebody."""
    ANSWER = "answer"
    """An offer without its answer."""
    APPROVAL = "approval"
    CONFIRM = "confirm"
    """A fee or the approval rules were changed by somebody else and wait for a second word (A4)."""
    ISOLATION = "isolation"
    """An isolation that ends, or that waits for a clinician's word."""
    JOURNEY = "journey"
    """Somebody leaves, arrives or moves on."""
    RETURNED = "returned"
    """Returned by an LA lead, or lost to its setting: a new place is to be found."""
    TELL = "tell"
    BOOK = "book"
    RESULT = "result"
    """A test whose result is awaited."""
    TEST = "test"
    """Nobody may leave without it: a test, or a test again."""
    ATTEST = "attest"
    """Isolation is over and not all is attested."""
    ONWARD = "onward"
    """An onward place is to be found."""
    ROOM = "room"
    """A bed kept for a resident who is away: it runs out, or nobody has said that it is kept."""
    REGISTER = "register"
    """A home that has left the CQC's register: somebody has to decide."""
    PAPER = "paper"
    """Somebody holds a paper that no longer says what the record says."""
    HOME = "home"
    """A home of the priority list that somebody has to see to today."""
    ACTION = "action"
    """Something agreed with a home whose day has come."""
    LEARNING = "learning"
    """An outbreak that ended and wasn't looked back on."""
    AID = "aid"
    """A request for mutual aid without its answer, or help that is owed."""
    PLAN = "plan"
    """People wait that the newest plan doesn't know, or its proposals aren't sent."""
    RETURNS = "returns"
    """Capacity returns that have gone stale or expired."""
    FOLLOW_UP = "follow_up"
    """What became of somebody is asked some days after their move."""
    FUNDING = "funding"
    """A decision on funding is awaited for longer than it is counted by."""
    REVIEW = "review"
    """A stay that ends, or somebody who may have settled."""


HUB_PAPERS, WAITING_PAPERS, GONE_PAPER = "hub", "waiting", "gone"
"""Keys of lines about papers: `paper/hub`, all that name the hub as it was; `paper/waiting`, those that
nobody has held against the record; `gone/D-00001`, one that can't be issued anew."""


URGENCY: tuple[Need, ...] = (
    Need.CAME_BACK, Need.NEWS, Need.STOPPED, Need.HAPPENED, Need.UNSHARED, Need.LEFT_BEHIND, Need.ANSWER,
    Need.JOURNEY, Need.ISOLATION,
    Need.APPROVAL, Need.CONFIRM, Need.RETURNED, Need.TELL, Need.BOOK, Need.RESULT, Need.ATTEST, Need.TEST,
    Need.PAPER, Need.ROOM, Need.REGISTER, Need.ONWARD, Need.HOME, Need.ACTION, Need.AID, Need.FOLLOW_UP,
    Need.PLAN, Need.RETURNS, Need.FUNDING, Need.REVIEW, Need.LEARNING,
)  # fmt: skip
"""What comes first of what is to be done by the same time. Whatever holds up somebody who has a place
comes before whatever holds up somebody who has none."""


@dataclass(frozen=True, slots=True)
class TodayLine:
    """One thing to be done, about one placement, person, plan, or the settings together."""

    key: str
    """Names the line for good: `placement/L-0001`, `test/P-0007`, `kept/P-0007`, `paper/D-00012`."""
    need: Need
    when: When
    about: str
    """The id of the placement, person or plan; for returns the first setting's."""
    sentence: str
    remark: str
    """More about it, in a sentence or a few words; may be empty."""
    due: datetime | None
    """What its clock shows: an answer's, a journey's, a day's beginning; or since when it waits."""
    priority: int
    """The person's, 1 to 4; 0 where it is about no one person."""
    phone: str = ""
    """Whom to ring about it."""
    move: MoveRow | None = None
    """The placement, where it is about one."""
    patient: str = ""
    """The person's id, where it is about something else than a placement of theirs."""
    setting: str = ""
    """The home's id, where something that happened is about a home and nobody of the list."""
    assigned: str = ""
    """The user to whom it went, where it went to one."""
    authors: frozenset[str] = frozenset()
    """Every account of who made the change that waits: it is for somebody else to confirm."""


@dataclass(frozen=True, slots=True)
class BedKind:
    """Beds of one kind that are free tonight and that nothing holds."""

    category: Category
    free: int


@dataclass(frozen=True, slots=True)
class NightBeds:
    """Designated beds on one night."""

    night: date
    needed: int
    """People without a place who would need one on that night."""
    free: int
    """Designated beds free and held by nobody."""


@dataclass(frozen=True, slots=True)
class Glance:
    """The hub in a strip of figures."""

    waiting: tuple[tuple[Pathway, int], ...]
    """People without a placement on its way, by pathway; every pathway is named."""
    over_a_day: int
    """Of them those who could have left yesterday or earlier."""
    beds: tuple[BedKind, ...]
    """Kinds of which any bed is free, the most first; in settings that are open and whose figures count."""
    isolation_places: int
    """Places for isolation in such settings, and of them those free tonight with a bed to put somebody in."""
    isolation_free: int
    designated: tuple[NightBeds, ...]
    """Tonight and the nights after it."""


@dataclass(frozen=True, slots=True)
class TodayPage:
    """Everything on the page: the lines by urgency, and the glance above them."""

    lines: tuple[TodayLine, ...]
    glance: Glance
    following: str
    """What comes next of what isn't due by tomorrow, in a sentence; empty where nothing does."""
    is_empty: bool
    """Nobody is on the list and nobody on the way."""
    has_homes: bool = True
    """Whether the hub has a setting at all."""
    has_beds: bool = True
    """Whether the hub knows a bed anywhere: the register alone says nothing of beds."""
    beginnings: Beginnings | None = None
    """What a hub that hasn't planned yet begins with; None afterwards."""
