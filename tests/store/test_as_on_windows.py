"""As on Windows, simulated: open files can't be replaced; paths are long; the system knows no time zones."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from stat import S_ISDIR
from typing import Any

import pytest

from discharge import in_place
from discharge.actions.desk import Desk
from discharge.actions.hub import amend_hub
from discharge.actions.signing_in import found_sealed
from discharge.cli import main
from discharge.model.errors import UserError
from discharge.store.file import witness
from discharge.store.file.database import look_at, open_store
from discharge.store.journal import Head
from tests.actions.a_hub import MONDAY, AHub

ROOT = Path(__file__).parents[2]
OPEN = Path("/proc/self/fd")

pytestmark = pytest.mark.skipif(not OPEN.is_dir(), reason="which files are open is read from Linux's /proc")


def is_open(path: str | os.PathLike[str]) -> bool:
    """Whether this process has the file open."""
    real = os.path.realpath(path)
    held = set()
    for each in OPEN.iterdir():
        try:
            held.add(str(each.readlink()))
        except OSError:
            continue
    return real in held or any(name.startswith(f"{real}/") for name in held)


@pytest.fixture
def open_files_stay(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No file that this process has open can be replaced, renamed or removed; gives what was refused."""
    refused: list[str] = []

    def guarded(real: Callable[..., Any], count: int) -> Callable[..., Any]:
        def call(*paths: Any, **more: Any) -> Any:
            for path in paths[:count]:
                if is_open(path):
                    refused.append(Path(path).name)
                    raise PermissionError(13, "The process cannot access the file", str(path))
            return real(*paths, **more)

        return call

    for name, count in (("replace", 2), ("rename", 2), ("unlink", 1), ("remove", 1)):
        monkeypatch.setattr(os, name, guarded(getattr(os, name), count))
    return refused


def test_the_simulation_refuses_what_windows_does(open_files_stay: list[str], tmp_path: Path) -> None:
    file, other = tmp_path / "a", tmp_path / "b"
    other.write_text("b", "utf-8")
    with file.open("w", encoding="utf-8"):
        for attempt in (partial(other.replace, file), partial(file.rename, tmp_path / "c"), file.unlink):
            with pytest.raises(PermissionError):
                attempt()
    other.replace(file)
    assert open_files_stay == ["a", "a", "a"]


def test_what_another_window_reads_is_replaced_once_it_was_read(
    open_files_stay: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = witness.Witness(Head(7, "a" * 64), "2020-11-16T08:00:00+00:00")
    file = tmp_path / "hub.witness"
    file.write_text("{}", "utf-8")
    reader = file.open(encoding="utf-8")
    monkeypatch.setattr(in_place, "sleep", lambda _: reader.close())
    assert not witness.write(file, seen)
    monkeypatch.setattr(in_place, "_WINDOWS", True)
    assert witness.write(file, seen)
    assert witness.read(file) == seen
    assert open_files_stay == ["hub.witness"] * 2


def test_what_stays_open_is_refused_after_half_a_second(
    open_files_stay: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paused: list[float] = []
    monkeypatch.setattr(in_place, "_WINDOWS", True)
    monkeypatch.setattr(in_place, "sleep", paused.append)
    fresh, place = tmp_path / "fresh", tmp_path / "place"
    fresh.touch()
    with place.open("w", encoding="utf-8"), pytest.raises(PermissionError):
        in_place.put(fresh, place)
    assert sum(paused) == pytest.approx(0.5)


@pytest.mark.whole
def test_a_hub_is_kept_backed_up_and_gone_back_to_without_replacing_an_open_file(
    hub: AHub, open_files_stay: list[str], tmp_path: Path
) -> None:
    second = tmp_path / "second"
    second.mkdir()
    hub.desk.perform(partial(amend_hub, changes={"backup_folder": str(second)}), by=hub.admin)
    hub.negative()
    made = hub.desk.back_up()
    hub.desk.send_to_second_folder()
    hub.desk.preview_backup(made.path)
    assert hub.desk.verify().is_intact
    hub.desk.close()
    assert main(["doctor", str(hub.path), "--back-up"]) == 0
    assert main(["restore", str(hub.path), made.path.name]) == 0
    assert main(["out", str(hub.path), str(tmp_path / "out")]) == 0
    hub.desk = Desk.open(hub.path, clock=hub.clock)
    assert open_files_stay == []


def test_a_hub_works_where_its_path_is_longer_than_windows_takes_unasked(hub: AHub, tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*(f"{number}-{'long' * 20}" for number in range(4)))
    deep.mkdir(parents=True)
    hub.desk.close()
    path = deep / "Zoë's hub.hub"
    assert len(str(path)) > 260
    hub.path.rename(path)
    with Desk.open(path, clock=hub.clock) as desk:
        desk.perform(partial(amend_hub, changes={"offer_hours": 9}), by=hub.admin)
        assert desk.preview_backup(desk.back_up().path).entries_lost == 0
    assert main(["doctor", str(path), "--back-up"]) == 0
    path.rename(hub.path)
    hub.desk = Desk.open(hub.path, clock=hub.clock)


def test_london_has_its_clock_where_the_system_knows_no_time_zone() -> None:
    code = (
        "from zoneinfo import TZPATH; assert not TZPATH;"
        "from datetime import UTC, datetime; from discharge.model.london import LONDON;"
        "print(datetime(2020, 7, 1, tzinfo=UTC).astimezone(LONDON).hour)"
    )
    environment = {**os.environ, "PYTHONTZPATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1\n"


def test_a_folder_is_no_hub_where_folders_have_no_size(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = Path.stat

    def stat(path: Path, **how: Any) -> os.stat_result:
        found = real(path, **how)
        return os.stat_result((*found[:6], 0, *found[7:])) if S_ISDIR(found.st_mode) else found

    folder = tmp_path / "hubs"
    folder.mkdir()
    monkeypatch.setattr(Path, "stat", stat)
    for look in (open_store, look_at):
        with pytest.raises(UserError, match="is a folder"):
            look(folder, now=MONDAY)
    with pytest.raises(UserError, match="There is a hub"):
        found_sealed(folder, hub="Abbey", name="Jo Reed", passphrase="seven quiet otters swim")
    assert list(tmp_path.iterdir()) == [folder]
