"""The key with which a home answers by signed files: taken in, its invitation, closed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QWidget

from discharge.model.errors import UserError
from discharge.model.shown.settings import SettingPage
from ui.frame.services import Message, Services
from ui.settings.state import StateForm
from ui.theme.palette import Tone
from ui.theme.status import danger, neutral, waiting
from ui.widgets.button import push_button
from ui.widgets.choice_fields import TickField
from ui.widgets.given import GivenFields
from ui.widgets.text_fields import TextField

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.exchange.home_key_file import OfHome
    from discharge.model.people import User

KEYS = "Keys of homes (*.ddhome);;All files (*)"
INVITATIONS = "Invitations (*.ddkey)"
NO_FILE = "Choose the file that the home has sent of its key."


class HomeKeyForm(StateForm):
    """The file that whoever answers for the home made of their key, and with whom its letters were
    compared."""

    def __init__(self, page: SettingPage, *, services: Services) -> None:
        super().__init__("Key of the home", page, services=services, save_word="Take it in")
        self._of: OfHome | None = None
        self.section("What the home sent", remark="A file that they make with this program, on their machine")
        self.add_widget(push_button("Choose the file…", do=self.choose, parent=self))
        self._said = self.add_lines()
        self.section("Whose key it is", remark="Ring the home on the number that you know (A2)")
        self.same = self.add(
            TickField("same", "They have read the letters to me, and they are these", theme=self.theme),
            wide=True,
        )
        details = page.details
        self.given = GivenFields(
            self, name=details.registered_manager, role="registered manager", number=details.phone
        )
        self._show()

    def choose(self) -> None:
        """Asks for the file."""
        chosen, _ = QFileDialog.getOpenFileName(self, "The home's key", str(Path.home()), KEYS)
        if chosen:
            self.look_at(Path(chosen))

    def look_at(self, path: Path) -> None:
        """Shows what stands in this file."""
        from discharge.exchange.home_key_file import read_home_key

        try:
            self._of = read_home_key(path.read_bytes())
        except OSError:
            self.refused(UserError(f"{path.name} can't be read.", "Choose it again."))
            return
        except UserError as error:
            self.refused(error)
            return
        self.same.set_value(False)
        if self.given is not None and self.given.name.empty():
            self.given.name.set_value(self._of.name)
        self._show()

    def _show(self) -> None:
        page, of = self._page, self._of
        lines = []
        if of is None:
            lines.append(neutral("No file is chosen yet."))
        else:
            lines += [neutral(f"{of.name}, for {of.home}"), waiting(f"Letters: {of.letters}")]
            manager = page.details.registered_manager
            if manager and manager.casefold() != of.name.casefold():
                lines.append(danger(f"The hub has {manager} for its registered manager."))
        if page.signs:
            lines.append(neutral(f"{page.signs} answers for it until then: that key counts no more."))
        self._said.show_lines(lines)

    def check(self, values: Mapping[str, Any]) -> str:
        if self._of is None:
            return NO_FILE
        if not values["same"]:
            return "Compare the letters first: a key that somebody put in its place has others."
        return super().check(values)

    def save(self, values: Mapping[str, Any]) -> None:
        from discharge.actions.home_keys import set_home_key

        assert self._of is not None  # asked for before
        given = self.said_by(values)
        assert given is not None  # its name is required
        name = self._page.row.name
        self.perform(
            partial(set_home_key, setting=self._page.row.id, of=self._of, given=given),
            done=f"{self._of.name} answers for {name} by signed files. Next: its invitation.",
        )


class CloseHomeKeyForm(StateForm):
    """Why what is signed with the home's key counts no more."""

    def __init__(self, page: SettingPage, *, services: Services) -> None:
        super().__init__("Close the key", page, services=services, save_word="Close it")
        self.add_lines().show_lines([neutral(f"{page.signs} answers for it by signed files.")])
        self.reason = self.add(
            TextField("reason", "Why", theme=self.theme, required=True, longest=400), wide=True
        )

    def save(self, values: Mapping[str, Any]) -> None:
        from discharge.actions.home_keys import close_home_key

        self.perform(
            partial(close_home_key, setting=self._page.row.id, reason=values["reason"]),
            done=f"{self._page.row.name} answers by signed files no more.",
        )


def ask_and_invite(page: SettingPage, *, services: Services, parent: QWidget) -> None:
    """Asks for a file, and saves the invitation of whoever answers for this setting in it."""
    name = f"Invitation {page.row.id}.ddkey"
    chosen, _ = QFileDialog.getSaveFileName(
        parent, f"Save the invitation of {page.row.name}", str(Path.home() / name), INVITATIONS
    )
    if chosen:
        invite_into(Path(chosen), page, services=services)


def invite_into(path: Path, page: SettingPage, *, services: Services) -> None:
    """Saves the invitation in this file, and says the letters that are read out."""
    user = services.user
    if user is None:
        return

    def show(letters: str) -> None:
        services.tell(
            Message(
                f"Saved: {path.name}. Mail it to {page.signs}; its letters are {letters}.",
                "Read them out when they ring you: they see the same.",
                Tone.DONE,
            )
        )

    work = partial(_invite, by=user, setting=page.row.id, path=path)
    services.use(work, show, words="Making the invitation")


def _invite(desk: Desk, *, by: User, setting: str, path: Path) -> str:
    """In the store's thread."""
    from discharge.actions.home_keys import invite_home
    from discharge.actions.whole_files import save

    content, letters = invite_home(desk, by=by, setting=setting)
    save(path, content)
    return letters


__all__ = ["CloseHomeKeyForm", "HomeKeyForm", "ask_and_invite", "invite_into"]
