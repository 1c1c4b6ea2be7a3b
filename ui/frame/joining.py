"""Joining a hub that many desks share: with an invitation, by the window, before any hub is open or after."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from discharge.model.errors import UserError
from ui import HUB_SUFFIX
from ui.frame.server_faults import told_at
from ui.theme.palette import Tone
from ui.theme.theme import Theme
from ui.widgets.banner import announce
from ui.widgets.choice_fields import ChoiceField, TickField
from ui.widgets.field import Field
from ui.widgets.form import FormDialog
from ui.widgets.passphrase import PassphraseField
from ui.widgets.path_field import PathField
from ui.widgets.running import Running
from ui.widgets.text import Wrapped, label
from ui.widgets.text_fields import TextField
from ui.work.away import Away

if TYPE_CHECKING:
    from discharge.actions.sharing import Invitation
    from discharge.actions.signing_in import WayIn
    from discharge.keys.slots import Unlocked
    from discharge.store.server.address import Address

INVITATIONS = "Invitations (*.ddinvite);;All files (*)"
SAID = (
    "This desk takes the whole record of the hub from its server, and keeps it. From then on what is done at "
    "one desk is at all of them, and each works on while the server can't be reached."
)
COMPARE = (
    "Ring whoever made the invitation, on a number that you know. If they don't read the same letters, go no "
    "further: the file isn't the one that they made."
)
NOT_COMPARED = "Compare the letters with whoever made the invitation first, and say that they are the same."
STOPPED = "Stopped. Nothing of the hub was left on this machine."
WORD = "one_time_word"
SOON_MS = 250
"""After what was typed last the invitation is read."""
TOLD_SECONDS = 0.1
"""So often it is said how far it is."""
PATIENCE_SECONDS = 20.0
"""So long the server may take for a part of the record."""
LEFT_WITHIN_SECONDS = 10.0


class Stopped(UserError):
    """Whoever joins has changed their mind."""


class JoinForm(FormDialog):
    """Asks for the invitation, shows the letters to compare, asks who comes in, and joins.

    `joined` carries the hub's file, the opened slot of whoever came in, and what was done in a sentence.
    `where`: the file that is proposed for a hub of this name. `clock`: None for the system's.
    """

    joined = Signal(object, object, str)
    bug = Signal(object)
    """A `Bug` of ours."""
    waiting_word: ClassVar[str] = "Joining"
    _progressed = Signal(int, int)

    def __init__(
        self,
        *,
        theme: Theme,
        where: Callable[[str], Path],
        clock: Callable[[], datetime] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Join a shared hub", theme=theme, save_word="Join", parent=parent)
        self._where, self._clock = where, clock
        self._invitation: Invitation | None = None
        self._shown = ""
        self._people: Mapping[str, WayIn] = {}
        self._stop = threading.Event()
        self._reading, self._away = Away(self), Away(self)
        for away in (self._reading, self._away):
            away.bug.connect(self.bug)
        self.add_widget(label(SAID, "muted", wrap=True))
        self._ask_for_the_invitation()
        self._ask_who()
        self.running = Running(theme=theme, parent=self)
        self.running.stop.setToolTip("Escape. Nothing of the hub is left on this machine.")
        self.running.stop.clicked.connect(self.stop)
        self.running.hide()
        self.add_above_foot(self.running)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._read)
        self._progressed.connect(partial(self.running.count, what="entries"))

    def _ask_for_the_invitation(self) -> None:
        theme = self.theme
        self.section("The invitation")
        self.invitation = self.add(
            PathField("invitation", "Invitation", theme=theme, choose=self._choose_invitation, required=True,
                      hint="The file that an administrator of the hub made: Hub, “Invite another desk…”."),
            wide=True,
        )  # fmt: skip
        self.invitation.changed.connect(self._invitation_changed)
        self.to = Wrapped("", parent=self)
        self.letters = label("", "title", wrap=True)
        for each in (self.to, self.letters):
            each.hide()
            self.add_widget(each)
        self.same = self.add(
            TickField("same", "They read me the same letters", theme=theme, hint=COMPARE), wide=True
        )
        self.same.hide()
        self.same.changed.connect(self._compared)
        self.server = self.fold(
            "Where its server is", tip="As the invitation says, or as your IT says for this desk"
        )
        self.address = self.add(
            TextField("address", "Address", theme=theme, required=True, longest=500,
                      hint="With the role that this desk comes in with, before the @."), wide=True,
        )  # fmt: skip
        self.password = self.add(
            PassphraseField("password", "Password of that role", theme=theme,
                            hint="Nothing here: as the invitation says.")
        )  # fmt: skip
        self.ca = self.add(
            PathField("ca", "Certificate file", theme=theme, choose=self._choose_certificate,
                      hint="It vouches for the server; none where that is this machine itself.")
        )  # fmt: skip
        self.server.hide()

    def _ask_who(self) -> None:
        self.section("Who comes in, and where the hub goes")
        self.who: ChoiceField[str] = self.add(
            ChoiceField("who", "You are", [], theme=self.theme, required=True, missing="Say who you are.")
        )
        self.who.changed.connect(self._follow)
        self.secret = self.add(PassphraseField("secret", "Passphrase", theme=self.theme, required=True))
        self.secret.entered.connect(self.ask_to_save)
        self.hub = self.add(
            PathField("hub", "File of the hub on this machine", theme=self.theme, choose=self._choose_hub,
                      required=True), wide=True,
        )  # fmt: skip
        self.who.say_below("Asked of the server once the letters are compared.")

    # ------------------------------------------------------------------ the system's dialogs

    def _choose_invitation(self, now: str) -> str:
        return QFileDialog.getOpenFileName(self, "The invitation", now or str(Path.home()), INVITATIONS)[0]

    def _choose_certificate(self, now: str) -> str:
        return QFileDialog.getOpenFileName(
            self, "The certificate", now, "Certificates (*.crt *.pem);;All files (*)"
        )[0]

    def _choose_hub(self, now: str) -> str:
        chosen, _ = QFileDialog.getSaveFileName(self, "Where the hub goes", now, f"Hubs (*{HUB_SUFFIX})")
        return chosen if not chosen or Path(chosen).suffix else f"{chosen}{HUB_SUFFIX}"

    # ------------------------------------------------------------------ the invitation

    def _invitation_changed(self) -> None:
        self._invitation = None
        self._show_invitation()
        self._soon.start()

    def _read(self) -> None:
        path = self.invitation.value()
        if path is not None:
            self._reading.run(partial(_invitation_at, path), self._take, failed=self._no_invitation)

    def _no_invitation(self, error: UserError) -> None:
        self.invitation.refuse(f"{error.sentence} {error.mend}".strip())
        announce(self, self.invitation.problem())

    def _take(self, found: tuple[Invitation, Address]) -> None:
        invitation, address = found
        self._invitation, self._shown = invitation, address.shown
        self.address.set_value(address.url().partition("?")[0])
        self.ca.set_value(address.ca)
        self.server.open(False)
        self.hub.set_value(self._where(invitation.name))
        self._show_invitation()
        announce(self, f"{self.to.text()} {self.letters.text()}")

    def _show_invitation(self) -> None:
        """What the invitation says, and the letters; nothing of the one before."""
        found = self._invitation
        self._away.forget()
        self._offer(())
        self.same.set_value(False)
        for each in (self.to, self.letters, self.same, self.server):
            each.setVisible(found is not None)
        if found is not None:
            self.to.setText(f"To “{found.name}”, on the server {self._shown}. Its letters:")
            self.letters.setText(found.check)

    # ------------------------------------------------------------------ who is there

    def _compared(self) -> None:
        if self.same.value() and not self._people:
            self._ask_the_server()

    def _ask_the_server(self) -> None:
        """Asks who can come in at the hub that one is invited to."""
        invitation = self._invited()
        if invitation is None:
            return
        self.who.say_below("Asking the server …")
        self._away.run(partial(_people_at, invitation), self._offer_all, failed=self._not_asked)

    def _not_asked(self, error: UserError) -> None:
        self.who.say_below("")
        self.refused(error)

    def _offer_all(self, people: tuple[WayIn, ...]) -> None:
        self._offer(people)
        self.who.say_below("")
        announce(self, "Say who you are.")
        if self.same.editor.hasFocus():
            self.who.focus_first()

    def _offer(self, people: tuple[WayIn, ...]) -> None:
        self._people = {way.holder: way for way in people}
        known = sorted(people, key=lambda way: way.name.casefold())
        self.who.set_choices([(way.holder, way.name) for way in known])
        self._follow()

    def _follow(self) -> None:
        way = self._people.get(str(self.who.value()))
        by_word = way is not None and way.opens.value == WORD
        self.secret.rename("One-time word" if by_word else "Passphrase")

    def _invited(self) -> Invitation | None:
        """The invitation, with where the server is as it stands in the form; None where that won't do."""
        from discharge.actions.sharing import address_of
        from discharge.store.server.address import Address

        found = self._invitation
        if found is None:
            return None
        try:
            ca = self.ca.value()
            url = str(self.address.value() or "").partition("?")[0]
            address = Address.parse(url, ca=ca)
            address = address.with_password(self.password.value() or address_of(found).password)
        except UserError as error:
            self.refused(error)
            return None
        return replace(found, address=address.as_json())

    # ------------------------------------------------------------------ joining

    def ask_to_save(self) -> None:
        if self._waiting:
            return
        # the server, or the file, may be there by now
        for field in self.fields():
            field.forgive()
        if self._invitation is None and self.invitation.value() is not None:
            self._read()
        elif self._invitation is not None and self.same.value() and not self._people:
            self._message.dismiss()
            self._ask_the_server()
        else:
            super().ask_to_save()

    def check(self, values: Mapping[str, Any]) -> str:
        return "" if values["same"] else NOT_COMPARED

    def dirty(self) -> bool:
        # nothing of it is kept for later
        return False

    def save(self, values: Mapping[str, Any]) -> None:
        invitation = self._invited()
        if invitation is None:
            return
        self._stop.clear()
        self.running.show()
        self.running.begin("Asking the server")
        work = partial(
            _joined, values["hub"], invitation, str(values["who"]), str(values["secret"]),
            clock=self._clock, stop=self._stop, tell=self._away.told(self._progressed.emit),
        )  # fmt: skip
        self._away.run(work, partial(self._done, values["hub"], invitation.name), failed=self.refused)

    def _done(self, path: Path, name: str, found: tuple[Unlocked, int]) -> None:
        unlocked, entries = found
        self.finished_well()
        self.joined.emit(path, unlocked, f"This desk is one of {name}: it has all {entries:,} entries.")

    def refused(self, error: UserError) -> None:
        """Says it at the field where it belongs; else in the line above the buttons."""
        self._wait(False)
        self.running.hide()
        if isinstance(error, Stopped):
            self._message.tell(error.sentence, tone=Tone.NEUTRAL)
            self._save.setFocus()
            return
        field, mend = self._field_of(error)
        if field is None:
            self._message.tell(error.sentence, mend)
            self._save.setFocus()
            return
        if field in (self.address, self.password, self.ca):
            self.server.open()
        if field is self.secret:
            self.secret.set_value(None)
        field.refuse(f"{error.sentence} {mend}".strip())
        announce(self, field.problem())
        field.focus_first()
        self._scroll.ensureWidgetVisible(field)

    def _field_of(self, error: UserError) -> tuple[Field | None, str]:
        """Where it belongs, and how it is mended."""
        from discharge.actions.sharing import BadInvitation, BadPath
        from discharge.keys.slots import WrongPassphrase

        kinds: tuple[tuple[type[UserError], Field], ...] = (
            (BadInvitation, self.invitation), (BadPath, self.hub), (WrongPassphrase, self.secret),
        )  # fmt: skip
        for kind, field in kinds:
            if isinstance(error, kind):
                return field, error.mend
        name, mend = told_at(error)
        return (self.field(name) if name else None), mend

    # ------------------------------------------------------------------ leaving

    def stop(self) -> None:
        """Stops joining: at its next step, and nothing is left of it."""
        if self._waiting:
            self._stop.set()
            self.running.doing.setText("Stopping …")

    def leave(self) -> None:
        """The window closes: what is under way is stopped."""
        self._stop.set()
        self._away.finish()
        self._reading.finish()

    def reject(self) -> None:
        if self._waiting:
            self.stop()
            return
        self._away.forget()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.stop()
        super().closeEvent(event)


