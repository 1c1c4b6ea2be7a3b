"""One person, one record: two records side by side are made one, or parted again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from discharge.actions.merging import merge_patients, part_patients
from discharge.model.base import YesNo
from discharge.model.identifiers import NoNumber, shown_nhs_number
from discharge.model.merging import Difference, differences
from discharge.model.patient import Care
from discharge.model.patient_record import Capacity, Delay, LeaveReason, PatientState
from discharge.model.shown.patients import PatientPage, PatientRow, WhoItIs
from discharge.words import terms
from discharge.words.counts import count_words
from discharge.words.days import day_words
from ui.frame.action_form import ActionForm
from ui.frame.services import Services
from ui.frame.take_back import entry_back
from ui.theme.status import Status, danger, neutral, waiting
from ui.widgets.choice_fields import ChoiceField
from ui.widgets.pickers import Offers, PickField
from ui.words.who import line_words

if TYPE_CHECKING:
    from discharge.store.ask.queries import Queries

_NAMES = {
    "nhs_number": "NHS number", "born": "Date of birth", "care": "Care", "ready_on": "Ready to leave on",
    "local_authority": "Local authority", "latitude": "Where they live", "max_km": "At most this far",
    "usual_setting": "Lives in", "preferred": "Would like to go to", "max_weekly_fee": "Weekly fee at most",
    "stay_days": "Days to stay", "together_with": "Stays together with", "hospital": "Hospital site",
    "referrer": "Referred by", "no_longer_meets_on": "Discharge ready date",
    "delays": "Reasons for delay", "readiness": "Ready so far", "next_of_kin": "Next of kin",
    "handover.admission_reason": "Why in hospital", "handover.dnacpr_seen": "DNACPR form seen",
    "handover.dnacpr_reviewed_on": "DNACPR reviewed on", "handover.ppe_sent": "PPE for seven days",
    "handover.gp_phone": "The GP's telephone", "handover.chc_referred_on": "CHC referred on",
    "handover.chc_decided_on": "CHC decided on",
    "handover.dnacpr": "DNACPR", "named_lead": "Named lead", "admitted_on": "Admitted to hospital on",
    "expected_on": "Expected date of discharge", "home_address": "Home address", "gp_practice": "GP practice",
    "mental_capacity": "Capacity to decide", "dols_asked": "DoLS asked for", "family_asked": "Family asked",
    "carer_asked": "Unpaid carer asked",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TwoRecords:
    """The record that stays, the one that becomes a part of it, and the names of what they speak of."""

    stays: PatientPage
    goes: PatientPage
    names: Mapping[str, str]


def read_two(queries: Queries, *, one: str, other: str) -> TwoRecords:
    """Reads both; in the store's thread. Which one stays follows from what hangs on it."""
    pages = sorted((queries.patient(one), queries.patient(other)), key=_rank)
    people = {user.id: user.name for user in queries.people()}
    names = {**queries.setting_names(), **queries.patient_names(), **people}
    return TwoRecords(pages[0], pages[1], names)


def _rank(page: PatientPage) -> tuple[bool, bool, bool, str]:
    """On the list, with a placement under way, with a number, entered first: that one stays."""
    row = page.row
    return (row.state is PatientState.LEFT, row.placement is None, row.nhs_number is None, row.id)


class WhichOtherForm(ActionForm):
    """Asks which record is of the same person; the likely ones stand first."""

    def __init__(self, page: PatientPage, *, services: Services, then: Callable[[str], object]) -> None:
        super().__init__(
            f"Two records of one person: {page.row.name}", services=services, save_word="Side by side…"
        )
        self._page = page
        self._then = then
        self.add_who(page.row.who)
        self.other = self.add(
            PickField(
                "other",
                "The other record",
                theme=self.theme,
                noun="record of this hub",
                required=True,
                hint="Nothing is changed before you have seen both.",
            ),
            wide=True,
        )
        services.ask(partial(_others, patient=page.row.id), self._offer, replaces="merge_others")

    def _offer(self, found: tuple[Offers, str]) -> None:
        offers, likely = found
        self.other.offer(offers)
        if likely and self.other.empty():
            self.set_values({"other": likely})

    def save(self, values: Mapping[str, Any]) -> None:
        self.finished_well()
        self._then(str(values["other"]))


