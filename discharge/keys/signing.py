"""Signatures (Ed25519): each person of a hub signs what they enter, and nobody else can."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

OF = b"discharge-desk entry "
"""Stands before what is signed, so that a signature means nothing anywhere else."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody's key for signing; its public half stands in the journal."""

    key: bytes = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        """A key that nobody has had."""
        return cls(bytes(SigningKey.generate()))

    @property
    def public(self) -> str:
        """The public half, in hexadecimal."""
        return bytes(SigningKey(self.key).verify_key).hex()

    def signature(self, seal: str) -> str:
        """The signature over an entry's seal, in hexadecimal."""
        return SigningKey(self.key).sign(OF + seal.encode()).signature.hex()

    def statement(self, content: bytes, *, of: str) -> str:
        """The signature over something that is no entry, in hexadecimal; `of` says what: `answer`."""
        return SigningKey(self.key).sign(_said(of) + content).signature.hex()


def is_stated(content: bytes, signature: object, *, of: str, public: str) -> bool:
    """Whether somebody signed this, as an `of`, with the key whose public half this is."""
    return _verifies(_said(of) + content, signature, public)


def is_signed(seal: str, signature: object, *, public: str) -> bool:
    """Whether the signature over the seal was made with the key whose public half this is."""
    return _verifies(OF + seal.encode(), signature, public)


def _verifies(content: bytes, signature: object, public: str) -> bool:
    if not isinstance(signature, str):
        return False
    try:
        VerifyKey(bytes.fromhex(public)).verify(content, bytes.fromhex(signature))
    except (CryptoError, ValueError, TypeError):
        return False
    return True


def _said(of: str) -> bytes:
    return f"discharge-desk {of} ".encode()


__all__ = ["Signer", "is_signed", "is_stated"]
