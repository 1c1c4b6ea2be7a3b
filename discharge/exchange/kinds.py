"""What kind a file is, by what stands in it: the names of its columns, wherever they stand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from discharge.exchange.csv_reading import OpenedFile, Progress
from discharge.exchange.table_file import Columns, how_it_begins, name_key
from discharge.model.errors import BrokenFile, Fault
from discharge.words.counts import listing

ENOUGH = 0.5
"""Of the columns that a kind must have, so many have to be named: what is missing is said on reading it."""

_KNOWN_OTHERWISE: tuple[tuple[str, frozenset[str], str], ...] = (
    (
        "a Capacity Tracker file about home care, which has no beds",
        frozenset({"serviceusercount"}),
        "choose the one about care homes",
    ),
)
"""Files that are taken for others, and aren't read: what they are, by which columns, and the mend."""


class NoOneKind(BrokenFile):
    """A file that can be read and whose columns are of no kind, or of two alike."""


def kind_of(source: Path | bytes, kinds: Mapping[str, Columns], *, progress: Progress | None = None) -> str:
    """The kind whose columns the file names most of.

    `NoOneKind` where it is none of them, or could be two: somebody has to say which.
    """
    file = OpenedFile(source, progress=progress)
    best: dict[str, tuple[int, int]] = {}
    first: list[str] = []
    for _, records in file.tops():
        for record in records:
            keys = {name_key(cell) for cell in record.cells if cell.strip()}
            first = first or [cell.strip() for cell in record.cells if cell.strip()]
            for kind, columns in kinds.items():
                known = columns.known()
                named = {known[key] for key in keys if key in known}
                found = (len(named & {*columns.required}), len(named))
                best[kind] = max(best.get(kind, (0, 0)), found)
            for what, columns_of, mend in _KNOWN_OTHERWISE:
                if columns_of <= keys and not _is_one(keys, kinds):
                    _refuse(f"is {what}", mend)
        if file.book is not None and any(
            kind_named == len(kinds[kind].required) for kind, (kind_named, _) in best.items()
        ):
            break  # the sheets after it may hold hundreds of megabytes
    shares = sorted(
        ((named / len(kinds[kind].required), more, kind) for kind, (named, more) in best.items()),
        reverse=True,
    )
    likely = [kind for share, _, kind in shares if share >= ENOUGH]
    if not likely:
        nouns = listing(list(dict.fromkeys(columns.noun for columns in kinds.values())), "or", most=12)
        said = f"is no {nouns} by its columns{how_it_begins(first)}"
        raise NoOneKind([Fault("(file)", said, "say what it is, or give its columns their names")])
    if len(likely) > 1 and shares[0][:2] == shares[1][:2]:
        nouns = listing([kinds[kind].noun for kind in likely[:2]], "or")
        raise NoOneKind([Fault("(file)", f"could be a {nouns} by its columns", "say which it is")])
    return likely[0]


def _is_one(keys: set[str], kinds: Mapping[str, Columns]) -> bool:
    """Whether all is there that a kind must have."""
    return any({name_key(name) for name in columns.required} <= keys for columns in kinds.values())


def _refuse(what: str, mend: str) -> NoReturn:
    raise BrokenFile([Fault("(file)", what, mend)])
