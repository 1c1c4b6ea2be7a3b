"""Deciding away from the hub by sealed files: the round trip, and everything that is refused."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions import patients, people
from discharge.actions.away import Away, Decided, answer, come_in, open_bundle
from discharge.actions.bundles import invite, make_bundle, send_for_decision, take_in
from discharge.actions.desk import Desk
from discharge.actions.signing_in import sign_in
from discharge.exchange import bundle_file
from discharge.exchange.bundle_file import DAYS, Answers, Invitation, Party, read_answers, write_answers
from discharge.keys.signing import Signer
from discharge.keys.slots import WrongPassphrase
from discharge.keys.statements import APPROVE, RETURN, Statement
from discharge.model.approving import Principle
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import Role, User
from discharge.store.journal import Kind
from tests.actions.a_hub import AHub, Clock, stay
from tests.actions.a_sealed_hub import JO, ASealedHub
from tests.actions.a_server import AServer
from tests.actions.a_signed_hub import Attacked, signer_of, with_keys
from tests.actions.away import NO, YES, answered, away, opened, sent, taken, waits
from tests.actions.signing import begins_signing, joins
from tests.actions.two_desks import two_desks


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[AHub]:
    made = AHub(tmp_path / "hub.desk", Clock())
    begins_signing(made)
    yield made
    assert made.desk.verify().is_intact
    made.desk.close()


def why(hub: AHub, content: bytes) -> str:
    """Why an answer to one placement wasn't taken in; it changed nothing."""
    before = hub.desk.ask(lambda queries: queries.head())
    (one,) = taken(hub, content)
    assert not one.entries
    assert one.mend
    assert hub.desk.ask(lambda queries: queries.head()) == before
    return one.sentence


def somebody(hub: AHub, name: str, *roles: Role) -> User:
    """Somebody more, who hasn't come in yet."""
    made = hub.does(partial(people.add_user, name=name, roles=roles), hub.admin).first
    return next(one for one in hub.desk.people() if one.id == made)


# --- the round trip -----------------------------------------------------------------------------------


@pytest.mark.whole
def test_an_approval_and_a_return_come_home_in_the_leads_name(hub: AHub) -> None:
    first, second = waits(hub, "Ben Ode", "Cal Poe")
    content = sent(hub, first, second)
    decided = {first: Decided(APPROVE, " Near her son ", Principle.COMMUNITY), second: NO}
    came = taken(hub, answered(hub, content, decided))
    assert [(one.placements, one.decision, bool(one.entries)) for one in came] == [
        ((first,), APPROVE, True), ((second,), RETURN, True),
    ]  # fmt: skip
    assert (hub.state(first), hub.state(second)) == ("approved", "returned")
    line = hub.desk.ask(lambda queries: queries.entry(came[0].entries[0]))
    assert line is not None
    assert (line.kind, line.user, line.role) == (Kind.PLACEMENT_APPROVED, hub.lead.id, Role.LA_LEAD)
    assert (line.body["note"], line.body["principle"]) == ("Near her son", "community")
    assert line.body["answer"]["carrier_name"] == hub.coordinator.name
    assert hub.desk.ask(lambda queries: queries.placement(first)).row.approved_by == hub.lead.name
    said = hub.desk.ask(lambda queries: queries.placement(first)).timeline
    assert any("taken in by Cleo Coordinator" in each.sentence for each in said)


def test_they_see_exactly_what_the_hubs_page_shows(hub: AHub) -> None:
    (placement,) = waits(hub, "Ben Ode")
    bundle = opened(hub, sent(hub, placement))
    page = hub.desk.ask(lambda queries: queries.approval(placement))
    assert page.sent == "Lee Lead, Mon 16 Nov 08:00; can be answered until Mon 23 Nov 08:00"
    assert [item.page for item in bundle.items] == [page]
    assert bundle.limit == hub.desk.ask(lambda queries: queries.approval_limit(hub.lead.id))


