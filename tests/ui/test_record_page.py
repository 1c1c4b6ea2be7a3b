"""The Record page over a real hub: looking for entries, reading one whole, the check and the replay."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from discharge.actions.context import Answered
from discharge.actions.one_sitting import approve_each
from discharge.actions.patients import amend_patient
from discharge.actions.placements import approve
from discharge.model.shown.record import RECORD_GROUPS, RecordFilter
from discharge.store import driver
from discharge.words.marks import mark_words
from tests.ui import rest
from tests.ui.conftest import MakeServices
from tests.ui.engine_work import endless
from tests.ui.fake_desk import RESOURCES
from tests.ui.planning_hub import Hub, Stand, have_a_plan, nameless, propose, sits, store_a_plan
from ui.approvals.receipt import ReceiptDialog
from ui.record import filters, replay
from ui.record import page as record
from ui.record.against_paper import AgainstPaper
from ui.record.page import RecordPage
from ui.record.replay import ReplayDialog, outcome_lines
from ui.record.rows import UNREAD
from ui.record.words import ICONS
from ui.theme.palette import Tone
from ui.theme.status import Status
from ui.work.replaying import Otherwise, Place, Replayed, replay_plan

PAGE = RecordPage

At = Callable[..., Stand]
Open = Callable[..., Stand]
ADA, BEN = "P-0001", "P-0002"


@pytest.fixture(scope="module", autouse=True)
def short_pauses() -> Iterator[None]:
    """Who types makes no long pause: one that a test need not wait for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filters, "PAUSE_MS", rest.PAUSE)
        yield


@pytest.fixture
def open_page(make_services: MakeServices, qtbot: Any, hub: Hub) -> Open:
    return sits(RecordPage, hub, make_services, qtbot)


def page_of(desk: Stand) -> RecordPage:
    assert isinstance(desk.page, RecordPage)
    return desk.page


def wait(desk: Stand) -> None:
    """Typing pauses, and what was asked for comes."""
    desk.settle()


def choose(desk: Stand, seq: int) -> RecordPage:
    page = page_of(desk)
    assert page.table.pick(str(seq))
    desk.settle()
    return page


def words_of(page: RecordPage) -> str:
    return "\n".join(each.text() for each in page.detail.findChildren(QLabel) if each.isVisibleTo(page))


@pytest.fixture
def look_at(look_at: At, stand_for_all: Stand) -> At:
    """All entries are listed again."""
    page = page_of(stand_for_all)
    if page.filter.wanted() != RecordFilter():
        page.filter.clear()
        wait(stand_for_all)
    return look_at


def alter(path: Path, seq: int) -> None:
    """Somebody changes one letter of an entry behind the program's back."""
    with closing(driver.connect(path)) as raw, raw:
        raw.execute("DROP TRIGGER journal_is_never_changed")
        body = raw.execute("SELECT body FROM journal WHERE seq = ?", (seq,)).fetchone()[0]
        at = body.index("a")
        raw.execute("UPDATE journal SET body = ? WHERE seq = ?", (body[:at] + "b" + body[at + 1 :], seq))


# --- reading -----------------------------------------------------------------------------------------


def test_the_newest_entry_stands_first_with_when_who_what_and_about_whom(look_at: At, hub: Hub) -> None:
    desk = look_at()
    page = page_of(desk)
    head = desk.ask(lambda q: q.head())
    assert page.model.rowCount() == head
    cells = page.model.as_cells([0], range(6))[1]
    line = desk.ask(lambda q: q.record_lines([head]))[0]
    assert cells[0] == str(head)
    assert cells[1:] == ["today 03:30", line.about, line.sentence, "Jo Marsh", "6 h later"]


def test_whatever_entries_are_about_has_its_icon() -> None:
    assert ICONS.keys() == RECORD_GROUPS.keys()
    for name in ICONS.values():
        assert (RESOURCES / "icons" / f"{name}.svg").exists()


