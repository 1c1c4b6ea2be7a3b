"""The case file and the plan file (docs/case.md): reading them, or saying what is wrong, and writing them."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from discharge.model.case import Case
from discharge.model.errors import BrokenFile, Fault
from discharge.model.infection import Clearance, Exposure, Symptoms, Test
from discharge.model.patient import Patient
from discharge.model.plan import LockedPlacement, Placement, Plan, Unplaced
from discharge.model.setting import Setting


def case_sha256(content: bytes) -> str:
    """The hash by which a plan names its case: SHA-256 over the file's bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def read_case(content: bytes) -> Case:
    """The case in `content`; `BrokenFile` with one fault for each thing wrong with it.

    What only a rule set can tell (its name, its keys, its organisms) is checked by
    `discharge.rules.rule_set.rules_of`.
    """
    case = _validated(Case, read_json(content), _CASE_LISTS)
    faults = [*_duplicates(case), *_dangling(case), *_after_the_planning_instant(case)]
    if faults:
        raise BrokenFile(faults)
    return case


def read_plan(content: bytes) -> Plan:
    """The plan in `content`; `BrokenFile` with one fault for each thing wrong with it."""
    return _validated(Plan, read_json(content), _PLAN_LISTS)


def write_case(case: Case) -> bytes:
    """The case as file bytes, the same for the same case; `read_case` gives the case back."""
    return _canonical(case)


def write_plan(plan: Plan) -> bytes:
    """The plan as file bytes, the same for the same plan."""
    return _canonical(plan)


def _canonical(model: BaseModel) -> bytes:
    """The model as Python's own `json` writes it with an indent of one.

    Pydantic writes the same much faster, but for numbers that one of the two gives an exponent.
    """
    text = model.model_dump_json(by_alias=True, indent=1)
    if _MAY_HAVE_AN_EXPONENT.search(text):
        text = json.dumps(json.loads(text), ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


_MAY_HAVE_AN_EXPONENT = re.compile(r" -?(?:0\.0000|\d[0-9.]*[eE])")
"""In a text in which a space stands before each number, after its key or as its indent."""


def read_json(content: bytes) -> object:
    """The JSON in `content` without its `//` comments; `BrokenFile` where it isn't JSON."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(f"is not UTF-8 text (byte {error.start})", "save the file as UTF-8")
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        _refuse(
            f"is not JSON: line {error.lineno}, column {error.colno}: {error.msg.lower()}",
            "mend the file there",
        )
    except RecursionError:
        _refuse(
            "is nested too deep", "a case has at most eight levels; send the file as the program wrote it"
        )
    except _NotJson as error:
        _refuse(str(error), "mend the file there")
    except ValueError:
        _refuse("holds a number with more digits than can be read", "mend the number")


class _NotJson(ValueError):
    """What Python's reader would take and JSON, or a case, doesn't have; the message says what."""


def _refuse(what: str, mend: str) -> NoReturn:
    raise BrokenFile([Fault("(file)", what, mend)])


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key == "//":
            continue
        if key in found:
            raise _NotJson(f"the key {_shown(key)} stands twice in one object")
        found[key] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise _NotJson(f"{name} is not a JSON number")


M = TypeVar("M", bound=BaseModel)

_OTHER_KINDS: dict[str, frozenset[str]] = {
    kind.model_fields["kind"].default: frozenset(
        field for other in (Test, Symptoms, Exposure, Clearance) for field in other.model_fields
    )
    - frozenset(kind.model_fields)
    for kind in (Test, Symptoms, Exposure, Clearance)
}


_Lists = Mapping[str, type[BaseModel]]
_CASE_LISTS: _Lists = {"patients": Patient, "settings": Setting, "locked": LockedPlacement}
_PLAN_LISTS: _Lists = {"placements": Placement, "unplaced": Unplaced}


def _validated(model: type[M], data: object, lists: _Lists) -> M:
    """The model in `data`; `lists` are its long lists, whose items are read one by one.

    Reading a large case in one call would keep every other thread of the program waiting for it.
    """
    if isinstance(data, dict):
        _drop_empty_fields_of_other_kinds(data)
        found = _in_parts(model, data, lists)
        if found is not None:
            return found
    try:
        return model.model_validate(data, by_alias=True, by_name=False)
    except ValidationError as error:
        details = _told_once(error.errors(include_url=False))
        faults = {_fault(detail, model, data): None for detail in details}
        raise BrokenFile(list(faults)) from None


def _in_parts(model: type[M], data: Mapping[str, Any], lists: _Lists) -> M | None:
    """The model with its lists read item by item; None where anything is wrong, whatever it is."""
    long = {key: data[key] for key in lists if isinstance(data.get(key), list)}
    try:
        frame = model.model_validate({**data, **dict.fromkeys(long, ())}, by_alias=True, by_name=False)
        read = {
            key: tuple(lists[key].model_validate(item, by_alias=True, by_name=False) for item in items)
            for key, items in long.items()
        }
    except ValidationError:
        return None
    return frame.model_copy(update=read)


def _told_once(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """The faults without a list's being too short where that is only for the faults of its items."""
    places = {detail["loc"][:at] for detail in details for at in range(len(detail["loc"]))}
    return [d for d in details if d["type"] != "too_short" or d["loc"] not in places]


def _drop_empty_fields_of_other_kinds(data: dict[str, Any]) -> None:
    """An observation may carry the empty fields of the other kinds: `null` says nothing."""
    patients = data.get("patients")
    for patient in patients if isinstance(patients, list) else ():
        observations = patient.get("observations") if isinstance(patient, dict) else None
        for observation in observations if isinstance(observations, list) else ():
            if isinstance(observation, dict) and isinstance(observation.get("kind"), str):
                for field in _OTHER_KINDS.get(observation["kind"], ()):
                    if field in observation and observation[field] is None:
                        del observation[field]


def _shown(value: object) -> str:
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def shown_path(parts: Sequence[str | int]) -> str:
    """`("patients", 3, "born")` as `patients[3].born`; the file as a whole is `(file)`."""
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            plain = part if part.isidentifier() and part.isascii() else _shown(part)
            path += f".{plain}" if path else plain
    return path or "(file)"


_KINDS = frozenset(_OTHER_KINDS)


def _path_of(detail: ErrorDetails, data: object) -> list[str | int]:
    parts: list[str | int] = []
    raw = detail["loc"]
    for at, part in enumerate(raw):
        in_observation = at >= 2 and raw[at - 2] == "observations" and part in _KINDS
        alone = isinstance(part, int) and raw[at - 1] == "outbreak" and not isinstance(_at(data, parts), list)
        if not (in_observation or alone):
            parts.append(part)
    return parts


def _at(data: object, path: Sequence[str | int]) -> object:
    """What stands at a path of the file; None where nothing does."""
    for part in path:
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, Sequence) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _fault(detail: ErrorDetails, model: type[BaseModel], data: object) -> Fault:
    path = _path_of(detail, data)
    what, mend = _sentence(detail, path, model)
    return Fault(shown_path(path), what, mend)


