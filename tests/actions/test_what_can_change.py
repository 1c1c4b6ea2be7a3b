"""The table of `what_can_change.md`: every fact that can change after approval, at every state."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import designating, infections, patients, placements, settings
from discharge.actions import hub as the_hub
from discharge.actions.context import Action, Answered
from discharge.actions.desk import Desk
from discharge.model.errors import Asked, NotAllowed
from discharge.model.flags import Severity
from discharge.model.people import User
from discharge.store.file import witness
from tests.actions import observing
from tests.actions.a_hub import CONSULTANT, COVID, DIRECTOR, MANAGER, TODAY, AHub, Clock, beds, stay, unit
from tests.asked import flags_of
from tests.examples import sweep

STATES = ("waits", "approved", "told", "accepted", "booked", "on the way", "there")
_STATE = {"waits": "proposed", "on the way": "departed", "there": "arrived"}
TABLE = Path(__file__).with_name("what_can_change.md")
NEGATIVE = "Somebody with a negative test, on the way to a care home"
POSITIVE = "Somebody with a positive test, on the way to a designated unit"


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    about: str
    fact: str
    cells: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.about.split(',')[0]}: {self.fact}"


def rows() -> Iterator[Row]:
    """Every row of the table."""
    about = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            about = line[3:]
        elif line.startswith("| ") and not line.startswith("| What"):
            fact, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            yield Row(about, fact, tuple(cells))


@dataclass(frozen=True)
class Going:
    """Somebody on the way in the hub of the test."""

    hub: AHub
    patient: str
    setting: str
    unit: str
    placement: str


def _setting(hub: AHub, at: int) -> str:
    """A home for one of those with a negative test."""
    return hub.setting(
        f"Elm {at}",
        unit("Main", beds(count=1)),
        needs_met=("oxygen",),
        vacancies=1,
        age_min=65,
    )


def _hub_of(about: str, path: Path) -> dict[str, tuple[str, str, str]]:
    """Makes the hub with somebody at each state: the person, their setting, their placement."""
    hub, found = AHub(path), {}
    for at, state in enumerate(STATES):
        if about == NEGATIVE:
            home = _setting(hub, at)
            limits = {"needs": ("oxygen",), "max_weekly_fee": 1_000.0, "max_km": 20.0, "latitude": 51.4}
            who, chosen = hub.negative(f"Ann {at}", **limits), stay(home)
        else:
            home = hub.hot_home(f"The Limes {at}", vacancies=2)
            who = hub.positive(f"Pat {at}")
            chosen = stay(home, end=TODAY + timedelta(11), in_unit="Red")
        placement = hub.walk(hub.proposed(who, chosen), _STATE.get(state, state))
        found[state] = (who, home, placement)
    hub.desk.close()
    return found


Made = Callable[[str], dict[str, Going]]
Hubs = Mapping[str, tuple[Path, dict[str, tuple[str, str, str]]]]
"""Each hub's file, and the person, setting and placement at each state."""


@pytest.fixture(scope="module")
def hubs(
    tmp_path_factory: pytest.TempPathFactory,
) -> Hubs:
    """The two hubs, made once."""
    folder = tmp_path_factory.mktemp("hubs")
    made = {}
    for at, about in enumerate((NEGATIVE, POSITIVE)):
        path = folder / f"{at}.discharge"
        made[about] = (path, _hub_of(about, path))
    return made


