"""The journal: what was decided, by whom, when; only appended to, each entry sealed to the last."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic_core import from_json

from discharge.model.errors import UserError
from discharge.model.people import Given, Role, User
from discharge.model.typed import deceives, made_plain
from discharge.store import personal
from discharge.store.driver import Connection

START = "0" * 64
"""What the first entry is sealed to."""


class Kind(StrEnum):
    """What an entry says happened."""

    HUB_FOUNDED = "hub_founded"
    HUB_AMENDED = "hub_amended"
    APPROVAL_RULES_SET = "approval_rules_set"
    RULE_SET_CHOSEN = "rule_set_chosen"
    LOCAL_VALUE_SET = "local_value_set"
    LOCAL_VALUE_WITHDRAWN = "local_value_withdrawn"
    WEIGHTS_SET = "weights_set"
    USER_ADDED = "user_added"
    USER_AMENDED = "user_amended"
    KEY_SET = "key_set"
    KEY_CLOSED = "key_closed"
    HOME_KEY_SET = "home_key_set"
    HOME_KEY_CLOSED = "home_key_closed"
    SIGN_IN_FAILED = "sign_in_failed"
    DATA_KEY_CHANGED = "data_key_changed"
    DESK_ADDED = "desk_added"
    DESK_CLOSED = "desk_closed"
    COPY_TAKEN_HOME = "copy_taken_home"
    CHANGE_CONFIRMED = "change_confirmed"
    CHANGE_REFUSED = "change_refused"
    CHANGE_TAKEN_BACK = "change_taken_back"

    PATIENT_REGISTERED = "patient_registered"
    PATIENT_AMENDED = "patient_amended"
    PATIENT_LEFT = "patient_left"
    PATIENT_TAKEN_BACK = "patient_taken_back"
    COPY_GIVEN = "patient_copy_given"
    PERSON_ERASED = "patient_erased"
    KNOWN_AS = "known_as"
    PATIENTS_MERGED = "patients_merged"
    PATIENTS_PARTED = "patients_parted"
    OBSERVATION_RECORDED = "observation_recorded"
    OBSERVATION_WITHDRAWN = "observation_withdrawn"
    ATTESTATION_RECORDED = "attestation_recorded"
    ATTESTATION_WITHDRAWN = "attestation_withdrawn"
    SETTING_EXCLUDED = "setting_excluded"
    SETTING_INCLUDED = "setting_included"

    SETTING_REGISTERED = "setting_registered"
    SETTING_AMENDED = "setting_amended"
    SETTING_TAKEN_BACK = "setting_taken_back"
    SETTINGS_JOINED = "settings_joined"
    SETTINGS_PARTED = "settings_parted"
    SETTING_LEFT_REGISTER = "setting_left_register"
    REGISTER_DECIDED = "register_decided"
    UNIT_ADDED = "unit_added"
    UNIT_AMENDED = "unit_amended"
    BEDS_SET = "beds_set"
    BEDS_REMOVED = "beds_removed"
    BEDS_TAKEN_BACK = "beds_taken_back"
    BED_KEPT = "bed_kept"
    BED_RELEASED = "bed_released"
    UNIT_DESIGNATED = "unit_designated"
    DESIGNATION_ENDED = "designation_ended"
    DESIGNATION_STEP = "designation_step"
    DESIGNATION_STEP_TAKEN_BACK = "designation_step_taken_back"
    CAPACITY_RETURNED = "capacity_returned"
    CAPACITY_CONFIRMED = "capacity_confirmed"
    CAPACITY_TAKEN_BACK = "capacity_taken_back"
    OUTBREAK_DECLARED = "outbreak_declared"
    RISK_ASSESSED = "risk_assessed"
    OUTBREAK_ENDED = "outbreak_ended"
    ADMISSIONS_CLOSED = "admissions_closed"
    ADMISSIONS_OPENED = "admissions_opened"
    STANDING_TAKEN_BACK = "standing_taken_back"
    CALL_LOGGED = "call_logged"
    CALL_WITHDRAWN = "call_withdrawn"
    ACTION_AGREED = "call_action_agreed"
    ACTION_DONE = "call_action_done"
    ACTION_REOPENED = "call_action_reopened"
    ACTION_DROPPED = "call_action_dropped"
    OUTBREAK_REVIEWED = "outbreak_reviewed"
    OUTBREAK_REVIEW_TAKEN_BACK = "outbreak_review_taken_back"
    AID_ASKED = "aid_asked"
    AID_ANSWERED = "aid_answered"
    AID_GIVEN_BACK = "aid_given_back"
    AID_STEP_TAKEN_BACK = "aid_step_taken_back"

    REVIEWED = "reviewed"
    REVIEW_WITHDRAWN = "review_withdrawn"
    ASSESSED = "assessed"
    ASSESSMENT_WITHDRAWN = "assessment_withdrawn"

    PAPER_ISSUED = "paper_issued"
    PAPER_RECALLED = "paper_recalled"

    PLAN_STORED = "plan_stored"
    PROPOSAL_KEPT = "proposal_kept"
    KEEPING_STOPPED = "keeping_stopped"

    PLACEMENT_PROPOSED = "placement_proposed"
    PLACEMENT_SENT = "placement_sent"
    PLACEMENT_APPROVED = "placement_approved"
    PLACEMENT_RETURNED = "placement_returned"
    PLACEMENT_TOLD = "placement_told"
    PLACEMENT_ACCEPTED = "placement_accepted"
    PLACEMENT_DECLINED = "placement_declined"
    PLACEMENT_UNANSWERED = "placement_unanswered"
    PLACEMENT_BOOKED = "placement_booked"
    PLACEMENT_DEPARTED = "placement_departed"
    PLACEMENT_ARRIVED = "placement_arrived"
    PLACEMENT_RELEASED = "placement_released"
    PLACEMENT_NOT_RELEASED = "placement_not_released"
    PLACEMENT_MOVED_ON = "placement_moved_on"
    ONWARD_WANTED = "onward_wanted"
    PLACEMENT_ENDED = "placement_ended"
    PLACEMENT_WITHDRAWN = "placement_withdrawn"
    PLACEMENT_STEP_TAKEN_BACK = "placement_step_taken_back"

    HAPPENED = "happened"
    HAPPENING_DEALT_WITH = "happening_dealt_with"
    HAPPENING_HANDED_OVER = "happening_handed_over"
    TASK_DONE = "task_done"
    NEWS_PASSED_ON = "news_passed_on"


BESIDE_STEPS = frozenset({
    Kind.PAPER_ISSUED, Kind.PAPER_RECALLED, Kind.REVIEWED, Kind.REVIEW_WITHDRAWN, Kind.PLACEMENT_SENT,
    Kind.PLACEMENT_NOT_RELEASED,
})  # fmt: skip
"""Kinds of entries about a placement that are no step of it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened, as an action returns it; the journal adds who, when and the seal.

    `body` is plain JSON and says what came to be, so that bringing the tables up to date needs no rule.
    `role` is the role in which the user did it; `happened_at` None: now. `file`: content that the body
    names by its SHA-256, kept beside the journal.
    """

    kind: Kind
    subject: str
    body: Mapping[str, Any]
    role: Role
    happened_at: datetime | None = None
    given: Given | None = None
    files: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it stands in the journal."""

    seq: int
    id: str
    kind: Kind
    subject: str
    happened_at: datetime
    recorded_at: datetime
    user: str
    user_name: str
    role: str
    given: str | None
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry's number and seal."""

    seq: int
    hash: str


