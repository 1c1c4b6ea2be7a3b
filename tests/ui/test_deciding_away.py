"""Sending to a lead as a file, deciding on it without the hub, taking the answer in: by the windows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QMimeData, QObject, QSize, QUrl, Signal
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from discharge import paths
from discharge.actions import bundles
from discharge.actions.bundles import Taken, invite, make_bundle, take_in
from discharge.actions.desk import Desk
from discharge.model.approving import APPROVE, RELEASE, RETURN
from discharge.model.errors import UserError
from discharge.model.people import Role
from discharge.model.shown.placements import ReleasePage
from tests.actions.a_hub import COVID, TODAY, AHub, Clock
from tests.actions.a_sealed_hub import JO, ASealedHub
from tests.actions.away import YES, answered, away, isolates, opened, released, sent, to_release, waits
from tests.actions.signing import begins_signing
from tests.ui.rest import until
from ui.__main__ import _asked
from ui.approvals.send import Whys
from ui.away.deciding import DecideAwayDialog
from ui.away.kinds import OfRelease
from ui.away.open import NO_INVITATION, OpenBundleForm
from ui.away.take_in import refused_message, take_in_file, taken_words
from ui.frame.dropped import DroppedFiles
from ui.frame.send_file import who_can_answer
from ui.frame.services import Message, Services
from ui.moves.send import SendReleaseForm
from ui.theme.theme import Theme
from ui.work.jobs import Told


@pytest.fixture
def hub(tmp_path: Path) -> Any:
    made = AHub(tmp_path / "hub.desk", Clock())
    begins_signing(made)
    yield made
    made.desk.close()


@pytest.fixture
def dialog(hub: AHub, look: Theme, qtbot: Any) -> DecideAwayDialog:
    bundle = opened(hub, sent(hub, *waits(hub, "Ben Ode", "Cal Poe")))
    made = DecideAwayDialog(bundle, away(hub), theme=look, now=hub.clock)
    qtbot.addWidget(made)
    made.show()
    return made


def test_each_placement_is_decided_on_in_turn_and_the_answer_is_taken_in(
    hub: AHub, dialog: DecideAwayDialog, tmp_path: Path
) -> None:
    assert not dialog.save.isEnabled()
    assert dialog.current.named == "Ben Ode"
    dialog.note.set_value("Near her son")
    dialog.yes.trigger()
    assert dialog.current.named == "Cal Poe"
    assert dialog.note.value() is None
    dialog.no.trigger()
    assert dialog._message.words().startswith("Say why")
    dialog.note.set_value("Fee not agreed")
    dialog.no.trigger()
    assert [dialog.list.item(at).text().splitlines()[1] for at in range(2)] == [
        "Approved · Elm Lodge", "Returned · Elm Lodge",
    ]  # fmt: skip
    assert dialog.state.text() == "2 of 2 placements decided"
    dialog.save_to(tmp_path / "Answer.ddanswer")
    assert dialog.state.text() == "Saved: Answer.ddanswer. Send it back to Cleo Coordinator."
    came = take_in(hub.desk, (tmp_path / "Answer.ddanswer").read_bytes(), carrier=hub.coordinator)
    assert [(one.decision, bool(one.entries)) for one in came] == [(APPROVE, True), (RETURN, True)]
    assert taken_words(came) == "2 placements by Lee Lead: 1 approved, 1 returned. Next: tell the setting."
    dialog.reject()
    assert not dialog.isVisible()


@pytest.fixture
def releasing(hub: AHub, look: Theme, qtbot: Any) -> DecideAwayDialog:
    content = to_release(hub, *isolates(hub, "Ida Cole", "Ivo Reed"))
    bundle = opened(hub, content, hub.clinician)
    made = DecideAwayDialog(bundle, away(hub, hub.clinician), theme=look, now=hub.clock)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_clinician_releases_one_and_says_of_the_other_why_not_yet(
    hub: AHub, releasing: DecideAwayDialog, tmp_path: Path
) -> None:
    dialog, kind = releasing, releasing.kind
    assert isinstance(kind, OfRelease)
    assert (dialog.yes.text(), dialog.no.text()) == ("Release", "Don't release")
    assert (kind.organism.value(), kind.organism.isVisible()) == (COVID, True)
    kind.on.set_value(None)
    dialog.yes.trigger()
    assert dialog._message.words().startswith("Say from which isolation")
    assert kind.on.editor.hasFocus()
    kind.on.set_value(TODAY)
    dialog.yes.trigger()
    assert dialog._message.words().startswith("This day is before the end by the rules")
    dialog.note.set_value("Two negative tests")
    dialog.yes.trigger()
    assert (dialog.current.named, dialog.note.value()) == ("Ivo Reed", None)
    assert isinstance(dialog.current.page, ReleasePage)
    assert kind.on.value() == dialog.current.page.row.isolation_end
    dialog.no.trigger()
    assert dialog._message.words().startswith("Say why")
    dialog.note.set_value("Coughs still")
    dialog.no.trigger()
    assert [dialog.list.item(at).text().splitlines()[1] for at in range(2)] == [
        "Released · The Limes", "Not released · The Limes",
    ]  # fmt: skip
    dialog.list.setCurrentRow(0)
    assert (kind.on.value(), dialog.note.value()) == (TODAY, "Two negative tests")
    dialog.save_to(tmp_path / "Answer.ddanswer")
    came = take_in(hub.desk, (tmp_path / "Answer.ddanswer").read_bytes(), carrier=hub.coordinator)
    assert [(one.decision, bool(one.entries)) for one in came] == [(RELEASE, True), (RETURN, True)]
    assert taken_words(came) == "2 placements by Kit Clinician: 1 released, 1 not released."
    assert taken_words(came[1:]) == "Ivo Reed: not released by Kit Clinician."


@pytest.mark.whole
def test_a_clinician_sees_the_placement_as_moves_shows_it_and_the_infection(
    releasing: DecideAwayDialog,
) -> None:
    until(lambda: "How it came about" in said_of(releasing))
    for heading in (
        "Next", "End of isolation", "By the rules: the first night without isolation", "Infection",
        "positive", "The Limes", "Life of the placement",
    ):  # fmt: skip
        assert heading in said_of(releasing)


def said_of(dialog: DecideAwayDialog) -> str:
    return " ".join(each.text() for each in dialog.detail.findChildren(QLabel))


def holds_focus(widget: QWidget) -> bool:
    there = QApplication.focusWidget()
    return there is not None and widget.isAncestorOf(there)


@pytest.mark.whole
def test_with_text_of_twice_the_size_it_fits_a_small_screen_and_what_is_lacking_is_seen(
    hub: AHub, look: Theme, theme: Theme, qapp: QApplication, qtbot: Any
) -> None:
    content = to_release(hub, *isolates(hub, "Ida Cole"))
    theme.use(qapp, scale=2.0)
    try:
        who = hub.clinician
        dialog = DecideAwayDialog(opened(hub, content, who), away(hub, who), theme=theme, now=hub.clock)
        qtbot.addWidget(dialog)
        dialog.resize(1286, 688)
        dialog.show()
        dialog.no.trigger()
        until(partial(holds_focus, dialog.note))
        assert dialog.size() == QSize(1286, 688)
        assert not dialog.note.visibleRegion().isEmpty()
    finally:
        look.apply(qapp)


@pytest.fixture
def place(hub: AHub, make_services: Callable[..., Services]) -> Services:
    """A window's services over the hub, with the coordinator at the desk."""
    signed = hub.desk.signs(hub.coordinator.id)
    assert signed is not None

    def opens() -> Desk:
        desk = Desk.open(hub.path, clock=hub.clock)
        desk.sign_with(signed)
        return desk

    services = make_services(opens, clock=hub.clock)
    services.set_user(hub.coordinator)
    return services


