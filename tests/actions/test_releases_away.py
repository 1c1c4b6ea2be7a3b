"""A clinician's release from isolation as a sealed file: the round trip, and everything that is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import patients, placements
from discharge.actions.away import Decided, answer, open_bundle
from discharge.actions.bundles import take_in
from discharge.exchange.bundle_file import DAYS, Answers, Released, read_answers, write_answers
from discharge.keys.statements import Statement
from discharge.model.approving import APPROVE, RELEASE, RETURN
from discharge.model.errors import NotAllowed, UserError
from discharge.model.infection import Clearance
from discharge.model.people import Role, User
from discharge.model.placement import EndOutcome
from discharge.store.journal import Kind
from tests.actions.a_hub import COVID, TODAY, AHub, Clock
from tests.actions.a_signed_hub import Attacked, signer_of, with_keys
from tests.actions.away import answered, away, isolates, opened, released, sent, taken, to_release, waits
from tests.actions.signing import begins_signing, joins

NOT_YET = Decided(RETURN, "Coughs still")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[AHub]:
    made = AHub(tmp_path / "hub.desk", Clock())
    begins_signing(made)
    yield made
    assert made.desk.verify().is_intact
    made.desk.close()


def by_kit(hub: AHub, content: bytes, decided: Decided) -> bytes:
    """The clinician's answer to all that was sent to them."""
    return answered(hub, content, decided, who=hub.clinician)


def why(hub: AHub, content: bytes) -> str:
    """Why an answer to one question wasn't taken in; it changed nothing."""
    before = hub.desk.ask(lambda queries: queries.head())
    (one,) = taken(hub, content)
    assert not one.entries
    assert one.mend
    assert hub.desk.ask(lambda queries: queries.head()) == before
    return one.sentence


# --- the round trip -----------------------------------------------------------------------------------


def test_a_release_comes_home_in_the_clinicians_name_with_its_date_and_reason(hub: AHub) -> None:
    (placement,) = isolates(hub, "Ida Cole")
    (came,) = taken(hub, by_kit(hub, to_release(hub, placement), released()))
    assert (came.decision, came.by) == (RELEASE, "Kit Clinician")
    lines = hub.desk.ask(lambda queries: [queries.entry(name) for name in came.entries])
    assert [line and (line.kind, line.user, line.role) for line in lines] == [
        (Kind.OBSERVATION_RECORDED, hub.clinician.id, Role.CLINICIAN),
        (Kind.PLACEMENT_RELEASED, hub.clinician.id, Role.CLINICIAN),
    ]
    page = hub.desk.ask(lambda queries: queries.release(placement))
    assert page.row.released
    cleared = Clearance(organism=COVID, released_on=TODAY)
    assert cleared in [each.observation for each in page.observations]
    said = page.placement.timeline[0].sentence
    assert said == (
        "Released by a clinician from isolation with COVID-19 on Mon 16 Nov. Reason: Two negative tests."
        " Answered by file, signed Mon 16 Nov 11:00; taken in by Cleo Coordinator."
    )


def test_a_day_to_come_stands_as_the_date_until_which_they_isolate(hub: AHub) -> None:
    (placement,) = isolates(hub, "Ida Cole")
    assert taken(hub, by_kit(hub, to_release(hub, placement), released(days=3)))[0].entries
    page = hub.desk.ask(lambda queries: queries.release(placement))
    assert page.row.isolation_end == TODAY + timedelta(3)


def test_a_return_is_on_record_with_its_reason_and_they_isolate_on(hub: AHub) -> None:
    (placement,) = isolates(hub, "Ida Cole")
    before = hub.desk.ask(lambda queries: queries.release(placement)).row
    (came,) = taken(hub, by_kit(hub, to_release(hub, placement), NOT_YET))
    (entry,) = came.entries
    line = hub.desk.ask(lambda queries: queries.entry(entry))
    assert line is not None
    assert (line.kind, line.user) == (Kind.PLACEMENT_NOT_RELEASED, hub.clinician.id)
    page = hub.desk.ask(lambda queries: queries.release(placement))
    assert page.row == before
    assert page.placement.timeline[0].sentence.startswith(
        "Not released from isolation by a clinician. Reason: Coughs still. Answered by file, signed"
    )


