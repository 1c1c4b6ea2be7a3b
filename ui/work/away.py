"""Short work away from the window's thread that needs no desk: what a passphrase comes to, its strength."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Signal

from discharge.model.errors import UserError
from ui.work.faults import Bug, as_told


class _Doorstep(QObject):
    """Where a thread puts its answer for the window's thread to take in. It outlives whoever asked: a signal
    of somebody who is deleted while a thread emits it ends the program."""

    _arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._arrived.connect(self._take_in)

    def put(self, call: Callable[[], object]) -> None:
        """From any thread: the window's calls this as soon as it can."""
        self._arrived.emit(call)

    def _take_in(self, call: Callable[[], object]) -> None:
        call()


@cache
def _doorstep() -> _Doorstep:
    """The one that there is; asked for first in the window's thread."""
    return _Doorstep()


class Away(QObject):
    """One kind of such work: of several begun one after another the last one counts.

    `failed` gets the error of the user's world; one of ours goes to `bug`.
    """

    bug = Signal(object)
    turned = Signal(bool)
    """Whether it is at work."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._number = 0
        self._then: Callable[[Any], object] = lambda _answer: None
        self._failed: Callable[[UserError], object] = lambda _error: None
        self._busy = False
        self._thread: threading.Thread | None = None
        self._doorstep = _doorstep()

    @property
    def busy(self) -> bool:
        """Whether it is at work."""
        return self._busy

    def run(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], object],
        *,
        failed: Callable[[UserError], object] = lambda _error: None,
    ) -> None:
        """Does the work in a thread of its own, and calls `then(answer)` in the window's."""
        self._number += 1
        self._then, self._failed = then, failed
        self._turn(True)
        self._thread = threading.Thread(target=self._do, args=(self._number, work), name="away", daemon=True)
        self._thread.start()

    def told(self, tell: Callable[..., object]) -> Callable[..., None]:
        """What the work may call from its thread: `tell` is called in the window's, as long as that asks."""
        return lambda *what: self._doorstep.put(partial(self._tell, partial(tell, *what)))

    def forget(self) -> None:
        """What is under way counts no more."""
        self._number += 1
        self._turn(False)

    def finish(self) -> None:
        """Waits until nothing is under way, and tells nobody."""
        self.forget()
        if self._thread is not None:
            self._thread.join(5.0)

    def _do(self, number: int, work: Callable[[], Any]) -> None:
        try:
            answer, well = work(), True
        except Exception as error:  # noqa: BLE001 - it is told in the window
            answer, well = as_told(error), False
        self._doorstep.put(partial(self._take, number, well, answer))

    def _tell(self, tell: Callable[[], object]) -> None:
        if shiboken6.isValid(self):
            tell()

    def _take(self, number: int, well: bool, answer: object) -> None:
        if not shiboken6.isValid(self) or number != self._number:
            return
        self._turn(False)
        if well:
            self._then(answer)
        elif isinstance(answer, Bug):
            self.bug.emit(answer)
            self._failed(UserError("Something in the program went wrong.", "Try it again."))
        else:
            assert isinstance(answer, UserError)
            self._failed(answer)

    def _turn(self, busy: bool, /) -> None:
        if busy != self._busy:
            self._busy = busy
            self.turned.emit(busy)


__all__ = ["Away"]