def _sentence(detail: ErrorDetails, path: Sequence[str | int], model: type[BaseModel]) -> tuple[str, str]:
    kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
    mends: Mapping[str, Callable[[], tuple[str, str]]] = {
        "missing": lambda: ("is missing", "add it"),
        "extra_forbidden": lambda: ("is an unknown field", _did_you_mean(path, model)),
        "literal_error": lambda: (f"{_shown(given)} is not known", f"use {context['expected']}"),
        "enum": lambda: (f"{_shown(given)} is not known", f"use {context['expected']}"),
        "union_tag_invalid": lambda: (
            f"{_shown(given.get('kind'))} is not a kind of observation",
            f"use {context['expected_tags']}",
        ),
        "union_tag_not_found": lambda: (
            "the observation has no kind",
            "add kind: test, symptoms, exposure or clearance",
        ),
        "date": lambda: (f"{_shown(given)} {detail['msg']}", "write it as YYYY-MM-DD"),
        "instant": lambda: (f"{_shown(given)} {detail['msg']}", "write it as YYYY-MM-DDTHH:MM:SS+00:00"),
        "naive": lambda: (f"{_shown(given)} {detail['msg']}", "write it as YYYY-MM-DDTHH:MM:SS+00:00"),
        "tuple_type": lambda: ("is not a list", "write a list, [] where there is nothing"),
        "model_type": lambda: ("is not an object", "write an object with its fields"),
        "model_attributes_type": lambda: ("is not an object", "write an object with its fields"),
        "rule_set": lambda: (f"{_shown(given)} {detail['msg']}", 'name one, or write {"base": NAME, ...}'),
        "span": lambda: (detail["msg"], "mend one of the two dates"),
        "unreported": lambda: (detail["msg"], "add it, or record the result as pending"),
        "reported_early": lambda: (detail["msg"], "mend one of the two times"),
        "clearance": lambda: (detail["msg"], "give one of the two dates"),
        "designated": lambda: (detail["msg"], "make it rooms or cohort, or take the designation away"),
    }
    if kind in mends:
        return mends[kind]()
    return f"{_shown(given)} {what_is_wrong(detail)}", "give a value of that kind"


def what_is_wrong(detail: ErrorDetails) -> str:
    """What validation says is wrong with a value, to stand after the value or its name."""
    message = detail["msg"]
    return (message[0].lower() + message[1:]).removeprefix("input ")


def _did_you_mean(path: Sequence[str | int], model: type[BaseModel]) -> str:
    wrong, names = str(path[-1]), _field_names(model, frozenset())
    if wrong in names:
        return "it belongs to another part of the file; take it out here"
    close = difflib.get_close_matches(wrong, sorted(names), n=1, cutoff=0.7)
    return f"did you mean {close[0]!r}? else take it out" if close else "take it out"


