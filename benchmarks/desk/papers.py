"""Each paper of the demo hub made from the record, and as a PDF.

Usage: `python -m benchmarks.desk.papers HUB [RUNS]`, a demo hub.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from benchmarks.timing import median, repeated, tell
from discharge.actions.desk import Desk
from discharge.actions.papers import paper_now
from discharge.model.london import london_date
from discharge.model.paper import Paper, PaperKind
from discharge.model.shown.papers import IssuedPaper
from discharge.paths import resources
from discharge.store.ask.queries import Queries
from ui.frame.paper_pages import pdf_of
from ui.theme.theme import Theme


def found_in(queries: Queries) -> dict[PaperKind, str]:
    """Of each kind the first paper that can be issued: what it is about."""
    found = {}
    for row in queries.moves():
        for kind in (PaperKind.OFFER, PaperKind.HANDOVER, PaperKind.APPROVAL):
            if kind not in found and paper_now(queries, kind=kind, about=row.id).can_be_issued:
                found[kind] = row.id
    return {**found, PaperKind.TRANSPORT: london_date(queries.now).isoformat()}


def drawn(at: Queries, *, paper: Paper, font: QFont) -> int:
    """The paper as PDF; how many pages it has."""
    issued = IssuedPaper(
        id="D-00001", kind=paper.kind, about=paper.about, version=1, seal=paper.seal(),
        patient=paper.patient, setting=paper.to_setting, to=paper.to, at=at.now, by="Jo Marsh",
    )  # fmt: skip
    return pdf_of(issued, paper, hub="A hub", font=font)[1]


def main(hub: Path, runs: int) -> None:
    """Measures every kind."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    font = Theme(resources=resources()).font()
    facts = {}
    with Desk.open(hub) as desk:
        for kind, about in desk.ask(found_in).items():
            make = partial(paper_now, kind=kind, about=about)
            paper = desk.ask(make)
            made = median(repeated(partial(desk.ask, make), runs=runs, budget=20))
            draw = partial(desk.ask, partial(drawn, paper=paper, font=font))
            pdf = median(repeated(draw, runs=runs, budget=20))
            facts[kind.words] = {"made_ms": 1000 * made, "pdf_ms": 1000 * pdf, "pages": draw()}
    tell({"kinds": facts})
    application.quit()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3)
