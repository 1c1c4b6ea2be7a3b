"""The morning round of calls: every home each day, its beds and its answers filled in as one telephones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from discharge.actions.calls import log_call, record_phoned
from discharge.model.errors import UserError
from discharge.model.shown.calls import NOT_HEARD, Heard
from discharge.words.counts import count_words, sentence_case
from discharge.words.days import day_words
from ui.frame.action_form import Action
from ui.frame.services import Services
from ui.frame.take_back import AT_ONCE, all_back
from ui.models.round import SPOKE, HomeEntry, RoundLine, RoundModel, lines_of
from ui.models.table import Prepared
from ui.settings.capacity_grid import CapacityGrid
from ui.settings.questions import WHAT, QuestionFields
from ui.settings.round_columns import round_columns
from ui.theme.scale import Space
from ui.theme.status import Status, done, neutral, waiting
from ui.widgets.banner import Banner, UndoBar, announce
from ui.widgets.button import push_button
from ui.widgets.dialog_size import columns_on_screen, resize_on_screen
from ui.widgets.empty import EmptyState
from ui.widgets.flow import FlowLayout
from ui.widgets.layouts import in_column, in_row
from ui.widgets.scrolling import scroll_down
from ui.widgets.text import label, line
from ui.words.settings import return_status

if TYPE_CHECKING:
    from discharge.model.hub import Changed
    from discharge.store.ask.queries import Queries
    from discharge.store.file.in_hand import InHand

KEYS = (
    "Arrows: cell to cell · Space: takes people · Enter: on to the questions, after the last the next home · "
    "=: as last time, of who was spoken to whom to ask for · F8: the rest as last time · Escape: back to the "
    "beds · Ctrl+Enter: save, next home · F6: no change · F7: no answer"
)
NO_ANSWER = "No answer"
LEAST_ASKED = 40
"""So high are the questions at least, in pixels at 100 %: the line that is filled in is scrolled to."""
LEAST_BUTTON = 110
"""So wide are the buttons one with the other, in pixels at 100 %."""
LOOKS = 10_000
"""Milliseconds after which it is looked anew who has which home in hand."""


def read_round(queries: Queries) -> Prepared[RoundLine]:
    """The homes to ring, as rows of the grid; in the store's thread, as there may be very many."""
    lines = lines_of(queries.round_of_calls(), night=queries.today)
    keys = [line.key for line in lines]
    return Prepared(lines, keys, keys)


