"""Numbers and codes are checked as they are typed."""

from __future__ import annotations

import pytest

from discharge.model.errors import UserError
from discharge.model.identifiers import NoNumber, cqc_id, nhs_number, ods_code, shown_nhs_number


@pytest.mark.parametrize("text", ["999 476 5949", "9994765949", " 999-476-5949 "])
def test_an_nhs_number_that_passes_modulus_11_is_ten_digits(text: str) -> None:
    assert nhs_number(text) == "9994765949"
    assert shown_nhs_number(nhs_number(text)) == "999 476 5949"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("999 123 4560", "check digit"),
        ("999 476 5948", "check digit"),
        ("999 476 594", "ten digits"),
        ("999 476 59499", "ten digits"),
        ("", "digits"),
        ("99947659I9", "digits only"),
        ("٩٩٩٤٧٦٥٩٤٩", "digits"),
    ],
)
def test_an_nhs_number_that_is_none_is_refused_and_says_why(text: str, says: str) -> None:
    with pytest.raises(UserError, match=says) as refusal:
        nhs_number(text)
    assert refusal.value.mend


def test_codes_are_trimmed_and_in_capitals() -> None:
    assert cqc_id(" 1-112951275 ") == "1-112951275"
    assert cqc_id("rxxyy") == "RXXYY"
    assert ods_code("rf4qh") == "RF4QH"


@pytest.mark.parametrize("text", ["", "1-", "112951275-1", "Elm Lodge", "1-12;DROP"])
def test_what_is_no_cqc_id_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        cqc_id(text)


@pytest.mark.parametrize("text", ["", "R", "RF4 QH", "RF4QHRF4QHX"])
def test_what_is_no_ods_code_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        ods_code(text)


def test_every_reason_for_no_number_has_words() -> None:
    assert len({reason.words for reason in NoNumber}) == len(NoNumber)
