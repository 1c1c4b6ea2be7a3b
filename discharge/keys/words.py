"""What is written down on paper once: a one-time word, and the code of the recovery sheet."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets

from discharge.model.errors import UserError

_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Without those that look like another one."""
_GROUP = 5


def one_time_word() -> str:
    """Something that can be said over the telephone and typed once: `KXN4T-9QFWD-M2RPA`, 73 bits."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(3 * _GROUP))
    return "-".join(_in_groups(letters))


def as_typed(word: str) -> str:
    """A one-time word in the one spelling, however it was typed."""
    plain = re.sub(r"[\s\-‐-―]", "", word).upper()
    return "-".join(_in_groups(plain))


def of_digest(digest: bytes) -> str:
    """Two groups of letters that tell one content from another, to be compared over the telephone."""
    return "-".join(_in_groups("".join(_LETTERS[each % len(_LETTERS)] for each in digest[: 2 * _GROUP])))


def recovery_code() -> str:
    """The code of a recovery sheet: 160 random bits and four letters that tell a slip, in groups."""
    return _written(secrets.token_bytes(20))


def read_code(code: str) -> bytes:
    """The secret that a recovery code stands for.

    `UserError` where it was mistyped: its last letters say so.
    """
    plain = re.sub(r"[\s\-‐-―]", "", code).upper().translate(str.maketrans("018", "OIB"))
    try:
        secret = base64.b32decode(plain[:-4])
    except ValueError:
        secret = b""
    if len(secret) != 20 or _check(secret) != plain[-4:]:
        raise UserError(
            "This isn't the code of a recovery sheet, or a letter of it is wrong.",
            "Compare it with the sheet, group by group.",
        )
    return secret


def _written(secret: bytes) -> str:
    return "-".join(_in_groups(base64.b32encode(secret).decode() + _check(secret), of=4))


def _check(secret: bytes) -> str:
    return base64.b32encode(hashlib.sha256(b"recovery sheet" + secret).digest()).decode()[:4]


def _in_groups(letters: str, *, of: int = _GROUP) -> list[str]:
    return [letters[at : at + of] for at in range(0, len(letters), of)]


__all__ = ["as_typed", "of_digest", "one_time_word", "read_code", "recovery_code"]
