"""The hub's people: who they are, what each may decide, who has left. Administrators change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from discharge.actions.people import add_user, amend_user
from discharge.model.errors import UserError
from discharge.model.people import Role, User
from discharge.model.same_person import same_name
from discharge.rules.authorities import names
from discharge.rules.may import MAY
from discharge.words.counts import listing
from discharge.words.days import day_words
from ui.frame.action_form import ActionForm
from ui.frame.services import SHEET_DUE, Services
from ui.frame.take_back import entry_back
from ui.models.table import Column, RowsModel
from ui.preferences.letting_in import (
    PASSPHRASE,
    WordDialog,
    close_way_in,
    invite_into,
    let_in,
    new_sheet,
    standing,
    ways_in,
)
from ui.theme.palette import Tone
from ui.theme.scale import Space
from ui.widgets.banner import Banner
from ui.widgets.button import push_button
from ui.widgets.choice_fields import TickField, TickListField
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.layouts import in_column, in_row
from ui.widgets.pickers import Offers, PickManyField
from ui.widgets.table import TableView
from ui.widgets.text import label, line
from ui.widgets.text_fields import TextField

if TYPE_CHECKING:
    from discharge.actions.desk import Desk

PLAIN = "Each of them chooses their name when they sit down; it stands beside every entry."
SEALED = (
    "Each of them comes in with a passphrase of their own, and what they enter is signed with their key. "
    "Whoever is new, or has lost theirs, gets a one-time word from you."
)
ROLE_CHOICES = (
    (Role.COORDINATOR, "Coordinator: enters people, plans, arranges moves"),
    (Role.LA_LEAD, "LA lead: approves placements"),
    (Role.CLINICIAN, "Clinician: attests, releases from isolation"),
    (Role.DASS, "DASS, the director: designates units"),
    (Role.ADMINISTRATOR, "Administrator: people and settings of the hub"),
    (Role.READER, "Reader: sees everything, changes nothing"),
)


def roles_words(user: User) -> str:
    """The roles of somebody in one line, in a fixed order, and for whom an LA lead decides."""
    said = ", ".join(role.words for role in Role if role in user.roles)
    return f"{said} · {listing(sorted(user.authorities), most=3)}" if user.authorities else said


class PersonForm(ActionForm):
    """Adds somebody to the people, or amends them. `added` carries the new id and name, `left` the id."""

    added = Signal(str, str)
    left = Signal(str)

    def __init__(
        self,
        *,
        services: Services,
        user: User | None = None,
        others: Sequence[User] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            f"Amend {user.name}" if user is not None else "Add somebody",
            services=services,
            save_word="Save" if user is not None else "Add",
            columns=1,
            parent=parent,
        )
        self._user = user
        self._others = [each for each in others if user is None or each.id != user.id]
        self.name_field = self.add(
            TextField(
                "name",
                "Name",
                theme=self.theme,
                required=True,
                longest=100,
                check=self._name_fault,
                hint="Stands beside every entry that they make.",
            )
        )
        self.email = self.add(
            TextField(
                "email",
                "E-mail",
                theme=self.theme,
                longest=200,
                hint="At work. Nobody has two accounts.",
            )
        )
        self.roles = self.add(
            TickListField(
                "roles",
                "May act as",
                ROLE_CHOICES,
                theme=self.theme,
                columns=1,
                required=True,
                missing="Choose at least one role.",
                hint="Whoever proposes a placement never approves it, whatever their roles. A reader has no"
                " other role; an LA lead designates until the hub has a DASS.",
            )
        )
        self.authorities = self.add(
            PickManyField(
                "authorities",
                "Decides for",
                theme=self.theme,
                noun="local authority",
                ordered=False,
                hint="As an LA lead, on people of these local authorities; without any, on everybody.",
            )
        )
        self.roles.changed.connect(self._show_authorities)
        services.ask(lambda queries: queries.authorities_here(), self._offer, replaces="person/authorities")
        self.active: TickField | None = None
        if user is not None:
            self.active = self.add(
                TickField(
                    "active", "Is at this hub", theme=self.theme, hint="Entries of the past stay theirs."
                )
            )
            # nobody takes the chair away that they sit on
            self.active.setVisible(services.user is None or user.id != services.user.id)
            self.set_values(
                {
                    "name": user.name,
                    "email": user.email or None,
                    "roles": [role for role in Role if role in user.roles],
                    "authorities": sorted(user.authorities),
                    "active": user.active,
                }
            )

        self._show_authorities()

    def _offer(self, here: frozenset[str]) -> None:
        theirs = self._user.authorities if self._user is not None else frozenset[str]()
        self.authorities.offer(Offers({name: name for name in {*names(), *here, *theirs}}))

    def _show_authorities(self) -> None:
        self.authorities.setVisible(MAY["approve"].of(self.roles.value()) is not None)

    def _name_fault(self, text: str) -> str:
        if any(same_name(text, each.name) for each in self._others):
            return "Somebody of this hub is called that already. Add a second name."
        return ""

    def save(self, values: Mapping[str, Any]) -> None:
        name, roles, email = str(values["name"]), frozenset(values["roles"]), str(values.get("email") or "")
        is_lead = MAY["approve"].of(roles) is not None
        decides = frozenset(values["authorities"]) if is_lead else frozenset[str]()
        if self._user is None:
            self.perform(
                partial(add_user, name=name, roles=sorted(roles), email=email, authorities=sorted(decides)),
                done=f"{name} is one of this hub's people.",
                then=lambda changed: self.added.emit(changed.first, name),
            )
            return
        user = self._user
        changes: dict[str, Any] = {}
        if name != user.name:
            changes["name"] = name
        if email != user.email:
            changes["email"] = email
        if roles != user.roles:
            changes["roles"] = sorted(roles)
        if decides != user.authorities:
            changes["authorities"] = sorted(decides)
        if values.get("active", user.active) != user.active:
            changes["active"] = bool(values["active"])
        if not changes:
            self.unchanged()
            return
        self.perform(
            partial(amend_user, user=user.id, **changes),
            done=f"{name} is amended.",
            undo=entry_back("Amend back"),
            then=lambda _changed: self.left.emit(user.id) if changes.get("active") is False else None,
        )


class PeopleDialog(QDialog):
    """The list of the hub's people, and the way to add and amend them."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.services = services
        theme = services.theme
        self.setWindowTitle("People of the hub")
        self.setAccessibleName("People of the hub")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        margin, near = theme.px(Space.SECTION), theme.px(Space.NEAR)
        outer = in_column(self, gap=0)
        head = in_column(around=(margin, theme.px(Space.GUTTER), margin, theme.px(Space.ROW)))
        head.addWidget(label("People of the hub", "title"))
        self._ways: Mapping[str, str] | None = None
        self._said = label(PLAIN, "muted", wrap=True)
        head.addWidget(self._said)
        outer.addLayout(head)
        self.model: RowsModel[User] = RowsModel(
            (
                Column(key="name", title="Name", text=lambda user: user.name, strong=True, width=22),
                Column(key="roles", title="May act as", text=roles_words, width=30, stretch=True),
                Column(
                    key="active",
                    title="State",
                    status=lambda user: standing(user, self._ways),
                    width=17,
                ),
                Column(key="email", title="E-mail", text=lambda user: user.email, width=22),
                Column(key="id", title="Reference", text=lambda user: user.id, width=10),
            ),
            key=lambda user: user.id,
            parent=self,
        )
        self.table = TableView(self.model, theme=theme, name="People of the hub")
        self.table.opened.connect(self.amend)
        self.table.picked.connect(lambda _user: self._review())
        outer.addWidget(self.table, 1)
        self._message = Banner(theme=theme, parent=self)
        outer.addWidget(self._message)
        outer.addWidget(line())
        foot = in_row(around=(margin, theme.px(Space.ROW), margin, theme.px(Space.ROW)), gap=near)
        adder = push_button("Add somebody…", kind="main", do=self.add, parent=self)
        self.edit = push_button(
            "Amend…", tip="Enter", do=lambda: self.amend(self.table.current_row()), parent=self
        )
        close = push_button("Close", tip="Escape", do=self.reject, parent=self)
        foot.addWidget(adder)
        foot.addWidget(self.edit)
        self.let = push_button("Let in…", tip="Gives a one-time word", do=self._let_in, parent=self)
        self.sheet = push_button(
            "New recovery sheet…", tip="The one before opens nothing more", do=self._new_sheet, parent=self
        )
        self.invite = push_button(
            "Invitation…",
            tip="A file with which a lead decides away from the hub, on what is sent to them",
            do=self._invite,
            parent=self,
        )
        for button in (self.let, self.invite, self.sheet):
            button.hide()
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(close)
        outer.addLayout(foot)
        services.changed.connect(self._changed)
        self._read()

    def _changed(self, nouns: frozenset[str]) -> None:
        if nouns & {"people", "*"}:
            self._read()

    def _read(self) -> None:
        self.services.use(_people_and_ways, self._take, replaces="people")

    def _take(self, found: tuple[Sequence[User], Mapping[str, str] | None]) -> None:
        people, ways = found
        chosen: User | None = self.table.current_row()
        if ways != self._ways:
            # what stands beside each is read anew
            self._ways = ways
            self.model.reload(())
        self.model.reload(people)
        if chosen is None or not self.table.pick(chosen.id):
            self.table.pick_first()
        self._said.setText(PLAIN if ways is None else SEALED)
        self._review()

    def _review(self) -> None:
        user: User | None = self.table.current_row()
        self.edit.setEnabled(user is not None)
        at_desk = self.services.user
        for button in (self.let, self.invite, self.sheet):
            button.setVisible(self._ways is not None)
        if user is None or at_desk is None or self._ways is None:
            return
        has_one = self._ways.get(user.id) == PASSPHRASE
        self.let.setText("Lost passphrase…" if has_one else "Let in…")
        self.let.setEnabled(user.active and user.id != at_desk.id)
        self.invite.setEnabled(user.active and has_one)

    # -------------------------------------------------------------- of a sealed hub

    def _let_in(self) -> None:
        user: User | None = self.table.current_row()
        if user is not None:
            self._give_word(user.id, user.name)

    def _give_word(self, user_id: str, name: str) -> None:
        """A one-time word for somebody, shown once."""
        at_desk = self.services.user
        if at_desk is None or self._ways is None:
            return

        def show(word: str) -> None:
            self._read()
            dialog = WordDialog(word, name=name, theme=self.services.theme, parent=self)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

        self.let.setEnabled(False)
        self.services.use(
            partial(let_in, by=at_desk, user_id=user_id), show, failed=self._refused, words="Making a word"
        )

    def _invite(self) -> None:
        user: User | None = self.table.current_row()
        if user is None:
            return
        name = f"Invitation {user.id}.ddkey"
        chosen, _ = QFileDialog.getSaveFileName(
            self, f"Save the invitation of {user.name}", str(Path.home() / name), "Invitations (*.ddkey)"
        )
        if chosen:
            self.invite_into(Path(chosen), user)

    def invite_into(self, path: Path, user: User) -> None:
        """Saves somebody's invitation in this file, and says the letters that are read out to them."""
        at_desk = self.services.user
        if at_desk is None:
            return

        def show(letters: str) -> None:
            self._message.tell(
                f"Saved: {path.name}. Give it to {user.name}; its letters are {letters}.",
                "Read them out when they ring you: they see the same.",
                tone=Tone.DONE,
            )

        work = partial(invite_into, by=at_desk, user_id=user.id, path=path)
        self.services.use(work, show, failed=self._refused, words="Making the invitation")

    def _new_sheet(self) -> None:
        at_desk = self.services.user
        if at_desk is None:
            return

        def show(made: tuple[str, str, str]) -> None:
            from ui.frame.recovery_sheet import SheetDialog  # its pages come with it

            code, hub, keys = made
            # the one before opens nothing more: until this one is somewhere, there is none
            self.services.settings.setValue(SHEET_DUE, keys)
            day = day_words(self.services.today(), year=True)
            dialog = SheetDialog(code, hub=hub, day=day, theme=self.services.theme, parent=self)
            dialog.confirmed.connect(lambda: self.services.settings.remove(SHEET_DUE))
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

        self.services.use(partial(new_sheet, by=at_desk), show, failed=self._refused)

    def _close_way_in(self, user_id: str) -> None:
        at_desk = self.services.user
        if at_desk is not None and self._ways is not None:
            close = partial(close_way_in, by=at_desk, user_id=user_id)
            self.services.use(close, lambda _none: self._read(), failed=self._refused)

    def _refused(self, error: UserError) -> None:
        self._message.tell(error.sentence, error.mend)
        self._review()

    def add(self) -> None:
        """Opens the form of a new person."""
        self._open(PersonForm(services=self.services, others=self.model.rows(), parent=self))

    def amend(self, user: User | None) -> None:
        """Opens the form of this person."""
        if user is not None:
            self._open(PersonForm(services=self.services, user=user, others=self.model.rows(), parent=self))

    def _open(self, form: PersonForm) -> None:
        form.added.connect(self._give_word)
        form.left.connect(self._close_way_in)
        form.finished.connect(form.deleteLater)
        form.open()

    def showEvent(self, event: QShowEvent) -> None:
        theme = self.services.theme
        resize_on_screen(self, theme.px(720), theme.px(480))
        super().showEvent(event)
        self.table.setFocus()


def _people_and_ways(desk: Desk) -> tuple[Sequence[User], Mapping[str, str] | None]:
    """The hub's people, and what each comes in with; in the store's thread."""
    return desk.people(), ways_in(desk)
