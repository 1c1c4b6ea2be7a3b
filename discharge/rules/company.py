"""Who stays together with whom (N7): the relation goes both ways and on."""

from __future__ import annotations

from collections.abc import Iterable


def companions_of(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Of these pairs, whom each person stays together with; whoever is in none of them isn't in it."""
    group: dict[str, set[str]] = {}
    for one, other in pairs:
        merged = group.get(one, {one}) | group.get(other, {other})
        for name in merged:
            group[name] = merged
    return {name: frozenset(mates - {name}) for name, mates in group.items()}