# --------------------------------------------------------------- away from the window's thread


def _invitation_at(path: Path) -> tuple[Invitation, Address]:
    """The invitation in the file, and where it says that the server is."""
    from discharge.actions.sharing import BadInvitation, address_of, invitation_in

    try:
        content = path.read_text("utf-8")
    except (OSError, ValueError):
        raise BadInvitation(f"{path.name} can't be read.", "Choose the invitation again.") from None
    invitation = invitation_in(content)
    return invitation, address_of(invitation)


def _people_at(invitation: Invitation) -> tuple[WayIn, ...]:
    from discharge.actions.sharing import link_of, people_at

    with closing(link_of(invitation)) as link:
        return people_at(invitation, link)


def _joined(
    path: Path,
    invitation: Invitation,
    holder: str,
    secret: str,
    *,
    clock: Callable[[], datetime] | None,
    stop: threading.Event,
    tell: Callable[[int, int], object],
) -> tuple[Unlocked, int]:
    """Joins and closes the hub again: the opened slot, and how many entries there are."""
    from discharge.actions import sharing

    told = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told
        if stop.is_set():
            raise Stopped(STOPPED)
        if time.monotonic() - told > TOLD_SECONDS:
            told = time.monotonic()
            tell(done, total)

    sharing.refuse_taken(path)
    with closing(sharing.link_of(invitation, timeout=PATIENCE_SECONDS)) as link:
        desk, unlocked = sharing.join(
            path, invitation, link, holder=holder, secret=secret, clock=clock, progress=progress
        )
        with desk:
            return unlocked, desk.ask(lambda queries: queries.head())


__all__ = ["JoinForm"]
