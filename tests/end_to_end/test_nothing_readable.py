"""A disk that is stolen: after a day at a sealed hub nobody's name stands on it, closed or killed."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.end_to_end.sealed_day import BY_HAND, FILES, IN_A_DRAFT
from tests.examples import sweep
from tests.house import HOUSE

DEFLATED = (b"\x78\x01", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b\x08")


def marks() -> set[str]:
    """Words that stand for people of the day; who works at the hub is named in its key file, to sign in."""
    with (FILES / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        named = [row["name"] for row in csv.DictReader(file)]
    found = {word for name in (*named, BY_HAND, IN_A_DRAFT) for word in name.split()}
    return {word for word in found if len(word) > 4} - {"Marsh", "Okafor"}


def written(content: bytes) -> Iterator[bytes]:
    """The content, and all that is deflated in it."""
    yield content
    for begin in DEFLATED:
        at = content.find(begin)
        while at >= 0:
            unpack = zlib.decompressobj(wbits=47)
            with suppress(zlib.error):
                yield unpack.decompress(content[at:], 10_000_000)
            at = content.find(begin, at + 1)


def readable_in(folder: Path, words: set[str]) -> dict[str, set[str]]:
    """The words that stand in a folder's files, in their names too; by file."""
    found: dict[str, set[str]] = {}
    for path in folder.rglob("*"):
        texts = [
            str(path.relative_to(folder)).encode(),
            *(written(path.read_bytes()) if path.is_file() else ()),
        ]
        there = {
            word
            for word in words
            for text in texts
            if word.encode() in text or word.encode("utf-16-le") in text or word.encode("utf-16-be") in text
        }
        if there:
            found[str(path)] = there
    return found


def test_what_is_written_plainly_is_found(tmp_path: Path) -> None:
    for name, content in (
        ("a", "Marrow".encode("utf-16-le")),
        ("b", b"xx" + zlib.compress(b"before Marrow after")),
        ("c", b"Marrow"),
        ("Marrow.pdf", b""),
    ):
        (tmp_path / name).write_bytes(content)
    assert len(readable_in(tmp_path, {"Marrow"})) == 4
    assert len(marks()) > 5


@pytest.mark.parametrize("ends", sweep(["killed", "closed"]))
def test_after_a_day_at_a_sealed_hub_no_name_is_readable_on_the_disk(tmp_path: Path, ends: str) -> None:
    if ends == "killed" and os.name == "nt":
        pytest.skip("there is no such kill there")
    folders = {
        name: str(tmp_path / part)
        for name, part in (
            ("HOME", "home"), ("TMPDIR", "tmp"), ("TEMP", "tmp"), ("TMP", "tmp"),
            ("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "share"), ("XDG_STATE_HOME", "state"),
            ("XDG_CACHE_HOME", "cache"), ("APPDATA", "config"), ("LOCALAPPDATA", "share"),
        )
    }  # fmt: skip
    for folder in {*folders.values(), str(tmp_path / "hubs")}:
        Path(folder).mkdir(exist_ok=True)
    hub = tmp_path / "hubs" / "Hub.discharge"
    done = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.sealed_day", str(hub), ends],
        cwd=HOUSE, env={**os.environ, **folders}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "2 proposed\n", done.stderr
    assert done.returncode == (0 if ends == "closed" else -9)
    files = {path.name.removeprefix(hub.name) for path in tmp_path.rglob("*") if path.is_file()}
    assert {"", ".keys", ".witness", "a-form.draft", "round.in-hand", "discharge-desk.log"} <= files
    assert any(name.endswith(".backup") for name in files)
    assert any(name.startswith(".aside-") for name in files)
    assert ("-wal" in files) == (ends == "killed")
    assert readable_in(tmp_path, marks()) == {}
