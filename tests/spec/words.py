"""The words of the rule tables: phrases that a clinician writes, as the case file has them, and back.

A table is under a heading that gives its planning instant and rule set. Dates without a year are of the
planning instant's year; times are London's, unless GMT or BST says otherwise. A specimen without a time
was taken at 10:00; a result without a report was reported within 21 hours, before the planning instant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from discharge.model.london import LONDON
from discharge.rules.requirement import FAR, Block, InfectionState, Night
from tests.builders import COVID, FIVE, Json

HERE = Path(__file__).parent

ORGANISMS = {
    "covid": COVID,
    "influenza": "influenza",
    "rsv": "rsv",
    "norovirus": "norovirus",
    "c. difficile": "c_difficile",
    "cpe": "cpe",
    "mrsa": "mrsa",
}

SETTLED: Mapping[str, Json] = {
    "the hub asks for a test": {"organisms": {COVID: {"test_needed": True}}},
    "the days alone count": {
        "organisms": {name: {"until_well": False} for name in (COVID, "influenza", "rsv")}
    },
}
"""What a hub may have settled by its own values, as a heading says it."""

_DAY = r"\d{1,2} [A-Z][a-z]{2}(?: \d{4})?"
_TIME = r"\d{2}:\d{2}(?: GMT| BST)?"
_INSTANT = rf"{_DAY}(?: {_TIME})?"


@dataclass(frozen=True)
class Heading:
    """The planning instant and the rule set of a table."""

    as_at: datetime
    rule_set: str | Json

    @property
    def day0(self) -> date:
        """The planning date in London."""
        return self.as_at.astimezone(LONDON).date()

    def day(self, words: str) -> date:
        """`16 Nov`, of the planning instant's year unless it says another; `today` is the planning date."""
        if words == "today":
            return self.day0
        parts = words.split()
        year = parts[2] if len(parts) > 2 else str(self.day0.year)
        return datetime.strptime(f"{parts[0]} {parts[1]} {year} +0000", "%d %b %Y %z").date()

    def instant(self, words: str, time: str = "10:00") -> datetime:
        """`16 Nov 08:00`, London's time, or what GMT or BST says."""
        found = re.fullmatch(rf"({_DAY}|today)(?: ({_TIME}))?", words)
        assert found, f"{words!r} is not an instant"
        clock, *zone = (found[2] or time).split()
        hour, minute = (int(part) for part in clock.split(":"))
        tz = {"GMT": timezone(timedelta(0)), "BST": timezone(timedelta(hours=1))}[zone[0]] if zone else LONDON
        day = self.day(found[1])
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=tz)

    def short(self, day: date) -> str:
        """A date as the tables write it."""
        return f"{day.day} {day:%b}" + ("" if day.year == self.day0.year else f" {day.year}")


def heading(words: str) -> Heading:
    """`At Mon 16 Nov 2020 08:00, under england-2020-10-13`; the weekday must be right."""
    found = re.fullmatch(
        rf"At ([A-Z][a-z]{{2}}) ({_DAY}) ({_TIME}), under ([\w-]+)(?:, where ([\w ]+))?", words
    )
    assert found, f"{words!r} is not a heading"
    year = int(found[2].split()[2])
    instant = Heading(datetime(year, 1, 1, tzinfo=LONDON), found[4]).instant(f"{found[2]} {found[3]}")
    assert f"{instant.astimezone(LONDON):%a}" == found[1], f"{found[2]} is a {instant:%A}"
    settled = {"base": found[4], **SETTLED[found[5]]} if found[5] else found[4]
    return Heading(instant, settled)


# --- what is known of a person -----------------------------------------------------------------


def known(words: str, under: Heading) -> Json:
    """The fields of a patient by what is known of them: `positive 10 Nov; symptoms from 8 Nov`."""
    fields: Json = {"observations": [], "attestations": []}
    for phrase in _phrases(words):
        more = _known(phrase, under)
        assert more is not None, f"{phrase!r} is not a phrase of the tables"
        for key, value in more.items():
            fields[key] = fields[key] + value if isinstance(value, list) else value
    return fields


def _phrases(words: str) -> list[str]:
    return [phrase.strip() for phrase in words.split(";") if phrase.strip() not in ("", "nothing")]


def _known(phrase: str, under: Heading) -> Json | None:
    organism = COVID
    if ": " in phrase and phrase.split(": ")[0].lower() in ORGANISMS:
        named, phrase = phrase.split(": ", 1)
        organism = ORGANISMS[named.lower()]
    if phrase == "immunosuppressed":
        return {"immunosuppressed": True}
    if phrase == "all five attested":
        return {"attestations": list(FIVE)}
    if found := re.fullmatch(r"attested but for ([\w ]+)", phrase):
        return {"attestations": [a for a in FIVE if a != found[1].replace(" ", "_")]}
    if observation := _observation(phrase, under):
        return {"observations": [{"organism": organism, **observation}]}
    return None


