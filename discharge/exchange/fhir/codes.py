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
}  # fmt: skip
"""Answers to whatever was asked: detected, positive, not detected, negative, equivocal, indeterminate."""

INTERPRETATIONS: Mapping[str, Result] = {
    "POS": "positive", "DET": "positive", "NEG": "negative", "ND": "negative", "IND": "inconclusive",
    "E": "inconclusive",
}  # fmt: skip
"""ObservationInterpretation of HL7 v3, and the table 0078 of v2 before it: as an interpretation these mean
nothing else, whatever their system is called."""
ABNORMAL = frozenset({"A", "AA"})

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
_NOT_DETECTED = re.compile(
    r"\bundetect(?:ed|able)\b|\b(?:not|non|never)[ -]+(?:been |be )?detected\b"
    r"|\bno\b(?:[ ()/-]+(?:evidence|traces?|of|the|any|sars|cov|2|covid|19|2019|ncov|(?:corona)?virus|viral"
    r"|severe|acute|respiratory|syndrome|rna|ribonucleic|nucleic|acid|antigens?|genetic|material|genes?|targets?"
    r"|was|were|has|have|been))*[ ()/-]+detected\b",
    re.IGNORECASE,
)
"""That the virus wasn't found; a no that belongs to anything else isn't in it."""
_DENIED = re.compile(
    r"\b(?:no|not(?! known)|non|none|nor|never|nil|without|cannot|neither)\b|n't\b|\?", re.IGNORECASE
)
_OF_ANOTHER = re.compile(
    r"\b(?:influenza|para-?influenza|flu|RSV|syncytial|(?:rhino|adeno|entero|noro|boca|metapneumo)virus|hMPV"
    r"|MRSA|CPE|C\.? ?diff\w*|clostridi\w+|mycoplasma|legionella|pneumoniae|MERS|SARS-CoV-1"
    r"|OC43|229E|NL63|HKU1)\b",
    re.IGNORECASE,
)
_TURNED = re.compile(r"\b(?:not|non|false|falsely)[- ](?:a )?(?:positive|negative)\b", re.IGNORECASE)
_HEDGED = re.compile(
    r"\b(?:presum|probabl|likely|unlikely|possibl|suspect|provisional|prelim|pending|await|to follow|so far"
    r"|repeat|previous|last|insufficient|reject|unsuitable|not (?:performed|tested|done|processed)"
    r"|if|unless|until|unconfirmed|cannot|can't)",
    re.IGNORECASE,
)
"""Words beside which a negative is none for certain: of another test, or of one that isn't over."""
_CONTROL = re.compile(r"\bcontrols?\b", re.IGNORECASE)
"""Of the laboratory's own sample, and nobody's."""
_FOUND = re.compile(r"\b(?:detected|positive|pos)\b", re.IGNORECASE)
_WORDS: tuple[tuple[re.Pattern[str], Result], ...] = (
    (re.compile(r"\b(?:negative|neg)\b", re.IGNORECASE), "negative"),
    (re.compile(r"\b(?:equivocal|inconclusive|indeterminate)\b", re.IGNORECASE), "inconclusive"),
    (re.compile(r"\b(?:void|invalid|unknown|not known)\b", re.IGNORECASE), "void"),
    (_FOUND, "positive"),
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


def interpreted(concept: Concept) -> set[Result]:
    """The results that an interpretation gives, in a code or in words."""
    coded = {
        INTERPRETATIONS[code] for each in concept.coding if (code := each.code.strip()) in INTERPRETATIONS
    }
    said = {result for text in concept.words if (result := result_words(text)) is not None}
    return coded | said | answer_codes(concept)


def is_abnormal(concept: Concept) -> bool:
    """Whether an interpretation says that a result is out of the ordinary, as no negative is."""
    return any(each.code.strip() in ABNORMAL for each in concept.coding)


def result_words(text: str) -> Result | None:
    """The result that words give, where they give one: `Not detected`, `... detection result positive`.

    A negative that the words hedge is none; nor is a result beside which another organism is named, or
    anything is denied or asked: which of them it is of isn't guessed.
    """
    rest = _NOT_DETECTED.sub(" ", text)
    found = {result for pattern, result in _WORDS if pattern.search(rest)}
    if rest != text:
        found.add("negative")
    if len(found) != 1 or any(each.search(rest) for each in (_TURNED, _DENIED, _OF_ANOTHER, _CONTROL)):
        return None
    result = found.pop()
    return None if result == "negative" and _HEDGED.search(text) else result


def may_say_detected(text: str) -> bool:
    """Whether words speak of something detected or positive, though it isn't understood of what."""
    return bool(_FOUND.search(_NOT_DETECTED.sub(" ", text)))


def speaks_of_a_result(text: str) -> bool:
    """Whether words name a result of whatever kind, understood or not."""
    return bool(_NOT_DETECTED.search(text)) or any(pattern.search(text) for pattern, _ in _WORDS)
