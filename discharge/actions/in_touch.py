"""Keeping in touch with the server: a thread that links a desk to it, hears what others do, and tries again.

Whoever works at the desk waits for none of it but for what they do themselves.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from discharge.actions.desk import Desk
from discharge.actions.shared_desk import Link
from discharge.actions.sharing import connected
from discharge.keys import boxes
from discharge.model.errors import UserError
from discharge.store.server import state
from discharge.store.server.rows import Heard

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds until a server that can't be reached is tried again."""
HEARS_FOR = 0.2
"""Seconds of listening, after which what is to be said is said."""


class HearingLink(Link, Protocol):
    """A link that can also listen and be heard."""

    def listen(self, timeout: float) -> Iterator[Heard]: ...
    def tell(self, said: bytes) -> None: ...


class InTouch:
    """One desk's touch with its server. `changed` is called, from another thread, where there is something
    to look at anew; `open_link` makes a link, one for the desk and one to listen."""

    def __init__(
        self,
        desk: Desk,
        *,
        changed: Callable[[], None],
        open_link: Callable[[], HearingLink] | None = None,
    ) -> None:
        self._desk, self._changed = desk, changed
        self._open_link = open_link or (lambda: connected(desk))
        self._stop, self._now = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._said: bytes | None = None
        self._was_in_touch = False
        self._key = self._newest_key()
        self._open: dict[str, dict[str, str]] = {}
        self._me = boxes.new_key().hex()[:16]

    def _newest_key(self) -> bytes:
        with self._desk.kept_from_others() as store, store.reading() as connection:
            keys = state.keys(connection)
        return keys[max(keys)] if keys else b""

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
        """A server that couldn't be reached is tried at once."""
        self._now.set()

    # ------------------------------------------------------------------ who has what open

    def say_open(self, user_name: str, about: str) -> None:
        """Says to the other desks whom or what somebody has open here; `about` empty: nothing any more."""
        body = json.dumps({"desk": self._me, "name": user_name, "about": about}).encode()
        self._said = boxes.sealed(self._key, body) if self._key else None

    def open_elsewhere(self) -> Mapping[str, tuple[str, ...]]:
        """Who has what open at other desks: names by id."""
        found: dict[str, list[str]] = {}
        for each in list(self._open.values()):
            if each["about"]:
                found.setdefault(each["about"], []).append(each["name"])
        return {about: tuple(sorted(names)) for about, names in found.items()}

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
                self._open.clear()
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
            self._changed()
            while not self._stop.is_set():
                if (said := self._said) is not None:
                    self._said = None
                    ear.tell(said)
                if self._hears_of_entries(ear, HEARS_FOR) and self._desk.take_what_came():
                    self._changed()
                sharing = self._desk.sharing
                if sharing is None or not sharing.is_online:
                    return
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

    def _hear(self, said: bytes) -> None:
        try:
            body = json.loads(boxes.opened(self._key, said))
            desk = str(body["desk"])
            if desk != self._me:
                self._open[desk] = {"name": str(body["name"]), "about": str(body["about"])}
        except (ValueError, KeyError, TypeError):
            return
        self._changed()


__all__ = ["HearingLink", "InTouch"]