def test_a_filter_narrows_and_all_entries_come_back(look_at: At) -> None:
    desk = look_at()
    page = page_of(desk)
    everything = page.model.rowCount()
    page.filter.person.set_value(ADA)
    wait(desk)
    shown = {page.rows().line(seq).about for seq in page.model.rows()}  # type: ignore[union-attr]
    assert shown == {"Ada Swift"}
    page.filter.group.set_value("infection")
    wait(desk)
    assert page.model.rowCount() == 1
    desk.do("record.all")
    wait(desk)
    assert page.model.rowCount() == everything
    assert page.filter.wanted() == RecordFilter()


def test_the_counts_beside_the_title_lead_to_what_was_found_and_back_to_every_entry(look_at: At) -> None:
    desk = look_at()
    page = page_of(desk)
    every = page.model.rowCount()
    page.filter.group.set_value("infection")
    wait(desk)
    found = page.model.rowCount()
    parts = page.summary_words(page.model.rows()).split(" · ")
    assert parts[:2] == [f"{found} found", f"{every} entries"]
    page.table.setCurrentIndex(page.model.index(found - 1, 0))
    for part, shown in zip(parts, (found, every), strict=False):
        opens = page.opening_of(part)
        assert opens is not None
        opens()
        wait(desk)
        assert page.model.rowCount() == shown
        assert page.table.hasFocus()
        if shown == found:
            assert page.current() == page.model.rows()[0]
    assert page.opening_of("checked today 09:30: as it was written") is None
    opens = page.opening_of("checked today 09:30: broken at entry 3")
    assert opens is not None
    opens()
    assert page.current() == 3


@pytest.mark.whole
def test_days_and_who_recorded_it(open_page: Open, hub: Hub) -> None:
    with hub.open() as store:
        placement = propose(store, hub.coordinator, ADA)[ADA]
        store.perform(partial(approve, placement=placement), by=hub.lead)
        before = store.now() - timedelta(days=30)
        store.perform(
            Answered(
                partial(amend_patient, patient=ADA, changes={"ward": "Ash"}, at=before),
                {f"backdated:{before.isoformat()}": "found in the notes"},
            ),
            by=hub.coordinator,
        )
    desk = open_page()
    page = page_of(desk)
    page.filter.user.set_value(hub.lead.id)
    wait(desk)
    kinds = [page.rows().line(seq).kind for seq in page.model.rows()]  # type: ignore[union-attr]
    assert kinds[0] == "placement_approved"
    assert set(kinds[1:]) == {"change_confirmed"}, "the fees that somebody else had entered"
    page.filter.clear()
    page.filter.last.editor.setText("17/10/2020")
    wait(desk)
    assert page.model.rowCount() == 1
    page.filter.first.editor.setText("no day")
    wait(desk)
    assert page.model.rowCount() == 1, "what is no date yet filters nothing"
    page.filter.first.editor.setText("18/10/2020")
    wait(desk)
    assert page.model.rowCount() == 0


@pytest.mark.whole
def test_a_search_without_anything_found_offers_all_entries(look_at: At) -> None:
    desk = look_at()
    page = page_of(desk)
    page.look_for("nobody of that name")
    wait(desk)
    assert "Nothing on record" in page._empty.words()
    page._empty.pressed.emit()
    wait(desk)
    page.look_for("ada")
    wait(desk)
    assert {page.rows().line(seq).about for seq in page.model.rows()} == {"Ada Swift"}  # type: ignore[union-attr]


def test_an_entry_is_read_whole_with_before_and_after_and_its_seal(open_page: Open, hub: Hub) -> None:
    with hub.open() as store:
        at = store.now() - timedelta(hours=2)
        amended = partial(amend_patient, patient=ADA, changes={"ward": "Birch"}, reason="Moved", at=at)
        store.perform(amended, by=hub.coordinator)
        entry = store.ask(lambda q: q.record_entry(q.head()))
    desk = open_page()
    page = choose(desk, entry.line.seq)
    said = words_of(page)
    for part in (
        "Ada Swift", "Record changed: ward. Reason: Moved", "today 07:30", "today 09:30, 2 h later",
        "Jo Marsh (U-0001), as coordinator", "Oak → Birch", f"SHA-256 {entry.hash[:16]} {entry.hash[16:32]}",
        f"{entry.hash[:4]} {entry.hash[4:8]} {entry.hash[8:12]}",
        f"{entry.prev_hash[:4]} {entry.prev_hash[4:8]} {entry.prev_hash[8:12]}",
    ):  # fmt: skip
        assert part in said, part


