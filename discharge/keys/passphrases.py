"""Passphrases: how strong one is, and the key that it comes to."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from discharge.model.errors import UserError

SALT = argon2id.SALTBYTES
ENOUGH = 3
"""Of zxcvbn's scores from 0 to 4: safe against whoever has the file and guesses for long."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs: passes over `memory` bytes (argon2id). Kept beside what it made."""

    passes: int = 3
    memory: int = 64 * 2**20

    def __post_init__(self) -> None:
        if not (1 <= self.passes <= 100 and 8 * 2**10 <= self.memory <= 4 * 2**30):
            raise ValueError("a cost that no key was made with")


USUAL = Cost()


@dataclass(frozen=True, slots=True)
class Strength:
    """How hard a passphrase is to guess: `score` 0 to 4, and what would make it harder."""

    score: int
    advice: str

    @property
    def is_enough(self) -> bool:
        """Whether it may be taken."""
        return self.score >= ENOUGH

    @property
    def word(self) -> str:
        """`Too easy to guess`, `Good`, `Very good`."""
        return ("Far too easy to guess", "Too easy to guess", "Still easy to guess", "Good", "Very good")[
            self.score
        ]


def strength(passphrase: str, *, about: Sequence[str] = ()) -> Strength:
    """How hard the passphrase is to guess, by how people guess and never by rules about digits.

    `about`: words that go with the person and the hub, which make it easier: names, the hub's name.
    """
    if not passphrase.strip():
        return Strength(0, "Choose four or more words that nobody would put together.")
    # asked for at the first passphrase typed: its dictionaries take a moment to load
    from zxcvbn import zxcvbn

    known = [word for text in about for word in (text, *text.split()) if word]
    found = zxcvbn(passphrase[:72], user_inputs=known)
    score = int(found["score"])
    if score >= ENOUGH:
        return Strength(score, "")
    return Strength(score, "Add a word or two that have nothing to do with the others, or with you.")


def refuse_weak(passphrase: str, *, about: Sequence[str] = ()) -> None:
    """`UserError` for a passphrase that is too easy to guess, with what would make it harder."""
    if len(passphrase) > LONGEST:
        raise UserError(f"A passphrase has at most {LONGEST} characters.", "Choose a shorter one.")
    found = strength(passphrase, about=about)
    if not found.is_enough:
        raise UserError(f"This passphrase is {found.word.lower()}.", found.advice)


def derived(passphrase: str, *, salt: bytes, cost: Cost) -> bytes:
    """The key of 32 bytes that a passphrase comes to, however its letters were composed.

    `UserError` where this computer has not the memory for it.
    """
    typed = unicodedata.normalize("NFKC", passphrase).encode()
    try:
        return argon2id.kdf(32, typed, salt, opslimit=cost.passes, memlimit=cost.memory)
    except (CryptoError, MemoryError):
        raise UserError(
            "This computer has not enough memory free to check a passphrase.",
            "Close another program, then try again.",
        ) from None


__all__ = ["ENOUGH", "USUAL", "Cost", "Strength", "derived", "refuse_weak", "strength"]
