"""Every refusal is a sentence with real names filled in: it begins, agrees and ends as one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from discharge.rules.eligibility import REASONS
from tests.house import code

REFUSALS = frozenset({"UserError", "NotAllowed", "Asked"})
CALLED = "Elm Lodge"
"""What stands where something is filled in: a name, which begins with a vowel."""
COUNTED = re.compile(r"^(.*\b(count|number|fit|empty)|sum\(.*\))$")
A_VOWEL = re.compile(r"\ba ([aeiouAEIOU]\w*)")
AN_OTHER = re.compile(r"\ban ([b-df-hj-np-tv-zB-DF-HJ-NP-TV-Z]\w*)")
SAID_OTHERWISE = frozenset(
    {"one", "once", "unit", "used", "use", "user", "UTF", "unique", "usual", "European"}
)
BY_LETTER = frozenset({"NHS", "ODS", "NDJSON", "hour", "LA", "XLSX", "XML", "ICB"})
SINGULAR = re.compile(r"^(has|is|isn't|doesn't|hasn't|can't|keeps|needs|takes|was)\b")


def said(node: ast.expr) -> list[str]:
    """The sentences that an expression may come to, with a name in each place; numbers as 1."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        return [*said(node.body), *said(node.orelse)]
    if isinstance(node, ast.JoinedStr):
        parts = [
            str(each.value)
            if isinstance(each, ast.Constant)
            else ("1" if COUNTED.match(ast.unparse(each.value)) else CALLED)  # type: ignore[attr-defined]
            for each in node.values
        ]
        return ["".join(parts)]
    return []


def refusals() -> Iterator[tuple[str, str]]:
    """Each sentence of each refusal, and each way on, with where it stands."""
    for file, tree in code(having="|".join(rf"\b{name}\(" for name in REFUSALS)):
        for node in ast.walk(tree):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name in REFUSALS:
                first = 1 if name == "Asked" else 0
                for each in node.args[first : first + 2]:
                    yield from ((f"{file}:{node.lineno}", words) for words in said(each))


def wrong_with(words: str) -> str:
    """What is wrong with a sentence; empty where nothing is."""
    if not words:
        return ""
    if not words.endswith((".", CALLED)):
        return "doesn't end"
    if words[0].islower():
        return "begins small"
    if re.search(r"\.\.|,,|  | [.,;:?](?![a-z])|[.?!][A-Z]", words):
        return "has a stop or blank too many"
    if any(each not in SAID_OTHERWISE and each not in BY_LETTER for each in A_VOWEL.findall(words)):
        return "a before a vowel"
    if any(
        each not in BY_LETTER and each.split("-")[0] not in SAID_OTHERWISE for each in AN_OTHER.findall(words)
    ):
        return "an before no vowel"
    if re.search(r"\b1 (?!s\b)\w+s\b(?! \()", words):
        return "one of several"
    if re.search(
        r"\b(is|are|was|were|has|have|waits|stands) (is|are|was|were|has|have|waits|stands)\b", words
    ):
        return "two verbs"
    if re.search(
        r"\b(it|he|she) (are|were|have|do|wait|stand)\b|\b(they|we|you) (is|was|has|does)\b", words, re.I
    ):
        return "the verb doesn't agree"
    return ""


def test_every_refusal_is_a_sentence() -> None:
    found = dict.fromkeys(refusals())
    assert len(found) > 500
    assert [(*each, why) for each in found if (why := wrong_with(each[1]))] == []


def test_what_stands_against_settings_is_said_of_one_as_of_many() -> None:
    wrong = [each.text for each in REASONS.values() if SINGULAR.match(each.text) or each.text.endswith(".")]
    assert wrong == []


def test_the_grammar_finds_what_it_looks_for() -> None:
    for words in (
        "It can while it is waits.",
        "There is an unit here. And a hub..",
        "This needs a administrator.",
        "1 beds are fit.",
        "it begins small.",
        "They has left.",
    ):
        assert wrong_with(words), words
    assert wrong_with("A unit needs an NHS number, and an administrator.") == ""
