"""A home's key made, taken in and used; its offers sent, answered and taken in: by the windows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QWidget

from discharge import paths
from discharge.actions import away as at_home
from discharge.actions.desk import Desk
from discharge.exchange.home_key_file import read_home_key
from discharge.keys.passphrases import Cost
from discharge.model.approving import ACCEPT
from discharge.model.people import How, User
from discharge.model.placement import DeclineReason
from tests.actions.a_home import JO, AHome
from tests.actions.a_hub import AHub, Clock
from tests.actions.signing import begins_signing
from tests.ui.reach import cut_off, nameless, not_reached_by_tab, too_small
from tests.ui.rest import until
from ui.away import home_key
from ui.away.deciding import DecideAwayDialog
from ui.away.home_key import LettersDialog
from ui.away.kinds import OfOffer
from ui.away.open import _opened
from ui.away.take_in import take_in_file
from ui.frame.send_file import who_can_answer
from ui.frame.services import Message, Services
from ui.moves.send import SendOfferForm
from ui.settings.home_key import CloseHomeKeyForm, HomeKeyForm, invite_into
from ui.theme.theme import Theme

WORDS = "four quiet lamps by the canal"


@pytest.fixture
def hub(tmp_path: Path) -> Any:
    made = AHub(tmp_path / "hub.desk", Clock())
    begins_signing(made)
    yield made
    made.desk.close()


@pytest.fixture
def at_desk(hub: AHub, make_services: Callable[..., Services]) -> Callable[[User], Services]:
    """A window's services over the hub, with somebody at the desk."""

    def sit(user: User) -> Services:
        signed = hub.desk.signs(user.id)
        assert signed is not None

        def opens() -> Desk:
            desk = Desk.open(hub.path, clock=hub.clock)
            desk.sign_with(signed)
            return desk

        services = make_services(opens, clock=hub.clock)
        services.set_user(user)
        return services

    return sit


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the program on the home's machine, where passphrases are cheap."""
    monkeypatch.setattr(paths, "user_data", lambda: tmp_path / "data")
    monkeypatch.setattr(at_home, "make_home_key", partial(at_home.make_home_key, cost=Cost(1, 8 * 2**20)))
    return tmp_path


def said_by(services: Services) -> list[str]:
    """What is said in the undo bar from now on."""
    said: list[str] = []
    services.offered.connect(lambda sentence, _undo: said.append(sentence))
    return said


def words_of(widget: QWidget) -> str:
    """All that it says."""
    return " ".join(each.text() for each in widget.findChildren(QLabel))


