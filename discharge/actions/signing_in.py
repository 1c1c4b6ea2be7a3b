"""Signing in: who is at the desk is shown by a passphrase, and what they do is signed with their key.

The key file beside the store holds each person's slot (`discharge.keys`); the public halves stand in the
journal.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from discharge.actions import all_desks
from discharge.actions.context import wanted
from discharge.actions.desk import Clock, Desk
from discharge.actions.slots_beside import (
    Changing,
    as_before,
    copies_of,
    keep_in_step,
    read,
)
from discharge.actions.vouching import (
    close_key,
    first_keys,
    record_failed,
    recover,
    set_own_key,
    set_sheet_key,
    vouch_for,
)
from discharge.keys import attempts, key_file, slots
from discharge.keys.passphrases import USUAL, Cost, refuse_weak
from discharge.keys.places import is_sealed
from discharge.keys.slots import RECOVERY, Opens, Unlocked, WrongPassphrase
from discharge.model.errors import Asked, NotAllowed, UserError
from discharge.model.people import Role, User
from discharge.rules.may import those_who_may
from discharge.store.ask.known_keys import HowSet
from discharge.store.file import backup
from discharge.words.counts import count_words


@dataclass(frozen=True, slots=True)
class WayIn:
    """One way into a hub that isn't open: whose it is, their name, and what opens it."""

    holder: str
    name: str
    opens: Opens


@dataclass(frozen=True, slots=True)
class WaysIn:
    """The ways into a hub; `remark` says that a damaged key file was made good."""

    people: tuple[WayIn, ...]
    remark: str = ""


# --- before the hub is open ---------------------------------------------------------------------------


def people_of(path: Path) -> WaysIn:
    """Who can come in, by name; the recovery sheet is no person and not among them.

    `UserError` where the key file and every copy of it is damaged.
    """
    found = read(path)
    people = (WayIn(slot.holder, slot.name, slot.opens) for slot in found.slots.slots)
    return WaysIn(tuple(one for one in people if one.holder != RECOVERY), found.remark)


def unlocked(path: Path, holder: str, secret: str, *, now: datetime) -> Unlocked:
    """The slot of this person (or of `RECOVERY`) opened by what they typed.

    `NotAllowed` where that isn't it, or where it was tried in vain too often just now: it says how long to
    wait. What fails is kept, for the record.
    """
    pause = attempts.wait(path, holder, now=now)
    if pause:
        seconds = max(1, round(pause.total_seconds()))
        how_long = (
            count_words(seconds, "second") if seconds < 90 else count_words(round(seconds / 60), "minute")
        )
        raise NotAllowed("That was tried in vain several times.", f"Try again in {how_long}.")
    found = read(path).slots
    try:
        if holder == RECOVERY:
            return slots.unlock_with_sheet(found, secret)
        return slots.unlock(found, holder, secret)
    except WrongPassphrase:
        attempts.note(path, holder, now=now)
        raise


# --- founding -----------------------------------------------------------------------------------------


def found_sealed(
    path: Path,
    *,
    hub: str,
    name: str,
    passphrase: str,
    clock: Clock | None = None,
    cost: Cost = USUAL,
) -> tuple[Desk, User, Unlocked, str]:
    """Founds a sealed hub: its desk, its first person, their opened slot, and the code of the recovery
    sheet, which is nowhere else and has to be printed or saved before anything else is done.

    `UserError` for a passphrase that is easy to guess, and where there is a hub already.
    """
    path = path.expanduser().absolute()
    hub, name = wanted(hub, what="The hub's name"), wanted(name, what="The name")
    refuse_weak(passphrase, about=(hub, name))
    if path.is_dir() or (path.exists() and path.stat().st_size):
        raise UserError(f"There is a hub at {path} already.", "Open it, or choose another name.")
    if backup.backups_of(path) or backup.asides_of(path):
        raise UserError(
            f"There was a hub at {path}: what was kept of it is still there.",
            "Restore it, or choose another name.",
        )
    made, first, code = slots.founded("U-0001", name, passphrase, cost=cost)
    key_file.write(made, copies_of(path))
    desk = Desk.open(path, clock=clock, unlocked=first)
    try:
        sheet = made.of(RECOVERY)
        assert sheet is not None  # founding makes one
        keys = first_keys(
            hub=first.hub,
            user=first.holder,
            key=first.signer.public,
            sheet=sheet.signing,
            how=HowSet.FOUNDED,
            role=Role.ADMINISTRATOR,
        )
        user = desk.found(hub=hub, name=name, keys=keys, by=first)
    except BaseException:
        desk.close()
        raise
    return desk, user, first, code


# --- coming in ----------------------------------------------------------------------------------------


def sign_in(desk: Desk, opened: Unlocked, *, user: str | None = None) -> User:
    """The person whose slot was opened, at this desk; what failed at the door before goes on record.

    With a one-time word or the recovery sheet nothing can be done yet but `choose_passphrase`. `user`: which
    administrator comes in by the recovery sheet; None: the first there is.

    `NotAllowed` for a key that isn't the one in force, and for whoever has left; `UserError` for the keys of
    another hub.
    """
    hub, key = desk.ask(lambda queries: (queries.hub_of_keys(), queries.key_of(opened.holder)))
    if hub != opened.hub:
        raise UserError(
            "The key file beside this hub is another hub's.",
            "Put its own back: a copy lies in the folder of its backups.",
        )
    who = _person(desk, opened, user)
    if key is None or key.public != opened.signer.public:
        if key is not None and as_before(desk.path, opened.holder, key.public):
            raise NotAllowed(
                "The program was stopped while your passphrase was being changed: it is as it was before.",
                "Sign in with the one you had before.",
            )
        raise NotAllowed(
            f"What {who.name} signs with isn't what this hub knows of them.",
            "Ask an administrator for a one-time word.",
        )
    if not opened.must_choose_a_passphrase:
        desk.sign_with(opened)
        _put_on_record(desk, who)
        keep_in_step(desk.path, desk.people())
        _announce(desk, who)
    return who


