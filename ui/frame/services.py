"""What a page is given to work with: the way to the store and the engine, and to the person at the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QDialog

from discharge.model.errors import Asked, UserError
from discharge.model.london import london_date
from ui.frame.commands import Commands
from ui.theme.palette import Tone
from ui.theme.theme import Theme
from ui.work.faults import Bug, as_told
from ui.work.jobs import Jobs, Ticket

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from discharge.actions.desk import Desk
    from discharge.model.hub import Changed
    from discharge.model.people import User
    from discharge.store.ask.queries import Queries

Answer = TypeVar("Answer")
ALL_KINDS: frozenset[str] = frozenset({"*"})
"""Everything may have changed."""


SEEN = "seen_at_step"
"""What an open form remembers: the step of numbers at which it was opened, once that isn't the newest."""
SHEET_DUE = "window/sheet_due"
"""What the window remembers: the hub whose recovery sheet was shown here and never confirmed."""


@dataclass(frozen=True, slots=True)
class Undo:
    """The way back from what was just done: its word, and the action (or plain callable) that goes it.

    `gone` is called once the way back is no longer offered and wasn't taken.
    """

    word: str
    action: Callable[..., Any] | None = None
    call: Callable[[], object] | None = None
    gone: Callable[[], object] | None = None
    tone: Tone = Tone.DONE
    """Of what is said with it: another than `DONE` where nothing was done."""


WAITS = " What it changes of fees or limits counts once somebody else has confirmed it."
"""Said of a change that waits for a second person's word (A4)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for the banner, its mend, and a button where the program can mend it."""

    sentence: str
    mend: str = ""
    tone: Tone = Tone.DANGER
    button: str = ""
    do: Callable[[], None] | None = None


