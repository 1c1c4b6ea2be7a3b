"""A week at the demo hub: who was proposed what, who said yes or no, and who is where on Monday morning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import get_args

from discharge.actions.aid import ask_for_aid
from discharge.actions.calls import log_call
from discharge.actions.demo_walk import Walk
from discharge.actions.infections import record_attestations
from discharge.actions.papers import issue_paper
from discharge.actions.patients import amend_patient, exclude_setting
from discharge.actions.placements import (
    accept,
    approve,
    arrive,
    book,
    decline,
    depart,
    end,
    no_answer,
    propose_by_hand,
    propose_from_plan,
    release,
    return_,
    tell,
)
from discharge.actions.planning import freeze_case, keep, store_plan
from discharge.actions.reviews import record_review
from discharge.model.approving import Principle
from discharge.model.base import YesNo
from discharge.model.call import Agreed, AidKind, AidWay, Answers
from discharge.model.files import write_plan
from discharge.model.infection import Attestation
from discharge.model.paper import PaperKind
from discharge.model.people import Given, How, User
from discharge.model.placement import DeclineReason, EndOutcome, StayChoice, Transport
from discharge.model.review import Review
from discharge.model.travel import CrewPpe, TransportMode

COVID = "sars-cov-2"


def november(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2020."""
    return datetime(2020, 11, day, hour, minute, tzinfo=UTC)


def tell_the_story(walk: Walk) -> None:
    """The week from Monday the 9th to eight o'clock on Monday the 16th; people by their keys."""
    placed: dict[str, str] = {}
    _first_isolations(walk, placed)
    _thursday(walk, placed)
    _answers(walk, placed)
    _sunday(walk, placed)
    _asked_after(walk, placed)
    _on_paper(walk, placed)
    _asked_homes(walk)
    _monday_morning(walk, placed)
    walk.to(november(16, 7, 58))


def _first_isolations(walk: Walk, placed: dict[str, str]) -> None:
    """Four people who isolate, chosen by hand before the hub planned for the first time."""
    walk.to(november(9, 14))
    kingfisher, tern = walk.settings["Kingfisher House"], walk.settings["Tern House"]
    marsh = walk.settings["Marsh Lane Recovery Unit"]
    alder, bittern = walk.settings["Alder Court"], walk.settings["Bittern Lodge"]
    _by_hand(
        walk,
        placed,
        {
            "edith": [_stay(kingfisher, "Red", "R1", 10, 17), _stay(alder, "Main", "B1", 17)],
            "vera": [_stay(kingfisher, "Red", "R1", 10, 16), _stay(bittern, "Reed", "B1", 16)],
            "norman": [_stay(tern, "Red", "R1", 10, 17)],
        },
        reason="The designated units opened this morning; agreed with all three on the phone.",
        by=walk.coordinator,
    )
    three = list(enumerate(("edith", "vera", "norman")))
    for at, key in three:
        _approve(walk, placed[key], by=walk.leads[1], at=november(9, 14, 50 + at))
    for at, key in three:
        _told(walk, placed[key], at=november(9, 15, 10 + 5 * at))
    for at, key in three:
        _accepted(walk, placed[key], at=november(9, 16, 20 + 5 * at))
    for at, key in three:
        leaves = november(10, 10, 15 + 15 * at)
        _booked(walk, placed[key], leaves, CrewPpe.DROPLET, at=november(9, 16, 40 + at))
    walk.to(november(10, 10, 12))
    _by_hand(
        walk,
        placed,
        {"percy": [_stay(marsh, "Red", "B1", 11, 21), _stay(marsh, "Green", "G1", 21, 49)]},
        reason="One place for isolation and rehabilitation.",
        by=walk.coordinator,
    )
    for at, key in three:
        _there(walk, placed[key], left=november(10, 10, 20 + 15 * at), minutes=12)
    _approve(walk, placed["percy"], by=walk.leads[0], at=november(10, 13))
    _told(walk, placed["percy"], at=november(10, 13, 30))
    _accepted(walk, placed["percy"], at=november(10, 15))
    _booked(walk, placed["percy"], november(11, 11), CrewPpe.DROPLET, at=november(10, 15, 30))
    _there(walk, placed["percy"], left=november(11, 11, 10), minutes=40)


