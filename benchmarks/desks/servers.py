"""The PostgreSQL of a story, and the one that follows it and takes over: both of the wheel, on loopback."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from discharge.model.errors import UserError
from discharge.store.server import wire
from discharge.store.server.address import Address
from discharge.store.server.embedded import Embedded, a_folder
from discharge.store.server.founding import add_desk_role, prepare

DATABASE, ROLE, PASSWORD = "hub", "desk_story", "green heron on a post"
SETTINGS = {"max_connections": "200", "shared_buffers": "64MB"}
PATIENCE = 60.0


class Servers:
    """The one that desks write to, and one that has each word before it is acknowledged, in two `places`."""

    def __init__(self, *, standby: bool) -> None:
        self.folder: Path = a_folder()
        self._number = 1
        self.places: list[Embedded | None] = [Embedded.make(self.folder / "1", settings=SETTINGS)]
        self._at = 0
        if standby:
            self.places.append(None)

    def __enter__(self) -> Self:
        self.first.start()
        self.first.make_database(DATABASE)
        prepare(self.administrator)
        add_desk_role(self.administrator, ROLE, PASSWORD)
        if len(self.places) > 1:
            self.follow()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self.places:
            if each is not None:
                each.stop(at_once=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def first(self) -> Embedded:
        """The one that is written to."""
        found = self.places[self._at]
        assert found is not None
        return found

    @property
    def administrator(self) -> Address:
        """Where the administrator of the database comes in."""
        return self.first.address(DATABASE)

    @property
    def ports(self) -> tuple[int, ...]:
        """Those of both places, in their order; 1, where nobody answers, for an empty one."""
        return tuple(1 if each is None else each.port for each in self.places)

    @staticmethod
    def desks_address(ports: Sequence[int]) -> Address:
        """Where a desk finds them, by these ports."""
        host, *others = [("127.0.0.1", port) for port in ports]
        return Address(host[0], DATABASE, ROLE, port=host[1], also=tuple(others)).with_password(PASSWORD)

    def do(self, statement: str) -> None:
        """As the administrator."""
        with wire.connect(self.administrator, timeout=PATIENCE) as connection:
            connection.execute(statement.encode())

    def asked(self, question: str) -> object:
        """What the administrator is answered: the first value."""
        with wire.connect(self.administrator, timeout=PATIENCE) as connection:
            row = connection.execute(question.encode()).fetchone()
        return None if row is None else row[0]

    def follow(self) -> None:
        """In the empty place another follows; from now on what is acknowledged is on both."""
        self._number += 1
        follows = self.first.standby(self.folder / str(self._number))
        follows.start()
        self.places[1 - self._at] = follows
        self.do("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.do("SELECT pg_reload_conf()")
        _becomes(
            lambda: self.asked("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == 1
        )

    def restart(self, ends: Callable[[Embedded], None]) -> None:
        """It ends so, and is started anew."""
        ends(self.first)
        for _ in range(20):
            with suppress(UserError):  # what was killed may not be gone at once
                self.first.start()
                return
            time.sleep(0.5)
        self.first.start()

    def fail_over(self, *, after: float) -> None:
        """The one that is written to is lost for good; so many seconds later the other takes over."""
        killed(self.first)
        time.sleep(after)
        self.places[self._at], self._at = None, 1 - self._at
        self.first.promote()


def stopped(server: Embedded) -> None:
    """Stops it as an administrator does."""
    server.stop()


def without_power(server: Embedded) -> None:
    """It ends as if the power had gone."""
    server.stop(at_once=True)


def killed(server: Embedded) -> None:
    """Kills it, with no time for anything; where the system can't, it ends as if the power had gone."""
    if not hasattr(signal, "SIGKILL"):
        server.stop(at_once=True)
        return
    number = int((server.folder / "postmaster.pid").read_text("utf-8").split()[0])
    os.kill(number, signal.SIGKILL)


def _becomes(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > until:
            raise TimeoutError("the servers don't come to what they should be")
        time.sleep(0.05)
