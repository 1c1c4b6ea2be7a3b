"""How far a record went at some time, to be held against it later: the number and seal of its last entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LETTERS = 16
"""So much of a seal stands on paper: nobody makes another entry with the same, and it can be typed."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The last entry's number, the beginning of its seal in hexadecimal, and when it was recorded.

    Number 0: not said, only the seal; `at` None: not said. `signature`: that entry's, where the mark is a
    file's and the record is signed.
    """

    seq: int
    seal: str
    at: datetime | None = None
    signature: str = ""


__all__ = ["LETTERS", "Mark"]
