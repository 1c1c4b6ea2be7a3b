"""How a setting's standing is said: its capacity return's age, its admissions, what is free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from discharge.model.designating import UnderWay
from discharge.model.kept_bed import KeptBed
from discharge.model.london import london_date
from discharge.model.setting import Free
from discharge.model.setting_record import CapacityAge
from discharge.model.shown.settings import BedHold, SettingPage, SettingRow
from discharge.words import terms
from discharge.words.counts import count_words
from discharge.words.days import age_words, day_words, instant_words
from discharge.words.register import is_to_come, left_words
from discharge.words.tracker import due_words
from ui.theme.status import Status, danger, done, neutral, unknown, waiting

NIGHTS = 14
"""Nights that the strip of free beds shows."""


def is_known(row: SettingRow) -> bool:
    """The setting has told its capacity, and not too long ago."""
    return row.capacity_age in (CapacityAge.FRESH, CapacityAge.STALE)


def takes_people(row: SettingRow) -> bool:
    """Its free beds count: its return holds, it is open, and no outbreak stands in the way."""
    return is_open(row) and not row.stopping


def is_free(row: SettingRow) -> bool:
    """A bed is free tonight, as far as a return that holds says."""
    return row.beds_left > 0 and is_known(row)


def is_closed(row: SettingRow) -> bool:
    """Takes nobody by its own word or the hub's."""
    return row.admissions == "closed"


def is_open(row: SettingRow) -> bool:
    """It isn't closed, and a return that holds says so: of one that has sent none nobody knows."""
    return is_known(row) and not is_closed(row)


def has_outbreak(row: SettingRow) -> bool:
    """An outbreak is on record."""
    return bool(row.outbreaks)


def return_status(row: SettingRow, *, now: datetime) -> Status:
    """The age of the latest capacity return, in a word that says what it means."""
    if row.capacity_reported_at is None or row.capacity_age is CapacityAge.NONE:
        return unknown("No return", "No capacity return: the setting takes nobody (rule N8).")
    age = short_age(now - row.capacity_reported_at)
    exact = age_words(now - row.capacity_reported_at)
    when = f"Reported {instant_words(row.capacity_reported_at, now=now)}, {exact} ago"
    if row.capacity_age is CapacityAge.FRESH:
        return done(f"Fresh · {age}", f"{when}.")
    if row.capacity_age is CapacityAge.STALE:
        return waiting(f"Stale · {age}", f"{when}: phone to confirm (rule N8).")
    return danger(f"Expired · {age}", f"{when}: too old, the setting takes nobody (rule N8).")


def under_way_status(one: UnderWay, *, today: date) -> Status:
    """How far a unit's designation has come: it is in no plan before the end of that way."""
    beds = count_words(one.beds, "bed")
    on = day_words(one.on, today=today)
    return waiting(
        f"Designation of {beds} under way: {one.step.words}, {on}. In no plan until it is designated"
    )


def tracker_due(row: SettingRow, *, today: date) -> str:
    """By when a home's figures are due on the Capacity Tracker again: a month is lawful there."""
    if row.capacity_reported_at is None or row.type not in ("care_home", "hot_home"):
        return ""
    words = due_words(london_date(row.capacity_reported_at), today=today)
    return f"Capacity Tracker: {words}"


def short_age(age: timedelta) -> str:
    """An age by its largest part alone: "20 h", "3 d"."""
    return " ".join(age_words(age).split()[:2])


def admissions_short(row: SettingRow) -> Status:
    """Whether the setting takes people, in one word."""
    whole = admissions_status(row)
    if not row.outbreaks:
        return whole
    word = "Outbreak" if row.stopping else "Assessed" if row.admissions == "open" else "Closed"
    return Status(word, whole.tone, whole.sentence)


def outbreak_sentence(row: SettingRow) -> str:
    """What the outbreaks on record mean for admissions (N5)."""
    name = terms.outbreaks(row.outbreaks)
    noun = "Outbreak" if len(row.outbreaks) == 1 else "Outbreaks"
    if not row.stopping:
        return f"{noun} of {name}: admissions go on under a risk assessment (rule N5)."
    only = "takes nobody but a returning resident isolating with it (rule N5)."
    if len(row.outbreaks) == 1:
        return f"{noun} of {name}: {only}"
    stops = terms.outbreaks(row.stopping)
    if row.stopping == row.outbreaks:
        return f"{noun} of {name}: {only.replace(' it ', ' them ')}"
    return f"{noun} of {name}. For {stops} no risk is assessed: {only.replace(' it ', f' {stops} ')}"