def test_on_machines_of_their_own_with_passphrases_and_nothing_readable_between(tmp_path: Path) -> None:
    hub = ASealedHub(tmp_path / "hub.desk")
    lead = hub.joined("Lee Okafor", JO, Role.LA_LEAD)
    invitation, check = invite(hub.desk, by=hub.ada, whom=lead.id)
    with pytest.raises(WrongPassphrase):
        come_in(invitation, "four quiet lamps by the canal")
    theirs = come_in(invitation, JO)
    assert theirs.invitation.check == check
    work = AHub.__new__(AHub)
    work.clock, work.past = hub.clock, None
    work.desk, work.coordinator, work.admin, work.lead = hub.desk, hub.ada, hub.ada, lead
    home = work.home()
    placement = work.proposed(work.negative("Quibblethorn Marrow"), stay(home))
    content = make_bundle(hub.desk, by=hub.ada, placements=[placement], whom=lead.id).content
    bundle = open_bundle(content, theirs)
    back = answer(bundle, theirs, {bundle.items[0].item: Decided(RETURN, "Marrow")}, at=hub.clock.now)
    for file in (content, back, invitation):
        assert len(file) < 20_000
        assert not any(
            name in file for name in (b"Quibblethorn", b"Marrow", b"Elm Lodge", placement.encode())
        )
    # the hub's window was closed meanwhile, and another opens
    hub.anew()
    ada = sign_in(hub.desk, hub.first)
    (came,) = take_in(hub.desk, back, carrier=ada)
    assert came.entries
    assert hub.desk.verify().is_intact
    (again,) = take_in(hub.desk, back, carrier=ada)
    assert again.sentence.startswith("This answer was taken in already")
    hub.desk.close()


@pytest.mark.whole
def test_answers_come_in_any_order_and_some_of_a_bundle_at_a_time(hub: AHub) -> None:
    those = waits(hub, "Ben Ode", "Cal Poe", "Dee Ash", "Eve Oak")
    one, two = sent(hub, *those[:2]), sent(hub, *those[2:])
    files = [answered(hub, one, {those[1]: YES}), answered(hub, two, YES), answered(hub, one, {those[0]: NO})]
    random.Random(7).shuffle(files)
    assert all(each.entries for file in files for each in taken(hub, file))
    assert [hub.state(each) for each in those] == ["returned", "approved", "approved", "approved"]


# --- who may ------------------------------------------------------------------------------------------


def test_it_goes_only_to_somebody_who_could_decide(hub: AHub) -> None:
    (placement,) = waits(hub, "Ben Ode")
    for whom in (hub.clinician, hub.coordinator, hub.admin):
        with hub.refuses(says="can't decide away from the hub"):
            sent(hub, placement, whom=whom)
    keyless = somebody(hub, "Nan Lead", Role.LA_LEAD)
    with hub.refuses(says="can't decide away from the hub"):
        sent(hub, placement, whom=keyless)
    with hub.refuses(says="Only a coordinator"):
        send = partial(send_for_decision, placements=[placement], whom=hub.lead.id, bundle="b", items={})
        hub.does(send, hub.clinician)


def test_a_hub_without_keys_sends_nothing(tmp_path: Path) -> None:
    plain = AHub(tmp_path / "plain.desk")
    (placement,) = waits(plain, "Ben Ode")
    with plain.refuses(says="isn't sealed"):
        sent(plain, placement)
    plain.desk.close()


def test_the_proposer_and_the_lead_of_another_authority_are_refused(hub: AHub) -> None:
    both = somebody(hub, "Bo Both", Role.LA_LEAD, Role.COORDINATOR)
    joins(hub, both)
    placement = hub.proposed(hub.negative("Ben Ode"), stay(hub.home()), by=both)
    with hub.refuses(rule="A1"):
        sent(hub, placement, whom=both)
    hub.does(partial(people.amend_user, user=hub.lead.id, authorities=("Hackney",)), hub.admin)
    with hub.refuses(rule="A6"):
        sent(hub, placement)


