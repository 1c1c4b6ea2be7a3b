"""The values of a rule set in words: what each is called, what it does, and how a value is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from discharge.model.infection import organism_name
from discharge.model.travel import CrewPpe, TransportMode


@dataclass(frozen=True, slots=True)
class ValueWords:
    """A key of a rule set in words; `rule` is the rule that it belongs to, `unit` what it counts."""

    name: str
    what: str
    rule: str
    unit: str = ""


_WHOLE: dict[str, ValueWords] = {
    "stale_hours": ValueWords(
        "A capacity return is old after",
        "A bed of an older return is proposed only to be confirmed by phone.",
        "N8",
        "hour",
    ),
    "expired_days": ValueWords(
        "A capacity return lapses after",
        "Nobody is proposed on the word of an older return.",
        "N8",
        "day",
    ),
    "min_isolation_nights": ValueWords(
        "Shortest isolation stay before a move",
        "A shorter isolation isn't split into two stays: nobody is moved for a night or two.",
        "I2",
        "night",
    ),
    "alternative_for_p2": ValueWords(
        "Alternative settings take pathway 2",
        "Whether a hotel or the like may be proposed to somebody who is to have bedded rehabilitation.",
        "N3",
    ),
}

_OF_ORGANISM: dict[str, ValueWords] = {
    "pattern": ValueWords("How it is looked at", "Which of four ways of isolating it follows.", "I1"),
    "requirement": ValueWords("While it lasts they need", "What is asked of the bed while it lasts.", "I1"),
    "cohort": ValueWords(
        "Confirmed cases may share", "Two people with the same confirmed organism in one room or unit.", "I2"
    ),
    "days": ValueWords("Isolation lasts", "From onset, or from the specimen of somebody without any.",
                       "S4", "day"),
    "onset_window_days": ValueWords(
        "An onset belongs to a test up to",
        "An onset so long before the specimen starts the isolation; an older one is another illness.",
        "S4",
        "day",
    ),
    "clear_days": ValueWords(
        "Isolation after the last symptom", "So many days without a symptom end it.", "I2", "day"
    ),
    "until_well": ValueWords(
        "And not before they are well",
        "The days are a minimum: the isolation lasts until the symptoms that belong to it are over.",
        "S8",
    ),
    "test_needed": ValueWords(
        "A test before leaving",
        "Where it is asked nobody leaves untested, and having no symptoms doesn't stand in for a result.",
        "C1",
    ),
    "test_valid_hours": ValueWords(
        "A negative test counts for", "From the specimen to the day of leaving; after it: test again.",
        "C1", "hour",
    ),
    "never_tested": ValueWords(
        "Never tested", "What somebody without any test is taken for. Unknown is never read as clear.", "C1"
    ),
    "pending": ValueWords("Result awaited", "What somebody is taken for until the result is there.", "C1"),
    "inconclusive": ValueWords(
        "Inconclusive or void result", "What somebody is taken for after such a result.", "C1"
    ),
    "inconclusive_settings": ValueWords(
        "After an inconclusive result they may go to", "Kinds of setting that take suspected cases.", "C1"
    ),
    "positive": ValueWords("Tested positive they need", "What is asked of the bed while it lasts.", "C2"),
    "isolation_days": ValueWords(
        "Isolation lasts", "From onset, or from the specimen of somebody without any.", "C2", "day"
    ),
    "isolation_days_changes": ValueWords(
        "Isolation that starts later lasts", "From a date on, another number of days.", "C8"
    ),
    "negative_own_room_nights": ValueWords(
        "Tested negative: own room for", "Nights in an own room in a new home, out of caution.", "C1", "night"
    ),
    "direct_route": ValueWords(
        "Direct route for whoever is over it",
        "Straight to an open home with five attestations of a clinician.",
        "C3",
    ),
    "direct_route_days": ValueWords(
        "Direct route for up to", "Days from the first positive in which a further one is residual.",
        "C3", "day",
    ),
    "later_onset_speaks": ValueWords(
        "Symptoms after a negative test count",
        "Whether symptoms that begin after the day of a negative test, or after an isolation, count.",
        "C1",
    ),
}  # fmt: skip

_OF_JOURNEY: dict[str, ValueWords] = {
    "ppe": ValueWords("The crew wears at least", "Less is refused when transport is booked.", "I2"),
    "modes": ValueWords("They may travel by", "Any other way is refused, or asked about.", "I2"),
    "with_reason": ValueWords("With a reason also by", "Asked when it is booked; the reason is kept.", "I2"),
}
_TRAVELLERS = {
    "confirmed": "Journeys of confirmed cases",
    "suspected": "Journeys of suspected cases",
    "own_room": "Journeys of whoever needs an own room",
    "open": "Journeys of everybody else",
}

_SAID: dict[str, str] = {
    **{mode.value: mode.words for mode in TransportMode},
    **{ppe.value: ppe.words for ppe in CrewPpe},
    "tested": "tested before leaving",
    "acute": "for so many days",
    "symptomatic": "while there are symptoms",
    "carriage": "while it is carried",
    "blocked": "can't leave yet",
    "suspected": "isolates as a suspected case",
    "symptomatic_only": "isolates if there are symptoms",
    "isolation": "isolation",
    "designated": "a designated bed",
    "own_room": "an own room",
    "care_home": "care home",
    "hot_home": "hot home",
    "intermediate_care": "intermediate care",
    "community_bed": "community bed",
    "alternative": "alternative accommodation",
}


def value_label(key: str) -> ValueWords:
    """What the value at this dotted key of a rule set is called; the key itself where it has no name."""
    words = _WHOLE.get(key)
    if key.startswith("transport."):
        words = _OF_JOURNEY.get(key.rpartition(".")[2])
    if words is None:
        words = _OF_ORGANISM.get(key.rpartition(".")[2])
    return words or ValueWords(key.replace("_", " ").replace(".", ", "), "", "")


def subject_of(key: str) -> str:
    """Whom or what a key is about: the organism's name, or `Everybody`."""
    parts = key.split(".")
    if parts[0] == "transport" and len(parts) > 1:
        return _TRAVELLERS.get(parts[1]) or f"Journeys with {organism_name(parts[1])}"
    if parts[0] != "organisms" or len(parts) < 3:
        return "Everybody"
    name = organism_name(parts[1])
    return f"{name[:1].upper()}{name[1:]}"


def value_words(key: str, value: object) -> str:
    """A value as it is said: `14 days`, `yes`, `a designated bed`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        unit = value_label(key).unit
        plural = "" if value == 1 else "s"
        return f"{value:,} {unit}{plural}" if unit else f"{value:,}"
    if isinstance(value, Mapping):
        return f"{value.get('days')} days from {value.get('from')}"
    if isinstance(value, (list, tuple)):
        return ", ".join(value_words(key, each) for each in value) or "none"
    last = key.rpartition(".")[2]
    if value == "symptomatic" and last != "pattern":
        return _SAID["symptomatic_only"]
    return _SAID.get(str(value), str(value))