class Erased(UserError):
    """A kept file named somebody who was erased."""


class HeadMoved(Exception):
    """The journal isn't where the writer saw it: a bug, as writers hold the right to write."""


class Unsigned(Exception):
    """An entry for a signed record came without a key: a bug, as whoever writes asks for it before."""


def is_signed(connection: Connection) -> bool:
    """Whether signatures have begun: somebody's key was set."""
    row = connection.execute("SELECT 1 FROM journal WHERE kind = ? LIMIT 1", (Kind.KEY_SET.value,)).fetchone()
    return row is not None


def canonical(value: object) -> str:
    """JSON in one spelling: sorted keys, no spaces, so that equal values have equal text."""
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def head(connection: Connection) -> Head:
    """The journal's last entry; number 0 where it is empty."""
    row = connection.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(*row) if row else Head(0, START)


def recorded(connection: Connection) -> tuple[datetime, datetime] | None:
    """When the first and the last entry were recorded; None where the journal is empty."""
    ends = [
        connection.execute(f"SELECT recorded_at FROM journal ORDER BY seq {order} LIMIT 1").fetchone()
        for order in ("ASC", "DESC")
    ]
    if None in ends:
        return None
    first, last = (datetime.fromisoformat(row[0]) for row in ends)
    return first, last


def recorded_at(connection: Connection, seq: int) -> str | None:
    """When the entry of this number was recorded; None where there is none, or that can't be read."""
    row = connection.execute("SELECT CAST(recorded_at AS BLOB) FROM journal WHERE seq = ?", (seq,)).fetchone()
    try:
        return datetime.fromisoformat(row[0].decode()).isoformat() if row else None
    except ValueError:
        return None


