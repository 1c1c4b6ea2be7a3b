"""A decision as its author signs it away from the hub: what they say, of what, and what they were shown.

It names nobody, so that it stands in the record and can be checked when whoever it is about was erased: the
words of a reason are in it as a digest with a salt that is erased with them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Self

from discharge.keys.signing import Signer, is_stated
from discharge.model.approving import ACCEPT, APPROVE, DECLINE, RELEASE, RETURN

DECISIONS = (APPROVE, RELEASE, ACCEPT, RETURN, DECLINE)


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed. `hub`, `bundle` and `item` say what was asked, `about` which placement, `by` whom.

    `text` is the digest of what they say in words, see `digest_of` and `words_of`; `shown` that of what their
    page showed; `at` when they decided, by their own clock; `principle` may be None.
    """

    hub: str
    bundle: str
    item: str
    about: str
    decision: str
    principle: str | None
    text: str
    shown: str
    by: str
    at: str

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """The statement of a mapping that has its fields among others; `ValueError` where one lacks."""
        try:
            found = {each.name: said[each.name] for each in fields(cls)}
        except KeyError as error:
            raise ValueError("no statement") from error
        principle = found.pop("principle")
        whole = all(isinstance(value, str) for value in found.values())
        if not whole or not isinstance(principle, str | None) or found["decision"] not in DECISIONS:
            raise ValueError("no statement")
        at = datetime.fromisoformat(found["at"])
        if at.tzinfo is None or at.isoformat() != found["at"]:
            raise ValueError("no statement")
        return cls(principle=principle, **found)

    @property
    def fields(self) -> dict[str, Any]:
        """Its fields by name."""
        return asdict(self)

    def signature(self, signer: Signer) -> str:
        """The signature over it, in hexadecimal."""
        return signer.statement(self._content(), of="answer")

    def is_signed(self, signature: object, *, public: str) -> bool:
        """Whether it was signed with the key whose public half this is."""
        return is_stated(self._content(), signature, of="answer", public=public)

    def _content(self) -> bytes:
        return canonical(self.fields).encode()


def words_of(
    text: str, *, organism: str | None = None, on: str | None = None, code: str | None = None
) -> object:
    """What somebody says in words, as its digest is taken: a note or reason; of a release also from which
    organism's isolation, and the first night without it; of a home's no its coded reason."""
    if code is not None:
        return [text, code]
    return text if organism is None else [text, organism, on]


def canonical(value: object) -> str:
    """JSON in one spelling."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_of(value: object, *, salt: str) -> str:
    """SHA-256 of plain JSON with a salt, in hexadecimal: nobody can try what it was made of without that."""
    return hashlib.sha256(canonical([salt, value]).encode()).hexdigest()


__all__ = [
    "ACCEPT", "APPROVE", "DECISIONS", "DECLINE", "RELEASE", "RETURN", "Statement", "canonical", "digest_of",
    "words_of",
]  # fmt: skip