def _others(queries: Queries, *, patient: str) -> tuple[Offers, str]:
    """Everybody else by name and what tells them apart; and the likeliest, if any."""
    rows = [
        row
        for row in queries.patients(left=True)
        if row.id != patient and row.leave_reason is not LeaveReason.MERGED
    ]
    like = queries.likely_same(patient)
    return Offers({row.id: _label(row) for row in rows}), like[0] if like else ""


def _label(row: PatientRow) -> str:
    assert row.who is not None  # every row of the store has it
    return f"{row.name}, {line_words(row.who)}"


class MergeForm(ActionForm):
    """Both records side by side: what follows, and whose word each field keeps."""

    def __init__(self, two: TwoRecords, *, services: Services) -> None:
        stays, goes = two.stays.row, two.goes.row
        super().__init__(f"One record: {stays.name}", services=services, save_word="Make them one")
        self._two = two
        self.section("Who", remark=f"{stays.id} stays, {goes.id} becomes a part of it")
        # that they have a like name needn't be said here
        self.add_who(*(replace(who, alike="") for who in (stays.who, goes.who) if who is not None))
        self.add_lines([*_doubt_lines(two), *_follow_lines(two)])
        self.stands = self._ask_which_stands()
        self._differences = [
            each
            for each in differences(two.stays.details, two.goes.details)
            # that they stay with each other is said above, and gone afterwards
            if not (each.field == "together_with" and {each.this, each.other} <= {stays.id, goes.id, None})
        ]
        if self._differences:
            self.section("Where they differ", remark="What only one of them knows is chosen already")
        for each in self._differences:
            self.add(
                ChoiceField(
                    f"take/{each.field}",
                    field_name(each.field),
                    self._sides(each),
                    theme=self.theme,
                    none="",
                    required=True,
                )
            )
        self.section("Why it is one person")
        self.add_why("Why", placeholder="Same ward and bed; the ward has one of them")
        self.set_values({f"take/{each.field}": each.proposed for each in self._differences})

    def _ask_which_stands(self) -> ChoiceField[str] | None:
        there = [page.row for page in (self._two.stays, self._two.goes) if page.row.placement]
        if len(there) < 2:
            return None
        return self.add(
            ChoiceField(
                "stands",
                "Which placement stands",
                [(str(row.placement), f"{row.placement}: {row.placement_setting}") for row in there],
                theme=self.theme,
                required=True,
                hint="One person goes to one place: the other is withdrawn and its bed is free again.",
            ),
            wide=True,
        )

    def _sides(self, each: Difference) -> list[tuple[str, str]]:
        stays, goes = self._two.stays.row.id, self._two.goes.row.id
        sides = [
            ("this", f"{stays}: {self._said(self._two.stays, each.field, each.this)}"),
            ("other", f"{goes}: {self._said(self._two.goes, each.field, each.other)}"),
        ]
        return [("both", "Both together"), *sides] if each.may_be_both else sides

    def _said(self, page: PatientPage, field: str, value: Any) -> str:
        details, names, today = page.details, self._two.names, self.services.today()
        if field == "nhs_number":
            number = details.no_number.words if isinstance(details.no_number, NoNumber) else "no number"
            return shown_nhs_number(value) if value else number
        if field == "born":
            return terms.born(details.born, details.born_words)
        if field == "latitude":
            return f"{value:.4f}, {details.longitude:.4f}" if value is not None else "not known"
        if field == "immunosuppressed":
            return "yes" if value else "no"
        if value in (None, "", ()):
            return "nothing"
        return _plain(field, value, names, today)

    def save(self, values: Mapping[str, Any]) -> None:
        two = self._two
        stays, goes = two.stays.row, two.goes.row
        take = {each.field: str(values[f"take/{each.field}"]) for each in self._differences}
        name = goes.name if take.get("name") == "other" else stays.name
        withdraw: list[str] = []
        if self.stands is not None:
            withdraw = [
                str(row.placement) for row in (stays, goes) if row.placement not in (None, values["stands"])
            ]
        self.perform(
            partial(
                merge_patients,
                patient=stays.id,
                other=goes.id,
                take=take,
                reason=str(values["reason"]),
                withdraw=withdraw,
            ),
            done=f"{name} has one record now: {stays.id}.",
            undo=entry_back("Part them again", at=len(withdraw)),
        )