def _thursday(walk: Walk, placed: dict[str, str]) -> None:
    """The first plan, and what was sent of it."""
    walk.to(november(12, 9, 45))
    plan = _planned(walk, by=walk.coordinator)
    walk.to(november(12, 9, 58))
    _sent(walk, placed, plan, ["hilda", "frank", "agnes", "ronald", "lily"], by=walk.coordinator)
    for at, key in enumerate(("hilda", "frank", "ronald", "lily")):
        _approve(walk, placed[key], by=walk.leads[0], at=november(12, 10, 30 + 3 * at))
    walk.to(november(12, 10, 50))
    walk.do(
        partial(
            return_,
            placement=placed["agnes"],
            reason="Her husband lives in Easterbrook and visits daily: please ask for a home nearer to him.",
            principle=Principle.RESPECT,
        ),
        by=walk.leads[0],
    )
    walk.to(november(12, 11))
    walk.do(
        partial(
            exclude_setting,
            patient=walk.people["agnes"],
            setting=walk.settings["Kingfisher House"],
            reason="Too far for her husband; the LA lead asked for another home.",
        ),
        by=walk.coordinator,
    )
    for at, key in enumerate(("hilda", "frank", "ronald", "lily")):
        _told(walk, placed[key], at=november(12, 11, 5 + 8 * at))
    _accepted(walk, placed["hilda"], at=november(12, 12, 10))
    _booked(walk, placed["hilda"], november(12, 14), CrewPpe.MASK, at=november(12, 12, 25))
    _there(walk, placed["hilda"], left=november(12, 14, 5), minutes=40)
    _accepted(walk, placed["lily"], at=november(12, 15, 10))
    _booked(walk, placed["lily"], november(13, 10), CrewPpe.MASK, at=november(12, 15, 35))


def _answers(walk: Walk, placed: dict[str, str]) -> None:
    """A home that declined, one that never answered, somebody who settled, and a release."""
    walk.to(november(13, 9, 10))
    walk.do(
        partial(
            decline,
            placement=placed["frank"],
            code=DeclineReason.RESIDENT_MIX,
            given=_manager(walk, placed["frank"]),
            note="Two residents walk at night on the same corridor.",
        ),
        by=walk.coordinator,
    )
    _there(walk, placed["lily"], left=november(13, 10, 10), minutes=25)
    walk.to(november(13, 15, 30))
    walk.do(partial(no_answer, placement=placed["ronald"], note="Rang four times."), by=walk.coordinator)
    _rung(walk)
    walk.to(november(14, 9, 30))
    walk.do(
        partial(release, placement=placed["vera"], organism=COVID, on=date(2020, 11, 16)), by=walk.clinician
    )
    _told(walk, placed["vera"], at=november(14, 10))
    _accepted(walk, placed["vera"], at=november(14, 15, 20))
    walk.to(november(15, 9, 40))
    walk.do(
        partial(end, placement=placed["hilda"], outcome=EndOutcome.SETTLED, note="Settled in well."),
        by=walk.coordinator,
    )
    _told(walk, placed["edith"], at=november(15, 11, 20))
    _accepted(walk, placed["edith"], at=november(15, 13, 5))


def _sunday(walk: Walk, placed: dict[str, str]) -> None:
    """The second plan, and how far it got."""
    walk.to(november(15, 14))
    plan = _planned(walk, by=walk.at_weekends)
    walk.to(november(15, 14, 12))
    _sent(
        walk, placed, plan, ["jack", "nora", "cecil", "dora", "reg", "marge", "victor"], by=walk.at_weekends
    )
    walk.to(november(15, 14, 20))
    kittiwake = walk.settings["Kittiwake House"]
    _by_hand(
        walk,
        placed,
        {"joan": [_stay(kittiwake, "Main", "B1", 18)]},
        reason="Her sister lives there, and the home keeps the place for her.",
        by=walk.at_weekends,
    )
    for at, key in enumerate(("jack", "nora", "cecil", "dora", "reg")):
        _approve(walk, placed[key], by=walk.leads[at % 2], at=november(15, 14, 40 + 2 * at))
    for at, key in enumerate(("jack", "nora", "cecil", "dora")):
        _told(walk, placed[key], at=november(15, 15, 5 + 6 * at))
    for at, key in enumerate(("jack", "nora", "cecil")):
        _accepted(walk, placed[key], at=november(15, 15, 50 + 3 * at))
    _booked(walk, placed["jack"], november(16, 7, 30), CrewPpe.MASK, at=november(15, 16, 5))
    _booked(walk, placed["nora"], november(16, 10, 30), CrewPpe.MASK, at=november(15, 16, 15))
    _booked(walk, placed["vera"], november(16, 11), CrewPpe.MASK, at=november(15, 16, 25))