def said_by(services: Services) -> list[str]:
    """What is said in the undo bar from now on."""
    said: list[str] = []
    services.offered.connect(lambda sentence, _undo: said.append(sentence))
    return said


def test_answers_are_taken_in_aside_with_how_far_it_is(hub: AHub, place: Services, tmp_path: Path) -> None:
    content = sent(hub, *waits(hub, "Ben Ode", "Cal Poe", "Dee Ash"))
    (tmp_path / "Answer.ddanswer").write_bytes(answered(hub, content, YES))
    said, told, changed = said_by(place), list[Told](), list[object]()
    place.changed.connect(changed.append)
    take_in_file(tmp_path / "Answer.ddanswer", place)
    (ticket,) = place.jobs.shown()
    assert (ticket.words, ticket.can_cancel) == ("Taking in the answer", True)
    ticket.progressed.connect(told.append)
    until(partial(counts, said, 1))
    assert told[-1] == Told(3, 3, "")
    assert said == ["3 placements by Lee Lead: 3 approved. Next: tell the setting."]
    assert len(changed) == 1


@pytest.mark.whole
def test_what_was_taken_in_before_it_is_stopped_stays_and_the_rest_can_be_later(
    hub: AHub, place: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    those = waits(hub, "Ben Ode", "Cal Poe", "Dee Ash")
    file = tmp_path / "Answer.ddanswer"
    file.write_bytes(answered(hub, sent(hub, *those), YES))
    said, take, begun = said_by(place), bundles._take, threading.Event()
    told: list[Message] = []
    place.told.connect(told.append)

    def waits_once_begun(*given: Any) -> Taken:
        one = take(*given)
        begun.set()
        assert stop.wait(30)
        return one

    monkeypatch.setattr(bundles, "_take", waits_once_begun)
    take_in_file(file, place)
    (ticket,) = place.jobs.shown()
    stop = ticket.asked_to_stop
    until(begun.is_set)
    ticket.cancel()
    until(partial(counts, said, 1))
    assert said == [
        "Ben Ode: approved by Lee Lead. Next: tell the setting."
        " Stopped there: take the file in again for the rest."
    ]
    assert [hub.state(each) for each in those] == ["approved", "proposed", "proposed"]
    monkeypatch.setattr(bundles, "_take", take)
    take_in_file(file, place)
    until(partial(counts, said, 2))
    assert said[1] == ("2 placements by Lee Lead: 2 approved. Next: tell the setting. 1 was taken in before.")
    assert not told
    take_in_file(file, place)
    until(partial(counts, told, 1))
    assert "Ben Ode: This answer was taken in already" in told[0].sentence


def test_the_window_sends_a_release_and_takes_its_answer_in(
    hub: AHub, place: Services, tmp_path: Path
) -> None:
    (placement,) = isolates(hub, "Ida Cole")
    rows = [hub.desk.ask(lambda queries: queries.placement(placement)).row]
    said = said_by(place)
    people = hub.desk.ask(partial(who_can_answer, RELEASE))
    assert [user.id for user in people] == [hub.clinician.id]
    form = SendReleaseForm(rows, people, services=place)
    assert (form.whom.value(), form.windowTitle()) == (hub.clinician.id, "Send as a file: Ida Cole")
    form.save_to(tmp_path / "To decide.ddbundle", hub.clinician.id)
    until(partial(counts, said, 1))
    content = (tmp_path / "To decide.ddbundle").read_bytes()
    (tmp_path / "Answer.ddanswer").write_bytes(answered(hub, content, released(), who=hub.clinician))
    take_in_file(tmp_path / "Answer.ddanswer", place)
    until(partial(counts, said, 2))
    assert said == [
        "Saved for Kit Clinician: To decide.ddbundle. Mail it to them; it can be answered for 7 days.",
        "Ida Cole: released by Kit Clinician.",
    ]
    form.deleteLater()


class Engine(QObject):
    """Knows why of everybody but Cal Poe, at once."""

    found, lost = Signal(str, str, object), Signal(str, str, object)

    def find(self, plan: str, patient: str) -> None:
        """Tells it."""
        if patient == "P-0002":
            self.lost.emit(plan, patient, UserError("Nothing is known of them."))
        else:
            self.found.emit(plan, patient, f"why {patient}")


def test_making_a_file_says_of_how_many_it_is_known_what_else_would_do(qtbot: Any) -> None:
    engine, told, came = Engine(), list[tuple[int, int]](), list[Mapping[str, Any]]()
    plans = {f"L-000{at}": ("V-0001", f"P-000{at}") for at in (1, 2, 3)}
    holder = QObject()
    Whys(cast(Any, engine), plans, came.append, told=lambda *far: told.append(far), parent=holder)
    assert told == [(0, 3), (1, 3), (2, 3)]
    assert came == [{"L-0001": "why P-0001", "L-0003": "why P-0003"}]


def test_what_isnt_saved_is_asked_about_once(dialog: DecideAwayDialog) -> None:
    dialog.yes.trigger()
    dialog.reject()
    assert dialog.isVisible()
    assert dialog._message.words().startswith("What you have decided isn't saved")
    dialog.reject()
    assert not dialog.isVisible()


def test_the_page_shows_what_the_hubs_page_shows(dialog: DecideAwayDialog) -> None:
    until(lambda: "Who decides" in said_of(dialog))
    for heading in ("Cost", "Goes to", "Infection", "The person", "Why here", "Elm Lodge"):
        assert heading in said_of(dialog)
    assert "Letters of your invitation" in dialog.check.text()


def test_a_file_that_is_dropped_or_double_clicked_is_opened_and_others_are_left_alone(
    qtbot: Any, tmp_path: Path
) -> None:
    widget, got = QWidget(), list[Path]()
    qtbot.addWidget(widget)
    dropped = DroppedFiles(widget, {".ddbundle": got.append})
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "To decide.ddbundle"))])
    found = dropped.taken(data)
    assert found is not None
    dropped.take(found)
    assert got == [tmp_path / "To decide.ddbundle"]
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "list.csv"))])
    assert dropped.taken(data) is None
    asked = _asked(["/a/To decide.ddbundle"])
    assert (asked.sent, asked.hub) == (Path("/a/To decide.ddbundle"), None)
    assert (_asked(["/a/The.hub"]).sent, _asked(["/a/The.hub"]).hub) == (None, Path("/a/The.hub"))