def test_they_see_what_the_hubs_page_shows_and_it_says_to_whom_it_went(hub: AHub) -> None:
    (placement,) = isolates(hub, "Ida Cole")
    bundle = opened(hub, to_release(hub, placement), hub.clinician)
    page = hub.desk.ask(lambda queries: queries.release(placement))
    assert [item.page for item in bundle.items] == [page]
    assert page.placement == hub.desk.ask(lambda queries: queries.placement(placement))
    assert page.placement.sent == "Kit Clinician, Mon 16 Nov 10:00; can be answered until Mon 23 Nov 10:00"
    assert page.placement.timeline[0].sentence == (
        "Made into a file for Kit Clinician to decide on the release from isolation, until Mon 23 Nov 10:00."
    )
    assert not hub.desk.ask(lambda queries: queries.approval(placement)).sent


def test_answers_to_several_come_in_any_order(hub: AHub) -> None:
    first, second = isolates(hub, "Ida Cole", "Ivo Reed")
    content = to_release(hub, first, second)
    alone = {first: released(), second: NOT_YET}
    files = [answered(hub, content, {each: said}, who=hub.clinician) for each, said in alone.items()]
    assert [taken(hub, file)[0].decision for file in reversed(files)] == [RETURN, RELEASE]


# --- who may, and of whom -----------------------------------------------------------------------------


def test_it_goes_only_to_a_clinician_and_only_of_somebody_who_isolates(hub: AHub) -> None:
    (isolating,) = isolates(hub, "Ida Cole")
    (waiting,) = waits(hub, "Ben Ode")
    for whom in (hub.lead, hub.coordinator, hub.admin):
        with hub.refuses(rule="A2"):
            sent(hub, isolating, whom=whom, asks=RELEASE)
    with hub.refuses(says=f"Placement {waiting} stands at: waits for approval"):
        to_release(hub, waiting)
    hub.walk(waiting, "arrived")
    with hub.refuses(says="Nobody isolates"):
        to_release(hub, waiting)
    with hub.refuses(says="stands at: arrived"):
        sent(hub, isolating)


def test_what_is_lacking_is_asked_for_before_it_is_signed(hub: AHub) -> None:
    (placement,) = isolates(hub, "Ida Cole")
    content = to_release(hub, placement)
    other = Decided(RELEASE, "Well", released=Released("norovirus", TODAY))
    for decided, said in (
        (released(why=" "), "before the end by the rules"),
        (Decided(RELEASE, "Well"), "from which isolation"),
        (other, "from which isolation"),
        (Decided(RETURN), "Say why"),
    ):
        with pytest.raises(UserError, match=said):
            by_kit(hub, content, decided)
    late = released(days=40, why="")
    assert taken(hub, by_kit(hub, content, late))[0].entries
    bundle = opened(hub, to_release(hub, placement), hub.clinician)
    lead = replace(bundle, user=bundle.user.model_copy(update={"roles": (Role.LA_LEAD,)}))
    with pytest.raises(NotAllowed, match="Only a clinician"):
        answer(lead, away(hub, hub.clinician), {bundle.items[0].item: released()}, at=hub.clock.now)


# --- what is refused ----------------------------------------------------------------------------------


def test_an_answer_is_taken_once_whatever_it_says(hub: AHub) -> None:
    (placement,) = isolates(hub, "Ida Cole")
    content = to_release(hub, placement)
    yes, no = by_kit(hub, content, released()), by_kit(hub, content, NOT_YET)
    assert taken(hub, no)[0].entries
    said = "This answer was taken in already, Mon 16 Nov 10:00, by Cleo Coordinator."
    assert why(hub, no) == why(hub, yes) == said
    again = by_kit(hub, to_release(hub, placement), released())
    assert taken(hub, again)[0].entries
    assert why(hub, again) == said


