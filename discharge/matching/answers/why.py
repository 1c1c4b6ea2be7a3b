"""Why here: against the next best, objective by objective. Why not there: every reason, the nearest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from discharge.matching.answers.reading import (
    Json,
    best_in,
    fewest_bits,
    ids_of,
    labels_of,
    listed,
    objectives_of,
    patient_of,
    seeker_of,
)
from discharge.matching.explain import Standing, codes_of, standings
from discharge.matching.graph import competition_graph, rivals, settings_of
from discharge.matching.itineraries import Seeker
from discharge.matching.planned import Planned
from discharge.matching.prepared import PreparedCase
from discharge.model.case import Case, Weights
from discharge.model.plan import Placement, Plan, Unplaced
from discharge.rules.eligibility import OF_ANOTHER_KIND, REASONS
from discharge.rules.points import FEE_STEP
from discharge.words.counts import listing, more_points
from discharge.words.days import day_words

NEAREST = 5


@dataclass(frozen=True, slots=True)
class Versus:
    """One objective of two places for one person: the points there less the points here, and in words."""

    key: str
    more: int
    text: str


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The person's next best setting, as if nobody else were about, against where they go."""

    setting: str
    points: int
    versus: tuple[Versus, ...]

    def sentences(self) -> tuple[str, ...]:
        """What speaks against it and what for it, a sentence each."""
        against = [v.text for v in self.versus if v.more > 0]
        better = [v.text for v in self.versus if v.more < 0]
        told = [f"Against it: {'; '.join(against)}."] if against else []
        return (*told, *([f"For it: {'; '.join(better)}."] if better else []))


