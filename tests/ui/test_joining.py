"""Joining a shared hub by the window: the letters, who comes in, each fault at its field, stopped, opened."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from discharge.actions import sharing, signing_in
from discharge.actions.desk import Desk
from discharge.model.errors import UserError
from discharge.model.people import Role
from discharge.store.ask.queries import Queries
from discharge.store.server.faults import CertificateRefused, PasswordRefused, ServerGone
from discharge.store.server.link import Link
from discharge.store.server.rows import Batch
from tests.actions.a_sealed_hub import ADA, ANOTHER, CHEAP, JO, ASealedHub
from tests.actions.a_server import ALink, AServer
from tests.server.a_server import AServer as RealServer
from tests.server.conftest import kept_server, postgres, server
from tests.ui.test_entrance import PATIENTS, Make, in_front, make, sits, type_twice
from ui.application import Application
from ui.frame.choosing import ChoosePassphrase
from ui.frame.founding import Founding
from ui.frame.joining import STOPPED, JoinForm
from ui.theme.theme import Theme

__all__ = ["kept_server", "make", "postgres", "server"]
ADDRESS = {"url": "postgresql://desk_1@127.0.0.1:5999/hub", "password": "a green heron"}


@dataclass
class Shared:
    """A hub on a server, the invitation to it in a file, and a word for somebody who has no passphrase."""

    server: AServer
    invitation: Path
    letters: str
    new: str
    word: str


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    hub = ASealedHub(tmp_path_factory.mktemp("one") / "Hub.discharge")
    hub.joined("Jo Reed", JO, Role.COORDINATOR)
    new = hub.added("Lee Moor", Role.COORDINATOR)
    ada = signing_in.sign_in(hub.desk, hub.unlocked(hub.ada.id, ADA))
    word = signing_in.let_in(hub.desk, ada, new, cost=CHEAP)
    server = AServer()
    invitation = sharing.bring(hub.desk, server.link(), ADDRESS, by=ada)
    hub.desk.close()
    path = hub.path.with_name("Ward.ddinvite")
    path.write_text(invitation.text, "utf-8")
    return Shared(server, path, invitation.check, new, word)


@pytest.fixture
def shared(brought: Shared, monkeypatch: pytest.MonkeyPatch) -> Shared:
    """As it was brought; a link to it is one in memory."""
    server = AServer()
    for name in ("entries", "files", "keys", "doors"):
        setattr(server, name, list(getattr(brought.server, name)))
    server.hub = brought.server.hub
    monkeypatch.setattr(sharing, "link_of", lambda *_args, **_more: server.link())
    monkeypatch.setattr(sharing, "connected", lambda *_args, **_more: server.link())
    return Shared(server, brought.invitation, brought.letters, brought.new, brought.word)


@pytest.fixture
def form(shared: Shared, theme: Theme, tmp_path: Path, qtbot: Any) -> JoinForm:
    made = JoinForm(theme=theme, where=lambda name: tmp_path / "two" / f"{name}.discharge")
    made.bug.connect(lambda bug: pytest.fail(bug.frames))
    qtbot.addWidget(made)
    made.show()
    return made


def joining(application: Application) -> JoinForm:
    """The form over a window."""
    (form,) = application.window.findChildren(JoinForm)
    return form


def compared(form: JoinForm, shared: Shared, qtbot: Any) -> None:
    """The invitation is chosen and the letters are compared."""
    form.invitation.set_value(shared.invitation)
    qtbot.waitUntil(lambda: form.letters.text() == shared.letters)
    form.same.set_value(True)
    qtbot.waitUntil(lambda: form.who.editor.count() == 4)


def asked(form: JoinForm, who: str, secret: str) -> None:
    """Somebody comes in with this."""
    form.who.set_value(who)
    form.secret.set_value(secret)
    form.ask_to_save()


def test_nothing_is_asked_of_the_server_before_the_letters_are_compared(
    form: JoinForm, shared: Shared, qtbot: Any
) -> None:
    shared.server.reachable = False
    form.invitation.set_value(shared.invitation)
    qtbot.waitUntil(form.letters.isVisible)
    assert form.to.text() == "To “Three Boroughs”, on the server 127.0.0.1:5999/hub. Its letters:"
    assert form.letters.text() == shared.letters
    assert not form.server.head.isChecked()
    form.ask_to_save()
    assert form.who.editor.count() == 1
    form.same.set_value(True)
    qtbot.waitUntil(lambda: "doesn't answer" in form.address.problem())
    assert form.server.head.isChecked()
    shared.server.reachable = True
    form.ask_to_save()
    qtbot.waitUntil(lambda: form.who.editor.count() == 4)
    form.invitation.set_value(shared.invitation.with_name("another"))
    assert form.who.editor.count() == 1, "another invitation has its own letters"
    assert not form.letters.isVisible()
    qtbot.waitUntil(lambda: "can't be read" in form.invitation.problem())


@pytest.mark.whole
def test_each_fault_is_said_at_its_field(
    form: JoinForm, shared: Shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    compared(form, shared, qtbot)
    asked(form, "U-0002", "another passphrase")
    qtbot.waitUntil(lambda: form.secret.problem() != "")
    assert form.secret.value() is None
    taken = tmp_path / "Taken.discharge"
    taken.touch()
    form.hub.set_value(taken)
    asked(form, "U-0002", JO)
    qtbot.waitUntil(lambda: "already" in form.hub.problem())
    form.hub.set_value(tmp_path / "free.discharge")

    def refuse(error: UserError) -> None:
        def link_of(*_args: Any, **_more: Any) -> Any:
            raise error

        monkeypatch.setattr(sharing, "link_of", link_of)

    for error, field in (
        (ServerGone("The server doesn't answer."), form.address),
        (PasswordRefused("The password isn't taken."), form.password),
        (CertificateRefused("The certificate is unknown."), form.ca),
        (sharing.BadInvitation("Another hub lies on this server."), form.invitation),
    ):
        refuse(error)
        asked(form, "U-0002", JO)
        qtbot.waitUntil(lambda at=field, said=error.sentence: said in at.problem())
        assert form.message() == ""
        form.address.set_value(ADDRESS["url"] + "2")
        form.password.set_value("x")
        form.ca.set_value(None)
    form.address.set_value("postgresql://desk_1@db.trust.example/hub")
    asked(form, "U-0002", JO)
    qtbot.waitUntil(lambda: "another machine" in form.ca.problem())
    assert not (tmp_path / "free.discharge").exists()


def test_stopped_by_escape_it_leaves_nothing_and_joins_the_next_time(
    form: JoinForm, shared: Shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    gate, since = threading.Event(), ALink.since

    def late(link: ALink, seq: int, *, at_most_bytes: int) -> Batch:
        assert gate.wait(30)
        return since(link, seq, at_most_bytes=at_most_bytes)

    monkeypatch.setattr(ALink, "since", late)
    compared(form, shared, qtbot)
    asked(form, "U-0002", JO)
    assert form.running.isVisible()
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert form.isVisible()
    gate.set()
    qtbot.waitUntil(lambda: form.message() == STOPPED)
    assert not form.running.isVisible()
    assert not list((tmp_path / "two").iterdir())
    with qtbot.waitSignal(form.joined) as joined:
        form.ask_to_save()
    path, unlocked, said = joined.args
    assert path == tmp_path / "two" / "Three Boroughs.discharge"
    assert said.startswith("This desk is one of Three Boroughs: it has all ")
    with Desk.open(path, unlocked=unlocked) as desk:
        assert len(desk.ask(Queries.desks)) == 2


def test_a_new_desk_founds_a_hub_or_joins_one_and_may_change_its_mind(
    make: Make, shared: Shared, tmp_path: Path, qtbot: Any
) -> None:
    application = make(tmp_path / "North.hub")
    founding = in_front(application, Founding, qtbot)
    founding.other.click()
    form = joining(application)
    assert form.isVisible()
    compared(form, shared, qtbot)
    assert form.hub.value() == tmp_path / "North.hub"
    assert form.secret.name == "Passphrase"
    form.who.set_value(shared.new)
    assert form.secret.name == "One-time word"
    qtbot.keyClick(form, Qt.Key.Key_Escape)
    assert not form.isVisible()
    assert founding.isVisible()


@pytest.mark.whole
@pytest.mark.parametrize("by_word", [False, True])
def test_a_desk_joins_a_hub_on_a_real_server_and_works_in_it(
    make: Make, server: RealServer, tmp_path: Path, qtbot: Any, *, by_word: bool
) -> None:
    server.do("TRUNCATE discharge.hub CASCADE")
    hub = ASealedHub(tmp_path / "one" / "Hub.discharge")
    jo = hub.joined("Jo Reed", JO, Role.COORDINATOR)
    ada = signing_in.sign_in(hub.desk, hub.unlocked(hub.ada.id, ADA))
    invitation = sharing.bring(
        hub.desk, Link.open(server.address(), None), server.address("desk_2").as_json(), by=ada
    )
    new = hub.added("Lee Moor", Role.COORDINATOR)
    word = signing_in.let_in(hub.desk, ada, new, cost=CHEAP)
    path = tmp_path / "Ward.ddinvite"
    path.write_text(invitation.text, "utf-8")
    application = make(tmp_path / "two" / "North.hub", clock=None, pages=(PATIENTS,))
    in_front(application, Founding, qtbot).other.click()
    form = joining(application)
    form.invitation.set_value(path)
    qtbot.waitUntil(form.letters.isVisible)
    form.same.set_value(True)
    qtbot.waitUntil(lambda: form.who.editor.count() == 4)
    with qtbot.waitSignal(application.finished):
        asked(form, new if by_word else jo.id, word if by_word else JO)
    application.close()
    message, came_in, following = application.restore(), application.entrance.came_in, application.next_hub
    assert following == tmp_path / "two" / "North.hub"
    application = make(
        following,
        window=application.retire(),
        came_in=came_in,
        message=message,
        clock=None,
        pages=(PATIENTS,),
    )
    if by_word:
        chosen = in_front(application, ChoosePassphrase, qtbot)
        qtbot.waitUntil(
            lambda: application.shared.standing is not None and application.shared.standing.online
        )
        type_twice(chosen.passphrase, ANOTHER)
        chosen._go_on()
    sits(application, "Lee Moor" if by_word else "Jo Reed", qtbot)
    assert "This desk is one of Three Boroughs" in application.window.banner.words()
    qtbot.waitUntil(lambda: application.shared.standing is not None and application.shared.standing.online)
    hub.desk.take_what_came()
    assert len(hub.desk.ask(Queries.desks)) == 2, "it is on record that it joined"
    hub.desk.close()
