"""Sealing a hub that was plain, and changing the data key of a sealed one. The hub is not open meanwhile.

Cut short at any instant, the hub stands as it was or as it will be: whoever opens it next finishes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from discharge.actions import slots_beside, vouching
from discharge.actions.context import Action, wanted
from discharge.actions.demo_clock import FOUNDED
from discharge.actions.desk import Clock, Desk, system_clock
from discharge.actions.of_a_link import Link
from discharge.actions.signing_in import sign_in
from discharge.keys import key_file, slots
from discharge.keys.passphrases import USUAL, Cost, refuse_weak
from discharge.keys.places import is_sealed
from discharge.keys.slots import RECOVERY, Slots, Unlocked
from discharge.model.errors import Asked, NotAllowed, UserError
from discharge.model.people import User
from discharge.rules.may import MAY
from discharge.store.file import ring, sealing

Progress = Callable[[int, int], None]
"""Entries looked at, and those there are; what it raises stops everything, and nothing was changed."""


@dataclass(frozen=True, slots=True)
class SealedNow:
    """A hub that was sealed: the opened slot of whoever did it, and the code of its recovery sheet, which is
    nowhere else."""

    unlocked: Unlocked
    code: str
    remark: str = ""
    """What is left to do: plain copies in a second folder that wasn't reached. Mostly empty."""


def seal_hub(
    path: Path,
    *,
    user: str,
    passphrase: str,
    clock: Clock | None = None,
    cost: Cost = USUAL,
    progress: Progress | None = None,
) -> SealedNow:
    """Seals a plain hub by the passphrase of one of its administrators; the others are let in afterwards.

    A checked backup is made first. The sealed copy is looked at wholly before it takes the hub's place; then
    the plain file goes, with the plain backups and what was moved aside. `UserError` for a passphrase that is
    easy to guess, for a hub that is sealed, open elsewhere, or not sound: nothing was changed.
    """
    path = path.expanduser().absolute()
    if is_sealed(path):
        raise UserError(f"{path.name} is sealed already.", "Sign in with your passphrase.")
    if not path.exists():
        raise UserError(f"There is no hub at {path}.", "Check the path.")
    who = _who_seals(path, user, passphrase, clock)
    made, first, code = slots.founded(who.id, who.name, passphrase, cost=cost)
    now = (clock or system_clock)()
    with sealing.copying(path) as part:
        sealing.copy(path, now=None, key=first.data_key)
        _begin_signatures(part, made, who, first, clock)
        sealing.refuse_unlike(path, now=None, key=first.data_key, progress=progress)
        key_file.write(made, slots_beside.copies_of(path))
        with ring.lent(path, first):
            sealing.put_in_place(path, now=now)
    with Desk.open(path, clock=clock, unlocked=first) as desk:
        desk.back_up()
    return SealedNow(first, code, sealing.remove_plain_copies(path))


def _who_seals(path: Path, user: str, passphrase: str, clock: Clock | None) -> User:
    """The administrator who seals; a checked backup was made of the hub as it is."""
    with Desk.open(path, clock=clock) as desk:
        who = desk.sign_in(user)
        _refuse_others(who, "begin_signing")
        if desk.ask(lambda queries: queries.founded_at()) == FOUNDED:
            raise UserError("This is the demo hub: it is open to everybody.", "Found a hub of your own.")
        hub = desk.ask(lambda queries: queries.hub())
        refuse_weak(passphrase, about=(hub.name, who.name, who.email))
        desk.back_up()
    return who


def _refuse_others(who: User, action: str) -> None:
    if MAY[action].of(who.roles) is None:
        raise NotAllowed("Only an administrator can do this.", "Ask one of them.")


def _begin_signatures(part: Path, made: Slots, who: User, first: Unlocked, clock: Clock | None) -> None:
    """In the copy: so that the sealed hub is signed from its first moment."""
    sheet = made.of(RECOVERY)
    assert sheet is not None  # founding makes one
    begins = partial(vouching.begin_signing, hub=first.hub, key=first.signer.public, sheet=sheet.signing)
    with Desk.open(part, clock=clock, unlocked=first) as copy:
        _recorded(copy, begins, who, first)


