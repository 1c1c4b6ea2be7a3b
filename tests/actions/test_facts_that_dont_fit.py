"""Facts of the world that desks record while cut off, against what another desk recorded meanwhile.

Each kind of fact is tried: it is taken, and what no longer fits together goes to a person who finds out.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import (
    aid,
    calls,
    capacity_returns,
    designating,
    infections,
    joining,
    left_behind,
    many_people,
    passing_on,
    patients,
    placements,
    register,
    reviews,
    settings,
    sharing,
    signing_in,
    taking_back,
)
from discharge.actions.context import Action, Answered
from discharge.actions.desk import Desk
from discharge.actions.intents import NATURES, Nature, as_intents
from discharge.actions.placements import gone_after, happened
from discharge.actions.shared_desk import Sharing
from discharge.keys.slots import Unlocked
from discharge.model.base import YesNo
from discharge.model.call import Agreed, AidAnswer, AidKind, AidWay
from discharge.model.designating import DesignationStep
from discharge.model.errors import Asked, UserError
from discharge.model.happening import Happening
from discharge.model.infection import Test as ATest
from discharge.model.patient_record import LeaveReason
from discharge.model.people import Role, User
from discharge.model.placement import DeclineReason, EndOutcome
from discharge.model.review import Assessment, Review
from discharge.model.setting_record import CapacityReturn, GroupFree
from discharge.model.shown.facts import HappenedLine
from tests.actions.a_hub import COVID, MANAGER, TODAY, AHub, Clock, stay
from tests.actions.a_sealed_hub import ADA, ANOTHER, JO, ASealedHub
from tests.actions.a_server import AServer

ADDRESS = {"host": "127.0.0.1"}
FLU = "influenza"


class OfSharedDesks(AHub):
    """The hub as it is before two desks share it: its homes, its people, and where each of them stands."""

    def __init__(self, sealed: ASealedHub, jo: User, uma: User) -> None:
        self.clock, self.made, self._path, self.desk = sealed.clock, None, sealed.path, sealed.desk
        self.admin, self.coordinator, self.lead, self.clinician = sealed.ada, jo, uma, jo


def _told_of(hub: AHub) -> dict[str, str]:
    """Makes it: what each thing is called in the table below, and its id."""
    at: dict[str, str] = {}
    for name in ("elm", "oak", "ash", "fir"):
        at[name] = hub.home(f"{name.title()} Lodge", vacancies=8)
    at["limes"] = hub.hot_home()
    hub.does(partial(settings.declare_outbreak, setting=at["oak"], organism=COVID))
    hub.does(partial(settings.close_admissions, setting=at["ash"], reason="staffing"))
    agreed = Agreed(what="bring masks", who="Jo Reed", due=TODAY)
    hub.does(partial(calls.agree_action, setting=at["elm"], agreed=agreed))
    for borough in ("Barnet", "Camden"):
        hub.does(
            partial(
                aid.ask_for_aid, way=AidWay.ASKED, borough=borough, kind=AidKind.PPE, wanted_words="masks"
            )
        )
    hub.does(partial(aid.answer_aid, aid="M-0002", answer=AidAnswer.YES, owed=True))
    states = ("approved", "told", "booked", "departed", "arrived")
    for name in ("waits", "other", *states):
        at[name] = hub.negative(f"Ben {name.title()}")
    for name in states:
        at[f"by {name}"] = hub.proposed(at[name], stay(at["elm"]))
        hub.walk(at[f"by {name}"], name)
    at["on"] = hub.positive("Ada On")
    ends = TODAY + timedelta(11)
    at["by on"] = hub.proposed(
        at["on"], stay(at["limes"], end=ends, in_unit="Red"), stay(at["fir"], start=ends)
    )
    hub.walk(at["by on"], "arrived")
    given_up = hub.negative("Ben Up")
    by = hub.walk(hub.proposed(given_up, stay(at["elm"])), "booked")
    hub.does(partial(placements.withdraw, placement=by, reason="their family takes them"))
    hub.clock.plus(hours=2)
    hub.tested(at["arrived"], "positive", hours_ago=1.1)
    hub.does_saying_why(partial(happened.left, placement=at["by approved"], reason="fetched"))
    hub.does(
        partial(gone_after.hand_over, fact="F-0001", to=hub.coordinator.id, reason="knows them"), hub.lead
    )
    at["approved"] = hub.negative("Ben Approved Too")
    at["by approved"] = hub.walk(hub.proposed(at["approved"], stay(at["elm"])), "approved")
    return at


@dataclass
class Two:
    """Two desks of one hub, in touch, and what things are called."""

    one: Desk
    other: Desk
    jo: User
    uma: User
    ada: User
    at: dict[str, str]
    server: AServer
    clock: Clock

    def meanwhile(self, action: Action) -> None:
        """Uma does it at the other desk."""
        _does(self.other, action, self.uma)

    def cut_off(self, action: Action) -> None:
        """Jo does it at a desk that can't reach the server."""
        self.server.reachable = False
        _does(self.one, action, self.jo)
        self.server.reachable = True

    @property
    def sharing(self) -> Sharing:
        assert self.one.sharing is not None
        return self.one.sharing

    def heals(self) -> None:
        self.one.share(self.server.link())
        self.other.take_what_came()


