"""Rule sets: dated values with their sources, read from TOML, chosen by name, overridden by a case.

A rule-set file holds `name`, `title`, `from` (the date it starts, midnight Europe/London, C8), may name
a `base` whose values it starts from, and gives each value as a table with `value` and `source`;
`local = true` marks a local setting that the hub must confirm (I2).
"""

from __future__ import annotations

import difflib
import functools
import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from discharge.model.base import Count, Frozen, Name
from discharge.model.case import Case
from discharge.model.errors import BrokenFile, Fault
from discharge.model.files import what_is_wrong
from discharge.model.setting import SettingType
from discharge.model.time import Day
from discharge.model.travel import CrewPpe, TransportMode
from discharge.paths import resources

Untested = Literal["blocked", "suspected", "symptomatic"]
"""What a person without a clear result is: blocked; isolating as suspected; isolating while symptomatic."""

Flag = Annotated[bool, Field(strict=True)]
Days = Annotated[int, Field(strict=True, ge=0, le=3660)]


class DaysFrom(Frozen):
    """From isolations that start on `start` on, `days` days (C8)."""

    start: Annotated[Day, Field(alias="from")]
    days: Days


class Tested(Frozen):
    """An organism for which a test may be asked before leaving: SARS-CoV-2 (docs/rules.md, 4)."""

    pattern: Literal["tested"]
    test_needed: Flag
    test_valid_hours: Days
    never_tested: Literal["blocked", "symptomatic"]
    pending: Untested
    inconclusive: Untested
    inconclusive_settings: tuple[SettingType, ...]
    positive: Literal["isolation", "designated"]
    cohort: Flag
    isolation_days: Days
    isolation_days_changes: tuple[DaysFrom, ...]
    onset_window_days: Days
    negative_own_room_nights: Days
    direct_route: Flag
    direct_route_days: Days
    later_onset_speaks: Flag
    until_well: Flag
    """Whether a computed end waits for the symptoms' (S8)."""

    def days_from(self, start: date) -> int:
        """How many days an isolation that starts on `start` lasts (T3, C8)."""
        days = self.isolation_days
        for change in sorted(self.isolation_days_changes, key=lambda change: change.start):
            if start >= change.start:
                days = change.days
        return days


class Acute(Frozen):
    """Isolation while positive or symptomatic: influenza, RSV (docs/rules.md, 5)."""

    pattern: Literal["acute"]
    requirement: Literal["isolation", "designated"]
    cohort: Flag
    days: Days
    onset_window_days: Days
    until_well: Flag
    """Whether a computed end waits for the symptoms' (S8)."""


class Symptomatic(Frozen):
    """Isolation while symptomatic and `clear_days` after: norovirus, C. difficile (docs/rules.md, 5)."""

    pattern: Literal["symptomatic"]
    requirement: Literal["isolation", "designated"]
    cohort: Flag
    clear_days: Days
    onset_window_days: Days


class Carriage(Frozen):
    """An own room while carried, until a clinician's release: CPE, MRSA (docs/rules.md, 5, I1)."""

    pattern: Literal["carriage"]
    requirement: Literal["own_room"]


OrganismRules = Annotated[Tested | Acute | Symptomatic | Carriage, Field(discriminator="pattern")]


class Journey(Frozen):
    """What a journey asks of the crew and the vehicle (local setting, I2)."""

    ppe: CrewPpe
    """The least that the crew wears."""
    modes: tuple[TransportMode, ...]
    """How they may travel."""
    with_reason: tuple[TransportMode, ...] = ()
    """How they may travel where somebody confirms it with a reason; by no other way at all."""


class Source(Frozen):
    """Where a value comes from; `local` is a local setting that the hub must confirm (I2)."""

    source: Name
    local: Flag = False


