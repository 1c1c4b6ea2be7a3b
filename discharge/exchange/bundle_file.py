"""Files that go to somebody without the hub and back: an invitation, what they decide on, answers.

Each is versioned JSON, compressed, in an age envelope (`discharge.keys.envelope`) sealed to whom it is for.
Invitations and bundles are signed as wholes, and say for whom they are; of answers each is a statement that
its author signed (`discharge.keys.statements`), which is what the record keeps. Nothing in them is believed
before the signature was checked, and no file is larger than secure mail takes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from discharge.keys import envelope, key_file
from discharge.keys.signing import Signer, is_stated
from discharge.keys.slots import Slots, taken_to
from discharge.keys.statements import Statement, canonical, words_of
from discharge.model.approving import ACCEPT, APPROVE, DECLINE, NO, RELEASE, ApprovalLimit
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import User
from discharge.model.placement import DeclineReason
from discharge.model.shown.placements import ApprovalPage, OfferPage, ReleasePage

VERSION = 2
"""1: before homes answered."""
DAYS = timedelta(days=7)
"""So long a bundle can be answered."""
BUNDLE, ANSWERS, INVITATION = ".ddbundle", ".ddanswer", ".ddkey"
"""How the names of the files end."""
MOST = 60
"""So many placements go in one bundle."""
_UNPACKED = 64 * 2**20
_NO_INVITATION = ("This is no invitation of a hub, or it was changed.", "Ask the hub for another.")
_CHANGED = ("This file was changed or cut short on its way.", "Ask whoever sent it to send it again.")


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody of a hub, and the public half of the key that they sign with."""

    id: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Item:
    """What is to be decided on of a placement, and what the hub's page showed of it.

    `alternatives`: what the engine said of other settings, as plain JSON; None where nobody asked it. `salt`
    goes into the digests of what was shown and of the words of the answer.
    """

    item: str
    salt: str
    page: ApprovalPage | ReleasePage | OfferPage
    alternatives: Mapping[str, Any] | None = None

    @property
    def asks(self) -> str:
        """What for: `APPROVE`, `RELEASE` or `ACCEPT`."""
        if isinstance(self.page, OfferPage):
            return ACCEPT
        return RELEASE if isinstance(self.page, ReleasePage) else APPROVE

    @property
    def no(self) -> str:
        """What a no to it is called."""
        return NO[self.asks]

    @property
    def about(self) -> str:
        """The placement's id."""
        return self.page.paper.about if isinstance(self.page, OfferPage) else self.page.row.id

    @property
    def named(self) -> str:
        """What it is called to whoever decides: the person's name; of an offer, which has none, its id."""
        return f"Placement {self.about}" if isinstance(self.page, OfferPage) else self.page.row.patient_name


@dataclass(frozen=True, slots=True)
class Bundle:
    """What somebody is asked to decide on. `user` and `limit`: who they are at the hub, and up to which fee
    they approve; `replies`: the public halves of the keys that answers are sealed to; `head`: the record's
    last entry when it was made, number and seal.
    """

    hub: str
    hub_name: str
    bundle: str
    to: Party
    sender: Party
    made_at: datetime
    expires: datetime
    head: tuple[int, str]
    user: User
    limit: ApprovalLimit
    replies: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Invitation:
    """What somebody gets once to open bundles: their slot, and who of the hub may send them some.

    `check` is read out between the two of them: letters that another invitation wouldn't have.
    """

    hub_name: str
    to: Party
    sender: Party
    made_at: datetime
    senders: tuple[Party, ...]
    check: str

    def knows(self, sender: Party) -> bool:
        """Whether that somebody with that key may send bundles."""
        return any((one.id, one.key) == (sender.id, sender.key) for one in self.senders)