def saves_to(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own dialog says this file; none where it is left."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (path, ""))


def made_key(elsewhere: Path, look: Theme, qtbot: Any) -> tuple[Path, str]:
    """The home's key, made by the form on its own machine; with the letters that are shown."""
    parent = QWidget()
    qtbot.addWidget(parent)
    form = home_key.HomeKeyForm(theme=look, parent=parent)
    form.new.first.set_value(WORDS)
    form.new.again.set_value(WORDS)
    form.make(elsewhere / "Key.ddhome", "Elm Lodge", JO)
    until(lambda: bool(parent.findChildren(LettersDialog)))
    (letters,) = parent.findChildren(LettersDialog)
    return elsewhere / "Key.ddhome", letters.word.text()


def test_a_key_is_made_without_any_hub_and_its_letters_stand_there_to_be_read(
    elsewhere: Path, look: Theme, qtbot: Any
) -> None:
    path, letters = made_key(elsewhere, look, qtbot)
    of = read_home_key(path.read_bytes())
    assert (of.home, of.name, letters) == ("Elm Lodge", JO, of.letters)
    again = home_key.HomeKeyForm(theme=look)
    qtbot.addWidget(again)
    assert f"the key of {JO} for Elm Lodge already; letters {of.letters}" in words_of(again)
    assert "Save its file again…" in [each.text() for each in again.findChildren(QPushButton)]
    assert not any(WORDS.encode() in each.read_bytes() for each in elsewhere.rglob("*") if each.is_file())


def test_a_key_is_made_only_of_a_home_a_name_and_a_passphrase_typed_twice(
    elsewhere: Path, look: Theme, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = home_key.HomeKeyForm(theme=look)
    qtbot.addWidget(form)
    saves_to("", monkeypatch)
    form.ask_to_save()
    assert "Say which home it is." in words_of(form)
    form.home.set_value("Elm Lodge")
    form.who.set_value(JO)
    form.new.first.set_value(WORDS)
    form.new.again.set_value(f"{WORDS}s")
    form.ask_to_save()
    assert "The two aren't the same." in words_of(form)
    form.new.again.set_value(WORDS)
    form.ask_to_save()
    assert at_home.own_home_key() is None
    saves_to(str(elsewhere / "Key.ddhome"), monkeypatch)
    form.ask_to_save()
    until((elsewhere / "Key.ddhome").exists)
    until(lambda: not form.isVisible())


@pytest.mark.whole
def test_a_weak_passphrase_makes_no_key(elsewhere: Path, look: Theme, qtbot: Any) -> None:
    form = home_key.HomeKeyForm(theme=look)
    qtbot.addWidget(form)
    form.new.first.set_value("elm lodge")
    form.make(elsewhere / "Key.ddhome", "Elm Lodge", JO)
    until(lambda: "guess" in words_of(form))
    assert not (elsewhere / "Key.ddhome").exists()
    assert at_home.own_home_key() is None


def test_an_offer_goes_to_the_home_and_its_answer_comes_back(
    hub: AHub,
    at_desk: Callable[[User], Services],
    elsewhere: Path,
    look: Theme,
    qtbot: Any,
) -> None:
    home = AHome(hub, "Ben Ode", "Cal Poe")
    key, _letters = made_key(elsewhere, look, qtbot)
    # an administrator takes the key in, and makes the invitation
    services = at_desk(hub.admin)
    told: list[Message] = []
    services.told.connect(told.append)
    said = said_by(services)
    page = hub.desk.ask(lambda queries: queries.setting(home.setting))
    form = HomeKeyForm(page, services=services)
    qtbot.addWidget(form)
    assert form.check({"same": True}).startswith("Choose the file")
    form.look_at(elsewhere / "no such file")
    assert "can't be read" in words_of(form)
    form.look_at(key)
    of = read_home_key(key.read_bytes())
    assert f"Letters: {of.letters}" in words_of(form)
    assert f"{JO} answers for it until then" in words_of(form)
    assert form.given is not None
    form.given.name.set_value(JO)
    form.given.number.set_value("020 7946 0001")
    form.ask_to_save()
    assert "Compare the letters first" in words_of(form)
    form.same.set_value(True)
    form.given.how.set_value(How.EMAIL)
    form.ask_to_save()
    until(lambda: "prove nothing" in words_of(form))
    form.given.how.set_value(How.PHONE)
    form.ask_to_save()
    until(partial(bool, said))
    assert said == [f"{JO} answers for Elm Lodge by signed files. Next: its invitation."]
    page = hub.desk.ask(lambda queries: queries.setting(home.setting))
    assert page.signs == JO
    invite_into(elsewhere / "Invitation.ddkey", page, services=services)
    until(partial(bool, told))
    assert told[0].sentence.startswith(f"Saved: Invitation.ddkey. Mail it to {JO}; its letters are ")
    # a coordinator sends two offers
    services = at_desk(hub.coordinator)
    said = said_by(services)
    rows = [page.row for page in hub.desk.ask(lambda q: [q.placement(name) for name in home.placements])]
    whom = [one for one in hub.desk.ask(partial(who_can_answer, ACCEPT)) if one.id == home.setting]
    sending = SendOfferForm(rows, whom, services=services)
    qtbot.addWidget(sending)
    assert "counts as told" in words_of(sending)
    sending.save_to(elsewhere / "Offer.ddbundle", home.setting)
    until(partial(bool, said))
    assert [hub.state(each) for each in home.placements] == ["told", "told"]
    # the manager opens them on their own machine, and answers
    away, bundle = _opened(elsewhere / "Offer.ddbundle", elsewhere / "Invitation.ddkey", WORDS)
    again, _ = _opened(elsewhere / "Offer.ddbundle", None, WORDS)
    assert again.invitation == away.invitation
    assert away.invitation.check in told[0].sentence
    dialog = DecideAwayDialog(bundle, away, theme=look, now=hub.clock)
    qtbot.addWidget(dialog)
    dialog.show()
    kind = dialog.kind
    assert isinstance(kind, OfOffer)
    for shown in ("Offer to Elm Lodge", "Care needs summary", "Penicillin", "Answer by Mon 16 Nov 12:40."):
        assert shown in words_of(dialog)
    assert not any(name in words_of(dialog) for name in ("Ben", "Ode", "Cal", "Poe"))
    assert dialog.list.item(0).text() == f"Placement {home.placements[0]}\nTo decide · Elm Lodge"
    dialog.no.trigger()
    assert dialog._message.words().startswith("Say why you can't take them.")
    kind.code.set_value(DeclineReason.NO_BED)
    dialog.no.trigger()
    assert kind.code.value() is None
    dialog.note.set_value("From two o'clock")
    dialog.yes.trigger()
    assert [dialog.list.item(at).text().splitlines()[1] for at in range(2)] == [
        "Declined · Elm Lodge", "Accepted · Elm Lodge",
    ]  # fmt: skip
    dialog.save_to(elsewhere / "Answer.ddanswer")
    # and the coordinator takes it in
    take_in_file(elsewhere / "Answer.ddanswer", services)
    until(lambda: len(said) > 1)
    assert said[1:] == [
        f"2 placements by {JO} of Elm Lodge: 1 accepted, 1 declined. Next: book transport."
        " Plan again to find another place."
    ]
    assert [hub.state(each) for each in home.placements] == ["declined", "accepted"]
    assert hub.desk.verify().is_intact


@pytest.mark.whole
def test_a_key_is_closed_with_its_reason(hub: AHub, at_desk: Callable[[User], Services], qtbot: Any) -> None:
    home, services = AHome(hub), at_desk(hub.admin)
    said = said_by(services)
    page = hub.desk.ask(lambda queries: queries.setting(home.setting))
    form = CloseHomeKeyForm(page, services=services)
    qtbot.addWidget(form)
    form.reason.set_value("She has left")
    form.ask_to_save()
    until(partial(bool, said))
    assert said == ["Elm Lodge answers by signed files no more."]
    assert hub.desk.ask(lambda queries: queries.setting(home.setting)).signs == ""
    assert hub.desk.ask(lambda queries: queries.setting(home.setting)).timeline[0].sentence == (
        f"{JO} no longer answers for it by signed files. Reason: She has left"
    )


@pytest.mark.whole
def test_its_dialogs_are_named_and_whole_in_text_of_twice_the_size(
    hub: AHub,
    at_desk: Callable[[User], Services],
    look: Theme,
    theme: Theme,
    qapp: QApplication,
    qtbot: Any,
    elsewhere: Path,
) -> None:
    home, services = AHome(hub, "Ben Ode"), at_desk(hub.admin)
    page = hub.desk.ask(lambda queries: queries.setting(home.setting))
    (row,) = (hub.desk.ask(lambda queries: queries.placement(home.placements[0])).row,)
    whom = hub.desk.ask(partial(who_can_answer, ACCEPT))
    bundle = home.opened(home.sent())
    theme.use(qapp, scale=2.0)
    try:
        for dialog in (
            home_key.HomeKeyForm(theme=theme),
            LettersDialog("ABCDE-FGHIJ-KLMNO", path=Path("Key of Elm Lodge.ddhome"), theme=theme),
            HomeKeyForm(page, services=services),
            CloseHomeKeyForm(page, services=services),
            SendOfferForm([row], whom, services=services),
            DecideAwayDialog(bundle, home.away, theme=theme, now=hub.clock),
        ):
            qtbot.addWidget(dialog)
            dialog.show()
            dialog.activateWindow()
            until(dialog.isActiveWindow)
            assert not nameless(dialog)
            assert not too_small(dialog)
            assert not cut_off(dialog)
            assert not not_reached_by_tab(dialog, qtbot)
            dialog.hide()
    finally:
        look.apply(qapp)
