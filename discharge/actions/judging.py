"""What the rules say of placements under way, as things are now.

The verdict is the independent verifier's. The engine's libraries are imported only when it is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from discharge.actions.watched_words import Words
from discharge.model.case import Case
from discharge.model.flags import Flag, Mend, Severity
from discharge.model.infection import Test
from discharge.model.london import LONDON, london_date
from discharge.model.placement import ACTIVE, BEFORE_DEPARTED, PlacementState
from discharge.model.plan import Condition, Stay
from discharge.rules import transport
from discharge.rules.rule_set import RuleSet, Tested
from discharge.store.ask.placed import Looked, Placed, StayOf
from discharge.store.ask.queries import Queries
from discharge.words.days import day_words

if TYPE_CHECKING:
    from discharge.matching.verify.watching import Finding, Standing, Watched


def held_against(queries: Queries, placed: Placed) -> Looked:
    """What speaks against a placement as things are now, by the verifier that judged it first; of one that
    is over nothing.

    The part of the hub that concerns it is frozen as a case without the placement itself. Of a stay that
    has begun only what still matters is said: that the bed doesn't serve their infections any more, or
    that too many are there. The flags hold until `until` if nothing is recorded.
    """
    if placed.state not in ACTIVE:
        return Looked((), datetime.max.replace(tzinfo=LONDON))
    found: list[Flag] = []
    until = [_midnight(queries.today + timedelta(1))]
    for watched, offset in _watched(placed, queries.today):
        flags, changes = _judged(queries, placed, watched, offset)
        found += flags
        until += changes
    found += _over_before_it_begins(placed, queries.today)
    found += _untold(queries, placed)
    found += _journeys(queries, placed)
    found.sort(key=lambda flag: not flag.blocks)
    return Looked(tuple(dict.fromkeys(found)), min(at for at in until if at > queries.now))


def _midnight(when: date) -> datetime:
    return datetime.combine(when, time(), LONDON)


def _watched(placed: Placed, today: date) -> list[tuple[Watched, int]]:
    """What is to be judged of a placement, cut to today, each with the position of its first stay."""
    from discharge.matching.verify.watching import Watched

    def cut(stay: StayOf, *, end: date | None) -> Stay:
        view = stay.view
        return Stay(
            setting=view.setting,
            unit=view.unit,
            beds=view.beds,
            start=max(view.start, today),
            end=end,
            requirement=view.requirement,
            organisms=view.organisms,
        )

    def watched(stays: Sequence[Stay], left: date, standing: Standing) -> Watched:
        isolated = placed.stays[0].view.requirement in ("isolation", "designated")
        return Watched(placed.patient, left, tuple(stays), standing, isolated)

    if placed.state in BEFORE_DEPARTED:
        if _has_passed(placed.holding[0], today):
            return []
        first = placed.holding[0].view.start
        late = placed.state is not PlacementState.PROPOSED and first < today
        stays = [stay.view for stay in placed.holding]
        judged = [
            Stay(
                setting=stay.setting,
                unit=stay.unit,
                beds=stay.beds,
                start=today if late and at == 0 else stay.start,
                end=stay.end,
                requirement=stay.requirement,
                organisms=stay.organisms,
            )
            for at, stay in enumerate(stays)
        ]
        return [(watched(judged, judged[0].start, "waits"), 0)]
    # who is still there after the planned end is there until somebody records that they aren't
    current = placed.current
    ends = current.view.end
    here = cut(current, end=ends if ends is not None and ends > today else None)
    standing: Standing = "there" if placed.state is PlacementState.ARRIVED else "on_the_way"
    found = [(watched([here], placed.first_start, standing), placed.stay)]
    after = placed.next
    if after is not None and not _has_passed(after, today):
        onward = cut(after, end=after.view.end)
        found.append((watched([onward], placed.first_start, "onward"), placed.stay + 1))
    return found


def _has_passed(stay: StayOf, today: date) -> bool:
    """Whether nobody could begin it any more: it would end before somebody comes."""
    start, end = stay.view.start, stay.view.end
    return start < today and end is not None and end <= today


def _over_before_it_begins(placed: Placed, today: date) -> list[Flag]:
    """The stay that they are to go to next, where its time has passed."""
    if placed.state in BEFORE_DEPARTED:
        at, stay, which = 0, placed.holding[0], "first"
    elif placed.next is not None:
        at, stay, which = placed.stay + 1, placed.next, "second"
    else:
        return []
    if not _has_passed(stay, today):
        return []
    return [
        Flag(
            "N10",
            f"The {which} stay would be over before it begins.",
            Severity.BLOCK,
            _mend(placed, at),
            at,
        )
    ]


def _journeys(queries: Queries, placed: Placed) -> Iterator[Flag]:
    """Journeys that were booked for less than their infections ask now."""
    for at, stay in enumerate(placed.stays):
        booked = stay.view.transport
        if booked is None or not stay.holds or stay.view.departed_at is not None:
            continue
        asked = queries.journey_asks(placed.patient, max(london_date(booked.at), queries.today))
        for sentence in transport.refused(asked, booked.mode, booked.ppe):
            yield Flag(transport.RULE, sentence, Severity.BLOCK, Mend.BOOK, at)


def _untold(queries: Queries, placed: Placed) -> list[Flag]:
    """C5: a result came after the home of a stay to come was told."""
    told_seq = queries.person(placed.patient).told_seq
    waits = placed.state in BEFORE_DEPARTED
    return [
        Flag(
            "C5",
            f"A result came after {stay.view.setting_name} was told: tell it again before anybody leaves.",
            Severity.BLOCK,
            Mend.TELL,
            at,
        )
        for at, stay in enumerate(placed.stays)
        if stay in placed.holding
        and (waits or stay is not placed.current)
        and stay.view.told_at is not None
        and stay.told_seq < told_seq
    ]


def _judged(
    queries: Queries, placed: Placed, watched: Watched, offset: int
) -> tuple[list[Flag], list[datetime]]:
    """The flags of these stays, and the instants at which the clock alone may change them."""
    from discharge.matching.verify.watching import conditions_now, speaks_against

    begun = watched.standing in ("on_the_way", "there")
    case = queries.case_around(placed, {stay.setting for stay in watched.stays}, begun=begun)
    rules = queries.rules()
    names = queries.names_in(case)
    words = Words(placed.patient, names, today=queries.today)
    found = []
    for finding in speaks_against(case, watched, rules=rules):
        flag = _flag(placed, watched, finding, words, offset)
        if flag is not None:
            found.append(flag)
    if watched.standing == "waits" and not any(flag.blocks for flag in found):
        # of what can't go on as it is nobody asks what it would carry
        now = conditions_now(case, watched, rules=rules) - set(placed.conditions)
        found += _new_conditions(placed, now, words.who)
    return found, list(_instants(case, rules))


def _instants(case: Case, rules: RuleSet) -> Iterator[datetime]:
    """When a result comes to count, a test grows too old, a capacity return stale or expired."""
    second = timedelta(seconds=1)
    hours = {each.test_valid_hours for each in rules.organisms.values() if isinstance(each, Tested)}
    for patient in case.patients:
        for seen in patient.observations:
            if isinstance(seen, Test):
                yield seen.specimen_at
                yield from (seen.specimen_at + timedelta(hours=each) + second for each in hours if each)
                if seen.reported_at is not None:
                    yield seen.reported_at
    for setting in case.settings:
        if setting.capacity_reported_at is not None:
            yield setting.capacity_reported_at
            yield setting.capacity_reported_at + timedelta(hours=rules.stale_hours) + second
            yield setting.capacity_reported_at + timedelta(days=rules.expired_days) + second


def _flag(placed: Placed, watched: Watched, finding: Finding, words: Words, offset: int) -> Flag | None:
    at = offset + (finding.stay or 0)
    if watched.standing == "there" and finding.is_of("isolating_only"):
        return _well_among_the_ill(placed, finding, words)
    sentence = words.said(finding, there=watched.standing == "there")
    rule = finding.rule if finding.rule[1:].isdigit() else "N10"
    mend = _mend(placed, at)
    if finding.kind == "start":
        blocked_by = {"C3": Mend.ATTEST, "C1": Mend.TEST, "C2": Mend.TEST}
        return Flag(rule, sentence, Severity.BLOCK, blocked_by.get(rule, mend), at)
    if finding.kind != "itinerary" or rule == finding.rule:
        on_the_way = watched.standing == "on_the_way" and finding.rule == "N5"
        return Flag(rule, sentence, Severity.PERSON if on_the_way else Severity.BLOCK, mend, at)
    return _of_its_shape(placed, watched, finding, sentence, mend, today=words.today)


def _well_among_the_ill(placed: Placed, finding: Finding, words: Words) -> Flag | None:
    """Somebody who doesn't isolate any more is in an isolation bed still.

    Their way on has its own clock once the planned end has come, and an own room does them no harm; a cohort
    of the ill may, before anybody expected them to be well.
    """
    ends = placed.current.view.end
    in_cohort = finding.about is not None and finding.about.word == "cohort"
    if not in_cohort or (ends is not None and ends <= words.today):
        return None
    return Flag("R1", words.said(finding, there=True), Severity.PERSON, Mend.MOVE_OUT, placed.stay)


def _of_its_shape(
    placed: Placed, watched: Watched, finding: Finding, sentence: str, mend: Mend, *, today: date
) -> Flag | None:
    """A flag for what the stays break as an itinerary; what was approved may begin late."""
    proposed = placed.state is PlacementState.PROPOSED
    if finding.is_of("not_ready"):
        ready = Mend.WAIT if not proposed else mend
        return Flag("N10", sentence, Severity.BLOCK, ready)
    if finding.is_of("outside_horizon"):
        # what is approved is judged as beginning today at the earliest; what is far off was so when proposed
        return None if watched.left >= today else _passed(placed, watched)
    ends_otherwise = (
        finding.is_of("final_end") and finding.about is not None and finding.about.day is not None
    )
    if ends_otherwise and placed.first_start != watched.left:
        return None  # they are late: the stay is as long as was approved, less what they waited
    if finding.is_of("too_few_nights") and not proposed:
        return None
    if proposed:
        return Flag("S4", sentence, Severity.BLOCK, mend)
    return Flag("S4", sentence, Severity.PERSON, Mend.DECIDE)


def _passed(placed: Placed, watched: Watched) -> Flag:
    text = f"Its start, {day_words(watched.left)}, has passed: plan again, or propose a new day by hand."
    return Flag("N10", text, Severity.BLOCK, _mend(placed, 0))


def _mend(placed: Placed, at: int) -> Mend:
    """What mends a placement that can't go on so."""
    if placed.state is PlacementState.PROPOSED:
        return Mend.RETURN
    if placed.state in BEFORE_DEPARTED:
        return Mend.PLAN_AGAIN
    if at > placed.stay:
        return Mend.PLAN_NEXT
    return Mend.TURN_BACK if placed.state is PlacementState.DEPARTED else Mend.MOVE_OUT


def _new_conditions(placed: Placed, found: Collection[Condition], who: str) -> list[Flag]:
    """Conditions that the placement didn't carry when it was decided on: each needs a person."""
    flags = []
    if "clinical_release" in found:
        text = f"{who} will need a clinician's release from isolation, which wasn't so when this was decided."
        flags.append(Flag("C4", text, Severity.PERSON, Mend.RELEASE))
    if "retest" in found:
        text = f"{who}'s test has to be repeated before they leave, which wasn't so when this was decided."
        flags.append(Flag("C1", text, Severity.PERSON, Mend.TEST))
    unheard = [stay.view.setting_name for stay in placed.holding if stay.view.accepted_at is None]
    if "phone_to_confirm" in found and unheard:
        text = f"What {unheard[0]} said was free is old by now: ring to confirm."
        flags.append(Flag("N8", text, Severity.PERSON, Mend.PHONE))
    return flags


__all__ = ["held_against"]
