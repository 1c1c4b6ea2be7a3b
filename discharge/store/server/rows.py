"""What the server keeps, row by row. It can read none of the boxes: they are sealed before they come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from discharge.store.journal import Head


@dataclass(frozen=True, slots=True)
class SharedEntry:
    """An entry of the shared journal: its number, its seal, the seal before it, and the sealed rest.

    `generation` says by which of the hub's data keys the box is sealed.
    """

    seq: int
    hash: str
    prev: str
    generation: int
    box: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A kept file under its SHA-256; `seq` is the entry that brought it, `size` that of the open content."""

    sha256: str
    seq: int
    size: int
    generation: int
    box: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SharedKey:
    """The key that seals what names one person, itself sealed; `seq` is the entry that brought it."""

    owner: str
    seq: int
    generation: int
    box: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries in order, with the files and keys that they brought."""

    entries: tuple[SharedEntry, ...] = ()
    files: tuple[SharedFile, ...] = ()
    keys: tuple[SharedKey, ...] = ()

    @property
    def head(self) -> Head | None:
        """The last entry's number and seal; None where there is no entry."""
        return Head(self.entries[-1].seq, self.entries[-1].hash) if self.entries else None


@dataclass(frozen=True, slots=True)
class SharedDoor:
    """A version of the hub's sealed key file; the newest is the one that counts."""

    number: int
    box: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SharedDesk:
    """A desk of the hub; `closed` is the entry that closed it, None while it may write."""

    id: str
    box: bytes = field(repr=False)
    closed: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What the server told: that the journal moved to the entry `head`, that there is another key file at
    the `door`, or something that a desk said.

    What is said is gone once heard, and may be lost: nothing may rest on it.
    """

    head: int | None = None
    said: bytes | None = None
    door: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What a server is and how it stands.

    `is_standby`: it follows another and can't be written to. `lag` is by how many seconds it is behind;
    None where it isn't a standby or has nothing yet. `clock` is the server's. `settings` are those that
    decide what a power cut or a lost disk costs, by PostgreSQL's names. `standbys` are those that follow this
    one: their name, state, and how many bytes they are behind, as far as the role may see them.
    """

    server: str
    schema: int
    least_writer: int
    hub: str | None
    tls: str | None
    role: str
    is_standby: bool
    lag: float | None
    clock: datetime
    settings: Mapping[str, str]
    standbys: tuple[tuple[str, str, int | None], ...] = ()


__all__ = ["Batch", "Facts", "Heard", "SharedDesk", "SharedDoor", "SharedEntry", "SharedFile", "SharedKey"]
