"""From one desk to many: a hub is brought to a server, desks join it, and a copy is taken home again.

What a desk needs to join is in its invitation: where the server is, and the key of what lies at its door. It
opens nothing by itself: whoever comes in at the new desk has their passphrase, as at any other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from discharge.actions import all_desks, shared_door, signing_in, slots_beside
from discharge.actions.desk import Clock, Desk, system_clock
from discharge.actions.intents import from_json, renamed, renamed_in, to_json
from discharge.actions.shared_desk import Link as DeskLink
from discharge.keys import boxes, key_file, slots, words
from discharge.keys.slots import Slots, Unlocked
from discharge.model.errors import NotAllowed, UserError
from discharge.model.people import User
from discharge.rules.may import MAY
from discharge.store import journal
from discharge.store.file import backup, held, private, ring
from discharge.store.file.connection import connect
from discharge.store.file.database import opened_by
from discharge.store.file.faults import files_said_plainly
from discharge.store.journal import Head
from discharge.store.server import parcels, state
from discharge.store.server.address import Address
from discharge.store.server.link import Link as ServerLink
from discharge.store.server.rows import SharedDoor
from discharge.store.server.state import Done, State

Progress = Callable[[int, int], None]
"""Entries taken or given, and those there are; what it raises stops the work."""
AT_A_TIME = 500
"""Entries in one transaction of the server."""
VERSION = 1


class BadInvitation(UserError):
    """What was taken for an invitation is none, or none to the hub on its server."""


class BadPath(UserError):
    """A desk's own store can't be made at this path."""


class Link(DeskLink, Protocol):
    """What is asked of a connection to the server beside the journal: what lies at the door."""

    def found(self, hub: str) -> None: ...
    def newest_door(self) -> SharedDoor | None: ...
    def put_door(self, number: int, box: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a desk needs to join: a file for whoever sets it up, to be handed over as carefully as a key."""

    hub: str
    name: str
    address: Mapping[str, Any]
    door_key: bytes

    @property
    def text(self) -> str:
        """What stands in the file."""
        body = {
            "version": VERSION, "hub": self.hub, "name": self.name, "address": dict(self.address),
            "door_key": self.door_key.hex(),
        }  # fmt: skip
        return json.dumps(body, indent=1, ensure_ascii=False) + "\n"

    def save(self, path: Path) -> None:
        """Writes it to a file for its owner's eyes alone; `UserError` where that can't be."""
        with files_said_plainly(path):
            private.write_whole(path, self.text.encode())

    @property
    def check(self) -> str:
        """Words to compare over the telephone: both sides see the same where the file is the one that was
        made."""
        return words.of_digest(hashlib.sha256(self.text.encode()).digest())


def invitation_in(content: str) -> Invitation:
    """The invitation that the file holds; `UserError` for any other file, and for one of a newer program."""
    try:
        body = json.loads(content)
        if int(body["version"]) > VERSION:
            raise BadInvitation("This invitation was made by a newer program.", "Use that one to join.")
        return Invitation(
            str(body["hub"]), str(body["name"]), dict(body["address"]), bytes.fromhex(body["door_key"])
        )
    except (ValueError, KeyError, TypeError):
        raise BadInvitation("This is no invitation to a hub.", "Ask for the file once more.") from None


def bring(
    desk: Desk, link: Link, address: Mapping[str, Any], *, by: User, progress: Progress | None = None
) -> Invitation:
    """Brings a hub to the server, with everything on record; from now on it is one of many desks.

    Administrators of a sealed hub. What was cut short, or stopped by what `progress` raises, goes on the next
    time from where it was; until all is there the hub is its file's alone. The invitation for others.
    """
    unlocked = _administrator(desk, by)
    with desk.kept_from_others() as store:
        with store.reading() as connection:
            known, door_key = state.keys(connection), state.of(connection, "door_key")
        if not known:
            known, door_key = {1: boxes.new_key()}, boxes.new_key().hex()
            with store.writing() as connection:
                state.keep_keys(connection, known)
                state.note(connection, door_key=door_key)
        link.found(unlocked.hub)
        there = link.head()
        with store.reading() as connection:
            here = journal.head(connection)
            if there.seq > here.seq or journal.seal_of(connection, there.seq) != there.hash:
                raise UserError(
                    "Another hub lies on this server, or a newer record of this one.",
                    "Choose an empty database.",
                )
        shared_door.keep_in_step(store, link, unlocked)
    keys_since = 0  # all of them come with the first entries
    while True:
        # each part by itself: work at the desk goes on between them, and what it writes is brought too
        with desk.kept_from_others() as store:
            with store.reading() as connection:
                here = journal.head(connection)
            if there.seq == here.seq:
                with store.writing() as connection:
                    state.note(connection, address=json.dumps(dict(address)), hub=unlocked.hub)
                desk.share(link)
                break
            with store.reading() as connection:
                until = min(here.seq, there.seq + AT_A_TIME)
                batch = parcels.made(
                    connection, since=there.seq, until=until, keys_since=keys_since, keys=known
                )
                keys_since = parcels.last_key(connection)
                following = Head(until, journal.seal_of(connection, until))
        link.append(batch, expected=there)
        there = following
        if progress is not None:
            progress(there.seq, here.seq)
    all_desks.announce(desk, by=by, first=True)
    return invitation_of(desk, by=by)


