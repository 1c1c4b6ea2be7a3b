"""The reports with pictures of England's hub: asked of the store, and made a PDF.

Usage: `python -m benchmarks.desk.reports HUB [RUNS]`, a hub of `benchmarks.desk.large_hub`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from PySide6.QtGui import QPdfWriter
from PySide6.QtWidgets import QApplication

from benchmarks.timing import median, repeated, tell, timed
from discharge.actions.desk import Desk
from discharge.model.shown.pictures import Pictures
from discharge.paths import resources
from discharge.reports.pictures import DAYS, pictures_of
from discharge.store.ask.queries import Queries
from ui.frame.print_commands import DOTS_PER_INCH
from ui.reports.pictures_pages import PicturesPages
from ui.theme.theme import Theme


def asked(queries: Queries) -> Pictures:
    """The reports of the four weeks up to today."""
    return pictures_of(queries.pictures(queries.today - timedelta(DAYS - 1), queries.today))


def written(path: Path, found: Pictures, family: str) -> int:
    """Writes the PDF; how many pages it has."""
    writer = QPdfWriter(str(path))
    writer.setResolution(DOTS_PER_INCH)
    return PicturesPages(found, writer, who="", family=family).draw()


def main(hub: Path, runs: int) -> None:
    """Measures both."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    family = Theme(resources=resources()).font().family()
    with Desk.open(hub) as desk, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reports.pdf"
        asking = median(repeated(lambda: desk.ask(asked), runs=runs, budget=60))
        found = desk.ask(asked)
        _, pages = timed(lambda: written(path, found, family))
        writing = median(repeated(lambda: written(path, found, family), runs=runs, budget=60))
        size = path.stat().st_size
    tell(
        {
            "asked_s": round(asking, 3),
            "pdf_s": round(writing, 3),
            "pages": pages,
            "pdf_kb": size // 1024,
            "charts": len(found.charts),
        }
    )
    application.quit()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3)