@pytest.fixture
def made(hubs: Mapping[str, tuple[Path, dict[str, tuple[str, str, str]]]], tmp_path: Path) -> Iterator[Made]:
    """A copy of one of them, of the test's own."""
    opened: list[Desk] = []

    def copy(about: str) -> dict[str, Going]:
        path, found = hubs[about]
        hub = object.__new__(AHub)
        hub.path = Path(shutil.copyfile(path, tmp_path / path.name))
        shutil.copyfile(witness.beside(path), witness.beside(hub.path))
        hub.clock = Clock()
        hub.clock.plus(hours=8)
        hub.desk = Desk.open(hub.path, clock=hub.clock)
        opened.append(hub.desk)
        hub.admin, hub.coordinator, hub.lead, hub.clinician = sorted(
            hub.desk.people(), key=lambda user: user.id
        )
        where = "Main" if about == NEGATIVE else "Red"
        return {
            state: Going(hub, patient=who, setting=home, unit=where, placement=placement)
            for state, (who, home, placement) in found.items()
        }

    yield copy
    for desk in opened:
        desk.close()


# --- the facts -------------------------------------------------------------------------------------------


def _amends(who: Going, **changes: Any) -> None:
    who.hub.does(partial(patients.amend_patient, patient=who.patient, changes=changes))


def _setting_amends(who: Going, **changes: Any) -> None:
    who.hub.does(partial(settings.amend_setting, setting=who.setting, changes=changes))
    who.hub.confirms()


def _beds_are(who: Going, **fields: Any) -> None:
    group = beds("B1", **{"count": 1, **fields})
    who.hub.does(partial(settings.set_beds, setting=who.setting, unit=who.unit, beds=group))


def _outbreak(who: Going, organism: str = "norovirus", *, assessed: bool = False) -> None:
    who.hub.does(partial(settings.declare_outbreak, setting=who.setting, organism=organism))
    if assessed:
        action = partial(
            settings.record_risk_assessment,
            setting=who.setting,
            organism=organism,
            note="Closed unit",
            given=DIRECTOR,
        )
        who.hub.does(action)


def _second_outbreak(who: Going) -> None:
    _outbreak(who, assessed=True)
    _outbreak(who, "influenza")


def _ends_designation(who: Going) -> None:
    action = partial(
        designating.end_designation, setting=who.setting, unit=who.unit, on=TODAY, reason="CQC's letter"
    )
    who.hub.does(action, who.hub.lead)


def _no_test(who: Going) -> None:
    page = who.hub.desk.ask(lambda q: q.patient(who.patient))
    action = partial(
        infections.withdraw_observation, observation_id=page.observations[0].id, reason="Mixed up"
    )
    who.hub.does(action)


def _vomits(who: Going) -> None:
    action = partial(
        observing.record_symptoms, patient=who.patient, organism="norovirus", onset_on=TODAY, resolved_on=None
    )
    who.hub.does(action)


def _cleared(who: Going, **fields: Any) -> None:
    action = partial(
        observing.record_clearance, patient=who.patient, organism=COVID, given=CONSULTANT, **fields
    )
    who.hub.does_saying_why(action, who.hub.clinician)


def _closes(who: Going) -> None:
    who.hub.does(partial(settings.close_admissions, setting=who.setting, reason="Staffing"))


def _excludes(who: Going) -> None:
    action = partial(
        patients.exclude_setting, patient=who.patient, setting=who.setting, reason="The family's word"
    )
    who.hub.does(action)


def _moves_elsewhere(who: Going) -> None:
    _amends(who, pathway="P0", usual_setting=who.hub.setting("Where they live"))


def _chooses_rules(who: Going) -> None:
    action = partial(the_hub.choose_rule_set, rule_set="england-2020-04-15", reason="To see")
    if who.hub.desk.ask(lambda q: q.hub()).rule_set is None:
        who.hub.does(action, who.hub.admin)


_NAMES = ("Abel Moss", "Bea Quill", "Cy Thorne", "Dot Umber", "Eve Vance", "Fay Wick", "Gus Yarrow")
"""Other names, none like another."""


def _another(who: Going) -> str:
    """A name that nobody else has."""
    return _NAMES[int(who.placement[2:]) - 1]


def _sister(who: Going) -> None:
    born = date(1930 + int(who.placement[2:]), 5, 5)
    _amends(who, together_with=who.hub.negative(_another(who), born=born))


