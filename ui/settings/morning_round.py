"""The morning round of calls: every home with an old capacity return, filled in as one telephones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from discharge.actions.calls import log_call, record_phoned
from discharge.model.errors import UserError
from discharge.words.counts import count_words
from ui.frame.action_form import Action
from ui.frame.services import Services
from ui.frame.take_back import return_back
from ui.models.round import HomeEntry, RoundLine, RoundModel, lines_of
from ui.models.table import Prepared
from ui.settings.capacity_grid import CapacityGrid
from ui.settings.round_columns import round_columns
from ui.theme.scale import Space
from ui.theme.status import Status, done, neutral, waiting
from ui.widgets.banner import Banner, UndoBar, announce
from ui.widgets.dialog_size import resize_on_screen
from ui.widgets.empty import EmptyState
from ui.widgets.text import label, line
from ui.words.settings import return_status

if TYPE_CHECKING:
    from discharge.model.hub import Changed
    from discharge.store.ask.queries import Queries

KEYS = "Arrows: cell to cell · Enter: save, next home · F6: no change · F7: no answer · Space: takes people"


def read_round(queries: Queries) -> Prepared[RoundLine]:
    """The homes to ring, as rows of the grid; in the store's thread, as there may be very many."""
    lines = lines_of(queries.round_of_calls(), night=queries.today)
    keys = [line.key for line in lines]
    return Prepared(lines, keys, keys)


