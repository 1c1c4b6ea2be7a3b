"""Slots: who can open a sealed hub, each with what is theirs alone.

A random data key seals the store. Each slot has a pair of keys of its own, wrapped by what its holder knows
(a passphrase, a one-time word, the code of the recovery sheet), and the data key sealed to the public half:
so a data key can be changed for everybody without anybody's passphrase. Nothing is opened here by half: a
slot opens whole, or with a sentence.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from discharge.keys import words
from discharge.keys.passphrases import SALT, USUAL, Cost, derived
from discharge.keys.signing import Signer
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import RECOVERY


class Opens(StrEnum):
    """What a slot is opened with."""

    PASSPHRASE = "passphrase"
    ONE_TIME_WORD = "one_time_word"
    RECOVERY_SHEET = "recovery_sheet"


class WrongPassphrase(NotAllowed):
    """What was typed doesn't open the slot."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One way in. `keys`: the data keys sealed to it, by generation; `wrapped`: its own two keys."""

    holder: str
    name: str
    opens: Opens
    salt: bytes
    cost: Cost
    wrapped: bytes
    sealing: bytes
    signing: str
    keys: Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class Slots:
    """All the ways into one hub. `hub`: what tells it from others; `generation`: of the data key in use."""

    hub: str
    generation: int
    slots: tuple[Slot, ...]

    def of(self, holder: str) -> Slot | None:
        """The holder's slot; None where they have none."""
        return next((slot for slot in self.slots if slot.holder == holder), None)


@dataclass(frozen=True, slots=True)
class Unlocked:
    """An opened slot: the data keys by generation, and the key that its holder signs with."""

    hub: str
    holder: str
    opens: Opens
    generation: int
    data_keys: Mapping[int, bytes] = field(repr=False)
    signer: Signer = field(repr=False)
    sealing: bytes = field(repr=False)

    @property
    def data_key(self) -> bytes:
        """The data key in use."""
        return self.data_keys[self.generation]

    @property
    def must_choose_a_passphrase(self) -> bool:
        """A one-time word, or the sheet, lets its holder in once: to set a passphrase of their own."""
        return self.opens is not Opens.PASSPHRASE


def founded(holder: str, name: str, passphrase: str, *, cost: Cost = USUAL) -> tuple[Slots, Unlocked, str]:
    """The slots of a new hub, its first person's opened slot, and the code of its recovery sheet.

    The code is nowhere else: it is printed once.
    """
    data_keys = {1: secrets.token_bytes(32)}
    slots = Slots(secrets.token_hex(16), 1, ())
    slot = _slot(holder, name, Opens.PASSPHRASE, passphrase, data_keys, cost=cost)
    slots = _with(slots, slot)
    unlocked = _opened(slots, slot, passphrase)
    slots, code = with_new_sheet(slots, by=unlocked)
    return slots, unlocked, code


def unlock(slots: Slots, holder: str, secret: str) -> Unlocked:
    """The holder's slot opened by their passphrase, their one-time word or the recovery sheet's code.

    `NotAllowed` for somebody without a slot; `WrongPassphrase` where it doesn't open.
    """
    slot = slots.of(holder)
    if slot is None:
        raise NotAllowed(
            "This person has no passphrase at this hub.", "Ask an administrator for a one-time word."
        )
    return _opened(slots, slot, secret)


def unlock_with_sheet(slots: Slots, code: str) -> Unlocked:
    """The recovery sheet's slot opened. Raises as `unlock`, and for a code that was mistyped."""
    words.read_code(code)
    if slots.of(RECOVERY) is None:
        raise NotAllowed("This hub has no recovery sheet.", "Ask one of its administrators.")
    return unlock(slots, RECOVERY, code)


def with_one_time_word(
    slots: Slots, *, by: Unlocked, holder: str, name: str, cost: Cost = USUAL
) -> tuple[Slots, str, str]:
    """A slot that lets somebody in once, in place of the one they had: the slots, the word, and the public
    half of the key with which the holder vouches for the key they will make.

    For somebody new, and for a passphrase that was lost.
    """
    word = words.one_time_word()
    slot = _slot(holder, name, Opens.ONE_TIME_WORD, word, by.data_keys, cost=cost)
    return _with(slots, slot), word, slot.signing