FACTS: dict[str, Callable[[Going], object]] = {
    "nothing": lambda _: None,
    "the home closes to admissions": _closes,
    "an outbreak in the home": _outbreak,
    "an outbreak in the home, with a risk assessment": partial(_outbreak, assessed=True),
    "a second outbreak, the first one assessed": _second_outbreak,
    "the home has no bed left": partial(_beds_are, count=0),
    "a capacity return without a vacancy": lambda who: who.hub.reports(who.setting, hours_ago=0, vacancies=0),
    "the beds are shared": partial(_beds_are, room="shared"),
    "the beds are for men": partial(_beds_are, sex="male"),
    "the beds are for nursing care of dementia": partial(_beds_are, category="dementia_nursing"),
    "the home takes people from 95 years": partial(_setting_amends, age_min=95),
    "the home doesn't meet oxygen any more": partial(_setting_amends, needs_met=()),
    "the home's fee rises above their limit": partial(_setting_amends, weekly_fee=1_200.0),
    "the home's fee isn't known any more": partial(_setting_amends, weekly_fee=None),
    "the home is further away than it was thought": partial(_setting_amends, latitude=52.5),
    "the home's coordinates aren't known any more": partial(_setting_amends, latitude=None, longitude=None),
    "the home is an intermediate care setting": partial(_setting_amends, type="intermediate_care"),
    "they need a hoist": partial(_amends, needs=("oxygen", "hoist")),
    "they need nursing care": partial(_amends, care={"level": "nursing", "specialism": "general"}),
    "their care isn't known": partial(_amends, care=None),
    "they are on pathway P2": partial(_amends, pathway="P2"),
    "they are on pathway P1": partial(_amends, pathway="P1"),
    "they are on pathway P0 and live elsewhere": _moves_elsewhere,
    "they may be 5 km away at most": partial(_amends, max_km=5.0),
    "they may pay £500 at most": partial(_amends, max_weekly_fee=500.0),
    "the home was ruled out for them": _excludes,
    "they aren't ready for two days yet": partial(_amends, ready_on=TODAY + timedelta(2)),
    "a positive result": lambda who: who.hub.tested(who.patient, "positive", hours_ago=2),
    "a pending test": lambda who: who.hub.tested(who.patient, "pending", hours_ago=2),
    "an inconclusive result": lambda who: who.hub.tested(who.patient, "inconclusive", hours_ago=2),
    "their test is withdrawn": _no_test,
    "influenza confirmed": lambda who: who.hub.tested(
        who.patient, "positive", hours_ago=2, organism="influenza"
    ),
    "vomiting, perhaps norovirus": _vomits,
    "they stay together with somebody who has no place": _sister,
    "another rule set, under which all is as lawful": _chooses_rules,
    "their name is spelt otherwise": lambda who: _amends(who, name=_another(who)),
    "the designation ends": _ends_designation,
    "the setting takes back its word for covid": partial(_setting_amends, accepts_organisms=()),
    "the beds are taken out": lambda who: who.hub.does(
        partial(settings.remove_beds, setting=who.setting, unit=who.unit, beds="B1", reason="let")
    ),
    "the unit can't isolate any more": lambda who: who.hub.does(
        partial(settings.amend_unit, setting=who.setting, unit="Red", changes={"isolation": "none"})
    ),
    "the unit has no isolation places": lambda who: who.hub.does(
        partial(settings.amend_unit, setting=who.setting, unit="Red", changes={"isolation_places": 0})
    ),
    "a clinician releases them today": partial(_cleared, released_on=TODAY),
    "a clinician isolates them for longer": partial(_cleared, isolate_until=TODAY + timedelta(20)),
}


