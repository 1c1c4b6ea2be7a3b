"""Who may do what: every action as every role, as nobody, and as somebody who is switched off."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

import pytest

from discharge.actions import (
    aid,
    calls,
    capacity_returns,
    designating,
    infections,
    joining,
    kept_beds,
    left_behind,
    many_homes,
    merging,
    papers,
    passing_on,
    patients,
    people,
    placements,
    planning,
    register,
    reviews,
    rights,
    second_word,
    settings,
    taking_back,
)
from discharge.actions import hub as the_hub
from discharge.actions.context import Action, Context
from discharge.actions.desk import EVERY_ROLE
from discharge.actions.placements import gone_after, happened
from discharge.matching.propose import propose
from discharge.model.call import Agreed, AidAnswer, AidKind, AidWay
from discharge.model.case import Weights
from discharge.model.designating import DesignationStep
from discharge.model.errors import Asked, NotAllowed
from discharge.model.files import write_plan
from discharge.model.infection import Clearance
from discharge.model.paper import PaperKind, WantedPaper
from discharge.model.patient_record import LeaveReason
from discharge.model.people import ApprovalRule, Role, User
from discharge.model.placement import DeclineReason, EndOutcome
from discharge.model.review import Assessment, Review
from discharge.model.setting import Free, Span
from discharge.model.setting_record import CapacityReturn, GroupSaid, SettingDetails
from discharge.rules.may import MAY, those_who_may
from discharge.store.journal import Kind
from discharge.store.signed import may_make
from tests.actions import observing
from tests.actions.a_hub import (
    CONSULTANT,
    COVID,
    DIRECTOR,
    MANAGER,
    MONDAY,
    TODAY,
    AHub,
    Clock,
    beds,
    stay,
    unit,
)
from tests.asked import facts_of, tasks_of
from tests.house import HOUSE, code
from tests.over import over

ACTIONS = HOUSE / "discharge" / "actions"
OTHERWISE = {
    "discharge/actions/desk.py": "the first person has to be able to add the others",
    "discharge/actions/people.py": "an administrator has to be left",
    "discharge/actions/vouching.py": "an administrator who can come in has to be left",
    "ui/frame/window.py": "who is taken first for a picture",
}
"""Files that look at somebody's roles otherwise than by the table, and why."""
CLEAR = "organisms.norovirus.clear_days"
ONLY = re.compile("^Only an? ")
SOON = TODAY + timedelta(11)
ELSEWHERE = {
    "bring_postcodes", "carry_answer", "remove_aside", "restore", "see_readers", "share_hub", "take_all_out",
}  # fmt: skip
"""Not done by an entry: the desk asks the table itself, or the window, as the hub isn't open then."""
AT_THE_DOOR = {
    "add_desk", "begin_signing", "change_data_key", "close_desk", "close_key", "erase_people", "recover",
    "record_failed", "send_for_decision", "set_home_key", "close_home_key", "set_own_key", "set_sheet_key",
    "take_home", "vouch_for",
}  # fmt: skip
"""Done in a hub that has keys: test_vouching.py, test_erasing.py, test_bundles.py, test_shared_desk.py,
test_homes_answers.py."""
OF_OTHERS = {
    "amend_patients", "amend_settings", "approve_together", "confirm_changes", "copy_unit",
    "correct_observation", "gone_without_placement", "held", "leave_together", "return_as_far_as_it_fits",
    "off_the_list", "record_answers", "record_phoned", "refuse_changes",
    "return_together", "take_back_changes", "take_back_entries", "take_back_entry", "take_back_import",
    "undo_observation", "waiting_back", "withdraw_observation",
}  # fmt: skip
"""Actions made of others alone: whoever may do those may do these."""


def bare(name: str) -> SettingDetails:
    """A setting of which little is known."""
    return SettingDetails(name=name, type="care_home", local_authority="Abbey")


