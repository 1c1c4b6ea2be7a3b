"""The two kinds of error. `UserError` is the user's world; anything else is our bug."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass


class UserError(Exception):
    """Something in the user's world is not as it must be: a sentence that says what, and the mend.

    Shown to the user as it is; never carries a traceback to them. `sentence` says where and what,
    `mend` says what to do now: in the window, where it never speaks of the command line. `command` says the
    same where the command line has its own way.
    """

    command = ""

    def __init__(self, sentence: str, mend: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.mend = mend

    @property
    def on_the_command_line(self) -> str:
        """The sentence, and what to do now at the command line."""
        return f"{self.sentence} {self.command or self.mend}".strip()

    def __str__(self) -> str:
        return f"{self.sentence} {self.mend}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.sentence, self.mend))


class NotAllowed(UserError):
    """A rule or the state of things forbids this; `rule` is the rule's id where one decides it."""

    def __init__(self, sentence: str, mend: str = "", rule: str = "") -> None:
        super().__init__(sentence, mend)
        self.rule = rule

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.sentence, self.mend, self.rule))


class Asked(UserError):
    """Something so unusual that it is asked: done once somebody confirms it with a reason.

    `key` names the question; the same thing done again with the reason under that key goes through, and
    question and reason stand in the record.
    """

    def __init__(self, key: str, sentence: str, mend: str = "") -> None:
        super().__init__(sentence, mend)
        self.key = key

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.key, self.sentence, self.mend))


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong with a file: where (`path`), what, and the mend."""

    path: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}; {self.mend}"


class BrokenFile(UserError):
    """A file that can't be read as what it claims to be; `faults` has one entry a fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.faults,))


def frames_of(error: BaseException) -> str:
    """Where an error arose, and where what caused it did: files, lines and functions, never a value, as a
    value may be somebody's name."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        lines.append(type(seen).__name__)
        for frame in traceback.extract_tb(seen.__traceback__):
            lines.append(f"  {frame.filename}:{frame.lineno} in {frame.name}")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(lines)
