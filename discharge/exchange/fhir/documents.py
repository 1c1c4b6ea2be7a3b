"""A FHIR file as JSON: a Bundle, one resource, or a resource a line (NDJSON), one after the other.

Of a Bundle one entry at a time is held beside the text, of NDJSON one line: a file may be far larger than
what is read of it. A Bundle inside another is read as if its entries stood in the other. Where something
isn't JSON, its line is said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, NoReturn

from discharge.exchange.csv_reading import CHANGED, Progress, open_source, size_of, stamp_of
from discharge.model.errors import BrokenFile, Fault

LONGEST_LINE = 20_000_000
"""Bytes of one line of NDJSON."""

_BLANK = re.compile(r"[ \t\r\n]*")
_MARK = b"\xef\xbb\xbf"
_AS_JSON = "have it sent as FHIR JSON, in UTF-8"
_OLDER = "history"
_NO_HISTORY = ("is a Bundle of older versions (history)", "have the records sent as they are now")
_OF_BUNDLES = frozenset({
    "collection", "searchset", "message", "transaction", "document", "batch", "transaction-response",
    "batch-response",
})  # fmt: skip
_EVERY = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of the file: `number` is its place in the file, `line` where it begins.

    `fault` says why it isn't one, as reason and mend; then `resource` is empty.
    """

    number: int
    line: int
    resource: dict[str, Any]
    full_url: str = ""
    fault: tuple[str, str] | None = None


@dataclass(slots=True)
class Document:
    """A FHIR file, opened: its entries, and what is to be said of the file once they are read."""

    source: Path | bytes
    progress: Progress | None = None
    notes: list[str] = field(default_factory=list)
    _number: int = 0
    _size: int = 0

    @property
    def name(self) -> str:
        """The file's name; empty where bytes were given."""
        return self.source.name if isinstance(self.source, Path) else ""

    def entries(self) -> Iterator[Entry]:
        """Every resource of the file; `BrokenFile` where the file as a whole can't be read."""
        self._size = size_of(self.source)
        with open_source(self.source) as raw:
            head = raw.read(1 << 16)
        beginning = head.removeprefix(_MARK).lstrip(b" \t\r\n")
        if not beginning:
            _refuse("is empty", "choose the file again")
        if beginning.startswith(b"<"):
            _refuse("is FHIR as XML" if b"hl7.org/fhir" in head else "is XML, and no FHIR", _AS_JSON)
        if beginning.startswith(b"["):
            _refuse("is a list of resources", "have them sent in a Bundle, or each on a line of its own")
        if not beginning.startswith(b"{"):
            _refuse("is not JSON", _AS_JSON)
        stamp = stamp_of(self.source)
        yield from self._of_lines() if self._has_a_resource_a_line() else self._of_text()
        if stamp_of(self.source) != stamp:
            _refuse(*CHANGED)

    def _has_a_resource_a_line(self) -> bool:
        """Whether the second line that isn't blank begins an object of its own: the first doesn't go on."""
        with open_source(self.source) as raw:
            lines = (
                line.removeprefix(_MARK).strip() for line in iter(partial(raw.readline, LONGEST_LINE), b"")
            )
            first, second = islice(chain(filter(None, lines), (b"", b"")), 2)
        return second.startswith(b"{") and not first.endswith((b"{", b"[", b",", b":"))

    def _of_lines(self) -> Iterator[Entry]:
        done = 0
        with open_source(self.source) as raw:
            line = 0
            while raw_line := raw.readline(LONGEST_LINE):
                line += 1
                done += len(raw_line)
                self._tell(line, done)
                if len(raw_line) >= LONGEST_LINE:
                    _refuse(f"has a line of more than {LONGEST_LINE // 1_000_000} MB (line {line})", _AS_JSON)
                content = (raw_line.removeprefix(_MARK) if line == 1 else raw_line).strip()
                if content:
                    yield from self._of_line(content, line)

    def _of_line(self, content: bytes, line: int) -> Iterator[Entry]:
        try:
            text = content.decode()
            found, end = _DECODER.raw_decode(text)
            if text[end:].strip():
                raise ValueError("something stands after its end")
        except UnicodeDecodeError:
            yield self._faulty(line, "is not UTF-8", _AS_JSON)
        except RecursionError:
            yield self._faulty(line, "is nested too deep", _AS_JSON)
        except json.JSONDecodeError as error:
            what = f"is not JSON: column {error.colno}: {error.msg.lower()}"
            yield self._faulty(line, what, "have it sent again, or take the line out")
        except ValueError as error:
            yield self._faulty(line, f"is not JSON: {error}", "have it sent again, or take the line out")
        else:
            yield from self._entries({"resource": found}, line)

    def _entries(self, found: Any, line: int) -> Iterator[Entry]:
        """What stands in an entry: a resource, or in a Bundle inside it several."""
        resource = found.get("resource") if isinstance(found, dict) else None
        if not isinstance(resource, dict) or resource.get("resourceType") != "Bundle":
            yield self._entry(found, line)
            return
        if resource.get("type") == _OLDER:
            yield self._faulty(line, *_NO_HISTORY)
            return
        self._say_of(resource)
        entries = resource.get("entry", [])
        for each in entries if isinstance(entries, list) else [entries]:
            yield from self._entries(each, line)

    def _of_text(self) -> Iterator[Entry]:
        """The entries of a file that is one object: a Bundle, or a resource alone."""
        with open_source(self.source) as raw:
            content = raw.read()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            _refuse(f"is not UTF-8 text from line {line} on", _AS_JSON)
        del content
        top: dict[str, Any] = {}
        try:
            yield from self._members(text, top)
        except json.JSONDecodeError as error:
            _refuse(f"is not JSON: line {error.lineno}, column {error.colno}: {error.msg.lower()}", _AS_JSON)
        except RecursionError:
            _refuse("is nested too deep", _AS_JSON)
        if top.get("resourceType") != "Bundle":
            if "resourceType" not in top:
                _refuse("is JSON, and no FHIR: it has no resourceType", "choose a FHIR Bundle, or NDJSON")
            yield self._entry({"resource": top}, 1)
        else:
            self._say_of(top)
            if not isinstance(top.get("entry", []), list):
                yield from self._entries(top["entry"], 1)

    def _members(self, text: str, top: dict[str, Any]) -> Iterator[Entry]:
        """The entries of a Bundle as they come; what else stands at the top goes into `top`."""
        at = _over_blank(text, 0) + 1
        line, counted = 1, 0
        while True:
            at = _over_blank(text, at)
            if text[at : at + 1] == "}":
                break
            key, at = _value(text, at)
            if not isinstance(key, str):
                raise json.JSONDecodeError("expecting a name in quotes", text, at)
            if key in top:
                _refuse(f"has {key[:40]!r} twice (line {text.count(chr(10), 0, at) + 1})", _AS_JSON)
            at = _over_blank(text, _past(text, _over_blank(text, at), ":"))
            if key != "entry" or text[at : at + 1] != "[":
                top[key], at = _value(text, at)
            else:
                top[key] = []
                at = _over_blank(text, at + 1)
                while text[at : at + 1] != "]":
                    line, counted = line + text.count("\n", counted, at), at
                    found, at = _value(text, at)
                    self._tell(self._number + 1, at)
                    yield from self._entries(found, line)
                    at = _next(text, at, "]")
                at += 1
            at = _next(text, at, "}")
        if text[at + 1 :].strip():
            raise json.JSONDecodeError("something stands after its end", text, at + 1)

    def _entry(self, found: Any, line: int) -> Entry:
        """What stands in an entry; one without a resource asks for something, and that isn't done."""
        resource = found.get("resource") if isinstance(found, dict) else None
        if isinstance(resource, dict) and isinstance(resource.get("resourceType"), str):
            self._number += 1
            full_url = found.get("fullUrl")
            return Entry(self._number, line, resource, full_url if isinstance(full_url, str) else "")
        request = found.get("request") if isinstance(found, dict) and resource is None else None
        if isinstance(request, dict):
            asks = str(request.get("method", ""))[:10]
            return self._faulty(
                line, f"asks for {asks} without a resource; that isn't done", "see what it is for"
            )
        return self._faulty(line, "is no resource: it has no resourceType", "have it sent again")

    def _faulty(self, line: int, what: str, mend: str) -> Entry:
        self._number += 1
        return Entry(self._number, line, {}, fault=(what, mend))

    def _say_of(self, bundle: dict[str, Any]) -> None:
        kind = bundle.get("type")
        if kind == _OLDER:
            _refuse(*_NO_HISTORY)
        if not isinstance(kind, str) or kind not in _OF_BUNDLES:
            its_type = f"of type {str(kind)[:30]!r}" if kind else "without a type"
            self.notes.append(f"A Bundle {its_type}: its resources are read as those of a collection.")
        links = bundle.get("link")
        linked = links if isinstance(links, list) else [links]
        if any(isinstance(each, dict) and each.get("relation") == "next" for each in linked):
            self.notes.append("The answer goes on: there is a next page, which isn't in this file.")

    def _tell(self, at: int, done: int) -> None:
        if self.progress is not None and at % _EVERY == 1:
            self.progress(min(done, self._size), self._size)


