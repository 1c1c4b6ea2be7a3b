"""Lists of patients: British dates, real numbers, nobody twice, and nothing private in a remark."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from discharge.exchange.known_people import KnownHub, KnownPerson, Person
from discharge.exchange.patients import COLUMNS, read_patients
from discharge.exchange.report import Answers, Imported, Outcome, RowOutcome
from discharge.model.identifiers import NoNumber
from discharge.model.infection import Exposure, Symptoms, Test
from discharge.model.patient import Care, Pathway
from tests.examples import few
from tests.exchange.csv_files import csv_file
from tests.over import over

TEMPLATES = Path(__file__).resolve().parents[2] / "resources" / "templates"
NOW = datetime(2020, 11, 16, 8, 0, tzinfo=UTC)
ORGANISMS = frozenset({"sars-cov-2", "influenza", "c_difficile"})
SETTINGS = {"1-100000001": "1-100000001", "1-100000002": "S-0002", "S-0002": "S-0002"}
EDITH = {
    "name": "Edith Sample",
    "nhs_number": "999 000 1006",
    "born": "1934-02-17",
    "sex": "F",
    "pathway": "P3",
    "priority": "2",
    "ready_on": "2020-11-15",
    "care_level": "residential",
    "specialism": "dementia",
}
ARTHUR = EDITH | {"name": "Arthur Specimen", "nhs_number": "9990001014", "born": "1941-09-03", "sex": "male"}


def patients(*rows: dict[str, str], columns: tuple[str, ...] = ()) -> bytes:
    return csv_file(COLUMNS, *rows, more=columns)


def read(*rows: dict[str, str], people: tuple[KnownPerson, ...] = ()) -> Imported[Any]:
    return read_patients(patients(*rows), KnownHub(people, SETTINGS, ORGANISMS), now=NOW)


def only(row: dict[str, str]) -> tuple[Person, RowOutcome]:
    result = read(row)
    assert len(result.found) == 1, [str(remark) for remark in result.report.rows[0].remarks]
    return result.found[0], result.report.rows[0]


def outcomes(result: Imported[Any]) -> list[Outcome]:
    return [row.outcome for row in result.report.rows]


def known(row: dict[str, str], *, left: bool = False) -> KnownPerson:
    person = read(row).found[0]
    return KnownPerson("P-0012", person.details, frozenset(person.observations), left)


def test_a_person_comes_in_with_what_the_row_says() -> None:
    person, outcome = only(
        EDITH
        | {
            "needs": "Hoist; PEG feeding;hoist; language:PL",
            "usual_setting": "1-100000002",
            "preferred": "S-0002; 1-100000001",
            "max_weekly_fee": "£1,200.50",
            "max_km": "15",
            "postcode": "rm70ag",
            "hospital": "rf4qh",
            "immunosuppressed": "Yes",
            "latitude": "51.5686",
            "longitude": "0.1794",
        }
    )
    details = person.details
    assert (outcome.outcome, outcome.new, outcome.about) == (Outcome.TAKEN, True, "")
    assert (details.name, details.nhs_number, details.born) == (
        "Edith Sample",
        "9990001006",
        date(1934, 2, 17),
    )
    assert (details.pathway, details.priority, details.sex) == (Pathway.P3, 2, "female")
    assert details.care == Care(level="residential", specialism="dementia")
    assert details.needs == ("hoist", "peg_feeding", "language:pl")
    assert (details.usual_setting, details.preferred) == ("S-0002", ("S-0002", "1-100000001"))
    assert (details.max_weekly_fee, details.max_km) == (1200.5, 15.0)
    assert (details.postcode, details.hospital, details.immunosuppressed) == ("RM7 0AG", "RF4QH", True)
    assert person.observations == ()


def test_the_last_test_symptoms_and_exposure_come_with_the_person() -> None:
    person, _ = only(
        EDITH
        | {
            "organism": "COVID-19",
            "test_result": "Not detected",
            "specimen_at": "15/11/2020 09:30",
            "reported_at": "2020-11-15T21:00+01:00",
            "symptoms_since": "2020-11-01",
            "symptoms_until": "04/11/2020",
            "exposed_on": "2020-11-14",
        }
    )
    assert person.observations == (
        Test(
            organism="sars-cov-2",
            result="negative",
            specimen_at=datetime(2020, 11, 15, 9, 30, tzinfo=UTC),
            reported_at=datetime(2020, 11, 15, 20, 0, tzinfo=UTC),
        ),
        Symptoms(organism="sars-cov-2", onset_on=date(2020, 11, 1), resolved_on=date(2020, 11, 4)),
        Exposure(organism="sars-cov-2", exposed_on=date(2020, 11, 14)),
    )


def test_a_time_without_an_offset_is_on_londons_clocks() -> None:
    row = EDITH | {"test_result": "pending", "specimen_at": "2020-07-01 09:30"}
    test = only(row)[0].observations[0]
    assert isinstance(test, Test)
    assert test.specimen_at == datetime(2020, 7, 1, 8, 30, tzinfo=UTC)


@over(
    "change, field, reason",
    [
        ({"name": ""}, "name", "is empty"),
        ({"name": "x" * 201}, "name", "201 characters long"),
        ({"nhs_number": "999 123 4560"}, "nhs_number", "fails its check digit"),
        ({"nhs_number": "999 000 100"}, "nhs_number", "ten digits"),
        ({"nhs_number": "9.99E+09"}, "nhs_number", "rounded by a spreadsheet"),
        ({"nhs_number": ""}, "nhs_number", "is empty"),
        ({"nhs_number": "", "no_nhs_number_because": "lost"}, "no_nhs_number_because", "not known"),
        ({"no_nhs_number_because": "overseas"}, "no_nhs_number_because", "beside an NHS number"),
        ({"born": "03/09/19"}, "born", "two digits"),
        ({"born": "2020-11-17"}, "born", "in the future"),
        ({"born": "1890-01-01"}, "born", "more than 125 years"),
        ({"born": "02/17/1934"}, "born", "month before the day"),
        ({"born": "#N/A"}, "born", "a spreadsheet's error"),
        ({"born": "1934-02-30"}, "born", "not a day of the calendar"),
        ({"born": "17 Fbe 1934"}, "born", "not a date"),
        ({"sex": "?"}, "sex", "not known"),
        ({"sex": ""}, "sex", "is empty"),
        ({"pathway": "P4"}, "pathway", "not known"),
        ({"priority": "5"}, "priority", "not between 1 and 4"),
        ({"priority": "high"}, "priority", "not a whole number"),
        ({"ready_on": ""}, "ready_on", "is empty"),
        ({"care_level": "lots"}, "care_level", "not known"),
        ({"latitude": "51.5"}, "longitude", "is empty where the other"),
        ({"latitude": "0.18", "longitude": "51.5"}, "latitude", "not between"),
        ({"max_km": "near"}, "max_km", "not a number"),
        ({"max_km": "1e3"}, "max_km", "not a number"),
        ({"max_weekly_fee": "-1"}, "max_weekly_fee", "not between"),
        ({"stay_days": "0"}, "stay_days", "not between"),
        ({"immunosuppressed": "unsure"}, "immunosuppressed", "neither yes nor no"),
        ({"usual_setting": "1-999999999"}, "usual_setting", "no setting of this hub"),
        ({"organism": "measles"}, "organism", "not known"),
        ({"organism": "influenza"}, "organism", "nothing is said of it"),
        ({"test_result": "negative"}, "specimen_at", "is empty"),
        ({"specimen_at": "2020-11-15 09:00"}, "test_result", "is empty"),
        ({"test_result": "negative", "specimen_at": "2020-11-15 09:00"}, "reported_at", "is empty"),
        (
            {"test_result": "pending", "specimen_at": "2020-11-15 09:00", "reported_at": "2020-11-15 10:00"},
            "reported_at",
            "pending test",
        ),
        (
            {"test_result": "void", "specimen_at": "2020-11-15 09:00", "reported_at": "2020-11-15 08:00"},
            "reported_at",
            "before the specimen",
        ),
        ({"test_result": "pending", "specimen_at": "2020-11-16 08:01"}, "specimen_at", "in the future"),
        ({"test_result": "pending", "specimen_at": "2020-10-25 01:30"}, "specimen_at", "clocks change"),
        ({"test_result": "pending", "specimen_at": "2020-03-29 01:30"}, "specimen_at", "clocks change"),
        ({"symptoms_since": "2020-11-17"}, "symptoms_since", "in the future"),
        ({"symptoms_until": "2020-11-10"}, "symptoms_since", "is empty where"),
        (
            {"symptoms_since": "2020-11-10", "symptoms_until": "2020-11-09"},
            "symptoms_until",
            "before symptoms_since",
        ),
        ({"exposed_on": "2020-12-01"}, "exposed_on", "in the future"),
    ],
)
def test_a_row_that_is_wrong_is_rejected_by_field_reason_and_mend(
    change: dict[str, str], field: str, reason: str
) -> None:
    result = read(EDITH | change, ARTHUR)
    assert outcomes(result) == [Outcome.REJECTED, Outcome.TAKEN]
    remarks = [remark for remark in result.report.rows[0].remarks if remark.field == field]
    assert remarks, result.report.rows[0].remarks
    assert reason in remarks[0].reason
    assert remarks[0].mend


@over(
    "change, field",
    [
        ({"care_level": "", "specialism": ""}, "care_level"),
        ({"care_level": ""}, "care_level"),
        ({"specialism": ""}, "specialism"),
        ({"needs": "hoist; fresh air"}, "needs"),
        ({"preferred": "1-100000001; 1-999999999"}, "preferred"),
        ({"postcode": "somewhere"}, "postcode"),
        ({"hospital": "!"}, "hospital"),
    ],
)
def test_a_row_with_something_to_look_at_is_taken_and_it_is_said(change: dict[str, str], field: str) -> None:
    _, outcome = only(EDITH | change)
    assert outcome.outcome is Outcome.CHANGED
    assert [remark.field for remark in outcome.remarks] == [field]


def test_a_person_without_a_number_comes_in_with_the_reason() -> None:
    person, _ = only(EDITH | {"nhs_number": "", "no_nhs_number_because": "Not known yet"})
    assert (person.details.nhs_number, person.details.no_number) == (None, NoNumber.NOT_KNOWN)


def test_what_looks_like_a_formula_stays_text() -> None:
    person, outcome = only(EDITH | {"name": '=HYPERLINK("x")', "ward": "+Ash", "notes": "@SUM(A1)"})
    assert (person.details.name, person.details.ward, person.details.notes) == (
        '=HYPERLINK("x")',
        "+Ash",
        "@SUM(A1)",
    )
    assert outcome.outcome is Outcome.TAKEN


def test_a_british_date_is_never_read_as_an_american_one() -> None:
    result = read(EDITH | {"born": "03/04/1934"})
    assert result.found[0].details.born == date(1934, 4, 3)
    assert "In 1 row a date such as 03/04/2020 was read as day/month/year: 3 April." in result.report.notes


def test_one_american_date_makes_every_ambiguous_one_of_the_file_doubtful() -> None:
    result = read(EDITH | {"born": "03/04/1934"}, ARTHUR | {"born": "09/23/1941"})
    assert outcomes(result) == [Outcome.REJECTED, Outcome.REJECTED]
    assert "row 3 has the month before the day" in result.report.rows[0].remarks[0].reason
    assert outcomes(read(EDITH, ARTHUR | {"born": "09/23/1941"})) == [Outcome.TAKEN, Outcome.REJECTED]


def test_one_nhs_number_is_one_person() -> None:
    result = read(EDITH, ARTHUR | {"nhs_number": "9990001006"})
    assert outcomes(result) == [Outcome.TAKEN, Outcome.REJECTED]
    assert result.report.rows[1].remarks[0].reason == "row 2 has the same NHS number"


def test_one_name_and_birth_date_is_one_person_until_two_numbers_say_otherwise() -> None:
    nameless = EDITH | {"name": "edith  SAMPLE", "nhs_number": "", "no_nhs_number_because": "not_traced"}
    assert outcomes(read(EDITH, nameless)) == [Outcome.TAKEN, Outcome.HELD]
    assert outcomes(read(EDITH, EDITH | {"nhs_number": "9990001014"})) == [Outcome.TAKEN, Outcome.CHANGED]


def test_a_person_whom_the_hub_knows_as_they_are_is_the_same() -> None:
    row = EDITH | {"test_result": "pending", "specimen_at": "2020-11-15 09:00"}
    result = read(row, people=(known(row),))
    assert (outcomes(result), result.found) == ([Outcome.SAME], ())


def test_a_person_whom_the_hub_knows_otherwise_is_changed_field_by_field() -> None:
    later = {"ward": "Ash", "test_result": "pending", "specimen_at": "2020-11-15 09:00"}
    result = read(EDITH | later, people=(known(EDITH | {"ward": "Elm"}),))
    assert outcomes(result) == [Outcome.TAKEN]
    row = result.report.rows[0]
    assert (row.about, row.new) == ("P-0012", False)
    assert [(each.field, each.old, each.new) for each in row.changes] == [
        ("ward", "Elm", "Ash"),
        ("test_result", "", "sars-cov-2: pending, specimen of Sun 15 Nov"),
    ]
    found = result.found[0]
    assert isinstance(found, Person)
    assert (found.known, dict(found.changes), len(found.observations)) == ("P-0012", {"ward": "Ash"}, 1)


def test_a_person_known_by_name_and_birth_alone_is_not_taken_twice() -> None:
    nameless = EDITH | {"nhs_number": "", "no_nhs_number_because": "not_known"}
    assert outcomes(read(EDITH, people=(known(nameless),))) == [Outcome.HELD]
    assert outcomes(read(nameless, people=(known(EDITH),))) == [Outcome.HELD]
    assert outcomes(read(EDITH | {"nhs_number": "9990001014"}, people=(known(EDITH),))) == [Outcome.CHANGED]


def test_a_person_who_left_is_to_be_taken_back_by_hand() -> None:
    result = read(EDITH, people=(known(EDITH, left=True),))
    assert outcomes(result) == [Outcome.REJECTED]
    assert result.report.rows[0].remarks[0].mend == "take P-0012 back onto the list"


def test_no_remark_quotes_a_persons_name_number_or_birth() -> None:
    broken = EDITH | {"born": "31/02/1934", "nhs_number": "9990001007", "postcode": "Secret Lane"}
    text = read(
        EDITH,
        EDITH,
        broken,
        EDITH | {"nhs_number": "", "no_nhs_number_because": "other"},
        people=(known(EDITH),),
    ).report.as_csv()
    for private in ("Edith", "9990001006", "9990001007", "1934", "Secret"):
        assert private not in text


def test_the_template_has_every_column_and_says_what_each_is() -> None:
    header = next(csv.reader((TEMPLATES / "patients.csv").read_text().splitlines()))
    assert set(header) == {*COLUMNS.required, *COLUMNS.optional}
    readme = (TEMPLATES / "README.md").read_text()
    assert [name for name in header if f"`{name}`" not in readme] == []
    assert read_patients(TEMPLATES / "patients.csv", KnownHub((), {}, ORGANISMS), now=NOW).report.read == 0


def test_the_example_beside_the_template_comes_in_whole() -> None:
    result = read_patients(TEMPLATES / "patients_example.csv", KnownHub((), {}, ORGANISMS), now=NOW)
    assert outcomes(result) == [Outcome.TAKEN] * 3
    assert [len(person.observations) for person in result.found if isinstance(person, Person)] == [1, 2, 1]


CELLS = st.sampled_from(
    ["", "=1", "P0", "3", "1934-02-17", "03/04/1934", "02/17/1934", "9990001006", "9990001014", "negative"]
)


@few(30)
@given(rows=st.lists(st.dictionaries(st.sampled_from(sorted(EDITH)), CELLS, max_size=3), max_size=6))
def test_every_row_has_one_outcome_and_no_number_comes_in_twice(rows: list[dict[str, str]]) -> None:
    result = read(*(EDITH | row for row in rows))
    report = result.report
    assert report.taken + report.changed + report.same + report.rejected == report.read == len(rows)
    assert len(result.found) == report.taken + report.changed
    numbers = [person.details.nhs_number for person in result.found]
    assert len(numbers) == len(set(numbers))
    assert all(row.remarks for row in report.rows if row.outcome in (Outcome.CHANGED, Outcome.REJECTED))


# what a list of a ward's own has no column for


def wards_own(*rows: dict[str, str]) -> Imported[Any]:
    """A list with the columns of its rows alone."""
    titles = tuple(rows[0])
    lines = [titles, *(tuple(row[title] for title in titles) for row in rows)]
    content = "\n".join(",".join(line) for line in lines).encode()
    return read_patients(content, KnownHub((), SETTINGS, ORGANISMS), now=NOW)


def test_a_list_without_priorities_takes_the_new_as_routine_and_says_so() -> None:
    result = wards_own({name: cell for name, cell in EDITH.items() if name != "priority"})
    assert result.found[0].details.priority == 4
    assert "The list has no priority: whoever is new is taken as 4, to be amended." in (result.report.notes)


def test_a_list_without_priorities_leaves_a_known_persons_as_it_is() -> None:
    without = {name: cell for name, cell in EDITH.items() if name != "priority"}
    content = "\n".join([",".join(without), ",".join(without.values())]).encode()
    hub = KnownHub((known(EDITH | {"priority": "1"}),), SETTINGS, ORGANISMS)
    assert outcomes(read_patients(content, hub, now=NOW)) == [Outcome.SAME]


def test_an_empty_number_is_not_known_where_the_list_has_no_column_to_say_why() -> None:
    result = wards_own(EDITH | {"nhs_number": ""})
    assert result.found[0].details.no_number == "not_known"
    assert [each.field for each in result.report.rows[0].remarks] == ["nhs_number"]
    assert outcomes(wards_own(EDITH | {"nhs_number": "", "no_nhs_number_because": ""})) == [Outcome.REJECTED]


def test_a_result_is_reported_when_it_was_taken_where_the_list_has_no_column_for_that() -> None:
    swabbed = EDITH | {"test_result": "negative", "specimen_at": "2020-11-15 09:00"}
    result = wards_own(swabbed)
    (test,) = result.found[0].observations
    assert test.reported_at == test.specimen_at
    assert result.report.rows[0].outcome is Outcome.CHANGED
    person = known(swabbed | {"reported_at": "2020-11-15 20:00"})
    again = "\n".join([",".join(swabbed), ",".join(swabbed.values())]).encode()
    hub = KnownHub((person,), SETTINGS, ORGANISMS)
    assert outcomes(read_patients(again, hub, now=NOW)) == [Outcome.SAME]


def test_where_a_second_row_of_somebody_tells_of_another_result_neither_row_stands() -> None:
    swab = {"organism": "covid", "test_result": "negative", "specimen_at": "2020-11-14T09:00+00:00"}
    swab |= {"reported_at": "2020-11-14T20:00+00:00"}
    for one in (EDITH, {**EDITH, "nhs_number": "", "no_nhs_number_because": "not_known"}):
        found = read(one | swab, one | swab | {"test_result": "positive"})
        assert not found.found
        assert found.report.faults == found.report.read == 2
        assert any("otherwise of their tests" in each.reason for each in found.report.rows[0].remarks)
        assert len(read(one | swab, one).found) == 1


@over(
    "cells",
    [
        {"test_result": "neg?", "specimen_at": "2020-11-15 10:00", "reported_at": "2020-11-15 12:00"},
        {"test_result": "Negative (?)", "specimen_at": "2020-11-15 10:00", "reported_at": "2020-11-15 12:00"},
        {"immunosuppressed": "no?"},
        {"sex": "F ?"},
        {"care_level": "residential?"},
        {"organism": "influenza?", "symptoms_since": "2020-11-14"},
    ],
)
def test_a_word_with_a_question_mark_is_not_read_as_the_word(cells: dict[str, str]) -> None:
    result = read(EDITH | cells)
    assert outcomes(result) == [Outcome.REJECTED]
    assert "?" in str(result.report.rows[0].remarks[0])


def test_a_need_in_doubt_is_a_need_and_a_pathway_in_doubt_is_said() -> None:
    person, outcome = only(EDITH | {"needs": "hoist?; PEG feeding ?", "pathway": "P3?"})
    assert person.details.needs == ("hoist", "peg_feeding")
    assert any("in doubt" in str(remark) for remark in outcome.remarks)


def test_a_pathway_that_is_taken_back_holds_its_row_up_until_it_is_answered() -> None:
    held = read(EDITH | {"pathway": "P3 declined"})
    assert outcomes(held) == [Outcome.HELD]
    assert not held.found
    answers = Answers(another=frozenset({held.report.rows[0].row}))
    hub = KnownHub((), SETTINGS, ORGANISMS)
    answered = read_patients(patients(EDITH | {"pathway": "P3 declined"}), hub, now=NOW, answers=answers)
    assert isinstance(answered.found[0], Person)
    assert answered.found[0].details.pathway is Pathway.P3
    assert "taken all the same" in str(answered.report.rows[0].remarks[0])


@over("column", ["symptoms_since", "exposed_on"])
def test_an_infection_that_is_not_named_is_said_to_be_taken_as_covid_19(column: str) -> None:
    person, outcome = only(EDITH | {column: "2020-11-14"})
    assert person.observations[0].organism == "sars-cov-2"
    assert any(remark.field == column and "taken as" in str(remark) for remark in outcome.remarks)
    _, named = only(EDITH | {column: "2020-11-14", "organism": "influenza"})
    assert not named.remarks


@over("dash", ["-", "--", "–", "n/a", "N/A", "nan", "NaN", "NaT", "NULL", "<null>"])
def test_a_dash_says_nothing_neither_negative_nor_no(dash: str) -> None:
    odd = dict.fromkeys(("test_result", "specimen_at", "reported_at", "immunosuppressed", "max_km"), dash)
    plain = dict.fromkeys(odd, "")
    one, other = read(EDITH | odd), read(EDITH | plain)
    assert one.found == other.found
    assert "is empty" in read(EDITH | {"sex": dash}).report.rows[0].remarks[0].reason


def test_names_of_columns_that_come_again_and_lines_of_dashes_are_nobodys_rows() -> None:
    names = (*COLUMNS.required, *COLUMNS.optional)
    found = read(EDITH, dict.fromkeys(names, "---"), {name: name for name in names}, ARTHUR)
    assert (found.report.read, len(found.found)) == (2, 2)
    assert "1 empty row passed over." in found.report.notes
    assert "1 row of the columns' names again passed over." in found.report.notes