def _observation(phrase: str, under: Heading) -> Json | None:
    def iso(words: str) -> str:
        return under.day(words).isoformat()

    if found := re.fullmatch(
        rf"(positive|negative|inconclusive|void|pending) ({_INSTANT})(?: reported ({_INSTANT}))?", phrase
    ):
        taken = under.instant(found[2])
        reported: datetime | None = None
        if found[3]:
            reported = under.instant(found[3])
        elif found[1] != "pending":
            reported = min(taken + timedelta(hours=21), under.as_at)
        return {
            "kind": "test",
            "result": found[1],
            "specimen_at": taken.isoformat(),
            "reported_at": reported and reported.isoformat(),
        }
    if found := re.fullmatch(rf"symptoms from ({_DAY})(?: to ({_DAY}))?", phrase):
        return {
            "kind": "symptoms",
            "onset_on": iso(found[1]),
            "resolved_on": iso(found[2]) if found[2] else None,
        }
    if found := re.fullmatch(rf"exposed ({_DAY})", phrase):
        return {"kind": "exposure", "exposed_on": iso(found[1])}
    if found := re.fullmatch(rf"isolate until ({_DAY})", phrase):
        return {"kind": "clearance", "isolate_until": iso(found[1])}
    if found := re.fullmatch(rf"released ({_DAY})", phrase):
        return {"kind": "clearance", "released_on": iso(found[1])}
    return None


# --- a person and a bed, where needs and limits decide -----------------------------------------


def person_words(words: str, under: Heading) -> Json:
    """A patient by needs, limits and what is known of their infections."""
    fields: Json = {
        "id": "P1",
        "priority": 2,
        "pathway": "P3",
        "ready_on": under.day0.isoformat(),
        "born": "1940-01-01",
        "sex": "female",
        "care": {"level": "residential", "specialism": "general"},
        "observations": [],
        "attestations": [],
    }
    for phrase in _phrases(words):
        more = _known(phrase, under) or _first(_PERSON, phrase, under)
        for key, value in more.items():
            fields[key] = fields[key] + value if key in ("observations", "attestations") else value
    return fields


def setting_words(words: str, under: Heading) -> Json:
    """A setting with one unit and one group of beds; default: a care home with one free single room."""
    fresh = under.as_at.isoformat()
    parts: dict[str, Json] = {
        "setting": {"id": "S1", "type": "care_home", "admissions": "open", "capacity_reported_at": fresh},
        "unit": {"id": "U1", "isolation": "none"},
        "beds": {"id": "B1", "category": "general_residential", "room": "single", "sex": "any"},
        "free": {"from": "2019-01-01", "to": None, "count": 1},
    }
    for phrase in _phrases(words):
        for where, fields in _first(_BED, phrase, under).items():
            both = parts[where].get("outbreak", []) + fields.get("outbreak", [])
            parts[where] = {**parts[where], **fields, **({"outbreak": both} if both else {})}
    beds = {**parts["beds"], "free": [parts["free"]]}
    return {**parts["setting"], "units": [{**parts["unit"], "beds": [beds]}]}


Reader = Callable[["re.Match[str]", Heading], Mapping[str, Any]]


def _first(readers: Mapping[str, Reader], phrase: str, under: Heading) -> Mapping[str, Any]:
    for pattern, reader in readers.items():
        if found := re.fullmatch(pattern, phrase):
            return reader(found, under)
    raise AssertionError(f"{phrase!r} is not a phrase of the tables")


def _number(words: str) -> int:
    return int(words.replace(",", ""))


_PERSON: Mapping[str, Reader] = {
    r"(P[0-3])": lambda m, _: {"pathway": m[1]},
    r"(male|female|other)": lambda m, _: {"sex": m[1]},
    r"sex not known": lambda _m, _: {"sex": "unknown"},
    r"born on a day not known": lambda _m, _: {"born": None},
    rf"born ({_DAY})": lambda m, at: {"born": at.day(m[1]).isoformat()},
    r"(\w+) (residential|nursing) care": lambda m, _: {"care": {"level": m[2], "specialism": m[1]}},
    r"care not known": lambda m, _: {"care": None},
    r"needs ([\w:, ]+)": lambda m, _: {"needs": m[1].split(", ")},
    r"at ([\d.-]+), ([\d.-]+)": lambda m, _: {"latitude": float(m[1]), "longitude": float(m[2])},
    r"at most ([\d.]+) km": lambda m, _: {"max_km": float(m[1])},
    r"pays at most ([\d,]+)": lambda m, _: {"max_weekly_fee": _number(m[1])},
    r"lives there": lambda m, _: {"usual_setting": "S1"},
    r"ruled it out": lambda m, _: {"excluded": ["S1"]},
    r"stays (\d+) days": lambda m, _: {"stay_days": int(m[1])},
}

