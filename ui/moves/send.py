"""Sending placements to a clinician who decides on the release from isolation away from the hub."""

from __future__ import annotations

from collections.abc import Sequence

from discharge.model.approving import RELEASE
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


__all__ = ["SendReleaseForm"]
