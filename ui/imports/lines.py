"""What is shown of an import: a line for each thing to say of a row, in tabs by what becomes of it."""

from __future__ import annotations

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
)
"""The tabs by key, with their words. Those in the last wait for an answer or a mend."""
LOUD_FIRST = ("out", "gone", "changed", "new", "same")
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
    """Who of the hub is gone."""


_STATUSES = {
    "taken": done("Taken", "As it stands."),
    "changed": waiting("Look at it", "Taken, but read otherwise than it stands, or to be looked at."),
    "same": neutral("Same", "The hub knows this already."),
    "held": unknown("Held up", "Not taken until somebody answers."),
    "rejected": danger("Rejected", "Not taken."),
    "gone": unknown("Gone?", "The hub has them waiting, and the list doesn't have them."),
}
_LEFT_OUT = neutral("Left out", "Not taken, and there is nothing to mend.")
_STAYS = waiting("Stays", "Somebody wrote it here: the hub's own stays.")


def line_status(each: ImportLine) -> Status:
    """What became of a row, as it is shown."""
    if each.kept:
        return _STAYS
    return _LEFT_OUT if each.harmless else _STATUSES[each.outcome]


def tab_of(row: RowOutcome) -> str:
    """The tab that a row is in."""
    outcome = row.outcome.value
    if outcome in ("held", "rejected"):
        return "out"
    return "same" if outcome == "same" else "new" if row.new else "changed"


def tab_counts(report: ImportReport) -> dict[str, int]:
    """How many rows each tab has: all but those who are gone add up to the rows read."""
    return {
        "new": report.new,
        "changed": report.amended,
        "same": report.same,
        "gone": len(report.gone),
        "out": report.held + report.rejected,
    }


def report_lines(report: ImportReport, names: Mapping[str, str] | None = None) -> list[ImportLine]:
    """The report, a line for each field or remark and at least one for each row; `names` by reference."""
    return [line for row in report.rows for line in _lines_of(row, names or {})] + [
        ImportLine(
            f"gone {one.id}",
            0,
            "gone",
            _named(one.id, names or {}),
            "",
            _leaving(one),
            "" if one.left else _WHY_GONE_SAID if one.said else _WHY_GONE,
            harmless=False,
            tab="gone",
            old=", ".join(part for part in (one.hospital, one.ward) if part),
            person=one.id,
        )
        for one in report.gone
    ]


_WHY_GONE = "Say why they left, or leave them: they may only be missing on this list"
_WHY_GONE_SAID = "Say that it is so, or see whether it is"


def _leaving(one: Gone) -> str:
    said = f"{sentence_case(one.said)}. " if one.said else ""
    left = f"Leaves the list: {one.left.replace('_', ' ')}" if one.left else "Stays on the hub's list"
    return f"{said}{left}"


def _named(name: str, names: Mapping[str, str]) -> str:
    return f"{names[name]} ({name})" if name in names else name


def _lines_of(row: RowOutcome, names: Mapping[str, str]) -> Iterator[ImportLine]:
    about = row.who or row.about if row.new or not row.about else _named(row.about, names)
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
        )
        at += 1
    for remark in row.remarks:
        yield ImportLine(
            f"{row.row}.{at}",
            row.row,
            row.outcome.value,
            about,
            remark.field,
            sentence_case(remark.reason),
            sentence_case(remark.mend),
            row.harmless,
            tab_of(row),
            maybe=row.maybe,
        )
        at += 1
    if at == 0:
        yield ImportLine(
            f"{row.row}", row.row, row.outcome.value, about, "", "", "", row.harmless, tab_of(row)
        )