def test_what_they_may_not_approve_is_refused_away_and_at_the_hub(hub: AHub) -> None:
    (placement,) = waits(hub, "Ben Ode")
    content = sent(hub, placement)
    bundle = opened(hub, content)
    lenient = replace(bundle, user=bundle.user.model_copy(update={"id": hub.lead.id}))
    late = answer(lenient, away(hub), {bundle.items[0].item: YES}, at=hub.clock.now)
    hub.does(partial(people.amend_user, user=hub.lead.id, authorities=("Hackney",)), hub.admin)
    assert "Hackney" in why(hub, late) or "local authority" in why(hub, late)


@pytest.mark.whole
def test_whoever_has_left_or_has_another_key_counts_no_more(hub: AHub) -> None:
    first, second = waits(hub, "Ben Ode", "Cal Poe")
    files = [answered(hub, sent(hub, each), YES) for each in (first, second)]
    joins(hub, hub.lead)
    assert "isn't signed with the key that Lee Lead has now" in why(hub, files[0])
    again = answered(hub, sent(hub, second), YES)
    hub.does(partial(people.amend_user, user=hub.lead.id, active=False), hub.admin)
    assert why(hub, again) == "Lee Lead is no longer at this hub: what they sign counts no more."


def test_a_reader_takes_nothing_in_and_nobody_who_hasnt_come_in(hub: AHub) -> None:
    (placement,) = waits(hub, "Ben Ode")
    file = answered(hub, sent(hub, placement), YES)
    reader = somebody(hub, "Ray Reader", Role.READER)
    with hub.refuses(says="A reader does nothing but read"):
        take_in(hub.desk, file, carrier=reader)
    hub.desk.sign_out(hub.coordinator.id)
    with hub.refuses(says="Nobody has come in"):
        taken(hub, file)


# --- late, twice, of another hub ----------------------------------------------------------------------


def test_what_has_changed_since_is_named_and_asked_anew(hub: AHub) -> None:
    home = hub.home()
    who = hub.negative("Ben Ode")
    placement = hub.proposed(who, stay(home))
    file = answered(hub, sent(hub, placement), YES)
    hub.does(
        partial(patients.amend_patient, patient=who, changes={"notes": "Prefers the garden"}, reason="Seen")
    )
    hub.charges(home, 950.0)
    said = why(hub, file)
    assert said.startswith(f"Since Lee Lead was sent {placement}, Mon 16 Nov 08:00, this has changed: ")
    for part in ("the cost", "what is known of the person", "what is known of the home"):
        assert part in said
    assert "where they go" not in said
    assert taken(hub, answered(hub, sent(hub, placement), YES))[0].entries


@pytest.mark.whole
def test_what_others_decided_meanwhile_stands(hub: AHub) -> None:
    (placement,) = waits(hub, "Ben Ode")
    file = answered(hub, sent(hub, placement), NO)
    hub.walk(placement, "approved")
    assert why(hub, file).startswith(f"Placement {placement} stands at: approved.")


def test_waiting_longer_changes_nothing_of_what_was_shown(hub: AHub) -> None:
    (placement,) = waits(hub, "Ben Ode")
    file = answered(hub, sent(hub, placement), NO)
    hub.clock.plus(hours=3)
    assert taken(hub, file)[0].entries


def test_what_came_too_late_is_refused(hub: AHub) -> None:
    (placement,) = waits(hub, "Ben Ode")
    content = sent(hub, placement)
    file = answered(hub, content, NO)
    hub.clock.now += DAYS
    with pytest.raises(UserError, match="could be answered until Mon 23 Nov 08:00"):
        answered(hub, content, NO)
    hub.clock.plus(seconds=1)
    assert why(hub, file).startswith("This could be answered until Mon 23 Nov 08:00")