def with_passphrase(
    slots: Slots, *, of: Unlocked, holder: str, name: str, passphrase: str, cost: Cost = USUAL
) -> tuple[Slots, Unlocked]:
    """The holder's slot, opened by this passphrase from now on; the slots, and it opened.

    Whoever came by a one-time word or by the recovery sheet gets a key of their own, that nobody else has
    seen; who changes their passphrase keeps their key.
    """
    same = of.opens is Opens.PASSPHRASE and of.holder == holder
    signer = of.signer if same else Signer.new()
    sealing = of.sealing if same else bytes(PrivateKey.generate())
    slot = _slot(holder, name, Opens.PASSPHRASE, passphrase, of.data_keys, cost, signer, sealing)
    after = _with(slots, slot)
    return after, _opened(after, slot, passphrase)


def with_new_sheet(slots: Slots, *, by: Unlocked) -> tuple[Slots, str]:
    """A new recovery sheet in place of the one there was: the slots, and its code, to be printed once."""
    code = words.recovery_code()
    # its code is random and long: stretching it would keep nobody out
    slot = _slot(RECOVERY, "", Opens.RECOVERY_SHEET, code, by.data_keys, cost=Cost(1, 8 * 2**20))
    return _with(slots, slot), code


def without(slots: Slots, holder: str) -> Slots:
    """The slots without the holder's. They may know the data key still: see `with_next_data_key`."""
    return replace(slots, slots=tuple(slot for slot in slots.slots if slot.holder != holder))


def with_next_data_key(
    slots: Slots, *, by: Unlocked, generation: int | None = None
) -> tuple[Slots, Unlocked]:
    """A new data key, sealed to every slot beside the one in use, which stays so until `in_use` says else.

    Asked again it gives the one that was begun: a rotation that was cut short goes on. `generation`: which
    it is; None for the one after that in use.
    """
    following = generation or slots.generation + 1
    key = by.data_keys.get(following) or secrets.token_bytes(32)
    known = {**by.data_keys, following: key}
    after = replace(
        slots,
        slots=tuple(replace(slot, keys=_sealed(known, PublicKey(slot.sealing))) for slot in slots.slots),
    )
    return after, replace(by, data_keys=known)


def with_keys_since(slots: Slots, unlocked: Unlocked) -> Unlocked:
    """The same, with the data keys that were sealed to its holder's slot since it was opened."""
    slot = slots.of(unlocked.holder)
    if slot is None or slot.keys.keys() <= unlocked.data_keys.keys():
        return unlocked
    box = SealedBox(PrivateKey(unlocked.sealing))
    try:
        found = {generation: box.decrypt(sealed) for generation, sealed in slot.keys.items()}
    except CryptoError:  # a passphrase was chosen anew elsewhere: it opens the slot at the next sign-in
        return unlocked
    return replace(unlocked, data_keys={**unlocked.data_keys, **found})


def completed(slots: Slots, *, by: Unlocked) -> Slots:
    """The slots, each with all the data keys that this person has: somebody was let in, or chose a
    passphrase, where not all were known."""
    return replace(
        slots,
        slots=tuple(
            slot
            if slot.keys.keys() >= by.data_keys.keys()
            else replace(slot, keys={**_sealed(by.data_keys, PublicKey(slot.sealing)), **slot.keys})
            for slot in slots.slots
        ),
    )


def for_one(slots: Slots, holder: str) -> Slots:
    """The holder's slot alone, without any data key: with their passphrase it gives the key that they sign
    with, and opens no hub. `NotAllowed` for somebody who has chosen no passphrase."""
    slot = slots.of(holder)
    if slot is None or slot.opens is not Opens.PASSPHRASE:
        raise NotAllowed(
            "This person has chosen no passphrase at this hub yet.",
            "Let them come in once, with a one-time word.",
        )
    return replace(slots, slots=(replace(slot, keys={}),))


def at_no_hub(holder: str, name: str, passphrase: str, *, cost: Cost = USUAL) -> tuple[Slots, Signer]:
    """A slot of somebody who is at no hub, with a key of their own that nobody else has had, and that key."""
    slot = _slot(holder, name, Opens.PASSPHRASE, passphrase, {}, cost, signer := Signer.new())
    return Slots("", 1, (slot,)), signer