class MorningRound(QDialog):
    """A grid of the homes to ring. Each home is saved by itself, at once, and can be taken back."""

    def __init__(
        self, lines: Prepared[RoundLine], *, services: Services, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._place = services
        self._theme = services.theme
        self.setWindowTitle("Morning round")
        self.setAccessibleName("Morning round")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.model = RoundModel(round_columns(services.now), parent=self)
        self.grid = CapacityGrid(self.model, theme=self._theme, parent=self)
        self.banner = Banner(theme=self._theme, parent=self)
        self.undo_bar = UndoBar(theme=self._theme, parent=self)
        self._lay_out()
        self._wire()
        self.model.reload(lines)
        entries = self.model.entries()
        if entries:
            self.grid.go_to(entries[0])
        self.nobody.setVisible(not entries)
        self.grid.setVisible(bool(entries))
        self._tell_progress()

    # ---------------------------------------------------------------- layout

    def _lay_out(self) -> None:
        theme = self._theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(line())
        column.addWidget(self.grid, 1)
        self.nobody = EmptyState(
            "Nobody to ring", "Every capacity return is fresh.", theme=theme, icon="phone"
        )
        column.addWidget(self.nobody, 1)
        column.addWidget(self.banner)
        column.addWidget(self.undo_bar)
        column.addWidget(line())
        column.addLayout(self._foot())

    def _head(self) -> QHBoxLayout:
        """The home that is to be rung now, and how far the round is."""
        theme, head = self._theme, QHBoxLayout()
        margin = theme.px(Space.SECTION)
        head.setContentsMargins(margin, theme.px(Space.ROW), margin, theme.px(Space.ROW))
        about = QVBoxLayout()
        about.setSpacing(theme.px(Space.HAIR))
        self.home = label("", "title")
        self.ask_for = label("", "strong", wrap=True)
        self.last = label("", "muted", wrap=True)
        for words_ in (self.home, self.ask_for, self.last):
            about.addWidget(words_)
        head.addLayout(about, 1)
        self.progress = label("", "heading")
        head.addWidget(self.progress, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _foot(self) -> QVBoxLayout:
        """The keys, and below them a button for each."""
        theme = self._theme
        margin = theme.px(Space.SECTION)
        lines = QVBoxLayout()
        lines.setContentsMargins(margin, theme.px(Space.ROW), margin, theme.px(Space.ROW))
        lines.setSpacing(theme.px(Space.NEAR))
        lines.addWidget(label(KEYS, "small", wrap=True))
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(Space.NEAR))
        foot.addStretch(1)
        self.buttons = {
            "F7": self._button("No answer", "F7", self._no_answer),
            "F6": self._button("No change", "F6", self._no_change),
            "Enter": self._button("Save, next home", "Enter", self._save),
        }
        for button in self.buttons.values():
            foot.addWidget(button)
        self.buttons["Enter"].setProperty("kind", "main")
        close = QPushButton("Close", self)
        close.setToolTip("Escape")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        foot.addWidget(close)
        lines.addLayout(foot)
        return lines

    def _button(self, text: str, key: str, do: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(key)
        button.setAutoDefault(False)

        def press() -> None:
            entry = self.grid.current_entry()
            if entry is not None and callable(do):
                do(entry)

        button.clicked.connect(press)
        return button

    def _wire(self) -> None:
        self.grid.said.connect(self._save)
        self.grid.unchanged.connect(self._no_change)
        self.grid.missed.connect(self._no_answer)
        self.grid.picked.connect(lambda _line: self._tell_home())
        self.model.edited.connect(self._was_edited)
        QShortcut(QKeySequence.StandardKey.Undo, self, self._go_back)
        resize_on_screen(self, self._theme.px(1_180), self._theme.px(680))

    # --------------------------------------------------------------- what it says

    def _tell_home(self) -> None:
        entry = self.grid.current_entry()
        if entry is None:
            return
        row, theme_now = entry.home.row, self._place.now()
        self.home.setText(row.name)
        phone = row.phone or "No telephone number on record"
        self.ask_for.setText(f"{phone} · ask for {entry.home.contact}" if entry.home.contact else phone)
        status = return_status(row, now=theme_now)
        self.last.setText(status.sentence or status.word)
        for button in self.buttons.values():
            button.setEnabled(True)
        self.buttons["F6"].setEnabled(entry.home.last is not None)
        self.buttons["F6"].setToolTip(
            "F6" if entry.home.last is not None else "There is no return to confirm."
        )

    def _tell_progress(self) -> None:
        entries = self.model.entries()
        rung = sum(entry.outcome is not None for entry in entries)
        self.progress.setText(f"{rung} of {len(entries)}" if entries else "")
        self.progress.setAccessibleName(f"{rung} of {count_words(len(entries), 'home')} rung")

    def _was_edited(self, entry: HomeEntry) -> None:
        if entry.outcome is not None:
            entry.outcome = None
            self.model.tell(entry)
            self._tell_progress()

    # ------------------------------------------------------------------ saving

    def _save(self, entry: HomeEntry) -> None:
        """What is entered for the home is its capacity return; as it was the last time: no change."""
        try:
            given = entry.given()
            report = entry.report(now=self._place.now(), night=self._place.today())
        except UserError as error:
            self.banner.tell(error.sentence, error.mend)
            return
        if given is None and entry.said:
            self.banner.tell("Say who was spoken to.", "The note is kept in the log of calls, by whose word.")
            self.grid.go_to(entry, "spoke")
            return
        action = partial(
            record_phoned, setting=entry.home.row.id, report=report, given=given, said=entry.said
        )
        free = sum(each.count for each in entry.lines)
        said = "no change" if report is None else f"{count_words(free, 'bed')} free"
        outcome = done("No change" if report is None else "Saved", said)
        keep = partial(entry.keep, report, [each.count for each in entry.lines])
        self._perform(entry, action, outcome=outcome, said=said, keep=keep)

    def _no_change(self, entry: HomeEntry) -> None:
        if entry.home.last is None:
            self.banner.tell(
                f"{entry.home.row.name} has no capacity return to confirm.", "Fill in what is free instead."
            )
            return
        for each in entry.lines:
            each.count = each.before
        entry.accepts = entry.home.last.accepting
        self._save(entry)

    def _no_answer(self, entry: HomeEntry) -> None:
        action = partial(log_call, setting=entry.home.row.id, said=entry.said)
        self._perform(entry, action, outcome=waiting("No answer"), said="no answer")

    def _perform(
        self,
        entry: HomeEntry,
        action: Action,
        *,
        outcome: Status,
        said: str,
        keep: Callable[[], None] | None = None,
    ) -> None:
        """Does it and goes on to the next home; what has a `keep` is a return, and can be taken back."""
        self.banner.dismiss()
        name = entry.home.row.name

        def saved(changed: Changed) -> None:
            entry.outcome = outcome
            if keep is not None:
                keep()
            self.model.tell(entry)
            self._tell_progress()
            if keep is None:
                self.undo_bar.offer(f"{name}: {said}.")
                return
            undo = return_back(entry.home.row.id)(changed)
            self.undo_bar.offer(
                f"{name}: {said}.", button=undo.word, do=partial(self._take_back, entry, undo.action)
            )

        def failed(error: UserError) -> None:
            entry.outcome = None
            self.model.tell(entry)
            self._tell_progress()
            self.banner.tell(f"{name}: {error.sentence}", error.mend)
            self.grid.go_to(entry)

        entry.outcome = neutral("Saving …")
        self.model.tell(entry)
        if self._place.perform(action, then=saved, failed=failed) is None:
            failed(UserError("Nobody is at the desk.", "Choose who you are, at the foot of the window."))
            return
        self._go_on(entry)

    def _go_on(self, entry: HomeEntry) -> None:
        following = self.grid.next_home(entry)
        if following is not None:
            self.grid.go_to(following)
        else:
            announce(self, "Every home of the round is done.")
        self.grid.setFocus()

    def _go_back(self) -> None:
        if self.undo_bar.can_go_back:
            self.undo_bar.button.click()

    def _take_back(self, entry: HomeEntry, action: object) -> None:
        def gone(_changed: Changed) -> None:
            entry.revert()
            entry.outcome = None
            self.model.tell(entry)
            self._tell_progress()
            self.undo_bar.offer(f"{entry.home.row.name}: taken back.")
            self.grid.go_to(entry)
            self.grid.setFocus()

        def failed(error: UserError) -> None:
            self.banner.tell(error.sentence, error.mend)

        if callable(action):
            self._place.perform(action, then=gone, failed=failed)

    def rung(self) -> list[tuple[str, str]]:
        """The homes with what became of them; empty words while they are to be rung."""
        return [
            (entry.home.row.name, entry.outcome.word if entry.outcome else "")
            for entry in self.model.entries()
        ]

    # ------------------------------------------------------------------ leaving

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not isinstance(
            self.focusWidget(), (QPushButton, QLineEdit)
        ):
            return
        super().keyPressEvent(event)

    def reject(self) -> None:
        """Closes; asked for with something typed and not saved, says so first."""
        left = [entry for entry in self.model.entries() if entry.outcome is None and _is_begun(entry)]
        if left and not self._warned:
            self._warned = True
            names = ", ".join(entry.home.row.name for entry in left[:3])
            self.banner.tell(f"Not saved yet: {names}.", "Enter saves it. Escape again leaves it out.")
            self.grid.go_to(left[0])
            return
        super().reject()

    _warned = False


def _is_begun(entry: HomeEntry) -> bool:
    last = entry.home.last.accepting if entry.home.last is not None else None
    counts = any(each.count != each.before for each in entry.lines)
    return counts or entry.accepts != last or bool(entry.spoke or entry.said)
