"""Which of several placements are decided on together."""

from __future__ import annotations

from collections.abc import Sequence

from discharge.model.shown.placements import ApprovalRow


def alike(rows: Sequence[ApprovalRow]) -> list[tuple[str, ...]]:
    """The placements in the groups that are decided on together: companions, and everybody else alone."""
    chosen = {row.id for row in rows}
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for row in rows:
        if row.id not in seen:
            group = (row.id, *(each for each in row.together if each in chosen and each not in seen))
            seen.update(group)
            found.append(group)
    return found
