"""People as the field sends them: each kind of trouble with the value that is right."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions.context import Answered
from discharge.actions.exchange import ImportRefused, import_file, preview
from discharge.actions.file_kinds import FileKind
from discharge.actions.patients import amend_patient, register_patient
from discharge.exchange.report import Outcome
from discharge.model.errors import Asked
from tests.actions.a_hub import AHub

HEAD = (
    "name,nhs_number,no_nhs_number_because,born,sex,pathway,priority,ready_on,care_level,specialism,"
    "local_authority,organism,test_result,specimen_at,reported_at"
)
REST = "P3,2,2020-11-16,residential,general,Havering,,,,"


@pytest.fixture
def hub(tmp_path: Path) -> AHub:
    return AHub(tmp_path / "hub.db")


def people(*rows: str) -> bytes:
    """A list of people: name, number, reason for none, birth date, sex."""
    return "\n".join([HEAD, *(f"{row},{REST}" for row in rows)]).encode()


def outcomes(hub: AHub, file: bytes, *answered: int) -> list[Outcome]:
    report = preview(hub.desk, kind=FileKind.PATIENTS, source=file, answered=answered)
    return [row.outcome for row in report.rows]


def takes(hub: AHub, file: bytes, *answered: int) -> None:
    import_file(hub.desk, kind=FileKind.PATIENTS, source=file, by=hub.coordinator, answered=answered)


PAIRS = [
    ("Siobhan O'Connor", "Siobhan O\u2019Connor"),
    ("Zoe\u0308 Bell", "Zo\u00eb Bell"),
    ("Zo\u00eb Bell", "Zoe Bell"),
    ("Ann Marsh", '"Marsh, Ann"'),
    ("Ann Marsh", "Mrs ANN  MARSH"),
    ("Ann Smith-Jones", "Ann Smith Jones"),
    ("Catherine Bell", "Katherine Bell"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_likely_same_person_of_one_file_is_held_up_and_taken_on_somebodys_word(
    hub: AHub, one: str, other: str
) -> None:
    file = people(*(f"{name},,not_known,1934-02-17,female" for name in (one, other)))
    report = preview(hub.desk, kind=FileKind.PATIENTS, source=file)
    assert [row.outcome for row in report.rows] == [Outcome.TAKEN, Outcome.HELD]
    assert report.rows[1].remarks[0].reason.startswith("may be the same person as row 2: ")
    with pytest.raises(ImportRefused):
        takes(hub, file)
    takes(hub, file, 3)
    assert len(hub.desk.ask(lambda q: q.patients())) == 2
    assert outcomes(hub, file) == [Outcome.SAME, Outcome.SAME]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_likely_same_person_of_the_list_is_held_up(hub: AHub, one: str, other: str) -> None:
    takes(hub, people(f"{one},,not_known,1934-02-17,female"))
    file = people(f"{other},9990001006,,1934-02-17,female")
    report = preview(hub.desk, kind=FileKind.PATIENTS, source=file)
    assert [row.outcome for row in report.rows] == [Outcome.HELD]
    assert "may be the same person as P-0001, on the list" in report.rows[0].remarks[0].reason
    assert "P-0001" in report.rows[0].remarks[0].mend


def test_with_the_good_rows_alone_who_is_held_up_stays_out_and_it_is_said(hub: AHub) -> None:
    file = people("Ann Marsh,,not_known,1930-05-05,female", "ann marsh,,not_known,1930-05-05,female")
    done = import_file(hub.desk, kind=FileKind.PATIENTS, source=file, by=hub.coordinator, take_good_rows=True)
    assert (done.report.taken, done.report.held, done.report.read) == (1, 1, 2)
    assert done.report.summary() == "2 rows read: 1 new, 0 changed, 1 held up, 0 can't be taken."


def test_a_list_of_many_people_is_not_held_up_for_having_ordinary_names(hub: AHub) -> None:
    rows = [f"Person {at},,not_known,{1925 + at % 5}-05-04,female" for at in range(60)]
    assert set(outcomes(hub, people(*rows))) == {Outcome.TAKEN}


# what stands in the columns for birth and sex: what the hub keeps, and whether the row is taken
UNKNOWN = [
    ("1934", "not known", None, "1934", "unknown"),
    ("1934", "0", None, "1934", "unknown"),
    ("not known", "9", None, "", "unknown"),
    ("unknown", "X", None, "", "unknown"),
    ("about 80", "U", None, "about 80", "unknown"),
    ("c. 1934", "Not specified", None, "c. 1934", "unknown"),
    ("02/1934", "1", None, "02/1934", "male"),
    ("Feb 1934", "2", None, "Feb 1934", "female"),
    ("80s", "F", None, "80s", "female"),
    ("17/02/1934", "other", "1934-02-17", "", "other"),
]


@pytest.mark.parametrize(("born", "sex", "kept", "in_words", "kept_sex"), UNKNOWN)
def test_a_birth_date_and_a_sex_that_are_not_known_are_kept_as_that(
    hub: AHub, born: str, sex: str, kept: str | None, in_words: str, kept_sex: str
) -> None:
    takes(hub, people(f"Ann Marsh,,not_traced,{born},{sex}"))
    details = hub.desk.ask(lambda q: q.patient_details("P-0001"))
    assert (None if details.born is None else details.born.isoformat(), details.born_words) == (
        kept,
        in_words,
    )
    assert details.sex == kept_sex
    row = hub.desk.ask(lambda q: q.patients())[0]
    assert ("date of birth" in row.missing, row.age is None) == (kept is None, kept is None)


@pytest.mark.parametrize(
    "born", ["01/01/0001", "11/11/1111", "31/12/9999", "34", "12", "1834-01-01", "x1934"]
)
def test_a_birth_date_that_can_not_be_is_no_date(hub: AHub, born: str) -> None:
    assert outcomes(hub, people(f"Ann Marsh,,not_known,{born},female")) == [Outcome.REJECTED]


def test_what_can_not_be_seen_is_taken_out_with_a_remark(hub: AHub) -> None:
    file = people(
        "Ann One,999\u200d000\u200d1006,,1934-02-17,female",
        "Bob Smith\u00adJones,9990001014,,1934-02-17,female",
        "Cy Three,9994765949.0,,1934-02-17,female",
        "\ufeffDi Four,,not_known,1950-02-17,female",
    )
    report = preview(hub.desk, kind=FileKind.PATIENTS, source=file)
    assert [(row.outcome, row.remarks[0].field) for row in report.rows] == [
        (Outcome.CHANGED, "nhs_number"),
        (Outcome.CHANGED, "name"),
        (Outcome.CHANGED, "nhs_number"),
        (Outcome.CHANGED, "name"),
    ]
    takes(hub, file)
    rows = hub.desk.ask(lambda q: q.patients())
    assert [(row.name, row.nhs_number) for row in rows] == [
        ("Ann One", "9990001006"),
        ("Bob SmithJones", "9990001014"),
        ("Cy Three", "9994765949"),
        ("Di Four", None),
    ]


@pytest.mark.parametrize("name", ["Ann \u202ehsraM", "Ann\x07 Marsh", "Ann\x1fMarsh", "Ann \u2066Marsh"])
def test_a_name_that_deceives_is_rejected_by_file_and_by_hand(hub: AHub, name: str) -> None:
    report = preview(hub.desk, kind=FileKind.PATIENTS, source=people(f"{name},,not_known,1934-02-17,female"))
    assert [(row.outcome, row.remarks[0].field) for row in report.rows] == [(Outcome.REJECTED, "name")]
    with hub.refuses(says="holds a"):
        hub.patient(name)
    with hub.refuses(says="holds a"):
        hub.patient("Ann Marsh", notes=f"Daughter: {name}")


PLACEHOLDERS = [
    ("Test Test,,not_known,1934-02-17,female", "name"),
    ("Unknown Male,9990001006,,1934-02-17,male", "name"),
    ("Ann Marsh (discharged),9990001006,,1934-02-17,female", "name"),
    ("EMPTY BED,,not_known,not known,female", "name"),
    ("Ann Marsh,,not_known,01/01/1900,female", "born"),
    ("Ann Marsh,,not_known,01/01/1901,female", "born"),
    ("Ann Marsh,,not_known,01/01/1912,female", "born"),
    ("Ann Marsh,0000000000,,1934-02-17,female", "nhs_number"),
    ("Ann Marsh,999 999 9999,,1934-02-17,female", "nhs_number"),
]


@pytest.mark.parametrize(("row", "field"), PLACEHOLDERS)
def test_a_placeholder_is_asked_about_by_file_and_taken_on_somebodys_word(
    hub: AHub, row: str, field: str
) -> None:
    report = preview(hub.desk, kind=FileKind.PATIENTS, source=people(row))
    assert [(each.outcome, each.remarks[0].field) for each in report.rows] == [(Outcome.HELD, field)]
    with pytest.raises(ImportRefused):
        takes(hub, people(row))
    takes(hub, people(row), 2)
    assert len(hub.desk.ask(lambda q: q.patients())) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "Test Test"},
        {"name": "Unknown Male"},
        {"born": date(1901, 1, 1)},
        {"nhs_number": "9999999999", "no_number": None},
    ],
)
def test_a_placeholder_is_asked_about_by_hand(hub: AHub, fields: dict[str, Any]) -> None:
    register = partial(register_patient, details=hub.details(fields.pop("name", "Ann Marsh"), **fields))
    with pytest.raises(Asked) as asked:
        hub.does(register)
    hub.does(Answered(register, {asked.value.key: "So it stands on the wristband"}))
    assert len(hub.desk.ask(lambda q: q.patients())) == 1


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_likely_same_person_is_asked_about_by_hand(hub: AHub, one: str, other: str) -> None:
    hub.patient(one.strip('"'), born=date(1934, 2, 17))
    register = partial(register_patient, details=hub.details(other.strip('"'), born=date(1934, 2, 17)))
    with pytest.raises(Asked) as asked:
        hub.does(register)
    assert asked.value.sentence.startswith("P-0001 may be the same person: ")
    hub.does(Answered(register, {asked.value.key: "Cousins: both were asked"}))
    assert len(hub.desk.ask(lambda q: q.patients())) == 2


def test_a_name_amended_to_somebody_elses_is_asked_about(hub: AHub) -> None:
    hub.patient("Ann Marsh")
    other = hub.patient("Zoe Bell")
    with pytest.raises(Asked):
        hub.does(partial(amend_patient, patient=other, changes={"name": "MARSH, Ann"}))
    hub.does(partial(amend_patient, patient=other, changes={"ward": "Elm"}))


def test_the_case_of_somebody_nobody_knows_comes_in_and_two_of_them_are_told_apart(hub: AHub) -> None:
    takes(hub, people("Unknown Male,,not_traced,1934,not known"))
    details = hub.desk.ask(lambda q: q.patient_details("P-0001"))
    assert (details.born, details.born_words, details.sex) == (None, "1934", "unknown")
    assert outcomes(hub, people("Unknown Male,,not_traced,not known,not known")) == [Outcome.HELD]


@pytest.mark.parametrize("typed", ["oconnor", "O'Connor siobhan", "siobhan", "SIOBH\u00c1N"])
def test_somebody_is_found_however_their_name_is_spelt(hub: AHub, typed: str) -> None:
    hub.patient("Siobh\u00e1n O'Connor", born=date(1934, 2, 17))
    assert [one.id for one in hub.desk.ask(lambda q: q.find(typed))] == ["P-0001"]


def test_a_home_is_registered_by_the_name_that_one_sees(hub: AHub) -> None:
    home = hub.setting("Oak\u200d \u00a0Lodge")
    assert hub.desk.ask(lambda q: q.setting_details(home)).name == "Oak Lodge"
    with hub.refuses(says="turns the order of writing"):
        hub.setting("Oak \u202eegdoL")
