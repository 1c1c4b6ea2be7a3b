"""What codes and words say of SARS-CoV-2: which question, which result. No other code is guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from discharge.exchange.fhir.resources import LOINC, SNOMED, Concept
from discharge.model.infection import Result

RESULTS: Mapping[str, Result] = {
    "1240581000000104": "positive",
    "1324601000000106": "positive",
    "1240591000000102": "negative",
    "1324581000000102": "negative",
    "1321681000000104": "inconclusive",
    "1321691000000102": "void",
    "1322781000000102": "positive",
    "1322791000000100": "negative",
    "1322801000000101": "inconclusive",
    "1322821000000105": "void",
}
"""SNOMED CT, UK: what a test for the virus found, its RNA or its antigen; of the value set
`covid-19-detection-result-vs` and of public readers. 1324581000000102 is a negative one, though a public list
calls it detected."""

ANSWERS: Mapping[str, Mapping[str, Result]] = {
    SNOMED: {
        "260373001": "positive", "10828004": "positive", "260415000": "negative", "260385009": "negative",
        "42425007": "inconclusive", "82334004": "inconclusive", "419984006": "inconclusive",
    },
    LOINC: {
        "LA11882-0": "positive", "LA6576-8": "positive", "LA11883-8": "negative", "LA6577-6": "negative",
        "LA9663-1": "inconclusive", "LA11884-6": "inconclusive",
    },
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation": {
        "POS": "positive", "DET": "positive", "NEG": "negative", "ND": "negative", "IND": "inconclusive",
        "E": "inconclusive",
    },
}  # fmt: skip
"""Answers to whatever was asked: detected, positive, not detected, negative, equivocal, indeterminate."""

QUESTIONS: Mapping[str, frozenset[str]] = {
    SNOMED: frozenset({"871562009", "1321291000000100", "1240511000000106"}),
    LOINC: frozenset({
        "94500-6", "94309-2", "94306-8", "94531-1", "94534-5", "94559-2", "94759-8", "94845-5", "95406-5",
        "94558-4", "94564-2", "96119-3", "97097-0",
    }),
}  # fmt: skip
"""Tests for the virus: its detection, by RNA or antigen."""

ANTIBODY = frozenset({"1240461000000109"})
"""SNOMED CT: measurement of antibody, which proves no infection now."""

ABSENT: Mapping[str, Result] = {
    "unknown": "void", "asked-unknown": "void", "asked-declined": "void", "error": "void", "masked": "void",
    "not-a-number": "void", "as-text": "void", "not-permitted": "void", "unsupported": "void",
    "temp-unknown": "pending",
}  # fmt: skip
"""Why a result isn't there (`data-absent-reason`): no test as far as anybody knows, or one still awaited."""
NOT_DONE = frozenset({"not-performed", "not-asked", "not-applicable"})

_ABOUT = re.compile(r"sars[- _]?cov[- _]?2|covid|2019[- ]?ncov", re.IGNORECASE)
_TEST = re.compile(
    r"\b(?:PCR|RNA|NAAT?|LAMP|antigen|tests?|tested|swab|detect\w*|LFD|LFT|lateral flow|assay|screen)\b",
    re.IGNORECASE,
)
_BODY = re.compile(r"antibod|\bIg[GMA]\b|serolog", re.IGNORECASE)
_NOT_DETECTED = re.compile(r"\b(?:no|not|non|un|never)\b[^.;]{0,40}?\bdetect|\bundetect", re.IGNORECASE)
_TURNED = re.compile(r"\b(?:not|non|false|falsely)[- ](?:a )?(?:positive|negative)\b", re.IGNORECASE)
_HEDGED = re.compile(
    r"\b(?:presum|probabl|likely|unlikely|possibl|suspect|provisional|prelim|pending|await|to follow|so far"
    r"|repeat|previous|last|insufficient|reject|unsuitable|control|not (?:performed|tested|done|processed)"
    r"|if|unless|until|unconfirmed|cannot|can't)",
    re.IGNORECASE,
)
"""Words beside which a negative is none for certain: of another test, or of one that isn't over."""
_WORDS: tuple[tuple[re.Pattern[str], Result], ...] = (
    (_NOT_DETECTED, "negative"),
    (re.compile(r"\bnegative\b", re.IGNORECASE), "negative"),
    (re.compile(r"\b(?:equivocal|inconclusive|indeterminate)\b", re.IGNORECASE), "inconclusive"),
    (re.compile(r"\b(?:void|invalid|unknown|not known)\b", re.IGNORECASE), "void"),
    (re.compile(r"\b(?:detected|positive)\b", re.IGNORECASE), "positive"),
)


def speaks_of_the_virus(data: object) -> bool:
    """Whether codes or words of a test for the virus stand anywhere in a resource that can't be read."""
    text = json.dumps(data)
    asked = frozenset().union(*QUESTIONS.values())
    return _ABOUT.search(text) is not None or any(f'"{code}"' in text for code in (*RESULTS, *asked))


def asks_for_the_virus(concept: Concept) -> bool:
    """Whether a code is of a test for the virus itself."""
    return any(set(concept.codes(system)) & codes for system, codes in QUESTIONS.items())


def is_of_antibodies(concept: Concept) -> bool:
    """Whether a code, or its words, is of antibodies."""
    coded = bool(set(concept.codes(SNOMED)) & ANTIBODY)
    return coded or any(_BODY.search(said) for said in concept.words)


def names_the_virus(concept: Concept) -> bool:
    """Whether its words name SARS-CoV-2 or COVID-19."""
    return any(_ABOUT.search(said) for said in concept.words)


def names_a_test(concept: Concept) -> bool:
    """Whether its words name a test, in whatever system it is coded."""
    return any(_TEST.search(said) for said in concept.words)


def result_codes(concept: Concept) -> set[Result]:
    """The results that it gives as codes for SARS-CoV-2."""
    return {RESULTS[code] for code in concept.codes(SNOMED) if code in RESULTS}


def answer_codes(concept: Concept) -> set[Result]:
    """The results that it gives as codes for any test."""
    return {
        known[code] for system, known in ANSWERS.items() for code in concept.codes(system) if code in known
    }


def result_words(text: str) -> Result | None:
    """The result that words give, where they give one: `Not detected`, `... detection result positive`.
    A negative that the words hedge is none."""
    found = {result for pattern, result in _WORDS if pattern.search(text)}
    if _NOT_DETECTED.search(text) and not re.search(r"\bpositive\b", text, re.IGNORECASE):
        found.discard("positive")
    if len(found) != 1 or _TURNED.search(text):
        return None
    result = found.pop()
    return None if result == "negative" and _HEDGED.search(text) else result