def connected(desk: Desk, *, timeout: float = 5.0) -> ServerLink:
    """A link to the server on which this desk's hub lies. Raises `ServerTrouble` where it can't be used."""
    with desk.kept_from_others() as store, store.reading() as connection:
        address, hub = state.of(connection, "address"), state.of(connection, "hub")
    return ServerLink.open(Address.from_json(json.loads(address)), hub, timeout=timeout)


def link_of(invitation: Invitation, *, timeout: float = 5.0) -> ServerLink:
    """A link to the server that the invitation names, to join. Raises `ServerTrouble`, `BadAddress`."""
    return ServerLink.open(address_of(invitation), invitation.hub, timeout=timeout)


def address_of(invitation: Invitation) -> Address:
    """Where the invitation says that the server is. Raises `BadInvitation`, `BadAddress`."""
    try:
        return Address.from_json(invitation.address)
    except KeyError:
        raise BadInvitation(
            "This invitation doesn't say where the server is.", "Ask for the file once more."
        ) from None


def invitation_of(desk: Desk, *, by: User) -> Invitation:
    """An invitation to this shared hub; administrators."""
    unlocked = _administrator(desk, by)
    with desk.kept_from_others() as store, store.reading() as connection:
        address, door_key = state.of(connection, "address"), state.of(connection, "door_key")
    if not address:
        raise UserError("This hub lies on no server.", "Bring it to one first.")
    name = desk.ask(lambda queries: queries.hub().name)
    return Invitation(unlocked.hub, name, json.loads(address), bytes.fromhex(door_key))


def people_at(invitation: Invitation, link: Link) -> tuple[signing_in.WayIn, ...]:
    """Who can come in at the hub that one is invited to."""
    found = key_file.slots_in(_key_file(invitation, link))
    return tuple(
        signing_in.WayIn(slot.holder, slot.name, slot.opens)
        for slot in found.slots
        if slot.holder != slots.RECOVERY
    )


