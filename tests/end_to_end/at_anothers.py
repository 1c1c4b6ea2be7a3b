"""What two programs do of a decision away from the hub: its author's, which has no hub, and the hub's own."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from unittest import mock

from discharge import paths
from discharge.actions.away import Decided, answer, keep_invitation, kept_invitations, open_with
from discharge.actions.bundles import take_in
from discharge.actions.desk import Desk
from discharge.actions.signing_in import sign_in, unlocked
from discharge.exchange.bundle_file import Released
from discharge.model.approving import APPROVE, RELEASE
from discharge.store.write import tables
from tests.actions.a_hub import COVID, Clock
from tests.actions.a_sealed_hub import ADA, JO


def decides(folder: Path, now: datetime) -> None:
    """On their machine: opens what was sent, and saves the answer; nothing of the hub is here."""
    assert not list(folder.glob("*.desk*"))
    keep_invitation((folder / "mine.ddkey").read_bytes())
    assert paths.user_data().is_relative_to(folder)
    kept = [path.read_bytes() for path in kept_invitations()]
    away, bundle = open_with(kept, (folder / "to.ddbundle").read_bytes(), JO)
    yes = {
        APPROVE: Decided(APPROVE, "Near her son"),
        RELEASE: Decided(RELEASE, "Two negative tests", released=Released(COVID, now.date())),
    }
    said = {item.item: yes[item.asks] for item in bundle.items}
    (folder / "back.ddanswer").write_bytes(answer(bundle, away, said, at=now))


def takes_in(hub: Path, file: Path, now: datetime, *, dies: bool) -> None:
    """At the hub: takes the answer in, or is killed once it stands in the journal and isn't committed."""
    opened = unlocked(hub, "U-0001", ADA, now=now)
    with Desk.open(hub, clock=Clock(now), unlocked=opened) as desk:
        ada = sign_in(desk, opened)
        with mock.patch.object(tables, "apply", side_effect=_dies) if dies else nullcontext():
            came = take_in(desk, file.read_bytes(), carrier=ada)
    for one in came:
        sys.stdout.write(f"{'taken' if one.entries else one.sentence}\n")


def _dies(*_given: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """`decides FOLDER NOW`, or `takes_in HUB FILE NOW [dies]`."""
    what, first, *rest = sys.argv[1:]
    if what == "decides":
        decides(Path(first), datetime.fromisoformat(rest[0]))
    else:
        takes_in(Path(first), Path(rest[0]), datetime.fromisoformat(rest[1]), dies="dies" in rest)


if __name__ == "__main__":
    main()
