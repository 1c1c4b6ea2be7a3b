"""Regions of NHS England, and the integrated care boards (ICBs) founded in each: names to choose from.

A region is one of the list; a board may be another, as boards merge.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache

from discharge.paths import resources


@lru_cache(maxsize=1)
def _by_region() -> Mapping[str, tuple[str, ...]]:
    rows = tomllib.loads((resources() / "care_boards.toml").read_text(encoding="utf-8"))["region"]
    return {
        one["name"]: tuple(f"NHS {board} Integrated Care Board" for board in one["boards"]) for one in rows
    }


def regions() -> tuple[str, ...]:
    """The regions of NHS England, by name."""
    return tuple(_by_region())


def boards() -> tuple[str, ...]:
    """The boards that were founded on 1 July 2022, whole names, by name."""
    return tuple(sorted(board for some in _by_region().values() for board in some))


def one_region(text: str) -> str:
    """The region of the list that `text` names, whatever its case; empty where it is none."""
    return next((name for name in regions() if name.casefold() == " ".join(text.split()).casefold()), "")


def region_of(board: str) -> str:
    """The region of a board of the list, however its name is written; empty for any other."""
    short = _folded(board)
    found = (region for region, some in _by_region().items() for one in some if _folded(one) == short)
    return next(found, "")


def one_board(text: str) -> str:
    """The whole name of a board of the list; any other as it was written."""
    return next((one for one in boards() if _folded(one) == _folded(text)), " ".join(text.split()))


def _folded(name: str) -> str:
    words = re.sub(r"[^a-z0-9]+", " ", name.casefold().replace("&", " and ")).strip()
    return re.sub(r"^nhs | (?:icb|integrated care board)$", "", words)


__all__ = ["boards", "one_board", "one_region", "region_of", "regions"]
