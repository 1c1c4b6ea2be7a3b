"""Drafts of forms beside the store: kept whole, for their owner alone, and gone when they should be."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from discharge.store.file import drafts
from discharge.store.file.drafts import KEPT, Draft

NOW = datetime(2020, 11, 16, 8, tzinfo=UTC)


def draft(name: str = "a-1", *, at: datetime = NOW, **typed: object) -> Draft:
    return Draft(name, "patient", "U-0001", at, typed or {"name": "Ada Shah", "needs": ["hoist"]})


def test_a_draft_comes_back_as_it_was_typed_and_the_later_one_replaces_it(tmp_path: Path) -> None:
    hub = tmp_path / "three.hub"
    drafts.keep(hub, draft())
    drafts.keep(hub, draft(name="a-1", ward="Öak"))
    drafts.keep(hub, draft("b-2", at=NOW + timedelta(minutes=1)))
    found = drafts.drafts_of(hub, now=NOW)
    assert [one.name for one in found] == ["b-2", "a-1"]
    assert found[1].typed == {"ward": "Öak"}
    assert found[0] == draft("b-2", at=NOW + timedelta(minutes=1))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps who may read with the folder")
def test_a_draft_is_for_the_eyes_of_its_owner_alone(tmp_path: Path) -> None:
    hub = tmp_path / "three.hub"
    drafts.keep(hub, draft())
    folder = drafts.folder_of(hub)
    assert folder.stat().st_mode & 0o077 == 0
    assert [path.stat().st_mode & 0o077 for path in folder.iterdir()] == [0]


def test_nothing_is_left_once_the_last_draft_is_dropped(tmp_path: Path) -> None:
    hub = tmp_path / "three.hub"
    drafts.keep(hub, draft())
    drafts.drop(hub, "a-1")
    drafts.drop(hub, "never-was")
    assert drafts.drafts_of(hub, now=NOW) == ()
    assert list(tmp_path.iterdir()) == []


def test_what_is_old_or_broken_is_deleted_and_never_shown(tmp_path: Path) -> None:
    hub = tmp_path / "three.hub"
    drafts.keep(hub, draft())
    drafts.keep(hub, draft("old", at=NOW - KEPT - timedelta(seconds=1)))
    folder = drafts.folder_of(hub)
    (folder / "broken.draft").write_text("{")
    (folder / "half.new").write_text("{")
    assert [one.name for one in drafts.drafts_of(hub, now=NOW)] == ["a-1"]
    assert [path.name for path in folder.iterdir()] == ["a-1.draft"]


def test_a_name_can_lead_nowhere_else(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.\./x"):
        drafts.keep(tmp_path / "three.hub", draft("../x"))
