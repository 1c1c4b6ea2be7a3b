"""What is written reads back the same, and the same is always written the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from pydantic import BaseModel

from discharge.model.case import Case
from discharge.model.errors import BrokenFile
from discharge.model.files import case_sha256, read_case, read_plan, write_case, write_plan
from discharge.model.patient import Patient
from discharge.model.patient_record import PatientDetails
from discharge.model.setting import Setting
from discharge.model.setting_record import SettingDetails
from tests.builders import case, locked, on, person, plan, positive, setting, stay
from tests.examples import few
from tests.matching.hubs import cases
from tests.model.broken_cases import whole

CASES = Path(__file__).parents[1] / "cases"


@given(cases())
@few(20)
def test_any_case_reads_back_as_it_was_written(of: Case) -> None:
    written = write_case(of)
    assert read_case(written) == of
    assert write_case(read_case(written)) == written


def test_a_case_that_uses_every_field_reads_back_as_it_was_written() -> None:
    of = read_case(json.dumps(whole()).encode())
    assert read_case(write_case(of)) == of


def test_offsets_are_kept_as_instants() -> None:
    data = whole()
    data["as_at"] = "2020-11-16T09:00:00+01:00"
    assert read_case(json.dumps(data).encode()) == read_case(json.dumps(whole()).encode())


def test_what_is_written_is_plain_text_with_a_line_end() -> None:
    written = write_case(case([person("Zoë")], [setting("Čapek")]))
    assert "Zoë" in written.decode("utf-8")
    assert written.endswith(b"}\n")
    assert b"\r" not in written


@pytest.mark.parametrize("longitude", [1e-5, -0.00002, 0.0001, 1e-7, 123.0, -0.0, 1.5])
def test_a_number_is_written_as_python_writes_it(longitude: float) -> None:
    written = write_case(case([person()], [setting(longitude=longitude, name="at 1e5 -0.00001")])).decode()
    assert f'"longitude": {longitude!r}' in written
    assert written == json.dumps(json.loads(written), ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("name", ["ten-people", "eighteen-people", "twenty-five-people"])
def test_the_kept_cases_and_their_plans_read_back(name: str) -> None:
    content = (CASES / f"{name}.json").read_bytes()
    of = read_case(content)
    assert read_case(write_case(of)) == of
    best = read_plan((CASES / f"{name}.best-plan.json").read_bytes())
    assert best.case_sha256 == case_sha256(content)
    assert read_plan(write_plan(best)) == best


def test_a_plan_reads_back_as_it_was_written() -> None:
    held = locked("P9", stay("S1/U1/B1", on(2)))
    found = plan(case([person(), person("P2", pathway="P1")], locked=[held]))
    assert found.placements
    assert found.unplaced
    written = write_plan(found)
    assert read_plan(written) == found
    assert write_plan(read_plan(written)) == written


def test_a_plan_has_the_fields_of_the_format_and_no_others() -> None:
    people = [person(observations=[positive(-1, "influenza")]), person("P2", pathway="P1")]
    found = json.loads(write_plan(plan(case(people, [setting()]))))
    assert list(found) == [
        "format",
        "case_sha256",
        "rule_set",
        "status",
        "gap",
        "objective",
        "placements",
        "unplaced",
    ]
    assert set(found["objective"]) == {"placed", "points"}
    (placed,) = found["placements"]
    assert set(placed) == {"patient", "locked", "stays", "conditions", "points", "because"}
    assert set(placed["stays"][0]) == {"setting", "unit", "beds", "from", "to", "requirement", "organisms"}
    assert placed["stays"][0]["to"] is None
    assert placed["because"]
    assert "total" in placed["points"]
    (unplaced,) = found["unplaced"]
    assert set(unplaced) == {"patient", "reasons", "would_help"}
    assert set(unplaced["reasons"][0]) == {"code", "rule", "settings", "text"}


PLAN_FAULTS = {
    "no status": ("status", None, "status"),
    "an unknown status": ("status", "good", "status"),
    "a negative gap": ("gap", -0.1, "gap"),
    "three counts": ("objective", {"placed": [1, 0, 0], "points": 0}, "objective.placed"),
    "an unknown field": ("colour", "red", "colour"),
    "a hash that isn't one": ("case_sha256", "abc", "case_sha256"),
    "placements that are null": ("placements", None, "placements"),
}


@pytest.mark.parametrize("what", PLAN_FAULTS)
def test_a_broken_plan_is_refused_with_its_path(what: str) -> None:
    key, value, path = PLAN_FAULTS[what]
    data = json.loads(write_plan(plan(case())))
    data[key] = value
    if value is None and key == "status":
        del data[key]
    with pytest.raises(BrokenFile) as caught:
        read_plan(json.dumps(data).encode())
    assert path in {fault.path for fault in caught.value.faults}


def test_the_hash_is_over_the_files_bytes() -> None:
    content = json.dumps(whole()).encode()
    assert case_sha256(content) != case_sha256(content + b" ")
    assert case_sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("of_case", "of_record"), [(Patient, PatientDetails), (Setting, SettingDetails)])
def test_a_record_takes_of_a_matching_fact_no_more_than_a_case_does(
    of_case: type[BaseModel], of_record: type[BaseModel]
) -> None:
    """Else one record that a case can't have would leave a hub that plans nobody."""
    both = set(of_case.model_fields) & set(of_record.model_fields) - {"name"}
    assert len(both) > 10
    for name in sorted(both):
        case_s, record_s = of_case.model_fields[name], of_record.model_fields[name]
        assert record_s.annotation == case_s.annotation, name
        assert record_s.metadata == case_s.metadata, name