def _field_names(annotation: object, seen: frozenset[object]) -> frozenset[str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation in seen:
            return frozenset()
        names = frozenset(field.alias or name for name, field in annotation.model_fields.items())
        inner = (
            _field_names(field.annotation, seen | {annotation}) for field in annotation.model_fields.values()
        )
        return names.union(*inner)
    return frozenset().union(*(_field_names(part, seen) for part in get_args(annotation)))


def _twice(ids: Sequence[str], listed: str, field: str, noun: str) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for at, name in enumerate(ids):
        if name in first:
            before = f"{listed}[{first[name]}].{field}"
            what = f"{_shown(name)} names a second {noun} (the first is {before})"
            yield Fault(f"{listed}[{at}].{field}", what, "give each its own id")
        first.setdefault(name, at)


def _duplicates(case: Case) -> Iterator[Fault]:
    yield from _twice([p.id for p in case.patients], "patients", "id", "patient")
    yield from _twice([s.id for s in case.settings], "settings", "id", "setting")
    yield from _twice(
        [p.patient for p in case.locked], "locked", "patient", "locked placement of the patient"
    )
    for s, setting in enumerate(case.settings):
        outbreaks = [o.organism for o in setting.outbreaks]
        yield from _twice(outbreaks, f"settings[{s}].outbreak", "organism", "outbreak")
        units = f"settings[{s}].units"
        yield from _twice([u.id for u in setting.units], units, "id", "unit")
        for u, unit in enumerate(setting.units):
            yield from _twice([b.id for b in unit.beds], f"{units}[{u}].beds", "id", "group of beds")


def _dangling(case: Case) -> Iterator[Fault]:
    settings = {setting.id for setting in case.settings}
    patients = {patient.id for patient in case.patients}
    for at, patient in enumerate(case.patients):
        named = [("usual_setting", patient.usual_setting)]
        named += [(f"preferred[{i}]", name) for i, name in enumerate(patient.preferred)]
        named += [(f"excluded[{i}]", name) for i, name in enumerate(patient.excluded)]
        for field, name in named:
            if name is not None and name not in settings:
                yield Fault(
                    f"patients[{at}].{field}",
                    f"no setting has the id {_shown(name)}",
                    "list the setting, or take the name out",
                )
        companion = patient.together_with
        if companion is not None and companion not in patients:
            yield Fault(
                f"patients[{at}].together_with",
                f"no patient has the id {_shown(companion)}",
                "list the patient, or take the name out",
            )
    for s, setting in enumerate(case.settings):
        for u, unit in enumerate(setting.units):
            for b, beds in enumerate(unit.beds):
                for f, free in enumerate(beds.free):
                    if free.kept_for is not None and free.kept_for not in patients:
                        yield Fault(
                            f"settings[{s}].units[{u}].beds[{b}].free[{f}].kept_for",
                            f"no patient has the id {_shown(free.kept_for)}",
                            "list the patient, or take the name out",
                        )
    groups = {(s.id, u.id, b.id) for s in case.settings for u in s.units for b in u.beds}
    for at, placement in enumerate(case.locked):
        for i, stay in enumerate(placement.stays):
            if (stay.setting, stay.unit, stay.beds) not in groups:
                yield Fault(
                    f"locked[{at}].stays[{i}]",
                    f"no beds {_shown(stay.beds)} in unit {_shown(stay.unit)} of {_shown(stay.setting)}",
                    "name beds of the case",
                )


def _after_the_planning_instant(case: Case) -> Iterator[Fault]:
    def late(at: str, moment: date | datetime) -> Fault:
        return Fault(at, f"{moment.isoformat()} is after as_at", "mend the date, or plan at a later instant")

    for p, patient in enumerate(case.patients):
        if patient.born is not None and patient.born > case.day0:
            yield late(f"patients[{p}].born", patient.born)
        for o, seen in enumerate(patient.observations):
            path = f"patients[{p}].observations[{o}]"
            if isinstance(seen, Test) and seen.specimen_at > case.as_at:
                yield late(f"{path}.specimen_at", seen.specimen_at)
            elif isinstance(seen, Symptoms) and seen.onset_on > case.day0:
                yield late(f"{path}.onset_on", seen.onset_on)
            elif isinstance(seen, Exposure) and seen.exposed_on > case.day0:
                yield late(f"{path}.exposed_on", seen.exposed_on)


@dataclass(frozen=True, slots=True)
class FrozenCase:
    """A case frozen from the hub, ready for the engine."""

    case: Case
    content: bytes
    """The case file; its hash is what the plan names."""
    sha256: str
    head: int
    """The journal's length at that instant."""
    names: dict[str, str]
    """Names of patients and settings by their ids, for the screen; not part of the case."""


@dataclass(frozen=True, slots=True)
class PlanFiles:
    """The files of a plan, byte for byte as they were stored."""

    case: bytes
    plan: bytes
    rules: bytes
    """The rule set's values as they were, canonical JSON."""
    previous: bytes | None = None
    """The plan file that it kept to; None where it was planned from nothing."""