class MorningRound(QDialog):
    """A grid of the homes to ring. Each home is saved by itself, at once, and can be taken back."""

    def __init__(self, *, services: Services, parent: QWidget | None = None) -> None:
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
        self.questions = QuestionFields(theme=self._theme, without=("can_take",), parent=self)
        self._lay_out()
        self._wire()
        self._sent_to: HomeEntry | None = None

    def begin(self, lines: Prepared[RoundLine]) -> None:
        """Goes to the first home of these that is to be rung."""
        self.model.reload(lines)
        entries = self.model.entries()
        if entries:
            # one that somebody else rang already today waits for those that nobody did
            first = next((entry for entry in entries if not entry.is_done), entries[0])
            self._sent_to = first
            self.grid.go_to(first)
        self.nobody.setVisible(not entries)
        self.grid.setVisible(bool(entries))
        self._asking.setVisible(bool(entries))
        self._tell_progress()

    # ---------------------------------------------------------------- layout

    def _lay_out(self) -> None:
        theme = self._theme
        column = in_column(self, gap=0)
        column.addLayout(self._head())
        column.addWidget(line())
        column.addWidget(self.grid, 1)
        column.addWidget(line())
        column.addWidget(self._asked_area(), 1)
        self.nobody = EmptyState(
            "Nobody to ring", "No home has beds or a capacity return on record.", theme=theme, icon="phone"
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
        about = in_column(gap=theme.px(Space.HAIR))
        self.home = label("", "title")
        self.ask_for = label("", "strong", wrap=True)
        self.last = label("", "muted", wrap=True)
        self._why = label("", "small", wrap=True)
        for words_ in (self.home, self.ask_for, self.last, self._why):
            about.addWidget(words_)
        head.addLayout(about, 1)
        self.progress = label("", "heading")
        head.addWidget(self.progress, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _asked_area(self) -> QScrollArea:
        """The questions, below them the keys; scrolled where the screen is too small for all."""
        theme = self._theme
        self._asking = QScrollArea(self)
        scroll_down(self._asking, "Questions")
        body = QWidget()
        margin = theme.px(Space.SECTION)
        inner = in_column(
            body, around=(margin, theme.px(Space.ROW), margin, theme.px(Space.NEAR)), gap=theme.px(Space.NEAR)
        )
        inner.addWidget(self.questions)
        inner.addWidget(label(KEYS, "small", wrap=True))
        inner.addStretch(1)
        self._asking.setWidget(body)
        self._asking.setMinimumHeight(theme.px(LEAST_ASKED))
        # neither takes from the other what it needs itself
        self._asking.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._let_fit()
        return self._asking

    def _let_fit(self) -> None:
        """The questions have no more room than they fill."""
        body = self._asking.widget()
        assert body is not None
        high = body.heightForWidth(self.width()) if body.hasHeightForWidth() else body.sizeHint().height()
        self._asking.setMaximumHeight(max(high, self._asking.minimumHeight()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._let_fit()

    def _foot(self) -> QHBoxLayout:
        """A button for each key that ends a call; in two lines where one is too long for the screen."""
        theme = self._theme
        margin, above, near = theme.px(Space.SECTION), theme.px(Space.ROW), theme.px(Space.NEAR)
        foot = in_row(around=(margin, above, margin, above), gap=near)
        buttons: QLayout = foot
        if columns_on_screen(self, 5, theme.px(LEAST_BUTTON)) < 5:
            buttons = FlowLayout(gap=near, line_gap=near)
            foot.addLayout(buttons, 1)
        else:
            foot.addStretch(1)
        self.buttons = {
            "F7": self._button("No answer", "F7", self._no_answer),
            "F6": self._button("No change", "F6", self._no_change),
            "F8": self._button("Rest as last time", "F8", lambda _entry: self.questions.fill_rest()),
            "Enter": self._button("Save, next home", "Ctrl+Enter", self._save),
        }
        for each in self.buttons.values():
            buttons.addWidget(each)
        self.buttons["Enter"].setProperty("kind", "main")
        close = push_button("Close", tip="Escape", do=self.reject, parent=self)
        buttons.addWidget(close)
        return foot

    def _button(self, text: str, key: str, do: object) -> QPushButton:
        def press() -> None:
            entry = self.grid.current_entry()
            if entry is not None and callable(do):
                do(entry)

        return push_button(text, tip=key, do=press, parent=self)

    def _wire(self) -> None:
        self.grid.went_on.connect(lambda _entry: self.questions.begin())
        self.grid.said.connect(self._save)
        self.questions.finished.connect(lambda: self._of_current(self._save))
        self.questions.left.connect(self.grid.setFocus)
        self.questions.typed_in.connect(lambda: self._of_current(self._typed))
        keys = {Qt.Key.Key_F6: self._no_change, Qt.Key.Key_F7: self._no_answer}
        self.questions.pressed.connect(lambda key: self._of_current(keys[key]))
        self._place.changed.connect(self._others_rang)
        self._looks = QTimer(self, interval=LOOKS)
        self._looks.timeout.connect(self._take_in_hand)
        self._looks.start()
        self.finished.connect(lambda _result: self._let_go())
        self.grid.unchanged.connect(self._no_change)
        self.grid.missed.connect(self._no_answer)
        self.grid.rest.connect(lambda _entry: self.questions.fill_rest())
        self.grid.picked.connect(lambda _line: self._tell_home())
        self.model.edited.connect(self._was_edited)
        QShortcut(QKeySequence.StandardKey.Undo, self, self._go_back)
        resize_on_screen(self, self._theme.px(1_280), self._theme.px(760))

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
        self._why.setText(_why_first(entry))
        self._why.setVisible(bool(self._why.text()))
        self.questions.show_home(row.name, entry.home.heard, entry.typed, now=theme_now)
        self._take_in_hand()
        for button in self.buttons.values():
            button.setEnabled(True)
        self.buttons["F6"].setEnabled(entry.home.last is not None)
        self.buttons["F6"].setToolTip(
            "F6" if entry.home.last is not None else "There is no return to confirm."
        )

    def _tell_progress(self) -> None:
        entries = self.model.entries()
        called = [entry for entry in entries if entry.outcome is not None or entry.home.heard.asked_today]
        unanswered = [entry for entry in entries if _nobody_answered(entry)]
        missed = len(unanswered)
        rung = len(called) - sum(entry.outcome is not None for entry in unanswered)
        more = f", {missed} without an answer" if missed else ""
        self.progress.setText(f"{rung} of {len(entries)}{more}" if entries else "")
        self.progress.setAccessibleName(f"{rung} of {count_words(len(entries), 'home')} rung{more}")

    def _of_current(self, do: Callable[[HomeEntry], None]) -> None:
        entry = self.grid.current_entry()
        if entry is not None:
            do(entry)

    def _typed(self, entry: HomeEntry) -> None:
        entry.typed = self.questions.typed()
        self._was_edited(entry)

    # ------------------------------------------------------- who rings which home

    def _take_in_hand(self) -> None:
        """Tells the other desks which home is being rung here, and learns which are there."""
        entry, user = self.grid.current_entry(), self._place.user
        if entry is None or user is None:
            return
        setting = None if entry.is_done else entry.home.row.id
        self._place.use(
            lambda desk: desk.take_in_hand(setting, by=user),
            self._show_in_hand,
            replaces="round/in_hand",
            failed=lambda _error: None,
        )

    def _let_go(self) -> None:
        self._looks.stop()
        if (user := self._place.user) is not None:
            self._place.use(
                lambda desk: desk.take_in_hand(None, by=user),
                lambda _found: None,
                failed=lambda _error: None,
            )

    def _show_in_hand(self, found: Mapping[str, InHand]) -> None:
        user = self._place.user
        for entry in self.model.entries():
            one = found.get(entry.home.row.id)
            held_by = one.name if one is not None and user is not None and one.by != user.id else ""
            if entry.held_by != held_by:
                entry.held_by = held_by
                self.model.tell(entry)
        self._leave_to_other()

    def _leave_to_other(self) -> None:
        """A home that nobody chose here, and that somebody else has in hand or has rung, is left to them."""
        entry = self.grid.current_entry()
        theirs = entry is not None and entry.outcome is None and entry.is_done
        if entry is not None and theirs and entry is self._sent_to and not _is_begun(entry):
            following = self.grid.next_home(entry)
            if following is not None:
                self._sent_to = following
                self.grid.go_to(following)

    def _others_rang(self, _nouns: object) -> None:
        self._place.ask(lambda queries: queries.heard(), self._show_heard, replaces="round/heard")

    def _show_heard(self, heard: Mapping[str, Heard]) -> None:
        """Homes that were rung meanwhile, by whoever it was, are shown so."""
        for entry in self.model.entries():
            now = heard.get(entry.home.row.id, NOT_HEARD)
            if now != entry.home.heard:
                entry.home = replace(entry.home, heard=now)
                self.model.tell(entry)
        self._tell_progress()
        self._leave_to_other()

    def _was_edited(self, entry: HomeEntry) -> None:
        if entry.outcome is not None:
            entry.outcome = None
            self.model.tell(entry)
            self._tell_progress()

    # ------------------------------------------------------------------ saving

    def _save(self, entry: HomeEntry) -> None:
        """What is entered for the home is its capacity return; as it was the last time: no change."""
        try:
            given, beds = entry.given(), entry.speaks_of_beds()
            report = entry.report(now=self._place.now(), night=self._place.today()) if beds else None
            answers = entry.answers(today=self._place.today())
            agreed = entry.agreed(today=self._place.today())
        except UserError as error:
            self.banner.tell(error.sentence, error.mend)
            self._show_fault()
            return
        if given is None and (entry.said or answers or agreed):
            self.banner.tell(
                "Say who was spoken to.", "What was said is kept in the log of calls, by whose word."
            )
            self.grid.go_to(entry, SPOKE)
            self.grid.setFocus()
            return
        if not beds and answers is None and agreed is None:
            self.banner.tell("Nothing is entered for this home.", "Ask its questions, or press F7.")
            return
        action = partial(
            record_phoned, setting=entry.home.row.id, report=report, given=given, said=entry.said,
            answers=answers, agreed=agreed, beds_said=beds,
        )  # fmt: skip
        free = sum(each.count for each in entry.lines)
        said = "no change" if report is None else f"{count_words(free, 'bed')} free"
        outcome = done("No change" if report is None and answers is None else "Saved", said)
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
        self._perform(entry, action, outcome=waiting(NO_ANSWER), said="no answer")

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
                self._show_typed(entry)
            self.model.tell(entry)
            self._tell_progress()
            if keep is None:
                self.undo_bar.offer(f"{name}: {said}.")
                return
            undo = all_back(AT_ONCE)(changed)
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

    def _show_typed(self, entry: HomeEntry) -> None:
        """The questions as they are typed for this home, where it is the one in front."""
        if entry is self.grid.current_entry():
            heard = entry.home.heard
            self.questions.show_home(entry.home.row.name, heard, entry.typed, now=self._place.now())

    def _show_fault(self) -> None:
        """Goes to the question whose answer won't do, or to what is agreed."""
        key, _ = self.questions.first_fault()
        self.questions.go_to(key or WHAT)

    def _go_on(self, entry: HomeEntry) -> None:
        following = self.grid.next_home(entry)
        self._sent_to = following
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
            self._show_typed(entry)
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


def _nobody_answered(entry: HomeEntry) -> bool:
    """Whether nobody answered today, and it is to be rung again."""
    if entry.outcome is not None:
        return entry.outcome.word == NO_ANSWER
    rung = entry.home.heard.rung_today
    return rung is not None and not rung.answered


def _is_begun(entry: HomeEntry) -> bool:
    last = entry.home.last.accepting if entry.home.last is not None else None
    counts = any(each.count != each.before for each in entry.lines)
    return counts or entry.accepts != last or bool(entry.spoke or entry.said or entry.typed)


def _why_first(entry: HomeEntry) -> str:
    """Why the home comes first, and what is agreed with it; empty where neither is."""
    parts = [sentence_case(reason.words) for reason in entry.home.reasons]
    parts += [f"Agreed: {one.what} ({one.who}, by {day_words(one.due)})" for one in entry.home.agreed]
    return ". ".join(parts) + "." if parts else ""
