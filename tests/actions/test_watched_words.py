"""What the verifier finds, said in names: from its parts, never from its sentences."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

from discharge.actions.watched_words import Words
from discharge.matching.verify.breach import Breach, Kind, Objection
from discharge.matching.verify.watching import Finding
from tests.over import over

TODAY = date(2020, 11, 16)
NAMES = {"P1": "Ada Shah", "P2": "Ben Ode", "P3": "Ada Shah", "S1": "The Limes"}
FITTING = {
    "blocked": "no_test",
    "sex": "female",
    "category": "general_nursing",
    "isolating_only": "cohort",
    "pathway": "P2",
}


def found(
    kind: Kind, rule: str = "N5", *, at: tuple[str, ...] = ("S1", "Red", "B1"), **parts: Any
) -> Finding:
    about = Objection(rule, kind, "S1: P1 is in P2", **parts)
    return Finding(rule, "bed", about.what, 0, at, about.night, about=about)


@over("kind", get_args(Kind))
def test_every_kind_of_objection_has_a_sentence_in_names(kind: Kind) -> None:
    parts: dict[str, Any] = {
        "word": FITTING.get(kind, ""),
        "other": "dementia_residential",
        "organism": "influenza",
    }
    said = Words("P1", NAMES, today=TODAY).said(found(kind, **parts), there=False)

    assert said.endswith(".")
    assert "P1 is in P2" not in said
    assert "S1" not in said


def test_an_id_that_is_a_word_of_a_sentence_names_nobody_there() -> None:
    said = Words("P1", NAMES, today=TODAY).said(found("needs_no_isolation", "N3", at=()), there=False)

    assert said == "Ada Shah is on pathway P1, and a person on P1 who needs no isolation goes home."


def test_a_night_is_told_unless_it_is_tonight() -> None:
    words = Words("P1", NAMES, today=TODAY)

    assert words.said(found("cannot_isolate", "R1", night=TODAY), there=True) == (
        "The Limes, unit Red, can't isolate anybody; Ada Shah isolates."
    )
    assert words.said(found("cannot_isolate", "R1", night=date(2020, 11, 18)), there=True) == (
        "The Limes, unit Red, can't isolate anybody; Ada Shah isolates on Wed 18 Nov."
    )


def test_a_home_that_admits_none_a_day_takes_nobody_and_nobody_else_is_said_to_come() -> None:
    about = Objection("N6", "admissions", "-", limit=0, night=TODAY)
    one = Finding("N6", "shared", "-", 0, ("S1",), TODAY, about=about)

    assert Words("P1", NAMES, today=TODAY).said(one, there=False) == (
        "The Limes takes nobody: its most admissions a day are set to 0."
    )


def test_a_bed_that_is_kept_for_somebody_is_said_to_be_theirs() -> None:
    about = Objection("N12", "kept_beds", "-", names=("P2",), limit=0, night=TODAY)
    one = Finding("N12", "shared", "-", 0, ("S1", "Red", "B1"), TODAY, about=about)

    assert Words("P1", NAMES, today=TODAY).said(one, there=False) == (
        "The Limes, unit Red, has no bed left on Mon 16 Nov: what is free there is kept for Ben Ode."
    )


def test_a_namesake_who_holds_the_bed_is_named() -> None:
    about = Objection("N10", "beds", "-", limit=0, night=TODAY)
    one = Finding("N10", "shared", "-", 0, ("S1", "Red", "B1"), TODAY, ("P3/L-2",), about)

    assert Words("P1", NAMES, today=TODAY).said(one, there=False) == (
        "The Limes, unit Red, has no bed left on Mon 16 Nov: Ada Shah holds it."
    )


def test_companions_are_all_named_but_the_one_it_is_about() -> None:
    about = Objection("N7", "companion", "-", names=("P1", "P2"))
    breach = Breach("N7", "P1", "-", about=about)

    assert Words("P1", NAMES, today=TODAY).of_breach(breach) == (
        "Ben Ode is to stay together with Ada Shah and isn't placed in the same setting."
    )


def test_a_breach_of_the_plans_form_is_said_by_the_verifier_with_names() -> None:
    breach = Breach("points", "P2", "P2: 3 points in total, 4 by the rules.")

    assert Words("P2", NAMES, today=TODAY).of_breach(breach) == (
        "Ben Ode: 3 points in total, 4 by the rules."
    )