def test_what_has_changed_since_and_what_came_too_late_are_refused(hub: AHub) -> None:
    (placement,) = isolates(hub, "Ida Cole")
    who = hub.desk.ask(lambda queries: queries.placed(placement)).patient
    file = by_kit(hub, to_release(hub, placement), released())
    hub.tested(who, "positive", hours_ago=1)
    hub.does(
        partial(patients.amend_patient, patient=who, changes={"notes": "Prefers the garden"}, reason="Seen")
    )
    said = why(hub, file)
    assert said == (
        f"Since Kit Clinician was sent {placement}, Mon 16 Nov 10:00, this has changed:"
        " the infection and what is known of the person."
    )
    file = by_kit(hub, to_release(hub, placement), NOT_YET)
    hub.clock.now += DAYS + timedelta(seconds=1)
    assert why(hub, file).startswith("This could be answered until Mon 23 Nov 10:00")


def test_days_that_pass_change_nothing_of_what_was_shown(hub: AHub) -> None:
    (placement,) = isolates(hub, "Ida Cole")
    file = by_kit(hub, to_release(hub, placement), released())
    hub.clock.plus(hours=50)
    assert taken(hub, file)[0].entries


def test_a_placement_that_is_over_takes_no_release(hub: AHub) -> None:
    (placement,) = isolates(hub, "Ida Cole")
    file = by_kit(hub, to_release(hub, placement), released())
    hub.does(partial(placements.end, placement=placement, outcome=EndOutcome.BACK_TO_HOSPITAL))
    assert why(hub, file).startswith(f"Placement {placement} stands at: ended")


def test_a_key_that_was_replaced_and_another_hubs_clinician_count_no_more(hub: AHub) -> None:
    (placement,) = isolates(hub, "Ida Cole")
    content = to_release(hub, placement)
    file = by_kit(hub, content, released())
    with pytest.raises(NotAllowed, match="sealed to somebody else"):
        opened(hub, content, hub.lead)
    with pytest.raises(NotAllowed, match="of another hub"):
        open_bundle(content, replace(away(hub, hub.clinician), hub="another"))
    joins(hub, hub.clinician)
    assert "isn't signed with the key that Kit Clinician has now" in why(hub, file)


def changed(of: AHub, file: bytes, *, sign: bool = False, text: str | None = None,
            said: Released | None = None, **fields: str) -> bytes:  # fmt: skip
    """The answer with other words or another statement; signed anew by its author where `sign`."""
    found = read_answers(file, signer_of(of, of.coordinator))
    (one,) = found.answers
    statement = Statement.of({**one.statement.fields, **fields})
    signature = statement.signature(signer_of(of, of.clinician)) if sign else one.signature
    other = replace(one, statement=statement, signature=signature, text=one.text if text is None else text,
                    released=said or one.released)  # fmt: skip
    whole = Answers(found.hub, found.bundle, found.sender, (other,))
    return write_answers(whole, to=[signer_of(of, of.coordinator).public])


def test_the_day_the_organism_and_the_words_are_held_to_what_was_signed(hub: AHub) -> None:
    (placement,) = isolates(hub, "Ida Cole")
    file = by_kit(hub, to_release(hub, placement), released(days=2))
    altered = "This answer was changed after it was signed."
    assert why(hub, changed(hub, file, said=Released(COVID, TODAY))) == altered
    assert why(hub, changed(hub, file, said=Released("norovirus", TODAY + timedelta(2)))) == altered
    assert why(hub, changed(hub, file, text="Well")) == altered
    assert "isn't signed with the key" in why(hub, changed(hub, file, at="2020-11-16T07:00:00+00:00"))
    assert why(hub, changed(hub, file, sign=True, hub="0" * 32)) == "This answer is for another hub."
    with pytest.raises(UserError, match="changed or cut short"):
        read_answers(changed(hub, file, decision=RETURN), signer_of(hub, hub.coordinator))


def test_no_question_is_answered_with_what_another_asks(hub: AHub) -> None:
    (placement,) = isolates(hub, "Ida Cole")
    file = by_kit(hub, to_release(hub, placement), NOT_YET)
    assert why(hub, changed(hub, file, sign=True, decision=APPROVE)) == "This answers what wasn't asked."
    with pytest.raises(ValueError, match="wasn't asked"):
        by_kit(hub, to_release(hub, placement), Decided(APPROVE, "Yes"))


