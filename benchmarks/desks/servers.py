"""The PostgreSQL of a story, and the one that follows it and takes over: both of the wheel, on loopback."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from discharge.store.server import wire
from discharge.store.server.address import Address
from discharge.store.server.embedded import Embedded, a_folder
from discharge.store.server.founding import add_desk_role, prepare

DATABASE, ROLE, PASSWORD = "hub", "desk_story", "green heron on a post"
SETTINGS = {"max_connections": "200", "shared_buffers": "64MB"}
PATIENCE = 60.0


class Servers:
    """The one that desks write to, which waits for each word until the other has it, and that one."""

    def __init__(self, *, standby: bool) -> None:
        self.folder: Path = a_folder()
        self._number = 1
        self.first = Embedded.make(self.folder / "1", settings=SETTINGS)
        self.second: Embedded | None = None
        self._has_standby = standby

    def __enter__(self) -> Self:
        self.first.start()
        self.first.make_database(DATABASE)
        prepare(self.administrator)
        add_desk_role(self.administrator, ROLE, PASSWORD)
        if self._has_standby:
            self.follow()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in (self.first, self.second):
            if each is not None:
                each.stop(at_once=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def administrator(self) -> Address:
        """Where the administrator of the database comes in."""
        return self.first.address(DATABASE)

    @property
    def ports(self) -> tuple[int, ...]:
        """The one that is written to, and the one that follows, where there is one."""
        return (self.first.port, *(() if self.second is None else (self.second.port,)))

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
        """Another follows the one that is written to; what is written from now on is on both."""
        self._number += 1
        self.second = self.first.standby(self.folder / str(self._number))
        self.second.start()
        _becomes(
            lambda: self.asked("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == 1
        )
        self.do("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.do("SELECT pg_reload_conf()")
        _becomes(
            lambda: self.asked("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == 1
        )

    def restart(self, *, at_once: bool) -> None:
        """It is started anew; `at_once`: it ended as if the power had gone."""
        self.first.stop(at_once=at_once)
        self.first.start()

    def fail_over(self) -> None:
        """The one that is written to is lost for good; the other takes over."""
        lost, taking_over = self.first, self.second
        assert taking_over is not None
        killed(lost)
        taking_over.promote()
        self.first, self.second = taking_over, None


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
