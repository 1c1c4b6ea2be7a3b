"""The hub's own values: which of a rule set's values a hub settles, and the rule set with them (I2).

A value marked `local` in its rule set is for the hub to settle. What a hub settles holds only while the
rule set says what it said then: where a new rule set says something else, the hub decides anew, and until
then the rule set's own value counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from discharge.model.hub import LocalValue
from discharge.rules.rule_set import RuleSet

_ABOUT = frozenset({"name", "title", "from", "sources"})


def values_of(rules: RuleSet) -> dict[str, object]:
    """Every value of a rule set as plain JSON, by its dotted key, in the order of the file."""
    whole = rules.model_dump(mode="json", by_alias=True)
    return dict(_leaves({key: value for key, value in whole.items() if key not in _ABOUT}, ""))


def _leaves(values: Mapping[str, Any], path: str) -> Iterator[tuple[str, object]]:
    for key, value in values.items():
        where = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from _leaves(value, where)
        else:
            yield where, value


def is_local(rules: RuleSet, key: str) -> bool:
    """Whether the value at this key is for the hub to settle."""
    source = rules.sources.get(key)
    return source is not None and source.local


def holds(settled: LocalValue, base: RuleSet) -> bool:
    """Whether what a hub settled still holds: the rule set says what it said then."""
    values = values_of(base)
    return settled.key in values and values[settled.key] == settled.instead_of


def with_local_values(
    named: str | dict[str, Any], settled: Iterable[LocalValue], among: Mapping[str, RuleSet]
) -> str | dict[str, Any]:
    """The rule set as a case names it, with the hub's own values where they hold."""
    base = among.get(named if isinstance(named, str) else str(named.get("base")))
    if base is None:
        return named
    own = [one for one in settled if one.value != one.instead_of and holds(one, base)]
    if not own:
        return named
    merged: dict[str, Any] = {"base": base.name} if isinstance(named, str) else dict(named)
    for one in own:
        _put(merged, one.key.split("."), one.value)
    return merged


def _put(into: dict[str, Any], path: list[str], value: object) -> None:
    for part in path[:-1]:
        into[part] = dict(into.get(part) or {})
        into = into[part]
    into[path[-1]] = value