class RuleSet(Frozen):
    """The values by which requirements and eligibility are decided, and their sources."""

    name: Name
    title: Name
    start: Annotated[Day | None, Field(alias="from")] = None
    stale_hours: Count
    expired_days: Count
    min_isolation_nights: Count
    alternative_for_p2: Flag
    organisms: Annotated[dict[Name, OrganismRules], Field(min_length=1)]
    transport: dict[Name, Journey] = Field(default_factory=dict)
    """By what the journey's night asks: `confirmed`, `suspected`, `own_room`, `open`; and by organism."""
    sources: dict[str, Source]

    @model_validator(mode="after")
    def _one_test_before_leaving(self) -> Self:
        tested = [name for name, rules in self.organisms.items() if rules.pattern == "tested"]
        if len(tested) > 1:
            raise PydanticCustomError("tested", "more than one organism has the pattern 'tested'")
        return self

    @property
    def sha256(self) -> str:
        """A hash over the values that decide on a plan (no sources, no journeys), in hex."""
        other = {"sources", "title", "start", "transport"}
        text = json.dumps(self.model_dump(mode="json", exclude=other), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def shipped_rule_sets() -> Mapping[str, RuleSet]:
    """The rule sets that ship with the program, by name, oldest first; read once."""
    folder = resources() / "rule_sets"
    files = sorted(file for file in folder.glob("*.toml") if not file.name.startswith("_"))
    found: dict[str, RuleSet] = {}
    for file in files:
        rules = read_rule_set(file, found)
        found[rules.name] = rules
    return found


def rule_sets(own: Iterable[Path] = ()) -> Mapping[str, RuleSet]:
    """The shipped rule sets and the hub's `own` (files, or folders of `*.toml`), by name.

    Raises `BrokenFile` with the file, the line and the key of every fault in one of the own files.
    """
    found = dict(shipped_rule_sets())
    for path in own:
        files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        for file in files:
            rules = read_rule_set(file, found)
            if rules.name in shipped_rule_sets():
                raise BrokenFile(
                    [
                        Fault(
                            f"{file.name}: name",
                            f"{rules.name!r} is a rule set that ships",
                            "give yours its own name",
                        )
                    ]
                )
            found[rules.name] = rules
    return found


def rule_set_on(day: date, among: Mapping[str, RuleSet] | None = None) -> RuleSet:
    """The newest rule set in force on `day` (C8); the oldest one for a day before them all."""
    known = among or shipped_rule_sets()
    dated = sorted((r for r in known.values() if r.start), key=lambda r: (r.start, r.name))
    return next((r for r in reversed(dated) if r.start and r.start <= day), dated[0])


def rules_of(case: Case, among: Mapping[str, RuleSet] | None = None) -> RuleSet:
    """The rule set of a case, its overrides applied.

    Raises `BrokenFile` with one fault for an unknown rule set or key, a value out of its range, and each
    organism that the rule set doesn't know (S7).
    """
    rules = _with_overrides(case.rule_set, among if among is not None else shipped_rule_sets())
    faults = list(_unknown_organisms(case, rules))
    if faults:
        raise BrokenFile(faults)
    return rules


def organisms_of(rules: RuleSet) -> tuple[str, ...]:
    """The organisms of a rule set, the one first for which a test is asked before leaving."""
    return tuple(sorted(rules.organisms, key=lambda name: rules.organisms[name].pattern != "tested"))


def _with_overrides(named: str | dict[str, Any], among: Mapping[str, RuleSet]) -> RuleSet:
    if isinstance(named, str):
        return _by_name(named, "rule_set", among)
    base_name = named.get("base")
    if not isinstance(base_name, str):
        raise BrokenFile(
            [Fault("rule_set.base", "is missing or not a name", f"name one of {', '.join(among)}")]
        )
    base = _by_name(base_name, "rule_set.base", among)
    values = base.model_dump(by_alias=True)
    overrides = {key: value for key, value in named.items() if key != "base"}
    faults = list(_unknown_keys(overrides, values, "rule_set"))
    if faults:
        raise BrokenFile(faults)
    try:
        return RuleSet.model_validate(_merged(values, overrides), by_alias=True, by_name=False)
    except ValidationError as error:
        raise BrokenFile(
            [Fault(f"rule_set.{where}", what, "mend the value") for where, what in _wrong_values(error)]
        ) from None


def _by_name(name: str, path: str, among: Mapping[str, RuleSet]) -> RuleSet:
    if name not in among:
        close = difflib.get_close_matches(name, among, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(among)}"
        raise BrokenFile([Fault(path, f"{json.dumps(name)} is not a rule set", hint)])
    return among[name]


_NOT_RULES = frozenset({"name", "title", "from", "sources"})


def _unknown_keys(overrides: Mapping[str, Any], values: Mapping[str, Any], path: str) -> Iterator[Fault]:
    for key, value in overrides.items():
        known = {k for k in values if path != "rule_set" or k not in _NOT_RULES}
        where = f"{path}.{key}" if key.isascii() and key.isprintable() else f"{path}.{json.dumps(key)}"
        if key not in known:
            close = difflib.get_close_matches(key, sorted(known), n=1)
            yield Fault(
                where, "is an unknown rule key", f"did you mean {close[0]!r}?" if close else "take it out"
            )
        elif isinstance(values[key], dict):
            if isinstance(value, dict):
                yield from _unknown_keys(value, values[key], where)
            else:
                yield Fault(where, "is not an object", "write an object with its keys")


def _merged(values: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(values)
    for key, value in overrides.items():
        old = both.get(key)
        both[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return both


def _wrong_values(error: ValidationError) -> Iterator[tuple[str, str]]:
    for detail in error.errors(include_url=False):
        parts = [str(p) for p in detail["loc"] if p not in ("tested", "acute", "symptomatic", "carriage")]
        yield ".".join(parts) or "(file)", what_is_wrong(detail)


def _unknown_organisms(case: Case, rules: RuleSet) -> Iterator[Fault]:
    known = rules.organisms

    def check(path: str, name: str | None) -> Iterator[Fault]:
        if name is not None and name not in known:
            yield Fault(
                path,
                f"{json.dumps(name)} is an organism that rule set {rules.name} doesn't know",
                _one_of(known),
            )

    for p, patient in enumerate(case.patients):
        for o, seen in enumerate(patient.observations):
            yield from check(f"patients[{p}].observations[{o}].organism", seen.organism)
    for s, setting in enumerate(case.settings):
        for k, outbreak in enumerate(setting.outbreaks):
            where = f"[{k}]" if len(setting.outbreaks) > 1 else ""
            yield from check(f"settings[{s}].outbreak{where}.organism", outbreak.organism)
        for a, accepted in enumerate(setting.accepts_organisms):
            yield from check(f"settings[{s}].accepts_organisms[{a}]", accepted)
        for u, unit in enumerate(setting.units):
            yield from check(f"settings[{s}].units[{u}].cohort_organism", unit.cohort_organism)
    for k, placement in enumerate(case.locked):
        for i, stay in enumerate(placement.stays):
            for n, organism in enumerate(stay.organisms):
                yield from check(f"locked[{k}].stays[{i}].organisms[{n}]", organism)


def _one_of(known: Iterable[str]) -> str:
    return f"use one of {', '.join(known)}"


def _toml_of(file: Path) -> tuple[str, dict[str, Any]]:
    """The file as text and as data."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise BrokenFile(
            [Fault(file.name, f"can't be read: {reason}", "choose a readable rule-set file")]
        ) from None
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BrokenFile([Fault(file.name, f"is not TOML: {error}", "mend the file there")]) from None


def read_rule_set(file: Path, among: Mapping[str, RuleSet]) -> RuleSet:
    """The rule set in a TOML file; `BrokenFile` with file, line and key of each fault.

    A `base` is one of `among`, or the shipped `_defaults`.
    """
    text, data = _toml_of(file)

    def fault(key: str, what: str, mend: str) -> Fault:
        return Fault(f"{file.name}: line {_line_of(text, key)}: {key}", what, mend)

    faults: list[Fault] = []
    values: dict[str, Any] = {}
    sources: dict[str, Any] = {}
    base = data.pop("base", None)
    if base == "_defaults":
        values = _defaults()
        sources = values.pop("sources")
    elif isinstance(base, str) and base in among:
        values = among[base].model_dump(by_alias=True)
        sources = values.pop("sources")
    elif base is not None:
        named = f"{base!r} is not a rule set" if isinstance(base, str) else "is not a rule set's name"
        faults.append(fault("base", named, _one_of(["_defaults", *among])))
    for key in ("name", "title", "from"):
        values.pop(key, None)
        if key in data:
            values[key] = data.pop(key)
    own_values, own_sources = _split(data, "", faults, fault)
    values = _merged(values, own_values)
    values["sources"] = sources | own_sources
    try:
        rules = RuleSet.model_validate(values, by_alias=True, by_name=False)
    except ValidationError as error:
        faults += [
            fault(where, what, "mend the value, or take the key out") for where, what in _wrong_values(error)
        ]
    if faults:
        raise BrokenFile(list(dict.fromkeys(faults)))
    return rules


def _defaults() -> dict[str, Any]:
    _, data = _toml_of(resources() / "rule_sets" / "_defaults.toml")
    faults: list[Fault] = []
    values, sources = _split(
        {key: value for key, value in data.items() if key not in ("name", "title")},
        "",
        faults,
        Fault,
    )
    if faults:
        raise BrokenFile(faults)
    return {**values, "sources": sources}


def _split(
    data: Mapping[str, Any], path: str, faults: list[Fault], fault: Callable[[str, str, str], Fault]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The file's tables as plain values, and the source of each by its dotted key; adds to `faults`."""
    values: dict[str, Any] = {}
    sources: dict[str, Any] = {}
    for key, entry in data.items():
        where = f"{path}.{key}" if path else key
        if not isinstance(entry, dict):
            faults.append(fault(where, "has no source", 'write it as { value = ..., source = "..." }'))
        elif "value" in entry:
            values[key] = entry["value"]
            source = {k: v for k, v in entry.items() if k != "value"}
            if not isinstance(source.get("source"), str) or not source["source"].strip():
                faults.append(fault(where, "has no source", 'add source = "..."'))
            elif set(source) - {"source", "local"} or not isinstance(source.get("local", False), bool):
                faults.append(
                    fault(where, "has an unknown part", "a value has value, source and local alone")
                )
            else:
                sources[where] = source
        else:
            values[key], inner = _split(entry, where, faults, fault)
            sources |= inner
    return values, sources


def _line_of(text: str, key: str) -> int:
    """The line on which a dotted key is set, or its table begins; 1 where it isn't in the file."""
    section = ""
    best = 1
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if table := re.fullmatch(r"\[+\s*([^\]]+?)\s*\]+\s*(#.*)?", bare):
            section = table[1].replace('"', "")
            here = section
        elif item := re.match(r'"?([A-Za-z0-9_.-]+)"?\s*=', bare):
            here = f"{section}.{item[1]}" if section else item[1]
        else:
            continue
        if here == key:
            return number
        if key.startswith(f"{here}."):
            best = number
    return best
