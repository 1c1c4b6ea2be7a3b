"""How papers say what is on record: one wording for all of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from discharge.model.base import YesNo
from discharge.model.birth import age_on
from discharge.model.hub import HubSettings
from discharge.model.london import LONDON, london_date
from discharge.model.paper import PaperLine
from discharge.model.patient_record import Capacity, PatientDetails
from discharge.model.review import REVIEW_DAYS
from discharge.model.setting import Beds, Unit
from discharge.model.setting_record import SettingDetails
from discharge.model.shown.papers import HomeFacts, ToldBy
from discharge.words import terms
from discharge.words.days import day_words


def day(when: date | None) -> str:
    """`Mon 16 Nov 2020`; empty where there is no date. Papers are kept: the year always stands there."""
    return "" if when is None else day_words(when, year=True)


def moment(when: datetime | None) -> str:
    """`Mon 16 Nov 2020 09:10`, by the clocks in London; empty where there is no time."""
    if when is None:
        return ""
    return f"{day(london_date(when))} {when.astimezone(LONDON):%H:%M}"


def asked(said: YesNo) -> str:
    """`Yes` or `No`; empty where nobody knows."""
    return "" if said is YesNo.NOT_KNOWN else terms.ASKED[said]


def capacity(details: PatientDetails) -> str:
    """Whether they can decide about the move, and who did; empty where nobody knows."""
    found = details.mental_capacity
    if found is Capacity.NOT_KNOWN:
        return ""
    by = details.best_interests_by
    return (
        f"{terms.CAPACITY[found]}, by {by}"
        if found is Capacity.BEST_INTERESTS and by
        else terms.CAPACITY[found]
    )


def age(details: PatientDetails, on: date) -> str:
    """How old they are on that day: `83 years`; else what is known of it."""
    return f"{age_on(details.born, on)} years" if details.born is not None else details.born_words


def needs(details: PatientDetails) -> str:
    """Their needs in one line; said where none is recorded."""
    return terms.needs(details.needs) or "None recorded"


def room(unit: Unit | None, beds: Beds | None) -> str:
    """`Single room; the unit isolates in own rooms`; empty where unit or beds are gone."""
    if unit is None or beds is None:
        return ""
    isolates = terms.ISOLATIONS[unit.isolation]
    return f"{terms.ROOMS[beds.room]} room, {terms.CATEGORIES[beds.category].lower()}; {isolates.lower()}"


def stay(home: HomeFacts) -> str:
    """`Unit Wing A, beds en-suite, from Mon 16 Nov 2020 to Mon 30 Nov 2020`."""
    one = home.stay
    end = f" to {day(one.end)}" if one.end is not None else ", without an end planned"
    return f"Unit {one.unit}, beds {one.beds}, from {day(one.start)}{end}"


def told(found: ToldBy | None, setting: str) -> str:
    """Who told the setting, whom, when; empty where it hasn't been told."""
    if found is None:
        return ""
    whom = f" to {found.given.sentence}" if found.given is not None else ""
    return f"{setting}, {moment(found.at)}, by {found.by}{whom}"


def reviews(start: date) -> str:
    """The days on which it is asked what became of the move."""
    found = [f"day {after}: {day(start + timedelta(after))}" for after in REVIEW_DAYS]
    return "; ".join(found)


def hub_line(hub: HubSettings) -> str:
    """Whom to ring at the hub; empty without a number."""
    closed = f"; when closed {hub.out_of_hours}" if hub.out_of_hours else ""
    mail = f"; {hub.email}" if hub.email else ""
    return f"{hub.name}, {hub.phone}{closed}{mail}" if hub.phone else ""


def home_contact(details: SettingDetails) -> str:
    """Whom to ring at the setting; empty without a number."""
    who = details.registered_manager or details.contact
    return f"{who + ', ' if who else ''}{details.phone}" if details.phone else ""


def home_address(details: SettingDetails) -> str:
    """`1 Elm Road, ZZ1 1AA; ODS code VN123`, as far as it is known."""
    place = ", ".join(part for part in (" ".join(details.address.split("\n")), details.postcode) if part)
    code = f"ODS code {details.ods_code}" if details.ods_code else ""
    return "; ".join(part for part in (place, code) if part)


def line(label: str, text: str, *, needed: bool = False) -> PaperLine:
    """A line of a paper."""
    return PaperLine(label=label, text=text, needed=needed)