@dataclass(frozen=True, slots=True)
class BedStanding:
    """What stands between a person and one bed group of the setting asked about; nothing if it will do."""

    unit: str
    beds: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """What the plan does for one person and why; `settings` says what stands against each setting."""

    patient: str
    placement: Placement | None
    unplaced: Unplaced | None
    runner_up: tuple[int, str] | None
    settings: tuple[Standing, ...]
    asked: Standing | None
    rivals: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """For somebody outbid: each setting that would do, with the other people for whom it would do."""
    second: RunnerUp | None = None
    """The runner-up, objective by objective."""
    there: RunnerUp | None = None
    """The setting asked about against where the person goes, if it will do."""
    beds: tuple[BedStanding, ...] = ()
    """The setting asked about, bed group by bed group, the nearest first."""
    holders: tuple[str, ...] = ()
    """Who goes to the setting asked about."""
    labels: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What each setting is called in a sentence, by id."""

    @property
    def nearest(self) -> tuple[Standing, ...]:
        """The settings that a single reason keeps out, those of another kind last; as many as are worth
        reading."""
        near = [s for s in self.settings if len(s.codes) == 1 and s.has_beds]
        return tuple(sorted(near, key=lambda s: s.codes[0] in OF_ANOTHER_KIND))[:NEAREST]

    def _label(self, setting: str) -> str:
        return self.labels.get(setting, setting)

    def as_json(self) -> Json:
        """The explanation as plain data."""
        return {
            "patient": self.patient,
            "placement": self.placement and self.placement.model_dump(mode="json", by_alias=True),
            "unplaced": self.unplaced and self.unplaced.model_dump(mode="json", by_alias=True),
            "runner_up": self.runner_up
            and {
                "points": self.runner_up[0],
                "setting": self.runner_up[1],
                "versus": _versus_json(self.second),
            },
            "asked": self.asked and {**_as_json(self.asked), **self._asked_json()},
            "one_reason_away": [_as_json(s) for s in self.nearest],
            "rivals": [{"setting": setting, "patients": list(others)} for setting, others in self.rivals],
        }

    def _asked_json(self) -> Json:
        return {
            "beds": [
                {"unit": b.unit, "beds": b.beds, "reasons": [_reason_json(c) for c in b.codes]}
                for b in self.beds
            ],
            "points": self.there and self.there.points,
            "versus": _versus_json(self.there),
            "goes_there": list(self.holders),
        }

    def as_text(self) -> str:
        """The explanation as sentences, a line each."""
        lines: list[str] = []
        if self.placement is not None:
            where = " then ".join(
                f"{self._label(s.setting)} from {day_words(s.start)}" for s in self.placement.stays
            )
            lines.append(f"{self.patient} goes to {where}.")
            lines += self.placement.because
            if self.runner_up is not None and not self.placement.locked:
                points, setting = self.runner_up
                more = points - self.placement.points["total"]
                lines.append(f"Runner-up: {self._label(setting)}, {more_points(more)}.")
                lines += self.second.sentences() if self.second else ()
        if self.unplaced is not None:
            lines.append(f"{self.patient} has no place.")
            lines += [f"{r.text} ({r.code}, {r.rule})" for r in self.unplaced.reasons]
        for setting, others in self.rivals[:NEAREST]:
            label = self._label(setting)
            lines.append(f"{label} would do; so it would for {', '.join(others) or 'nobody else'}.")
        if self.asked is not None:
            lines += self._asked_lines(self.asked)
        elif self.nearest:
            lines.append("One reason away:")
            lines += [f"  {_sentence(s)}" for s in self.nearest]
        return "\n".join(lines)

    def _asked_lines(self, asked: Standing) -> list[str]:
        lines: list[str] = []
        if len(self.beds) > 1:
            lines += [f"  {_bed_sentence(b)}" for b in self.beds]
        if not asked.codes and self.holders:
            lines.append(f"In the plan {listing(self.holders)} {_goes(self.holders)} there.")
        if self.there is not None and self.placement is not None:
            more = self.there.points - self.placement.points["total"]
            lines.append(f"There it would be {more_points(more)} for {self.patient}.")
            lines += self.there.sentences()
        return [*lines, _sentence(asked)]


def _goes(holders: Sequence[str]) -> str:
    return "goes" if len(holders) == 1 else "go"


def _versus_json(runner_up: RunnerUp | None) -> list[Json]:
    return [{"key": v.key, "more": v.more, "text": v.text} for v in (runner_up.versus if runner_up else ())]


def _reason_json(code: str) -> Json:
    return {"code": code, "rule": REASONS[code].rule, "text": REASONS[code].text}


def _as_json(standing: Standing) -> Json:
    reasons = [_reason_json(c) for c in standing.codes]
    return {"setting": standing.setting, "name": standing.name, "reasons": reasons}


def _told(codes: Sequence[str]) -> str:
    told = "; ".join(f"{REASONS[c].text} ({c}, {REASONS[c].rule})" for c in codes)
    return f"only this stands in the way: {told}" if len(codes) == 1 else told


def _sentence(standing: Standing) -> str:
    label = standing.setting if standing.name == standing.setting else f"{standing.name} ({standing.setting})"
    if not standing.codes:
        return f"{label}: nothing stands against it."
    return f"{label}: {_told(standing.codes)}."


def _bed_sentence(beds: BedStanding) -> str:
    return f"unit {beds.unit}, beds {beds.beds}: {_told(beds.codes) or 'nothing stands against them'}."


# --- asking ------------------------------------------------------------------------------------------


def _check(case: Case, patient: str, setting: str | None) -> None:
    patient_of(case, patient)
    if setting is not None:
        listed(setting, "SETTING", (s.id for s in case.settings))


def why(
    planned: Planned,
    patient: str,
    setting: str | None = None,
    *,
    sha256: str | None = None,
    plan: Plan | None = None,
) -> Explanation:
    """Why `patient` goes where the best plan says, or why nowhere; and how each setting stands to them.
    `plan`: that plan, where it is written out already.

    Raises `BrokenFile` where the case has no such patient or setting.
    """
    prepared = planned.prepared
    _check(prepared.case, patient, setting)
    plan = plan or planned.plan(sha256)
    seeker = seeker_of(planned, patient)
    standing = tuple(standings(prepared, seeker))
    asked = next((s for s in standing if s.setting == setting), None)
    second = _runner_up(planned, patient)
    return Explanation(
        patient=patient,
        placement=next((p for p in plan.placements if p.patient == patient), None),
        unplaced=next((u for u in plan.unplaced if u.patient == patient), None),
        runner_up=None if second is None else (second.points, second.setting),
        settings=standing,
        asked=asked,
        rivals=() if patient in planned.chosen else _rivals(prepared, seeker),
        second=second,
        there=_runner_up(planned, patient, setting) if asked is not None else None,
        beds=_bed_standings(prepared, seeker, asked.setting) if asked is not None else (),
        holders=_holders(plan, patient, setting) if asked is not None else (),
        labels=labels_of(prepared.case),
    )


def _runner_up(planned: Planned, patient: str, there: str | None = None) -> RunnerUp | None:
    """The next best setting of somebody placed anew, or the one asked about; None where it won't do."""
    column = planned.chosen.get(patient)
    if column is None:
        return None
    seeker = planned.seekers[patient]
    own = int(seeker.places.setting[column.last_group])
    wanted = own if there is None else seeker.places.setting_at[there]
    if there is not None and wanted == own:
        return None
    other = best_in(planned.prepared, seeker, [wanted], but=there is None)
    if other is None:
        return None
    mine, theirs = objectives_of(seeker, column), objectives_of(seeker, other)
    weights = planned.case.weights
    differing = [(key, theirs[key] - mine[key]) for key in theirs if theirs[key] != mine[key]]
    versus = (Versus(key, more, _in_words(key, more, weights)) for key, more in differing)
    ordered = tuple(sorted(versus, key=lambda v: (-abs(v.more), v.key)))
    return RunnerUp(ids_of(seeker.places, other.last_group)[0], other.points, ordered)


