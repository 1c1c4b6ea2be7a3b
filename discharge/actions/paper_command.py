"""`discharge paper`: a paper that was issued, written as a file without a window."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TextIO

from discharge.actions.door import add_door_arguments, desk_at_door
from discharge.actions.papers import fhir_document, newest
from discharge.actions.whole_files import save
from discharge.model.errors import UserError
from discharge.model.paper import PaperKind
from discharge.store.ask.queries import Queries
from discharge.words.counts import sentence_case

FHIR_ENDING = ".fhir.json"


def add_paper_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `discharge paper`, for `run_paper`."""
    parser.add_argument("hub", type=Path, metavar="HUB", help="the hub's file")
    parser.add_argument("about", metavar="ABOUT", help="a placement, L-0001; of a transport sheet the day")
    parser.add_argument("kind", choices=[kind.value for kind in PaperKind], help="which paper")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE",
        help=f"as FHIR document where it ends in {FHIR_ENDING}, else .json; PDF is saved in the window",
    )  # fmt: skip
    add_door_arguments(parser)


def run_paper(args: argparse.Namespace, *, out: TextIO | None = None) -> int:
    """`discharge paper`: 0 written; `UserError` where none was issued or the file can't be written."""
    if not args.hub.exists():
        raise UserError(f"There is no hub at {args.hub}.", "Check the path.")
    name = args.out.name.lower()
    if not name.endswith(".json"):
        raise UserError(f"{args.out.name} doesn't end in .json.", "Save it as PDF in the window.")
    with desk_at_door(args.hub, args) as (desk, _who):
        version, content = desk.ask(
            lambda queries: _content(
                queries, args.about, PaperKind(args.kind), as_fhir=name.endswith(FHIR_ENDING)
            )
        )
    save(args.out, content)
    (out or sys.stdout).write(f"{version}: {args.out}.\n")
    return 0


def _content(queries: Queries, about: str, kind: PaperKind, *, as_fhir: bool) -> tuple[str, bytes]:
    found = newest(queries, about, kind)
    if found is None:
        raise UserError(f"No {kind.words} about {about} was issued.", "Issue it in the window first.")
    issued, paper = found
    said = f"{sentence_case(kind.words)} {about}, version {issued.version}"
    return said, fhir_document(queries, issued.id) if as_fhir else paper.content()