@pytest.mark.whole
def test_what_an_entry_is_about_is_opened_and_all_about_the_same_listed(open_page: Open, hub: Hub) -> None:
    with hub.open() as store:
        placement = propose(store, hub.coordinator, ADA)[ADA]
    desk = open_page()
    wanted: list[tuple[str, str]] = []
    desk.place.wanted.connect(lambda page, key: wanted.append((page, key)))
    page = choose(desk, desk.ask(lambda q: q.head()))
    desk.do("record.open")
    assert wanted == [("moves", placement)]
    desk.do("record.same")
    wait(desk)
    assert page.filter.wanted() == RecordFilter(person=ADA)
    assert {page.rows().line(seq).subject for seq in page.model.rows()} == {ADA, placement}  # type: ignore[union-attr]
    page.filter.clear()
    desk.settle()
    choose(desk, 1)
    assert desk.commands.why_not("record.open") == "It is about the hub as a whole."
    assert desk.commands.why_not("record.same") == "It is about no person and no setting."


def test_the_record_of_a_person_or_an_entry_is_come_to_from_elsewhere(look_at: At) -> None:
    desk = look_at()
    page = page_of(desk)
    page.want(BEN)
    wait(desk)
    assert page.filter.wanted() == RecordFilter(person=BEN)
    page.want("2")
    wait(desk)
    assert page.filter.wanted() == RecordFilter()
    assert page.current() == 2


@pytest.mark.whole
def test_new_entries_come_in_on_top_and_the_chosen_one_stays(open_page: Open, hub: Hub) -> None:
    desk = open_page()
    page = choose(desk, 5)
    have_a_plan(hub)
    desk.place.changed.emit(frozenset({"plans"}))
    desk.settle()
    assert page.current() == 5
    assert page.rows().line(page.model.rows()[0]).kind == "plan_stored"  # type: ignore[union-attr]


# --- a long record -----------------------------------------------------------------------------------


def test_of_a_long_record_only_what_is_seen_is_read(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "FIRST", 3)
    monkeypatch.setattr(record, "ALL_UP_TO", 0)
    monkeypatch.setattr("ui.record.rows.AHEAD", 0)
    desk = open_page()
    page = page_of(desk)
    last = page.model.rowCount() - 1
    assert page.model.data(page.model.index(last, 4)) == UNREAD
    assert page.printed_table() is None, "what isn't read isn't printed"
    read = sum(page.rows().line(seq) is not None for seq in page.model.rows())
    assert 3 < read < page.model.rowCount()
    page.table.scrollToBottom()
    wait(desk)
    assert page.model.data(page.model.index(last, 4)) == "Jo Marsh"
    monkeypatch.setattr(record, "ALL_UP_TO", 2_000)
    page.table.selectAll()
    page.copy()
    desk.settle()
    text = QGuiApplication.clipboard().text()
    assert UNREAD not in text.split("\n")[1]
    assert len(text.splitlines()) == page.model.rowCount() + 1
    assert f"\t{UNREAD}\t" not in text


# --- the check ---------------------------------------------------------------------------------------


@pytest.mark.whole
def test_the_check_of_a_sound_record_says_so(open_page: Open) -> None:
    desk = open_page()
    summaries: list[str] = []
    page_of(desk).summary.connect(summaries.append)
    said: list[str] = []
    desk.place.offered.connect(lambda sentence, _undo: said.append(sentence))
    desk.do("record.check")
    head = desk.ask(lambda q: q.head())
    assert said == [f"All {head} entries are as they were written."]
    assert not desk.told, "what is well needs no banner"
    assert summaries[-1] == f"{head} entries · checked today 09:30: as it was written"


def test_the_check_finds_one_altered_letter_and_leads_to_it(open_page: Open, hub: Hub) -> None:
    desk = open_page()
    alter(hub.path, 9)
    wanted: list[tuple[str, str]] = []
    desk.place.wanted.connect(lambda page, key: wanted.append((page, key)))
    desk.do("record.check")
    message = desk.told[-1]
    assert message.sentence.startswith("Entry 9 is not as it was written.")
    assert message.tone is Tone.DANGER
    assert "restore the last backup" in message.mend
    assert message.do is not None
    message.do()
    assert wanted == [("record", "9")]


