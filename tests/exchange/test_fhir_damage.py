"""Whatever becomes of a FHIR file on its way is said in a sentence, or read; no positive turns negative."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discharge.exchange.fhir.bundle import read_fhir
from discharge.exchange.known_people import KnownHub
from discharge.exchange.report import Imported
from discharge.model.errors import BrokenFile, UserError
from discharge.model.infection import Test
from tests.examples import few
from tests.exchange.fhir_files import POSITIVE, Json, ndjson, observation, patient, request, snomed, stay

NOW = datetime(2020, 11, 16, 8, 0, tzinfo=UTC)
HUB = KnownHub((), {}, frozenset({"sars-cov-2"}))
REPORT: Json = {
    "resourceType": "DiagnosticReport", "id": "d1", "status": "final", "code": snomed("1321291000000100"),
    "subject": {"reference": "Patient/p1"}, "result": [{"reference": "Observation/o1"}],
    "specimen": [{"reference": "Specimen/k1"}], "issued": "2020-11-14T20:00:00Z",
}  # fmt: skip
SPECIMEN: Json = {
    "resourceType": "Specimen",
    "id": "k1",
    "collection": {"collectedDateTime": "2020-11-14T09:30:00Z"},
}
WARD: Json = {"resourceType": "Location", "id": "w1", "name": "Elm", "partOf": {"reference": "Location/w1"}}
THERE = [{"location": {"reference": "Location/w1"}, "status": "active"}]
GOOD = [
    patient(), stay(location=THERE), request(), observation(value=POSITIVE), REPORT, SPECIMEN, WARD,
]  # fmt: skip
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**12), st.floats(allow_nan=False), st.just([]), st.just({}),
    st.sampled_from([
        "", " ", "\ud800", "\x00", "x" * 3000, "1940-13", "2020-11-31", "#", "#p1", "Patient/p1", "Patient/",
        "urn:uuid:", "final", "unknown", "Pathway 1", "\u202eelm", "999 000 1006", "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59+14:00", "2020-10-25T01:30:00",
    ]),
    st.just([{}]), st.just({"reference": "#"}), st.just([None]),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside."""
    if path:
        yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield from places(each, (*path, key))


PLACES = list(places(GOOD))


def read(source: bytes | Path) -> Imported[Any]:
    return read_fhir(source, HUB, now=NOW)


def results(found: Imported[Any]) -> set[str]:
    return {
        each.result
        for one in found.found
        for each in getattr(one, "observations", ())
        if isinstance(each, Test)
    }


@few(40)
@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=3), st.booleans())
def test_odd_values_anywhere_are_said_or_read_and_no_positive_turns_negative(
    changes: list[tuple[tuple[Any, ...], Any]], by_line: bool
) -> None:
    resources = copy.deepcopy(GOOD)
    for path, odd in changes:
        here: Any = resources
        try:
            for step in path[:-1]:
                here = here[step]
            here[path[-1]] = copy.deepcopy(odd)
        except (KeyError, IndexError, TypeError):
            continue
    if by_line:
        source = "\n".join(json.dumps(each) for each in resources).encode()
    else:
        entries = [{"resource": each} for each in resources]
        source = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()
    try:
        found = read(source)
    except UserError:
        return
    report = found.report
    assert report.read == report.new + report.amended + report.same + report.held + report.rejected
    assert "negative" not in results(found)
    assert all(row.remarks for row in report.rows if row.outcome.value in ("held", "rejected"))


@few(20)
@given(st.integers(0, 4000), st.booleans())
def test_a_file_that_is_cut_off_is_told(at: int, by_line: bool) -> None:
    entries = [{"resource": each} for each in GOOD]
    whole = ndjson(*GOOD) if by_line else json.dumps({"resourceType": "Bundle", "entry": entries}).encode()
    cut = whole[: min(at, len(whole) - 2)]
    try:
        found = read(cut)
    except BrokenFile:
        return
    assert by_line
    lines = [line for line in cut.split(b"\n") if line.strip()]
    assert found.report.read >= 1
    assert len(lines) <= len(GOOD)


def test_a_file_that_is_written_to_while_it_is_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "tonight.ndjson"
    path.write_bytes(ndjson(*GOOD))

    def grows(_done: int, _of: int) -> None:
        with path.open("ab") as more:
            more.write(b"{}\n")

    with pytest.raises(BrokenFile, match="has changed while it was read"):
        read_fhir(path, HUB, now=NOW, progress=grows)
