"""What tells who somebody is, in entries and in kept files: sealed with a key of each person's own.

Destroying that key erases the person: seals, signatures and the chain stand as they were, every entry is
there, and what it said of the person can't be read by anybody. Only in a sealed hub; what a hub wrote before
it was sealed stays as it was written.

What is sealed is found by what it looks like, not by a list of fields: a text is left as it is only where it
is a code (`confirmed`, `P3`), an id, a date or a seal, and isn't under a name that always tells who somebody
is. What nobody thought of is sealed rather than left.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from discharge.keys import boxes
from discharge.store.driver import Connection

SEALED: Final = "~sealed"
"""Under this name stands, in a body, the box with what was taken out of it."""
ERASED = "erased"
"""What stands for a text of somebody who was erased."""
_FILE = b"~sealed:"
"""How a kept file begins that is sealed; then whose key opens it, and the box."""

_ALWAYS = frozenset({
    "name", "nhs_number", "born", "born_words", "postcode", "ward", "referrer", "hospital_number",
    "home_address", "gp_practice", "gp_phone", "ward_phone", "best_interests_by", "next_of_kin", "notes",
    "latitude", "longitude", "ethnicity", "religion", "note", "admitted_on",
})  # fmt: skip
"""Names under which everything is sealed, whatever it looks like."""
_CODE = re.compile(
    r"[a-z][a-z0-9_-]{0,39}"  # confirmed, sars-cov-2, en_suite
    r"|[A-Z]{1,2}-\d{1,8}|1-\d{6,12}|[A-Z]\d?"  # P-0001, 1-9990000002, P3
    r"|\d{8}-\d{6}-[0-9a-z_-]{1,40}"  # the group of an import: asked for in SQL
    r"|\d{4}-\d\d-\d\d(T[0-9:.+Z-]+)?"
    r"|[0-9a-f]{32}|[0-9a-f]{64}|"
)
_NOTHING: Mapping[str, object] = {
    "nhs_number": None, "born": None, "hospital": None, "latitude": None, "longitude": None,
    "admitted_on": None, "max_km": None,
}  # fmt: skip
"""What stands for values of somebody who was erased that are no texts, or have a form."""

Keys = Callable[[str], bytes | None]
"""Somebody's key by their id; None where it was destroyed."""


def attach(connection: Connection) -> None:
    """Teaches the connection to read bodies: `plain(body)` in SQL. It knows no key longer than a question."""

    def plain(text: str | None) -> str | None:
        if text is None or SEALED not in text:
            return text
        try:
            return opened_text(text, lambda owner: key_of(connection, owner))
        except (ValueError, KeyError, TypeError):
            return text  # damage: whoever checks the chain says so

    connection.create_function("plain", 1, plain)


def key_of(connection: Connection, owner: str) -> bytes | None:
    """The key of a person, or of a paper or plan with several people in it; None where it was destroyed."""
    row = connection.execute("SELECT key FROM person_keys WHERE owner = ?", (owner,)).fetchone()
    return None if row is None else bytes(row[0])


def key_for(connection: Connection, owner: str) -> bytes:
    """The same; made where they have none yet. Within a transaction."""
    key = key_of(connection, owner)
    if key is None:
        key = boxes.new_key()
        connection.execute("INSERT INTO person_keys (owner, key) VALUES (?, ?)", (owner, key))
    return key


def keep_key(connection: Connection, owner: str, key: bytes) -> None:
    """Keeps the key that another desk made for somebody, unless it is there. Within a transaction."""
    connection.execute(
        "INSERT INTO person_keys (owner, key) VALUES (?, ?) ON CONFLICT (owner) DO NOTHING", (owner, key)
    )


def destroy(connection: Connection, owner: str) -> bool:
    """Destroys the key of somebody: nothing that it sealed is ever read again. Whether there was one.

    The page of the file that held it is overwritten. Of tables in memory, which have no keys, nothing.
    """
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'person_keys'").fetchone()
    if there is None:
        return False
    connection.execute("PRAGMA secure_delete = ON")
    return connection.execute("DELETE FROM person_keys WHERE owner = ?", (owner,)).rowcount > 0