@dataclass(frozen=True, slots=True)
class Released:
    """From which organism's isolation a clinician releases somebody, and the first night without it."""

    organism: str
    on: date


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody decided on one placement: their statement, signed, with what it holds the digests of.

    `shown`: the digests of the parts of what they were shown, by name: by them it is said what has changed.
    `released`: with a release; `code`: with a home's no.
    """

    statement: Statement
    signature: str
    text: str
    salt: str
    shown: Mapping[str, str]
    released: Released | None = None
    code: DeclineReason | None = None

    @property
    def words(self) -> object:
        """What they say in words, as the statement holds the digest of it."""
        return words_of_answer(self.text, self.released, self.code)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to a bundle, or to some of it."""

    hub: str
    bundle: str
    sender: Party
    answers: tuple[Answer, ...]


# --- bundles ------------------------------------------------------------------------------------------


def write_bundle(bundle: Bundle, signer: Signer) -> bytes:
    """The bundle as a file, signed, and sealed to whoever it is for. `UserError` where it is too large."""
    return _mailed(_signed("bundle", _BUNDLE.dump_python(bundle, mode="json", by_alias=True), signer), bundle)


def read_bundle(content: bytes, *, signer: Signer, invitation: Invitation, hub: str) -> Bundle:
    """The bundle in a file for whoever's key `signer` is, of the `hub` that invited them.

    `NotAllowed` for one that is for somebody else, of another hub, or of somebody whom the invitation doesn't
    name; `UserError` for one that was changed.
    """
    body, key = _opened(content, signer, "bundle")
    try:
        bundle = _BUNDLE.validate_python(body, by_alias=True, by_name=True)
    except ValidationError:
        raise UserError(*_CHANGED) from None
    if bundle.hub != hub:
        raise NotAllowed(
            f"This file is of another hub: {bundle.hub_name}.", "Open it with what that hub gave you."
        )
    if (bundle.to.id, bundle.to.key) != (invitation.to.id, signer.public):
        raise NotAllowed(f"This file is for {bundle.to.name}.", "Ask whoever sent it for one of your own.")
    if bundle.sender.key != key or not invitation.knows(bundle.sender):
        raise NotAllowed(
            f"{bundle.sender.name} isn't among those of {invitation.hub_name} who may send you files, or"
            " signs otherwise than you were told.",
            "Ask the hub for a new invitation.",
        )
    return bundle


# --- answers ------------------------------------------------------------------------------------------


def write_answers(answers: Answers, *, to: Sequence[str]) -> bytes:
    """The answers as a file, sealed to these keys."""
    body = {
        "hub": answers.hub,
        "bundle": answers.bundle,
        "sender": _PARTY.dump_python(answers.sender),
        "answers": [
            {
                **one.statement.fields,
                "signature": one.signature,
                "words": one.text,
                "salt": one.salt,
                "parts": dict(one.shown),
                "released": None
                if one.released is None
                else _RELEASED.dump_python(one.released, mode="json"),
                "code": None if one.code is None else one.code.value,
            }
            for one in answers.answers
        ],
    }
    return envelope.closed(_packed({"what": "answer", "version": VERSION, "body": body}), to=to)


def read_answers(content: bytes, signer: Signer) -> Answers:
    """The answers in a file; what they say is checked one by one, as each is taken in.

    `NotForThem` where it is sealed to others; `UserError` where it is none, or was changed.
    """
    found = _unpacked(envelope.opened(content, signer), "answer")
    try:
        body = found["body"]
        answers = tuple(
            Answer(
                Statement.of(one),
                str(one["signature"]),
                str(one["words"]),
                str(one["salt"]),
                {str(name): str(each) for name, each in one["parts"].items()},
                _released_in(one),
                _code_in(one),
            )
            for one in body["answers"]
        )
        return Answers(str(body["hub"]), str(body["bundle"]), _PARTY.validate_python(body["sender"]), answers)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UserError(*_CHANGED) from None


def words_of_answer(text: str, released: Released | None, code: DeclineReason | None = None) -> object:
    """What somebody says in words, as its digest is taken."""
    if released is None:
        return words_of(text, code=None if code is None else code.value)
    return words_of(text, organism=released.organism, on=released.on.isoformat())


