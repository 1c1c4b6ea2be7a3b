"""Keeping in touch with the server: a thread that links a desk to it, hears what others do, and tries again.

Whoever works at the desk waits for none of it but for what they do themselves.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from discharge.actions.desk import Desk
from discharge.actions.shared_desk import Link
from discharge.actions.sharing import connected
from discharge.keys import boxes
from discharge.model.errors import UserError
from discharge.model.typed import deceiving_in
from discharge.store.ask.queries import Queries
from discharge.store.server import state
from discharge.store.server.rows import Heard

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds until a server that can't be reached is tried again."""
HEARS_FOR = 0.2
"""Seconds of listening, after which what is to be said is said."""
SAID_AGAIN_AFTER, KNOWN_FOR = 20.0, 60.0
"""Seconds after which a desk says again what is open there, and after which what another said is gone."""
CLOCK_HELD_AFTER = 60.0
"""Seconds after which the desk's clock is held against the server's again."""
LONGEST_NAME = 200


class HearingLink(Link, Protocol):
    """A link that can also listen and be heard."""

    def listen(self, timeout: float) -> Iterator[Heard]: ...
    def tell(self, said: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """What somebody has open at another desk, as it was said, and until when that is taken for true."""

    about: str
    words: str
    until: float


class InTouch:
    """One desk's touch with its server. `changed` is called, from another thread, where there is something
    to look at anew, `heard` where others have something else open than before; `open_link` makes a link, one
    for the desk and one to listen. `clock`: seconds that only go forward."""

    def __init__(
        self,
        desk: Desk,
        *,
        changed: Callable[[], None],
        heard: Callable[[], None] = lambda: None,
        open_link: Callable[[], HearingLink] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desk, self._changed, self._heard, self._clock = desk, changed, heard, clock
        self._open_link = open_link or (lambda: connected(desk))
        self._stop, self._now = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._was_in_touch = False
        self._keys: tuple[bytes, ...] = ()
        self._place = ""
        self._here = self._told = ("", "")
        self._told_at = 0.0
        self._clock_held_at = clock()
        self._open: dict[str, _Elsewhere] = {}
        self._me = boxes.new_key().hex()[:16]

    def _read_anew(self) -> None:
        """The keys of what desks say, the newest first, and what this desk is called: both may change."""
        with self._desk.kept_from_others() as store, store.reading() as connection:
            keys, own = state.keys(connection), state.of(connection, "desk")
        self._keys = tuple(keys[generation] for generation in sorted(keys, reverse=True))
        self._place = next((each.name for each in self._desk.ask(Queries.desks) if each.id == own), "")

    def start(self) -> None:
        """From now on it keeps in touch."""
        self._thread = threading.Thread(target=self._run, name="in touch", daemon=True)
        self._thread.start()

    def stop(self, *, timeout: float = 10.0) -> None:
        """It stops, within `timeout` seconds."""
        self._stop.set()
        self._now.set()
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    def try_now(self) -> None:
        """A server that couldn't be reached is tried at once; where it is reached, what waited for whoever
        has just signed in is shared."""
        self._now.set()

    # ------------------------------------------------------------------ who has what open

    def say_open(self, user_name: str, about: str) -> None:
        """Says to the other desks whom or what somebody has open here, and again while it is so; `about`
        empty: nothing any more."""
        self._here = (user_name, about) if about else ("", "")

    def open_elsewhere(self) -> Mapping[str, tuple[str, ...]]:
        """Who has what open at other desks, by id: `Ada Marsh at ward-7`."""
        found: dict[str, set[str]] = {}
        for each in list(self._open.values()):
            found.setdefault(each.about, set()).add(each.words)
        return {about: tuple(sorted(words)) for about, words in found.items()}

    def _say_what_is_open(self, ear: HearingLink) -> None:
        here, now = self._here, self._clock()
        again = bool(here[1]) and now >= self._told_at + SAID_AGAIN_AFTER
        if not self._keys or (here == self._told and not again):
            return
        name, about = here
        said = {"desk": self._me, "name": name[:LONGEST_NAME], "about": about, "at": self._place}
        ear.tell(boxes.sealed(self._keys[0], json.dumps(said).encode()))
        self._told, self._told_at = here, now

    def _hear(self, said: bytes) -> None:
        """What isn't understood, or would read otherwise than it is, is left out: nothing rests on it."""
        for key in self._keys:
            with suppress(ValueError, KeyError, TypeError):
                body = json.loads(boxes.opened(key, said))
                desk, name, about, at = (str(body[part]) for part in ("desk", "name", "about", "at"))
                if desk == self._me or deceiving_in([name, at]):
                    return
                before = self.open_elsewhere()
                self._open.pop(desk, None)
                if about:
                    words = f"{name} at {at}" if at else name
                    self._open[desk] = _Elsewhere(about, words, self._clock() + KNOWN_FOR)
                if self.open_elsewhere() != before:
                    self._heard()
                return

    def _forget_who_fell_silent(self) -> None:
        now = self._clock()
        silent = [desk for desk, each in self._open.items() if now >= each.until]
        for desk in silent:
            del self._open[desk]
        if silent:
            self._heard()

    def _holds_the_clock(self) -> bool:
        """Holds this computer's clock against the server's now and then, and whether that says otherwise."""
        if self._clock() < self._clock_held_at + CLOCK_HELD_AFTER:
            return False
        self._clock_held_at = self._clock()
        return self._desk.hold_clock()

    # ------------------------------------------------------------------ the thread

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            self._was_in_touch = False
            try:
                self._in_touch()
            except UserError as error:
                self._desk.could_not_reach(error)
            except BaseException:
                # our bug: said by whoever hears of it, and the desk doesn't go on as if it were shared
                self._desk.could_not_reach(
                    UserError("Something in the program went wrong.", "Open it again.")
                )
                raise
            finally:
                self._told = ("", "")
                if self._open:
                    self._open.clear()
                    self._heard()
                if not self._stop.is_set():
                    self._changed()
            pause = FIRST_PAUSE if self._was_in_touch else min(LONGEST_PAUSE, pause * 2)
            self._now.wait(pause)
            self._now.clear()

    def _in_touch(self) -> None:
        """Until the server is gone, or this is stopped. `UserError` where it can't be reached."""
        ear = self._open_link()
        try:
            # heard from here on: what is told before the desk has caught up isn't missed
            self._hears_of_entries(ear, 0.0)
            self._desk.share(self._open_link())
            self._was_in_touch = True
            self._read_anew()
            self._changed()
            while not self._stop.is_set():
                self._say_what_is_open(ear)
                if self._now.is_set():
                    self._now.clear()
                    self._desk.share_again()
                    self._read_anew()
                    self._changed()
                if self._holds_the_clock():
                    self._changed()
                if self._hears_of_entries(ear, HEARS_FOR) and self._desk.take_what_came():
                    self._read_anew()
                    self._changed()
                self._forget_who_fell_silent()
                sharing = self._desk.sharing
                if sharing is None or not sharing.is_online:
                    return
            with suppress(UserError):
                self.say_open("", "")
                self._say_what_is_open(ear)
        finally:
            ear.close()

    def _hears_of_entries(self, ear: HearingLink, timeout: float) -> bool:
        """Hears what is told for so long; at once True where the journal moved."""
        for heard in ear.listen(timeout):
            if heard.said is not None:
                self._hear(heard.said)
            if heard.door:
                self._desk.follow_ways()
            if heard.head is not None:
                return True
        return False


__all__ = ["HearingLink", "InTouch"]