def _plain(field: str, value: Any, names: Mapping[str, str], today: Any) -> str:
    if field == "sex":
        return terms.SEXES[value]
    if field == "pathway":
        return terms.PATHWAYS[value]
    if field == "priority":
        return terms.PRIORITIES[value]
    if isinstance(value, Care):
        return terms.care(value)
    if isinstance(value, Capacity):
        return terms.CAPACITY[value]
    if isinstance(value, YesNo):
        return terms.ASKED[value]
    if field == "needs":
        return terms.needs(value)
    if field == "readiness":
        return ", ".join(terms.READINESS.get(each, each) for each in value)
    if isinstance(value, tuple):
        parts = [each.reason if isinstance(each, Delay) else names.get(each, each) for each in value]
        return ", ".join(parts)
    if hasattr(value, "year"):
        return day_words(value, today=today, year=True)
    return names.get(value, value) if isinstance(value, str) else f"{value:g}"


def field_name(field: str) -> str:
    """A field of a record as it is called."""
    plain = field.partition(".")[2] or field
    return _NAMES.get(field, plain.replace("_", " ").capitalize())


def _doubt_lines(two: TwoRecords) -> list[Status]:
    """What speaks for it that they are two people."""
    one, other = two.stays.details, two.goes.details
    lines = []
    if one.nhs_number and other.nhs_number and one.nhs_number != other.nhs_number:
        lines.append(
            danger("Each has an NHS number of its own. They are two people, unless one number is mistyped.")
        )
    if two.goes.row.id == one.together_with or two.stays.row.id == other.together_with:
        lines.append(danger("They are recorded as staying together, so somebody took them for two people."))
    apart = [
        name
        for name, mine, its in (
            ("date of birth", one.born, other.born),
            ("sex", one.sex, "" if other.sex == "unknown" else other.sex),
        )
        if mine and its and mine not in (its, "unknown")
    ]
    if apart:
        lines.append(waiting(f"They differ in {' and '.join(apart)}: ask the ward before you go on."))
    return lines


def _follow_lines(two: TwoRecords) -> list[Status | str]:
    """What follows into the record that stays."""
    page = two.goes
    counts = [
        count_words(len(page.observations), "observation"),
        count_words(len(page.attestations), "attestation"),
        count_words(len(page.placements), "placement"),
        count_words(
            sum(not each.declined for each in page.exclusions), "setting left out", "settings left out"
        ),
    ]
    there = [each for each in counts if not each.startswith("0 ")]
    lines: list[Status | str] = [
        neutral(
            f"From {page.row.id} follow: {', '.join(there)}."
            if there
            else f"{page.row.id} holds nothing more."
        )
    ]
    if page.observations:
        lines.append(
            waiting("Whatever either record says of an infection counts: a home told of one is told again.")
        )
    return lines


class PartForm(ActionForm):
    """The record that was made a part of this one stands alone again; `parts` says who they were."""

    def __init__(self, page: PatientPage, parts: Sequence[WhoItIs], *, services: Services) -> None:
        super().__init__(f"Two people after all: {page.row.name}", services=services, save_word="Part them")
        self._page = page
        self.add_who(page.row.who)
        self.part = self.add(
            ChoiceField(
                "part",
                "The record that stands alone again",
                [(each.id, f"{each.name}, {line_words(each)}") for each in parts],
                theme=self.theme,
                none="",
                required=True,
                hint="What came with it goes back; what was recorded since stays here. Look through both.",
            ),
            wide=True,
        )
        self.add_why("Why they are two people")
        self.set_values({"part": page.row.parts[-1]})

    def save(self, values: Mapping[str, Any]) -> None:
        self.perform(
            partial(
                part_patients,
                patient=self._page.row.id,
                other=str(values["part"]),
                reason=str(values["reason"]),
            ),
            done=f"{values['part']} stands alone again.",
        )