def _released_in(said: Mapping[str, Any]) -> Released | None:
    """What a release says, and nothing else does; `ValueError` where it doesn't."""
    if (said["decision"] == RELEASE) != (said["released"] is not None):
        raise ValueError("no release, or one that nobody decided")
    return None if said["released"] is None else _RELEASED.validate_python(said["released"])


def _code_in(said: Mapping[str, Any]) -> DeclineReason | None:
    """The coded reason of a home's no, and nothing else has one; `ValueError` where it doesn't."""
    code = said.get("code")
    if (said["decision"] == DECLINE) != (code is not None):
        raise ValueError("no decline, or one without its reason")
    return None if code is None else DeclineReason(code)


# --- invitations --------------------------------------------------------------------------------------


def write_invitation(
    slots: Slots,
    *,
    hub_name: str,
    to: Party,
    sender: Party,
    senders: Sequence[Party],
    at: datetime,
    by: Signer,
) -> tuple[bytes, str]:
    """The invitation as a file, and the letters to be read out. `slots` holds their slot alone, without any
    data key."""
    letter, letters = _letter(
        slots.hub, hub_name=hub_name, to=to, sender=sender, senders=senders, at=at, by=by
    )
    return _outside({"slot": key_file.text_of(slots), "letter": letter}), letters


def write_home_invitation(
    hub: str,
    *,
    hub_name: str,
    to: Party,
    sender: Party,
    senders: Sequence[Party],
    at: datetime,
    by: Signer,
) -> tuple[bytes, str]:
    """The same for whoever answers for a home, whose slot is on their own machine: see `with_own_slot`."""
    letter, letters = _letter(hub, hub_name=hub_name, to=to, sender=sender, senders=senders, at=at, by=by)
    return _outside({"hub": hub, "to": to.id, "key": to.key, "letter": letter}), letters


def with_own_slot(content: bytes, own: Slots | None) -> bytes:
    """An invitation with the slot of whoever made their key on this machine, where it has none of its own.

    `UserError` where it is for another key than that, or there is none here.
    """
    try:
        outside = json.loads(content)
        _refuse_newer(outside, "invitation")
        if "slot" in outside:
            return content
        hub, holder, key, letter = (str(outside[name]) for name in ("hub", "to", "key", "letter"))
    except (KeyError, TypeError, ValueError):
        raise UserError(*_NO_INVITATION) from None
    if own is None or own.slots[0].signing != key:
        raise UserError(
            "This invitation is for a home whose key isn't on this machine.",
            "Open it where the key was made; or make the home's key here, and send it to the hub.",
        )
    return _outside({"slot": key_file.text_of(taken_to(own, hub, holder)), "letter": letter})


def _letter(
    hub: str,
    *,
    hub_name: str,
    to: Party,
    sender: Party,
    senders: Sequence[Party],
    at: datetime,
    by: Signer,
) -> tuple[str, str]:
    """What of an invitation is sealed to whom it is for, and its letters."""
    body = {
        "hub": hub,
        "hub_name": hub_name,
        "to": _PARTY.dump_python(to),
        "sender": _PARTY.dump_python(sender),
        "senders": [_PARTY.dump_python(one) for one in senders],
        "made_at": at.isoformat(),
    }
    letter = envelope.closed(_packed(_signed("invitation", body, by)), to=[to.key])
    return base64.b64encode(letter).decode(), letters_of(body)


def _outside(content: Mapping[str, str]) -> bytes:
    return (json.dumps({"what": "invitation", "version": VERSION, **content}, indent=1) + "\n").encode()


def slots_of_invitation(content: bytes) -> Slots:
    """The slot in an invitation, still closed; `UserError` where it is none, or was changed."""
    try:
        outside = json.loads(content)
        _refuse_newer(outside, "invitation")
        return key_file.slots_in(outside["slot"])
    except (KeyError, TypeError, ValueError):
        raise UserError(*_NO_INVITATION) from None


