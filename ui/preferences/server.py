"""From one desk to many, by the window: bringing a hub to a server, inviting, taking a copy, what waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from discharge.model.errors import UserError
from ui.frame.server_faults import told_at
from ui.frame.services import Message, Services
from ui.frame.shared import set_aside
from ui.preferences.waiting import Found, One, found_here, why_and_found
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.banner import announce
from ui.widgets.button import push_button
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.form import FormDialog
from ui.widgets.layouts import in_column, in_row
from ui.widgets.passphrase import PassphraseField
from ui.widgets.path_field import PathField
from ui.widgets.text import label, line
from ui.widgets.text_fields import TextField

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.actions.sharing import Invitation
    from discharge.model.people import User
    from ui.frame.window import Window

BRINGING = "Bringing the hub to the server"
NO_SERVER = "This hub lies in its file alone, on no server."
INVITATION = "Invitations (*.ddinvite)"
CERTIFICATES = "Certificates (*.crt *.pem);;All files (*)"


class BringForm(FormDialog):
    """Asks where the server is; the hub is brought there, with everything on record."""

    def __init__(self, services: Services, *, parent: QWidget | None = None) -> None:
        super().__init__("Bring the hub to a server", theme=services.theme, save_word="Bring it there",
                         columns=1, parent=parent)  # fmt: skip
        self._place = services
        user = services.user
        assert user is not None  # the command isn't enabled without one
        self._user: User = user
        for sentence in (
            "Many desks work on one hub then: each keeps the whole of it, and works on while the server "
            "can't be reached. Everything that lies on the server is sealed: whoever runs it reads no name.",
            "Your IT prepares a PostgreSQL database for it with: discharge server init.",
        ):
            self.add_widget(label(sentence, wrap=True))
        self.add(
            TextField("address", "Address", theme=self.theme, required=True, longest=500,
                      placeholder="postgresql://desk_ward7@db.trust.example:5432/discharge")
        )  # fmt: skip
        self.add(PassphraseField("password", "Password of that role", theme=self.theme, required=True))
        self.add(
            PathField("ca", "Certificate file", theme=self.theme, choose=self._choose_certificate,
                      placeholder="The file that vouches for the server; none on this machine itself")
        )  # fmt: skip

    def _choose_certificate(self, now: str) -> str:
        return QFileDialog.getOpenFileName(self, "The certificate", now, CERTIFICATES)[0]

    def dirty(self) -> bool:
        # a password is nothing to keep for later
        return False

    def save(self, values: Mapping[str, Any]) -> None:
        work = partial(
            _brought, address=str(values["address"]).strip(), password=str(values["password"]),
            ca=values["ca"], user=self._user,
        )  # fmt: skip
        self._place.run_long(
            work, self._done, failed=self.refused, cancelled=self._stopped, words=BRINGING, aside=True
        )

    def ask_to_save(self) -> None:
        # the server may be there by now
        for field in self.fields():
            field.forgive()
        super().ask_to_save()

    def refused(self, error: UserError) -> None:
        name, mend = told_at(error)
        if not name:
            super().refused(error)
            return
        self._wait(False)
        field = self.field(name)
        field.refuse(f"{error.sentence} {mend}".strip())
        announce(self, field.problem())
        field.focus_first()

    def _stopped(self) -> None:
        self.refused(UserError("Stopped: the hub is this desk's alone still.", "Once more: it goes on."))

    def _done(self, invitation: Invitation) -> None:
        self.finished_well()
        self._place.shared.emit()
        save_invitation(self._place, invitation)


class NotShared(QDialog):
    """What was done here and isn't shared yet, and what came back, each with its reason."""

    def __init__(self, found: Found, *, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme: Theme = services.theme
        self._services = services
        self.setWindowTitle("Not shared yet")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        margin = theme.px(Space.SECTION)
        around = (margin, margin, margin, theme.px(Space.ROW))
        column = in_column(self, around=around, gap=theme.px(Space.ROW))
        column.addWidget(label("Not shared yet", "title"))
        if not found.waiting:
            column.addWidget(label("Everything that was done here is shared.", "muted", wrap=True))
        for one in found.waiting:
            column.addWidget(label(f"{one.words}. {one.by}, {one.at}", wrap=True))
        if found.returned:
            column.addWidget(line())
            column.addWidget(label("Came back", "title"))
        for one in found.returned:
            row = in_row(gap=theme.px(Space.NEAR))
            row.addWidget(label(f"{one.words}. {one.by}, {one.at}: {one.why}", wrap=True), 1)
            if one.about:
                row.addWidget(push_button("Open", do=partial(self._open, one.about), parent=self))
            seen = push_button("Dealt with", kind="link", parent=self)
            seen.clicked.connect(partial(self._seen, one.number, seen))
            row.addWidget(seen)
            column.addLayout(row)
        column.addStretch(1)
        foot = in_row(gap=theme.px(Space.NEAR))
        foot.addStretch(1)
        foot.addWidget(push_button("Close", kind="main", do=self.accept, parent=self))
        column.addLayout(foot)
        resize_on_screen(self, theme.px(620), theme.px(380))

    def _open(self, about: str) -> None:
        page = "patients" if about.startswith("P-") else "settings"
        self.accept()
        self._services.go(page, about)

    def _seen(self, number: int, button: QWidget, _checked: bool = False, /) -> None:
        button.setEnabled(False)
        set_aside(self._services, number)


def bind_server_commands(window: Window) -> None:
    """Binds what is done with a server."""
    place, commands = window.services, window.services.commands

    def bring() -> None:
        form = BringForm(place, parent=window)
        form.finished.connect(form.deleteLater)
        form.open()

    def invite() -> None:
        place.use(partial(_invited, user=place.user), partial(save_invitation, place))

    def take_home() -> None:
        path, _kind = QFileDialog.getSaveFileName(window, "Take a copy off the server", "Hub.discharge")
        if path:
            done = Message("The copy is a hub of its own. Open it with Open hub….", tone=Tone.DONE)
            place.use(
                partial(_taken_home, target=Path(path), user=place.user), lambda _path: place.tell(done)
            )

    def not_shared() -> None:
        place.use(found_here, shown)

    def shown(found: Found) -> None:
        dialog = NotShared(found, services=place, parent=window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def anew() -> None:
        place.use(why_and_found, ask_for_anew)

    def ask_for_anew(said: tuple[str, Found]) -> None:
        from ui.preferences.anew import AnewForm

        form = AnewForm(*said, place, parent=window)
        form.finished.connect(form.deleteLater)
        form.open()

    def why_not_anew() -> str:
        if not window.is_shared():
            return NO_SERVER
        if not window.is_forked():
            return "This desk's record and the server's are the same, as far as is known."
        return "" if place.user is not None else "Nobody is at the desk yet."

    def why_not_brought() -> str:
        if window.ways_in(False) is None:
            return (
                "Only a sealed hub can lie on a server. Close it and open it again: sealing is offered then."
            )
        if window.is_shared():
            return "This hub lies on a server already."
        return "" if place.user is not None else "Nobody is at the desk yet."

    def why_no_server() -> str:
        return "" if window.is_shared() else NO_SERVER

    commands.bind("hub.to_server", bring, why_not=why_not_brought)
    commands.bind("hub.invite", invite, why_not=why_no_server)
    commands.bind("hub.take_home", take_home, why_not=why_no_server)
    commands.bind("hub.anew", anew, why_not=why_not_anew)
    commands.bind("hub.not_shared", not_shared, why_not=why_no_server)


def save_invitation(place: Services, invitation: Invitation) -> None:
    """Asks where the invitation goes, and says the words by which the two sides know that it is the same."""
    path, _kind = QFileDialog.getSaveFileName(
        place.window, "Save the invitation", "Invitation.ddinvite", INVITATION
    )
    if not path:
        return
    try:
        invitation.save(Path(path))
    except UserError as error:
        place.fail(error)
        return
    place.tell(
        Message(
            f"The invitation is saved. Whoever joins with it reads you these letters: {invitation.check}.",
            "Hand the file over as carefully as a key. They join with “Join a shared hub…”, in the menu Hub.",
            tone=Tone.DONE,
        )
    )


# --- in the store's thread ----------------------------------------------------------------------------


def _brought(
    desk: Desk,
    progress: Callable[..., None],
    *,
    address: str,
    password: str,
    ca: Path | None,
    user: User,
) -> Invitation:
    from discharge.actions import sharing
    from discharge.store.server.address import Address
    from discharge.store.server.link import Link

    where = Address.parse(address, ca=ca).with_password(password)
    return sharing.bring(desk, Link.open(where, None), where.as_json(), by=user, progress=progress)


def _invited(desk: Desk, *, user: User | None) -> Invitation:
    from discharge.actions import sharing

    assert user is not None  # the command isn't enabled without one

    return sharing.invitation_of(desk, by=user)


def _taken_home(desk: Desk, *, target: Path, user: User | None) -> Path:
    from discharge.actions import sharing

    assert user is not None  # the command isn't enabled without one

    return sharing.take_home(desk, target, by=user, reason="Taken off the server")


__all__ = ["BringForm", "Found", "NotShared", "One", "bind_server_commands", "save_invitation"]