@pytest.mark.whole
def test_an_answer_is_taken_once_in_any_window(hub: AHub) -> None:
    (first,) = waits(hub, "Ben Ode")
    content = sent(hub, first)
    file, otherwise = answered(hub, content, NO), answered(hub, content, YES)
    assert taken(hub, file)[0].entries
    said = "This answer was taken in already, Mon 16 Nov 08:00, by Cleo Coordinator."
    assert why(hub, file) == why(hub, otherwise) == said
    with Desk.open(hub.path, clock=hub.clock) as window:
        window.sign_with(hub.desk.signs(hub.admin.id) or pytest.fail("no key"))
        (came,) = take_in(window, file, carrier=hub.admin)
        assert came.sentence == said


def test_a_file_of_another_hub_or_for_somebody_else_is_refused(hub: AHub) -> None:
    (placement,) = waits(hub, "Ben Ode")
    content = sent(hub, placement)
    lee = away(hub)
    with pytest.raises(NotAllowed, match="This file is of another hub: Three Boroughs"):
        open_bundle(content, replace(lee, hub="another"))
    with pytest.raises(NotAllowed, match="sealed to somebody else"):
        open_bundle(content, away(hub, hub.clinician))
    with pytest.raises(NotAllowed, match="isn't among those of Three Boroughs who may send"):
        open_bundle(content, replace(lee, invitation=replace(lee.invitation, senders=())))
    # whoever opens what was sent to them can close it for another: it isn't theirs
    bundle = opened(hub, content)
    kit = signer_of(hub, hub.clinician)
    passed_on = bundle_file.write_bundle(
        replace(bundle, to=replace(bundle.to, key=kit.public)), signer_of(hub, hub.lead)
    )
    with pytest.raises(NotAllowed, match="This file is for Lee Lead"):
        open_bundle(passed_on, away(hub, hub.clinician))
    with pytest.raises(UserError, match="holds placements to decide on, not answers"):
        read_answers(content, lee.signer)


def test_at_two_desks_of_one_hub_an_answer_is_taken_once(tmp_path: Path) -> None:
    with two_desks(tmp_path, AServer()) as (one, other):
        at_one = AHub.__new__(AHub)
        at_one.clock, at_one.past, at_one.desk = one.clock, None, one.desk
        at_one.coordinator = at_one.admin = one.user
        home = at_one.home(weekly_fee=None)
        placement = at_one.proposed(at_one.negative("Ben Ode"), stay(home))
        uma, signer = other.user, other.signs().signer
        content = make_bundle(one.desk, by=one.user, placements=[placement], whom=uma.id).content
        jo = Party(one.user.id, one.user.name, one.signs().signer.public)
        hub = one.desk.ask(lambda queries: queries.hub_of_keys())
        assert hub is not None
        invited = Invitation(
            "Three Boroughs", Party(uma.id, uma.name, signer.public), jo, one.clock.now, (jo,), ""
        )
        theirs = Away(hub, invited, signer)
        bundle = open_bundle(content, theirs)
        file = answer(bundle, theirs, {bundle.items[0].item: YES}, at=one.clock.now)
        other.looks()
        assert take_in(other.desk, file, carrier=uma)[0].entries
        (again,) = take_in(one.desk, file, carrier=one.user)
        assert again.sentence.startswith("This answer was taken in already, Mon 16 Nov 08:00, by Uma Vale.")
        one.looks()
        assert one.desk.ask(lambda queries: queries.placed(placement)).state == "approved"
        assert one.head == other.head


# --- forged -------------------------------------------------------------------------------------------


def forged(of: AHub, file: bytes, key: Signer | None = None, **said: str) -> bytes:
    """The answer with another statement, signed by this key or left with the signature it had."""
    found = read_answers(file, signer_of(of, of.coordinator))
    (one,) = found.answers
    statement = Statement.of({**one.statement.fields, **said})
    signature = one.signature if key is None else statement.signature(key)
    answers = (replace(one, statement=statement, signature=signature),)
    return write_answers(replace(found, answers=answers), to=[signer_of(of, of.coordinator).public])