def seal_of(connection: Connection, seq: int) -> str:
    """The seal of the entry of this number; of number 0 what the first is sealed to; empty where none is."""
    if seq == 0:
        return START
    row = connection.execute("SELECT hash FROM journal WHERE seq = ?", (seq,)).fetchone()
    return "" if row is None else str(row[0])


def of_ids(connection: Connection, entries: Sequence[str]) -> list[Line]:
    """The entries of these ids that there are, oldest first."""
    marks = ", ".join("?" * len(entries))
    sql = f"SELECT {_READ} FROM journal WHERE id IN ({marks}) ORDER BY seq"
    rows = connection.execute(sql, list(entries))
    return [line(row) for row in rows]


def signature_of(connection: Connection, seq: int) -> str:
    """The signature of the entry of this number; empty where it has none."""
    sql = f"SELECT {signature_column(connection)} FROM journal WHERE seq = ?"
    row = connection.execute(sql, (seq,)).fetchone()
    return str(row[0]) if row and row[0] is not None else ""


def signature_column(connection: Connection) -> str:
    """How the signatures are asked for; a store of before there were any has no column of them."""
    columns = {row[1] for row in connection.execute("PRAGMA table_info(journal)")}
    return "signature" if "signature" in columns else "NULL"


@contextmanager
def reading_anything(connection: Connection) -> Iterator[None]:
    """Text that isn't UTF-8 is read as it is, so that it can be compared instead of failing."""
    before = connection.text_factory
    connection.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        connection.text_factory = before


def seal(columns: Sequence[object]) -> str:
    """SHA-256 over an entry's columns, the seal of the entry before among them."""
    return hashlib.sha256(canonical(list(columns)).encode()).hexdigest()


COLUMNS = "seq, id, kind, subject, happened_at, recorded_at, user, user_name, role, given, body, prev_hash"
"""What an entry is sealed over, in this order."""
NAMES = tuple(COLUMNS.split(", "))
_INSERT = (
    f"INSERT INTO journal ({COLUMNS}, hash, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def append(
    connection: Connection,
    entries: Sequence[Entry],
    *,
    by: User,
    now: datetime,
    expected: Head,
    new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    sign: Callable[[str], str] | None = None,
) -> list[Line]:
    """Appends the entries after the `expected` head and gives them as they stand now.

    Inside `Store.writing()`. Raises `HeadMoved` where somebody else has appended since. `sign` makes the
    signature over a seal: from the first key on that is set, each entry has one.
    """
    last = head(connection)
    if last != expected:
        raise HeadMoved(f"expected {expected.seq}, found {last.seq}")
    lines: list[Line] = []
    rows: list[tuple[object, ...]] = []
    prev = last.hash
    recorded = now.isoformat()
    signed = is_signed(connection)
    for seq, entry in enumerate(entries, last.seq + 1):
        signed = signed or entry.kind is Kind.KEY_SET
        if signed and sign is None:
            raise Unsigned(f"entry {seq} of a signed record without a key")
        entry_id, happened = new_id(), entry.happened_at or now
        given = None if entry.given is None else canonical(entry.given.model_dump(mode="json"))
        owner = _owner(connection, entry) if signed else None
        plain = canonical(entry.body)
        body = plain if owner is None else _sealed(connection, entry, owner)
        columns = (
            seq, entry_id, entry.kind.value, entry.subject, happened.isoformat(), recorded,
            by.id, by.name, entry.role.value, given, body, prev,
        )  # fmt: skip
        prev = seal(columns)
        rows.append((*columns, prev, sign(prev) if signed and sign is not None else None))
        lines.append(
            Line(
                seq,
                entry_id,
                entry.kind,
                entry.subject,
                happened,
                now,
                by.id,
                by.name,
                entry.role.value,
                given,
                _body_of(plain),
            )
        )
        for content in entry.files:
            keep_file(connection, content, owner=_owner_of_files(entry) if signed else None)
    connection.executemany(_INSERT, rows)
    return lines


