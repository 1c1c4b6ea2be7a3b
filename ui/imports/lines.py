"""What is shown of an import: a line for each thing to say of a row, in tabs by what becomes of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from discharge.words.counts import sentence_case
from ui.theme.status import Status, danger, done, neutral, unknown, waiting

if TYPE_CHECKING:
    from discharge.exchange.report import Gone, ImportReport, RowOutcome

TABS = (
    ("new", "New"),
    ("changed", "Changed"),
    ("same", "Same"),
    ("gone", "Gone"),
    ("out", "Can't be taken"),
    ("left", "Left out"),
)
"""The tabs by key, with their words. Those in "out" wait for an answer or a mend; others need none."""
LOUD_FIRST = ("out", "gone", "changed", "new", "same", "left")
"""Which tab is looked at first: the one that somebody has to do something about."""


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A line of the table: one field or remark of a row, or a row without any; or somebody who is gone."""

    key: str
    row: int
    outcome: str
    about: str
    field: str
    reason: str
    mend: str
    harmless: bool
    tab: str = "out"
    old: str = ""
    new: str = ""
    kept: bool = False
    """Whether the hub's own stays, as somebody wrote it here."""
    answerable: bool = False
    """Whether somebody may say of this field alone which of the two counts."""
    maybe: str = ""
    """Who of the hub it may be."""
    person: str = ""
    """Who of the hub is gone, somebody or a home."""
    home: bool = False
    """It is a home that is gone."""
    joins: str = ""
    """As which home of the hub it is registered anew."""
    asked: bool = False
    """A change of a home of the hub that waits for somebody to look."""


_STATUSES = {
    "taken": done("Taken", "As it stands."),
    "changed": waiting("Look at it", "Taken, but read otherwise than it stands, or to be looked at."),
    "same": neutral("Same", "The hub knows this already."),
    "held": unknown("Held up", "Not taken until somebody answers."),
    "rejected": danger("Rejected", "Not taken."),
    "gone": unknown("Gone?", "The hub has them, and the list doesn't have them."),
}
_ASKED = unknown("Look at it", "Not taken until somebody has looked: the hub has it otherwise.")
_LEFT_OUT = neutral("Left out", "Not taken, and there is nothing to mend.")
_STAYS = waiting("Stays", "Somebody wrote it here: the hub's own stays.")


def field_words(field: str) -> str:
    """A field as it is shown: a column of the template in words, the file's own as it is written there."""
    if not re.fullmatch(r"[a-z][a-z_]*", field):
        return field
    return re.sub(r"\bnhs\b", "NHS", field.replace("_", " "))


def line_status(each: ImportLine) -> Status:
    """What became of a row, as it is shown."""
    if each.kept:
        return _STAYS
    if each.asked:
        return _ASKED
    return _LEFT_OUT if each.harmless else _STATUSES[each.outcome]


def tab_of(row: RowOutcome) -> str:
    """The tab that a row is in."""
    outcome = row.outcome.value
    if row.left:
        return "gone"
    if _is_asked(row):
        return "changed"
    if outcome == "rejected" and row.harmless:
        return "left"
    if outcome in ("held", "rejected"):
        return "out"
    return "same" if outcome == "same" else "new" if row.new else "changed"


def _is_asked(row: RowOutcome) -> bool:
    """Whether the row says something of a home of the hub that somebody has to look at first."""
    return row.outcome.value == "held" and bool(row.changes)


def changes_to_look_at(report: ImportReport | None) -> int:
    """Homes of the hub of which something waits for somebody to look."""
    rows = report.rows if report is not None else ()
    return sum(_is_asked(row) and not row.maybe for row in rows)


def tab_counts(report: ImportReport) -> dict[str, int]:
    """How many rows each tab has: with those who are gone without a row, more than the rows read."""
    found = Counter(tab_of(row) for row in report.rows)
    found["gone"] += len(report.gone)
    return {key: found[key] for key, _ in TABS}


def report_lines(report: ImportReport, names: Mapping[str, str] | None = None) -> list[ImportLine]:
    """The report, a line for each field or remark and at least one for each row; `names` by reference.

    What somebody has to look at stands first.
    """
    rows = sorted(report.rows, key=lambda row: not _is_asked(row))
    return [line for row in rows for line in _lines_of(row, names or {})] + [
        ImportLine(
            f"gone {one.id}",
            0,
            "gone",
            _named(one.id, names or {}),
            "",
            *_gone_words(one, names or {}),
            harmless=False,
            tab="gone",
            old=", ".join(part for part in (one.hospital, one.ward) if part),
            person=one.id,
            home=one.home,
            joins=_named(one.joins, names or {}) if one.joins else "",
        )
        for one in report.gone
    ]


_WHY_GONE = "Say why they left, or leave them: they may only be missing on this list"
_WHY_GONE_SAID = "Say that it is so, or see whether it is"
_DECIDED = {
    "closed": "stays closed",
    "used_on": "is used as before",
    "joined": "is joined with the home as which it is registered anew",
}


def _gone_words(one: Gone, names: Mapping[str, str]) -> tuple[str, str]:
    """What is said of somebody or a home that is gone, and what is to be done."""
    if one.home:
        said = sentence_case(_with_names(one.said, names))
        if one.left:
            return said, f"Decided: it {_DECIDED[one.left]}"
        return said, "Say what it is; until then it takes nobody"
    said = f"{sentence_case(one.said)}. " if one.said else ""
    left = f"Leaves the list: {one.left.replace('_', ' ')}" if one.left else "Stays on the hub's list"
    return f"{said}{left}", "" if one.left else _WHY_GONE_SAID if one.said else _WHY_GONE


def _with_names(text: str, names: Mapping[str, str]) -> str:
    """People who are named by their reference, by their name too: for the window alone."""
    return re.sub(r"P-\d+", lambda found: _named(found[0], names), text)


def _named(name: str, names: Mapping[str, str]) -> str:
    return f"{names[name]} ({name})" if name in names else name


def _whom(row: RowOutcome, names: Mapping[str, str]) -> str:
    """Whom a row is about: as the hub calls them, or as the file does where they are new to it."""
    if row.about in names:
        return _named(row.about, names)
    return f"{row.who} ({row.about})" if row.who and row.about else row.who or row.about


def _lines_of(row: RowOutcome, names: Mapping[str, str]) -> Iterator[ImportLine]:
    about = _whom(row, names)
    at = 0
    for change in row.changes:
        yield ImportLine(
            f"{row.row}.{at}",
            row.row,
            row.outcome.value,
            about,
            change.field,
            sentence_case(f"the hub's own stays: {change.kept}") if change.kept else "",
            "Tick that the list's is taken, where it is right" if change.kept else "",
            row.harmless,
            tab_of(row),
            change.old,
            change.new,
            kept=bool(change.kept),
            answerable=change.answerable,
            asked=_is_asked(row),
            maybe=row.maybe,
        )
        at += 1
    for remark in row.remarks:
        yield ImportLine(
            f"{row.row}.{at}",
            row.row,
            row.outcome.value,
            about,
            remark.field,
            sentence_case(_with_names(remark.reason, names) if row.left else remark.reason),
            sentence_case(remark.mend),
            row.harmless,
            tab_of(row),
            maybe=row.maybe,
            person=row.left,
            home=bool(row.left),
            joins=_named(row.joins, names) if row.joins else "",
            asked=_is_asked(row),
        )
        at += 1
    if at == 0:
        yield ImportLine(
            f"{row.row}", row.row, row.outcome.value, about, "", "", "", row.harmless, tab_of(row)
        )