def _step(who: Going, state: str) -> tuple[Action, User] | None:
    """The step forward from a state."""
    hub, placement = who.hub, who.placement
    steps: dict[str, tuple[Action, User]] = {
        "waits": (partial(placements.approve, placement=placement), hub.lead),
        "approved": (
            partial(placements.tell, placement=placement, given=MANAGER),
            hub.coordinator,
        ),
        "told": (partial(placements.accept, placement=placement, given=MANAGER), hub.coordinator),
        "accepted": (
            partial(placements.book, placement=placement, transport=hub.transport()),
            hub.coordinator,
        ),
        "booked": (partial(placements.depart, placement=placement), hub.coordinator),
        "on the way": (partial(placements.arrive, placement=placement), hub.coordinator),
    }
    return steps.get(state)


# --- the table -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", sweep(rows()), ids=str)
def test_what_is_recorded_after_approval_does_to_each_placement_what_the_table_says(
    row: Row, made: Made
) -> None:
    going = made(row.about)
    for who in going.values():
        FACTS[row.fact](who)
    shown = Shown(next(iter(going.values())).hub.desk)
    wrong = [
        f"{state}: {problem}"
        for state, cell in zip(STATES, row.cells, strict=True)
        for problem in _problems(going[state], state, cell, shown)
    ]
    assert not wrong, "\n".join(wrong)


class Shown:
    """The flags on every page that shows them, once all facts are recorded."""

    def __init__(self, desk: Desk) -> None:
        self.moves = {row.id: row.flags for row in desk.ask(lambda q: q.moves())}
        self.people = {row.id: row.flags for row in desk.ask(lambda q: q.patients())}
        self.map = {who: each.flags for who, each in desk.ask(lambda q: q.going(plan=None)).items()}
        self.stopped = {line.about for line in desk.ask(lambda q: q.today_lines()) if line.need == "stopped"}
        self.waiting = {row.id: row.flags for row in desk.ask(lambda q: q.approvals())}


def _problems(who: Going, state: str, cell: str, shown: Shown) -> Iterator[str]:
    """Where a placement isn't flagged, shown or stopped as the table says."""
    flags = who.hub.desk.ask(lambda q: flags_of(q, who.placement))
    rule, _, does = cell.partition(" ")
    rules = [flag.rule for flag in flags]
    if cell == "-":
        if flags:
            yield f"flagged: {flags}"
    elif rule not in rules:
        yield f"flagged by {rules}, not {rule}"
    else:
        flag = flags[rules.index(rule)]
        if flag.severity is not (Severity.BLOCK if does == "stops" else Severity.PERSON):
            yield f"{flag.severity}: {flag.sentence}"
        if any(part in flag.sentence for part in ("P-0", "S-0", "L-0", "_", "sars-cov")):
            yield f"not in plain words: {flag.sentence}"
    yield from _not_shown(who, state, flags, shown)
    yield from _not_stopped(who, state, rules, does)


def _not_shown(who: Going, state: str, flags: object, shown: Shown) -> Iterator[str]:
    """The pages on which the flags aren't shown."""
    if shown.moves[who.placement] != flags:
        yield "Moves doesn't show it"
    if shown.people[who.patient] != flags:
        yield "Patients doesn't show it"
    if shown.map[who.patient] != flags:
        yield "Map doesn't show it"
    if (who.placement in shown.stopped) is not bool(flags):
        yield "Today doesn't show it"
    if state == "waits" and shown.waiting[who.placement] != flags:
        yield "Approvals doesn't show it"


def _not_stopped(who: Going, state: str, rules: list[str], does: str) -> Iterator[str]:
    """Whether the step forward is done, asked about or refused, otherwise than the table says."""
    found = _step(who, state)
    if found is None:
        return
    step, by = found
    expected = "" if state == "on the way" else does
    try:
        who.hub.does(step, by)
    except NotAllowed as refused:
        if expected != "stops" or refused.rule not in rules:
            yield f"refused by {refused.rule}: {refused}"
    except Asked as asked:
        if expected != "asks":
            yield f"asked: {asked}"
        who.hub.does(Answered(step, {asked.key: "Both managers agreed"}), by)
    else:
        if expected:
            yield "the step was done"
