"""How a change that waits for a second person's word is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from discharge.words import terms

WAITS = "waits for somebody else's word"
ALONE = "Confirmed by nobody: only one person was here."


def fee_words(fee: float | None) -> str:
    """`£1,400`, or `not known`."""
    return "not known" if fee is None else terms.pounds(fee)


def change_words(change: Mapping[str, Any]) -> str:
    """`The weekly fee from £900 to £1,400`, of what an entry says that it changes."""
    if change["what"] == "rules":
        return "The approval rules"
    if change["was"] is None:
        return f"The first weekly fee, {fee_words(change['wanted'])}"
    return f"The weekly fee from {fee_words(change['was'])} to {fee_words(change['wanted'])}"