def _asked_after(walk: Walk, placed: dict[str, str]) -> None:
    """What became of those who moved by Thursday; Lily's home is to be asked on Monday."""
    fine = Review(
        day=3,
        well=YesNo.YES,
        isolation_ended=YesNo.NOT_KNOWN,
        long_term_assessed=YesNo.NOT_KNOWN,
        back_in_hospital=YesNo.NO,
    )
    for at, key in enumerate(("edith", "vera", "norman", "percy", "hilda")):
        walk.to(november(15, 16, 40 + 3 * at))
        walk.do(partial(record_review, placement=placed[key], review=fine), by=walk.coordinator)


def _on_paper(walk: Walk, placed: dict[str, str]) -> None:
    """What left the hub in writing."""
    walk.to(november(15, 16, 58))
    for key, kind in (
        ("dora", PaperKind.OFFER),
        ("jack", PaperKind.HANDOVER),
        ("nora", PaperKind.HANDOVER),
    ):
        walk.do(partial(issue_paper, kind=kind, about=placed[key]), by=walk.coordinator)


def _monday_morning(walk: Walk, placed: dict[str, str]) -> None:
    """The last hour; an allergy that is heard of makes Nora's pack out of date."""
    walk.to(november(16, 7, 34))
    nora = walk.people["nora"]
    known = walk.desk.ask(lambda queries: queries.patient_details(nora)).handover
    more = known.model_copy(update={"allergies": f"{known.allergies}; plasters: blisters"})
    walk.do(partial(amend_patient, patient=nora, changes={"handover": more}), by=walk.coordinator)
    walk.to(november(16, 7, 36))
    walk.do(partial(depart, placement=placed["jack"]), by=walk.coordinator)
    walk.to(november(16, 7, 42))
    every = partial(record_attestations, patient=walk.people["vera"], attestations=get_args(Attestation))
    walk.do(every, by=walk.clinician)
    walk.to(november(16, 7, 50))
    plan = _planned(walk, by=walk.coordinator)
    walk.to(november(16, 7, 56))
    walk.do(partial(keep, plan=plan, patient=walk.people["hugo"]), by=walk.coordinator)


def _rung(walk: Walk) -> None:
    """Two calls that are in the log: one that was answered, one that wasn't."""
    hazel, teasel = walk.settings["Hazel Dene"], walk.settings["Teasel Court"]
    manager = _manager_of(walk, hazel)
    said = "One resident goes home on Wednesday. Ring again on Monday before nine for what is free."
    walk.to(november(13, 16, 10))
    walk.do(partial(log_call, setting=hazel, said=said, given=manager), by=walk.coordinator)
    walk.to(november(13, 16, 25))
    walk.do(partial(log_call, setting=teasel), by=walk.coordinator)


def _manager_of(walk: Walk, setting: str) -> Given:
    """The home's registered manager, on the telephone."""
    details = walk.desk.ask(lambda queries: queries.setting_details(setting))
    return Given(
        how=How.PHONE, name=details.registered_manager, role="registered manager", number=details.phone
    )


def _asked_homes(walk: Walk) -> None:
    """Sunday's calls with their answers, what was agreed in one, and what a neighbouring borough asks for."""
    short = Agreed(
        what="Bring aprons and gloves from the borough's store",
        who="The hub",
        due=date(2020, 11, 16),
    )
    bittern = walk.settings["Bittern Lodge"]
    calls = (
        (bittern, Answers(residents_suspected=0, residents_confirmed=0, staff_suspected=1, staff_confirmed=0,
                          deaths=0, empty_beds=3, can_take=2, admitted=0, left=1, staffing="amber",
                          staff_absent=2, ppe_days=2.0, tested_on=date(2020, 11, 12)), short),
        (walk.settings["Hazel Dene"],
         Answers(residents_suspected=0, residents_confirmed=0, staff_suspected=0, staff_confirmed=0, deaths=0,
                 empty_beds=2, can_take=1, admitted=1, left=0, staffing="green", staff_absent=1, ppe_days=6.0,
                 tested_on=date(2020, 11, 14)), None),
        (walk.settings["Cedar Lawn"],
         Answers(residents_suspected=0, residents_confirmed=0, staff_suspected=0, staff_confirmed=0, deaths=1,
                 empty_beds=1, can_take=1, admitted=0, left=0, staffing="green", staff_absent=0,
                 ppe_days=20.0, tested_on=date(2020, 11, 13)), None),
    )  # fmt: skip
    for at, (setting, answers, agreed) in enumerate(calls):
        walk.to(november(15, 17, 5 + 4 * at))
        call = partial(
            log_call, setting=setting, given=_manager_of(walk, setting), answers=answers, agreed=agreed
        )
        walk.do(call, by=walk.coordinator)
    walk.to(november(15, 17, 30))
    asked = partial(
        ask_for_aid,
        way=AidWay.WANTED,
        borough="Lower Fenwick",
        kind=AidKind.BED,
        wanted_words="1 nursing bed, nobody infected",
        needed_by=date(2020, 11, 17),
    )
    walk.do(asked, by=walk.coordinator)


