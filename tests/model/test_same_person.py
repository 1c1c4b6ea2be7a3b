"""Who may be one person: a table of spellings as they come from wards, letters and spreadsheets."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discharge.model.same_person import Likeness, People, Who, family_name, folded, likeness
from tests.examples import few
from tests.over import over

BORN = date(1934, 2, 17)

SAME_NAME = [
    ("Siobhan O'Connor", "Siobhan O\u2019Connor", "straight and curly apostrophe"),
    ("Siobh\u00e1n O\u2019Connor", "Siobhan O'Connor", "accent and apostrophe"),
    ("Siobhan O`Connor", "Siobhan OConnor", "no apostrophe"),
    ("Siobhan O Connor", "Siobhan O'Connor", "a space for the apostrophe"),
    ("Zoe\u0308 Bell", "Zo\u00eb Bell", "composed and decomposed"),
    ("Zo\u00eb Bell", "Zoe Bell", "with and without accent"),
    ("Bell, Zoe", "Zoe Bell", "family name first"),
    ("BELL Zoe", "Zoe Bell", "family name first, without a comma"),
    ("zoe  BELL", "Zoe Bell", "case and a double space"),
    ("Mrs Zoe Bell", "Zoe Bell", "a title"),
    ("Dr. Ann Marsh", "MARSH, Ann (Mrs)", "titles, and a comma"),
    ("Ann Smith-Jones", "Ann Smith Jones", "hyphen and space"),
    ("Ann Smith\u2010Jones", "Ann SmithJones", "another hyphen, and none"),
    ("Bob Smith\u00adJones", "Bob Smith-Jones", "a soft hyphen"),
    ("Jos\u00e9 Nu\u00f1ez", "JOSE NUNEZ", "Spanish letters"),
    ("S\u00f8ren Stra\u00dfer", "Soren Strasser", "letters of their own"),
    ("\u0141ukasz Wo\u017aniak", "Lukasz Wozniak", "Polish letters"),
    ("Mc Donald, Ian", "Ian McDonald", "a particle apart"),
]


@over("one, other, what", SAME_NAME)
def test_one_name_spelt_in_two_ways_is_one_name(one: str, other: str, what: str) -> None:
    assert likeness(Who(one, BORN), Who(other, BORN)) is Likeness.NAME, what
    assert likeness(Who(other, BORN), Who(one, BORN)) is Likeness.NAME, what


@over(
    "one, other",
    [
        ("Catherine Bell", "Katherine Bell"),
        ("Stephen Marsh", "Steven Marsh"),
        ("Ann Marsh", "Anne Marsh"),
        ("Ann Marsh", "Ann Elizabeth Marsh"),
        ("A. Marsh", "Ann Marsh"),
        ("Mohammed Ali", "Muhammad Ali"),
        ("Jonh Marh", "John Marsh"),
        ("Ann Mrash", "Anne Marsh"),
    ],
)
def test_names_spelt_nearly_alike_are_likely_one_person_born_on_one_day(one: str, other: str) -> None:
    assert likeness(Who(one, BORN), Who(other, BORN)) is Likeness.SPELLING
    assert likeness(Who(other, BORN), Who(one, BORN)) is Likeness.SPELLING
    assert likeness(Who(one, BORN), Who(other, date(1941, 3, 2))) is None


@over("one, other", [("Margaret Bell", "Peggy Bell"), ("Ann Marsh", "Ann Bell"), ("Ann Marsh", "Ann")])
def test_a_name_in_common_and_one_birth_date_are_worth_a_look(one: str, other: str) -> None:
    assert likeness(Who(one, BORN), Who(other, BORN)) is Likeness.PART


@over("one, other", [("Ann Marsh", "Zoe Bell"), ("Jo Li", "Bo Ng"), ("A Marsh", "A Bell"), ("Ada", "Ida")])
def test_nothing_in_common_but_the_birth_date_says_nothing(one: str, other: str) -> None:
    assert likeness(Who(one, BORN), Who(other, BORN)) is None


@over(
    "one, other, alike",
    [
        (date(1934, 3, 4), date(1934, 4, 3), True),
        (date(1934, 2, 17), date(1935, 2, 17), True),
        (date(1934, 2, 17), date(1934, 2, 11), True),
        (date(1934, 2, 17), date(1941, 3, 2), False),
    ],
)
def test_one_name_with_birth_dates_that_differ_by_a_slip(one: date, other: date, alike: bool) -> None:
    found = likeness(Who("Zo\u00eb Bell", one), Who("Bell, Zoe", other))
    assert found is (Likeness.BIRTH if alike else None)


@over(
    "one, other, alike",
    [
        (Who("Ann Marsh"), Who("Ann Marsh", BORN), True),
        (Who("Ann Marsh", None, "1934"), Who("Ann Marsh", BORN), True),
        (Who("Ann Marsh", None, "1941"), Who("Ann Marsh", BORN), False),
        (Who("Ann Marsh", None, "about 80"), Who("Ann Marsh", BORN), True),
        (Who("Unknown Male"), Who("unknown male"), True),
        (Who("Ann Marsh"), Who("Anne Marsh"), False),
    ],
)
def test_a_birth_date_that_is_not_known_is_like_any_that_it_could_be(
    one: Who, other: Who, alike: bool
) -> None:
    assert likeness(one, other) is (Likeness.NAMESAKE if alike else None)


def test_one_number_is_one_person_whatever_the_name() -> None:
    one = Who("Ann Marsh", BORN, nhs_number="9990001006")
    assert likeness(one, Who("Zoe Bell", None, nhs_number="9990001006")) is Likeness.NUMBER


def test_two_numbers_speak_against_one_person_unless_the_whole_name_is_alike() -> None:
    one = Who("Ann Marsh", BORN, nhs_number="9990001006")
    assert likeness(one, Who("Ann Bell", BORN, nhs_number="9990001014")) is None
    assert likeness(one, Who("MARSH, Ann", BORN, nhs_number="9990001014")) is Likeness.NAME
    assert likeness(one, Who("Ann Bell", BORN)) is Likeness.PART


def test_the_family_name_is_found_wherever_it_stands() -> None:
    names = ("Zoe Bell", "Bell, Zoe", "BELL Zoe", "Mrs Z. BELL", "B\u00e9ll, Mrs Zoe")
    assert {family_name(name) for name in names} == {"bell"}
    assert family_name("Siobh\u00e1n O\u2019Connor") == "oconnor"
    assert folded("Mr") == ("mr",)


def test_of_several_the_likest_comes_first() -> None:
    people = People(
        [
            ("P-0001", Who("Ann Bell", BORN)),
            ("P-0002", Who("Anne Marsh", BORN)),
            ("P-0003", Who("MARSH, Ann", BORN)),
            ("P-0004", Who("Ann Marsh", date(1941, 3, 2))),
        ]
    )
    assert people.like(Who("Ann Marsh", BORN)) == [
        ("P-0003", Likeness.NAME),
        ("P-0002", Likeness.SPELLING),
        ("P-0001", Likeness.PART),
    ]


def test_people_told_apart_by_a_figure_are_not_spelt_alike() -> None:
    assert likeness(Who("Person 12", BORN), Who("Person 13", BORN)) is Likeness.PART


@pytest.mark.whole
@few(150)
@given(st.text(max_size=25), st.text(max_size=25))
def test_likeness_is_the_same_from_both_sides_and_a_name_is_like_itself(one: str, other: str) -> None:
    assert likeness(Who(one, BORN), Who(other, BORN)) == likeness(Who(other, BORN), Who(one, BORN))
    if folded(one):
        assert likeness(Who(one, BORN), Who(one, BORN)) is Likeness.NAME
