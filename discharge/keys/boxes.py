"""A box: something sealed with a key, that nobody opens or changes without it."""

from __future__ import annotations

import secrets

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox


def new_key() -> bytes:
    """A key of 32 random bytes."""
    return secrets.token_bytes(SecretBox.KEY_SIZE)


def sealed(key: bytes, plain: bytes) -> bytes:
    """The content sealed with the key; another box each time."""
    return bytes(SecretBox(key).encrypt(plain))


def opened(key: bytes, box: bytes) -> bytes:
    """What is in the box; ValueError where this isn't its key, or it was changed."""
    try:
        return SecretBox(key).decrypt(box)
    except CryptoError:
        raise ValueError("a box that this key doesn't open") from None


__all__ = ["new_key", "opened", "sealed"]
