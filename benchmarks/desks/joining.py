"""How long a desk takes to join a large hub, in a process of its own.

python -m benchmarks.desks.joining INVITATION FOLDER HOLDER SECRET
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks.timing import peak_mb, tell, timed
from discharge.actions.sharing import invitation_in, join, link_of


def main(arguments: list[str]) -> None:
    """Joins and tells."""
    invitation = invitation_in(Path(arguments[0]).read_text("utf-8"))
    told: list[tuple[int, int]] = []
    path = Path(arguments[1]) / "Hub.discharge"

    def joined() -> int:
        desk, _opened = join(
            path, invitation, link_of(invitation), holder=arguments[2], secret=arguments[3],
            progress=lambda done, there: told.append((done, there)),
        )  # fmt: skip
        with desk:
            return desk.ask(lambda queries: len(queries.setting_names()))

    computed = time.process_time()
    seconds, settings = timed(joined)
    computed = time.process_time() - computed
    entries = told[-1][0] if told else 0
    tell({
        "seconds": round(seconds, 1), "computed_s": round(computed, 1), "entries": entries,
        "told": len(told), "settings": settings,
        "peak_mb": peak_mb(),
    })  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