def is_json(source: Path | bytes) -> bool:
    """Whether the file begins as an object of JSON does, or as FHIR in XML: no table does."""
    with open_source(source) as raw:
        head = raw.read(4096)
    beginning = head.removeprefix(_MARK).lstrip(b" \t\r\n")
    return beginning[:1] in (b"{", b"[") or (beginning[:1] == b"<" and b"hl7.org/fhir" in head)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _NotJson(f"{twice[:40]!r} stands twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise _NotJson(f"{name} is no number of JSON")


class _NotJson(ValueError):
    """What Python's reader would take and JSON doesn't have; the message says what."""


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant)


def _value(text: str, at: int) -> tuple[Any, int]:
    """The value that stands there, and where it ends."""
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError:
        raise
    except ValueError as error:
        line = text.count("\n", 0, at) + 1
        what = error if isinstance(error, _NotJson) else "a number has more digits than can be read"
        _refuse(f"is not JSON: in what begins in line {line}, {what}", _AS_JSON)


def _over_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _past(text: str, at: int, mark: str) -> int:
    if text[at : at + 1] != mark:
        raise json.JSONDecodeError(f"expecting {mark!r}", text, at)
    return at + 1


def _next(text: str, at: int, end: str) -> int:
    """Where the next member begins, or the end stands; a comma before the end is none of JSON's."""
    at = _over_blank(text, at)
    if text[at : at + 1] == end:
        return at
    at = _over_blank(text, _past(text, at, ","))
    if text[at : at + 1] == end:
        raise json.JSONDecodeError("nothing follows the comma", text, at)
    return at


def _refuse(what: str, mend: str) -> NoReturn:
    raise BrokenFile([Fault("(file)", what, mend)])