@pytest.mark.whole
def test_a_statement_that_was_changed_or_signed_by_another_is_refused(hub: AHub) -> None:
    first, second = waits(hub, "Ben Ode", "Cal Poe")
    file = answered(hub, sent(hub, first), NO)
    sent(hub, second)
    cleo, lee = signer_of(hub, hub.coordinator), signer_of(hub, hub.lead)
    not_theirs = "isn't signed with the key that Lee Lead has now"
    assert not_theirs in why(hub, forged(hub, file, decision=APPROVE))
    assert not_theirs in why(hub, forged(hub, file, key=cleo, decision=APPROVE))
    assert not_theirs in why(hub, forged(hub, file, at="2020-11-16T07:00:00+00:00"))
    assert "has sent Lee Lead nothing that this answers" in why(hub, forged(hub, file, key=lee, about=second))
    assert "has sent Lee Lead nothing" in why(hub, forged(hub, file, key=lee, item="0" * 32))
    assert why(hub, forged(hub, file, key=lee, hub="0" * 32)) == "This answer is for another hub."
    assert "has sent Kit Clinician nothing" in why(hub, forged(hub, file, key=cleo, by=hub.clinician.id))
    assert "names a principle" in why(hub, forged(hub, file, key=lee, principle="obedience"))


@pytest.mark.whole
def test_the_words_and_what_was_shown_are_held_to_what_was_signed(hub: AHub) -> None:
    (placement,) = waits(hub, "Ben Ode")
    file = answered(hub, sent(hub, placement), NO)
    found = read_answers(file, signer_of(hub, hub.coordinator))
    changes: tuple[dict[str, Any], ...] = ({"text": "Fee agreed"}, {"shown": {}}, {"salt": "another"})
    for change in changes:
        changed = Answers(found.hub, found.bundle, found.sender, (replace(found.answers[0], **change),))
        content = write_answers(changed, to=[signer_of(hub, hub.coordinator).public])
        assert why(hub, content) == "This answer was changed after it was signed."


