"""What is typed or pasted is taken as one sees it: a table of what copies carry with them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discharge.model.errors import UserError
from discharge.model.identifiers import cqc_id, nhs_number, ods_code
from discharge.model.typed import deceives, deceiving_in, seen
from tests.over import over

# what was pasted, what one sees, what is said of the rest
NAMES = [
    ("Edith Sample", "Edith Sample", ""),
    ("  Edith \t Sample ", "Edith Sample", ""),
    ("Edith\u00a0Sample", "Edith Sample", ""),
    ("Edith\u2009Sample\u3000", "Edith Sample", ""),
    ("Zoe\u0308 Bell", "Zo\u00eb Bell", ""),
    ("Bob Smith\u00adJones", "Bob SmithJones", "a soft hyphen, which some programs show as a hyphen,"),
    ("Ann\u200d Marsh", "Ann Marsh", "a joiner"),
    ("\ufeffAnn Marsh", "Ann Marsh", "a byte order mark"),
    ("Ann\u200b Mar\u200csh\u2060", "Ann Marsh", "a space without width and a joiner"),
    ("Ann Marsh\u200e", "Ann Marsh", "a mark of direction"),
    ("Ann\ufe0f Marsh", "Ann Marsh", "a variation mark"),
    ("\u200b", "", "a space without width"),
    ("Siobh\u00e1n O\u2019Connor", "Siobh\u00e1n O\u2019Connor", ""),
    ("\u5f20\u4f1f", "\u5f20\u4f1f", ""),
]


@over("pasted, text, unseen", NAMES)
def test_a_name_is_taken_as_one_sees_it(pasted: str, text: str, unseen: str) -> None:
    found = seen(pasted)
    assert (found.text, found.refused) == (text, "")
    assert found.remark == (f"held {unseen} that can't be seen; taken without" if unseen else "")


@over(
    "pasted, why",
    [
        ("Ann \u202ehsraM", "turns the order of writing round"),
        ("\u2066Ann\u2069 Marsh", "turns the order of writing round"),
        ("Ann\x00 Marsh", "control character"),
        ("Ann\x1f Marsh", "control character"),
        ("Ann\x07 Marsh", "control character"),
        ("Ann\x85Marsh\x9b", "control character"),
        ("Ann \ue000", "without a picture"),
    ],
)
def test_what_deceives_or_can_not_be_shown_is_refused(pasted: str, why: str) -> None:
    assert why in seen(pasted).refused


def test_a_text_of_several_lines_keeps_its_lines() -> None:
    pasted = "Daughter: Ann\u200d \r\nrings\u00a0on Mondays\r\n\r\nKey safe"
    assert seen(pasted, lines=True).text == "Daughter: Ann\nrings on Mondays\n\nKey safe"
    assert seen(pasted).text == "Daughter: Ann rings on Mondays Key safe"


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(max_size=30), st.booleans())
def test_taking_it_twice_is_taking_it_once(text: str, lines: bool) -> None:
    once = seen(text, lines=lines)
    again = seen(once.text, lines=lines)
    assert (again.text, again.unseen, again.refused) == (once.text, (), "")
    assert not deceives(once.text)


def test_what_deceives_is_found_deep_inside_an_entry() -> None:
    assert deceiving_in({"details": {"needs": ["hoist", "a\u202eb"], "born": None, "n": 3}}) == "a\u202eb"
    assert deceiving_in({"details": {"notes": "two\nlines\tand a tab", "name": "Zo\u00eb"}}) == ""


@over(
    "pasted",
    [
        "9990001006",
        "999 000 1006",
        "999-000-1006",
        "999\u2013000\u20131006",
        "999\u2011000\u22121006",
        "999\u200d000\u200d1006",
        "\ufeff9990001006\u200b",
        "999\u00a0000\u00a01006",
        "999\u00ad0001006",
        "9990001006.0",
        "9990001006.",
        "\uff19\uff19\uff19\uff10\uff10\uff10\uff11\uff10\uff10\uff16",
        "  9990001006\t",
    ],
)
def test_an_nhs_number_is_the_ten_figures_that_one_sees(pasted: str) -> None:
    assert nhs_number(pasted) == "9990001006"


@over("pasted", ["9990001007", "999000100", "999000100.6", "9990001006.5", "99900O1006"])
def test_other_figures_are_no_nhs_number(pasted: str) -> None:
    with pytest.raises(UserError):
        nhs_number(pasted)


def test_codes_are_read_the_same_way() -> None:
    assert cqc_id("1-\u200d112951275\u00a0") == "1-112951275"
    assert ods_code("rf4\u200bqh ") == "RF4QH"
