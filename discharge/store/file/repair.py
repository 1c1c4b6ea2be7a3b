"""A store put together anew: each entry from wherever it is sound, the tables made from them.

Sources are the store's own file, what was moved aside of it, and its backups. An entry counts where its
seal is right and it follows the one before, so it doesn't matter which file it was found in. Nothing is
deleted: the file that stood there is moved aside.
"""

from __future__ import annotations

import copy
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from discharge.keys.places import is_sealed
from discharge.model.errors import UserError
from discharge.store import driver, journal
from discharge.store.driver import Connection, Database
from discharge.store.file import backup, following, held, migrations, private, soundness
from discharge.store.file.connection import connect
from discharge.store.file.faults import DamagedStore, files_said_plainly, said_plainly
from discharge.store.journal import Head
from discharge.store.personal import as_meant
from discharge.store.signed import Signatures
from discharge.words.counts import count_words

_NAMES = tuple(name.strip() for name in journal.COLUMNS.split(","))
Row = tuple[object, ...]
_COLUMNS = (
    "seq, id, kind, subject, happened_at, recorded_at, user, user_name, role, given, body, prev_hash, hash"
)
_INSERT = f"INSERT INTO journal ({_COLUMNS}, signature) VALUES ({', '.join('?' * 14)})"


@dataclass(frozen=True, slots=True)
class Repaired:
    """What mending came to: the entries that are in the store now, those known to be lost, and the old file.

    `files_lost`: kept files (cases and plans) that no source has whole.
    """

    entries: int
    lost: int
    files_lost: int
    aside: Path | None

    @property
    def sentence(self) -> str:
        """What came of it, for whoever asked."""
        said = [
            f"The hub was put together from its record: {self.entries:,} entries, and tables that follow."
        ]
        if self.lost:
            entries = count_words(self.lost, "entry was", "entries were")
            said.append(
                f"The last {entries} found nowhere whole: see what happened after the last entry "
                "on record, and enter it again."
            )
        if self.files_lost:
            word = "A file of a stored plan is" if self.files_lost == 1 else "Files of stored plans are"
            said.append(f"{word} lost ({self.files_lost:,}).")
        if self.aside is not None:
            said.append(f"The file as it was is kept as {self.aside.name}.")
        return " ".join(said)


def repair(store: Path, *, now: datetime) -> Repaired:
    """Puts the store together anew, in its place; the file that stood there is moved aside.

    `StoreLocked` where a window has it open; `DamagedStore` where not one entry is to be found: then nothing
    was changed.
    """
    store = store.expanduser().absolute()
    with files_said_plainly(store), said_plainly(store), held.alone(store):
        paths = [path for path in (store, *backup.asides_of(store)) if path.is_file()]
        paths += [one.path for one in backup.backups_of(store)]
        part = store.with_name(f"{store.name}.restoring")
        part.unlink(missing_ok=True)
        private.make_file(part)
        with ExitStack() as stack:
            left = backup.given_up(store)
            sources = [
                source
                for path in paths
                if (source := _opened(path, stack)) is not None
                and (path == store or _head(source) not in left)
            ]
            new = stack.enter_context(closing(connect(part)))
            new.execute("PRAGMA synchronous = FULL")
            migrations.migrate(Database(new), back_up=lambda _why: None)
            new.execute("BEGIN IMMEDIATE")
            entries = _entries(new, sources)
            if not entries:
                raise DamagedStore(
                    f"Not one entry of {store.name} is to be found whole, in it or in a backup.",
                    "Keep the files: somebody with the means may read more of them.",
                )
            _keys(new, sources)
            files_lost = _files(new, sources)
            try:
                following.make_anew(new)
            except (ValueError, KeyError, TypeError, driver.Error):
                raise UserError(
                    f"The record of {store.name} was written by another version of the program.",
                    "Mend it with the newer one. Nothing was changed.",
                ) from None
            new.execute("COMMIT")
            found = soundness.examined(new, signed=is_sealed(store))
            lost = max(0, _last_known(store, sources) - entries)
        # without its lost files a store is unsound, and as whole as it can be: that is said, not refused
        if not found.is_sound and not files_lost:
            raise DamagedStore(f"{store.name} could not be mended: {found.sentences[0]}", "Restore a backup.")
        aside = backup.put_in_place(store, part, now=now)
    return Repaired(entries, lost, files_lost, aside)