def put(connection: Connection, columns: Sequence[object], seal_: str, signature: object) -> None:
    """Puts an entry after the last as another desk wrote it; whoever does so has checked it."""
    connection.execute(_INSERT, (*columns, seal_, signature))


_A_PERSON = re.compile(r"P-\d+")
_A_PLACEMENT = re.compile(r"L-\d+")


def _owner(connection: Connection, entry: Entry) -> str | None:
    """Whom an entry is about, whose key seals it; None where it is about nobody of the list."""
    for said in (entry.subject, entry.body.get("patient")):
        if isinstance(said, str) and _A_PERSON.fullmatch(said):
            return said
    if _A_PLACEMENT.fullmatch(entry.subject):
        row = connection.execute("SELECT patient FROM placements WHERE id = ?", (entry.subject,)).fetchone()
        return None if row is None else str(row[0])
    return None


def _sealed(connection: Connection, entry: Entry, owner: str) -> str:
    key = personal.key_for(connection, owner)
    return canonical(personal.sealed_body(entry.body, owner=owner, key=key))


def _owner_of_files(entry: Entry) -> str | None:
    """Whose key seals the files of an entry: those of a person theirs, others that name people their own."""
    if entry.kind is Kind.PAPER_ISSUED:
        return str(entry.body["patient"] or entry.body["paper"])
    return entry.subject if entry.kind is Kind.PLAN_STORED else None


def keep_file(connection: Connection, content: bytes, *, owner: str | None = None) -> str:
    """Keeps the content under its SHA-256 and gives that; kept once however often it comes.

    `owner`: whose key seals it.
    """
    name = hashlib.sha256(content).hexdigest()
    if not has_file(connection, name):
        kept = zlib.compress(content, 6)
        if owner is not None:
            kept = personal.sealed_file(kept, owner=owner, key=personal.key_for(connection, owner))
        keep_as_it_is(connection, name, len(content), kept)
    return name


def keep_as_it_is(connection: Connection, name: str, size: int, kept: bytes) -> None:
    """Keeps a file as another store has it, sealed or not."""
    connection.execute("INSERT INTO files (sha256, size, content) VALUES (?, ?, ?)", (name, size, kept))


def has_file(connection: Connection, sha256: str) -> bool:
    """Whether a file of that name is kept."""
    return connection.execute("SELECT 1 FROM files WHERE sha256 = ?", (sha256,)).fetchone() is not None


def file_as_it_is(connection: Connection, sha256: str) -> tuple[int, bytes]:
    """A kept file's size and what is kept of it; KeyError where there is none of that name."""
    row = connection.execute("SELECT size, content FROM files WHERE sha256 = ?", (sha256,)).fetchone()
    if row is None:
        raise KeyError(sha256)
    return int(row[0]), bytes(row[1])


def read_file(connection: Connection, sha256: str) -> bytes:
    """The kept content, byte for byte; KeyError where there is none of that name.

    `Erased` where somebody whom it named was erased.
    """
    _size, kept = file_as_it_is(connection, sha256)
    content = personal.opened_file(kept, lambda owner: personal.key_of(connection, owner))
    if content is None:
        raise Erased(
            "This file named somebody who was erased since: nobody can read it any more.",
            "What was decided stands in the record.",
        )
    return zlib.decompress(content)