def admissions_status(row: SettingRow) -> Status:
    """Whether the setting takes people."""
    if row.stopping:
        return danger(f"Outbreak: {terms.outbreaks(row.outbreaks)}", outbreak_sentence(row))
    if row.outbreaks and row.admissions == "open":
        return waiting(f"Outbreak, assessed: {terms.outbreaks(row.outbreaks)}", outbreak_sentence(row))
    if row.left_register is not None:
        sentence = f"It {left_words(row.left_register)}: it takes nobody until somebody decides."
        return danger("Leaves register" if is_to_come(row.left_register) else "Left register", sentence)
    if row.admissions == "closed":
        return danger("Closed", "Closed to admissions: takes nobody (rule N5).")
    if row.capacity_age is CapacityAge.NONE:
        return unknown(
            "No return yet", "No capacity return yet: it takes nobody until it has said (rule N8)."
        )
    if row.capacity_age is CapacityAge.EXPIRED:
        return unknown("Return expired", "Its capacity return is too old: it takes nobody (rule N8).")
    if not row.units:
        return unknown(
            "No beds known", "It says that it takes people; nobody goes there until its beds are known."
        )
    return done("Open")


def free_words(row: SettingRow) -> str:
    """Beds free tonight that nothing holds, with "?" before the first return; empty where nobody has said."""
    if row.capacity_age is CapacityAge.NONE:
        return f"{row.beds_left}?" if row.beds_free else ""
    return str(row.beds_left)


def free_tip(row: SettingRow) -> str:
    """How that number comes about."""
    if not free_words(row):
        return "Nobody has said what is free."
    held = f", {count_words(row.beds_held, 'bed')} held by placements" if row.beds_held else ""
    unknown = "" if is_known(row) else " Nobody goes there until it sends a return (rule N8)."
    return f"{count_words(row.beds_free, 'bed')} free tonight as recorded{held}.{unknown}"


def isolation_status(row: SettingRow) -> Status | None:
    """Isolation places, and whether a unit is designated tonight."""
    if not row.units:
        return unknown("Not known", "No unit is on record: nobody has said whether it can isolate.")
    if not row.isolating_units:
        return None
    if not row.isolation_places:
        sentence = "It can isolate, but nobody has said how many at once: nobody isolates there (rule N11)."
        return unknown("Places?", sentence)
    places = count_words(row.isolation_places, "place")
    if row.designated_units:
        units = count_words(row.designated_units, "unit")
        return done(f"{row.isolation_places} designated", f"{places} to isolate; {units} designated tonight.")
    return neutral(places, f"{places} to isolate; no unit is designated tonight.")


def isolation_order(row: SettingRow) -> tuple[int, int] | None:
    """What the isolation column sorts by: designated first, then places."""
    return (row.designated_units, row.isolation_places) if row.isolating_units else None


def accepts_words(row: SettingRow) -> str:
    """Organisms whose confirmed cases the setting accepts."""
    return ", ".join(terms.organism_choice(name) for name in row.accepts_organisms)


def accepts_tip(row: SettingRow) -> str:
    """The same in a sentence."""
    if not row.accepts_organisms:
        return "Hasn't said that it accepts confirmed cases of anything (rule R3)."
    return f"Has said that it accepts confirmed cases of {accepts_words(row)} (rule R3)."


def kept_status(one: KeptBed, *, today: date) -> Status:
    """Until when a bed is kept for a resident, or what is to be asked about it."""
    if one.left:
        return waiting("Left the list", "The person has left the list: is the bed to be released?")
    if one.gone:
        sentence = f"Beds {one.beds} of unit {one.unit} were taken out: release it, and keep them another."
        return danger("Its beds were taken out", sentence)
    if not one.is_recorded:
        return unknown("Kept?", "They lived here before: nobody has said whether the room is kept.")
    if one.until is None:
        return neutral("Kept", "Until somebody says so.")
    until = day_words(one.until, today=today)
    if one.has_lapsed(today):
        sentence = f"It was kept until {until}: it is given to nobody until somebody says what became of it."
        return danger(f"Was kept until {until}", sentence)
    return neutral(f"Kept until {until}", "The first night on which it isn't kept any more.")


def subtitle(page: SettingPage) -> str:
    """Type, place and rating in one line."""
    row = page.row
    parts = [terms.SETTING_TYPES[row.type], row.local_authority or "", row.postcode]
    if row.rating is not None:
        parts.append(f"rated {terms.RATINGS[row.rating].lower()}")
    return " · ".join(part for part in parts if part)


def nights_held(holds: Sequence[BedHold], *, first: date, nights: int = NIGHTS) -> list[int]:
    """How many beds placements hold on each night from `first` on."""
    days = [first + timedelta(days=at) for at in range(nights)]
    return [sum(hold.start <= day and (hold.end is None or day < hold.end) for hold in holds) for day in days]


def nights_free(free: tuple[Free, ...], *, first: date, nights: int = NIGHTS) -> list[int]:
    """What was recorded as free on each night from `first` on; overlapping spans add up."""
    days = [first + timedelta(days=at) for at in range(nights)]
    return [
        sum(span.count for span in free if span.start <= day and (span.end is None or day < span.end))
        for day in days
    ]