@pytest.mark.whole
def test_the_receipt_of_several_approvals_is_found_again_at_each_of_them(open_page: Open, hub: Hub) -> None:
    with hub.open() as store:
        made = propose(store, hub.coordinator, ADA, BEN)
        outcome = approve_each(
            store, lambda *_done: None, groups=[(each,) for each in made.values()], by=hub.lead, note="",
            principle=None,
        )  # fmt: skip
        head = store.ask(lambda q: q.head())
    assert outcome.sitting
    desk = open_page()
    for seq in (head - 1, head):
        page = choose(desk, seq)
        desk.do("record.receipt")
        [receipt] = [each for each in page.window().findChildren(ReceiptDialog) if each.isVisible()]
        said = receipt.text.toPlainText()
        assert "2 approved" in said
        assert all(name in said for name in ("Ada Swift", "Ben Okoro"))
        receipt.close()
        desk.settle()
    choose(desk, head - 2)
    assert "isn't one of several approvals" in desk.commands.why_not("record.receipt")


# --- the replay --------------------------------------------------------------------------------------


def stored(hub: Hub, name: str = "R-0001") -> Any:
    with hub.open() as store:
        return store.ask(lambda q: q.plan_files(name))


def quiet(_done: int, _total: int, _words: str) -> None:
    """Progress that nobody looks at."""


def test_a_stored_plan_made_again_is_the_same_to_the_byte(hub: Hub) -> None:
    have_a_plan(hub)
    with hub.open() as store:
        files = store.ask(lambda q: q.plan_files("R-0001"))
        assert store.ask(lambda q: q.plan_engine("R-0001"))
    found = replay_plan(files.case, files.rules, files.plan, progress=quiet)
    assert found.same_bytes
    assert found.same_placements
    assert found.before == found.after
    assert found.breaches == ()
    lines = outcome_lines(found, engine="0.2.0", names={})
    assert isinstance(lines[0], Status)
    assert lines[0].word == "The same plan, to the byte."


def test_a_plan_that_differs_says_who_goes_where_and_why(hub: Hub) -> None:
    have_a_plan(hub)
    with hub.open() as store:
        names = {**store.ask(lambda q: q.setting_names()), **store.ask(lambda q: q.patient_names())}
    files = stored(hub)
    told = json.loads(files.plan)
    gone = next(each for each in told["placements"] if each["patient"] == ADA)
    told["placements"].remove(gone)
    told["objective"]["placed"][0] -= 1
    found = replay_plan(files.case, files.rules, json.dumps(told).encode(), progress=quiet)
    assert not found.same_bytes
    assert not found.as_good
    assert [each.patient for each in found.otherwise] == [ADA]
    said = "\n".join(
        each if isinstance(each, str) else each.word
        for each in outcome_lines(found, engine="0.0.9", names=names)
    )
    assert "Another plan, and not of the same worth." in said
    assert "Version 0.0.9 of the program made it; this is version" in said
    assert f"Ada Swift: then nowhere; now {names[gone['stays'][0]['setting']]} from Mon 16 Nov." in said


def test_of_the_same_setting_and_day_the_beds_are_told() -> None:
    start = date(2020, 11, 16)
    there = Otherwise(
        ADA, (Place("S-1", "unit a, A1", start, None),), (Place("S-1", "unit b, B1", start, None),)
    )
    assert replay._otherwise(there, {"S-1": "Elm Lodge", ADA: "Ada Swift"}) == (
        "Ada Swift: then Elm Lodge, unit a, A1, from Mon 16 Nov, open-ended;"
        " now Elm Lodge, unit b, B1, from Mon 16 Nov, open-ended."
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"same_placements": True}, "The same placements; other words or points in the file."),
        ({}, "Another plan, as good: as many people placed, for as many points."),
        ({"gap": 0.02}, "The clock stopped the stored plan before it was proven best (2.0% open)."),
        ({"breaches": ("R5: no",)}, "Against the plan made again: R5: no"),
    ],
)
def test_each_outcome_has_its_sentence(change: dict[str, Any], said: str) -> None:
    worth = ((1, 0, 0, 0), 12)
    given: dict[str, Any] = {
        "same_bytes": False, "same_placements": False, "before": worth, "after": worth, "gap": 0.0,
        "otherwise": (), "breaches": (), "seconds": 0.1, **change,
    }  # fmt: skip
    lines = outcome_lines(Replayed(**given), engine="", names={})
    assert said in [each if isinstance(each, str) else each.word for each in lines]


