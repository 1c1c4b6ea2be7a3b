"""A hub on a server, as the window has it: it keeps in touch, and the status line says how that stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from discharge.words.counts import count_words
from discharge.words.days import clock_words, instant_words
from ui.frame.commands import Command
from ui.frame.services import Message, Services
from ui.frame.status_line import StatusLine
from ui.theme.palette import Tone
from ui.theme.status import Status

if TYPE_CHECKING:
    from discharge.actions.desk import Desk
    from discharge.actions.in_touch import InTouch
    from discharge.actions.shared_desk import Standing


FORKED = (
    "Nothing is shared until this desk's copy is made anew from the server. Work goes on meanwhile, and what "
    "only this desk has is kept."
)


class SharedHub(QObject):
    """Keeps one window's desk in touch with its server; nothing in a hub that lies in its file alone.

    `came`: others may have written, or the server is there again, or gone: what is shown is to be read anew.
    """

    came = Signal()
    heard = Signal()
    """Others have something else open than before."""

    def __init__(self, services: Services, line: StatusLine, parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._line = services, line
        self._touch: InTouch | None = None
        self._open = ("", "")
        self.standing: Standing | None = None
        self.came.connect(self.look)
        services.commands.why_cut_off = lambda command: why_cut_off(self.standing, command)
        services.changed.connect(lambda _nouns: self.look())

    def begin(self) -> None:
        """The hub is open, or was brought to a server: from now on this keeps in touch. Where it did so
        before, less waits than was shown, or less has come back."""
        if self._touch is not None:
            # which also looks
            self._services.changed.emit(frozenset({"shared"}))
            return
        tell: Callable[[], None] = self.came.emit
        hear: Callable[[], None] = self.heard.emit
        self._services.use(lambda desk: _touch(desk, tell, hear), self._begun)

    def _begun(self, touch: InTouch | None) -> None:
        self._touch = touch
        if touch is not None:
            touch.say_open(*self._open)
            touch.start()
            self.look()

    def look(self) -> None:
        """How the desk stands to the server is read, and said in the status line."""
        if self._touch is not None:
            self._services.use(_standing, self._show, replaces="standing")

    def _show(self, standing: Standing | None) -> None:
        before, self.standing = self.standing, standing
        was_forked, is_forked = before is not None and before.forked, standing is not None and standing.forked
        others = (standing is None) is not (before is None) or was_forked is not is_forked
        if others or _waits(standing) != _waits(before):
            self._services.commands.review()
        if standing is not None and is_forked and not was_forked:
            self._services.tell(
                Message(standing.why, FORKED, Tone.WAITING, "Make it anew…", self._ask_to_make_anew)
            )
        self._line.show_server(None if standing is None else status_of(standing, now=self._services.now()))

    def what_waits(self, leaving: bool, /) -> str:
        """What was done here and isn't shared yet; see `what_waits`."""
        return what_waits(self.standing, leaving=leaving)

    def _ask_to_make_anew(self) -> None:
        self._services.commands.do("hub.anew")

    def try_now(self) -> None:
        """Tries a server that couldn't be reached at once."""
        if self._touch is not None:
            self._touch.try_now()

    def say_open(self, user_name: str, about: str) -> None:
        """Says to the other desks whom or what somebody has open here; see `InTouch`."""
        self._open = (user_name, about)
        if self._touch is not None:
            self._touch.say_open(user_name, about)

    def open_elsewhere(self) -> Mapping[str, tuple[str, ...]]:
        """Who has what open at other desks, by id."""
        return self._touch.open_elsewhere() if self._touch is not None else {}

    def end(self) -> None:
        """The window closes."""
        if (touch := self._touch) is not None:
            self._touch = None
            touch.stop()


