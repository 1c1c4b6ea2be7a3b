"""Needs as forms take them: ticks for those that have a word, a line of text for the others."""

from __future__ import annotations

from collections.abc import Sequence

from discharge.model.errors import UserError
from discharge.model.identifiers import ods_code
from discharge.model.patient import SHIPPED_NEEDS


def read_needs(ticked: Sequence[str], typed: str | None) -> tuple[str, ...]:
    """Needs that are ticked and needs that are typed, each once, in order."""
    others = (typed or "").replace(";", ",").split(",")
    return tuple(dict.fromkeys((*ticked, *(need for each in others if (need := each.strip().casefold())))))


def other_needs(needs: Sequence[str]) -> str:
    """Those of the needs that there is no tick for, as they are typed."""
    return ", ".join(need for need in needs if need not in SHIPPED_NEEDS)


def ods_fault(text: str) -> str:
    """What is wrong with an ODS code, in a sentence."""
    try:
        ods_code(text)
    except UserError as error:
        return str(error)
    return ""
