"""A home's answer to an offer as a sealed file: its key, the round trip, and everything that is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import patients, people, placements
from discharge.actions.away import Decided
from discharge.actions.bundles import make_bundle, take_in
from discharge.actions.home_keys import close_home_key, invite_home, set_home_key
from discharge.exchange.bundle_file import (
    DAYS,
    Answers,
    read_answers,
    read_invitation,
    with_own_slot,
    write_answers,
)
from discharge.exchange.home_key_file import OfHome, read_home_key, write_home_key
from discharge.keys.passphrases import Cost
from discharge.keys.signing import Signer
from discharge.keys.slots import at_no_hub
from discharge.keys.statements import Statement
from discharge.model.approving import ACCEPT, DECLINE, RELEASE, RETURN
from discharge.model.errors import Asked, NotAllowed, UserError
from discharge.model.people import Given, How, Role
from discharge.model.placement import DeclineReason
from discharge.store.journal import Kind
from tests.actions.a_home import JO, NO, RANG, YES, AHome, takes_key
from tests.actions.a_hub import MANAGER, AHub, Clock, stay
from tests.actions.a_sealed_hub import JO as LEADS
from tests.actions.a_sealed_hub import ASealedHub
from tests.actions.a_signed_hub import Attacked, signer_of, with_keys
from tests.actions.signing import begins_signing

CHEAP = Cost(1, 8 * 2**20)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[AHub]:
    made = AHub(tmp_path / "hub.desk", Clock())
    begins_signing(made)
    yield made
    assert made.desk.verify().is_intact
    made.desk.close()


@pytest.fixture
def home(hub: AHub) -> AHome:
    return AHome(hub, "Ben Ode")


# --- the round trip -----------------------------------------------------------------------------------


def test_a_yes_comes_home_as_the_managers_word_and_goes_on_like_one_by_phone(home: AHome) -> None:
    hub, (placement,) = home.hub, home.placements
    came = home.taken(home.answered(home.sent()))
    assert (came.decision, came.by, came.asks) == (ACCEPT, "Jo Marsh of Elm Lodge", ACCEPT)
    assert hub.state(placement) == "accepted"
    assert not hub.desk.ask(lambda queries: queries.placement(placement)).sent
    page = hub.desk.ask(lambda queries: queries.placement(placement))
    by = page.row.current.accepted_by
    assert by is not None
    assert by.sentence == "Jo Marsh, registered manager, by signed file"
    assert page.timeline[0].sentence == (
        "Elm Lodge accepted. From two o'clock. Answered by file, signed Mon 16 Nov 08:20; taken in by Cleo"
        " Coordinator."
    )
    hub.walk(placement, "arrived")


def test_a_no_comes_home_with_its_coded_reason_and_the_home_isnt_offered_them_again(home: AHome) -> None:
    hub, (placement,) = home.hub, home.placements
    came = home.taken(home.answered(home.sent(), NO))
    assert (came.decision, hub.state(placement)) == (DECLINE, "declined")
    said = hub.desk.ask(lambda queries: queries.placement(placement)).timeline[0].sentence
    assert said.startswith("Elm Lodge declined: ")
    assert "Two nurses are ill. Answered by file" in said
    person = hub.desk.ask(lambda queries: queries.placed(placement)).patient
    with hub.refuses(rule="A3"):
        hub.proposed(person, stay(home.setting))


def test_sending_tells_the_home_and_issues_the_offer_once(home: AHome) -> None:
    hub, (placement,) = home.hub, home.placements
    home.sent()
    assert hub.state(placement) == "told"
    view = hub.desk.ask(lambda queries: queries.placement(placement)).row.current
    assert view.told_result == hub.desk.ask(
        lambda queries: queries.to_tell(queries.placed(placement).patient).says
    )
    papers = hub.desk.ask(lambda queries: queries.issued_papers(placement))
    assert [one.kind.value for one in papers] == ["offer"]
    page = hub.desk.ask(lambda queries: queries.placement(placement))
    assert page.sent == "Jo Marsh, Mon 16 Nov 08:20; can be answered until Mon 23 Nov 08:20"
    home.sent()
    assert len(hub.desk.ask(lambda queries: queries.issued_papers(placement))) == 1
    assert hub.desk.ask(lambda queries: queries.placement(placement)).timeline[0].sentence == (
        "Made into a file for Jo Marsh to decide on the offer, until Mon 23 Nov 08:20."
    )


def test_the_home_sees_the_offer_as_it_is_on_paper_and_nothing_tells_who_they_are(home: AHome) -> None:
    hub, (placement,) = home.hub, home.placements
    bundle = home.opened(home.sent())
    (item,) = bundle.items
    (paper,) = hub.desk.ask(lambda queries: queries.issued_papers(placement))
    kept = hub.desk.ask(lambda queries: queries.paper(paper.id))[1]
    assert item.page.paper.parts == kept.parts  # type: ignore[union-attr]
    everything = repr(item)
    person = hub.desk.ask(lambda queries: queries.patient_details(queries.placed(placement).patient))
    for tells in (person.name, "Ode", person.nhs_number, person.born.isoformat() if person.born else "-"):
        assert tells is None or tells not in everything
    assert bundle.user.roles == frozenset()
    assert item.named == f"Placement {placement}"


def test_what_came_since_is_told_and_asked_again(home: AHome) -> None:
    hub, (placement,) = home.hub, home.placements
    home.taken(home.answered(home.sent()))
    with hub.refuses(says="has accepted"):
        home.sent()
    hub.tested(hub.desk.ask(lambda queries: queries.placed(placement)).patient, hours_ago=2)
    assert hub.state(placement) == "approved"
    assert home.taken(home.answered(home.sent())).entries
    assert hub.state(placement) == "accepted"


# --- whose key, and who may ---------------------------------------------------------------------------


def test_a_homes_key_is_vouched_for_by_an_administrator_who_rang_the_home(hub: AHub) -> None:
    setting = hub.home()
    _, of = write_home_key("Elm Lodge", JO, Signer.new())
    setting_of = partial(set_home_key, setting=setting, of=of)
    for user in (hub.coordinator, hub.lead, hub.clinician):
        with hub.refuses(rule="A2"):
            hub.does(partial(setting_of, given=RANG), user)
    for how in (How.EMAIL, How.LETTER, How.FILE):
        with hub.refuses(rule="A2", says="prove nothing"):
            hub.does(partial(setting_of, given=Given(how=how, name=JO, role="manager")), hub.admin)
    with hub.refuses(says="no such home"):
        hub.does(partial(set_home_key, setting="S-0099", of=of, given=RANG), hub.admin)
    hub.does(partial(setting_of, given=RANG), hub.admin)
    with hub.refuses(says="has this key already"):
        hub.does(partial(setting_of, given=RANG), hub.admin)
    assert hub.desk.ask(lambda queries: queries.home_keys()[setting].name) == JO


@pytest.mark.whole
def test_a_manager_with_the_name_of_one_of_the_hubs_people_is_asked_about(hub: AHub) -> None:
    _, of = write_home_key("Elm Lodge", hub.coordinator.name, Signer.new())
    with pytest.raises(Asked):
        takes_key(hub, hub.home(), of)


def test_it_goes_only_to_the_home_that_they_go_to_and_only_once_approved(home: AHome) -> None:
    hub = home.hub
    other = hub.home("The Limes", vacancies=2)
    elsewhere = hub.walk(hub.proposed(hub.negative("Cal Poe"), stay(other)), "approved")
    with hub.refuses(rule="A2", says="goes to The Limes"):
        home.sent(*home.placements, elsewhere)
    with hub.refuses(says="can't decide away"):
        make_bundle(hub.desk, by=hub.coordinator, placements=[elsewhere], whom=other, asks=ACCEPT)
    waiting = hub.proposed(hub.negative("Dot Fry"), stay(home.setting))
    with hub.refuses(says="waits for approval"):
        home.sent(waiting)
    assert hub.state(home.placements[0]) == "approved"


def test_a_homes_answer_is_taken_in_by_a_coordinator_alone(home: AHome) -> None:
    file = home.answered(home.sent())
    for user in (home.hub.lead, home.hub.clinician, home.hub.admin):
        with pytest.raises(NotAllowed, match="sealed to somebody else"):
            take_in(home.hub.desk, file, carrier=user)


# --- what is refused ----------------------------------------------------------------------------------


def test_what_is_lacking_is_asked_for_before_it_is_signed(home: AHome) -> None:
    content = home.sent()
    for decided, said in (
        (Decided(DECLINE, "No"), "Say why you can't take them"),
        (Decided(DECLINE, " ", code=DeclineReason.OTHER), "what the other reason is"),
    ):
        with pytest.raises(UserError, match=said):
            home.answered(content, decided)
    for decision in (RETURN, RELEASE):
        with pytest.raises(ValueError, match="wasn't asked"):
            home.answered(content, Decided(decision, "x"))


def test_an_answer_is_taken_once_and_not_too_late(home: AHome) -> None:
    content = home.sent()
    yes, no = home.answered(content), home.answered(content, NO)
    assert home.taken(yes).entries
    assert home.why(yes) == home.why(no)
    assert home.why(no).startswith("This answer was taken in already, Mon 16 Nov 08:20")


def test_after_seven_days_the_home_is_asked_anew(home: AHome) -> None:
    file = home.answered(home.sent())
    home.hub.clock.now += DAYS + timedelta(days=1)
    assert home.why(file).startswith("This could be answered until Mon 23 Nov 08:20")


def test_what_changed_since_is_named_and_asked_anew(home: AHome) -> None:
    hub, (placement,) = home.hub, home.placements
    file = home.answered(home.sent())
    person = hub.desk.ask(lambda queries: queries.placed(placement)).patient
    hub.does(partial(patients.amend_patient, patient=person, changes={"needs": {"hoist"}}, reason="Seen"))
    assert "what the offer says under “Care needs summary”" in home.why(file)


@pytest.mark.whole
def test_a_placement_that_was_withdrawn_or_answered_by_phone_takes_no_file(hub: AHub) -> None:
    home = AHome(hub, "Ben Ode", "Cal Poe")
    first, second = home.placements
    files = [home.answered(home.sent(each)) for each in home.placements]
    hub.does(partial(placements.withdraw, placement=first, reason="Went home"), hub.coordinator)
    hub.does(partial(placements.accept, placement=second, given=MANAGER), hub.coordinator)
    assert home.why(files[0]).startswith(f"Placement {first} stands at: withdrawn")
    assert "accepted" in home.why(files[1])


def test_a_key_that_was_closed_or_replaced_answers_no_more(home: AHome) -> None:
    hub = home.hub
    file = home.answered(home.sent())
    _, of = write_home_key("Elm Lodge", "Pat Lin", Signer.new())
    takes_key(hub, home.setting, of)
    assert "isn't signed with the key that Pat Lin of Elm Lodge has now" in home.why(file)
    hub.does(partial(close_home_key, setting=home.setting, reason="Left"), hub.admin)
    assert home.why(file).startswith("This home's key counts no more")
    with hub.refuses(says="can't decide away"):
        home.sent()


def changed(home: AHome, file: bytes, *, sign: bool = False, text: str | None = None,
            code: DeclineReason | None = None, **fields: str) -> bytes:  # fmt: skip
    """The answer with other words or another statement; signed anew by its author where `sign`."""
    cleo = signer_of(home.hub, home.hub.coordinator)
    found = read_answers(file, cleo)
    (one,) = found.answers
    statement = Statement.of({**one.statement.fields, **fields})
    signature = statement.signature(home.signer) if sign else one.signature
    other = replace(one, statement=statement, signature=signature, text=one.text if text is None else text,
                    code=code or one.code)  # fmt: skip
    return write_answers(Answers(found.hub, found.bundle, found.sender, (other,)), to=[cleo.public])


def test_the_decision_the_code_and_the_words_are_held_to_what_was_signed(home: AHome) -> None:
    file = home.answered(home.sent(), NO)
    altered = "This answer was changed after it was signed."
    assert home.why(changed(home, file, code=DeclineReason.NO_BED)) == altered
    assert home.why(changed(home, file, text="No")) == altered
    assert "isn't signed with the key" in home.why(changed(home, file, at="2020-11-16T07:00:00+00:00"))
    assert home.why(changed(home, file, sign=True, hub="0" * 32)) == "This answer is for another hub."
    with pytest.raises(UserError, match="changed or cut short"):
        read_answers(changed(home, file, decision=ACCEPT), signer_of(home.hub, home.hub.coordinator))


# --- the record ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AHome]:
    """A hub at which a yes and a no of one home were taken in. Tests change copies of it alone."""
    hub = AHub(tmp_path_factory.mktemp("homes") / "hub.desk", Clock())
    begins_signing(hub)
    made = AHome(hub, "Ben Ode", "Cal Poe")
    for placement, said in zip(made.placements, (YES, NO), strict=True):
        assert made.taken(made.answered(made.sent(placement), said)).entries
    hub.desk._store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    yield made
    hub.desk.close()


def said_of(carried: AHome, tmp_path: Path, kind: Kind, *, given: Given | None = None,
            **changes: object) -> str:  # fmt: skip
    """What the doctor says once that entry says otherwise, sealed and signed anew by whoever took it in."""
    hub = carried.hub
    sql = "SELECT seq, body FROM journal WHERE kind = ?"
    at, text = hub.connection.execute(sql, (kind.value,)).fetchone()
    body = {**json.loads(text), **changes}
    body = {name: value for name, value in body.items() if value is not ...}
    new = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    attacked = Attacked(hub.path, tmp_path / "taken.desk")
    does = [("UPDATE journal SET body = ? WHERE seq = ?", (new, at))]
    if given is not None:
        does.append(("UPDATE journal SET given = ? WHERE seq = ?", (given.model_dump_json(), at)))
    signs = {user.id: signer_of(hub, user) for user in (hub.coordinator, hub.lead, hub.clinician, hub.admin)}
    attacked.does(*does, sign=with_keys(signs), since=at)
    found = attacked.looked_at().found
    return "" if found.is_sound else found.journal.removeprefix(f"Entry {at:,} ").rstrip(".")


@pytest.mark.parametrize("kind", [Kind.PLACEMENT_ACCEPTED, Kind.PLACEMENT_DECLINED])
def test_the_doctor_holds_the_entry_to_what_the_home_signed(
    carried: AHome, tmp_path: Path, kind: Kind
) -> None:
    otherwise = "isn't what the answer in it says"
    assert said_of(carried, tmp_path, kind) == ""
    assert said_of(carried, tmp_path, kind, note="Gladly") == otherwise
    other = Given(how=How.FILE, name="Pat Lin", role="registered manager")
    assert said_of(carried, tmp_path, kind, given=other) == otherwise
    assert said_of(carried, tmp_path, kind, given=RANG) == otherwise
    assert said_of(carried, tmp_path, kind, setting="S-0009") == (
        "holds an answer of a home that had no key then"
    )
    assert said_of(carried, tmp_path, kind, answer=...) == (
        "says that its answer was signed, and holds none that is"
    )
    if kind is Kind.PLACEMENT_DECLINED:
        assert said_of(carried, tmp_path, kind, code=DeclineReason.NO_BED.value) == otherwise


@pytest.mark.whole
def test_in_a_sealed_hub_where_words_about_people_stand_in_boxes_the_record_holds_too(tmp_path: Path) -> None:
    sealed = ASealedHub(tmp_path / "hub.desk")
    lead = sealed.joined("Lee Okafor", LEADS, Role.LA_LEAD)
    hub = AHub.__new__(AHub)
    hub.clock, hub.past, hub.desk, hub.lead = sealed.clock, None, sealed.desk, lead
    hub.coordinator = hub.admin = sealed.ada
    home = AHome(hub, "Ben Ode", "Cal Poe")
    for placement, said in zip(home.placements, (YES, NO), strict=True):
        assert home.taken(home.answered(home.sent(placement), said)).entries
    assert [hub.state(each) for each in home.placements] == ["accepted", "declined"]
    assert hub.desk.verify().is_intact
    sealed.anew()
    assert sealed.desk.verify().is_intact
    sealed.desk.close()


# --- the files of a home ------------------------------------------------------------------------------


def test_the_file_of_a_key_says_whose_it_is_and_any_change_is_refused() -> None:
    content, of = write_home_key("Elm Lodge", JO, Signer.new())
    assert read_home_key(content) == of
    assert len(of.letters) == 17
    version = b'"version": 1'
    broken = (
        b"", b"{}", b"[]", b"[" * 5000, b"x" * 9**5, content[:-40], content.replace(b"Marsh", b"Mersh"),
        content.replace(version, b'"version": "x"'),
    )  # fmt: skip
    for each in broken:
        with pytest.raises(UserError, match="no home's key"):
            read_home_key(each)
    with pytest.raises(UserError, match="of version 9"):
        read_home_key(content.replace(b'"version": 1', b'"version": 9'))
    turned, _ = write_home_key("Elm Lodge", "Jo \u202ehsraM", Signer.new())
    with pytest.raises(UserError, match="no home's key"):
        read_home_key(turned)


def test_the_invitation_of_a_home_opens_only_with_the_key_that_was_made_there(home: AHome) -> None:
    slots, signer = at_no_hub("home", JO, "four quiet lamps by the canal", cost=CHEAP)
    of = OfHome("Elm Lodge", JO, signer.public, "")
    takes_key(home.hub, home.setting, of)
    content, letters = invite_home(home.hub.desk, by=home.hub.admin, setting=home.setting)
    whole = with_own_slot(content, slots)
    found = read_invitation(whole, signer)
    assert (found.check, found.to.id, found.hub_name) == (letters, home.setting, "Three Boroughs")
    assert [one.id for one in found.senders] == [home.hub.coordinator.id]
    assert with_own_slot(whole, None) == whole
    other, _ = at_no_hub("home", JO, "four quiet lamps by the canal", cost=CHEAP)
    for own in (None, other):
        with pytest.raises(UserError, match="key isn't on this machine"):
            with_own_slot(content, own)
    for broken in (b"", b"{}", b'{"what": "invitation", "version": 2}'):
        with pytest.raises(UserError, match="no invitation"):
            with_own_slot(broken, slots)
    with pytest.raises(UserError, match="no key"):
        invite_home(home.hub.desk, by=home.hub.admin, setting=home.hub.home("The Limes"))


@pytest.mark.whole
def test_who_is_called_as_somebody_of_the_hub_later_changes_nothing(home: AHome) -> None:
    file = home.answered(home.sent())
    home.hub.does(partial(people.add_user, name=JO, roles=[Role.READER]), home.hub.admin)
    assert home.taken(file).entries