# --- bodies -------------------------------------------------------------------------------------------


def sealed_body(body: Mapping[str, Any], *, owner: str, key: bytes) -> dict[str, Any]:
    """The body with all that tells who somebody is in a box, each value's place marked with its number."""
    taken: list[object] = []
    left = _without(body, "", taken)
    if not taken:
        return dict(body)
    content = json.dumps(taken, ensure_ascii=False, separators=(",", ":")).encode()
    box = base64.b64encode(boxes.sealed(key, content)).decode()
    return {**left, SEALED: {"of": owner, "box": box}}


def owner_of(text: str) -> str | None:
    """Whose key opens what is sealed in a body as it stands in the journal; None where nothing is."""
    return str(json.loads(text)[SEALED]["of"]) if SEALED in text else None


def _without(value: Any, name: str, taken: list[object]) -> Any:
    if isinstance(value, Mapping):
        return {key: _without(each, str(key), taken) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without(each, name, taken) for each in value]
    if _tells_who(value, name):
        taken.append(value)
        return f"~{len(taken) - 1}"
    return value


def _tells_who(value: object, name: str) -> bool:
    if value is None or value == "" or isinstance(value, bool):
        return False
    if name in _ALWAYS:
        return True
    return isinstance(value, str) and _CODE.fullmatch(value) is None


def opened_text(text: str, keys: Keys) -> str:
    """A body as it was meant, of its text; of somebody who was erased with `erased` in the place of texts."""
    body = json.loads(text)
    if SEALED not in body:
        return text
    box = body.pop(SEALED)
    key = keys(box["of"])
    taken = None if key is None else json.loads(boxes.opened(key, base64.b64decode(box["box"])))
    return json.dumps(
        _with(body, "", taken, box["of"]), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def as_meant(connection: Connection, text: str) -> str | None:
    """The same, with the keys of the connection's hub; None for somebody who was erased."""
    if SEALED not in text:
        return text
    body = json.loads(text)
    if SEALED in body and key_of(connection, body[SEALED]["of"]) is None:
        return None
    return opened_text(text, lambda owner: key_of(connection, owner))


def _with(value: Any, name: str, taken: list[Any] | None, owner: str) -> Any:
    if isinstance(value, dict):
        found = {key: _with(each, key, taken, owner) for key, each in value.items()}
        if taken is None and "nhs_number" in found and found["nhs_number"] is None and "no_number" in found:
            found["no_number"] = found["no_number"] or "not_known"
        return found
    if isinstance(value, list):
        return [_with(each, name, taken, owner) for each in value]
    if isinstance(value, str) and value.startswith("~") and value[1:].isdigit():
        if taken is not None:
            return taken[int(value[1:])]
        return f"Erased {owner}" if name == "name" else _NOTHING.get(name, ERASED)
    return value


# --- kept files ---------------------------------------------------------------------------------------


def sealed_file(content: bytes, *, owner: str, key: bytes) -> bytes:
    """A kept file's content, sealed with that key."""
    return _FILE + owner.encode() + b":" + boxes.sealed(key, content)


def owner_of_file(content: bytes) -> str | None:
    """Whose key opens a kept file; None of one that isn't sealed."""
    return content[len(_FILE) :].partition(b":")[0].decode() if content.startswith(_FILE) else None


def opened_file(content: bytes, keys: Keys) -> bytes | None:
    """A kept file's content as it was; None where its key was destroyed. ValueError where it was changed."""
    owner = owner_of_file(content)
    if owner is None:
        return content
    key = keys(owner)
    return None if key is None else boxes.opened(key, content[len(_FILE) + len(owner) + 1 :])


__all__ = [
    "ERASED", "SEALED", "as_meant", "attach", "destroy", "keep_key", "key_for", "key_of", "opened_file",
    "opened_text", "owner_of", "owner_of_file", "sealed_body", "sealed_file",
]  # fmt: skip
