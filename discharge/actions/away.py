"""Deciding away from the hub: somebody opens what was sent to them on their own machine, and signs an answer.

Nothing of the hub is needed but their invitation, which holds their own key behind their passphrase. What
they may is held against what came with the bundle, so that they hear it at once; the hub asks it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from discharge import paths
from discharge.exchange.bundle_file import (
    INVITATION,
    Answer,
    Answers,
    Bundle,
    Invitation,
    Item,
    Released,
    read_bundle,
    read_invitation,
    slots_of_invitation,
    with_own_slot,
    words_of_answer,
    write_answers,
)
from discharge.exchange.bundle_shown import digests
from discharge.exchange.home_key_file import ENDING, OfHome, read_home_key, write_home_key
from discharge.keys import key_file
from discharge.keys.envelope import NotForThem
from discharge.keys.passphrases import USUAL, Cost, refuse_weak
from discharge.keys.signing import Signer
from discharge.keys.slots import WrongPassphrase, at_no_hub, signer_of
from discharge.keys.statements import Statement, digest_of
from discharge.model.approving import DECLINE, RELEASE, RETURN, Principle
from discharge.model.errors import NotAllowed, UserError
from discharge.model.placement import DeclineReason
from discharge.model.shown.placements import ApprovalRow, OfferPage, ReleasePage
from discharge.model.typed import seen
from discharge.rules.approving import against
from discharge.rules.may import MAY
from discharge.store.file import private
from discharge.words.days import day_and_time


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody at their own machine, who has opened their invitation of a hub."""

    hub: str
    invitation: Invitation
    signer: Signer = field(repr=False)


@dataclass(frozen=True, slots=True)
class Decided:
    """What they decide on one placement: a note to an approval or a home's yes, the reason of a return, from
    which organism's isolation they release, when and why; of a home's no its coded reason."""

    decision: str
    text: str = ""
    principle: Principle | None = None
    released: Released | None = None
    code: DeclineReason | None = None


def come_in(invitation: bytes, passphrase: str) -> Away:
    """Opens an invitation by their passphrase. `WrongPassphrase` for another; `UserError` for a file that is
    no invitation or was changed."""
    slots = slots_of_invitation(invitation)
    if len(slots.slots) != 1:
        raise UserError("This is no invitation of a hub.", "Ask the hub for another.")
    signer = signer_of(slots, slots.slots[0].holder, passphrase)
    return Away(slots.hub, read_invitation(invitation, signer), signer)


def open_bundle(content: bytes, away: Away) -> Bundle:
    """What was sent to them. Raises as `read_bundle`."""
    return read_bundle(content, signer=away.signer, invitation=away.invitation, hub=away.hub)


def open_with(invitations: Sequence[bytes], content: bytes, passphrase: str) -> tuple[Away, Bundle]:
    """What was sent, opened with the one of these invitations that it is for and that the passphrase opens.

    Raises as `come_in` and `open_bundle`, for the last that was tried.
    """
    refused: UserError = UserError("There is no invitation on this machine.", "Ask the hub for one.")
    for each in invitations:
        try:
            away = come_in(each, passphrase)
            return away, open_bundle(content, away)
        except (WrongPassphrase, NotForThem) as error:
            refused = error
    raise refused


def why_not(bundle: Bundle, item: Item) -> str:
    """Why they can't say yes to this, in a sentence; empty where they can."""
    page = item.page
    if isinstance(page, OfferPage):
        return ""
    if isinstance(page, ReleasePage):
        right = MAY[RELEASE]
        return "" if right.of(bundle.user.roles) else f"Only a clinician releases anybody. ({right.rule})"
    return _why_not_approve(bundle, page.row)


def _why_not_approve(bundle: Bundle, row: ApprovalRow) -> str:
    found = against(
        user=bundle.user,
        proposers=row.proposers,
        authority=row.authority,
        weekly_fee=row.weekly_fee,
        limit=bundle.limit,
    )
    if found is not None:
        return f"{found.sentence} ({found.rule})"
    block = next((flag for flag in row.flags if flag.blocks), None)
    return "" if block is None else f"{block.sentence} ({block.rule})"


def lacking(item: Item, decided: Decided) -> tuple[str, str]:
    """What is still to be said for this decision, in a sentence, and how; empty where nothing is."""
    page, text = item.page, decided.text.strip()
    if isinstance(page, OfferPage):
        return _lacking_of_offer(decided, text)
    if decided.decision == RETURN:
        return (
            ("", "")
            if text
            else ("Say why: the coordinator has to know what to mend.", "It stands in the record.")
        )
    if isinstance(page, ReleasePage):
        return _lacking_of_release(page, decided.released, text)
    if page.row.flags and not text:
        return page.row.flags[0].sentence, "Say in the note why it can go on so."
    return "", ""


def _lacking_of_offer(decided: Decided, text: str) -> tuple[str, str]:
    if decided.decision != DECLINE:
        return "", ""
    if decided.code is None:
        return "Say why you can't take them.", "Choose the reason that comes nearest."
    if decided.code is DeclineReason.OTHER and not text:
        return "Say in your words what the other reason is.", "It stands in the record."
    return "", ""


