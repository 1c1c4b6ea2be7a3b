"""The envelope of a file that is mailed: age (age-encryption.org/v1), sealed to keys that people sign with.

A person's signing key stands in the journal, vouched for there; the key for sealing in the key file alone. So
age's own recipients of the kind `ssh-ed25519` are used, which take a signing key: nobody who changes a key
file can have a letter sealed to themselves. Whoever looks into such a file sees a format that is known, who
can't open it sees no more than that. An envelope says nothing of who closed it: what is inside is signed.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Sequence

import pyrage

from discharge.keys.signing import Signer
from discharge.model.errors import NotAllowed, UserError

_KIND = b"ssh-ed25519"
_FIRST = b"age-encryption.org/v1\n"
_STANZA = b"\n-> ssh-ed25519 "
_LONGEST_HEADER = 64 * 1024
LARGEST = 5 * 2**20
"""Bytes; what secure mail takes. Nothing larger is read."""


class NotForThem(NotAllowed):
    """An envelope that is sealed to somebody else."""


def closed(content: bytes, *, to: Sequence[str]) -> bytes:
    """The content sealed to the public halves, in hexadecimal, of these keys: any one of them opens it."""
    recipients = [pyrage.ssh.Recipient.from_str(_written(bytes.fromhex(public))) for public in to]
    return bytes(pyrage.encrypt(content, recipients))


def opened(envelope: bytes, signer: Signer) -> bytes:
    """What is in the envelope, opened with this key.

    `NotForThem` where it is sealed to others; `UserError` where it is no envelope, or damaged anywhere.
    """
    if not is_sealed_to(envelope, signer.public):
        raise NotForThem("This file is sealed to somebody else.", "Ask whoever sent it for one of your own.")
    private = _private(signer.key, bytes.fromhex(signer.public))
    try:
        return bytes(pyrage.decrypt(envelope, [pyrage.ssh.Identity.from_buffer(private)]))
    except pyrage.DecryptError:
        raise UserError(
            "This file was changed or cut short on its way.", "Ask whoever sent it to send it again."
        ) from None


def is_sealed_to(envelope: bytes, public: str) -> bool:
    """Whether the header names this key, in hexadecimal, by the four bytes that age gives of it. `UserError`
    where it is no envelope."""
    tag = base64.b64encode(hashlib.sha256(_blob(bytes.fromhex(public))).digest()[:4]).rstrip(b"=")
    return _STANZA + tag + b" " in _header(envelope)


def recipients(envelope: bytes) -> int:
    """To how many keys it is sealed. `UserError` where it is no envelope."""
    return _header(envelope).count(_STANZA)


def _header(envelope: bytes) -> bytes:
    if not envelope.startswith(_FIRST) or len(envelope) > LARGEST:
        raise UserError("This is no sealed file of this program.", "Choose the file as it came by mail.")
    return envelope[:_LONGEST_HEADER].partition(b"\n---")[0]


def _text(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def _blob(public: bytes) -> bytes:
    return _text(_KIND) + _text(public)


def _written(public: bytes) -> str:
    """The public key as OpenSSH writes it."""
    return f"{_KIND.decode()} {base64.b64encode(_blob(public)).decode()}"


def _private(key: bytes, public: bytes) -> bytes:
    """The key in OpenSSH's own form, in memory alone: what age reads an identity from."""
    own = b"\0" * 8 + _text(_KIND) + _text(public) + _text(key + public) + _text(b"")
    own += bytes(range(1, -len(own) % 8 + 1))
    head = b"openssh-key-v1\0" + _text(b"none") + _text(b"none") + _text(b"") + struct.pack(">I", 1)
    lines = base64.encodebytes(head + _text(_blob(public)) + _text(own)).decode()
    return f"-----BEGIN OPENSSH PRIVATE KEY-----\n{lines}-----END OPENSSH PRIVATE KEY-----\n".encode()


__all__ = ["LARGEST", "NotForThem", "closed", "is_sealed_to", "opened", "recipients"]
