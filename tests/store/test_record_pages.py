"""What the Record page asks of the store: which entries, rows of them, and one entry whole."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from discharge.actions.desk import Desk
from discharge.actions.patients import amend_patient, exclude_setting
from discharge.actions.second_word import confirm_changes
from discharge.actions.settings import amend_setting
from discharge.model.errors import UserError
from discharge.model.london import london_date
from discharge.model.shown.record import RECORD_GROUPS, RecordFilter, group_of
from discharge.store import driver
from discharge.store.ask.queries import Queries
from discharge.store.journal import Kind
from tests.conftest import DemoCopy

Numbers = Callable[..., tuple[int, ...]]


@pytest.fixture(scope="module")
def demo(demo_copy: DemoCopy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_copy(tmp_path_factory.mktemp("demo") / "Demo.hub")


@pytest.fixture
def desk(demo_copy: DemoCopy, tmp_path: Path) -> Any:
    with Desk.open(demo_copy(tmp_path / "copy.hub")) as opened:
        yield opened


@pytest.fixture
def numbers(desk: Desk) -> Numbers:
    return lambda **wanted: desk.ask(lambda q: q.record_numbers(RecordFilter(**wanted)))


def test_without_a_filter_every_entry_is_there_newest_first(desk: Desk, numbers: Numbers) -> None:
    head = desk.ask(lambda q: q.head())
    assert numbers() == tuple(range(head, 0, -1))


def test_every_kind_has_a_group_and_the_groups_part_the_record(desk: Desk, numbers: Numbers) -> None:
    assert {group_of(kind.value) for kind in Kind} == set(RECORD_GROUPS)
    parts = [numbers(group=name) for name in RECORD_GROUPS]
    assert sorted(seq for part in parts for seq in part) == sorted(numbers())


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("placement_released", "infection"), ("placement_arrived", "move"), ("placement_told", "offer"),
        ("placement_approved", "approval"), ("setting_excluded", "list"), ("setting_amended", "setting"),
        ("user_added", "hub"), ("rule_set_chosen", "hub"), ("capacity_confirmed", "capacity"),
    ],
)  # fmt: skip
def test_a_kind_is_in_the_group_where_one_would_look_for_it(kind: str, group: str) -> None:
    assert group_of(kind) == group


def test_of_a_person_there_is_what_is_about_them_and_their_placements(desk: Desk, numbers: Numbers) -> None:
    found = desk.ask(lambda q: q.record_lines(numbers_of(q, person="P-0002")))
    placements = {mention.id for mention in desk.ask(lambda q: q.patient("P-0002")).placements}
    assert {line.subject for line in found} == {"P-0002"} | placements
    assert all("Edith Stonechat" in line.about for line in found)
    assert {line.page for line in found} == {"patients", "moves"}


def numbers_of(queries: Any, **wanted: Any) -> tuple[int, ...]:
    found: tuple[int, ...] = queries.record_numbers(RecordFilter(**wanted))
    return found


def test_of_a_setting_there_is_what_is_about_it_stays_in_it_and_who_it_is_ruled_out_for(desk: Desk) -> None:
    lines = desk.ask(lambda q: q.record_lines(numbers_of(q, setting="1-9990000001")))
    kinds = {line.kind for line in lines}
    assert {"setting_registered", "capacity_returned", "placement_proposed", "setting_excluded"} <= kinds
    assert "placement_proposed" not in {
        line.kind for line in desk.ask(lambda q: q.record_lines(numbers_of(q, setting="1-9990000032")))
    }


def test_who_recorded_it_and_on_which_days(desk: Desk, numbers: Numbers) -> None:
    everybody = desk.ask(lambda q: q.record_lines(numbers()))
    for user in ("U-0002", "U-0004"):
        assert numbers(user=user) == tuple(line.seq for line in everybody if line.user == user)
    first, last = date(2020, 11, 10), date(2020, 11, 12)
    wanted = tuple(line.seq for line in everybody if first <= london_date(line.happened_at) <= last)
    assert wanted
    assert numbers(first=first, last=last) == wanted
    assert numbers(first=date(2021, 1, 1)) == ()


@pytest.mark.parametrize("text", ["stonechat", "EDITH stone", "L-0001", "edith L-0001"])
def test_the_search_finds_whom_it_is_about_by_name_or_reference(
    desk: Desk, numbers: Numbers, text: str
) -> None:
    lines = desk.ask(lambda q: q.record_lines(numbers(text=text)))
    assert lines
    assert all("Edith Stonechat" in line.about for line in lines)


def test_the_search_finds_an_entry_by_its_number_and_a_user_by_name(desk: Desk, numbers: Numbers) -> None:
    assert 312 in numbers(text="312")
    assert numbers(text="whitlock") == numbers(user="U-0003")
    assert numbers(text="100%") == ()
    assert numbers(text="_") == ()


def test_filters_hold_together(numbers: Numbers) -> None:
    both = set(numbers(person="P-0002", group="offer"))
    assert both
    assert both == set(numbers(person="P-0002")) & set(numbers(group="offer"))


def test_an_amended_person_has_before_and_after(desk: Desk) -> None:
    user = desk.sign_in("U-0002")
    details = desk.ask(lambda q: q.patient_details("P-0012"))
    changes = {"ward": "Birch", "notes": "Likes the window."}
    desk.perform(partial(amend_patient, patient="P-0012", changes=changes), by=user)
    entry = desk.ask(lambda q: q.record_entry(q.head()))
    assert entry.differences is not None
    assert {(each.field, each.before, each.after) for each in entry.differences} == {
        ("ward", details.ward, "Birch"), ("notes", details.notes, "Likes the window."),
    }  # fmt: skip
    assert entry.line.about == details.name
    desk.perform(partial(amend_patient, patient="P-0012", changes={"ward": "Ash"}), by=user)
    again = desk.ask(lambda q: q.record_entry(q.head())).differences
    assert again is not None
    assert [(each.before, each.after) for each in again] == [("Birch", "Ash")]


def test_an_amended_setting_and_the_hubs_settings_have_before_and_after(desk: Desk) -> None:
    user = desk.sign_in("U-0002")
    before = desk.ask(lambda q: q.setting_details("1-9990000002")).weekly_fee
    desk.perform(partial(amend_setting, setting="1-9990000002", changes={"weekly_fee": 1111.0}), by=user)
    assert desk.ask(lambda q: q.record_entry(q.head())).differences == (), "it waits"
    waits = desk.ask(lambda q: [change.id for change in q.waiting_changes()])
    desk.perform(partial(confirm_changes, changes=waits), by=desk.sign_in("U-0004"))
    found = desk.ask(lambda q: q.record_entry(q.head())).differences
    assert found is not None
    assert [(each.field, each.before, each.after) for each in found] == [("weekly_fee", before, 1111.0)]
    areas = desk.ask(lambda q: q.record_entry(8)).differences
    assert areas is not None
    assert {"areas", "phone", "out_of_hours"} <= {each.field for each in areas}
    assert "name" not in {each.field for each in areas}


def test_what_has_no_before_says_so(desk: Desk) -> None:
    for seq in desk.ask(lambda q: numbers_of(q, group="offer"))[:5]:
        assert desk.ask(partial(Queries.record_entry, seq=seq)).differences is None
    first = desk.ask(lambda q: numbers_of(q, text="P-0002"))[-1]
    assert desk.ask(lambda q: q.record_entry(first)).differences is None


def test_an_entry_has_the_seal_of_the_one_before(desk: Desk) -> None:
    head = desk.ask(lambda q: q.head())
    for seq in (2, 100, head):
        entry = desk.ask(partial(Queries.record_entry, seq=seq))
        before = desk.ask(partial(Queries.record_entry, seq=seq - 1))
        assert entry.prev_hash == before.hash
    with pytest.raises(UserError, match="There is no entry"):
        desk.ask(lambda q: q.record_entry(head + 1))


def test_a_setting_ruled_out_later_is_found_under_it(desk: Desk, numbers: Numbers) -> None:
    user = desk.sign_in("U-0002")
    before = set(numbers(setting="1-9990000013"))
    desk.perform(
        partial(exclude_setting, patient="P-0012", setting="1-9990000013", reason="Too far"), by=user
    )
    assert set(numbers(setting="1-9990000013")) - before == {desk.ask(lambda q: q.head())}


def test_the_check_tells_how_far_it_is(desk: Desk) -> None:
    told: list[tuple[int, int]] = []
    found = desk.verify(progress=lambda done, total: told.append((done, total)))
    head = desk.ask(lambda q: q.head())
    assert found.is_intact
    assert told == [(at, head) for at in range(200, head + 1, 200)]


def test_a_check_is_stopped_by_its_progress(desk: Desk) -> None:
    class Stop(Exception):
        pass

    def progress(_done: int, _total: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        desk.verify(progress=progress)
    assert desk.verify().is_intact


@pytest.mark.whole
def test_a_store_of_before_gets_what_the_record_is_looked_through_by(demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "before.hub"
    path.write_bytes(demo.read_bytes())
    with closing(driver.connect(path)) as raw, raw:
        for name in ("idx_journal_kind_seq", "idx_journal_user_seq"):
            raw.execute(f"DROP INDEX {name}")
        raw.execute("PRAGMA user_version = 2")
    with Desk.open(path) as opened:
        assert opened.verify().is_intact
        assert opened.ask(lambda q: numbers_of(q, group="plan"))
    with closing(driver.connect(path)) as raw:
        listed = {row[1] for row in raw.execute("PRAGMA index_list(journal)")}
        by_kind = raw.execute(
            "EXPLAIN QUERY PLAN SELECT seq FROM journal WHERE kind IN ('a', 'b')"
        ).fetchall()
    assert {"idx_journal_kind_seq", "idx_journal_user_seq"} <= listed
    assert "idx_journal_kind_seq" in by_kind[0][3]


def test_a_review_an_assessment_and_a_paper_are_about_their_person_and_a_transport_sheet_about_its_day(
    desk: Desk,
) -> None:
    lines = desk.ask(lambda q: q.record_lines(numbers_of(q, group="review")))
    assert {line.page for line in lines} == {"moves"}
    assert not [line for line in lines if line.subject == line.about]
