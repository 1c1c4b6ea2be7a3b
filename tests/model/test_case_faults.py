"""A broken case is refused with one line a fault: where, what and the mend."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from discharge.model.case import Case
from discharge.model.errors import BrokenFile, Fault
from discharge.model.files import read_case
from discharge.rules.rule_set import read_rule_set, rules_of, shipped_rule_sets
from tests.builders import AS_AT, case_json, free, on, person, read, setting
from tests.model.broken_cases import BROKEN, NOT_A_CASE, whole
from tests.over import over


def read_whole(content: bytes) -> Case:
    """A case read as the engine reads it: the file, then its rule set."""
    case = read_case(content)
    rules_of(case)
    return case


def faults_of(content: bytes) -> tuple[Fault, ...]:
    with pytest.raises(BrokenFile) as caught:
        read_whole(content)
    error = caught.value
    lines = str(error).splitlines()
    assert len(lines) == len(error.faults), "one line a fault"
    for line, fault in zip(lines, error.faults, strict=True):
        assert line == f"{fault.path}: {fault.what}; {fault.mend}"
        assert fault.path
        assert fault.what
        assert fault.mend
        line.encode()
    return error.faults


def test_the_whole_case_from_which_they_start_is_not_broken() -> None:
    assert len(read_whole(json.dumps(whole()).encode()).patients) == 2


@over("what", BROKEN)
def test_a_broken_case_is_refused_with_its_path_and_mend(what: str) -> None:
    broken = BROKEN[what]
    (fault,) = faults_of(broken.content())
    assert fault.path == broken.path
    assert broken.says in f"{fault.what}; {fault.mend}"


@pytest.mark.parametrize("what", NOT_A_CASE)
def test_what_is_no_case_at_all_is_refused_in_a_sentence(what: str) -> None:
    (fault,) = faults_of(NOT_A_CASE[what])
    assert len(str(fault)) < 200


def test_every_fault_of_a_case_is_told_at_once() -> None:
    data = whole()
    data["patients"][0]["priority"] = 9
    data["patients"][1]["born"] = "never"
    data["settings"][0]["colour"] = "red"
    data["weights"]["delay"] = -1
    paths = {fault.path for fault in faults_of(json.dumps(data).encode())}
    assert paths == {"patients[0].priority", "patients[1].born", "settings[0].colour", "weights.delay"}


def test_every_name_that_names_nothing_is_told_at_once() -> None:
    data = whole()
    data["patients"][0].update(preferred=["X", "S1", "Y"], together_with="Z")
    paths = [fault.path for fault in faults_of(json.dumps(data).encode())]
    assert paths == ["patients[0].preferred[0]", "patients[0].preferred[2]", "patients[0].together_with"]


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"patients":['])
def test_fifty_megabytes_nested_deep_are_refused_in_a_sentence(opening: str) -> None:
    content = (opening * (50_000_000 // len(opening))).encode()
    (fault,) = faults_of(content)
    assert fault.path == "(file)"
    assert "nested too deep" in fault.what


@pytest.mark.parametrize("field", ["born", "needs", "observations", "together_with"])
def test_json_nested_to_any_depth_is_refused_in_a_sentence(field: str) -> None:
    text = json.dumps(case_json([person(**{field: "DEEP"})]))
    for depth in range(900, 1010):
        faults_of(text.replace('"DEEP"', "[" * depth + "1" + "]" * depth).encode())


def test_a_number_of_more_digits_than_can_be_read_is_refused_in_the_programs_own_words() -> None:
    text = json.dumps(case_json([person(priority=1)])).replace('"priority": 1', '"priority": ' + "9" * 5000)
    (fault,) = faults_of(text.encode())
    assert str(fault) == "(file): holds a number with more digits than can be read; mend the number"


def test_a_long_value_is_told_in_short() -> None:
    data = whole()
    data["patients"][0]["pathway"] = "x" * 1_000_000
    (fault,) = faults_of(json.dumps(data).encode())
    assert len(str(fault)) < 300


def test_a_rule_set_file_whose_base_is_no_name_is_refused_with_its_line(tmp_path: Path) -> None:
    for base in ('["england-2024-04-01"]', "7", '{ value = "england-2024-04-01", source = "ours" }'):
        file = tmp_path / "ours.toml"
        file.write_text(f'name = "ours"\ntitle = "Ours"\nbase = {base}\n')
        with pytest.raises(BrokenFile) as caught:
            read_rule_set(file, shipped_rule_sets())
        assert "ours.toml: line 3: base" in str(caught.value)


# --- what is no fault ---------------------------------------------------------------------------------


@pytest.mark.parametrize("outbreak", [None, [], {"organism": "rsv"}, [{"organism": "rsv"}]])
def test_an_outbreak_is_null_or_one_or_a_list_of_them(outbreak: object) -> None:
    data = whole()
    data["settings"][0]["outbreak"] = outbreak
    assert len(read_whole(json.dumps(data).encode()).settings[0].outbreaks) == (1 if outbreak else 0)


def test_a_bed_kept_for_nobody_is_like_any_other() -> None:
    data = whole()
    plain = read(data)
    data["settings"][0]["units"][0]["beds"][0]["free"][0]["kept_for"] = None
    assert read(data) == plain


def test_a_birth_date_that_is_not_known_is_null() -> None:
    data = whole()
    data["patients"][0].update(born=None, sex="unknown")
    assert read_whole(json.dumps(data).encode()).patients[0].born is None


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_whole(b"\xef\xbb\xbf" + json.dumps(whole()).encode()) == read(whole())


def test_comments_are_ignored_anywhere() -> None:
    data = whole()
    plain = read(data)
    data["//"] = "half a character: \ud800"
    data["patients"][0]["//"] = {"anything": [1, 2]}
    data["patients"][0]["observations"][0]["//"] = None
    data["settings"][0]["units"][0]["beds"][0]["free"][0]["//"] = 7
    data["weights"]["//"] = "ours"
    data["rule_set"]["//"] = "ours"
    data["locked"][0]["stays"][0]["//"] = "by phone"
    commented = read(data)
    assert commented == plain
    rules_of(commented)


def test_comments_may_stand_twice_in_one_object() -> None:
    text = json.dumps(whole())
    assert read_case(("{" + '"//": 1, "//": 2, ' + text[1:]).encode()) == read(whole())


def test_lists_may_be_missing() -> None:
    bare = {"format": "discharge-case/1", "as_at": AS_AT, "rule_set": "england-2020-10-13"}
    assert read_whole(json.dumps(bare).encode()).patients == ()
    home = {"id": "S1", "type": "care_home", "admissions": "open"}
    thin = {**bare, "settings": [home, {**home, "id": "S2", "units": [{"id": "U1", "isolation": "none"}]}]}
    assert len(read_whole(json.dumps(thin).encode()).settings) == 2


def test_the_id_of_a_unit_or_of_beds_may_come_again_elsewhere() -> None:
    units = [{"id": "U1", "isolation": "none", "beds": []}, {"id": "U2", "isolation": "none", "beds": []}]
    for one in units:
        one["beds"] = setting()["units"][0]["beds"]
    read(case_json(settings=[setting("S1", *units), setting("S2", *units)]))


def test_the_patient_of_a_locked_placement_need_not_be_listed() -> None:
    assert read(whole()).locked[0].patient == "P9"


def test_a_companion_may_be_named_from_one_side_only() -> None:
    assert read(whole()).patients[1].together_with is None


def test_a_result_may_be_reported_after_the_planning_instant() -> None:
    data = whole()
    data["patients"][0]["observations"][0]["reported_at"] = "2020-11-20T08:00:00+00:00"
    read(data)


def test_what_happens_at_the_planning_instant_is_not_after_it() -> None:
    data = whole()
    data["patients"][0]["observations"][0].update(specimen_at=AS_AT, reported_at=AS_AT)
    data["patients"][0]["observations"][1].update(onset_on=on(0), resolved_on=on(0))
    data["patients"][0]["observations"][2]["exposed_on"] = on(0)
    read(data)


def test_the_planning_date_is_london_s_also_for_an_onset() -> None:
    data = case_json([person(observations=[])], as_at="2020-07-16T23:30:00+00:00")
    data["patients"][0]["observations"] = [{"organism": "rsv", "kind": "symptoms", "onset_on": "2020-07-17"}]
    read(data)


def test_a_span_may_be_empty() -> None:
    data = whole()
    data["settings"][0]["units"][0]["beds"][0]["free"] = [free(on(3), on(3))]
    data["settings"][1]["units"][0]["designated"] = {"from": on(3), "to": on(3)}
    read(data)


def test_a_pending_test_has_no_report_and_empty_fields_of_other_kinds_say_nothing() -> None:
    data = whole()
    data["patients"][0]["observations"][0] = {
        "organism": "sars-cov-2",
        "kind": "test",
        "result": "pending",
        "specimen_at": "2020-11-15T10:00:00+00:00",
        "reported_at": None,
        "onset_on": None,
        "exposed_on": None,
    }
    read(data)


def test_a_test_with_the_date_of_another_kind_is_a_fault() -> None:
    data = whole()
    data["patients"][0]["observations"][0]["onset_on"] = on(-4)
    (fault,) = faults_of(json.dumps(data).encode())
    assert fault.path == "patients[0].observations[0].onset_on"