def _lacking_of_release(page: ReleasePage, released: Released | None, text: str) -> tuple[str, str]:
    if released is None or released.organism not in page.row.organisms:
        return "Say from which isolation, and the first night without it.", "Choose both."
    if page.row.ends_earlier(released.on) and not text:
        return "This day is before the end by the rules.", "Say why it can end earlier."
    return "", ""


def answer(bundle: Bundle, away: Away, decided: Mapping[str, Decided], *, at: datetime) -> bytes:
    """The answer as a file, signed with their key and sealed to the people of the hub; `decided` by item.

    `UserError` where nothing is decided, something is `lacking`, or it is too late; `NotAllowed` for what
    they may not say yes to.
    """
    if not decided:
        raise UserError("Nothing is decided yet.", "Decide on one at least.")
    if at > bundle.expires:
        raise UserError(
            f"This could be answered until {day_and_time(bundle.expires)}.", "Ask for it to be sent anew."
        )
    made = tuple(
        _answer(bundle, away, item, decided[item.item], at) for item in bundle.items if item.item in decided
    )
    found = Answers(bundle.hub, bundle.bundle, away.invitation.to, made)
    return write_answers(found, to=bundle.replies)


def _answer(bundle: Bundle, away: Away, item: Item, decided: Decided, at: datetime) -> Answer:
    typed = seen(decided.text, lines=True)
    if typed.refused:
        raise UserError(f"What was written {typed.refused}.", "Type it again instead of pasting it.")
    text = typed.text.strip()
    if decided.decision not in (item.asks, item.no):
        raise ValueError("decided on what wasn't asked")
    if decided.decision != item.no and (why := why_not(bundle, item)):
        raise NotAllowed(f"{item.named}: {why}", "Return it instead.")
    sentence, mend = lacking(item, replace(decided, text=text))
    if sentence:
        raise UserError(f"{item.named}: {sentence}", mend)
    released = decided.released if decided.decision == RELEASE else None
    code = decided.code if decided.decision == DECLINE else None
    shown = digests(item.page, salt=item.salt)
    statement = Statement(
        hub=bundle.hub,
        bundle=bundle.bundle,
        item=item.item,
        about=item.about,
        decision=decided.decision,
        principle=None if decided.principle is None else decided.principle.value,
        text=digest_of(words_of_answer(text, released, code), salt=item.salt),
        shown=digest_of(shown, salt=item.salt),
        by=bundle.user.id,
        at=at.astimezone(UTC).replace(microsecond=0).isoformat(),
    )
    return Answer(statement, statement.signature(away.signer), text, item.salt, shown, released, code)


# --- the key of a home --------------------------------------------------------------------------------


def make_home_key(home: str, name: str, passphrase: str, *, cost: Cost = USUAL) -> tuple[bytes, OfHome]:
    """A key for whoever answers for a home, kept on this machine behind their passphrase, in the place of one
    that was here: the file that goes to the hub, and what stands in it.

    `UserError` for a passphrase that is easy to guess, or words that can't be taken; `OSError` where it can't
    be written.
    """
    said = [seen(text) for text in (home, name)]
    for one, what in zip(said, ("The home's name", "Your name"), strict=True):
        if one.refused or not one.text:
            raise UserError(f"{what} {one.refused or 'is missing'}.", "Type it again.")
    home, name = (one.text for one in said)
    refuse_weak(passphrase, about=(home, name))
    slots, signer = at_no_hub("home", name, passphrase, cost=cost)
    content, found = write_home_key(home, name, signer)
    private.make_folder(_invitations())
    private.write_whole(_invitations() / _OWN_SLOT, key_file.text_of(slots).encode())
    private.write_whole(_invitations() / f"own{ENDING}", content)
    return content, found


def own_home_key() -> tuple[bytes, OfHome] | None:
    """The file of the key that was made on this machine, and what stands in it; None where none was."""
    try:
        content = (_invitations() / f"own{ENDING}").read_bytes()
        return content, read_home_key(content)
    except (OSError, UserError):
        return None


def completed(invitation: bytes) -> bytes:
    """An invitation with the slot of whoever made their key on this machine, where it needs it. Raises as
    `with_own_slot`."""
    try:
        own = key_file.slots_in((_invitations() / _OWN_SLOT).read_bytes())
    except (OSError, ValueError):
        own = None
    return with_own_slot(invitation, own)


_OWN_SLOT = "own.slot"


# --- invitations on this machine ----------------------------------------------------------------------


def _invitations() -> Path:
    return paths.user_data() / "invitations"


def keep_invitation(content: bytes) -> Path:
    """Keeps an invitation on this machine, for its owner's eyes, in the place of an earlier one of that hub.

    `UserError` for a file that is none; `OSError` where it can't be written.
    """
    slots = slots_of_invitation(content)
    folder = _invitations()
    private.make_folder(folder)
    path = folder / f"{slots.hub[:16]}-{slots.slots[0].holder}{INVITATION}"
    private.write_whole(path, content)
    return path


def kept_invitations() -> tuple[Path, ...]:
    """The invitations on this machine."""
    return tuple(sorted(_invitations().glob(f"*{INVITATION}")))


__all__ = [
    "Away", "Decided", "answer", "come_in", "completed", "keep_invitation", "kept_invitations", "lacking",
    "make_home_key", "open_bundle", "open_with", "own_home_key", "why_not",
]  # fmt: skip