# --- steps ---------------------------------------------------------------------------------------------


def _stay(setting: str, unit: str, beds: str, start: int, to: int | None = None) -> StayChoice:
    """A stay from a day of November to another; days after the 30th count on into December."""
    first = date(2020, 11, start)
    last = None if to is None else first + timedelta(to - start)
    return StayChoice(setting=setting, unit=unit, beds=beds, start=first, end=last)


def _by_hand(
    walk: Walk, placed: dict[str, str], chosen: dict[str, list[StayChoice]], *, reason: str, by: User
) -> None:
    choices = {walk.people[key]: stays for key, stays in chosen.items()}
    by_hand = partial(propose_by_hand, choices=choices, reason=reason, principle=Principle.PROPORTIONALITY)
    changed = walk.do(by_hand, by=by)
    placed.update(zip(chosen, changed.subjects, strict=True))


def _planned(walk: Walk, *, by: User) -> str:
    """Plans the hub as it is and stores the plan."""
    from discharge.matching.propose import propose

    frozen = walk.desk.ask(freeze_case)
    plan = propose(frozen.case, sha256=frozen.sha256)
    changed = walk.do(
        partial(store_plan, case=frozen.content, plan=write_plan(plan), head=frozen.head),
        by=by,
    )
    return changed.first


def _sent(walk: Walk, placed: dict[str, str], plan: str, keys: Sequence[str], *, by: User) -> None:
    patients = [walk.people[key] for key in keys]
    changed = walk.do(partial(propose_from_plan, plan=plan, patients=patients), by=by)
    placed.update(zip(keys, changed.subjects, strict=True))


def _approve(walk: Walk, placement: str, *, by: User, at: datetime) -> None:
    walk.to(at)
    walk.do(partial(approve, placement=placement), by=by)


def _manager(walk: Walk, placement: str) -> Given:
    """The word of the registered manager of the setting that comes next, by phone."""
    row = walk.desk.ask(lambda queries: queries.placement(placement)).row
    waiting = [stay for stay in row.stays if stay.arrived_at is None]
    details = walk.desk.ask(lambda queries: queries.setting_details(waiting[0].setting))
    return Given(
        how=How.PHONE,
        name=details.registered_manager,
        role="registered manager",
        number=details.phone,
    )


def _told(walk: Walk, placement: str, *, at: datetime) -> None:
    walk.to(at)
    given = _manager(walk, placement)
    walk.do(
        partial(tell, placement=placement, given=given, assessor="Ruth Calder"),
        by=walk.coordinator,
    )


def _accepted(walk: Walk, placement: str, *, at: datetime) -> None:
    walk.to(at)
    walk.do(partial(accept, placement=placement, given=_manager(walk, placement)), by=walk.coordinator)


def _booked(walk: Walk, placement: str, leaves: datetime, ppe: CrewPpe, *, at: datetime) -> None:
    walk.to(at)
    transport = Transport(
        mode=TransportMode.HOSPITAL_CAR if ppe is CrewPpe.MASK else TransportMode.AMBULANCE_SEATED,
        ppe=ppe,
        at=leaves,
        provider="Three Boroughs Patient Transport",
    )
    walk.do(partial(book, placement=placement, transport=transport), by=walk.coordinator)


def _there(walk: Walk, placement: str, *, left: datetime, minutes: int) -> None:
    walk.to(left)
    walk.do(partial(depart, placement=placement), by=walk.coordinator)
    walk.to(left + timedelta(minutes=minutes))
    walk.do(partial(arrive, placement=placement), by=walk.coordinator)
