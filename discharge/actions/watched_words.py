"""What the verifier finds against a placement, as a ward sister would say it: in names, never ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from discharge.matching.verify.watching import Finding
from discharge.model.infection import organism_name
from discharge.words.days import day_words

_NIGHT = re.compile(r" \(night of ([^)]*)\)$")
_CODE = re.compile(r" \([a-z_]+\)$")


class Words:
    """Says findings about one placement; `names` has the names of people and settings by their ids."""

    def __init__(self, who: str, names: Mapping[str, str], *, today: date) -> None:
        self.who = names.get(who, who)
        self._names = names
        self.today = today

    def said(self, finding: Finding, *, there: bool) -> str:
        """The finding as a sentence; `there`: about somebody who is in the bed already."""
        where = self._names.get(finding.at[0], finding.at[0]) if finding.at else ""
        unit = f"{where}, unit {finding.at[1]}," if len(finding.at) > 1 else where
        if finding.kind == "gone":
            return f"{unit} has no such beds any more."
        if finding.kind == "isolation":
            return f"{self.who} doesn't need to isolate any more: {unit.rstrip(',')} is kept for isolation."
        if finding.kind == "companion":
            return self._apart(finding)
        if finding.kind == "shared":
            return self._shared(finding, where, unit)
        what, night = finding.what, ""
        if found := _NIGHT.search(what):
            what, night = what[: found.start()], found[1]
        if finding.kind == "bed":
            return self._bed(what, night, where, unit, there=there)
        return self._plain(self._course(_CODE.sub("", what)))

    def _apart(self, finding: Finding) -> str:
        mates = " and ".join(self._person(other) for other in finding.others) or "Whoever stays with them"
        verb = "are" if len(finding.others) > 1 else "is"
        return f"{mates} {verb} to stay together with {self.who} and {verb}n't placed in the same setting."

    def _shared(self, finding: Finding, where: str, unit: str) -> str:
        on = f" on {day_words(finding.night)}" if finding.night is not None else ""
        others = sorted({self._person(other) for other in finding.others})
        hold = f"{', '.join(others)} {'hold' if len(others) > 1 else 'holds'} it" if others else ""
        if finding.rule == "N6":
            limit = re.search(r" admits (\d+) a day", finding.what)
            takes = f"takes {limit[1]} a day" if limit else "takes no more"
            come = "come" if len(others) > 1 else "comes"
            return f"{where} {takes}; {', '.join(others) or 'somebody else'} also {come}{on}."
        if finding.rule == "N10":
            return f"{unit} has no bed left{on}: {hold}." if hold else f"{unit} has no bed left{on}."
        if finding.rule == "R2":
            return f"{unit} has no isolation place left{on}{f': {hold}' if hold else ''}."
        if finding.rule == "R1":
            with_whom = f" with {', '.join(others)}" if others else ""
            return f"{unit} cohorts one organism at a time: two would meet{with_whom}{on}."
        return f"{unit} {self._plain(finding.what)}"

    def _person(self, name: str) -> str:
        return self._names.get(name.partition("/")[0], "somebody")

    def _bed(self, what: str, night: str, where: str, unit: str, *, there: bool) -> str:
        on = f" on {night}" if night and night != day_words(self.today) else ""
        for pattern, make in _BEDS:
            if found := pattern.fullmatch(what):
                return make(self, found, where, unit).replace("{on}", on)
        return f"{unit} {'is' if there else 'will be'} wrong for {self.who}{on}: {self._plain(what)}"

    def _course(self, what: str) -> str:
        for pattern, text in _COURSE:
            if found := pattern.fullmatch(what):
                return found.expand(text).replace("{who}", self.who)
        return what

    def _plain(self, text: str) -> str:
        """The verifier's words with names in the place of ids, as a sentence."""
        for old, new in (
            ("the patient's", f"{self.who}'s"),
            ("the patient", self.who),
            ("a patient", "a person"),
        ):
            text = text.replace(old, new)
        text = in_names(text, self._names)
        text = re.sub(r"[a-z]+(?:[-_][a-z0-9]+)+", lambda found: _plainly(found[0]), text)
        return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def in_names(text: str, names: Mapping[str, str]) -> str:
    """The verifier's words with names in the place of the ids that `names` knows."""
    ids = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    if not ids:
        return text
    # somebody's other placement is written with their id before it
    return re.sub(rf"(?<![\w-])({ids})(?:/L-\d+)?(?![\w-])", lambda found: names[found[1]], text)


def _plainly(word: str) -> str:
    known = organism_name(word)
    return known if known != word else word.replace("_", " ")


_SEXES = {"male": "men", "female": "women"}

_CATEGORIES = {
    f"{key}_{level}": f"{words} {level}"
    for key, words in (
        ("general", "general"),
        ("dementia", "dementia"),
        ("ld", "learning disability"),
        ("mh", "mental health"),
        ("ypd", "younger people's"),
    )
    for level in ("residential", "nursing")
} | {"ypd": "younger people's", "transitional": "transitional"}

_Make = Callable[[Words, re.Match[str], str, str], str]