def _recorded(copy: Desk, action: Action, who: User, signing: Unlocked) -> None:
    """Puts it on record in the copy; what a desk would ask about, the clock, is to be set right first."""
    try:
        copy.perform(action, by=who, signing=signing)
    except Asked as asked:
        raise UserError(asked.sentence, "Set the clock right, then try again. Nothing was changed.") from None


def change_data_key(
    path: Path,
    unlocked: Unlocked,
    *,
    reason: str,
    clock: Clock | None = None,
    progress: Progress | None = None,
    connect: Callable[[Desk], Link] | None = None,
) -> Unlocked:
    """Seals the hub anew, by a data key that nobody has had; the slot with it.

    For when somebody who left may have kept the key; `reason` says it, in an entry of its own. Passphrases
    and the recovery sheet stay as they are; backups made before stay sealed by the key before.
    Administrators only. One that was cut short, and that opening the hub has finished, isn't done twice.

    A hub on a server is in touch with it, by `connect`: from then on what is written there, at every desk, is
    sealed by another key too. The file of each other desk stays as it is until this is done there.
    """
    path = path.expanduser().absolute()
    reason = wanted(reason, what="The reason")
    if unlocked.must_choose_a_passphrase:
        raise NotAllowed("You have no passphrase of your own yet.", "Choose one in the window first.")
    with Desk.open(path, clock=clock, unlocked=unlocked) as desk:
        who = sign_in(desk, unlocked)
        _refuse_others(who, "change_data_key")
        desk.back_up()
        shared = desk.sharing is not None
        if shared:
            unlocked, generation = _at_the_server(desk, unlocked, who, reason, connect)
    known = slots_beside.read(path).slots
    if not shared:
        if known.generation > unlocked.generation:
            return slots.in_use(known, unlocked, known.generation)[1]
        generation = known.generation + 1
    after, following = slots.with_next_data_key(known, by=unlocked, generation=generation)
    old, new = unlocked.data_keys[known.generation], following.data_keys[generation]
    records = partial(vouching.change_data_key, generation=generation, reason=reason)
    with sealing.copying(path) as part:
        sealing.copy(path, now=old, key=new)
        # the copy has the entry before anybody has its key: one that hasn't never takes the hub's place
        if not shared:
            with Desk.open(part, clock=clock, unlocked=following) as copy:
                _recorded(copy, records, who, following)
        sealing.refuse_unlike(path, now=old, key=new, progress=progress)
        key_file.write(after, slots_beside.copies_of(path))
        with ring.lent(path, following):
            sealing.put_in_place(path, now=(clock or system_clock)())
        settled, own = slots.in_use(after, following, generation)
        key_file.write(settled, slots_beside.copies_of(path))
    with Desk.open(path, clock=clock, unlocked=own) as desk:
        desk.back_up()
    return own


def _at_the_server(
    desk: Desk, unlocked: Unlocked, who: User, reason: str, connect: Callable[[Desk], Link] | None
) -> tuple[Unlocked, int]:
    """The next data key, at the server's door before it is on record: what says that another is in use is
    sealed by it. Begun and cut short, it goes on. The opened slot with it, and the so-manieth it is."""
    # loaded where a hub is shared alone
    from discharge.actions.sharing import connected

    desk.share((connect or connected)(desk))
    known = slots_beside.read(desk.path).slots
    unlocked = slots.with_keys_since(known, unlocked)
    recorded = desk.ask(lambda queries: queries.data_key_on_record())
    generation = max(recorded, known.generation) + 1
    after, following = slots.with_next_data_key(known, by=unlocked, generation=generation)
    key_file.write(after, slots_beside.copies_of(desk.path))
    desk.follow_ways()
    action = partial(vouching.change_data_key, generation=generation, reason=reason)
    _recorded(desk, action, who, following)
    return following, generation


__all__ = ["Progress", "SealedNow", "change_data_key", "seal_hub"]