def read_invitation(content: bytes, signer: Signer) -> Invitation:
    """The invitation, opened with the key that its slot gave; `UserError` where it was changed."""
    slots = slots_of_invitation(content)
    try:
        letter = base64.b64decode(json.loads(content)["letter"], validate=True)
        body, key = _opened(letter, signer, "invitation")
        to, sender = _PARTY.validate_python(body["to"]), _PARTY.validate_python(body["sender"])
        found = Invitation(
            hub_name=str(body["hub_name"]),
            to=to,
            sender=sender,
            made_at=datetime.fromisoformat(body["made_at"]),
            senders=tuple(_PARTY.validate_python(one) for one in body["senders"]),
            check=letters_of(body),
        )
    except (KeyError, TypeError, ValueError):
        raise UserError(*_CHANGED) from None
    if (body["hub"], to.key, sender.key) != (slots.hub, signer.public, key) or slots.of(to.id) is None:
        raise UserError(*_CHANGED)
    return found


def letters_of(body: Mapping[str, Any]) -> str:
    """Fifteen letters of the digest of what is said, three times five: to be read out, and compared."""
    letters = base64.b32encode(hashlib.sha256(canonical(body).encode()).digest()).decode()[:15]
    return "-".join(letters[at : at + 5] for at in range(0, 15, 5))


# --- within -------------------------------------------------------------------------------------------


def _signed(what: str, body: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
    content = canonical(body)
    return {
        "what": what,
        "version": VERSION,
        "body": content,
        "key": signer.public,
        "signature": signer.statement(content.encode(), of=what),
    }


def _mailed(signed: Mapping[str, Any], bundle: Bundle) -> bytes:
    content = envelope.closed(_packed(signed), to=[bundle.to.key])
    if len(content) > envelope.LARGEST:
        raise UserError("This is more than secure mail takes.", "Send fewer at once.")
    return content


def _opened(content: bytes, signer: Signer, what: str) -> tuple[dict[str, Any], str]:
    """What was signed, and the public half of the key that signed it."""
    found = _unpacked(envelope.opened(content, signer), what)
    try:
        body, key = str(found["body"]), str(found["key"])
        if not is_stated(body.encode(), found["signature"], of=what, public=key):
            raise ValueError("a signature that isn't over this")
        return dict(json.loads(body)), key
    except (KeyError, TypeError, ValueError):
        raise UserError(*_CHANGED) from None


def _packed(value: Mapping[str, Any]) -> bytes:
    return zlib.compress(canonical(value).encode(), 9)


def _unpacked(content: bytes, what: str) -> dict[str, Any]:
    unpacking = zlib.decompressobj()
    try:
        plain = unpacking.decompress(content, _UNPACKED)
        found = json.loads(plain)
        _refuse_newer(found, what)
    except (zlib.error, ValueError, KeyError, TypeError):
        raise UserError(*_CHANGED) from None
    return dict(found)


def _refuse_newer(found: Mapping[str, Any], what: str) -> None:
    if found["what"] != what:
        known = {"bundle": "placements to decide on", "answer": "answers", "invitation": "an invitation"}
        raise UserError(
            f"This file holds {known.get(str(found['what']), 'something else')}, not {known[what]}.",
            "Choose the other one.",
        )
    if int(found["version"]) > VERSION:
        raise UserError(
            f"This file is of version {int(found['version'])}; this program knows up to {VERSION}.",
            "Open it with the newer program.",
        )


_BUNDLE = TypeAdapter(Bundle)
_PARTY = TypeAdapter(Party)
_RELEASED = TypeAdapter(Released)

__all__ = [
    "ANSWERS", "BUNDLE", "DAYS", "INVITATION", "MOST", "Answer", "Answers", "Bundle", "Invitation", "Item",
    "Party", "Released", "letters_of", "read_answers", "read_bundle", "read_invitation",
    "slots_of_invitation", "with_own_slot", "words_of_answer", "write_answers", "write_bundle",
    "write_home_invitation", "write_invitation",
]  # fmt: skip