def what_waits(standing: Standing | None, *, leaving: bool) -> str:
    """What was done here and isn't shared yet, and when it will be, in a sentence; empty where all is.

    `leaving`: the program is about to be closed, and nobody's key is in it any more.
    """
    if standing is None or not standing.waiting:
        return ""
    steps = count_words(standing.waiting, "step isn't", "steps aren't")
    one = standing.waiting == 1
    stays = f"{'It stays' if one else 'They stay'} at this desk, and {'goes' if one else 'go'} out"
    if standing.waits_for:
        when = f"once {standing.waits_for} signs in here"
    elif leaving:
        when = f"once the server is there again and whoever did {'it' if one else 'them'} signs in here"
    else:
        when = "once the server is there again"
    return f"{steps} shared yet. {stays} {when}."


OF_FILES = frozenset({
    "import.any", "import.homes", "import.sheet", "import.returns", "import.patients", "import.waiting",
})  # fmt: skip
OF_PLACES = frozenset({"import.postcodes", "setting.places", "patient.places"})
"""Commands by which many records are written at once, row by row: these can't wait to be shared."""


def _waits(standing: Standing | None) -> bool:
    """Whether what is done now waits to be shared."""
    return standing is not None and (not standing.online or standing.waiting > 0)


def why_cut_off(standing: Standing | None, command: Command) -> str:
    """Why a command can't be done as the desk stands to its server, before anything is typed or chosen."""
    if standing is None or not _waits(standing):
        return ""
    # loaded where a hub is shared alone
    from discharge.actions.intents import needs_server

    what = needs_server(command.actions)
    if command.id in OF_FILES | OF_PLACES:
        what = "Files can't be imported" if command.id in OF_FILES else "Places can't be filled"
    if not what:
        return ""
    if standing.online:
        return f"{what} while something done here isn't shared yet."
    return f"{what} while the desk is cut off from the server."


def status_of(standing: Standing, *, now: datetime) -> Status:
    """How a desk stands to its server, in a few words and in a sentence."""
    waits = f"{count_words(standing.waiting, 'step')} not yet shared" if standing.waiting else ""
    back = f"{standing.returned} came back" if standing.returned else ""
    clock, mend = _clock_words(standing.clock_ahead)
    if standing.online:
        parts = [each for each in (waits, back, clock) if each]
        why = f" It waits until {standing.waits_for} signs in." if standing.waits_for else ""
        sentence = f"What is done here is at every desk of the hub at once.{why}{mend}"
        tone = Tone.WAITING if parts else Tone.DONE
        return Status(" · ".join(parts) or "Shared", tone, sentence)
    if standing.forked:
        parts = ["Not the same as the server's", *(each for each in (waits, back) if each)]
        return Status(" · ".join(parts), Tone.DANGER, f"{standing.why} {FORKED}")
    since = f" since {instant_words(standing.since, now=now)}" if standing.since is not None else ""
    parts = [f"Cut off{since}", *(each for each in (waits, back, clock) if each)]
    sentence = (
        f"{standing.why} Work goes on; what is done here is shared once the server is there again.{mend}"
    )
    return Status(" · ".join(parts), Tone.WAITING, sentence)


def _clock_words(ahead: timedelta) -> tuple[str, str]:
    """That this machine's clock isn't the server's, and what to do; nothing where they are near enough."""
    how = clock_words(ahead)
    if not how:
        return "", ""
    mend = (
        f" By the server's clock this computer's is {how}: what is done here stands on record at the wrong "
        "time, and may be asked about. Set the clock of whichever is wrong."
    )
    return f"Clock {how}", mend


def set_aside(services: Services, number: int) -> None:
    """Whoever made what came back under this number has dealt with it."""
    services.use(partial(_set_aside, number=number), lambda _done: services.shared.emit())


def _set_aside(desk: Desk, *, number: int) -> None:
    if desk.sharing is not None:
        desk.sharing.set_aside(number)


def _touch(desk: Desk, tell: Callable[[], None], hear: Callable[[], None]) -> InTouch | None:
    """In the store's thread. What links to a server is loaded where a hub lies on one alone."""
    if desk.sharing is None:
        return None
    from discharge.actions.in_touch import InTouch

    return InTouch(desk, changed=tell, heard=hear)


def _standing(desk: Desk) -> Standing | None:
    return None if desk.sharing is None else desk.sharing.standing()


__all__ = ["SharedHub", "set_aside", "status_of", "what_waits", "why_cut_off"]
