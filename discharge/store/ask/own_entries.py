"""Today's own entries of a user that can be taken back, with what followed from each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from discharge.model.london import LONDON
from discharge.model.shown.patients import WhoItIs
from discharge.store import journal
from discharge.store.ask.sentences import sentence
from discharge.store.ask.view import View, marks
from discharge.store.ask.who import whos
from discharge.store.journal import Kind, Line
from discharge.words.counts import count_words, listing, people

STEPS = (
    Kind.PLACEMENT_TOLD, Kind.PLACEMENT_ACCEPTED, Kind.PLACEMENT_BOOKED, Kind.PLACEMENT_DEPARTED,
    Kind.PLACEMENT_ARRIVED, Kind.PLACEMENT_MOVED_ON, Kind.ONWARD_WANTED, Kind.PLACEMENT_DECLINED,
    Kind.PLACEMENT_UNANSWERED,
)  # fmt: skip
CAN_BE_TAKEN_BACK = (
    *STEPS, Kind.PLACEMENT_PROPOSED, Kind.PLACEMENT_APPROVED, Kind.PATIENT_REGISTERED, Kind.PATIENT_AMENDED,
    Kind.PATIENT_LEFT, Kind.PATIENT_TAKEN_BACK, Kind.PATIENTS_MERGED, Kind.OBSERVATION_RECORDED,
    Kind.OBSERVATION_WITHDRAWN, Kind.ATTESTATION_RECORDED, Kind.SETTING_EXCLUDED, Kind.SETTING_INCLUDED,
    Kind.PROPOSAL_KEPT, Kind.KEEPING_STOPPED, Kind.CAPACITY_RETURNED, Kind.CAPACITY_CONFIRMED,
    Kind.CALL_LOGGED, Kind.SETTING_REGISTERED, Kind.SETTING_AMENDED, Kind.UNIT_ADDED, Kind.UNIT_AMENDED,
    Kind.BEDS_SET,
    Kind.BEDS_REMOVED, Kind.UNIT_DESIGNATED, Kind.DESIGNATION_STEP,
    Kind.DESIGNATION_ENDED, Kind.OUTBREAK_DECLARED,
    Kind.OUTBREAK_ENDED, Kind.RISK_ASSESSED, Kind.ADMISSIONS_CLOSED, Kind.ADMISSIONS_OPENED, Kind.BED_KEPT,
    Kind.BED_RELEASED, Kind.HUB_AMENDED, Kind.APPROVAL_RULES_SET, Kind.RULE_SET_CHOSEN, Kind.WEIGHTS_SET,
    Kind.LOCAL_VALUE_SET, Kind.LOCAL_VALUE_WITHDRAWN, Kind.USER_AMENDED, Kind.PAPER_ISSUED,
    Kind.REVIEWED, Kind.ASSESSED,
    Kind.ACTION_AGREED, Kind.ACTION_DONE, Kind.OUTBREAK_REVIEWED, Kind.AID_ASKED, Kind.AID_ANSWERED,
    Kind.AID_GIVEN_BACK,
)  # fmt: skip
"""What there is a way back from; what isn't the last of its kind says why when it is tried."""

AID = (Kind.AID_ASKED, Kind.AID_ANSWERED, Kind.AID_GIVEN_BACK)
"""Steps of mutual aid: about no setting and nobody."""

_GONE = {
    Kind.PLACEMENT_STEP_TAKEN_BACK: "entry", Kind.CAPACITY_TAKEN_BACK: "entry",
    Kind.OBSERVATION_WITHDRAWN: "id", Kind.CALL_WITHDRAWN: "call",
    Kind.PAPER_RECALLED: "entry", Kind.REVIEW_WITHDRAWN: "id",
    Kind.ASSESSMENT_WITHDRAWN: "id",
    Kind.ACTION_DROPPED: "entry", Kind.ACTION_REOPENED: "entry",
    Kind.CHANGE_TAKEN_BACK: "whole", Kind.CHANGE_REFUSED: "whole",
    Kind.OUTBREAK_REVIEW_TAKEN_BACK: "entry", Kind.AID_STEP_TAKEN_BACK: "entry",
}  # fmt: skip
"""Kinds that take something back, and where in their body they name it."""


