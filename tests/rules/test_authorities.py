"""One authority, one name: however it is spelt (field case local-authority-spelling)."""

from __future__ import annotations

import re

from discharge.rules.authorities import authorities, authority, folded, names, nearest, one_name, one_spelling
from tests.over import over


@over(
    "spelling, name",
    [
        ("St. Helens", "St Helens"),
        ("st helens", "St Helens"),
        ("SAINT HELENS MBC", "St Helens"),
        ("St Helens Metropolitan Borough Council", "St Helens"),
        ("London Borough of Barking & Dagenham", "Barking and Dagenham"),
        ("Barking and Dagenham", "Barking and Dagenham"),
        ("Royal Borough of Kensington and Chelsea", "Kensington and Chelsea"),
        ("Royal Borough of Windsor and Maidenhead", "Windsor and Maidenhead"),
        ("City of Bristol", "Bristol"),
        ("Bristol, City of", "Bristol"),
        ("Bristol City Council", "Bristol"),
        ("Kingston upon Hull, City of", "Kingston upon Hull"),
        ("Hull City Council", "Kingston upon Hull"),
        ("Herefordshire, County of", "Herefordshire"),
        ("Durham County Council", "County Durham"),
        ("County Durham", "County Durham"),
        ("Stockton on Tees", "Stockton-on-Tees"),
        ("Southend", "Southend-on-Sea"),
        ("Bournemouth Christchurch & Poole", "Bournemouth, Christchurch and Poole"),
        ("City of London", "City of London"),
        ("City of London Corporation", "City of London"),
        ("City of Westminster", "Westminster"),
        ("Nottingham City", "Nottingham"),
        ("Nottinghamshire County Council", "Nottinghamshire"),
        ("City of York Council", "York"),
        ("Derby", "Derby"),
        ("Derbyshire", "Derbyshire"),
        ("LB Havering", "Havering"),
        ("E08000013", "St Helens"),
        ("Tendring", "Essex"),
        ("Tendring District Council", "Essex"),
        ("King’s Lynn & West Norfolk", "Norfolk"),
        ("Isle of Wight", "Isle of Wight"),
        ("East Riding of Yorkshire Council", "East Riding of Yorkshire"),
    ],
)
def test_a_usual_spelling_is_the_authority_on_the_list(spelling: str, name: str) -> None:
    assert one_name(spelling) == name


def test_the_list_has_every_authority_with_the_duty_once() -> None:
    assert len(names()) == 153
    assert len({one.code for one in authorities()}) == len(authorities())
    assert all(re.fullmatch(r"E(06|08|09|10)0000\d\d", one.code) for one in authorities())


def test_no_two_authorities_are_compared_as_one() -> None:
    spelt: dict[str, str] = {}
    for one in authorities():
        for spelling in (one.name, *one.also, *one.districts):
            assert spelt.setdefault(folded(spelling), one.name) == one.name, spelling


def test_what_is_not_on_the_list_stays_and_is_told_its_nearest() -> None:
    assert authority("Abbey") is None
    assert one_name("Abbey") == "Abbey"
    assert nearest("Haverring") == "Havering"
    assert nearest("Zzzz") is None
    assert authority("London") is None, "it could be any of 33"


def test_unknown_authorities_spelt_alike_are_one_too() -> None:
    found = one_spelling(["Abbey", "ABBEY ", "abbey.", "St. Helens", "st helens", "North Abbey"])
    assert found["ABBEY "] == found["abbey."] == found["Abbey"]
    assert found["st helens"] == found["St. Helens"] == "St Helens"
    assert found["North Abbey"] != found["Abbey"]