# --- the record ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AHub]:
    """A hub at which a release and a return were taken in. Tests change copies of it alone."""
    made = AHub(tmp_path_factory.mktemp("carried") / "hub.desk", Clock())
    begins_signing(made)
    for placement, said in zip(isolates(made, "Ida Cole", "Ivo Reed"), (released(2), NOT_YET), strict=True):
        assert taken(made, by_kit(made, to_release(made, placement), said))[0].entries
    made.desk._store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    yield made
    made.desk.close()


def body_of(hub: AHub, kind: Kind) -> tuple[int, dict[str, object]]:
    sql = "SELECT seq, body FROM journal WHERE kind = ? AND instr(body, 'answer')"
    row = hub.connection.execute(sql, (kind.value,)).fetchone()
    return int(row[0]), json.loads(row[1])


def said_of(carried: AHub, tmp_path: Path, kind: Kind, *, subject: str = "", **changes: object) -> str:
    """What the doctor says once that entry says otherwise, sealed and signed anew by whoever took it in."""
    at, body = body_of(carried, kind)
    text = json.dumps({**body, **changes}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    cleo = signer_of(carried, carried.coordinator)
    signs: dict[str, object] = {carried.clinician.id: cleo, carried.coordinator.id: cleo}
    attacked = Attacked(carried.path, tmp_path / "taken.desk")
    does = [("UPDATE journal SET body = ? WHERE seq = ?", (text, at))]
    if subject:
        does.append(("UPDATE journal SET subject = ? WHERE seq = ?", (subject, at)))
    attacked.does(*does, sign=with_keys(signs), since=at)  # type: ignore[arg-type]
    found = attacked.looked_at().found
    return "" if found.is_sound else found.journal.removeprefix(f"Entry {at:,} ").rstrip(".")


@pytest.mark.parametrize("kind", [Kind.OBSERVATION_RECORDED, Kind.PLACEMENT_RELEASED])
def test_the_doctor_holds_both_entries_of_a_release_to_what_the_clinician_signed(
    carried: AHub, tmp_path: Path, kind: Kind
) -> None:
    _, body = body_of(carried, kind)
    otherwise = "isn't what the answer in it says"
    assert said_of(carried, tmp_path, kind, reason=body["reason"]) == ""
    assert said_of(carried, tmp_path, kind, reason="Well") == otherwise
    if kind is Kind.PLACEMENT_RELEASED:
        assert said_of(carried, tmp_path, kind, on="2020-11-16") == otherwise
        assert said_of(carried, tmp_path, kind, organism="norovirus") == otherwise
    else:
        seen = body["observation"]
        assert isinstance(seen, dict)
        for change in ({"isolate_until": "2020-11-16"}, {"organism": "norovirus"}):
            assert said_of(carried, tmp_path, kind, observation={**seen, **change}) == otherwise
        assert said_of(carried, tmp_path, kind, subject="P-0002") == otherwise
    kept = body["answer"]
    assert isinstance(kept, dict)
    forged = {**kept, "decision": RETURN}
    assert said_of(carried, tmp_path, kind, answer=forged) == "holds an answer that its author didn't sign"


def test_once_somebody_is_erased_the_release_still_holds(carried: AHub, tmp_path: Path) -> None:
    attacked = Attacked(carried.path, tmp_path / "erased.desk")
    attacked.does("DELETE FROM person_keys WHERE owner = 'P-0001'")
    assert attacked.looked_at().found.broken_at is None


def test_a_reader_takes_no_release_in(hub: AHub) -> None:
    (placement,) = isolates(hub, "Ida Cole")
    file = by_kit(hub, to_release(hub, placement), NOT_YET)
    reader = User(id="U-0099", name="Ray Reader", roles=(Role.READER,), active=True)
    with hub.refuses(says="A reader does nothing but read"):
        take_in(hub.desk, file, carrier=reader)
