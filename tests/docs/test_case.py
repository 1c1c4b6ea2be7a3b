"""docs/case.md says what the files are: every field, word, code and weight of the types, and nothing else.

Its examples are a case that is planned, and the plan that comes of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from discharge.cli import main
from discharge.matching.propose import propose
from discharge.matching.verify import verify
from discharge.matching.verify.reasons import ABOUT_THE_PERSON, CODES, RULE_IDS
from discharge.model import case, infection, patient, plan, setting
from discharge.model.files import case_sha256, read_case, read_plan, write_plan
from discharge.rules.eligibility import REASONS
from tests.docs.pages import ROOT, page, rows, section, words
from tests.matching.reason_table import TABLE
from tests.over import over

PAGE = page("case.md")

TYPES: Mapping[str, type[BaseModel]] = {
    "Case": case.Case,
    "Patient": patient.Patient,
    "Care": patient.Care,
    "Observation: test": infection.Test,
    "Observation: symptoms": infection.Symptoms,
    "Observation: exposure": infection.Exposure,
    "Observation: clearance": infection.Clearance,
    "Setting": setting.Setting,
    "Outbreak": setting.Outbreak,
    "Unit": setting.Unit,
    "Span": setting.Span,
    "Beds": setting.Beds,
    "Free": setting.Free,
    "Locked": plan.LockedPlacement,
    "Plan": plan.Plan,
    "Objective": plan.Objective,
    "Placement": plan.Placement,
    "Stay": plan.Stay,
    "Unplaced": plan.Unplaced,
    "Reason": plan.Reason,
    "Help": plan.Help,
}


def parts(annotation: object) -> Iterator[object]:
    """An annotation and everything in it."""
    yield annotation
    if get_origin(annotation) is not Literal:
        for part in get_args(annotation):
            yield from parts(part)


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The types that an annotation leads to."""
    for part in parts(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part
            for field in part.model_fields.values():
                yield from models_in(field.annotation)


def words_of(annotation: object) -> set[str]:
    """The words that a field may hold, where they are known."""
    found: set[str] = set()
    for part in parts(annotation):
        if get_origin(part) is Literal:
            found |= {str(word) for word in get_args(part)}
        elif isinstance(part, type) and issubclass(part, Enum):
            found |= {str(member.value) for member in part}
    return found


def told(name: str) -> dict[str, list[str]]:
    """The fields that the page tells of a type: whether required, and what is said."""
    return {field: row[1:] for row in rows(PAGE, name) for field in words(row[0])}


@over("name", TYPES)
def test_the_fields_of_the_type_stand_there_and_no_others(name: str) -> None:
    fields = {field.alias or own: field for own, field in TYPES[name].model_fields.items()}
    assert set(told(name)) == set(fields)


@over("name", TYPES)
def test_what_is_required_is_called_so(name: str) -> None:
    for own, field in TYPES[name].model_fields.items():
        says = told(name)[field.alias or own][0]
        needed = field.is_required() or own == "kind"
        assert (says == "yes") == needed, (name, own)
        assert says in ("yes", "", "unless pending", "one of two")


@over("name", TYPES)
def test_the_words_of_a_field_stand_beside_it(name: str) -> None:
    for own, field in TYPES[name].model_fields.items():
        if models := set(models_in(field.annotation)):
            assert models <= {*TYPES.values(), case.Weights, case.RatingWeights}
            continue
        allowed = words_of(field.annotation)
        if allowed:
            assert allowed <= set(words(told(name)[field.alias or own][1])), (name, own)


def test_the_defaults_stand_beside_their_fields() -> None:
    horizon = case.Case.model_fields["horizon_days"].default
    assert f"; {horizon}" in told("Case")["horizon_days"][1]


def test_every_weight_stands_there_with_its_default() -> None:
    shown: dict[str, object] = {}
    for field, info in case.Weights.model_fields.items():
        shown[field] = "" if field == "rating" else str(info.default)
    assert {words(row[0])[0]: row[1] for row in rows(PAGE, "What is optimal")} == shown
    ratings = {field: str(info.default) for field, info in case.RatingWeights.model_fields.items()}
    assert {words(row[0])[0]: row[1] for row in rows(PAGE, "What is optimal", table=1)} == ratings


def codes() -> dict[str, list[str]]:
    """The reason codes that the page tells: rules, what they are about, when."""
    return {words(row[0])[0]: row[1:] for row in rows(PAGE, "Reason codes")}


def test_every_reason_code_stands_there_and_no_other() -> None:
    assert set(codes()) == CODES
    about = {code: row[1] for code, row in codes().items()}
    assert {code for code in about if about[code] == "person"} == ABOUT_THE_PERSON
    assert {code for code in about if about[code] == "setting"} == set(REASONS)


def test_the_rules_of_a_code_are_those_that_the_engine_gives() -> None:
    given: dict[str, set[str]] = {}
    for row in TABLE.values():
        given.setdefault(row.code, set()).add(row.rule)
    assert {code: set(row[0].split(", ")) for code, row in codes().items()} == given


def test_every_word_for_a_breach_stands_there_and_no_other() -> None:
    found: set[str] = set()
    for file in (ROOT / "discharge" / "matching" / "verify").glob("*.py"):
        text = file.read_text("utf-8")
        found |= set(re.findall(r'(?:Breach\(|yield )"(\w+)",', text))
    told_words = {words(row[0])[0] for row in rows(PAGE, "What the verifier calls a breach")}
    assert told_words == found - RULE_IDS


# --- the examples -----------------------------------------------------------------------------------------


def examples() -> tuple[bytes, dict[str, Any]]:
    """The example case as a file's bytes, and the plan beside it."""
    first, second = re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL)
    answer: dict[str, Any] = json.loads(second)
    return first.encode(), answer


def test_the_example_case_is_planned_and_the_plan_is_the_one_that_stands_there() -> None:
    content, answer = examples()
    of = read_case(content)
    found = propose(of, sha256=case_sha256(content))
    assert verify(of, found, case_sha256=case_sha256(content)) == ()
    assert json.loads(write_plan(found)) == answer


def test_the_example_plan_reads_as_a_plan_that_keeps_every_rule() -> None:
    content, answer = examples()
    given = read_plan(json.dumps(answer).encode())
    assert verify(read_case(content), given, case_sha256=case_sha256(content)) == ()


def test_the_exit_codes_are_those_that_stand_there(tmp_path: Path) -> None:
    """0 for the example and its plan, 1 for a plan that breaks a rule, 2 for what can't be used."""
    told = section(PAGE, "Case and plan files")
    assert "exit code 0: a plan; 2: the case is broken" in told
    assert "0: every rule is kept; 1: a line for each breach; 2: can't be read" in told
    content, answer = examples()
    of, by = tmp_path / "case.json", tmp_path / "plan.json"
    of.write_bytes(content)
    assert main(["propose", str(of), "--out", str(by)]) == 0
    assert main(["verify", str(of), str(by)]) == 0
    answer["objective"]["points"] += 1
    by.write_text(json.dumps(answer), "utf-8")
    assert main(["verify", str(of), str(by)]) == 1
    by.write_text("{", "utf-8")
    assert main(["verify", str(of), str(by)]) == 2
    of.write_text("{}", "utf-8")
    assert main(["propose", str(of)]) == 2