def going_on(hub: AHub) -> tuple[str, str]:
    """Two placements whose second stay begins today: one with all that it asks for, one with nothing."""
    start = TODAY - timedelta(4)
    free = (Free(start=start, count=2),)
    red = unit("Red", beds(free=free), isolation="rooms", places=2)
    hot = hub.setting("The Firs", red, kind="hot_home", accepts_organisms=(COVID,))
    spans: dict[str, Any] = {"span": Span(start=start), "assured_on": start}
    hub.does(partial(designating.designate, setting=hot, unit="Red", given=DIRECTOR, **spans), hub.lead)
    home = hub.setting("Beech", unit("Main", beds(free=free)))
    first = stay(hot, start=start, end=TODAY, in_unit="Red")
    both = []
    for name in ("Two Stays", "Ivo Reed"):
        who = hub.positive(name, days_ago=10, ready_on=start)
        both.append(hub.walk(hub.proposed(who, first, stay(home, start=TODAY)), "arrived"))
    placement, untold = both
    for step in (placements.tell, placements.accept):
        hub.does(partial(step, placement=placement, stay=1, given=MANAGER))
    car = hub.transport(in_hours=90)
    hub.does(partial(placements.book, placement=placement, stay=1, transport=car))
    release = partial(placements.release, placement=placement, organism=COVID, on=TODAY)
    hub.does(release, hub.clinician)
    hub.clock.now = MONDAY
    return placement, untold


AGREED = Agreed(what="Send aprons", who="The hub", due=TODAY + timedelta(3))
AID = partial(
    aid.ask_for_aid, way=AidWay.ASKED, borough="Hackney", kind=AidKind.PPE, wanted_words="20 boxes of gloves"
)


def known_of_homes(hub: AHub, homes: list[str]) -> tuple[list[str], list[str]]:
    """Actions to be done, done, to be done; an outbreak that ended, and one that was looked back on; two
    requests for mutual aid, the second answered and owed."""
    for _ in range(3):
        hub.does(partial(calls.agree_action, setting=homes[8], agreed=AGREED))
    actions = [one.id for one in hub.desk.ask(lambda q: q.setting(homes[8])).agreed]
    hub.does(partial(calls.do_action, action=actions[1]))
    ended = []
    for organism in ("norovirus", COVID):
        hub.does(partial(settings.declare_outbreak, setting=homes[8], organism=organism))
        end = partial(settings.end_outbreak, setting=homes[8], organism=organism)
        ended.append(hub.does(end).entries[0])
    hub.does(partial(calls.review_outbreak, ended=ended[1], learned="Masks came late."))
    for _ in range(2):
        hub.does(AID)
    hub.does(partial(aid.answer_aid, aid="M-0002", answer=AidAnswer.YES, owed=True))
    return actions, ended