_BEDS: tuple[tuple[re.Pattern[str], _Make], ...] = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (r"the setting is closed to admissions", lambda _w, _m, s, _u: f"{s} is closed to admissions."),
        (
            r"there is an outbreak of (\S+) without a risk assessment",
            lambda _w, m, s, _u: (
                f"{s} has an outbreak of {organism_name(m[1])} that no risk assessment covers."
            ),
        ),
        (
            r"its capacity is unknown.*",
            lambda _w, _m, s, _u: f"{s} hasn't said what is free for so long that nobody goes there.",
        ),
        (r".*excluded the setting", lambda w, _m, s, _u: f"{s} was ruled out for {w.who}."),
        (
            r"needs are not met there: (.*)",
            lambda w, m, _s, u: f"{u} can't meet what {w.who} needs: {m[1].replace('_', ' ')}.",
        ),
        (
            r"the beds are for (male|female) patients",
            lambda w, m, _s, u: f"{u} has the bed for {_SEXES[m[1]]} only: it isn't for {w.who}.",
        ),
        (
            r"the setting has an age limit, and the patient's birth date is unknown",
            lambda w, _m, s, _u: f"{s} has an age limit, and {w.who}'s birth date isn't known.",
        ),
        (
            r"the setting takes people (from|up to) (\d+) years; the patient is (\d+)",
            lambda w, m, s, _u: f"{s} takes people {m[1]} {m[2]} years; {w.who} is {m[3]}.",
        ),
        (
            r"its weekly fee is unknown, and the patient has a limit",
            lambda w, _m, s, _u: f"{s}'s weekly fee isn't known, and {w.who} has a limit.",
        ),
        (
            r"its weekly fee is above the patient's limit of (.*) pounds",
            lambda w, m, s, _u: f"{s}'s weekly fee is above {w.who}'s limit of £{m[1]}.",
        ),
        (
            r"its distance is unknown, and the patient has a limit",
            lambda w, _m, s, _u: f"How far {s} is isn't known, and {w.who} has a limit.",
        ),
        (
            r"it is (\S+) km away, the limit is (\S+)",
            lambda w, m, s, _u: f"{s} is {m[1]} km away; {w.who}'s limit is {m[2]} km.",
        ),
        (
            r"the patient's care is not recorded",
            lambda w, _m, _s, _u: f"What care {w.who} needs isn't on record.",
        ),
        (
            r"(\S+) beds don't serve (\S+) (\S+) care",
            lambda w, m, _s, u: (
                f"{u} has the bed for {_CATEGORIES.get(m[1], m[1].replace('_', ' '))} care; {w.who} needs"
                f" {_CATEGORIES.get(f'{m[2]}_{m[3]}', f'{m[2]} {m[3]}')} care."
            ),
        ),
        (
            r"a patient on P0 returns to (\S+)",
            lambda w, _m, s, _u: f"{w.who} goes back to where they live, not to {s}.",
        ),
        (r"a patient on P0 without.*", lambda w, _m, _s, _u: f"{w.who} goes home: no setting is on record."),
        (r"a patient on P1 goes home", lambda w, _m, s, _u: f"{w.who} goes home with support, not to {s}."),
        (
            r"a patient on (P\d) doesn't go to .*",
            lambda w, m, s, _u: f"{w.who} is on pathway {m[1]}, for which {s} isn't meant.",
        ),
        (
            r"(\S+) asks for an own room, the beds are shared",
            lambda w, m, _s, u: (
                f"{u} has a shared room; {w.who} needs an own room because of {organism_name(m[1])}{{on}}."
            ),
        ),
        (
            r"isolating needs an own room there, the beds are shared",
            lambda w, _m, _s, u: f"{u} has a shared room; {w.who} isolates{{on}} and needs their own.",
        ),
        (
            r"a (cohort|designated) unit takes isolating people only",
            lambda w, _m, _s, u: f"{u} takes isolating people only; {w.who} doesn't isolate{{on}}.",
        ),
        (
            r"the unit can't isolate",
            lambda w, _m, _s, u: f"{u} can't isolate anybody; {w.who} isolates{{on}}.",
        ),
        (
            r"a designated unit is needed",
            lambda w, _m, _s, u: f"{u} isn't designated{{on}}; {w.who} needs a designated unit.",
        ),
        (
            r"the setting hasn't said that it accepts (\S+)",
            lambda _w, m, s, _u: f"{s} can't take someone with {organism_name(m[1])}.",
        ),
        (
            r"an inconclusive result doesn't isolate in.*",
            lambda w, _m, s, _u: (
                f"{s} isn't a place to isolate in with an inconclusive result, as {w.who} has."
            ),
        ),
        (
            r"a suspected case of (\S+) is never cohorted",
            lambda w, m, _s, u: f"{u} cohorts people; {w.who} is only suspected of {organism_name(m[1])}.",
        ),
        (
            r"(\S+) is never cohorted",
            lambda _w, m, _s, u: f"{u} cohorts people; nobody is cohorted with {organism_name(m[1])}.",
        ),
        (
            r"the cohort there is of (\S+)",
            lambda w, m, _s, u: f"{u} cohorts {organism_name(m[1])}; {w.who} has something else.",
        ),
        (
            r"a cohort takes nobody with a second organism.*",
            lambda w, _m, _s, u: f"{u} cohorts people; {w.who} has a second organism.",
        ),
    )
)
"""How the verifier's objections to a bed are said; one that isn't here is said in its own words."""

_COURSE = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (
            r"nobody leaves hospital on (.*) while there is (.*)",
            r"{who} can't leave hospital on \1: there is \2",
        ),
        (r"nobody leaves hospital on (.*) while (.*)", r"{who} can't leave hospital on \1: \2"),
        (r"a start on (.*) is before the patient is ready", r"{who} isn't ready to leave on \1"),
        (
            r"the isolation stay ends (.*), the isolation (.*)",
            r"The isolation stay is planned to end \1; {who}'s isolation now ends \2",
        ),
        (
            r"the final stay (has no end|ends .*); by the rules it ends (.*)",
            r"The final stay \1; by the rules it would now end \2",
        ),
        (r"an open-ended isolation has no second stay", r"{who} now isolates without an end in sight"),
        (r"a patient on P1 (.*)", r"{who} is on pathway P1, and a person on P1 \1"),
    )
)


__all__ = ["Words", "in_names"]
