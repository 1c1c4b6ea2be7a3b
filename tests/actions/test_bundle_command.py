"""`discharge bundle show`: what is in a file to decide on, an answer or an invitation, and to whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from discharge import paths
from discharge.actions.away import Decided, answer, come_in, keep_invitation, make_home_key, open_bundle
from discharge.actions.bundles import invite, make_bundle
from discharge.actions.home_keys import invite_home
from discharge.keys.passphrases import Cost
from discharge.model.approving import APPROVE, RETURN
from discharge.model.people import Role
from tests.actions.a_home import AHome, takes_key
from tests.actions.a_hub import AHub, Clock
from tests.actions.a_sealed_hub import ADA, JO, ASealedHub
from tests.actions.away import waits
from tests.actions.signing import begins_signing
from tests.actions.test_door import said


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sealed hub, closed, a lead's invitation, a file to decide on, and the answer."""
    folder = tmp_path_factory.mktemp("files")
    hub = ASealedHub(folder / "Three.hub")
    lead = hub.joined("Lee Okafor", JO, Role.LA_LEAD)
    work = AHub.__new__(AHub)
    work.clock, work.desk, work.coordinator, work.lead = hub.clock, hub.desk, hub.ada, lead
    both = waits(work, "Ben Ode", "Cal Poe")
    invitation, _ = invite(hub.desk, by=hub.ada, whom=lead.id)
    content = make_bundle(hub.desk, by=hub.ada, placements=both, whom=lead.id).content
    theirs = come_in(invitation, JO)
    bundle = open_bundle(content, theirs)
    decided = zip(bundle.items, (Decided(APPROVE, "Near her son"), Decided(RETURN, "Too dear")), strict=True)
    back = answer(bundle, theirs, {item.item: each for item, each in decided}, at=hub.clock.now)
    hub.desk.close()
    named = {"mine.ddkey": invitation, "To decide.ddbundle": content, "Answer.ddanswer": back}
    for name, each in named.items():
        (folder / name).write_bytes(each)
    return folder


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept on this machine yet."""
    monkeypatch.setattr(paths, "user_data", lambda: tmp_path / "data")


def shows(capsys: pytest.CaptureFixture[str], file: Path, *more: object, secret: str | None = JO) -> str:
    """What is said of it."""
    code, text = said(capsys, "bundle", "show", file, *more, secret=secret)
    assert code == 0
    return text


def refuses(capsys: pytest.CaptureFixture[str], file: Path, *more: object, secret: str | None = JO) -> str:
    """Why nothing is said of it."""
    code, text = said(capsys, "bundle", "show", file, *more, secret=secret)
    assert code == 2
    return text


def test_a_file_to_decide_on_says_for_whom_it_is_of_which_hub_and_what_is_asked(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shows(capsys, files / "To decide.ddbundle", "--invitation", files / "mine.ddkey")
    assert text == (
        "To decide, of Three Boroughs: for Lee Okafor (U-0002), from Ada Marsh (U-0001),\n"
        "Mon 16 Nov 2020 08:00. It can be answered until Mon 23 Nov 2020 08:00.\n"
        "2 questions:\n"
        "  L-0001 Ben Ode, Elm Lodge: approval\n"
        "  L-0002 Cal Poe, Elm Lodge: approval\n"
    )
    keep_invitation((files / "mine.ddkey").read_bytes())
    assert shows(capsys, files / "To decide.ddbundle") == text


def test_without_their_key_or_passphrase_nothing_of_it_is_said(
    files: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file, mine = files / "To decide.ddbundle", ("--invitation", files / "mine.ddkey")
    said_of = {
        "no key": refuses(capsys, file),
        "no passphrase": refuses(capsys, file, *mine, secret=ADA),
        "not asked": refuses(capsys, file, *mine, secret=None),
    }
    assert "sealed to somebody else: to 1 key" in said_of["no key"]
    assert "not the passphrase" in said_of["no passphrase"]
    assert "no terminal" in said_of["not asked"]
    assert not any(name in text for text in said_of.values() for name in ("Ben", "Elm", "Boroughs"))


def test_an_answer_is_opened_at_the_hub_by_whoever_could_take_it_in(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, hub = files / "Answer.ddanswer", ("--hub", files / "Three.hub", "--as")
    assert shows(capsys, file, *hub, "U-0001", secret=ADA) == (
        "Answer of Lee Okafor (U-0002), as it says of itself; signed Mon 16 Nov 2020 08:00.\n"
        "Whether it holds is looked at as it is taken in.\n"
        "2 answers:\n"
        "  L-0001: approved. Near her son\n"
        "  L-0002: returned. Too dear\n"
    )
    assert "opened at its hub" in refuses(capsys, file)
    other = refuses(capsys, files / "To decide.ddbundle", *hub, "U-0002")
    assert "holds placements to decide on, not answers" in other


def test_an_invitation_says_whose_it_is_and_the_letters_to_compare(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shows(capsys, files / "mine.ddkey")
    assert text.startswith("Invitation of Three Boroughs for Lee Okafor (U-0002), from Ada Marsh (U-0001),\n")
    check = come_in((files / "mine.ddkey").read_bytes(), JO).invitation.check
    assert f"Letters to compare: {check}." in text
    assert "Who may send them files: Ada Marsh (U-0001)" in text


def test_what_cant_be_read_is_said_in_a_sentence(
    files: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    mine = ("--invitation", files / "mine.ddkey")
    content = (files / "To decide.ddbundle").read_bytes()
    short, none, letter = (tmp_path / name for name in ("short.ddbundle", "none.ddbundle", "none.ddkey"))
    short.write_bytes(content[:-9])
    none.write_bytes(b"a letter")
    letter.write_bytes(b"a letter")
    assert "changed or cut short on its way" in refuses(capsys, short, *mine)
    assert "no sealed file of this program" in refuses(capsys, none, *mine)
    assert "no sealed file of this program" in refuses(capsys, none)
    assert "no invitation of a hub" in refuses(capsys, letter)
    assert "can't be read" in refuses(capsys, tmp_path / "gone.ddbundle", *mine)


@pytest.mark.whole
def test_a_homes_key_its_invitation_and_an_offer_are_said_on_its_own_machine(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = AHub(tmp_path / "hub.desk", Clock())
    begins_signing(hub)
    home = AHome(hub, "Ben Ode")
    content, of = make_home_key("Elm Lodge", "Jo Marsh", JO, cost=Cost(1, 8 * 2**20))
    takes_key(hub, home.setting, of)
    key, mine, offer = (tmp_path / name for name in ("Key.ddhome", "Mine.ddkey", "Offer.ddbundle"))
    key.write_bytes(content)
    mine.write_bytes(invite_home(hub.desk, by=hub.admin, setting=home.setting)[0])
    offer.write_bytes(home.sent())
    hub.desk.close()
    assert shows(capsys, key, secret=None) == (
        "Key of Elm Lodge, for which Jo Marsh answers, as it says of itself.\n"
        f"Letters to compare by telephone: {of.letters}.\n"
    )
    assert shows(capsys, mine).startswith(
        f"Invitation of Three Boroughs for Jo Marsh ({home.setting}), from Ana Admin (U-0001),\n"
    )
    text = shows(capsys, offer, "--invitation", mine)
    assert f"  {home.placements[0]}, Elm Lodge: an offer\n" in text
    assert "Ben" not in text
    monkeypatch.setattr(paths, "user_data", lambda: tmp_path / "another")
    assert "key isn't on this machine" in refuses(capsys, mine)