def everything(hub: AHub) -> dict[str, Action]:
    """Each action of the table in a hub in which it can be done."""
    twice, untold = going_on(hub)
    does, desk = hub.does, hub.desk
    homes = [hub.home(f"Elm {at}", phone="020 7946 0009") for at in range(12)]
    hot = hub.hot_home(vacancies=2)
    walked: dict[str, str] = {}
    who: dict[str, str] = {}
    states = ("proposed", "approved", "told", "accepted", "booked", "departed", "arrived")
    for at, state in enumerate(states):
        who[state] = hub.negative(f"{state.title()} Vale")
        walked[state] = hub.walk(hub.proposed(who[state], stay(homes[at])), state)
    isolating = hub.positive("Ida Cole")
    warm = hub.setting("The Yews", unit("Red", isolation="rooms", places=2), kind="hot_home")
    isolated = hub.walk(hub.proposed(isolating, stay(hot, end=SOON, in_unit="Red")), "arrived")
    hub.tested(who["arrived"], "positive", hours_ago=1)
    whom = desk.ask(lambda q: q.news(who["arrived"]))[0].whom
    given_up = hub.walk(hub.proposed(hub.negative("Gil Upton"), stay(homes[7])), "booked")
    does(partial(placements.withdraw, placement=given_up, reason="unwell again"))
    task = desk.ask(tasks_of)[0].id
    waits, other = hub.negative("Wim Aits"), hub.negative("Otto Her", born=None, born_words="about 1940")
    gone = hub.patient("Gone Fell")
    does(partial(patients.leave, patient=gone, reason=LeaveReason.WENT_HOME))
    merged, into = hub.patient("Meg Marsh"), hub.patient("Meg Marsh")
    does(partial(merging.merge_patients, patient=into, other=merged, take={}, reason="one person"))
    attested = hub.positive("Att Ested")
    word: dict[str, Any] = {"attestations": ["no_new_symptoms"], "given": CONSULTANT}
    does(partial(infections.record_attestations, patient=attested, **word))
    does(partial(patients.exclude_setting, patient=waits, setting=homes[11], reason="too far"))
    does(partial(calls.log_call, setting=homes[8], said="All well.", given=MANAGER))
    call = desk.ask(lambda q: q.setting(homes[8])).calls[0].id
    does(partial(settings.declare_outbreak, setting=homes[9], organism=COVID))
    does(partial(settings.close_admissions, setting=homes[10], reason="staffing"))
    left = hub.home("Lime Court")
    does(partial(register.record_left_register, setting=left, on=None))
    one, register_ = hub.home("Oak"), settings.register_setting
    two, three, four = (
        does(partial(register_, details=bare(name))).first for name in ("Oak", "Ash", "Yew Bare")
    )
    does(partial(joining.join_settings, setting=one, other=two, reason="a takeover"))
    kept = hub.negative("Kip Toole", pathway="P0", usual_setting=homes[8])
    keep = partial(kept_beds.keep_bed, setting=homes[8], unit="Main", beds="B1")
    does(partial(keep, patient=kept))
    own = partial(the_hub.set_local_value, source="the IPC lead", reason="agreed")
    does(partial(own, key=CLEAR, value=3), hub.lead)
    frozen = desk.ask(planning.freeze_case)
    plan = write_plan(propose(frozen.case, sha256=frozen.sha256))
    store = partial(planning.store_plan, case=frozen.content, plan=plan)
    stored = does(store).first
    proposals = desk.ask(lambda q: q.proposals_of(stored))
    someone, fixed, *_ = (name for name, each in proposals.items() if not each.locked)
    does(partial(planning.keep, plan=stored, patient=fixed))
    early = hub.proposed(hub.negative("Earl Lea"), stay(homes[7]))
    does(partial(happened.left, placement=early, reason="the ward needed the bed"))
    fact = desk.ask(facts_of)[0].id
    does(partial(gone_after.hand_over, fact=fact, to=hub.lead.id, reason="on leave"), hub.admin)
    away = hub.person("Ava Way", *EVERY_ROLE)
    does(partial(people.amend_user, user=away.id, active=False), hub.admin)
    asked = ("well", "isolation_ended", "long_term_assessed", "back_in_hospital")
    fine = Review.model_validate({"day": 3, **dict.fromkeys(asked, "not_known")})
    does(partial(reviews.record_review, placement=walked["arrived"], review=fine))
    review = desk.ask(lambda q: q.reviews(walked["arrived"]))[0].id
    found = Assessment(assessor="Ruth Calder", on=TODAY, findings="Walks with one")
    does(partial(reviews.record_assessment, patient=waits, assessment=found))
    assessed = desk.ask(lambda q: q.assessments(waits))[0].id
    sheet = partial(papers.issue_paper, kind=PaperKind.APPROVAL, about=walked["proposed"])
    does(sheet)
    issued = desk.ask(lambda q: q.issued_papers(walked["proposed"]))[0].id
    agreed, ended = known_of_homes(hub, homes)
    dearer = does(partial(settings.amend_setting, setting=homes[7], changes={"weekly_fee": 990.0})).entries
    surge = [ApprovalRule(name="surge", valid=Span(start=TODAY))]
    looser = does(partial(the_hub.set_approval_rules, rules=surge, reason="the panel"), hub.admin).entries
    approved: dict[str, Any] = {"placement": walked["approved"]}
    here: dict[str, Any] = {"setting": homes[11]}
    return {
        "amend_hub": partial(the_hub.amend_hub, changes={"name": "Two Boroughs"}),
        "describe_hospital": partial(the_hub.describe_hospital, code="ZZ901", name="Northmarsh General"),
        "set_approval_rules": partial(
            the_hub.set_approval_rules,
            rules=[ApprovalRule(name="normal", valid=Span(start=TODAY))],
            reason="agreed",
        ),
        "confirm_fee": partial(second_word.confirm_changes, changes=dearer),
        "confirm_rules": partial(second_word.confirm_changes, changes=looser),
        "choose_rule_set": partial(the_hub.choose_rule_set, rule_set="england-2022-04-04", reason="new"),
        "set_local_value": partial(own, key="stale_hours", value=48),
        "withdraw_local_value": partial(the_hub.withdraw_local_value, key=CLEAR, reason="by mistake"),
        "set_weights": partial(the_hub.set_weights, weights=Weights(delay=7)),
        "add_user": partial(people.add_user, name="Una", roles=[Role.CLINICIAN]),
        "amend_user": partial(people.amend_user, user=hub.coordinator.id, name="Cleo C."),
        "register_patient": partial(patients.register_patient, details=hub.details("New Comer")),
        "amend_patient": partial(patients.amend_patient, patient=waits, changes={"notes": "by the window"}),
        "record_observation": partial(
            observing.record_symptoms, patient=waits, organism="norovirus", onset_on=TODAY
        ),
        "record_clearance": partial(
            infections.record_observation,
            patient=isolating,
            observation=Clearance(kind="clearance", organism=COVID, isolate_until=TODAY + timedelta(30)),
        ),
        "record_attestations": partial(
            infections.record_attestations, patient=isolating, **word
        ),
        "withdraw_attestation": partial(
            infections.withdraw_attestation, patient=attested, attestation="no_new_symptoms", reason="a slip"
        ),
        "exclude_setting": partial(
            patients.exclude_setting, patient=waits, setting=homes[10], reason="too far"
        ),
        "include_setting": partial(
            patients.include_setting, patient=waits, setting=homes[11], reason="a new bus"
        ),
        "leave": partial(patients.leave, patient=waits, reason=LeaveReason.WENT_HOME),
        "take_back": partial(patients.take_back, patient=gone),
        "merge_patients": partial(
            merging.merge_patients, patient=waits, other=other, take={}, reason="one person"
        ),
        "take_back_setting": partial(settings.take_back_setting, setting=four, reason="a slip"),
        "known_as": partial(
            merging.known_as, patient=waits, called=desk.ask(lambda queries: queries.patient_details(waits))
        ),
        "part_patients": partial(merging.part_patients, patient=into, other=merged, reason="two"),
        "pass_on": partial(passing_on.pass_on, patient=who["arrived"], whom=whom, given=MANAGER),
        "register_setting": partial(
            register_, details=bare("New")
        ),
        "amend_setting": partial(settings.amend_setting, **here, changes={"notes": "ring twice"}),
        "add_unit": partial(settings.add_unit, **here, unit=unit("East")),
        "amend_unit": partial(settings.amend_unit, **here, unit="Main", changes={"isolation": "rooms"}),
        "set_beds": partial(settings.set_beds, **here, unit="Main", beds=beds(count=1)),
        "record_beds": partial(
            many_homes.record_beds, **here, groups=[GroupSaid(unit="Main", beds=beds(count=1))]
        ),
        "remove_beds": partial(settings.remove_beds, **here, unit="Main", beds="B1", reason="closed"),
        "keep_bed": partial(keep, patient=waits),
        "release_bed": partial(kept_beds.release_bed, setting=homes[8], patient=kept, reason="not needed"),
        "record_designation_step": partial(
            designating.record_designation_step,
            **here,
            unit="Main",
            step=DesignationStep.PUT_FORWARD,
            on=TODAY,
            beds=3,
        ),
        "designate": partial(
            designating.designate, setting=warm, unit="Red", span=Span(start=TODAY), given=DIRECTOR,
            assured_on=TODAY,
        ),
        "end_designation": partial(
            designating.end_designation, setting=hot, unit="Red", on=TODAY, reason="over", given=DIRECTOR
        ),
        "record_capacity_return": partial(
            capacity_returns.record_capacity_return,
            **here,
            report=CapacityReturn(reported_at=hub.clock.now, vacancies=1),
        ),
        "record_no_change": partial(capacity_returns.record_no_change, **here),
        "withdraw_return": partial(taking_back.withdraw_return, **here, reason="misheard"),
        "log_call": partial(calls.log_call, **here, said="All well.", given=MANAGER),
        "withdraw_call": partial(calls.withdraw_call, setting=homes[8], call=call, reason="another home"),
        "agree_action": partial(calls.agree_action, **here, agreed=AGREED),
        "do_action": partial(calls.do_action, action=agreed[0]),
        "reopen_action": partial(calls.reopen_action, action=agreed[1], reason="the wrong home"),
        "drop_action": partial(calls.drop_action, action=agreed[2], reason="not needed"),
        "review_outbreak": partial(calls.review_outbreak, ended=ended[0], learned="Masks came late."),
        "take_back_review": partial(calls.take_back_review, ended=ended[1], reason="the wrong home"),
        "ask_for_aid": AID,
        "answer_aid": partial(aid.answer_aid, aid="M-0001", answer=AidAnswer.NO),
        "give_back_aid": partial(aid.give_back_aid, aid="M-0002"),
        "take_back_aid": partial(
            aid.take_back_aid, aid="M-0002", step=Kind.AID_ANSWERED, reason="the wrong borough"
        ),
        "declare_outbreak": partial(settings.declare_outbreak, **here, organism=COVID),
        "end_outbreak": partial(settings.end_outbreak, setting=homes[9]),
        "record_risk_assessment": partial(settings.record_risk_assessment, setting=homes[9], given=DIRECTOR),
        "close_admissions": partial(settings.close_admissions, **here, reason="staffing"),
        "open_admissions": partial(settings.open_admissions, setting=homes[10]),
        "record_left_register": partial(register.record_left_register, **here, on=TODAY),
        "decide_on_register": partial(register.decide_on_register, setting=left, keep=True, reason="open"),
        "join_settings": partial(joining.join_settings, setting=homes[11], other=three, reason="one home"),
        "part_settings": partial(joining.part_settings, setting=one, other=two, reason="two homes"),
        "store_plan": store,
        "keep": partial(planning.keep, plan=stored, patient=someone),
        "stop_keeping": partial(planning.stop_keeping, patient=fixed),
        "propose_from_plan": partial(placements.propose_from_plan, plan=stored, patients=[someone]),
        "propose_by_hand": partial(
            placements.propose_by_hand, choices={other: [stay(homes[9 - 1])]}, reason="near their family"
        ),
        "approve": partial(placements.approve, placement=walked["proposed"]),
        "return_": partial(placements.return_, placement=walked["proposed"], reason="too far"),
        "tell": partial(placements.tell, **approved, given=MANAGER),
        "accept": partial(placements.accept, placement=walked["told"], given=MANAGER),
        "decline": partial(
            placements.decline, placement=walked["told"], code=DeclineReason.NO_BED, given=MANAGER
        ),
        "no_answer": partial(placements.no_answer, placement=walked["told"]),
        "book": partial(placements.book, placement=walked["accepted"], transport=hub.transport()),
        "depart": partial(placements.depart, placement=walked["booked"]),
        "arrive": partial(placements.arrive, placement=walked["departed"]),
        "move_on": partial(placements.move_on, placement=twice),
        "release": partial(placements.release, placement=isolated, organism=COVID, on=SOON),
        "not_released": partial(placements.not_released, placement=isolated, reason="coughs still"),
        "plan_onward": partial(placements.plan_onward, placement=isolated),
        "end": partial(placements.end, placement=walked["arrived"], outcome=EndOutcome.SETTLED),
        "withdraw": partial(placements.withdraw, **approved, reason="unwell again"),
        "take_back_step": partial(taking_back.take_back_step, placement=walked["told"], reason="misheard"),
        "tick": partial(left_behind.tick, task=task),
        "record_review": partial(reviews.record_review, placement=walked["arrived"], review=fine),
        "withdraw_review": partial(
            reviews.withdraw_review, placement=walked["arrived"], review=review, reason="a slip"
        ),
        "give_copy": partial(rights.give_copy, patient=waits, to="her", reason="asked"),
        "record_assessment": partial(reviews.record_assessment, patient=waits, assessment=found),
        "withdraw_assessment": partial(
            reviews.withdraw_assessment, patient=waits, assessment=assessed, reason="a slip"
        ),
        "issue_paper": sheet,
        "issue_papers": partial(
            papers.issue_papers, wanted=[WantedPaper(kind=PaperKind.APPROVAL, about=walked["proposed"])]
        ),
        "recall_paper": partial(papers.recall_paper, paper=issued, reason="misprinted"),
        "left": partial(happened.left, **approved, reason="the ward needed the bed"),
        "arrived": partial(happened.arrived, **approved, reason="the ward needed the bed"),
        "moved_on": partial(happened.moved_on, placement=untold, reason="the ward needed the bed"),
        "left_without_us": partial(
            happened.left_without_us, patient=waits, reason="by the ward", elsewhere="a hotel"
        ),
        "arrived_elsewhere": partial(
            happened.arrived_elsewhere, **approved, reason="by the crew", elsewhere="a hotel"
        ),
        "turned_away": partial(
            happened.turned_away, placement=walked["departed"], reason="no bed", code=DeclineReason.NO_BED
        ),
        "readmitted": partial(happened.readmitted, placement=walked["arrived"], reason="unwell"),
        "died": partial(happened.died, patient=waits),
        "doesnt_fit": partial(
            happened.doesnt_fit, about=waits, words="died", why="They have left.", rule="", at=MONDAY
        ),
        "deal_with": partial(gone_after.deal_with, fact=fact, words="Rang the ward."),
        "hand_over": partial(gone_after.hand_over, fact=fact, to=hub.coordinator.id, reason="on leave"),
        "hand_over_anothers": partial(
            gone_after.hand_over, fact=fact, to=hub.coordinator.id, reason="on leave"
        ),
    }  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[AHub, Mapping[str, Action]]]:
    """The hub, which no test changes, and what can be done in it."""
    hub = AHub(tmp_path_factory.mktemp("hub") / "a.discharge", Clock(MONDAY - timedelta(4)))
    yield hub, MappingProxyType(everything(hub))
    hub.desk.close()