def join(
    path: Path,
    invitation: Invitation,
    link: Link,
    *,
    holder: str,
    secret: str,
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> tuple[Desk, Unlocked]:
    """Makes this desk's own store of the hub at `path`, from the server; the desk, and the opened slot.

    Whoever came in by their passphrase is signed in, and that the desk joined is on record; by a one-time
    word that is so once they have chosen one. What fails, or is stopped by what `progress` raises, leaves
    nothing at `path`; what was cut short by a power cut isn't there yet, or goes on at the next opening.

    `BadPath`; `BadInvitation` where it isn't this server's; raises as `slots.unlock` for a passphrase that
    isn't theirs, and `ServerTrouble`.
    """
    path = path.expanduser().absolute()
    refuse_taken(path)
    content = _key_file(invitation, link)
    known = key_file.slots_in(content)
    if known.hub != invitation.hub:
        raise BadInvitation("Another hub lies on this server.", "Ask for another invitation.")
    unlocked = slots.unlock(known, holder, secret)
    keys = parcels.keys_in(invitation.door_key, _door(link).box, data_keys=unlocked.data_keys)
    said = {
        "address": json.dumps(dict(invitation.address)), "hub": invitation.hub,
        "door_key": invitation.door_key.hex(), "door_file": content,
    }  # fmt: skip
    try:
        with _said_of_path(path):
            _begin(path, known, unlocked, keys=keys, said=said, clock=clock)
        desk = Desk.open(path, clock=clock, unlocked=unlocked)
        try:
            desk.share(link, progress=progress)
            if not unlocked.must_choose_a_passphrase:
                signing_in.sign_in(desk, unlocked)
        except BaseException:
            desk.close()
            raise
    except BaseException:
        backup.drop_new(path)
        raise
    return desk, unlocked


def _begin(
    path: Path,
    known: Slots,
    unlocked: Unlocked,
    *,
    keys: Mapping[int, bytes],
    said: Mapping[str, str],
    clock: Clock | None,
) -> None:
    """A store at `path` that has nothing of the hub yet, and knows whose it is: made beside first, so that
    what is there when it is cut short is never a hub of nobody."""
    part = path.with_name(f"{path.name}.joining")
    backup.drop_part(part)
    try:
        key_file.write(known, (key_file.beside(part),))
        with (
            Desk.open(part, clock=clock, unlocked=unlocked) as desk,
            desk.kept_from_others() as store,
            store.writing() as connection,
        ):
            state.keep_keys(connection, keys)
            state.note(connection, **said)
        key_file.write(known, slots_beside.copies_of(path))
        with opened_by(path, unlocked), held.alone(path):
            backup.put_in_place(path, part, now=(clock or system_clock)())
    finally:
        backup.drop_part(part)


def refuse_taken(path: Path) -> None:
    """`BadPath` where there is a hub at `path`, or what was kept of one that is gone."""
    path = path.expanduser().absolute()
    with _said_of_path(path):
        if path.exists():
            raise BadPath(f"There is a hub at {path} already.", "Open it, or choose another name.")
        if backup.remains_of(path):
            raise BadPath(
                f"There was a hub at {path}: what was kept of it is still there.", "Choose another name."
            )


@contextmanager
def _said_of_path(path: Path) -> Iterator[None]:
    """What the file system refuses is a `BadPath`."""
    try:
        with files_said_plainly(path):
            yield
    except BadPath:
        raise
    except UserError as error:
        raise BadPath(error.sentence, error.mend) from None


def take_home(desk: Desk, target: Path, *, by: User, reason: str) -> Path:
    """A copy of the hub that lies on no server, with everything on record: for when the server is given up,
    or to try something. Administrators."""
    _administrator(desk, by)
    target = target.expanduser().absolute()
    if target.exists():
        raise UserError(f"There is a file at {target} already.", "Choose another name.")
    known = slots_beside.read(desk.path).slots
    unlocked = desk.signs(by.id)
    assert unlocked is not None  # looked at above
    with desk.kept_from_others() as store:
        if store_waits(desk):
            raise UserError("Something done here isn't shared yet.", "Wait until the server is there again.")
        desk.perform(partial(all_desks.take_home, reason=reason), by=by)
        with ring.lent(target, unlocked):
            store.copy_to(target, but=state.forget)
    key_file.write(known, slots_beside.copies_of(target))
    return target


def store_waits(desk: Desk) -> bool:
    """Whether something that was done at this desk isn't shared yet."""
    return desk.sharing is not None and desk.sharing.standing().waiting > 0


def made_anew(
    path: Path,
    link: Link,
    *,
    unlocked: Unlocked,
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> Desk:
    """Makes this desk's store anew from the server, where the two are not the same any more; the desk, with
    its user signed in.

    What was done here and isn't on the server waits to be shared, and is held against what is there. The
    store that there was is moved aside, and nothing of it is lost. The hub must not be open. Where it fails,
    or what `progress` raises stops it, the store is as it was.
    """
    path = path.expanduser().absolute()
    part = path.with_name(f"{path.name}.anew")
    with opened_by(path, unlocked), held.alone(path):
        with closing(connect(path, read_only=True)) as old:
            known = {name: state.of(old, name) for name in state.KEPT_ANEW}
            keys, names = state.keys(old), state.renames(old)
            done = state.done(old, State.SHARED, State.FLAGGED, State.WAITING, State.RETURNED)
        backup.drop_part(part)
        try:
            key_file.write(slots_beside.read(path).slots, (key_file.beside(part),))
            with Desk.open(part, clock=clock, unlocked=unlocked) as desk:
                with desk.kept_from_others() as store, store.writing() as connection:
                    state.keep_keys(connection, keys)
                    state.note(connection, **known)
                    for one in done:
                        state.put(connection, _as_it_waits(one, names))
                desk.share(link, progress=progress)
            ways = key_file.slots_in(key_file.beside(part).read_bytes())
            key_file.write(ways, slots_beside.copies_of(path))
            backup.put_in_place(path, part, now=(clock or system_clock)())
        finally:
            backup.drop_part(part)
    desk = Desk.open(path, clock=clock, unlocked=unlocked)
    signing_in.sign_in(desk, unlocked)
    return desk


def _as_it_waits(one: Done, names: Mapping[str, str]) -> Done:
    """Something done here, for a store that is made anew: it waits, but for what came back. What the server
    has all the same is known by the ids of its entries."""
    if one.state is State.WAITING and names:
        content = to_json([renamed(each, names) for each in from_json(one.content)])
        tried = tuple((kind, renamed_in(dict(body), names)) for kind, body in one.tried)
        return replace(one, content=content, tried=tried)
    if one.state in (State.SHARED, State.FLAGGED) and one.content:
        return replace(one, state=State.WAITING, why="", mend="")
    return one


def _door(link: Link) -> SharedDoor:
    found = link.newest_door()
    if found is None:
        raise BadInvitation("No hub lies on this server.", "Ask for another invitation.")
    return found


def _key_file(invitation: Invitation, link: Link) -> str:
    door = _door(link)
    try:
        return parcels.key_file_in(invitation.door_key, door.box)
    except UserError as error:
        raise BadInvitation(error.sentence, error.mend) from None


def _administrator(desk: Desk, by: User) -> Unlocked:
    if MAY["share_hub"].of(by.roles) is None:
        raise NotAllowed("Only an administrator can do this.", "Ask one of them.", "A4")
    unlocked = desk.signs(by.id)
    if unlocked is None:
        raise NotAllowed("Only a sealed hub can lie on a server.", "Seal it first, then sign in.")
    return unlocked


__all__ = [
    "BadInvitation", "BadPath", "Invitation", "Link", "address_of", "bring", "connected", "invitation_in",
    "invitation_of", "join", "link_of", "made_anew", "people_at", "refuse_taken", "take_home",
]  # fmt: skip