_COLUMNS_READ = "seq, id, kind, subject, happened_at, recorded_at, user, user_name, role, given"
NAMES_READ = (*_COLUMNS_READ.split(", "), "body")
"""The names of the columns of `LINE_COLUMNS`."""
_READ = f"{_COLUMNS_READ}, plain(body)"


def read(connection: Connection, *, since: int = 0) -> Iterator[Line]:
    """The entries after number `since`, oldest first."""
    rows = connection.execute(f"SELECT {_READ} FROM journal WHERE seq > ? ORDER BY seq", (since,))
    for row in rows:
        yield line(row)


def line(row: Sequence[Any]) -> Line:
    """A row of `LINE_COLUMNS` as an entry."""
    given = row[9] if row[9] is None or _is_plain(row[9]) else canonical(made_plain(json.loads(row[9])))
    return Line(
        row[0], row[1], Kind(row[2]), row[3], datetime.fromisoformat(row[4]), datetime.fromisoformat(row[5]),
        row[6], str(made_plain(row[7])), row[8], given, _body_of(row[10]),
    )  # fmt: skip


def _is_plain(text: str) -> bool:
    """Whether no character in this JSON deceives. Quick: nearly all of it is plain."""
    return "\\u00" not in text and (text.isascii() or not deceives(text))


def _body_of(text: str) -> dict[str, Any]:
    """The body of an entry, as it may be shown: what turns the order of writing round, or can't be seen, and
    was recorded before it was refused, has a sign in its place. The journal keeps it as it was written.
    """
    body: dict[str, Any] = from_json(text)
    return body if _is_plain(text) else {key: made_plain(value) for key, value in body.items()}


LINE_COLUMNS = _READ


def is_sealed(columns: Sequence[object], stored: object) -> bool:
    """Whether the columns come to the seal that is stored; what can't be text doesn't."""
    try:
        return seal(columns) == stored
    except (UnicodeEncodeError, TypeError, ValueError):
        return False


_NAMED = ("case_sha256", "plan_sha256", "rules_sha256", "previous_sha256", "paper_sha256")
_NAMING = (Kind.PLAN_STORED, Kind.PAPER_ISSUED)


def files_named(connection: Connection, *, since: int = 0, until: int | None = None) -> dict[str, int]:
    """The kept files that entries name, each with the number of the first that does: of all of them, or of
    those after number `since` up to `until`."""
    names = ", ".join(f"json_extract(body, '$.{name}')" for name in _NAMED)
    rows = connection.execute(
        f"SELECT seq, {names} FROM journal WHERE kind IN (?, ?) AND seq > ? AND seq <= ? ORDER BY seq",
        [*(kind.value for kind in _NAMING), since, head(connection).seq if until is None else until],
    )
    found: dict[str, int] = {}
    for seq, *each in rows:
        for name in each:
            if name is not None:
                found.setdefault(name, int(seq))
    return found


def erased(connection: Connection) -> frozenset[str]:
    """Whose keys were destroyed on purpose: people, and papers and plans that named one of them."""
    rows = connection.execute(
        "SELECT value FROM journal, json_each(body, '$.keys') WHERE kind = ?", (Kind.PERSON_ERASED.value,)
    )
    return frozenset(str(row[0]) for row in rows)


def unreadable(connection: Connection) -> int:
    """How many keys are missing that nobody destroyed on purpose: of people, papers and plans."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'person_keys'").fetchone() is None:
        return 0
    names = "SELECT DISTINCT json_extract(body, ?) FROM journal WHERE instr(body, ?)"
    needed = {row[0] for row in connection.execute(names, (f'$."{personal.SEALED}".of', personal.SEALED))}
    needed |= {
        owner
        for (begin,) in connection.execute("SELECT substr(content, 1, 60) FROM files")
        if (owner := personal.owner_of_file(bytes(begin))) is not None
    }
    there = {row[0] for row in connection.execute("SELECT owner FROM person_keys")}
    return len(needed - there - erased(connection))