def does_it(hub: AHub, action: Action, by: User) -> Role:
    """The role that goes on record where this user does it, all that is asked answered. Nothing is kept."""
    answers: dict[str, str] = {}

    while True:
        try:
            made = hub.desk.ask(lambda q: action(Context(q, by, q.now, hub.desk.postcodes, answers)))
            # whoever checks the record has to find that its role may make each of them
            assert [each.kind for each in made if not may_make(each.kind, each.role)] == []
            return made[0].role
        except Asked as asked:
            answers[asked.key] = f"{answers.get(asked.key, '')} so it is"


def as_(hub: AHub, name: str, *roles: Role, active: bool = True) -> User:
    """Somebody of the hub with these roles: to whom it went, where it depends on that."""
    user = hub.clinician if name == "hand_over_anothers" else hub.lead
    return user.model_copy(update={"roles": frozenset(roles), "active": active})


@over("name", sorted(set(MAY) - ELSEWHERE - AT_THE_DOOR))
def test_an_action_is_done_by_the_roles_of_the_table_and_refused_to_all_others(
    made: tuple[AHub, Mapping[str, Action]], name: str
) -> None:
    hub, actions = made
    for role in Role:
        if role in MAY[name].roles:
            assert does_it(hub, actions[name], as_(hub, name, role)) is role
        else:
            with pytest.raises(NotAllowed, match=ONLY) as refusal:
                does_it(hub, actions[name], as_(hub, name, role))
            assert refusal.value.rule == MAY[name].rule
            assert role.words not in refusal.value.sentence
    assert does_it(hub, actions[name], as_(hub, name, *Role)) is MAY[name].roles[0]


