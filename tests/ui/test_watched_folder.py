"""A folder that is watched: what comes in is told once it stands still, and waits for somebody's yes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from discharge.exchange.watched import waiting_in
from discharge.model.errors import UserError
from tests.ui.conftest import MakeServices
from tests.ui.planning_hub import Hub
from ui.frame.services import Message
from ui.imports.watched import WatchedFolder


class Watching:
    """The folder and who watches it; `look` looks into it once more."""

    def __init__(self, services: Any, folder: Path, qtbot: Any) -> None:
        self.said: list[Message] = []
        self.opened: list[str] = []
        self.folder, self.qtbot, self.services = folder, qtbot, services
        services.told.connect(self.said.append)
        self.watched = self.make()
        services.commands.bind("import.waiting", self.watched.open_first)

    def make(self) -> WatchedFolder:
        return WatchedFolder(self.services, lambda path: self.opened.append(path.name), self.services)

    def watch(self) -> None:
        with self.qtbot.waitSignal(self.watched.looked):
            self.watched.watch(self.folder)

    def look(self) -> list[str]:
        with self.qtbot.waitSignal(self.watched.looked):
            self.watched.look()
        return [each.path.name for each in self.watched.waiting]

    def puts(self, name: str, text: str = "name\nA\n") -> Path:
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path


@pytest.fixture
def watching(make_services: MakeServices, hub: Hub, tmp_path: Path, qtbot: Any) -> Watching:
    services = make_services(hub.open)
    services.set_user(hub.coordinator)
    folder = tmp_path / "from the hospital"
    folder.mkdir()
    return Watching(services, folder, qtbot)


def test_a_file_is_told_once_it_stands_as_it_did_and_opened_by_somebodys_hand(watching: Watching) -> None:
    watching.watch()
    watching.puts("tonight.csv")
    assert watching.look() == []
    assert watching.look() == ["tonight.csv"]
    assert [said.sentence for said in watching.said] == ["In the watched folder: tonight.csv."]
    assert watching.look() == ["tonight.csv"]
    assert len(watching.said) == 1
    assert watching.opened == []
    assert watching.said[0].do is not None
    watching.said[0].do()
    assert watching.opened == ["tonight.csv"]
    assert watching.look() == []


def test_one_that_is_still_being_written_waits_and_a_new_one_of_that_name_is_told_again(
    watching: Watching,
) -> None:
    watching.watch()
    watching.puts("list.csv", "name\n")
    watching.look()
    watching.puts("list.csv", "name\nA\nB\n")
    assert watching.look() == []
    assert watching.look() == ["list.csv"]
    watching.watched.open_first()
    watching.puts("list.csv", "name\nA\nB\nC\n")
    watching.look()
    assert watching.look() == ["list.csv"]


def test_what_was_looked_at_is_remembered_by_the_next_window_without_its_name(watching: Watching) -> None:
    watching.puts("old.csv")
    watching.watch()
    watching.look()
    watching.watched.open_first()
    watching.watched = watching.make()
    watching.look()
    assert watching.look() == []
    watching.services.settings.sync()
    assert "old.csv" not in Path(watching.services.settings.fileName()).read_text("utf-8")


def test_a_folder_that_is_gone_is_said_once_and_the_desk_works_on(watching: Watching) -> None:
    watching.watch()
    watching.folder.rmdir()
    watching.look()
    watching.look()
    assert len(watching.said) == 1
    assert "can't be read" in watching.said[0].sentence
    assert watching.watched.why_nothing()


def test_only_lists_count_and_the_oldest_comes_first(tmp_path: Path) -> None:
    for name in ("b.csv", "~$b.xlsx", ".hidden.csv", "picture.png", "empty.csv"):
        (tmp_path / name).write_text("" if name.startswith("empty") else "x", "utf-8")
    (tmp_path / "folder.csv").mkdir()
    assert [each.path.name for each in waiting_in(tmp_path, ())] == ["b.csv"]
    with pytest.raises(UserError, match="can't be read"):
        waiting_in(tmp_path / "none", ())


def test_no_folder_is_watched_until_one_is_chosen(watching: Watching) -> None:
    watching.watched.begin()
    assert watching.watched.folder is None
    assert "choose one" in watching.watched.why_nothing()
