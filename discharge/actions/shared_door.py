"""The key file of a hub on a server: it lies there, sealed, so that a way in that is made or closed at one
desk is so at all. What two desks changed at once is brought together by whose way in it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from discharge.actions import slots_beside
from discharge.keys import boxes, key_file, slots
from discharge.keys.slots import Slot, Slots, Unlocked
from discharge.store.file.database import Store
from discharge.store.journal import HeadMoved
from discharge.store.server import parcels, state
from discharge.store.server.rows import SharedDoor

TRIES = 10


class DoorLink(Protocol):
    """What is asked of a connection about the door."""

    def newest_door(self) -> SharedDoor | None: ...
    def put_door(self, number: int, box: bytes) -> None: ...


def keep_in_step(store: Store, link: DoorLink, unlocked: Unlocked | None) -> None:
    """Takes the ways in that others made or closed, and gives those of here, once somebody is signed in.

    Raises `ServerTrouble` where the server can't be used; `UserError` where what lies there isn't this hub's.
    """
    for _ in range(TRIES):
        with store.reading() as connection:
            door_key = bytes.fromhex(state.of(connection, "door_key"))
            last, known = state.of(connection, "door_file"), state.keys(connection)
        newest = link.newest_door()
        theirs = None if newest is None else key_file.slots_in(parcels.key_file_in(door_key, newest.box))
        mine = slots_beside.read(store.path).slots
        before = key_file.slots_in(last) if last else mine
        merged = mine if theirs is None else brought_together(before, mine, theirs)
        if unlocked is not None:
            unlocked = slots.with_keys_since(merged, unlocked)
            merged = slots.completed(merged, by=unlocked)
        if _ways(merged) != _ways(mine):
            key_file.write(merged, slots_beside.copies_of(store.path))
        ring, generation = dict(known), 0
        door = 0 if newest is None else parcels.generation_of(door_key, newest.box)
        if unlocked is not None:
            generation = max(unlocked.data_keys)
            if newest is not None and door in unlocked.data_keys:
                ring |= parcels.keys_in(door_key, newest.box, data_keys=unlocked.data_keys)
            if generation > max(ring, default=0):
                # another data key: what is written from now on is sealed by another key there too
                ring[generation] = boxes.new_key()
        number = 0 if newest is None else newest.number
        lacks = ring.keys() - (
            frozenset() if newest is None else parcels.generations_in(door_key, newest.box)
        )
        gives = theirs is None or _ways(merged) != _ways(theirs) or bool(lacks)
        # never by an older data key than it is sealed by: whoever has lost that would read it again
        gives_it = unlocked is not None and generation >= door
        if gives and unlocked is not None and gives_it:
            box = parcels.door(
                door_key, key_file=key_file.text_of(merged), keys=ring,
                data_key=unlocked.data_keys[generation], generation=generation,
            )  # fmt: skip
            try:
                link.put_door(number + 1, box)
            except HeadMoved:
                continue
        if ring != known or key_file.text_of(merged) != last:
            with store.writing() as connection:
                state.keep_keys(connection, ring)
                if not gives or gives_it:
                    state.note(connection, door_file=key_file.text_of(merged))
        return


def brought_together(before: Slots, mine: Slots, theirs: Slots) -> Slots:
    """The ways in of here, with what others changed since the two were the same; each way in whole.

    Where both changed the same, that of here stands. Which data key is in use is each store's own.
    """
    was, here, there = _ways(before), _ways(mine), _ways(theirs)
    holders = dict.fromkeys((*here, *there))
    kept = [
        here.get(holder) if here.get(holder) != was.get(holder) else there.get(holder) for holder in holders
    ]
    return replace(mine, slots=tuple(slot for slot in kept if slot is not None))


def _ways(slots: Slots) -> dict[str, Slot]:
    return {slot.holder: slot for slot in slots.slots}


__all__ = ["DoorLink", "brought_together", "keep_in_step"]