def taken_to(slots: Slots, hub: str, holder: str) -> Slots:
    """The one slot that there is, as a hub calls its holder: the key in it stays what it is."""
    return replace(slots, hub=hub, slots=(replace(slots.slots[0], holder=holder),))


def signer_of(slots: Slots, holder: str, passphrase: str) -> Signer:
    """The key that the holder signs with. Raises as `unlock`."""
    slot = slots.of(holder)
    if slot is None:
        raise NotAllowed("This file is of somebody else.", "Choose the one that was made for you.")
    return _own(slot, passphrase)[0]


def in_use(slots: Slots, unlocked: Unlocked, generation: int) -> tuple[Slots, Unlocked]:
    """From now on the store is sealed by the data key of this generation."""
    return replace(slots, generation=generation), replace(unlocked, generation=generation)


def renamed(slots: Slots, names: Mapping[str, str]) -> Slots:
    """The slots with the names that their holders have now."""
    return replace(
        slots,
        slots=tuple(replace(slot, name=names.get(slot.holder, slot.name)) for slot in slots.slots),
    )


def _opened(slots: Slots, slot: Slot, secret: str) -> Unlocked:
    signer, sealing = _own(slot, secret)
    box = SealedBox(PrivateKey(sealing))
    try:
        keys = {generation: box.decrypt(sealed) for generation, sealed in slot.keys.items()}
    except CryptoError:
        raise _wrong(slot.opens) from None
    if slots.generation not in keys:
        raise UserError("The keys of this slot are not of this hub.", "Ask another administrator to open it.")
    return Unlocked(slots.hub, slot.holder, slot.opens, slots.generation, keys, signer, sealing)


def _own(slot: Slot, secret: str) -> tuple[Signer, bytes]:
    """The slot's own two keys: for signing, and for sealing."""
    key = derived(_spelt(slot.opens, secret), salt=slot.salt, cost=slot.cost)
    try:
        own = json.loads(SecretBox(key).decrypt(slot.wrapped))
    except CryptoError:
        raise _wrong(slot.opens) from None
    return Signer(bytes.fromhex(own["signing"])), bytes.fromhex(own["sealing"])


def _wrong(opens: Opens) -> WrongPassphrase:
    what = {
        Opens.PASSPHRASE: "passphrase",
        Opens.ONE_TIME_WORD: "one-time word",
        Opens.RECOVERY_SHEET: "code of this hub's recovery sheet",
    }[opens]
    return WrongPassphrase(
        f"That is not the {what}.", "Try again. If it is lost, ask an administrator for a one-time word."
    )


def _slot(
    holder: str,
    name: str,
    opens: Opens,
    secret: str,
    data_keys: Mapping[int, bytes],
    cost: Cost = USUAL,
    signer: Signer | None = None,
    sealing: bytes | None = None,
) -> Slot:
    signer, private = signer or Signer.new(), sealing or bytes(PrivateKey.generate())
    salt = secrets.token_bytes(SALT)
    own = json.dumps({"signing": signer.key.hex(), "sealing": private.hex()}).encode()
    box = SecretBox(derived(_spelt(opens, secret), salt=salt, cost=cost))
    public = PrivateKey(private).public_key
    wrapped = bytes(box.encrypt(own))
    return Slot(
        holder, name, opens, salt, cost, wrapped, bytes(public), signer.public, _sealed(data_keys, public)
    )


def _sealed(data_keys: Mapping[int, bytes], public: PublicKey) -> dict[int, bytes]:
    box = SealedBox(public)
    return {generation: box.encrypt(key) for generation, key in data_keys.items()}


def _spelt(opens: Opens, secret: str) -> str:
    if opens is Opens.ONE_TIME_WORD:
        return words.as_typed(secret)
    if opens is Opens.RECOVERY_SHEET:
        return words.read_code(secret).hex()
    return secret


def _with(slots: Slots, slot: Slot) -> Slots:
    kept: Iterable[Slot] = (one for one in slots.slots if one.holder != slot.holder)
    return replace(slots, slots=(*kept, slot))


__all__ = [
    "RECOVERY", "Opens", "Slot", "Slots", "Unlocked", "WrongPassphrase", "at_no_hub", "for_one", "founded",
    "in_use", "renamed", "signer_of", "taken_to", "unlock", "unlock_with_sheet", "with_new_sheet",
    "with_next_data_key", "with_one_time_word", "with_passphrase", "without",
]  # fmt: skip
