"""What the hub keeps of a person, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError, to_jsonable_python

from discharge.model.base import (
    Amount,
    Count,
    Frozen,
    Latitude,
    Longitude,
    Name,
    Names,
    ShortText,
    Text,
    YesNo,
)
from discharge.model.identifiers import NhsNumber, NoNumber, OdsCode
from discharge.model.patient import Care, Pathway, Priority, Sex, StayDays
from discharge.model.postcodes import SAID, FromPostcode
from discharge.model.time import Day

PersonName = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=200)
]


class Delay(Frozen):
    """Why somebody who no longer meets the criteria to reside is still there, from when to when."""

    reason: ShortText
    primary: bool = True
    since: Day
    until: Day | None = None


READINESS = ("medicines", "discharge_letter", "transport_assessed", "equipment", "care_plan", "family_told")
"""What has to be ready before somebody leaves; the vocabulary is open."""


class Handover(Frozen):
    """For the hand-over and equality monitoring alone: never an input of matching (N9)."""

    admission_reason: Text = ""
    """Why the person was in hospital."""
    dnacpr: ShortText = ""
    dnacpr_seen: YesNo = YesNo.NOT_KNOWN
    """Whether the form itself was seen, not only heard of."""
    dnacpr_reviewed_on: Day | None = None
    ethnicity: ShortText = ""
    religion: ShortText = ""
    funding_route: ShortText = ""
    allergies: Text = ""
    medicines: Text = ""
    medicines_days: Annotated[Count, Field(le=90)] | None = None
    """For how many days medicines go with the person."""
    equipment: Text = ""
    """What goes with them, or is there already; `none` where they need none."""
    ppe_sent: YesNo = YesNo.NOT_KNOWN
    """Whether protective equipment for seven days of their care goes with them."""
    communication: Text = ""
    ward_phone: ShortText = ""
    gp_phone: ShortText = ""
    fast_track_on: Day | None = None
    """When the fast-track tool for NHS continuing healthcare (CHC) went to the ICB, and when it answered."""
    fast_track_decided_on: Day | None = None
    chc_referred_on: Day | None = None
    """When the ICB was told that full consideration for CHC is needed, and when it decided."""
    chc_decided_on: Day | None = None
    notes: Text = ""


class Capacity(StrEnum):
    """Whether somebody has the mental capacity to decide about this move, as far as the hub was told."""

    HAS_CAPACITY = "has_capacity"
    BEST_INTERESTS = "best_interests"
    """They haven't: it is decided in their best interests, by whom `best_interests_by` says."""
    NOT_ASSESSED = "not_assessed"
    NOT_KNOWN = "not_known"


class PatientDetails(Frozen):
    """What the hub keeps of a person. Observations and attestations are recorded one by one beside it.

    The fields from `priority` to `immunosuppressed` are matching facts and mean what they mean in a case;
    everything else never enters one.
    """

    name: PersonName
    nhs_number: NhsNumber | None = None
    no_number: NoNumber | None = None
    born: Day | None = None
    """None where it isn't known to the day; then `born_words` keeps what is: `1934`, `about 80`."""
    born_words: ShortText = ""
    sex: Sex

    priority: Priority
    pathway: Pathway
    ready_on: Day
    care: Care | None = None
    needs: Names = ()
    local_authority: Name | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    max_km: Amount | None = None
    usual_setting: Name | None = None
    preferred: Names = ()
    max_weekly_fee: Amount | None = None
    stay_days: StayDays | None = None
    together_with: Name | None = None
    immunosuppressed: Annotated[bool, Field(strict=True)] = False

    postcode: ShortText = ""
    from_postcode: FromPostcode = SAID
    """What of the place was filled from the postcode; the rest was said by somebody."""
    hospital: OdsCode | None = None
    ward: ShortText = ""
    referrer: ShortText = ""
    no_longer_meets_on: Day | None = None
    """The date from which the person no longer meets the criteria to reside."""
    delays: tuple[Delay, ...] = ()
    readiness: Names = ()
    admitted_on: Day | None = None
    expected_on: Day | None = None
    """The expected date of discharge (EDD), as the ward says it."""
    hospital_number: ShortText = ""
    home_address: Text = ""
    gp_practice: ShortText = ""
    named_lead: Name | None = None
    """Who at the hub has this person: the id of one of its people."""
    mental_capacity: Capacity = Capacity.NOT_KNOWN
    best_interests_by: ShortText = ""
    dols_asked: YesNo = YesNo.NOT_KNOWN
    """Whether an authorisation under the Deprivation of Liberty Safeguards was asked for."""
    family_asked: YesNo = YesNo.NOT_KNOWN
    carer_asked: YesNo = YesNo.NOT_KNOWN
    """Whether whoever cares for them unpaid was asked."""
    next_of_kin: Text = ""
    notes: Text = ""
    handover: Handover = Handover()

    @model_validator(mode="after")
    def _number_or_reason(self) -> Self:
        if (self.nhs_number is None) == (self.no_number is None):
            raise PydanticCustomError("number", "give the NHS number, or the reason why there is none")
        return self


_UNSAID: dict[str, Any] = {
    name: to_jsonable_python(each.default)
    for name, each in PatientDetails.model_fields.items()
    if not each.is_required()
}


def as_recorded(details: Mapping[str, Any]) -> dict[str, Any]:
    """A record as an entry of the journal has it, with what entries of old don't say yet as nothing said."""
    return {**_UNSAID, **details}


class PatientState(StrEnum):
    """Where a person stands: waiting, on the way by a placement, or off the list."""

    WAITING = "waiting"
    PLACED = "placed"
    """Has an active placement; its state says more."""
    LEFT = "left"


class LeaveReason(StrEnum):
    """Why a person left the list otherwise than by a placement."""

    WENT_HOME = "went_home"
    UNWELL = "unwell"
    """Meets the criteria to reside again."""
    DIED = "died"
    SELF_DISCHARGED = "self_discharged"
    OTHER_HUB = "other_hub"
    LEFT_WITHOUT_US = "left_without_us"
    """Left hospital without a placement: recorded as what happened (A5)."""
    ENTERED_BY_MISTAKE = "entered_by_mistake"
    PLACED = "placed"
    """Settled after a placement of this hub."""
    MERGED = "merged"
    """The same person as another record, which this one is a part of."""