_COUNTED = {
    "distance": ("{} km farther", "{} km nearer"),
    "delay": ("{} days later", "{} days sooner"),
    "moves": ("{} more move", "{} move fewer"),
    "choice": ("{} lower on their own list", "{} higher on their own list"),
}
"""Objectives that are told by what they count: more of it, less of it."""

_NAMED = {
    "usual": "not going back to where they live",
    "out_of_area": "another area",
    "nursing_for_residential": "a nursing bed",
    "scarce": "a unit that can isolate",
    "rating": "the rating",
    "stale": "a capacity return to confirm by phone",
    "no_onward": "no place to go on to",
}
"""Objectives that are told by their points."""


def _in_words(key: str, more: int, weights: Weights) -> str:
    if key in _COUNTED:
        number = abs(more) // max(1, getattr(weights, key))
        words = _COUNTED[key][more < 0].format(number)
        return words.replace(" days ", " day ") if number == 1 else words
    if key == "fee":
        pounds = FEE_STEP * abs(more) // max(1, weights.fee)
        return f"about £{pounds:,} a week {'dearer' if more > 0 else 'cheaper'}"
    return f"{more_points(more)} for {_NAMED.get(key, key)}"


def _bed_standings(prepared: PreparedCase, seeker: Seeker, setting: str) -> tuple[BedStanding, ...]:
    """Each bed group of a setting once, as the person finds it: with what is kept for them, without what is
    kept for others (N12)."""
    places = prepared.places
    bits = fewest_bits(prepared, seeker)
    of_others = places.of_others(seeker.patient.id)
    found = [
        BedStanding(*ids_of(places, group)[1:], codes_of(int(bits[group])))
        for group in places.groups_of(setting).tolist()
        if not of_others[group]
    ]
    return tuple(sorted(found, key=lambda b: len(b.codes)))


def _holders(plan: Plan, patient: str, setting: str | None) -> tuple[str, ...]:
    return tuple(
        p.patient
        for p in plan.placements
        if p.patient != patient and any(s.setting == setting for s in p.stays)
    )


def _rivals(prepared: PreparedCase, seeker: Seeker) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The settings that would do for somebody without a place, each with the others for whom it would do."""
    if seeker.index < 0 or not prepared.can_go(seeker):
        return ()
    settings = settings_of(prepared.choices, seeker.index)
    found = rivals(competition_graph(prepared.choices, settings), seeker.index)
    names = [s.patient.id for s in prepared.seekers]
    return tuple(
        (prepared.places.settings[setting].id, tuple(names[i] for i in others))
        for setting, others in sorted(found.items())
    )
