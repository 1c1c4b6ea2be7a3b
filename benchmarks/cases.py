"""Real-sized cases to measure on: made from public data where it is at hand beside the project."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@dataclass(frozen=True, slots=True)
class Sized:
    """A case of one size; `limit_s` is the goal for its whole planning, in seconds; None: no goal."""

    name: str
    area: str
    people: int
    limit_s: float | None


SIZES = (
    Sized("bhr", "Barking and Dagenham+Havering+Redbridge", 40, 5.0),
    Sized("kent", "Kent+Medway", 150, 30.0),
    Sized("london", "London", 500, None),
    Sized("england", "England", 3000, None),
)


def made(size: Sized, folder: Path) -> Path | None:
    """The case's file, made anew in `folder`; None where the data isn't at hand."""
    maker = SHARED / "tools" / "real_case.py"
    if not maker.is_file():
        return None
    file = folder / f"{size.name}.json"
    with file.open("wb") as out:
        subprocess.run([sys.executable, str(maker), size.area, str(size.people), "1"], stdout=out, check=True)
    return file
