"""Small files beside a sealed store, drafts for instance: sealed by a key that follows from its own."""

from __future__ import annotations

import hashlib

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

_HEAD = b"discharge-desk sealed 1\n"


def seal(content: bytes, data_key: bytes) -> bytes:
    """The content, readable by whoever has the data key alone."""
    return _HEAD + bytes(_box(data_key).encrypt(content))


def unseal(sealed: bytes, data_key: bytes) -> bytes:
    """What was sealed; ValueError where it wasn't by this key, or isn't as it was."""
    if not sealed.startswith(_HEAD):
        raise ValueError("not sealed")
    try:
        return _box(data_key).decrypt(sealed[len(_HEAD) :])
    except CryptoError:
        raise ValueError("not sealed by this key, or damaged") from None


def _box(data_key: bytes) -> SecretBox:
    # a key of its own: what SQLCipher makes of the data key is its affair
    return SecretBox(hashlib.blake2b(b"beside the store", key=data_key, digest_size=32).digest())


__all__ = ["seal", "unseal"]