def _does(desk: Desk, action: Action, by: User) -> None:
    answers: dict[str, str] = {}
    while True:
        try:
            desk.perform(Answered(action, answers) if answers else action, by=by)
            return
        except Asked as asked:
            answers[asked.key] = "Seen on the ward"


def _all(desk: Desk) -> list[HappenedLine]:
    """Everything that happened and goes to a person."""
    found: list[HappenedLine] = []
    with suppress(UserError):
        while True:
            found.append(desk.ask(lambda queries: queries.happening(f"F-{len(found) + 1:04d}")))
    return found


@dataclass(frozen=True)
class Past:
    """The two desks' files as each test begins with them, who can come in, and the server."""

    folder: Path
    slots: dict[str, Unlocked]
    server: AServer
    at: dict[str, str]
    clock: Clock


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    server, folder = AServer(), tmp_path_factory.mktemp("past")
    sealed = ASealedHub(folder / "one" / "hub")
    jo = sealed.joined("Jo Reed", JO, Role.COORDINATOR, Role.CLINICIAN, Role.LA_LEAD)
    uma = sealed.joined("Uma Vale", ANOTHER, Role.COORDINATOR, Role.CLINICIAN, Role.LA_LEAD)
    secrets = {sealed.ada.id: ADA, jo.id: JO, uma.id: ANOTHER}
    slots = {who: sealed.unlocked(who, secret) for who, secret in secrets.items()}
    for opened in slots.values():
        signing_in.sign_in(sealed.desk, opened)
    at = _told_of(OfSharedDesks(sealed, jo, uma))
    invitation = sharing.bring(sealed.desk, server.link(), ADDRESS, by=sealed.ada)
    link = server.link()
    there = folder / "two" / "hub"
    sharing.join(there, invitation, link, holder=uma.id, secret=ANOTHER, clock=sealed.clock)[0].close()
    sealed.desk.take_what_came()
    sealed.desk.close()
    return Past(folder, slots, server, at, sealed.clock)


@pytest.fixture
def two(past: Past, tmp_path: Path) -> Iterator[Two]:
    clock, server = Clock(past.clock.now), copy.deepcopy(past.server)
    shutil.copytree(past.folder, tmp_path, dirs_exist_ok=True)
    desks = [
        Desk.open(tmp_path / name / "hub", clock=clock, unlocked=past.slots["U-0002"])
        for name in ("one", "two")
    ]
    one, other = desks
    ada, jo, uma = (
        [signing_in.sign_in(desk, past.slots[who]) for desk in desks].pop()
        for who in ("U-0001", "U-0002", "U-0003")
    )
    found = Two(one, other, jo, uma, ada, past.at, server, clock)
    for desk in desks:
        desk.share(server.link())
    yield found
    heads = {desk.ask(lambda queries: queries.head()) for desk in desks}
    assert len(heads) == 1
    for desk in desks:
        assert desk.verify().is_intact
        desk.close()


WORD = MANAGER
BACK = LeaveReason.WENT_HOME
SEEN = ATest(
    organism=COVID, result="negative", specimen_at=Clock().now - timedelta(hours=3),
    reported_at=Clock().now - timedelta(hours=2),
)  # fmt: skip
LATER = timedelta(minutes=30)


def _report(two: Two, **fields: Any) -> CapacityReturn:
    return CapacityReturn(reported_at=two.clock.now, **fields)


def _joined(two: Two, setting: str) -> Action:
    return partial(joining.join_settings, setting=two.at["elm"], other=two.at[setting], reason="one home")


def _left(two: Two, who: str, reason: LeaveReason = BACK) -> Action:
    return partial(patients.leave, patient=two.at[who], reason=reason)


def _withdrawn(two: Two, by: str) -> Action:
    return partial(placements.withdraw, placement=two.at[by], reason="the bed is gone")


def _died(two: Two, who: str) -> Action:
    return partial(happened.died, patient=two.at[who])