def test_a_file_with_a_bit_turned_anywhere_is_refused_in_a_sentence(hub: AHub) -> None:
    (placement,) = waits(hub, "Ben Ode")
    content = sent(hub, placement)
    file = answered(hub, content, YES)
    lee, cleo = away(hub), signer_of(hub, hub.coordinator)
    drawn = random.Random(14)
    for whole, read in (
        (content, partial(open_bundle, away=lee)),
        (file, partial(read_answers, signer=cleo)),
    ):
        header = whole.index(b"\n---")
        places = [*range(0, header, 7), *(drawn.randrange(header, len(whole)) for _ in range(60))]
        before = read(whole)
        for place in places:
            changed = bytearray(whole)
            changed[place] ^= 1 << drawn.randrange(8)
            with pytest.raises(UserError) as refused:
                read(bytes(changed))
            assert refused.value.sentence
            assert refused.value.mend
        for length in (0, 1, 20, header, header + 10, len(whole) // 2, len(whole) - 1):
            with pytest.raises(UserError):
                read(whole[:length])
        with pytest.raises(UserError):
            read(whole + b"\0")
        assert read(whole) == before


# --- the record ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AHub]:
    """A hub at which two answers were taken in. Tests change copies of it alone."""
    made = AHub(tmp_path_factory.mktemp("carried") / "hub.desk", Clock())
    begins_signing(made)
    first, second = waits(made, "Ben Ode", "Cal Poe")
    for each, decided in ((first, YES), (second, NO)):
        assert taken(made, answered(made, sent(made, each), decided))[0].entries
    made.desk._store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    yield made
    made.desk.close()


def of_kind(hub: AHub, kind: Kind) -> tuple[int, dict[str, object]]:
    row = hub.connection.execute("SELECT seq, body FROM journal WHERE kind = ?", (kind.value,)).fetchone()
    return int(row[0]), json.loads(row[1])


def said_of(carried: AHub, tmp_path: Path, body: dict[str, object], **also: object) -> str:
    """What the doctor says once the approval has another body, sealed and signed anew by the carrier."""
    at, _ = of_kind(carried, Kind.PLACEMENT_APPROVED)
    attacked = Attacked(carried.path, tmp_path / "taken.desk")
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    cleo, lee = signer_of(carried, carried.coordinator), signer_of(carried, carried.lead)
    keys = {carried.lead.id: cleo, carried.coordinator.id: cleo, carried.admin.id: lee}
    attacked.does(("UPDATE journal SET body = ? WHERE seq = ?", (text, at)), sign=with_keys(keys), since=at)
    found = attacked.looked_at().found
    return "" if found.is_sound else found.journal.removeprefix(f"Entry {at:,} ").rstrip(".")


def test_the_doctor_takes_an_answer_carried_by_another_and_nothing_looser(
    carried: AHub, tmp_path: Path
) -> None:
    _, body = of_kind(carried, Kind.PLACEMENT_APPROVED)
    kept = body["answer"]
    assert isinstance(kept, dict)
    assert said_of(carried, tmp_path, body) == ""
    without = {name: value for name, value in body.items() if name != "answer"}
    assert said_of(carried, tmp_path, without) == "isn't signed by whoever it says made it"
    unsigned = "holds an answer that its author didn't sign"
    for change in (
        {"item": "0" * 32}, {"hub": "x"}, {"about": "L-0002"}, {"decision": RETURN}, {"shown": "0" * 64},
        {"at": "2020-11-16T07:00:00+00:00"}, {"text": "0" * 64}, {"bundle": "0" * 32},
        {"signature": ["0" * 64, "0" * 64]}, {"principle": "community"},
    ):  # fmt: skip
        assert said_of(carried, tmp_path, {**body, "answer": {**kept, **change}}) == unsigned
    for who in (carried.clinician.id, "U-0099"):
        found = said_of(carried, tmp_path, {**body, "answer": {**kept, "carried_by": who}})
        assert found in (
            "isn't signed by whoever it says took it in",
            "was taken in by somebody who couldn't then",
        )
    assert (
        said_of(carried, tmp_path, {**body, "principle": "community"}) == "isn't what the answer in it says"
    )


def test_the_doctor_finds_an_answer_that_stands_there_twice_or_was_never_asked_for(
    carried: AHub, tmp_path: Path
) -> None:
    cleo, lee = signer_of(carried, carried.coordinator), signer_of(carried, carried.lead)
    keys = {carried.lead.id: cleo, carried.coordinator.id: cleo, carried.admin.id: lee}
    at, _ = of_kind(carried, Kind.PLACEMENT_RETURNED)
    asked = carried.connection.execute("SELECT seq FROM journal WHERE kind = 'placement_sent'").fetchall()
    never = Attacked(carried.path, tmp_path / "never.desk")
    last = asked[-1][0]
    never.does(
        (
            "UPDATE journal SET body = json_set(body, '$.whom', ?) WHERE seq = ?",
            (carried.clinician.id, last),
        ),
        sign=with_keys(keys),
        since=last,
    )
    assert never.looked_at().found.journal == f"Entry {at:,} answers what was never sent to its author."


def test_the_words_of_an_answer_cant_be_changed_by_whoever_took_it_in(carried: AHub, tmp_path: Path) -> None:
    at, body = of_kind(carried, Kind.PLACEMENT_RETURNED)
    attacked = Attacked(carried.path, tmp_path / "words.desk")
    cleo = signer_of(carried, carried.coordinator)
    changed = json.dumps({**body, "reason": "another"}, sort_keys=True, separators=(",", ":"))
    attacked.does(
        ("UPDATE journal SET body = ? WHERE seq = ?", (changed, at)),
        sign=with_keys({carried.lead.id: cleo}),
        since=at,
    )
    assert attacked.looked_at().found.journal == f"Entry {at:,} isn't what the answer in it says."


def test_once_somebody_is_erased_the_answer_about_them_still_holds(carried: AHub, tmp_path: Path) -> None:
    attacked = Attacked(carried.path, tmp_path / "erased.desk")
    attacked.does("DELETE FROM person_keys WHERE owner = 'P-0001'")
    assert attacked.looked_at().found.broken_at is None