_REVERSED = {
    Kind.ATTESTATION_RECORDED: (Kind.ATTESTATION_WITHDRAWN, "attestation"),
    Kind.SETTING_EXCLUDED: (Kind.SETTING_INCLUDED, "setting"),
}
"""Kinds that are taken back by their opposite, and what the two have in common."""


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """One of today's own entries."""

    seq: int
    id: str
    at: datetime
    about: str
    """Whom or what it is about, by name."""
    sentence: str
    followed: tuple[str, ...]
    """What was recorded of the same placement, person or setting after it, oldest first."""
    who: WhoItIs | None = None
    """Whom it is about; None where it is about a setting."""
    entries: tuple[str, ...] = ()
    """The entries that are taken back with it: itself, and those of its group."""
    is_import: bool = False
    """Whether it is a list that came in, all of it: `id` is its group."""


def own_today(view: View, user: str) -> tuple[OwnEntry, ...]:
    """The user's entries of today that can be taken back and haven't been, and lists that came in over the
    last days, newest first."""
    midnight = datetime.combine(view.today, time(), LONDON).astimezone(view.now.tzinfo)
    rows = view.rows(
        f"SELECT {journal.LINE_COLUMNS} FROM journal WHERE user = ? AND recorded_at >= ? ORDER BY seq DESC",
        (user, midnight.isoformat()),
    )
    lines = [journal.line(row) for row in rows]
    groups: dict[str, list[Line]] = {}
    for line in lines:
        if _can_be(line) and not _is_gone(view, line):
            groups.setdefault(line.body.get("together") or line.id, []).append(line)
    single = tuple(_one(view, of) for of in groups.values())
    lists = tuple(_imports(view, user, midnight))
    return tuple(sorted((*single, *lists), key=lambda each: each.seq, reverse=True))


def _can_be(line: Line) -> bool:
    """Whether it is of a kind that can be taken back, by itself, and is no taking back."""
    return line.kind in CAN_BE_TAKEN_BACK and not _NOT_BY_ITSELF & line.body.keys()


_NOT_BY_ITSELF = {"imported", "import_taken_back", "takes_back"}
"""What the body of an entry has that came with a list, or is itself a taking back."""


def _one(view: View, of: list[Line]) -> OwnEntry:
    """An entry; or what one step recorded of several people or settings, which is taken back whole."""
    line = of[0]
    who = _who(view, line)
    about = who.name if who is not None else _name(view, line)
    said = sentence(line.kind, line.body, settings=view.setting_name)
    return OwnEntry(
        seq=line.seq,
        id=line.id,
        at=line.recorded_at,
        about=about if len(of) == 1 else people(len(of)) if who is not None else count_words(len(of), "home"),
        sentence=said,
        followed=tuple(each for one in reversed(of) for each in _followed(view, one)),
        who=who if len(of) == 1 else None,
        entries=tuple(each.id for each in reversed(of)),
    )


def _name(view: View, line: Line) -> str:
    """What an entry is about, where it is about nobody on the list."""
    if line.subject == "hub":
        return "The hub"
    if line.kind is Kind.USER_AMENDED:
        return str(line.body["name"])
    if line.kind in AID:
        return f"Mutual aid {line.subject}"
    return view.setting_name[line.subject]


LISTS = ("patients", "fhir", "capacity", "bed_types", "sheet", "cqc", "places")
"""Kinds of files whose import can be taken back."""
_BROUGHT = (
    (Kind.PATIENT_REGISTERED, "person added", "people added"),
    (Kind.PATIENT_AMENDED, "record changed", "records changed"),
    (Kind.SETTING_REGISTERED, "setting added", "settings added"),
    (Kind.SETTING_AMENDED, "setting changed", "settings changed"),
    (Kind.SETTINGS_JOINED, "setting joined with another", "settings joined with others"),
    (Kind.SETTING_LEFT_REGISTER, "home gone from the register", "homes gone from the register"),
    (Kind.UNIT_ADDED, "unit added", "units added"),
    (Kind.UNIT_AMENDED, "unit changed", "units changed"),
    (Kind.BEDS_SET, "group of beds said", "groups of beds said"),
    (Kind.OBSERVATION_RECORDED, "observation", "observations"),
    (Kind.PATIENT_LEFT, "person left the list", "people left the list"),
    (Kind.CAPACITY_RETURNED, "capacity return", "capacity returns"),
)


