"""A desk whose record isn't the server's any more: the window says so, and makes its copy anew."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from discharge.actions import patients, sharing, signing_in
from discharge.actions.desk import Desk
from discharge.model.patient_record import PatientDetails
from discharge.model.people import Role, User
from discharge.store.ask.queries import Queries
from discharge.store.server.link import Link
from tests.actions.a_hub import TODAY
from tests.actions.a_sealed_hub import ADA, JO, ASealedHub
from tests.server.a_server import AServer
from tests.server.conftest import kept_server, postgres, server
from tests.ui.conftest import MakeServices
from tests.ui.planning_hub import Hub
from tests.ui.test_entrance import PATIENTS, Make, make, sits
from ui.application import Application
from ui.frame.choosing import MadeAnew
from ui.preferences.anew import SHOWN, AnewForm
from ui.preferences.server import Found, One
from ui.theme.theme import Theme

__all__ = ["kept_server", "make", "postgres", "server"]


def enters(desk: Desk, by: User, name: str) -> None:
    details = PatientDetails.model_validate({
        "name": name, "no_number": "not_known", "sex": "female", "priority": 2, "pathway": "P3",
        "ready_on": TODAY,
    })  # fmt: skip
    desk.perform(partial(patients.register_patient, details=details, told_apart=True), by=by)


def names(desk: Desk) -> set[str]:
    return {row.name for row in desk.ask(Queries.patients)}


def test_what_waits_is_named_before_the_copy_is_made_anew(
    qtbot: Any, make_services: MakeServices, hub: Hub
) -> None:
    services = make_services(hub.open, clock=hub.clock)
    services.set_user(hub.coordinator)
    waits = tuple(One(n, f"Depart L-{n:04}", "", "Jo Reed", "Mon 16 Nov 10:12", "") for n in range(20))
    form = AnewForm("They differ at entry 12.", Found(waits, ()), services)
    qtbot.addWidget(form)
    form.show()
    said = [each.text() for each in form.findChildren(QLabel)]
    assert {"They differ at entry 12.", "Not shared yet: 20 steps", f"and {20 - SHOWN} more"} <= set(said)
    assert "Depart L-0000. Jo Reed, Mon 16 Nov 10:12" in said
    form.ask_to_save()
    qtbot.waitUntil(lambda: "Nobody has come in" in form.message())


def test_making_it_anew_says_how_far_it_is_and_is_stopped_by_escape(theme: Theme, qtbot: Any) -> None:
    gate = MadeAnew(theme=theme)
    qtbot.addWidget(gate)
    gate.tell(1_200, 36_000)
    assert gate.running.doing.text() == "1,200 of 36,000 entries"
    with qtbot.waitSignal(gate.stopped):
        qtbot.keyClick(gate, Qt.Key.Key_Escape)
    gate.tell(1_300, 36_000)
    assert gate.running.doing.text() == "Stopping …"


def forked(application: Application) -> bool:
    return application.window.is_forked()


def shared(application: Application) -> bool:
    standing = application.shared.standing
    return standing is not None and standing.online and not standing.waiting


@pytest.mark.whole
def test_a_desk_that_the_server_left_behind_is_made_anew_in_the_window(
    make: Make, server: AServer, tmp_path: Path, qtbot: Any
) -> None:
    server.do("TRUNCATE discharge.hub CASCADE")
    hub = ASealedHub(tmp_path / "one" / "Hub.discharge")
    jo = hub.joined("Jo Reed", JO, Role.COORDINATOR)
    ada = signing_in.sign_in(hub.desk, hub.unlocked(hub.ada.id, ADA))
    sharing.bring(hub.desk, Link.open(server.address(), None), server.address().as_json(), by=ada)
    invitation = sharing.invitation_of(hub.desk, by=ada)
    there, opened = sharing.join(
        tmp_path / "two" / "Hub.discharge",
        invitation,
        sharing.link_of(invitation),
        holder=jo.id,
        secret=JO,
        clock=hub.clock,
    )
    enters(there, jo, "Ada Shah")
    there.close()
    # the server fails over to one that lacks the last entry, and another desk goes on from there
    server.do("DELETE FROM discharge.keys WHERE seq = (SELECT max(seq) FROM discharge.journal)")
    server.do("DELETE FROM discharge.journal WHERE seq = (SELECT max(seq) FROM discharge.journal)")
    hub.desk.share(sharing.link_of(invitation))
    enters(hub.desk, ada, "Ben Okoro")
    application = make(there.path, came_in=opened, clock=hub.clock, pages=(PATIENTS,))
    sits(application, "Jo Reed", qtbot)
    qtbot.waitUntil(lambda: forked(application))
    assert "not the same" in application.window.banner.words()
    application.window.banner.button.click()
    qtbot.waitUntil(lambda: bool(application.window.findChildren(AnewForm)))
    with qtbot.waitSignal(application.finished):
        application.window.findChildren(AnewForm)[0].ask_to_save()
    application.close()
    message, came_in, following = application.restore(), application.entrance.came_in, application.next_hub
    assert following == there.path
    application = make(
        following,
        window=application.retire(),
        came_in=came_in,
        message=message,
        clock=hub.clock,
        pages=(PATIENTS,),
    )
    sits(application, "Jo Reed", qtbot)
    assert "made anew" in application.window.banner.words()
    qtbot.waitUntil(lambda: shared(application))
    hub.desk.take_what_came()
    assert names(hub.desk) == {"Ada Shah", "Ben Okoro"}
    hub.desk.close()