def _opened(path: Path, stack: ExitStack) -> Connection | None:
    """The file to read from; None where it is no hub any more."""
    connection = stack.enter_context(closing(connect(path, read_only=True)))
    try:
        connection.execute("SELECT 1 FROM journal NOT INDEXED LIMIT 1").fetchall()
    except driver.Error:
        return None
    # damage may have made any bytes of a text: its seal will tell, not the decoder
    connection.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
    return connection


def _head(source: Connection) -> Head | None:
    """The last entry of a source. What was left behind by restoring an earlier backup doesn't come back."""
    with suppress(driver.Error, TypeError):
        row = source.execute("SELECT seq, hash FROM journal NOT INDEXED ORDER BY seq DESC LIMIT 1").fetchone()
        return Head(*row) if row else None
    return None


def _entries(new: Connection, sources: list[Connection]) -> int:
    """Writes the sound entries in their order; how many there are."""
    last, seal, signatures = 0, journal.START, Signatures()
    while True:
        best: list[Row] = []
        for source in sources:
            rows = list(_sound_after(source, last, seal, copy.deepcopy(signatures)))
            # the source that goes on furthest: what it has follows, so the next round takes up there
            best = rows if len(rows) > len(best) else best
            if len(rows) >= _AT_ONCE:
                break
        if not best:
            return last
        new.executemany(_INSERT, best)
        for row in best:
            signatures.knowing(dict(zip(_NAMES, row, strict=False)))
        last, seal = last + len(best), str(best[-1][-2])


_AT_ONCE = 2_000


def _sound_after(source: Connection, last: int, seal: str, signatures: Signatures) -> Iterator[Row]:
    """The source's entries from the next one on, as long as they are sound, follow, and are signed as they
    have to be."""
    # not by an index, here and elsewhere: an index that is damaged hides rows that are sound
    signatures.plain = partial(as_meant, source)
    with suppress(driver.DatabaseError):
        sql = (
            f"SELECT {_COLUMNS}, {journal.signature_column(source)} FROM journal NOT INDEXED"
            f" WHERE seq > ? ORDER BY seq LIMIT {_AT_ONCE}"
        )
        for row in source.execute(sql, (last,)):
            *columns, stored, signature = row
            if columns[0] != last + 1 or columns[-1] != seal or not journal.is_sealed(columns, stored):
                return
            if signatures.fault(dict(zip(_NAMES, columns, strict=False)), stored, signature):
                return
            yield row
            last, seal = last + 1, stored


def _files(new: Connection, sources: list[Connection]) -> int:
    """Writes the kept files that the entries name; how many of them no source has whole."""
    lost = 0
    for name in journal.files_named(new):
        content = next((found for source in sources if (found := _file(source, name)) is not None), None)
        if content is None:
            lost += 1
        else:
            journal.keep_as_it_is(new, name, *content)
    return lost


def _file(source: Connection, name: str) -> tuple[int, bytes] | None:
    """What a source keeps of a file, where it is whole: sealed as it is, if it is."""
    try:
        kept = journal.file_as_it_is(source, name)
        sound = hashlib.sha256(journal.read_file(source, name)).hexdigest() == name
    except journal.Erased:
        sound = True
    except (KeyError, TypeError, ValueError, zlib.error, driver.Error):
        return None
    return kept if sound else None


def _keys(new: Connection, sources: list[Connection]) -> None:
    """The keys of people that any source has, but of those who were erased."""
    gone = journal.erased(new)
    for source in sources:
        with suppress(driver.Error):
            rows = source.execute("SELECT owner, key FROM person_keys NOT INDEXED").fetchall()
            new.executemany(
                "INSERT OR IGNORE INTO person_keys (owner, key) VALUES (?, ?)",
                [row for row in rows if row[0] not in gone],
            )


def _last_known(store: Path, sources: list[Connection]) -> int:
    """The number of the last entry that there is known to have been."""
    seen = backup.last_seen(store)
    known = [seen.head.seq if seen is not None else 0]
    for source in sources:
        with suppress(driver.Error, TypeError):
            known.append(int(source.execute("SELECT MAX(seq) FROM journal NOT INDEXED").fetchone()[0] or 0))
    return max(known)