LISTS_DAYS = 28
"""A list that came in can be taken back from the window for so many days, by whoever may."""


def _imports(view: View, user: str, midnight: datetime) -> Iterator[OwnEntry]:
    """The lists that came in over the last days, whoever brought them, that haven't been taken back."""
    gone = {
        name
        for (name,) in view.rows(
            "SELECT DISTINCT json_extract(body, '$.import_taken_back') FROM journal"
            """ WHERE instr(body, '"import_taken_back":') > 0"""
        )
    }
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    newest: dict[str, tuple[Any, ...]] = {}
    for name, kind, count, *last in view.rows(
        "SELECT json_extract(body, '$.imported.group'), kind, COUNT(*), MAX(seq), recorded_at,"
        " json_extract(plain(body), '$.imported.file'), user, user_name FROM journal WHERE recorded_at >= ?"
        """ AND instr(body, '"imported":{') > 0"""
        f" AND json_extract(body, '$.imported.kind') IN ({marks(LISTS)})"
        " GROUP BY 1, 2 ORDER BY MAX(seq) DESC",
        ((midnight - timedelta(LISTS_DAYS)).isoformat(), *LISTS),
    ):
        counted[name][kind] = count
        newest.setdefault(name, tuple(last))
    for name, (seq, at, file, by, by_name) in newest.items():
        if name in gone:
            continue
        said = [
            count_words(counted[name][kind], one, many) for kind, one, many in _BROUGHT if counted[name][kind]
        ]
        who = "" if by == user else f", brought by {by_name}"
        yield OwnEntry(
            seq=seq,
            id=name,
            at=datetime.fromisoformat(at),
            about=file or "A list",
            sentence=f"The list as a whole: {listing(said)}{who}",
            followed=(),
            is_import=True,
        )


def by_id(view: View, entry: str) -> Line | None:
    """The entry of that id."""
    row = view.row(f"SELECT {journal.LINE_COLUMNS} FROM journal WHERE id = ?", (entry,))
    return None if row is None else journal.line(row)


def _who(view: View, line: Line) -> WhoItIs | None:
    patient = line.body.get("patient")
    if isinstance(patient, str):
        return whos(view)[patient]
    return whos(view)[line.subject] if line.subject.startswith("P-") else None


def _since(view: View, line: Line) -> list[Line]:
    rows = view.rows(
        f"SELECT {journal.LINE_COLUMNS} FROM journal WHERE subject = ? AND seq > ? ORDER BY seq",
        (line.subject, line.seq),
    )
    return [journal.line(row) for row in rows]


def _followed(view: View, line: Line) -> list[str]:
    return [sentence(each.kind, each.body, settings=view.setting_name) for each in _since(view, line)]


def _is_gone(view: View, line: Line) -> bool:
    names = {line.id, line.body.get("id")}
    for each in _since(view, line):
        if each.body.get("takes_back") == line.id:
            return True
        key = _GONE.get(each.kind)
        if key is not None and each.body.get(key) in names:
            return True
        if each.kind is Kind.PLACEMENT_WITHDRAWN and line.kind in (
            Kind.PLACEMENT_PROPOSED,
            Kind.PLACEMENT_APPROVED,
        ):
            return True
        pair = _REVERSED.get(line.kind)
        if pair is not None and each.kind is pair[0] and each.body[pair[1]] == line.body[pair[1]]:
            return True
    return False


__all__ = ["CAN_BE_TAKEN_BACK", "LISTS", "STEPS", "OwnEntry", "by_id", "own_today"]
