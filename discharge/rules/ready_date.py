"""The discharge ready date: since when somebody no longer meets the criteria to reside."""

from __future__ import annotations

from datetime import date


def ready_date(said: date | None, met_again: date | None) -> date | None:
    """The date that counts, from the one on record; None where it isn't said.

    Somebody who met the criteria again (unwell, or back in hospital) begins anew: a date from before that, or
    of that very day, is of an earlier period, and until somebody says the new one none is known.
    """
    if said is None or (met_again is not None and said <= met_again):
        return None
    return said
