"""Everything out again: the whole hub as one JSON file, and a CSV file for each kind of thing."""

from __future__ import annotations

import argparse
import base64
import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from discharge import __version__, in_place
from discharge.actions.desk import Desk
from discharge.actions.door import desk_at_door
from discharge.exchange.all_out import columns_out
from discharge.exchange.csv_writing import write_csv
from discharge.model.errors import NotAllowed, UserError
from discharge.model.london import LONDON
from discharge.rules.may import MAY
from discharge.store.ask.everything import Everything
from discharge.store.ask.queries import Queries
from discharge.store.file.migrations import CURRENT
from discharge.words.counts import count_words

FORMAT = "discharge-hub/1"
WHOLE = "hub.json"
"""The one file that has everything."""


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What was written: where, and how many rows each file has."""

    folder: Path
    rows: Mapping[str, int]

    @property
    def sentence(self) -> str:
        """What was written, in a sentence."""
        nouns = {
            "patients": ("person", "people"), "settings": ("setting",), "placements": ("placement",),
            "journal": ("entry", "entries"),
        }  # fmt: skip
        counts = [count_words(self.rows[table], *noun) for table, noun in nouns.items()]
        return f"Everything is in {self.folder.name}: {', '.join(counts)}."


def folder_for(desk: Desk, parent: Path) -> Path:
    """A new folder in `parent`, named after the hub's file and the time."""
    return parent / f"{desk.path.stem} {desk.now().astimezone(LONDON):%Y-%m-%d %H%M}"


def take_all_out(desk: Desk, folder: Path) -> TakenOut:
    """Writes the whole hub into a folder that isn't there yet: all of it, or nothing.

    `UserError` where the folder is there already, or can't be written.
    """
    if folder.exists():
        raise UserError(f"{folder.name} is there already.", "Name a folder that doesn't exist yet.")
    beside = folder.with_name(f"{folder.name}.part")
    try:
        # for its owner's eyes alone, as the hub itself
        beside.mkdir(mode=0o700, parents=True)
        rows = desk.ask_aside(lambda queries: _write(queries, beside))
        in_place.put(beside, folder)
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        raise UserError(f"{folder.name} can't be written: {why}.", "Choose another folder.") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return TakenOut(folder, rows)


def _write(queries: Queries, folder: Path) -> dict[str, int]:
    there = queries.everything()
    rows = {table: _write_table(there, table, folder / f"{table}.csv") for table in there.columns}
    with (folder / WHOLE).open("w", encoding="utf-8", newline="\n") as into:
        for piece in _as_json(queries, there):
            into.write(piece)
    return rows


def _write_table(there: Everything, table: str, path: Path) -> int:
    columns = columns_out(table, there.columns[table])
    rows = ([column.of(record) for column in columns] for record in there.records(table))
    with path.open("w", encoding="utf-8-sig", newline="") as into:
        return write_csv(into, [column.name for column in columns], rows)


def _as_json(queries: Queries, there: Everything) -> Iterator[str]:
    """The pieces of the JSON file: a line for each row, so that it can be read line by line too."""
    about = {
        "format": FORMAT, "written_by": __version__, "store_version": CURRENT,
        "as_at": queries.now.isoformat(), "hub": queries.hub().name,
    }  # fmt: skip
    for name, value in about.items():
        yield f"{'{' if name == 'format' else ','}{json.dumps(name)}:{_json(value)}\n"
    yield ',"tables":{\n'
    for at, table in enumerate(name for name in there.columns if name != "journal"):
        yield f"{',' if at else ''}{json.dumps(table)}:["
        yield from _lines(there.records(table))
        yield "]\n"
    yield '}\n,"journal":['
    yield from _lines(there.records("journal"))
    yield ']\n,"files":['
    yield from _lines({"sha256": name, **_content(content)} for name, content in there.files())
    yield "]}\n"


def _lines(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for at, record in enumerate(records):
        yield f"{',' if at else ''}\n{_json(record)}"


def _content(content: bytes | None) -> dict[str, object]:
    if content is None:
        return {"erased": True}
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def run_out(args: argparse.Namespace, *, out: TextIO | None = None) -> int:
    """`discharge out`: 0 written; `UserError` where the hub can't be read or the folder not written."""
    if not args.hub.exists():
        raise UserError(f"There is no hub at {args.hub}.", "Check the path.")
    with desk_at_door(args.hub, args) as (desk, who):
        if who is not None and MAY["take_all_out"].of(who.roles) is None:
            raise NotAllowed("Only an administrator can do this.", "Ask one of them.", "A4")
        done = take_all_out(desk, args.folder)
    into = out or sys.stdout
    into.write(f"{done.sentence}\n")
    for table, count in done.rows.items():
        into.write(f"{count:>8,}  {table}.csv\n")
    return 0