def sign_out(desk: Desk, user: str) -> None:
    """Locks the desk for this person: nothing is done in their name until they sign in again."""
    desk.sign_out(user)


def choose_passphrase(
    desk: Desk, opened: Unlocked, passphrase: str, *, user: str | None = None, cost: Cost = USUAL
) -> Unlocked:
    """Sets the passphrase of whoever came in: the first after a one-time word or the recovery sheet, or
    another in place of the one they have. The slot opened by it.

    `user` as in `sign_in`. `UserError` for one that is easy to guess, `Asked` where the clock is behind the
    record: then nothing was changed.
    """
    who = _person(desk, opened, user)
    hub = desk.ask(lambda queries: queries.hub())
    refuse_weak(passphrase, about=(hub.name, who.name, who.email))
    before = read(desk.path).slots
    after, own = slots.with_passphrase(
        before, of=opened, holder=who.id, name=who.name, passphrase=passphrase, cost=cost
    )
    sets = recover if opened.holder == RECOVERY else set_own_key
    with Changing(desk.path, before, after):
        desk.perform(partial(sets, key=own.signer.public), by=who, signing=opened)
    desk.sign_with(own)
    _put_on_record(desk, who)
    desk.follow_ways()
    _announce(desk, who)
    return own


# --- what administrators do ---------------------------------------------------------------------------


def let_in(desk: Desk, by: User, user: str, *, cost: Cost = USUAL) -> str:
    """A one-time word for somebody new, or whose passphrase is lost: to be told to them alone, once."""
    known, before = _signing(desk, by), read(desk.path).slots
    found = next((one for one in desk.people() if one.id == user), None)
    if found is None:
        raise UserError(f"{user} is nobody of this hub.", "Choose one of its people.")
    after, word, public = slots.with_one_time_word(
        before, by=known, holder=user, name=found.name, cost=cost
    )  # fmt: skip
    with Changing(desk.path, before, after):
        desk.perform(partial(vouch_for, user=user, key=public), by=by)
    desk.follow_ways()
    attempts.clear(desk.path, user)
    return word


def close_slot(desk: Desk, by: User, user: str) -> None:
    """Closes somebody's way in: their passphrase opens nothing any more, and their key signs nothing."""
    _signing(desk, by)
    before = read(desk.path).slots
    with Changing(desk.path, before, slots.without(before, user)):
        desk.perform(partial(close_key, user=user), by=by)
    desk.follow_ways()


def new_sheet(desk: Desk, by: User) -> str:
    """The code of a new recovery sheet, to be printed or saved once; the one before opens nothing more."""
    known, before = _signing(desk, by), read(desk.path).slots
    after, code = slots.with_new_sheet(before, by=known)
    sheet = after.of(RECOVERY)
    assert sheet is not None  # it was made just now
    with Changing(desk.path, before, after):
        desk.perform(partial(set_sheet_key, key=sheet.signing), by=by)
    desk.follow_ways()
    return code


# --- within -------------------------------------------------------------------------------------------


def _person(desk: Desk, opened: Unlocked, user: str | None) -> User:
    people = desk.people()
    if opened.holder != RECOVERY:
        found = next((one for one in people if one.id == opened.holder), None)
    else:
        may = [one for one in those_who_may("recover", people) if one.active]
        found = next((one for one in may if user is None or one.id == user), None)
        if found is None:
            raise NotAllowed("The recovery sheet lets an administrator in.", "Choose one of them.")
    if found is None or not found.active:
        name = opened.holder if found is None else found.name
        raise NotAllowed(f"{name} is no longer at this hub.", "Ask one of its administrators.")
    return found


def _signing(desk: Desk, by: User) -> Unlocked:
    known = desk.signs(by.id)
    if known is None:
        raise NotAllowed("Nobody has come in to this hub under that name.", "Sign in with your passphrase.")
    return known


def _announce(desk: Desk, who: User) -> None:
    """A desk that joined is on record once somebody is at it who can sign; what can't be now is then, at the
    next sign-in."""
    with suppress(UserError):
        all_desks.announce(desk, by=who)


def _put_on_record(desk: Desk, who: User) -> None:
    """What failed goes on record; where the clock is behind it, with the next sign-in, as what is done first
    asks about the clock."""
    failed = attempts.read(desk.path)
    if not failed:
        return
    with suppress(Asked):
        desk.perform(partial(record_failed, failed=failed), by=who)
        for holder in failed:
            attempts.clear(desk.path, holder)


__all__ = [
    "WayIn", "WaysIn", "choose_passphrase", "close_slot", "found_sealed", "is_sealed", "let_in", "new_sheet",
    "people_of", "sign_in", "sign_out", "unlocked",
]  # fmt: skip
