"""What is done is data: it can be kept, and done again later."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from string import Formatter
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import discharge.actions
from discharge.actions import patients
from discharge.actions.context import Action, Answered, InOneGo, one_by_one
from discharge.actions.demo import make_demo
from discharge.actions.desk import Desk
from discharge.actions.intent_words import WORDS
from discharge.actions.intents import (
    NATURES,
    Intent,
    Nature,
    NotData,
    as_action,
    as_intents,
    from_json,
    renamed,
    sentence,
    to_json,
)
from discharge.actions.one_sitting import approve_each
from discharge.actions.people import add_user
from discharge.actions.placements import depart
from discharge.model.errors import UserError
from discharge.model.hub import Changed
from discharge.model.people import Role, User

NOW = datetime(2020, 11, 16, 8, tzinfo=UTC)
BETWEEN = {
    "as_before.off_the_list",
    "placements.happened.noted_arrival",
    "second_word.held",
    "second_word.waiting_back",
}
"""Parts of other actions, done by nobody."""


def actions() -> set[str]:
    """Every action that there is: a function of the hub as it is, which gives entries."""
    found = set()
    for module in pkgutil.walk_packages(discharge.actions.__path__, "discharge.actions."):
        there = importlib.import_module(module.name)
        for name, each in vars(there).items():
            if not inspect.isfunction(each) or each.__module__ != module.name or name.startswith("_"):
                continue
            first = next(iter(inspect.signature(each).parameters), "")
            if first == "context" and each.__annotations__.get("return") in (
                "list[Entry]",
                "Sequence[Entry]",
            ):
                found.add(f"{module.name.removeprefix('discharge.actions.')}.{name}")
    return found - BETWEEN


def test_of_every_action_it_is_said_whether_it_is_a_fact_or_a_decision() -> None:
    assert actions() == set(NATURES)


def test_whatever_may_wait_has_its_words_and_names_its_own_arguments() -> None:
    may_wait = {name for name, what in NATURES.items() if what is not Nature.NEEDS_SERVER}
    assert may_wait == set(WORDS)
    for name, words in WORDS.items():
        module, _, function = name.rpartition(".")
        action = getattr(importlib.import_module(f"discharge.actions.{module}"), function)
        named = {field for _, field, _, _ in Formatter().parse(words) if field}
        assert named <= set(inspect.signature(action).parameters), name


def test_what_is_never_done_while_cut_off_says_so() -> None:
    with pytest.raises(NotData, match=r"^Nobody can be added to the hub's people while the desk is cut off"):
        as_intents(partial(add_user, name="Jo Marsh", roles=[Role.COORDINATOR]), NOW)


def test_a_text_that_holds_no_intents_is_refused() -> None:
    for text in ("", "{}", '[["placements.journeys.depart"]]'):
        with pytest.raises(UserError, match="can't be read"):
            from_json(text)


def same_arguments(action: Action, back: Action) -> None:
    """What was bound is bound again, each of its own type; `changes` are read by whatever they change."""
    plain = action.action if isinstance(action, Answered) else action
    again = back.action if isinstance(back, Answered) else back
    assert isinstance(plain, partial)
    assert isinstance(again, partial)
    for name, value in plain.keywords.items():
        if name != "changes" and (name != "at" or value is not None):
            back_again = again.keywords[name]
            if isinstance(value, Sequence) and not isinstance(value, str):
                value, back_again = list(value), list(back_again)
            assert (name, back_again, type(back_again)) == (name, value, type(value))


@pytest.mark.whole
def test_everything_that_the_demo_does_is_data_and_comes_back_the_same(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: set[str] = set()
    usual = Desk._recorded

    def there_and_back(self: Desk, done: Any, **more: Any) -> Any:
        again: list[Action] = []
        for action in done:
            try:
                intents = from_json(to_json(as_intents(action, self.now())))
            except NotData:
                again.append(action)
                continue
            (intent,) = intents
            tried.add(intent.name)
            back = as_action(intent)
            assert as_intents(back, self.now()) == (intent,)
            same_arguments(action, back)
            again += one_by_one(back)
        return usual(self, again, **more)

    monkeypatch.setattr(Desk, "_recorded", there_and_back)
    make_demo(tmp_path / "Demo.discharge")
    assert len(tried) > 25, sorted(tried)


def test_an_event_time_that_was_not_said_is_when_it_was_done() -> None:
    (intent,) = as_intents(partial(depart, placement="L-0001"), NOW)
    assert intent == Intent(
        "placements.journeys.depart", {"placement": "L-0001", "at": "2020-11-16T08:00:00Z"}
    )
    assert sentence(intent) == "Departure by L-0001"
    called = {"L-0001": "Ben Okoro's placement at Elm Lodge"}
    assert sentence(intent, called) == "Departure by Ben Okoro's placement at Elm Lodge"


def test_reasons_come_along_and_several_in_one_go_are_several() -> None:
    each = partial(depart, placement="L-0001", at=NOW)
    intents = as_intents(Answered(InOneGo((each, each)), {"backdated:x": "late"}), NOW)
    assert [one.answers for one in intents] == [{"backdated:x": "late"}] * 2
    back = as_action(intents[0])
    assert isinstance(back, Answered)
    assert back.answers == {"backdated:x": "late"}


def test_ids_are_renamed_where_they_stand_by_themselves() -> None:
    intent = Intent(
        "patients.amend_patient",
        {"patient": "P-0001", "changes": {"together_with": "P-0002"}, "reason": "as P-0001 said"},
        {"like:P-0001": "another"},
    )
    assert renamed(intent, {"P-0001": "P-0007"}) == Intent(
        "patients.amend_patient",
        {"patient": "P-0007", "changes": {"together_with": "P-0002"}, "reason": "as P-0001 said"},
        {"like:P-0007": "another"},
    )


@pytest.mark.parametrize(
    "action",
    [
        lambda _context: [],
        cast(Action, partial(cast(Any, patients.amend_patient), "P-0001")),
        partial(patients.amend_patient, patient="P-0001", changes={"ward": object()}),
        partial(cast(Any, patients.amend_patient), who="P-0001"),
    ],
)
def test_what_is_no_data_is_said_to_be_none(action: Action) -> None:
    with pytest.raises(NotData, match="cut off"):
        as_intents(action, NOW)


@pytest.mark.parametrize(
    "intent",
    [
        Intent("os.system", {}),
        Intent("patients.no_such_thing", {}),
        Intent("patients.amend_patient", {"whom": "P-0001"}),
        Intent("patients.exclude_setting", {"patient": 7}),
        Intent("patients.exclude_setting", {"patient": "P-0001"}),
    ],
)
def test_what_another_program_kept_is_refused_with_a_sentence(intent: Intent) -> None:
    with pytest.raises(UserError, match=r"program"):
        as_action(intent)


class _CutOff:
    """A desk that does what is data alone, and refuses L-0002."""

    def __init__(self) -> None:
        self.done: list[Intent] = []

    def perform_all(self, actions: Sequence[Action], **_more: Any) -> Changed:
        for action in actions:
            as_intents(action, NOW)
        raise AssertionError("tried in one go")

    def perform(self, action: Action, **_more: Any) -> Changed:
        (intent,) = as_intents(action, NOW)
        if intent.arguments["placements"] == ["L-0002"]:
            raise UserError("Bay 2 went to somebody else.", "Choose another.")
        self.done.append(intent)
        return Changed(frozenset({"placements"}), (), (f"E{len(self.done)}",), 1)


def test_several_that_are_approved_while_cut_off_wait_each_by_itself() -> None:
    desk = _CutOff()
    outcome = approve_each(
        cast(Desk, desk),
        lambda *_told: None,
        groups=[("L-0001",), ("L-0002",), ("L-0003", "L-0004")],
        by=User(id="U-0002", name="Lee Okafor", roles=frozenset({Role.LA_LEAD})),
        note="",
        principle=None,
        answers={"fee:L-0001": "agreed"},
    )
    assert outcome.approved == ("L-0001", "L-0003", "L-0004")
    assert outcome.entries == ("E1", "E2")
    assert [(each.placements, each.sentence) for each in outcome.refused] == [
        (("L-0002",), "Bay 2 went to somebody else.")
    ]
    assert {intent.arguments["sitting"]["id"] for intent in desk.done} == {outcome.sitting}
    assert [intent.answers for intent in desk.done] == [{"fee:L-0001": "agreed"}] * 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5), each, max_size=3),
    max_leaves=6,
)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    st.dictionaries(st.text(max_size=8), JSON, max_size=4), st.dictionaries(st.text(), st.text(), max_size=2)
)
@pytest.mark.whole
def test_whatever_is_kept_of_an_intent_is_read_as_it_was(
    arguments: dict[str, Any], answers: dict[str, str]
) -> None:
    intent = Intent("patients.amend_patient", arguments, answers)
    assert from_json(to_json([intent, intent])) == [intent, intent]
    assert renamed(intent, {"P-00000001": "P-00000002"}) == intent
