"""The rule tables of this folder, row by row, against the rules, the engine and the verifier.

What a table says is checked three times: by the infection state, by a plan for a tiny hub, and by the
verifier's own reading of that plan.
"""

from __future__ import annotations

from discharge.model.plan import Placement
from discharge.rules.infection import infection_state
from discharge.rules.rule_set import rules_of
from tests.builders import Json, case, plan
from tests.examples import some
from tests.matching.asking import explain
from tests.over import over
from tests.spec.words import Row, asked, known, person_words, rows, setting_words

SIX_BEDS = {
    "shared": "care home; shared",
    "single": "care home; single",
    "rooms": "care home; rooms with 1 place",
    "hot home": "hot home; rooms with 1 place",
    "cohort": "care home; cohort with 1 place; ensuite",
    "designated": "care home; rooms with 1 place; designated from 1 Jan 2019",
}
ACCEPT = "accepts covid, influenza, rsv, norovirus, c. difficile"


@over("row", rows("Asks"))
def test_what_a_person_asks_of_a_bed_is_what_the_table_says(row: Row) -> None:
    under = row.under
    of = case(
        [{**person_words("", under), **known(row.cells["Known"], under)}],
        [],
        as_at=under.as_at.isoformat(),
        rule_set=under.rule_set,
    )
    state = infection_state(of.patients[0], rules_of(of), as_at=of.as_at)
    start = under.day(row.cells.get("First start", "today"))
    assert asked(state, start, under) == row.cells["Asks"], row.where
    if "Carries" in row.cells and state.block(start) is None:
        carried = {"retest": state.retest(start), "clinical_release": state.release(None, start)}
        assert ", ".join(c for c, holds in carried.items() if holds) == row.cells["Carries"], row.where


@over("row", some(rows("Beds that will do")))
def test_the_beds_that_are_given_are_those_of_the_table(row: Row) -> None:
    under = row.under
    start = under.day(row.cells.get("First start", "today"))
    settings = [
        {**setting_words(f"{words}; {ACCEPT}", under), "id": name} for name, words in SIX_BEDS.items()
    ]
    people = [
        {
            **person_words("", under),
            **known(row.cells["Known"], under),
            "id": name,
            "ready_on": start.isoformat(),
            "excluded": [other for other in SIX_BEDS if other != name],
        }
        for name in SIX_BEDS
    ]
    of = case(
        people,
        settings,
        as_at=under.as_at.isoformat(),
        rule_set=under.rule_set,
        horizon_days=(start - under.day0).days + 1,
    )
    found = plan(of)
    given = [placement.patient for placement in found.placements]
    assert ", ".join(sorted(given, key=list(SIX_BEDS).index)) == row.cells["Beds that will do"].replace(
        "none", ""
    )
    assert all(p.stays[0].setting == p.patient and p.stays[0].start == start for p in found.placements)
    if row.cells["Asks"].startswith("blocked: "):
        told = {(r.code, r.rule) for u in found.unplaced for r in u.reasons}
        code, rule = row.cells["Asks"].removeprefix("blocked: ").split()
        assert told == {(code, rule.strip("()"))}


@over("row", rows("Answer"))
def test_a_bed_takes_a_person_or_says_what_the_table_says(row: Row) -> None:
    under = row.under
    setting: Json = setting_words(row.cells["Bed"], under)
    of = case(
        [person_words(row.cells["Person"], under)],
        [setting],
        as_at=under.as_at.isoformat(),
        rule_set=under.rule_set,
        horizon_days=1,
    )
    found = plan(of)
    answer = row.cells["Answer"]
    if answer.startswith("yes"):
        assert [p.patient for p in found.placements] == ["P1"], [u.reasons for u in found.unplaced]
        for said in answer.split(", ")[1:]:
            _check(said, found.placements[0], row)
        return
    assert found.placements == ()
    codes = answer.removeprefix("no: ").split(", ")
    told = [reason.code for reason in found.unplaced[0].reasons]
    why = explain(of, "P1", "S1")
    assert why.asked is not None
    if codes[0] in ("home", "home_with_support"):
        assert told == codes
    else:
        no_place_either = {"no_free_bed"} if codes == ["cannot_isolate"] else set()
        assert set(codes) <= set(why.asked.codes) <= set(codes) | no_place_either
        assert set(codes) <= set(told)


def _check(said: str, placement: Placement, row: Row) -> None:
    (stay,) = placement.stays
    if said == "to stay":
        assert stay.end is None
    elif said.startswith("to "):
        assert stay.end == row.under.day(said.removeprefix("to "))
    else:
        assert said in placement.conditions