@over("name", sorted(set(MAY) - ELSEWHERE - AT_THE_DOOR))
def test_the_store_takes_nothing_of_somebody_without_the_role_of_nobody_and_of_who_is_switched_off(
    made: tuple[AHub, Mapping[str, Action]], name: str
) -> None:
    hub, actions = made
    away = hub.desk.ask(lambda q: next(user for user in q.people() if not user.active))
    assert away.roles == EVERY_ROLE
    nobody = User(id="U-0099", name="Nobody", roles=frozenset(Role))
    for user in (away, nobody, away.model_copy(update={"active": True})):
        with hub.refuses(says="is no longer at this hub"):
            hub.does(actions[name], by=user)
    for user in (hub.admin, hub.coordinator, hub.lead, hub.clinician):
        if not user.roles & frozenset(MAY[name].roles):
            with hub.refuses(rule=MAY[name].rule, says="Only a"):
                hub.does(actions[name], by=user)
            with hub.refuses(rule=MAY[name].rule, says="Only a"):
                hub.does(actions[name], by=user.model_copy(update={"roles": frozenset(Role)}))
    with pytest.raises(NotAllowed, match=ONLY):
        does_it(hub, actions[name], as_(hub, name))


@pytest.mark.parametrize("role", Role)
def test_a_file_moved_aside_is_removed_by_the_roles_of_the_table(
    made: tuple[AHub, Mapping[str, Action]], role: Role
) -> None:
    hub, _ = made
    aside = hub.path.with_name(f"{hub.path.name}.aside-20201116-080000")
    aside.write_text("as it was", encoding="utf-8")
    by = as_(hub, "remove_aside", role)
    if role not in MAY["remove_aside"].roles:
        with pytest.raises(NotAllowed, match=ONLY):
            hub.desk.remove_aside(aside, by=by)
    else:
        hub.desk.remove_aside(aside, by=by)
    assert aside.exists() is (role not in MAY["remove_aside"].roles)


