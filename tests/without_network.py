"""Programs that tests start where no network can be reached, and what they tried all the same."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tests.offline.sitecustomize import FOLDER

GUARD = Path(__file__).parent / "offline"


def without_network(environment: Mapping[str, str], seen: Path) -> dict[str, str]:
    """That environment, in which Python and every Python that it starts refuses all networks."""
    seen.mkdir()
    paths = [str(GUARD), *filter(None, [environment.get("PYTHONPATH")])]
    return {**environment, "PYTHONPATH": os.pathsep.join(paths), FOLDER: str(seen)}


def tried(seen: Path) -> list[list[str]]:
    """What each process that was kept so tried, process by process."""
    return [file.read_text("utf-8").splitlines() for file in seen.iterdir()]