@pytest.mark.usefixtures("engine_at_hand")
@pytest.mark.whole
def test_the_dialog_replays_the_plan_of_the_entry(open_page: Open, hub: Hub) -> None:
    with hub.open() as store:
        store_a_plan(store, hub.coordinator)
        store_a_plan(store, hub.coordinator)
    desk = open_page()
    older = desk.ask(lambda q: q.record_numbers(RecordFilter(text="R-0001")))[0]
    page = choose(desk, older)
    desk.do("record.replay")
    dialog = page.window().findChild(ReplayDialog)
    assert dialog is not None
    assert dialog.plans.currentText().startswith("R-0001 · today 09:30 · Jo Marsh · 5 people placed")
    dialog.start.click()
    assert dialog.start.text() == "Stop"
    desk.settle()
    assert "The same plan, to the byte." in dialog.said()
    assert dialog.start.text() == "Replay"
    assert not dialog.progress.isVisible()
    dialog.close_button.click()


def test_a_replay_that_is_stopped_says_so(open_page: Open, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    have_a_plan(hub)
    monkeypatch.setattr(replay, "replay_plan", endless)
    desk = open_page()
    desk.do("record.replay")
    dialog = desk.page.window().findChild(ReplayDialog)
    assert dialog is not None
    dialog.start.click()
    while dialog._run is None:
        desk._qtbot.wait(20)
    dialog.start.click()
    desk.settle()
    assert dialog.said() == "Stopped."
    dialog.close_button.click()


@pytest.mark.whole
def test_without_a_plan_there_is_nothing_to_replay(look_at: At) -> None:
    desk = look_at()
    desk.do("record.replay")
    dialog = desk.page.window().findChild(ReplayDialog)
    assert dialog is not None
    assert dialog.said() == "There is no plan in this hub yet."
    assert not dialog.start.isEnabled()
    dialog.close_button.click()


def test_the_record_is_held_against_what_a_paper_says(look_at: At) -> None:
    desk = look_at()
    desk.do("record.against_paper")
    dialog = desk.page.window().findChild(AgainstPaper)
    assert dialog is not None
    mark = desk.ask(lambda queries: queries.mark())
    assert dialog.now.text() == f"Now: {mark_words(mark)}"
    for typed, said in (
        ("nothing of it", "This isn't the mark of a record."),
        (mark_words(mark), f"Entry {mark.seq} is the one that was noted"),
        (f"{mark.seq + 5}, {mark.seal}", f"the record ends with entry {mark.seq}"),
        ("1, 0000 0000 0000 0000", "another stands in its place"),
    ):
        dialog.paper.set_value(typed)
        dialog.compare.click()
        desk.settle()
        shown = " ".join(each.text() for each in dialog.outcome.findChildren(QLabel))
        assert said in shown
    dialog.close_button.click()


# --- keys --------------------------------------------------------------------------------------------


@pytest.mark.whole
def test_everything_that_the_keyboard_reaches_has_a_name(look_at: At) -> None:
    desk = look_at()
    choose(desk, 5)
    assert nameless(desk.page) == []


@pytest.mark.whole
def test_the_record_is_read_by_keys_alone(look_at: At, qtbot: Any) -> None:
    desk = look_at()
    page = page_of(desk)
    page.focus_first()
    qtbot.keyClick(page.table, Qt.Key.Key_End)
    desk.settle()
    assert page.current() == 1
    assert "was founded" in words_of(page)
    qtbot.keyClick(page.table, Qt.Key.Key_Tab)
    assert not page.table.hasFocus()