Cases = list[tuple[str, Action, Sequence[Action], str]]


def _cases(two: Two) -> Cases:
    """A fact that Jo records while cut off; what Uma records meanwhile; and what is said of it then: empty
    where it is taken as it is, a dash where it is taken of the home that this one is a part of by now."""
    at, now = two.at, two.clock.now
    elm, oak, ash, fir, limes = (at[name] for name in ("elm", "oak", "ash", "fir", "limes"))
    [observation] = two.one.ask(lambda q: [one.id for one in q.patient(at["other"]).observations])
    task = "K-0001"
    news = two.one.ask(lambda q: q.news(at["arrived"]))[0]
    no_bed = partial(placements.decline, placement=at["by told"], code=DeclineReason.NO_BED, given=WORD)
    positive = SEEN.model_copy(update={"result": "positive"})
    review = Review(day=3, well=YesNo.YES, isolation_ended=YesNo.NOT_KNOWN, long_term_assessed=YesNo.NO,
                    back_in_hospital=YesNo.NO)  # fmt: skip
    free = (GroupFree(unit="Main", beds="B1", free=()),)
    gone = partial(settings.remove_beds, setting=fir, unit="Main", beds="B1", reason="closed")
    return [
        ("aid.answer_aid", partial(aid.answer_aid, aid="M-0001", answer=AidAnswer.NO),
         [partial(aid.answer_aid, aid="M-0001", answer=AidAnswer.YES)], "answered already"),
        ("aid.give_back_aid", partial(aid.give_back_aid, aid="M-0002"),
         [partial(aid.give_back_aid, aid="M-0002")], "Nothing of it is owed"),
        ("calls.log_call", partial(calls.log_call, setting=fir, said="all well", given=WORD),
         [_joined(two, "fir")], "-"),
        ("calls.record_phoned", partial(calls.record_phoned, setting=fir, report=None, given=WORD),
         [partial(capacity_returns.record_capacity_return, setting=fir,
                  report=_report(two, vacancies=1).model_copy(update={"reported_at": now + LATER}))],
         "newer than that"),
        ("calls.record_phoned", partial(calls.record_phoned, setting=fir, given=WORD,
                                        report=_report(two, accepting=False, vacancies=0, free=free)),
         [gone], "has no beds B1"),
        ("calls.do_action", partial(calls.do_action, action="A-0001", words="brought"),
         [partial(calls.drop_action, action="A-0001", reason="not needed")], "no action A-0001"),
        ("capacity_returns.record_capacity_return",
         partial(capacity_returns.record_capacity_return, setting=fir,
                 report=_report(two, accepting=False, vacancies=0, free=free)),
         [gone], "has no beds B1"),
        ("capacity_returns.record_no_change", partial(capacity_returns.record_no_change, setting=fir),
         [partial(capacity_returns.record_capacity_return, setting=fir,
                  report=_report(two, vacancies=1).model_copy(update={"reported_at": now + LATER}))],
         "newer than that"),
        ("designating.record_designation_step",
         partial(designating.record_designation_step, setting=elm, unit="Main",
                 step=DesignationStep.PUT_FORWARD, on=TODAY, beds=2),
         [partial(settings.amend_unit, setting=elm, unit="Main", changes={"isolation": "none"})], ""),
        ("designating.end_designation",
         partial(designating.end_designation, setting=limes, unit="Red", on=TODAY, reason="staffing"),
         [partial(designating.end_designation, setting=limes, unit="Red", on=TODAY, reason="closing")],
         "isn't designated"),
        ("infections.record_observation",
         partial(infections.record_observation, patient=at["other"], observation=SEEN),
         [partial(infections.record_observation, patient=at["other"], observation=SEEN)],
         "on record already"),
        ("infections.correct_observation",
         partial(infections.correct_observation, observation_id=observation, observation=positive,
                 reason="misread"),
         [partial(infections.withdraw_observation, observation_id=observation, reason="another person's")],
         "taken back already"),
        ("infections.record_attestations",
         partial(infections.record_attestations, patient=at["other"], attestations=["no_new_symptoms"]),
         [partial(infections.record_attestations, patient=at["other"], attestations=["no_new_symptoms"])],
         ""),
        ("passing_on.pass_on",
         partial(passing_on.pass_on, patient=at["arrived"], whom=news.whom, given=WORD, says=news.says),
         [partial(passing_on.pass_on, patient=at["arrived"], whom=news.whom, given=WORD)], "heard of it"),
        ("patients.leave", _left(two, "other"), [_left(two, "other", LeaveReason.OTHER_HUB)],
         "left the list"),
        ("many_people.leave_together",
         partial(many_people.leave_together, patients=[at["other"], at["waits"]], reason=BACK),
         [_left(two, "other", LeaveReason.OTHER_HUB)], "left the list"),
        ("placements.gone_after.deal_with", partial(gone_after.deal_with, fact="F-0001", words="rang them"),
         [partial(gone_after.hand_over, fact="F-0001", to=two.ada.id, reason="she knows them")],
         "This went to"),
        ("placements.happened.left",
         partial(happened.left, placement=at["by approved"], reason="fetched"),
         [_withdrawn(two, "by approved")], "left already"),
        ("placements.happened.arrived",
         partial(happened.arrived, placement=at["by told"], reason="they are there"),
         [no_bed], "arrived already"),
        ("placements.happened.moved_on",
         partial(happened.moved_on, placement=at["by on"], reason="fetched by the next home"),
         [partial(placements.end, placement=at["by on"], outcome=EndOutcome.BACK_TO_HOSPITAL)], "aren't"),
        ("placements.happened.left_without_us",
         partial(happened.left_without_us, patient=at["other"], reason="fetched", elsewhere="their son's"),
         [_left(two, "other")], "has left the list"),
        ("placements.happened.arrived_elsewhere",
         partial(happened.arrived_elsewhere, placement=at["by departed"], reason="no key", setting=fir),
         [partial(placements.arrive, placement=at["by departed"])], "arrived already"),
        ("placements.happened.turned_away",
         partial(happened.turned_away, placement=at["by departed"], reason="no bed made",
                 code=DeclineReason.NO_BED),
         [partial(placements.arrive, placement=at["by departed"])], "aren't on the way"),
        ("placements.happened.readmitted",
         partial(happened.readmitted, placement=at["by departed"], reason="fell"),
         [partial(happened.died, patient=at["departed"])], "left hospital"),
        ("placements.happened.died", _died(two, "other"),
         [_left(two, "other", LeaveReason.ENTERED_BY_MISTAKE)], "entered by mistake"),
        ("placements.journeys.depart", partial(placements.depart, placement=at["by booked"]),
         [_withdrawn(two, "by booked")], "without us"),
        ("placements.journeys.arrive", partial(placements.arrive, placement=at["by departed"]),
         [partial(happened.readmitted, placement=at["by departed"], reason="fell")], "without us"),
        ("placements.offering.tell", partial(placements.tell, placement=at["by approved"], given=WORD),
         [_withdrawn(two, "by approved")], "withdrawn"),
        ("placements.offering.accept", partial(placements.accept, placement=at["by told"], given=WORD),
         [no_bed], "declined"),
        ("placements.offering.decline", no_bed, [_withdrawn(two, "by told")], "withdrawn"),
        ("placements.offering.no_answer", partial(placements.no_answer, placement=at["by told"]),
         [partial(placements.accept, placement=at["by told"], given=WORD)], "has accepted"),
        ("placements.over.end",
         partial(placements.end, placement=at["by arrived"], outcome=EndOutcome.SETTLED),
         [partial(placements.end, placement=at["by arrived"], outcome=EndOutcome.BACK_TO_HOSPITAL)], "ended"),
        ("placements.over.end",
         partial(placements.end, placement=at["by arrived"], outcome=EndOutcome.DIED),
         [partial(placements.end, placement=at["by arrived"], outcome=EndOutcome.BACK_TO_HOSPITAL)], "died"),
        ("register.record_left_register",
         partial(register.record_left_register, setting=ash, on=TODAY),
         [partial(register.record_left_register, setting=ash, on=TODAY)], ""),
        ("register.record_left_register",
         partial(register.record_left_register, setting=fir, on=TODAY), [_joined(two, "fir")], "-"),
        ("reviews.record_review",
         partial(reviews.record_review, placement=at["by arrived"], review=review),
         [partial(taking_back.take_back_step, placement=at["by arrived"], reason="the wrong one")],
         "hasn't arrived"),
        ("reviews.record_assessment",
         partial(reviews.record_assessment, patient=at["other"],
                 assessment=Assessment(assessor="Di Fox", on=TODAY, findings="walks alone")),
         [_left(two, "other")], ""),
        ("left_behind.tick", partial(left_behind.tick, task=task, note="cancelled"),
         [partial(left_behind.tick, task=task)], "done already"),
        ("settings.declare_outbreak", partial(settings.declare_outbreak, setting=elm, organism=COVID),
         [partial(settings.declare_outbreak, setting=elm, organism=COVID)], "declared already"),
        ("settings.declare_outbreak", partial(settings.declare_outbreak, setting=fir, organism=COVID),
         [_joined(two, "fir")], "-"),
        ("settings.record_risk_assessment",
         partial(settings.record_risk_assessment, setting=oak, given=WORD),
         [partial(settings.declare_outbreak, setting=oak, organism=FLU)], "another organism"),
        ("settings.end_outbreak", partial(settings.end_outbreak, setting=oak),
         [partial(settings.end_outbreak, setting=oak)], "no outbreak"),
        ("settings.close_admissions",
         partial(settings.close_admissions, setting=ash, reason="a leak"),
         [partial(settings.open_admissions, setting=ash, given=WORD)], ""),
        ("settings.open_admissions",
         partial(settings.open_admissions, setting=ash, given=WORD),
         [partial(settings.open_admissions, setting=ash, given=WORD)], "is open"),
    ]  # fmt: skip