class Services(QObject):
    """One for the window, handed to every page and dialog. Holds no state of the hub."""

    changed = Signal(object)
    """The nouns that changed in the store (`Changed.nouns`), or `ALL_KINDS`."""
    signed_in = Signal(object)
    """The user who is at the desk now, or None."""
    told = Signal(object)
    """A `Message` for the banner."""
    offered = Signal(str, object)
    """What was done, in a sentence, and the `Undo` or None."""
    looked_at = Signal(str)
    """The person whose record is shown now, by id; empty for nobody's."""
    shows = Signal()
    """The page in front shows another person or home whole than before, see `Page.about`."""
    renumbered = Signal(object)
    """What was done here was shared, and these have another number now: new ones by old ones."""
    wanted = Signal(str, str)
    """Go to a page, and there to the row with this key (or none)."""
    searched = Signal(str)
    """The search field should hold this text."""
    restoring = Signal(object)
    """The hub is to go back to the backup at this path."""
    shared = Signal()
    """How the desk stands to a server may be otherwise now: the hub was brought there, or less waits."""
    new_key = Signal(object, str)
    """The hub is to be sealed by another data key: the opened slot of whoever does it, and why."""
    anew = Signal(object, object)
    """This desk's copy of a shared hub is to be made anew: the opened slot of whoever does it, and a link to
    the server."""
    bug = Signal(object)
    """A `Bug` of ours: the crash dialog."""
    asked = Signal(object, object)
    """An `Asked`, and what goes on with the reason once somebody gives one."""
    uncaught = Signal(object)
    """An error that nobody caught, from any thread."""

    def __init__(
        self,
        *,
        jobs: Jobs,
        theme: Theme,
        commands: Commands,
        settings: QSettings,
        clock: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.jobs = jobs
        self.theme = theme
        self.commands = commands
        self.settings = settings
        self.window: QWidget | None = None
        """What forms stand over: a form that belongs to it from the first needn't be dressed twice."""
        self._clock = clock
        self._user: User | None = None
        self._step: int | None = None
        """The step of numbers at which what is shown was read; None where numbers stay as they are."""
        self._coming: int | None = None
        """The step at which it is being read anew."""

    # ------------------------------------------------------------------ time

    def now(self) -> datetime:
        """The instant, by the injected clock."""
        return self._clock()

    def today(self) -> date:
        """London's date."""
        return london_date(self._clock())

    # ------------------------------------------------------------------ who

    @property
    def user(self) -> User | None:
        """Who is at the desk."""
        return self._user

    def set_user(self, user: User | None) -> None:
        """Somebody else is at the desk now."""
        self._user = user
        self.commands.set_roles(user.roles if user is not None else (), signed_in=user is not None)
        self.signed_in.emit(user)

    # ------------------------------------------------------------------ work

    def ask(
        self,
        question: Callable[[Queries], Answer],
        then: Callable[[Answer], object],
        *,
        replaces: str = "",
        words: str = "",
        failed: Callable[[UserError], object] | None = None,
    ) -> Ticket:
        """Reads in the store's thread: `question(queries)`; `then(answer)` in the UI thread.

        Of several with the same `replaces` only the latest counts. Errors go to the banner, or to
        `failed` where they are of the user's world.
        """
        ticket = self.jobs.ask(question, replaces=replaces, words=words)
        self._follow(ticket, then, failed, None)
        return ticket

    def use(
        self,
        work: Callable[[Desk], Answer],
        then: Callable[[Answer], object],
        *,
        replaces: str = "",
        words: str = "",
        failed: Callable[[UserError], object] | None = None,
    ) -> Ticket:
        """Anything else with the desk itself, in the store's thread; like `ask`."""
        ticket = self.jobs.use(work, replaces=replaces, words=words)
        self._follow(ticket, then, failed, None)
        return ticket

    def use_aside(
        self,
        work: Callable[[Desk], Answer],
        then: Callable[[Answer], object],
        *,
        words: str,
        failed: Callable[[UserError], object] | None = None,
    ) -> Ticket:
        """Long work that the desk does without holding it, in a thread of its own; see `Jobs.aside`."""
        ticket = self.jobs.aside(work, words=words)
        self._follow(ticket, then, failed, None)
        return ticket

    def perform(
        self,
        action: Callable[[Any], Any],
        *,
        done: str | Callable[[Changed], str] = "",
        undo: Undo | Callable[[Changed], Undo | None] | None = None,
        then: Callable[[Changed], object] | None = None,
        failed: Callable[[UserError], object] | None = None,
    ) -> Ticket | None:
        """Performs an action as the user at the desk. Then tells who shows what changed, says `done` with
        its way back in the undo bar, and calls `then(changed)`. Either may be made from the
        `Changed`, where it needs what is known only then. An error of the user's world goes to
        `failed`, or else to the banner. None where nobody is at the desk.
        """
        if self._user is None:
            self.tell(Message("Nobody is at the desk.", "Choose who you are, at the bottom left."))
            return None
        ticket = self.jobs.submit(action, by=self._user, **self._seen())

        def finished(changed: Changed) -> None:
            self.changed.emit(changed.nouns)
            if done:
                said = done if isinstance(done, str) else done(changed)
                said += WAITS if changed.waits else ""
                self.offered.emit(said, undo if undo is None or isinstance(undo, Undo) else undo(changed))
            if then is not None:
                then(changed)

        def stopped(error: BaseException) -> None:
            if failed is not None or not isinstance(error, Asked):
                self.fail(error, failed)
                return
            from discharge.actions.context import Answered  # the store comes with it

            before = action.answers if isinstance(action, Answered) else {}
            plain = action.action if isinstance(action, Answered) else action
            key = error.key

            def again(why: str) -> None:
                self.perform(Answered(plain, {**before, key: why}), done=done, undo=undo, then=then)

            self.asked.emit(error, again)

        ticket.done.connect(finished)
        ticket.failed.connect(stopped)
        return ticket

    def follow_numbers(self, step: int, names: Mapping[str, str]) -> None:
        """From this step on things have these numbers: what stands open was read before, and is followed."""
        if self._step is None or step in (self._step, self._coming):
            self._step = step if self._step is None else self._step
            return
        self._coming = step
        for dialog in self.window.findChildren(QDialog) if self.window is not None else ():
            if dialog.property(SEEN) is None:
                dialog.setProperty(SEEN, self._step)
        self.renumbered.emit(names)

    def shows_numbers_of(self, step: int) -> None:
        """What is shown was read anew since, at this step."""
        self._step = step

    @property
    def step(self) -> int | None:
        """The step of numbers at which what is shown was read."""
        return self._step

    def _seen(self) -> dict[str, Any]:
        """When what is done now was looked at: an open form may have been so before what is behind it."""
        if self._step is None:
            return {}
        dialogs = self.window.findChildren(QDialog) if self.window is not None else ()
        seen = [dialog.property(SEEN) for dialog in dialogs if dialog.isVisible()]
        before = [step for step in seen if step is not None]
        return {"seen": min(before, default=self._step), "follows": bool(before)}

    def run_long(
        self,
        work: Callable[..., Any],
        then: Callable[[Any], object],
        *,
        words: str,
        failed: Callable[[UserError], object] | None = None,
        cancelled: Callable[[], object] | None = None,
        aside: bool = False,
    ) -> Ticket:
        """Long work on the store, `work(desk, progress)`; see `Jobs.run_long`. It is shown with its
        progress and its cancel in the status line. Say with `changed.emit` what changed. `aside`: it holds
        the desk for moments alone, and runs in a thread of its own.
        """
        if aside:
            ticket = self.jobs.aside(work, words=words, progress=True)
        else:
            ticket = self.jobs.run_long(work, words=words)
        self._follow(ticket, then, failed, cancelled)
        return ticket

    def compute(
        self,
        work: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], object],
        words: str,
        progress: bool = False,
        failed: Callable[[UserError], object] | None = None,
        cancelled: Callable[[], object] | None = None,
    ) -> Ticket:
        """Runs a module-level callable in the engine's process; see `Jobs.compute`."""
        ticket = self.jobs.compute(work, *args, words=words, progress=progress)
        self._follow(ticket, then, failed, cancelled)
        return ticket

    def _follow(
        self,
        ticket: Ticket,
        then: Callable[[Any], object],
        failed: Callable[[UserError], object] | None,
        cancelled: Callable[[], object] | None,
    ) -> None:
        ticket.done.connect(then)
        ticket.failed.connect(lambda error: self.fail(error, failed))
        if cancelled is not None:
            ticket.cancelled.connect(cancelled)

    # ------------------------------------------------------------------ words

    def fail(self, error: BaseException, failed: Callable[[UserError], object] | None = None) -> None:
        """Shows an error where it belongs: the user's world in the banner (or `failed`), ours as a crash.

        Whoever waits with `failed` hears of ours too, so that nothing waits for ever.
        """
        told = as_told(error)
        if isinstance(told, Bug):
            self.bug.emit(told)
            if failed is not None:
                failed(UserError("Something in the program went wrong; this was not done.", "Try it again."))
        elif failed is not None:
            failed(told)
        else:
            self.tell(Message(told.sentence, told.mend))

    def tell(self, message: Message) -> None:
        """Shows a message in the banner."""
        self.told.emit(message)

    def say(self, sentence: str, undo: Undo | None = None) -> None:
        """Says what was done in the undo bar, with its way back."""
        self.offered.emit(sentence, undo)

    def note(self, sentence: str) -> None:
        """Says in the same place why nothing was done: without the tick of what was."""
        self.offered.emit(sentence, Undo("", tone=Tone.NEUTRAL))

    def go(self, page: str, key: str = "") -> None:
        """Brings a page to the front, and there the row with this key."""
        self.wanted.emit(page, key)