_BED: Mapping[str, Reader] = {
    r"(care home|hot home|intermediate care|community bed|alternative)": lambda m, _: {
        "setting": {"type": m[1].replace(" ", "_")}
    },
    r"(rooms|cohort) with (\d+) places?": lambda m, _: {
        "unit": {"isolation": m[1], "isolation_places": int(m[2])}
    },
    r"(rooms|cohort) with places not known": lambda m, _: {"unit": {"isolation": m[1]}},
    rf"designated ({_DAY}) to ({_DAY})": lambda m, at: {
        "unit": {"designated": {"from": at.day(m[1]).isoformat(), "to": at.day(m[2]).isoformat()}}
    },
    rf"designated from ({_DAY})": lambda m, at: {
        "unit": {"designated": {"from": at.day(m[1]).isoformat(), "to": None}}
    },
    r"cohort of ([\w. -]+)": lambda m, _: {"unit": {"cohort_organism": ORGANISMS[m[1].lower()]}},
    r"unit meets ([\w:, ]+)": lambda m, _: {"unit": {"needs_met": m[1].split(", ")}},
    r"accepts ([\w., -]+)": lambda m, _: {
        "setting": {"accepts_organisms": [ORGANISMS[name.lower()] for name in m[1].split(", ")]}
    },
    r"meets ([\w:, ]+)": lambda m, _: {"setting": {"needs_met": m[1].split(", ")}},
    r"closed": lambda m, _: {"setting": {"admissions": "closed"}},
    r"outbreak of ([\w. -]+?)(, risk assessed)?": lambda m, _: {
        "setting": {"outbreak": [{"organism": ORGANISMS[m[1].lower()], "risk_assessed": bool(m[2])}]}
    },
    r"fee ([\d,]+)": lambda m, _: {"setting": {"weekly_fee": _number(m[1])}},
    r"ages from (\d+)": lambda m, _: {"setting": {"age_min": int(m[1])}},
    r"ages to (\d+)": lambda m, _: {"setting": {"age_max": int(m[1])}},
    r"(\d+) admissions? a day": lambda m, _: {"setting": {"max_admissions_per_day": int(m[1])}},
    rf"return of ({_INSTANT})": lambda m, at: {
        "setting": {"capacity_reported_at": at.instant(m[1]).isoformat()}
    },
    r"no return": lambda m, _: {"setting": {"capacity_reported_at": None}},
    r"at ([\d.-]+), ([\d.-]+)": lambda m, _: {"setting": {"latitude": float(m[1]), "longitude": float(m[2])}},
    r"(shared|single|ensuite)": lambda m, _: {"beds": {"room": m[1]}},
    r"for (women|men)": lambda m, _: {"beds": {"sex": {"women": "female", "men": "male"}[m[1]]}},
    r"(\w+) (residential|nursing) bed": lambda m, _: {"beds": {"category": f"{m[1]}_{m[2]}"}},
    r"(transitional|ypd) bed": lambda m, _: {"beds": {"category": m[1]}},
    rf"free ({_DAY}) to ({_DAY})": lambda m, at: {
        "free": {"from": at.day(m[1]).isoformat(), "to": at.day(m[2]).isoformat()}
    },
    rf"free from ({_DAY})": lambda m, at: {"free": {"from": at.day(m[1]).isoformat()}},
    r"kept for them": lambda _m, _: {"free": {"kept_for": "P1"}},
    r"none free": lambda m, _: {"free": {"count": 0}},
}


# --- what the rules ask, in words --------------------------------------------------------------


def asked(state: InfectionState, start: date, under: Heading) -> str:
    """What a person who first starts on `start` asks night by night: `designated to 24 Nov, then any bed`."""
    block = state.block(start)
    if isinstance(block, Block):
        return f"blocked: {block.code} ({block.rule})"
    regime = state.from_start(start)
    runs: list[tuple[str, date]] = []
    edges = [start, *regime.changes(start)]
    for at, first in enumerate(edges):
        night = state.night(first, start)
        assert isinstance(night, Night)
        end = edges[at + 1] if at + 1 < len(edges) else FAR
        if runs and runs[-1][0] == _night(night):
            runs.pop()
            runs.append((_night(night), end))
        else:
            runs.append((_night(night), end))
    parts = [f"{what} to {under.short(end)}" for what, end in runs[:-1]]
    last = runs[-1][0]
    return ", then ".join([*parts, last if last == "any bed" else f"{last} with no end"])


def _night(night: Night) -> str:
    if not night.isolates:
        return "own room" if night.own_room else "any bed"
    what = "designated" if night.designated else "isolation"
    if not night.confirmed:
        what += " as suspected"
    return what + (" and own room" if night.own_room else "")


# --- tables ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A row of a table: where it stands, under which heading, its cells by column."""

    where: str
    under: Heading
    cells: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.cells['Rule']}: {self.cells['In words']}"


def rows(column: str) -> list[Row]:
    """The rows of every table that has such a column, in all files."""
    return [row for file in sorted(HERE.glob("*.md")) for row in _rows_of(file) if column in row.cells]


def _rows_of(file: Path) -> list[Row]:
    found: list[Row] = []
    under: Heading | None = None
    columns: list[str] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("## At "):
            under = heading(line.removeprefix("## "))
        if not line.startswith("|"):
            columns = []
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not columns:
            columns = cells
        elif not set(line) <= set("|-: "):
            assert under is not None, f"{file.name}, line {number}: a table without a heading"
            found.append(Row(f"{file.name}, line {number}", under, dict(zip(columns, cells, strict=True))))
    return found