OF_OTHERS = {
    "placements.happened.doesnt_fit",
    "doesnt_fit.gone_without_placement",
    "doesnt_fit.return_as_far_as_it_fits",
    "placements.journeys.move_on",
}
"""How facts are taken that don't fit, done by nobody; and moving on, which is tried as `moved_on`."""
HOW_MANY = 44


@pytest.mark.whole
def test_every_kind_of_fact_is_tried(two: Two) -> None:
    cases = _cases(two)
    assert len(cases) == HOW_MANY
    assert {name for name, *_ in cases} | OF_OTHERS == {
        name for name, what in NATURES.items() if what is Nature.FACT
    }
    for name, fact, _meanwhile, _says in cases:
        assert as_intents(fact, two.clock.now)[0].name == name


@pytest.mark.whole
@pytest.mark.parametrize("number", range(HOW_MANY))
def test_a_fact_is_taken_whatever_was_recorded_elsewhere_meanwhile(two: Two, number: int) -> None:
    _name, fact, meanwhile, says = _cases(two)[number]
    before = {one.id for one in _all(two.one)}
    two.cut_off(fact)
    two.clock.now += LATER
    for action in meanwhile:
        two.meanwhile(action)
    two.heals()
    standing = two.sharing.standing()
    assert (standing.waiting, standing.returned) == (0, 0), two.sharing.returned()
    said = " ".join(
        f"{one.sentence} {one.reason} {[each.sentence for each in one.against]}"
        for one in _all(two.other)
        if one.id not in before
    )
    assert says.strip("-") in said