def asked_in(function: ast.FunctionDef) -> set[str]:
    """The names under which a function asks the table."""
    return {
        argument.value
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "context.role"
        for argument in ast.walk(call.args[0])
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def functions() -> Iterator[tuple[ast.FunctionDef, set[str]]]:
    """Every function that is given the context of an action, and the names under which it asks the table."""
    for path in sorted(ACTIONS.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg == "context":
                yield node, asked_in(node)


def test_every_action_asks_the_table_under_its_own_name() -> None:
    given_a_context = tuple(functions())
    actions = {
        each.name: asked
        for each, asked in given_a_context
        if not each.name.startswith("_") and ast.unparse(each.returns or each).endswith("[Entry]")
    }
    assert not [name for name in OF_OTHERS if actions[name]]
    own = {name: asked for name, asked in actions.items() if name not in OF_OTHERS}
    observing = {"record_observation", "record_clearance"}
    del own["record_observation"], own["noted_arrival"]
    assert [name for name, asked in own.items() if name not in asked] == []
    confirming = {"confirm_fee", "confirm_rules"}
    assert set(own) | observing | confirming | {"hand_over_anothers"} == set(MAY) - ELSEWHERE
    assert {name for _, asked in given_a_context for name in asked} == set(MAY) - ELSEWHERE


def test_the_people_that_a_placements_page_names_are_those_who_may_approve_it(
    made: tuple[AHub, Mapping[str, Action]],
) -> None:
    hub, actions = made
    placement = actions["approve"].keywords["placement"]  # type: ignore[attr-defined]
    page = hub.desk.ask(lambda q: q.approval(placement))
    named = [user.name for user in those_who_may("approve", page.deciders)]
    able = []
    for user in hub.desk.people():
        if user.active and user.id != hub.coordinator.id:
            with suppress(NotAllowed):
                does_it(hub, actions["approve"], user)
                able.append(user.name)
    assert sorted(named) == sorted(able) == ["Lee Lead"]


def test_nothing_but_the_table_says_what_a_role_may() -> None:
    found = {
        name
        for name, tree in code(having=r"\bRole\.")
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.In | ast.NotIn)
        and ast.unparse(node.left).startswith("Role.")
        and ast.unparse(node.comparators[0]).endswith("roles")
    }
    assert found == set(OTHERWISE)
