"""Sending placements to whoever decides on them away from the hub: a clinician on the release from isolation,
somebody who answers for a home on its offers."""

from __future__ import annotations

from collections.abc import Sequence

from discharge.model.approving import ACCEPT, RELEASE
from discharge.model.people import User
from discharge.model.shown.placements import MoveRow
from ui.frame.send_file import SendFileForm
from ui.frame.services import Services


class SendReleaseForm(SendFileForm):
    """To which clinician the chosen placements go."""

    asks = RELEASE
    nobody = "No clinician has signed in at this hub with a passphrase of their own."

    def __init__(self, rows: Sequence[MoveRow], clinicians: Sequence[User], *, services: Services) -> None:
        super().__init__([(row.id, row.patient_name, row.who) for row in rows], clinicians, services=services)


class SendOfferForm(SendFileForm):
    """To whoever answers for the home that they all go to: it is told by the file, and its clock runs."""

    asks = ACCEPT
    nobody = "Nobody answers for this home with a key of their own."
    who = "Who answers for the home"
    until = (
        "It says what the record says and the needs, without a name. From now on the home counts as told, and"
        " its clock runs: mail it at once."
    )

    def __init__(self, rows: Sequence[MoveRow], whom: Sequence[User], *, services: Services) -> None:
        super().__init__([(row.id, row.patient_name, row.who) for row in rows], whom, services=services)


__all__ = ["SendOfferForm", "SendReleaseForm"]