@pytest.mark.whole
def test_a_return_counts_as_far_as_it_fits_and_the_home_knows_what_was_said(two: Two) -> None:
    fir = two.at["fir"]
    report = _report(two, accepting=False, vacancies=0, free=(GroupFree(unit="Main", beds="B1", free=()),))
    two.cut_off(partial(capacity_returns.record_capacity_return, setting=fir, report=report))
    two.meanwhile(partial(settings.remove_beds, setting=fir, unit="Main", beds="B1", reason="closed"))
    two.heals()
    latest = two.other.ask(lambda queries: queries.latest_return(fir))
    assert latest is not None
    assert latest.accepting is False
    flagged = _all(two.other)[-1]
    assert (flagged.facts, flagged.patient, flagged.setting) == ((Happening.DOESNT_FIT,), "", fir)
    assert "Capacity return of Fir Lodge" in flagged.reason
    assert "accepting no, vacancies 0" in flagged.reason
    _does(
        two.other, partial(gone_after.hand_over, fact=flagged.id, to=two.jo.id, reason="rings them"), two.uma
    )
    two.one.take_what_came()
    two.one.perform(partial(gone_after.deal_with, fact=flagged.id, words="rang the home"), by=two.jo)
    assert _all(two.one)[-1].dealt_at is not None
    two.other.take_what_came()


@pytest.mark.whole
def test_whoever_left_by_a_placement_that_came_back_itself_is_where_it_would_have_been(two: Two) -> None:
    who, elm = two.at["other"], two.at["elm"]
    two.cut_off(partial(placements.propose_by_hand, choices={who: [stay(elm)]}, reason="their family"))
    two.cut_off(partial(happened.left, placement="L-0009", reason="fetched by their son"))
    two.meanwhile(partial(settings.close_admissions, setting=elm, reason="a leak"))
    two.meanwhile(partial(patients.exclude_setting, patient=who, setting=elm, reason="asked"))
    two.heals()
    [back] = two.sharing.returned()
    assert "propose_by_hand" in back.content
    said = " ".join(f"{one.sentence} {one.reason}" for one in _all(two.other)[1:])
    assert "Departure by L-0009" in said
