"""Two desks of one sealed hub on a server in memory, each with somebody at it who came in."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from discharge.actions import patients, sharing, signing_in
from discharge.actions.desk import Desk
from discharge.actions.shared_desk import Sharing
from discharge.keys.slots import Unlocked
from discharge.model.patient_record import PatientDetails
from discharge.model.people import Role, User
from discharge.store.ask.queries import Queries
from tests.actions.a_hub import TODAY, Clock
from tests.actions.a_sealed_hub import ADA, ANOTHER, JO, ASealedHub
from tests.actions.a_server import AServer

ADDRESS = {"host": "127.0.0.1"}
ONE, TWO = "one/Hub.discharge", "two/Hub.discharge"


class ADesk:
    """One desk, and who is at it."""

    def __init__(self, desk: Desk, user: User, server: AServer, clock: Clock) -> None:
        self.desk, self.user, self.server, self.clock = desk, user, server, clock
        self.forged = False

    def does(self, action: Callable[..., Any]) -> str:
        """Done by whoever is at it; what it was about."""
        return self.desk.perform(action, by=self.user).first

    def enters(self, name: str, **fields: Any) -> str:
        given = {"no_number": "not_known", "sex": "female", "priority": 2, "pathway": "P3", **fields}
        details = PatientDetails.model_validate({"name": name, "ready_on": TODAY, **given})
        return self.does(partial(patients.register_patient, details=details, told_apart=True))

    def signs(self) -> Unlocked:
        found = self.desk.signs(self.user.id)
        assert found is not None
        return found

    @property
    def sharing(self) -> Sharing:
        assert self.desk.sharing is not None
        return self.desk.sharing

    def names(self) -> set[str]:
        return {row.name for row in self.desk.ask(Queries.patients)}

    def reaches(self) -> None:
        """The server is there again."""
        self.desk.share(self.server.link())

    def looks(self) -> None:
        self.desk.take_what_came()

    @property
    def head(self) -> int:
        return self.desk.ask(lambda queries: queries.head())


@dataclass(frozen=True)
class _Made:
    """Two desks that were made and closed: their files, what lies on the server, and who came in by what."""

    folder: Path
    server: AServer
    jo: Unlocked
    uma: Unlocked


@functools.cache
def _made() -> _Made:
    """Jo Reed's, which brought the hub, and Uma Vale's, which joined; made once a process."""
    folder, server = Path(tempfile.mkdtemp(prefix="two-desks-")), AServer()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    hub = ASealedHub(folder / ONE)
    jo = hub.joined("Jo Reed", JO, Role.COORDINATOR)
    uma = hub.joined("Uma Vale", ANOTHER, Role.COORDINATOR, Role.LA_LEAD)
    signing_in.sign_in(hub.desk, hub.unlocked(hub.ada.id, ADA))
    invitation = sharing.bring(hub.desk, server.link(), ADDRESS, by=hub.ada)
    there, opened = sharing.join(
        folder / TWO,
        sharing.invitation_in(invitation.text),
        server.link(),
        holder=uma.id,
        secret=ANOTHER,
        clock=hub.clock,
    )
    signing_in.sign_in(there, opened)
    by_jo = hub.unlocked(jo.id, JO)
    signing_in.sign_in(hub.desk, by_jo)
    hub.desk.close()
    there.close()
    return _Made(folder, server, by_jo, opened)


@contextmanager
def two_desks(tmp_path: Path, server: AServer) -> Iterator[tuple[ADesk, ADesk]]:
    """The two, of this test alone and in touch with its server; in the end both records are sound."""
    made, clock = _made(), Clock()
    shutil.copytree(made.folder, tmp_path, dirs_exist_ok=True)
    server.begin_as(made.server)

    def desk(place: str, opened: Unlocked) -> ADesk:
        at = Desk.open(tmp_path / place, clock=clock, unlocked=opened)
        at.share(server.link())
        return ADesk(at, signing_in.sign_in(at, opened), server, clock)

    one, two = desk(ONE, made.jo), desk(TWO, made.uma)
    yield one, two
    for each in (one, two):
        assert each.desk.verify().is_intact is not each.forged
        each.desk.close()


__all__ = ["ADDRESS", "ADesk", "two_desks"]
