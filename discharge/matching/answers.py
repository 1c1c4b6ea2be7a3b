"""`explain`: why a person goes where they go, why not elsewhere, and what stands nearest to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from discharge.matching.explain import Standing, runner_up, standings
from discharge.matching.graph import competition_graph, rivals, settings_of
from discharge.matching.itineraries import Seeker
from discharge.matching.propose import Problem, plan_of, prepare, solve
from discharge.model.case import Case
from discharge.model.errors import BrokenFile, Fault
from discharge.model.plan import Placement, Unplaced
from discharge.model.time import said
from discharge.rules.eligibility import REASONS
from discharge.rules.rule_set import RuleSet, rules_of

NEAREST = 5


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

    @property
    def nearest(self) -> tuple[Standing, ...]:
        """The settings that a single reason keeps out, as many as are worth reading."""
        return tuple(s for s in self.settings if len(s.codes) == 1 and s.has_beds)[:NEAREST]

    def as_json(self) -> dict[str, object]:
        """The explanation as plain data."""
        return {
            "patient": self.patient,
            "placement": self.placement and self.placement.model_dump(mode="json", by_alias=True),
            "unplaced": self.unplaced and self.unplaced.model_dump(mode="json", by_alias=True),
            "runner_up": self.runner_up and {"points": self.runner_up[0], "setting": self.runner_up[1]},
            "asked": self.asked and _as_json(self.asked),
            "one_reason_away": [_as_json(s) for s in self.nearest],
            "rivals": [{"setting": setting, "patients": list(others)} for setting, others in self.rivals],
        }

    def as_text(self) -> str:
        """The explanation as sentences, a line each."""
        lines: list[str] = []
        if self.placement is not None:
            where = " then ".join(f"{s.setting} from {said(s.start)}" for s in self.placement.stays)
            lines.append(f"{self.patient} goes to {where}.")
            lines += self.placement.because
            if self.runner_up is not None and not self.placement.locked:
                points, setting = self.runner_up
                more = points - self.placement.points["total"]
                lines.append(f"Runner-up: {setting}, {abs(more)} points {'more' if more >= 0 else 'fewer'}.")
        if self.unplaced is not None:
            lines.append(f"{self.patient} has no place.")
            lines += [f"{r.text} ({r.code}, {r.rule})" for r in self.unplaced.reasons]
        for setting, others in self.rivals[:NEAREST]:
            lines.append(f"{setting} would do; so it would for {', '.join(others) or 'nobody else'}.")
        if self.asked is not None:
            lines.append(_sentence(self.asked))
        elif self.nearest:
            lines.append("One reason away:")
            lines += [f"  {_sentence(s)}" for s in self.nearest]
        return "\n".join(lines)


def _as_json(standing: Standing) -> dict[str, object]:
    reasons = [{"code": c, "rule": REASONS[c].rule, "text": REASONS[c].text} for c in standing.codes]
    return {"setting": standing.setting, "name": standing.name, "reasons": reasons}


def _sentence(standing: Standing) -> str:
    label = standing.setting if standing.name == standing.setting else f"{standing.name} ({standing.setting})"
    if not standing.codes:
        return f"{label}: nothing stands against it."
    told = "; ".join(f"{REASONS[c].text} ({c}, {REASONS[c].rule})" for c in standing.codes)
    return f"{label}: {told}."


def explain(
    case: Case,
    patient: str,
    setting: str | None = None,
    *,
    rules: RuleSet | None = None,
    sha256: str | None = None,
) -> Explanation:
    """Why `patient` goes where the best plan says, or why nowhere; and how each setting stands to them.

    Raises `BrokenFile` where the case has no such patient or setting.
    """
    _listed(patient, "PATIENT", (p.id for p in case.patients))
    if setting is not None:
        _listed(setting, "SETTING", (s.id for s in case.settings))
    problem = prepare(case, rules or rules_of(case))
    solutions = solve(problem)
    plan = plan_of(problem, solutions, sha256)
    chosen = {c.patient: c for solution in solutions for c in solution.chosen}
    seeker = next((s for s in problem.seekers if s.patient.id == patient), None) or _held(problem, patient)
    column = chosen.get(seeker.index)
    standing = tuple(standings(problem, seeker))
    return Explanation(
        patient=patient,
        placement=next((p for p in plan.placements if p.patient == patient), None),
        unplaced=next((u for u in plan.unplaced if u.patient == patient), None),
        runner_up=None if column is None else runner_up(seeker, column),
        settings=standing,
        asked=next((s for s in standing if s.setting == setting), None),
        rivals=_rivals(problem, seeker) if column is None else (),
    )


def _rivals(problem: Problem, seeker: Seeker) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The settings that would do for somebody without a place, each with the others for whom it would do."""
    if not seeker.ways:
        return ()
    able = [s for s in problem.seekers if s.ways]
    names = {s.index: s.patient.id for s in able}
    found = rivals(competition_graph(able, settings_of(seeker)), seeker.index)
    return tuple(
        (problem.places.settings[setting].id, tuple(names[i] for i in others))
        for setting, others in sorted(found.items())
    )


def _listed(name: str, what: str, names: Iterable[str]) -> None:
    if name not in names:
        fault = Fault(what, f"the case lists no {what.lower()} {name!r}", "name one of the case")
        raise BrokenFile([fault])


def _held(problem: Problem, name: str) -> Seeker:
    """A locked patient as if they were still to be placed, to say how settings stand to them."""
    patient = next(p for p in problem.case.patients if p.id == name)
    return Seeker(-1, patient, problem.states[name], problem.places, problem.capacity)