def says(form: OpenBundleForm, words: str) -> bool:
    return form.message().startswith(words)


def counts(shown: Sequence[object], many: int) -> bool:
    return len(shown) == many


def test_the_file_opens_with_the_invitation_and_the_passphrase_and_the_invitation_is_kept(
    look: Theme, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "user_data", lambda: tmp_path / "data")
    sealed = ASealedHub(tmp_path / "hub.desk")
    lead = sealed.joined("Lee Okafor", JO, Role.LA_LEAD)
    invitation, _letters = invite(sealed.desk, by=sealed.ada, whom=lead.id)
    (tmp_path / "mine.ddkey").write_bytes(invitation)
    place = AHub.__new__(AHub)
    place.clock, place.desk, place.coordinator = sealed.clock, sealed.desk, sealed.ada
    place.lead = lead
    (placement,) = waits(place, "Ben Ode")
    content = make_bundle(sealed.desk, by=sealed.ada, placements=[placement], whom=lead.id).content
    (tmp_path / "To decide.ddbundle").write_bytes(content)
    shown: list[object] = []

    def shows(dialog: DecideAwayDialog) -> None:
        shown.append(dialog)

    monkeypatch.setattr(DecideAwayDialog, "open", shows)
    for at, chosen in enumerate((tmp_path / "mine.ddkey", None)):
        form = OpenBundleForm(theme=look, now=sealed.clock, path=tmp_path / "To decide.ddbundle")
        qtbot.addWidget(form)
        if at == 0:
            form.ask_to_save()
            assert form.message().startswith("Your passphrase at that hub")
            form.passphrase.set_value(JO)
            form.ask_to_save()
            assert form.message() == NO_INVITATION
            form.invitation = chosen
            form.passphrase.set_value("another")
            form.ask_to_save()
            until(partial(says, form, "That is not the passphrase"))
        else:
            assert form.invitation is None
        form.passphrase.set_value(JO)
        form.ask_to_save()
        until(partial(counts, shown, at + 1))
    for each in shown:
        assert isinstance(each, DecideAwayDialog)
        qtbot.addWidget(each)
    sealed.desk.close()


def test_what_wasnt_taken_in_is_said_with_the_way_to_what_still_waits() -> None:
    gone: list[tuple[str, str]] = []

    def go(page: str, key: str) -> None:
        gone.append((page, key))

    changed = Taken(
        ("L-0001",),
        APPROVE,
        "Lee Lead",
        ("Ben Ode",),
        APPROVE,
        waits=True,
        sentence="It has changed.",
        mend="Send it to them anew.",
    )
    twice = replace(
        changed,
        placements=("L-0002",),
        names=("Cal Poe",),
        waits=False,
        sentence="This answer was taken in already.",
    )
    message = refused_message([twice, changed], go)
    assert message.sentence == (
        "Not taken in. Cal Poe: This answer was taken in already. Ben Ode: It has changed."
    )
    assert message.do is not None
    message.do()
    assert gone == [("approvals", "L-0001")]
    alone = refused_message([twice], go)
    assert (alone.button, alone.do) == ("", None)
