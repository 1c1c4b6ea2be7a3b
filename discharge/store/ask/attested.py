"""What was attested of people, and of that what counts: none of it is of what came later (C3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from pydantic import TypeAdapter

from discharge.model.infection import Observation, Symptoms, Test
from discharge.model.london import london_date
from discharge.rules.rule_set import RuleSet, Tested

_SEEN: TypeAdapter[Observation] = TypeAdapter(Observation)


@dataclass(frozen=True, slots=True)
class Since:
    """What came last of an infection for which the direct route is: a word from before knew nothing of it."""

    positive: datetime | None = None
    """When the last positive result was reported."""
    onset: date | None = None
    """When symptoms last began."""

    @classmethod
    def of(cls, seen: Iterable[str], rules: RuleSet) -> Self:
        """What came last, of observations as the record keeps them."""
        found = [
            one for text in seen
            if isinstance(rules.organisms.get((one := _SEEN.validate_json(text)).organism), Tested)
        ]  # fmt: skip
        reported = (
            one.reported_at
            for one in found
            if isinstance(one, Test) and one.result == "positive" and one.reported_at is not None
        )
        onsets = (one.onset_on for one in found if isinstance(one, Symptoms))
        return cls(max(reported, default=None), max(onsets, default=None))

    def leaves(self, attestation: str, recorded_at: str) -> bool:
        """Whether an attestation recorded then still counts."""
        at = datetime.fromisoformat(recorded_at)
        if self.positive is not None and at < self.positive:
            return False
        return attestation != "no_new_symptoms" or self.onset is None or self.onset < london_date(at)


def counting(
    said: Iterable[tuple[str, str, str]], seen: Mapping[str, Sequence[str]], rules: RuleSet
) -> dict[str, list[str]]:
    """By person the attestations that count, of all that were `said`: whose, which, when it was recorded."""
    found: dict[str, list[str]] = defaultdict(list)
    since: dict[str, Since] = {}
    for name, attestation, recorded_at in said:
        if name not in since:
            since[name] = Since.of(seen.get(name, ()), rules)
        if since[name].leaves(attestation, recorded_at):
            found[name].append(attestation)
    return found
