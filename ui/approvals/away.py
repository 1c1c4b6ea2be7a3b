"""Deciding on what a hub has sent, without the hub: opening the file, and saving the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from discharge.model.errors import UserError
from discharge.words.counts import count_words
from discharge.words.days import day_and_time
from ui.approvals.detail import ApprovalDetail
from ui.approvals.words import Decider
from ui.theme.scale import Space
from ui.theme.theme import Theme
from ui.widgets.banner import Banner
from ui.widgets.button import push_button
from ui.widgets.detail import DetailPane
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.form import FormDialog
from ui.widgets.layouts import in_column, in_row
from ui.widgets.passphrase import PassphraseField
from ui.widgets.principle import PrincipleField
from ui.widgets.text import label, line
from ui.widgets.text_fields import TextAreaField
from ui.work.away import Away as Work
from ui.work.planning import Why

if TYPE_CHECKING:
    from discharge.actions.away import Away, Decided
    from discharge.exchange.bundle_file import Bundle, Item

BUNDLES = "Files to decide on (*.ddbundle);;All files (*)"
INVITATIONS = "Invitations (*.ddkey);;All files (*)"
ANSWERS = "Answers (*.ddanswer)"
NO_FILE = "Choose the file that was sent to you."
NO_INVITATION = "Choose the invitation that an administrator of the hub has given you: it is needed once."


class OpenBundleForm(FormDialog):
    """The file that was sent, the invitation where none is kept on this machine, and one's passphrase."""

    def __init__(
        self,
        *,
        theme: Theme,
        now: Callable[[], datetime],
        path: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "Decide on what was sent to me", theme=theme, save_word="Open", columns=1, parent=parent
        )
        from discharge.actions.away import kept_invitations

        self._now = now
        self.path, self.invitation = path, None if kept_invitations() else Path()
        self._work = Work(self)
        said = "No hub is needed: the file is sealed to you, and opens with your passphrase at the hub."
        self.add_widget(label(said, "muted", wrap=True))
        self._file = label("", wrap=True)
        self._add_choice(self._file, "Choose the file…", self.choose_file)
        self._invited = label("", wrap=True)
        self._add_choice(self._invited, "Choose the invitation…", self.choose_invitation)
        self.passphrase = self.add(
            PassphraseField("passphrase", "Your passphrase at that hub", theme=theme, required=True)
        )
        self.passphrase.entered.connect(self.ask_to_save)
        self._say()

    def _add_choice(self, said: QWidget, words: str, do: Callable[[], None]) -> None:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(said, 1)
        row.addWidget(push_button(words, do=do, parent=holder))
        self.add_widget(holder)

    def _say(self) -> None:
        self._file.setText(self.path.name if self.path is not None else NO_FILE)
        if self.invitation is None:
            self._invited.setText("Your invitation is kept on this machine.")
        else:
            self._invited.setText(self.invitation.name or NO_INVITATION)

    def choose_file(self) -> None:
        """Asks for the file that was sent."""
        chosen, _ = QFileDialog.getOpenFileName(self, "What was sent to me", str(Path.home()), BUNDLES)
        if chosen:
            self.path = Path(chosen)
            self._say()

    def choose_invitation(self) -> None:
        """Asks for the invitation."""
        chosen, _ = QFileDialog.getOpenFileName(self, "My invitation", str(Path.home()), INVITATIONS)
        if chosen:
            self.invitation = Path(chosen)
            self._say()

    def check(self, values: Mapping[str, Any]) -> str:
        if self.path is None:
            return NO_FILE
        return NO_INVITATION if self.invitation is not None and not self.invitation.name else ""

    def dirty(self) -> bool:
        # nothing of it is kept for later
        return False

    def save(self, values: Mapping[str, Any]) -> None:
        work = partial(_opened, self.path, self.invitation, str(values["passphrase"]))
        self._work.run(work, self._show, failed=self.refused)

    def _show(self, found: tuple[Away, Bundle]) -> None:
        away, bundle = found
        parent = self.parentWidget()
        self.finished_well()
        dialog = DecideAwayDialog(bundle, away, theme=self.theme, now=self._now, parent=parent)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class DecideAwayDialog(QDialog):
    """What was sent, each placement as the hub's page shows it, and what is decided on it."""

    def __init__(
        self,
        bundle: Bundle,
        away: Away,
        *,
        theme: Theme,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"To decide, for {bundle.hub_name}")
        self.setAccessibleName(self.windowTitle())
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._bundle, self._away, self._now, self._theme = bundle, away, now, theme
        self._decided: dict[str, Decided] = {}
        self._saved: dict[str, Decided] = {}
        self._warned = False
        self._decider = Decider(bundle.user, bundle.limit)
        margin, near = theme.px(Space.GUTTER), theme.px(Space.NEAR)
        outer = in_column(self, around=(margin, margin, margin, theme.px(Space.ROW)), gap=near)
        outer.addWidget(label(self.windowTitle(), "title"))
        sent, until = day_and_time(bundle.made_at), day_and_time(bundle.expires)
        said = f"For {bundle.to.name}, from {bundle.sender.name}, {sent}. It can be answered until {until}."
        outer.addWidget(label(said, "muted", wrap=True))
        self.check = label(
            f"Letters of your invitation: {away.invitation.check}. The first time, ask"
            f" {away.invitation.sender.name} on a telephone number that you know whether they read the same.",
            "muted", wrap=True,
        )  # fmt: skip
        outer.addWidget(self.check)
        middle = in_row(gap=near)
        self.list = QListWidget(self)
        self.list.setProperty("kind", "boxed")
        self.list.setAccessibleName("What is to be decided")
        self.list.setFixedWidth(theme.px(240))
        self.list.setWordWrap(True)
        middle.addWidget(self.list)
        right = in_column(gap=near)
        self.detail = DetailPane(theme=theme, name="The placement to decide on", parent=self)
        right.addWidget(self.detail, 1)
        self.note = TextAreaField(
            "note", "Note, or the reason of a return", theme=theme, rows=2, longest=400,
            hint="Stands in the record of the hub.",
        )  # fmt: skip
        self.principle = PrincipleField(theme=theme)
        fields = in_row(gap=theme.px(Space.ROW))
        fields.addWidget(self.note, 3)
        fields.addWidget(self.principle, 2)
        right.addLayout(fields)
        middle.addLayout(right, 1)
        outer.addLayout(middle, 1)
        self._message = Banner(theme=theme, parent=self)
        outer.addWidget(self._message)
        outer.addWidget(line(self))
        foot = in_row(gap=near)
        self.state = label("", "small")
        foot.addWidget(self.state, 1)
        foot.addWidget(push_button("Close", tip="Escape", do=self.reject, parent=self))
        self.save = push_button("Save the answer…", kind="main", do=self._ask_and_save, parent=self)
        foot.addWidget(self.save)
        outer.addLayout(foot)
        self.approve, self.send_back = QAction("Approve", self), QAction("Return", self)
        self.approve.setShortcut("Ctrl+Return")
        self.send_back.setShortcut("Ctrl+Backspace")
        self.approve.triggered.connect(lambda: self.decide("approve"))
        self.send_back.triggered.connect(lambda: self.decide("return"))
        self.addActions([self.approve, self.send_back])
        self._filler = ApprovalDetail(
            self.detail, theme=theme, now=now, decide=[self.approve, self.send_back], asks=False
        )
        for item in bundle.items:
            made = QListWidgetItem("")
            # two lines, with room for the frame of the one that is chosen
            made.setSizeHint(QSize(0, 2 * self.list.fontMetrics().lineSpacing() + theme.px(Space.ROW)))
            self.list.addItem(made)
            self._name(item)
        self.list.currentRowChanged.connect(lambda _row: self._show())
        self.list.setCurrentRow(0)
        self._count()
        resize_on_screen(self, theme.px(980), theme.px(720))
        self.list.setFocus()

    @property
    def current(self) -> Item:
        """The placement that is shown."""
        return self._bundle.items[max(0, self.list.currentRow())]

    def _name(self, item: Item) -> None:
        row, decided = item.page.row, self._decided.get(item.item)
        words = {"approve": "Approved", "return": "Returned"}
        stands = words[decided.decision] if decided is not None else "To decide"
        self.list.item(self._bundle.items.index(item)).setText(
            f"{row.patient_name}\n{stands} · {row.first_setting}"
        )

    def _show(self) -> None:
        from discharge.actions.away import why_not_approve

        item = self.current
        why_not, decided = why_not_approve(self._bundle, item), self._decided.get(item.item)
        self.approve.setEnabled(not why_not)
        self.approve.setToolTip(why_not or "Approve it, with the note below")
        self.send_back.setToolTip("Return it, for the reason below")
        why = None if item.alternatives is None else _WHY.validate_python(dict(item.alternatives))
        self._filler.show(item.page, why, self._decider)
        self.note.set_value(decided.text or None if decided is not None else None)
        self.principle.set_value(decided.principle if decided is not None else None)
        self._message.dismiss()

    def decide(self, decision: str) -> None:
        """Decides on what is shown, with the note below it; then shows the next that isn't decided."""
        from discharge.actions.away import Decided

        item, text = self.current, str(self.note.value() or "")
        if decision == "return" and not text:
            self._message.tell("Say why: the coordinator has to know what to mend.")
            self.note.focus_first()
            return
        if decision == "approve" and item.page.row.flags and not text:
            self._message.tell(item.page.row.flags[0].sentence, "Say in the note why it can go on so.")
            self.note.focus_first()
            return
        self._decided[item.item] = Decided(decision, text, self.principle.value())
        self._warned = False
        self._name(item)
        self._count()
        following = next(
            (at for at, each in enumerate(self._bundle.items) if each.item not in self._decided), None
        )
        if following is not None:
            self.list.setCurrentRow(following)
        else:
            self._show()
            self.save.setFocus()

    def _count(self) -> None:
        total = len(self._bundle.items)
        self.state.setText(f"{len(self._decided)} of {count_words(total, 'placement')} decided")
        self.save.setEnabled(bool(self._decided))

    def _ask_and_save(self) -> None:
        name = f"Answer {self._now():%Y-%m-%d %H%M}.ddanswer"
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the answer", str(Path.home() / name), ANSWERS)
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, path: Path) -> None:
        """Signs what is decided and saves it, sealed to the people of the hub."""
        from discharge.actions.away import answer
        from discharge.actions.whole_files import save

        try:
            save(path, answer(self._bundle, self._away, self._decided, at=self._now()))
        except UserError as error:
            self._message.tell(error.sentence, error.mend)
            return
        self._saved = dict(self._decided)
        self.state.setText(f"Saved: {path.name}. Send it back to {self._bundle.sender.name}.")

    def reject(self) -> None:
        if self._decided != self._saved and not self._warned:
            self._warned = True
            self._message.tell("What you have decided isn't saved.", "Save the answer; or close once more.")
            return
        super().reject()


_WHY = TypeAdapter(Why)


def _opened(path: Path | None, invitation: Path | None, passphrase: str) -> tuple[Away, Bundle]:
    """Opens the file with the invitation given, which is kept then; else with one that is kept."""
    from discharge.actions.away import keep_invitation, kept_invitations, open_with

    assert path is not None  # asked for before
    paths = [invitation] if invitation is not None else list(kept_invitations())
    try:
        content, found = path.read_bytes(), [each.read_bytes() for each in paths]
    except OSError:
        raise UserError("The file can't be read.", "Choose it again.") from None
    opened = open_with(found, content, passphrase)
    if invitation is not None:
        keep_invitation(found[0])
    return opened


__all__ = ["DecideAwayDialog", "OpenBundleForm"]
