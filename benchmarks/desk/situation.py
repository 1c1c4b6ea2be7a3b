"""The Situation of England's hub: of today, and told from the record, of yesterday.

Usage: `python -m benchmarks.desk.situation HUB [RUNS]`, a hub of `benchmarks.desk.large_hub`.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from benchmarks.timing import median, repeated, tell, timed
from discharge.actions.desk import Desk
from discharge.actions.situation import situation, situation_on, situation_xlsx
from discharge.model.london import london_date
from discharge.model.shown.situation import Of


def main(hub: Path, runs: int) -> None:
    """The first answer stands for itself: nothing is remembered before it."""
    with Desk.open(hub) as desk:
        first, found = timed(lambda: desk.ask(situation))
        again = median(repeated(lambda: desk.ask(situation), runs=runs, budget=60))
        yesterday = london_date(desk.now()) - timedelta(1)
        back, _ = timed(lambda: situation_on(desk, yesterday))
        written, content = timed(lambda: situation_xlsx(found))
    tell(
        {
            "people": len(found.counted[Of.PEOPLE]),
            "homes": len(found.table("homes").rows),
            "first_s": round(first, 3),
            "again_s": round(again, 3),
            "back_s": round(back, 3),
            "workbook_s": round(written, 3),
            "workbook_kb": len(content) // 1024,
        }
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3)
