"""What a desk says to the others of what is open there: again while it is so, gone once it falls silent."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from discharge.actions import patients, settings, sharing, signing_in
from discharge.actions.desk import Desk
from discharge.actions.in_touch import KNOWN_FOR, SAID_AGAIN_AFTER, InTouch
from discharge.keys import boxes
from discharge.model.patient_record import PatientDetails
from discharge.model.people import Role
from discharge.model.setting_record import SettingDetails
from discharge.store.ask.queries import Queries
from discharge.store.server import state
from discharge.store.server.rows import Heard
from tests.actions.a_hub import TODAY
from tests.actions.a_sealed_hub import ADA, JO, ASealedHub
from tests.actions.a_server import AServer

PATIENCE = 30.0


class AnEar:
    """Another desk, of which only the ear is there; `clock` goes as the test says."""

    def __init__(self, desk: Desk, server: AServer) -> None:
        self.seconds = 0.0
        self.heard = threading.Event()
        self.desk = desk
        self.touch = InTouch(
            desk,
            changed=self.heard.set,
            heard=self.heard.set,
            open_link=server.link,
            clock=lambda: self.seconds,
        )

    def until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            assert self.heard.wait(PATIENCE)
            self.heard.clear()


@pytest.fixture
def two(tmp_path: Path, server: AServer) -> Iterator[tuple[AnEar, AnEar]]:
    hub = ASealedHub(tmp_path / "one" / "Hub.discharge")
    jo = hub.joined("Jo Reed", JO, Role.COORDINATOR)
    ada = signing_in.sign_in(hub.desk, hub.unlocked(hub.ada.id, ADA))
    invitation = sharing.bring(hub.desk, server.link(), {"host": "127.0.0.1"}, by=ada)
    there, opened = sharing.join(
        tmp_path / "two" / "Hub.discharge",
        invitation,
        server.link(),
        holder=jo.id,
        secret=JO,
        clock=hub.clock,
    )
    signing_in.sign_in(there, opened)
    both = AnEar(hub.desk, server), AnEar(there, server)
    for each in both:
        each.touch.start()
    yield both
    for each in both:
        each.touch.stop()
        each.desk.close()


def told_of(desk: AnEar, about: str) -> tuple[str, ...]:
    return desk.touch.open_elsewhere().get(about, ())


def newest_key(desk: AnEar) -> bytes:
    with desk.desk.kept_from_others() as store, store.reading() as connection:
        keys = state.keys(connection)
    return keys[max(keys)]


def test_what_is_open_is_said_again_and_is_gone_once_nobody_says_it(
    two: tuple[AnEar, AnEar], server: AServer
) -> None:
    one, other = two
    one.touch.say_open("Ada Marsh", "P-0001")
    other.until(lambda: bool(told_of(other, "P-0001")))
    (words,) = told_of(other, "P-0001")
    assert words.startswith("Ada Marsh at ")
    assert not one.touch.open_elsewhere(), "its own isn't heard"
    # a desk that comes later hears it at the next time
    late = AnEar(other.desk, server)
    late.touch.start()
    one.seconds += SAID_AGAIN_AFTER
    late.until(lambda: told_of(late, "P-0001") == (words,))
    late.touch.stop()
    # nobody says it any more: the clock of whoever heard runs on
    one.touch.stop()
    other.until(lambda: not told_of(other, "P-0001"))
    other.touch.say_open("Jo Reed", "S-0001")
    server.tell(Heard(said=said_by("lost", newest_key(one))))
    other.until(lambda: told_of(other, "P-0002") == ("Al Lost at Ward 7",))
    other.seconds += KNOWN_FOR
    other.until(lambda: not told_of(other, "P-0002"))


def said_by(desk: str, key: bytes, name: str = "Al Lost") -> bytes:
    body = {"desk": desk, "name": name, "about": "P-0002", "at": "Ward 7"}
    return boxes.sealed(key, json.dumps(body).encode())


def test_another_key_is_followed_and_what_cannot_be_read_is_left_out(
    two: tuple[AnEar, AnEar], server: AServer
) -> None:
    one, other = two
    before, key = newest_key(one), boxes.new_key()
    for each in two:
        with each.desk.kept_from_others() as store, store.writing() as connection:
            state.keep_keys(connection, {7: key})
    details = SettingDetails(name="Elm Lodge", type="care_home")
    one.desk.perform(partial(settings.register_setting, details=details), by=one.desk.people()[0])
    other.until(lambda: bool(other.desk.ask(Queries.setting_names)))
    server.tell(Heard(said=said_by("a stranger", boxes.new_key(), "A stranger")))
    server.tell(Heard(said=said_by("one who deceives", before, "Turned \u202eround")))
    server.tell(Heard(said=said_by("one who is behind", before, "Bo Early")))
    server.tell(Heard(said=said_by("one who has it", key, "Cy New")))
    wanted = ("Bo Early at Ward 7", "Cy New at Ward 7")
    other.until(lambda: told_of(other, "P-0002") == wanted)


def test_whoever_signs_in_while_the_desk_is_in_touch_has_what_waited_for_them_shared_at_once(
    two: tuple[AnEar, AnEar], server: AServer
) -> None:
    one, other = two
    other.touch.stop()
    jo = next(user for user in other.desk.people() if user.name == "Jo Reed")
    opened = other.desk.signs(jo.id)
    assert opened is not None
    server.reachable = False
    details = PatientDetails.model_validate({
        "name": "Ada Shah", "no_number": "not_known", "sex": "female", "priority": 2, "pathway": "P3",
        "ready_on": TODAY,
    })  # fmt: skip
    action = partial(patients.register_patient, details=details, told_apart=True)
    other.desk.perform(action, by=jo)
    other.desk.close()
    server.reachable = True
    again = AnEar(Desk.open(other.desk.path, clock=other.desk.now, unlocked=opened), server)
    other.desk, other.touch = again.desk, again.touch
    other.touch.start()
    again.until(lambda: standing_of(again.desk) == (True, 1, "Jo Reed"))
    signing_in.sign_in(again.desk, opened)
    again.touch.try_now()
    again.until(lambda: standing_of(again.desk) == (True, 0, ""))
    one.until(lambda: {row.name for row in one.desk.ask(Queries.patients)} == {"Ada Shah"})


def standing_of(desk: Desk) -> tuple[bool, int, str]:
    assert desk.sharing is not None
    standing = desk.sharing.standing()
    return standing.online, standing.waiting, standing.waits_for
