"""The papers about one placement: the offer, the hand-over pack, the sheet that an LA lead decides on.

Headings are those of PRSB's referral for assessment and of its eDischarge summary, as far as the hub has what
belongs under them; what they make mandatory, and what a home has to be told (C5), is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from discharge.model.base import YesNo
from discharge.model.infection import Test, organism_name
from discharge.model.paper import TRANSPORT_LINE, Paper, PaperKind, PaperLine, PaperPart, PaperTable
from discharge.model.patient_record import Handover
from discharge.model.placement import ACTIVE, PlacementState
from discharge.model.shown.papers import HomeFacts, PaperFacts
from discharge.reports import words
from discharge.reports.words import line
from discharge.words import terms
from discharge.words.counts import sentence_case

ANSWER_BY = "Answer by"
"""The label of the line that says until when, and how, a home answers the paper."""


def offer(facts: PaperFacts) -> Paper:
    """What the setting that comes next may see before its yes: no name, no number, no date of birth.

    By the headings of PRSB's referral for assessment; those that tell who somebody is follow with the
    hand-over pack: demographics, and the GP practice, which with age and borough can be enough.
    """
    home, details = facts.homes[facts.stay], facts.page.details
    parts = (
        PaperPart(
            heading="Referral details",
            lines=(
                line("Reference", facts.page.row.id, needed=True),
                line("Offered to", home.stay.setting_name, needed=True),
                line("The stay", words.stay(home), needed=True),
                line("Room", words.room(home.unit, home.beds), needed=True),
                line("Pathway", terms.PATHWAYS[details.pathway], needed=True),
                line("Asked by", words.hub_line(facts.hub), needed=True),
            ),
        ),
        PaperPart(
            heading="The person",
            lines=(
                line("Age", words.age(details, home.stay.start), needed=True),
                line("Sex", terms.SEXES[details.sex], needed=True),
                line("Local authority", details.local_authority or ""),
                line("At the local authority", facts.hub.authority_contact, needed=True),
            ),
        ),
        PaperPart(
            heading="Care needs summary",
            lines=(
                line("Level of care", terms.care(details.care), needed=True),
                line("Needs", words.needs(details), needed=True),
                line("Communication", details.handover.communication),
                line("Equipment", details.handover.equipment, needed=True),
                line("Immunosuppressed", "Yes" if details.immunosuppressed else "No"),
                line("Trusted assessment", _assessed(facts)),
            ),
        ),
        PaperPart(heading="Allergies and adverse reactions", lines=(_allergies(facts),)),
        _infection(facts),
        PaperPart(
            heading="What is asked of you",
            lines=(
                line(ANSWER_BY, f"{facts.hub.offer_hours} hours after you were asked, by telephone"),
                line("Say", "Yes, or no with the reason. Only you decide whether you can admit safely."),
                *_asked_of(home),
            ),
        ),
    )
    return _paper(
        facts,
        PaperKind.OFFER,
        f"Offer to {home.stay.setting_name}",
        parts,
        subtitle=f"Placement {facts.page.row.id}; the name follows with your yes",
        identifies=False,
        states=ACTIVE - {PlacementState.PROPOSED, PlacementState.DEPARTED},
        else_says="It is offered once it is approved, and until they leave.",
    )


def handover(facts: PaperFacts) -> Paper:
    """All that goes with the person to the setting that has accepted them."""
    home, page = facts.homes[facts.stay], facts.page
    parts = (
        _who(facts),
        _admission(facts),
        _infection(facts, results=True),
        PaperPart(
            heading="The stay",
            lines=(
                *(line(f"Stay {at}", _stay(each), needed=True) for at, each in enumerate(facts.homes, 1)),
                line("Room", words.room(home.unit, home.beds), needed=True),
                line("Told", words.told(home.told, home.stay.setting_name), needed=True),
                line("What was told", home.stay.told_result, needed=True),
                line("Accepted by", _accepted(home), needed=True),
                line(TRANSPORT_LINE, _transport(home)),
                line("Review", words.reviews(home.stay.start), needed=True),
            ),
        ),
        _needs(facts),
        _medicines(facts),
        _legal(facts),
        _contacts(facts),
        PaperPart(
            heading="Funding",
            lines=(
                line("Funding route", page.details.handover.funding_route, needed=True),
                *_clocks(page.details.handover),
                line("Approved by", facts.approved_by, needed=True),
            ),
        ),
    )
    return _paper(
        facts,
        PaperKind.HANDOVER,
        f"Hand-over pack: {page.patient.name}",
        parts,
        subtitle=f"To {home.stay.setting_name}; placement {page.row.id}",
        states=_ACCEPTED,
        else_says="It is issued once the setting has accepted.",
    )


_ACCEPTED = frozenset(
    {PlacementState.ACCEPTED, PlacementState.BOOKED, PlacementState.DEPARTED, PlacementState.ARRIVED}
)


def approval_sheet(facts: PaperFacts) -> Paper:
    """What an LA lead decides on: why here, what it costs, what speaks against it."""
    page = facts.page
    costs = page.costs
    parts = (
        _who(facts, whole=False),
        _infection(facts),
        PaperPart(
            heading="The placement",
            lines=(
                *(line(f"Stay {at}", _stay(each), needed=True) for at, each in enumerate(facts.homes, 1)),
                line("Room", words.room(facts.homes[0].unit, facts.homes[0].beds)),
                line("Conditions", " ".join(terms.CONDITIONS[each][1] for each in page.conditions) or "None"),
                line("Stays together with", page.companion),
            ),
        ),
        PaperPart(
            heading="Why here",
            lines=(
                line("From", f"Plan {page.plan}" if page.plan else f"By hand: {page.by_hand_reason}"),
                *(line("", each) for each in page.because),
                line("Principle", "" if page.principle is None else page.principle.words),
                line(
                    "Proposed by",
                    f"{page.row.proposed_by}, {words.moment(page.row.proposed_at)}",
                    needed=True,
                ),
            ),
        ),
        PaperPart(
            heading="What it costs",
            lines=(
                line("A week", terms.pounds(costs.weekly) if costs.weekly is not None else "Not known"),
                line(
                    f"The first {costs.days} days",
                    terms.pounds(costs.first_days) if costs.first_days is not None else "Not known",
                ),
                line("Approval rule", page.limit or "The hub has none"),
                line(
                    "May approve",
                    ", ".join(user.name for user in page.deciders) or "Nobody",
                ),
            ),
        ),
        PaperPart(
            heading="What speaks against it now",
            lines=tuple(line(flag.rule, flag.sentence) for flag in page.row.flags)
            or (line("", "Nothing on record."),),
        ),
        PaperPart(
            heading="Decision",
            lines=(line("Approved or returned", "…"), line("Name, date and time", "…")),
            remark="It counts once it is recorded in the hub.",
        ),
    )
    return _paper(
        facts,
        PaperKind.APPROVAL,
        f"For approval: {page.patient.name}",
        parts,
        subtitle=f"Placement {page.row.id}",
        to="LA lead",
        states=frozenset({PlacementState.PROPOSED}),
        else_says="It waits for no approval.",
        stopped_by_flags=False,
    )


PAPERS: Mapping[PaperKind, Callable[[PaperFacts], Paper]] = {
    PaperKind.OFFER: offer,
    PaperKind.HANDOVER: handover,
    PaperKind.APPROVAL: approval_sheet,
}
"""The papers about one placement, by their kind."""


# --- parts ---------------------------------------------------------------------------------------------


def _who(facts: PaperFacts, *, whole: bool = True) -> PaperPart:
    details = facts.page.details
    number = details.nhs_number or (details.no_number.words if details.no_number is not None else "")
    lines = [
        line("Name", details.name, needed=True),
        line("Date of birth", terms.born(details.born, details.born_words), needed=True),
        line("NHS number", _spaced(number), needed=True),
        line("Sex", terms.SEXES[details.sex], needed=True),
    ]
    if whole:
        lines += [
            line("Home address", _address(facts), needed=True),
            line("Hospital number", details.hospital_number),
            line("Next of kin", details.next_of_kin),
            line("Communication", details.handover.communication),
            line("Religion", details.handover.religion),
        ]
    return PaperPart(heading="Person demographics", lines=tuple(lines))


def _spaced(number: str) -> str:
    return f"{number[:3]} {number[3:6]} {number[6:]}" if number.isdigit() and len(number) == 10 else number


def _address(facts: PaperFacts) -> str:
    details = facts.page.details
    return ", ".join(part for part in (" ".join(details.home_address.split("\n")), details.postcode) if part)


def _ward(facts: PaperFacts) -> str:
    details = facts.page.details
    return terms.ward(details.ward, details.hospital, facts.page.patient.hospital_name)


def _admission(facts: PaperFacts) -> PaperPart:
    details = facts.page.details
    return PaperPart(
        heading="Admission details",
        lines=(
            line("Why in hospital", details.handover.admission_reason, needed=True),
            line("Hospital and ward", _ward(facts), needed=True),
            line("Admitted on", words.day(details.admitted_on)),
            line("Ready to leave since", words.day(details.ready_on), needed=True),
            line("Pathway", terms.PATHWAYS[details.pathway], needed=True),
            line("Referred by", details.referrer),
        ),
    )


def _infection(facts: PaperFacts, *, results: bool = False) -> PaperPart:
    requirement = facts.homes[facts.stay].stay.requirement
    lines = [
        line("What the record says", facts.says, needed=True),
        line("Isolation", facts.isolation or "Not asked for"),
        line("Bed that is asked for", terms.REQUIREMENTS[requirement], needed=True),
    ]
    table = None
    if results:
        rows = tuple(_results(facts))
        table = (
            PaperTable(columns=("Organism", "Result", "Specimen", "Reported"), rows=rows) if rows else None
        )
    return PaperPart(heading="Risks: infection", lines=tuple(lines), table=table)


_TEST = ("Organism", "Result", "Specimen", "Reported")


def _results(facts: PaperFacts) -> Iterator[tuple[str, ...]]:
    for each in facts.page.observations:
        seen = each.observation
        if isinstance(seen, Test) and not each.withdrawn:
            yield (
                sentence_case(organism_name(seen.organism)),
                terms.RESULTS[seen.result],
                words.moment(seen.specimen_at),
                words.moment(seen.reported_at) or "Awaited",
            )


def _allergies(facts: PaperFacts) -> PaperLine:
    return line("Allergies", facts.page.details.handover.allergies, needed=True)


def _asked_of(home: HomeFacts) -> Iterator[PaperLine]:
    asked = {
        "isolation": "Isolate the person in the room above, with its own care and PPE.",
        "designated": "Take the person into the designated unit and isolate them there.",
        "own_room": "Give the person a room of their own.",
        "open": "",
    }[home.stay.requirement]
    if asked:
        yield line("For the infection", asked)


def _stay(home: HomeFacts) -> str:
    return f"{home.stay.setting_name}: {words.stay(home)}"


def _accepted(home: HomeFacts) -> str:
    at, by = home.stay.accepted_at, home.stay.accepted_by
    if at is None:
        return ""
    return f"{by.sentence}, {words.moment(at)}" if by is not None else words.moment(at)


def _transport(home: HomeFacts) -> str:
    booked = home.stay.transport
    if booked is None:
        return ""
    parts = (
        words.moment(booked.at), booked.mode.words, booked.carried, booked.ppe.words, booked.provider,
        booked.note,
    )  # fmt: skip
    return ", ".join(part for part in parts if part)


def _needs(facts: PaperFacts) -> PaperPart:
    details = facts.page.details
    return PaperPart(
        heading="Care needs summary",
        lines=(
            line("Level of care", terms.care(details.care), needed=True),
            line("Needs", words.needs(details), needed=True),
            line("Equipment", details.handover.equipment, needed=True),
            line("PPE for seven days", words.asked(details.handover.ppe_sent), needed=True),
            line("Immunosuppressed", "Yes" if details.immunosuppressed else "No"),
            line("Trusted assessment", _assessed(facts)),
            line("Ready so far", ", ".join(terms.READINESS.get(each, each) for each in details.readiness)),
            line("Notes", details.notes),
        ),
    )


def _assessed(facts: PaperFacts) -> str:
    """Who assessed for the setting, when, and what was found; of several the newest that names it."""
    home = facts.homes[facts.stay]
    for each in facts.assessments:
        said = each.assessment
        if home.stay.setting in said.settings:
            agreed = {YesNo.YES: ", agreed", YesNo.NO: ", not agreed by the home"}.get(said.agreed, "")
            return f"{said.assessor}, {words.day(said.on)}{agreed}: {said.findings}"
    told = home.told
    return told.assessor if told is not None else ""


def _medicines(facts: PaperFacts) -> PaperPart:
    given = facts.page.details.handover
    days = "" if given.medicines_days is None else f"{given.medicines_days} days"
    return PaperPart(
        heading="Medicines and allergies",
        lines=(
            line("Medicines", given.medicines, needed=True),
            line("Medicines go along for", days, needed=True),
            _allergies(facts),
        ),
    )


def _legal(facts: PaperFacts) -> PaperPart:
    details = facts.page.details
    given = details.handover
    in_place = given.dnacpr.strip().lower().startswith(("in place", "yes"))
    return PaperPart(
        heading="Legal information and wishes",
        lines=(
            line("DNACPR", "" if given.dnacpr.strip().lower() == "not known" else given.dnacpr, needed=True),
            line("DNACPR form seen", words.asked(given.dnacpr_seen), needed=in_place),
            line("DNACPR reviewed on", words.day(given.dnacpr_reviewed_on), needed=in_place),
            line("Capacity to decide", words.capacity(details), needed=True),
            line("DoLS asked for", words.asked(details.dols_asked), needed=True),
            line("Family asked", words.asked(details.family_asked), needed=True),
            line("Unpaid carer asked", words.asked(details.carer_asked), needed=True),
        ),
    )


def _clocks(given: Handover) -> Iterator[PaperLine]:
    """How far fast track and continuing healthcare have come, where they were asked for."""
    for label, begun, decided in (
        ("Fast track", given.fast_track_on, given.fast_track_decided_on),
        ("Continuing healthcare (CHC)", given.chc_referred_on, given.chc_decided_on),
    ):
        if begun is not None:
            end = f"decided {words.day(decided)}" if decided is not None else "no decision yet"
            yield line(label, f"Asked for {words.day(begun)}; {end}")


def _contacts(facts: PaperFacts) -> PaperPart:
    details, home = facts.page.details, facts.homes[facts.stay].details
    given = details.handover
    gp = ", ".join(part for part in (details.gp_practice, given.gp_phone) if part)
    mail = home.email or "none on record"
    secure = {YesNo.YES: f"Yes: {mail}", YesNo.NO: f"No: {mail}"}.get(home.nhsmail, "")
    return PaperPart(
        heading="Contacts",
        lines=(
            line("The ward", given.ward_phone, needed=True),
            line("The hub", words.hub_line(facts.hub), needed=True),
            line("Named lead", facts.lead),
            line("At the local authority", facts.hub.authority_contact, needed=True),
            line("GP practice", gp, needed=True),
            line("The home", words.home_contact(home), needed=True),
            line("The home, day and night", home.out_of_hours, needed=True),
            line("The home's address", words.home_address(home)),
            line("The home's secure mail", secure, needed=True),
            line("The home's clinical lead", home.clinical_lead, needed=True),
            line("Primary care network", home.pcn, needed=True),
        ),
    )


def _paper(
    facts: PaperFacts,
    kind: PaperKind,
    title: str,
    parts: tuple[PaperPart, ...],
    *,
    subtitle: str,
    states: frozenset[PlacementState],
    else_says: str,
    to: str = "",
    identifies: bool = True,
    stopped_by_flags: bool = True,
) -> Paper:
    home = facts.homes[facts.stay]
    is_there = kind is PaperKind.OFFER and home.stay.arrived_at is not None
    stops = [] if facts.state in states and not is_there else [else_says]
    if stopped_by_flags:
        # an offer is how a home hears what is new (C5)
        heard = {"C5"} if kind is PaperKind.OFFER else set()
        stops += [flag.sentence for flag in facts.page.row.flags if flag.blocks and flag.rule not in heard]
    return Paper(
        kind=kind,
        about=facts.page.row.id,
        title=title,
        subtitle=subtitle,
        to=to or home.stay.setting_name,
        to_setting=None if to else home.stay.setting,
        patient=facts.page.row.patient,
        stay=facts.stay,
        parts=tuple(_shown(part) for part in parts),
        stops=tuple(dict.fromkeys(stops)),
        identifies=identifies,
    )


def _shown(part: PaperPart) -> PaperPart:
    """The part without lines that say nothing and needn't."""
    kept = tuple(each for each in part.lines if each.text or each.needed)
    return part.model_copy(update={"lines": kept})
