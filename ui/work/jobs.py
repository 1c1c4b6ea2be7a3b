"""Work off the UI thread: one thread for the store, one process for the engine.

Store jobs run one after the other in the thread that opened the store. An engine job runs in a process
of its own, so that cancelling it is real: the process is ended and another one started ahead.
"""

from __future__ import annotations

import itertools
import multiprocessing
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from discharge.model.errors import UserError
from ui.work.engine_process import Throttle, Told, serve
from ui.work.faults import as_told

SWITCH_SECONDS = 0.001
"""How long a busy thread may keep the interpreter from the UI thread."""
PRELOAD = (
    "discharge.matching.propose",
    "discharge.matching.verify",
    "discharge.matching.explain",
    "discharge.matching.answers.why",
    "discharge.model.files",
    "ui.work.planning",
)
"""What the engine's process imports ahead of its first job."""


class Desk(Protocol):
    """What jobs need of the hub's desk (`discharge.actions.desk.Desk`)."""

    def ask(self, question: Callable[[Any], Any], /) -> Any: ...
    def perform(self, action: Any, /, *, by: Any) -> Any: ...
    def close(self) -> None: ...


class Cancelled(Exception):
    """A job noticed that it was cancelled; raised by its own `progress`."""


class Ticket(QObject):
    """A job under way. Exactly one of `done`, `failed`, `cancelled` fires, in the UI thread, last."""

    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    progressed = Signal(object)
    """A `Told`: done, total, words."""

    def __init__(self, words: str, *, can_cancel: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.words = words
        self.can_cancel = can_cancel
        self.over = False
        self.asked_to_stop = threading.Event()
        self._stop: Callable[[], None] | None = None

    def cancel(self) -> None:
        """Stops it. An engine job is over at once; a store job at its next step of progress."""
        if self.over or self.asked_to_stop.is_set():
            return
        self.asked_to_stop.set()
        if self._stop is not None:
            self._stop()

    def _finish(self, kind: str, payload: Any) -> None:
        if self.over:
            return
        self.over = True
        if kind == "done":
            self.done.emit(payload)
        elif kind == "failed":
            self.failed.emit(payload)
        else:
            self.cancelled.emit()
        self.deleteLater()


@dataclass(frozen=True, slots=True)
class _StoreJob:
    number: int
    work: Callable[..., Any]
    progress: bool
    replaces: str
    stop: threading.Event = field(compare=False)


class Jobs(QObject):
    """Runs jobs and brings their results back to the UI thread.

    `open_desk` is called in the store's thread; the desk never leaves it. `opened` fires when it is
    there, `not_opened` carries the error otherwise. `running` fires whenever the list of shown jobs
    changes.
    """

    opened = Signal()
    not_opened = Signal(object)
    running = Signal()
    _arrived = Signal(object)

    def __init__(self, open_desk: Callable[[], Desk], *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(SWITCH_SECONDS)
        self._numbers = itertools.count(1)
        self._tickets: dict[int, Ticket] = {}
        self._shown: list[Ticket] = []
        self._queue: queue.SimpleQueue[_StoreJob | None] = queue.SimpleQueue()
        self._latest: dict[str, int] = {}
        self._desk: Desk | None = None
        self._asides: list[threading.Thread] = []
        self._closed = False
        self._inbox: deque[tuple[int, str, Any]] = deque()
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._take_next)
        self._arrived.connect(self._put_in, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(
            target=self._serve_store, args=(open_desk,), name="store", daemon=True
        )
        self._started = False
        self.engine = Engine(parent=self)

    def start(self) -> None:
        """Opens the desk in the store's thread."""
        if not self._started:
            self._started = True
            self._thread.start()

    # ------------------------------------------------------------- store jobs

    def ask(self, question: Callable[[Any], Any], *, replaces: str = "", words: str = "") -> Ticket:
        """Reads: `question(queries)` in the store's thread; `done` carries what it returns.

        A later ask with the same `replaces` makes an earlier one that hasn't begun pointless; that one
        ends as cancelled.
        """
        return self.use(lambda desk: desk.ask(question), replaces=replaces, words=words)

    def use(self, work: Callable[[Any], Any], *, replaces: str = "", words: str = "") -> Ticket:
        """Anything else with the desk itself: `work(desk)` in the store's thread."""
        return self._submit(work, progress=False, replaces=replaces, words=words, can_cancel=False)

    def submit(self, action: Callable[..., Any], *, by: Any, words: str = "", **seen: Any) -> Ticket:
        """Writes: performs an action as this user; `done` carries the `Changed`. `seen`: when what it is
        about was looked at, where that matters; see `Desk.perform`."""
        return self._submit(
            lambda desk: desk.perform(action, by=by, **seen),
            progress=False,
            replaces="",
            words=words,
            can_cancel=False,
        )

    def run_long(self, work: Callable[..., Any], *, words: str) -> Ticket:
        """Long work on the store: `work(desk, progress)`, where `progress(done, total, words="")` must be
        called often; it raises `Cancelled` once the user cancels, and the work lets that pass.
        """
        return self._submit(work, progress=True, replaces="", words=words, can_cancel=True)

    def aside(self, work: Callable[..., Any], *, words: str = "", progress: bool = False) -> Ticket:
        """Long work with the desk that keeps nobody from asking: `work(desk)` in a thread of its own.

        For what the desk does without holding it: backups, and checking the whole record. With `progress` it
        is `work(desk, progress)` and can be cancelled, as in `run_long`.
        """
        number = next(self._numbers)
        ticket = Ticket(words, can_cancel=progress, parent=self)
        if self._closed or self._desk is None:
            QTimer.singleShot(0, ticket, lambda: ticket._finish("cancelled", None))
            return ticket
        self._track(number, ticket)
        job = _StoreJob(number, work, progress, "", ticket.asked_to_stop)
        thread = threading.Thread(
            target=lambda: self._arrived.emit((number, *self._do(self._desk, job))), name="aside", daemon=True
        )
        self._asides = [each for each in self._asides if each.is_alive()] + [thread]
        thread.start()
        return ticket

    def _submit(
        self, work: Callable[..., Any], *, progress: bool, replaces: str, words: str, can_cancel: bool
    ) -> Ticket:
        number = next(self._numbers)
        ticket = Ticket(words, can_cancel=can_cancel, parent=self)
        if self._closed:
            QTimer.singleShot(0, ticket, lambda: ticket._finish("cancelled", None))
            return ticket
        self._track(number, ticket)
        if replaces:
            self._latest[replaces] = number
        self._queue.put(_StoreJob(number, work, progress, replaces, ticket.asked_to_stop))
        return ticket

    def _serve_store(self, open_desk: Callable[[], Desk]) -> None:
        desk: Desk | None = None
        try:
            desk = self._desk = open_desk()
            self._arrived.emit((0, "opened", None))
        except Exception as error:  # noqa: BLE001 - it is told in the window
            self._arrived.emit((0, "not_opened", as_told(error)))
        while (job := self._queue.get()) is not None:
            self._arrived.emit((job.number, *self._do(desk, job)))
        if desk is not None:
            desk.close()

    def _do(self, desk: Desk | None, job: _StoreJob) -> tuple[str, Any]:
        overtaken = job.replaces and self._latest.get(job.replaces) != job.number
        if desk is None or overtaken or job.stop.is_set():
            return "cancelled", None
        try:
            if not job.progress:
                return "done", job.work(desk)
            told = Throttle(lambda message: self._arrived.emit((job.number, "progress", message)))

            def progress(done: int, total: int, words: str = "") -> None:
                if job.stop.is_set():
                    raise Cancelled
                told(done, total, words)

            return "done", job.work(desk, progress)
        except Cancelled:
            return "cancelled", None
        except Exception as error:  # noqa: BLE001 - it is told in the window
            told_error = as_told(error)
            if job.stop.is_set() and isinstance(told_error, UserError):
                return "cancelled", None
            return "failed", told_error

    # ------------------------------------------------------------ engine jobs

    def compute(self, work: Callable[..., Any], *args: Any, words: str, progress: bool = False) -> Ticket:
        """Runs a module-level callable with picklable arguments in the engine's process.

        With `progress` it gets `progress=`, a function (done, total, words). Cancelling ends the process
        at once. Jobs asked for while one runs wait for their turn.
        """
        number = next(self._numbers)
        ticket = Ticket(words, can_cancel=True, parent=self)
        if self._closed:
            QTimer.singleShot(0, ticket, lambda: ticket._finish("cancelled", None))
            return ticket
        self._track(number, ticket)
        ticket._stop = lambda: self.engine.cancel(number)
        self.engine.run(number, work, args, progress=progress, tell=self._arrived.emit)
        return ticket

    # ------------------------------------------------------------------ both

    def shown(self) -> list[Ticket]:
        """The jobs under way that have words to show, oldest first."""
        return list(self._shown)

    @property
    def busy(self) -> bool:
        """Whether any job is under way."""
        return bool(self._tickets)

    def _track(self, number: int, ticket: Ticket) -> None:
        self._tickets[number] = ticket
        if ticket.words:
            self._shown.append(ticket)
            self.running.emit()

    def _put_in(self, message: tuple[int, str, Any]) -> None:
        self._inbox.append(message)
        self._next.start()

    def _take_next(self) -> None:
        """One in each turn of the event loop: what two bring up to date is no pause twice as long."""
        message = self._inbox.popleft()
        if self._inbox:
            self._next.start()
        self._take(message)

    def _take(self, message: tuple[int, str, Any]) -> None:
        number, kind, payload = message
        if kind == "opened":
            self.opened.emit()
            return
        if kind == "not_opened":
            self.not_opened.emit(payload)
            return
        ticket = self._tickets.get(number)
        if ticket is None:
            return
        if kind == "progress":
            ticket.progressed.emit(payload)
            return
        del self._tickets[number]
        if ticket in self._shown:
            self._shown.remove(ticket)
            self.running.emit()
        ticket._finish(kind, payload)

    def close(self, *, seconds: float = 10.0) -> None:
        """Cancels what can be cancelled, lets the store finish what it is at, and ends both workers."""
        if self._closed:
            return
        self._closed = True
        for ticket in list(self._tickets.values()):
            if ticket.can_cancel:
                ticket.cancel()
        for thread in self._asides:
            thread.join(seconds)
        self._queue.put(None)
        self.engine.close()
        if self._started:
            self._thread.join(seconds)
        for ticket in list(self._tickets.values()):
            ticket.over = True
            ticket.deleteLater()
        self._tickets.clear()
        self._shown.clear()


@dataclass(frozen=True, slots=True)
class _EngineJob:
    number: int
    work: Callable[..., Any]
    args: tuple[Any, ...]
    progress: bool
    tell: Callable[[Any], None]


class Engine(QObject):
    """One spawned process, started ahead, and one thread that listens to it."""

    def __init__(self, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = multiprocessing.get_context("spawn")
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._listener: threading.Thread | None = None
        self._waiting: list[_EngineJob] = []
        self._now: _EngineJob | None = None
        self._lock = threading.RLock()
        self._closed = False
        self._ready = False

    def warm_up(self) -> None:
        """Starts the process ahead of its first job. Returns at once; starting happens in a thread."""
        with self._lock:
            if self._process is not None or self._closed or self._listener is not None:
                return
            self._listener = threading.Thread(
                target=self._start_and_listen, name="engine-listener", daemon=True
            )
            self._listener.start()

    @property
    def process_id(self) -> int | None:
        """The process that runs, for who measures it; None while none does."""
        with self._lock:
            return self._process.pid if self._process is not None else None

    def run(
        self,
        number: int,
        work: Callable[..., Any],
        args: tuple[Any, ...],
        *,
        progress: bool,
        tell: Callable[[Any], None],
    ) -> None:
        """Queue a job; its messages (number, kind, payload) go to `tell`."""
        with self._lock:
            self._waiting.append(_EngineJob(number, work, args, progress, tell))
        self.warm_up()
        self._next()

    def cancel(self, number: int) -> None:
        """Ends the job: takes it from the queue, or ends the process it runs in and starts another."""
        with self._lock:
            waiting = next((job for job in self._waiting if job.number == number), None)
            if waiting is not None:
                self._waiting.remove(waiting)
                waiting.tell((number, "cancelled", None))
                return
            job = self._now
            if job is None or job.number != number:
                return
            self._now = None
            # no further job goes to a process that is on its way out
            self._ready = False
            self._terminate()
        job.tell((number, "cancelled", None))

    def close(self) -> None:
        """Ends the process and the thread."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            self._now = None
            listener = self._listener
            self._terminate()
        if listener is not None:
            listener.join(5.0)

    def _terminate(self) -> None:
        """Ends the process, whatever it is at: it holds nothing that could be lost."""
        if self._process is not None:
            self._process.terminate()

    def _next(self) -> None:
        """Gives the process its next job, if it is idle and ready."""
        with self._lock:
            if self._pipe is None or self._now is not None or not self._waiting or not self._ready:
                return
            job = self._now = self._waiting.pop(0)
            pipe = self._pipe
        try:
            pipe.send((job.work, job.args, job.progress))
        except (BrokenPipeError, OSError):
            return  # the listener sees the end of the process and tells
        except Exception as error:  # noqa: BLE001 - work that can't be pickled is told, not lost
            with self._lock:
                self._now = None
            job.tell((job.number, "failed", as_told(error)))
            self._next()

    def _start_and_listen(self) -> None:
        """In the listening thread: start a process, pass its answers on, and start anew when it ends."""
        while True:
            ours, theirs = self._context.Pipe()
            process = self._context.Process(
                target=serve, args=(theirs, PRELOAD), name="discharge-engine", daemon=True
            )
            with self._lock:
                if self._closed:
                    ours.close()
                    theirs.close()
                    return
                failure = _start(process)
                theirs.close()
                if failure is None:
                    self._process, self._pipe, self._ready = process, ours, False
                else:
                    ours.close()
                    refused, self._waiting, self._listener = self._waiting, [], None
            if failure is not None:
                for job in refused:
                    job.tell((job.number, "failed", failure))
                return
            ready = self._listen(ours, process)
            process.join()
            exit_code = process.exitcode
            with self._lock:
                self._process, self._pipe, self._ready = None, None, False
                ours.close()
                process.close()
                lost = [self._now] if self._now is not None else []
                self._now = None
                if not ready and not self._closed:
                    # one that dies before it is ready would be started for ever
                    lost += self._waiting
                    self._waiting = []
                ended = self._closed or not ready
                if ended:
                    self._listener = None
            for job in lost:
                job.tell((job.number, "failed", _engine_lost(exit_code)))
            if ended:
                return

    def _listen(self, pipe: Connection, process: SpawnProcess) -> bool:
        """Passes answers on until the process is gone; answers whether it was ever ready.

        Of one that is ended before it took its end of the pipe nothing tells but itself: on Windows the other
        end is still ours then, and stays open.
        """
        ready = False
        while True:
            try:
                if pipe not in wait([pipe, process.sentinel]):
                    return ready
                answer = pipe.recv()
            except (EOFError, OSError):
                return ready
            kind = answer[0]
            if kind == "ready":
                ready = True
                with self._lock:
                    self._ready = True
                self._next()
                continue
            with self._lock:
                job = self._now
                if job is None:
                    continue  # cancelled meanwhile
                if kind != "progress":
                    self._now = None
            word = {"progress": "progress", "result": "done", "error": "failed"}[kind]
            job.tell((job.number, word, answer[1]))
            if kind != "progress":
                self._next()


def _start(process: SpawnProcess) -> BaseException | None:
    """Starts it; what kept it from starting, if anything did, as it may be told."""
    try:
        process.start()
    except Exception as error:  # noqa: BLE001 - whoever waits for a plan has to hear of it
        return as_told(error)
    return None


def _engine_lost(exit_code: int | None) -> UserError:
    """The process ended in the middle of a job, for want of memory for instance."""
    return UserError(
        f"The planning engine stopped unexpectedly (exit code {exit_code}); nothing was changed.",
        "Plan again. If it happens again, close other programs to free memory.",
    )


__all__ = ["Cancelled", "Desk", "Engine", "Jobs", "Ticket", "Told"]
