"""The small forms of a person: attestations, leaving the list, coming back, leaving settings out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, get_args

from discharge.actions.infections import record_attestations, withdraw_attestation
from discharge.actions.patients import exclude_setting, leave, take_back
from discharge.model.infection import Attestation
from discharge.model.patient_record import LeaveReason
from discharge.model.people import Role
from discharge.model.shown.patients import PatientPage
from discharge.rules.may import MAY
from discharge.words import terms
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.frame.take_back import all_back, entry_back
from ui.widgets.choice_fields import ChoiceField, TickListField
from ui.widgets.given import GivenFields
from ui.widgets.pickers import Offers, PickField
from ui.widgets.text_fields import TextField

ALL_ATTESTATIONS: tuple[Attestation, ...] = get_args(Attestation)

# settled after a placement is what the end of that placement says
LEAVE_CHOICES = [
    (key, said)
    for key, said in terms.LEAVE_REASONS.items()
    if key not in (LeaveReason.PLACED, LeaveReason.MERGED, LeaveReason.LEFT_WITHOUT_US)
]


class AttestationsForm(ActionForm):
    """What a clinician attests for the direct route (C3). A coordinator says whose word it is."""

    def __init__(self, page: PatientPage, *, services: Services) -> None:
        super().__init__(f"Attestations: {page.row.name}", services=services)
        self._page = page
        self.add_who(page.row.who)
        there = {recorded.attestation for recorded in page.attestations}
        self.lacking = [each for each in ALL_ATTESTATIONS if each not in there]
        self.ticks = self.add(
            TickListField(
                "attested",
                "Attested",
                [(each, terms.ATTESTATIONS[each]) for each in self.lacking],
                theme=self.theme,
                columns=2,
                required=True,
                missing="Tick what is attested.",
                hint="All five open the direct route; the ones on record stand in the detail.",
            ),
            wide=True,
        )
        self.given: GivenFields | None = None
        user = services.user
        if user is None or MAY["record_attestations"].of(user.roles) is not Role.CLINICIAN:
            self.section("Whose word it is")
            self.given = GivenFields(
                self, who="Clinician", roles=("consultant", "registrar", "GP", "infection control nurse")
            )

    def save(self, values: Mapping[str, Any]) -> None:
        attested = values["attested"]
        given = self.given.given(values) if self.given is not None else None
        patient = self._page.row.id

        said = ", ".join(terms.ATTESTATIONS[each].lower() for each in attested)
        self.perform(
            partial(record_attestations, patient=patient, attestations=attested, given=given),
            done=f"Attested for {self._page.row.name}: {said}.",
            undo=all_back("Entered by mistake", "Withdraw them" if len(attested) > 1 else "Withdraw it"),
        )


class WithdrawAttestationForm(ActionForm):
    """Withdraws one attestation, with the reason."""

    def __init__(self, page: PatientPage, *, services: Services, attestation: Attestation) -> None:
        super().__init__(
            f"Withdraw “{terms.ATTESTATIONS[attestation]}”: {page.row.name}",
            services=services,
            save_word="Withdraw",
        )
        self._page = page
        self.add_who(page.row.who)
        self._attestation = attestation
        self.reason = self.add(
            TextField("reason", "Why it is withdrawn", theme=self.theme, required=True, longest=200),
            wide=True,
        )

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(
                withdraw_attestation,
                patient=self._page.row.id,
                attestation=self._attestation,
                reason=str(values["reason"]),
            ),
            done=f"Withdrawn: {terms.ATTESTATIONS[self._attestation].lower()}.",
        )


class LeaveForm(ActionForm):
    """A person leaves the list otherwise than by a placement."""

    def __init__(self, page: PatientPage, *, services: Services) -> None:
        super().__init__(
            f"No longer waiting: {page.row.name}", services=services, save_word="Take off the list"
        )
        self._page = page
        self.add_who(page.row.who)
        self.reason = self.add(
            ChoiceField(
                "reason",
                "Why",
                LEAVE_CHOICES,
                theme=self.theme,
                required=True,
                hint="The record stays, and can be taken back on the list.",
            ),
            wide=True,
        )
        self.note = self.add_note(wide=True)

    def save(self, values: Mapping[str, Any]) -> None:
        reason: LeaveReason = values["reason"]
        self.perform(
            partial(leave, patient=self._page.row.id, reason=reason, note=values["note"] or ""),
            done=f"{self._page.row.name} is off the list: {terms.LEAVE_REASONS[reason].lower()}.",
            # nobody comes back from that one by the undo bar; the action refuses it
            undo=None if reason is LeaveReason.DIED else entry_back("Take back", at=-1),
        )


class TakeBackForm(ActionForm):
    """A person who left comes on the list again."""

    def __init__(self, page: PatientPage, *, services: Services) -> None:
        super().__init__(f"Take back on the list: {page.row.name}", services=services, save_word="Take back")
        self._page = page
        self.add_who(page.row.who)
        self.note = self.add(
            TextField(
                "note",
                "Why they wait again",
                theme=self.theme,
                longest=200,
                hint="What is known of them stays; look through it, above all the tests.",
            ),
            wide=True,
        )

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(take_back, patient=self._page.row.id, note=values["note"] or ""),
            done=f"{self._page.row.name} is on the list again.",
            undo=entry_back("Take off again"),
        )


class ExcludeForm(ActionForm):
    """Leaves a setting out for this person, with the reason."""

    def __init__(self, page: PatientPage, *, services: Services, setting: str = "") -> None:
        super().__init__(f"Leave a setting out: {page.row.name}", services=services, save_word="Leave out")
        self._page = page
        self.add_who(page.row.who)
        self.setting = self.add(
            PickField("setting", "Setting", theme=self.theme, noun="setting of this hub", required=True),
            wide=True,
        )
        self.add_why(
            placeholder="The family asks for somewhere nearer",
            hint="Stands in the record. It can be let in again at any time.",
        )
        if setting:
            self.set_values({"setting": setting})
        self._offers = Offers()
        services.ask(lambda queries: Offers(queries.setting_names()), self._offer, replaces="exclude_form")

    def _offer(self, offers: Offers) -> None:
        self._offers = offers
        self.setting.offer(offers)

    def save(self, values: Mapping[str, Any]) -> None:
        setting = str(values["setting"])
        patient = self._page.row.id
        self.perform(
            partial(exclude_setting, patient=patient, setting=setting, reason=str(values["reason"])),
            done=f"{self._offers.label_of(setting)} is left out for {self._page.row.name}.",
            undo=entry_back("Let it in again"),
        )
