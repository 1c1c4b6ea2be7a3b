"""The Situation counted again from the journal's lines alone, by another reading of what they mean.

Nothing of the tables, of what is asked of them or of the reports is used: only the lines' own words.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from discharge.actions.desk import Desk

LONDON = ZoneInfo("Europe/London")
PATHWAYS = ("P0", "P1", "P2", "P3")
BEFORE = ("proposed", "approved", "told", "accepted", "booked")
AWAY = ("departed", "arrived")
OWN_WAY = ("went_home", "self_discharged", "left_without_us")
ALIVE = ("went_home", "moved_elsewhere", "back_to_hospital", "moved_on")
Told = tuple[str, str, str, Any]
"""Table, row, column; and whom it counts, or its number."""


@dataclass(frozen=True)
class Line:
    """A line of the journal."""

    id: str
    kind: str
    subject: str
    at: datetime
    recorded: datetime
    body: Mapping[str, Any]


def lines_of(desk: Desk) -> list[Line]:
    """Every line of a hub's journal, in order."""
    sql = "SELECT id, kind, subject, happened_at, recorded_at, body FROM journal ORDER BY seq"
    rows = desk.ask(lambda queries: queries._view.rows(sql))
    return [
        Line(
            row[0],
            row[1],
            row[2],
            datetime.fromisoformat(row[3]),
            datetime.fromisoformat(row[4]),
            json.loads(row[5]),
        )
        for row in rows
    ]


@dataclass
class Stay:
    home: str
    departed: datetime | None = None
    arrived: datetime | None = None


@dataclass
class Placement:
    patient: str
    follows: str | None
    stays: list[Stay]
    state: str = "proposed"
    stay: int = 0
    outcome: str | None = None
    over_at: datetime | None = None
    turned_away: bool = False


@dataclass
class Person:
    said: Mapping[str, Any]
    left: str | None = None
    left_at: datetime | None = None
    away_kind: str = ""
    met_again: list[date] = field(default_factory=list)


@dataclass
class Home:
    name: str
    said: dict[str, Any]
    returns: list[datetime] = field(default_factory=list)
    outbreaks: set[str] = field(default_factory=set)
    calls: list[tuple[datetime, Mapping[str, Any], bool]] = field(default_factory=list)
    amended: dict[str, datetime] = field(default_factory=dict)
    gone: bool = False


def day_of(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


class Recount:
    """What the lines say of the hub on a day, or now."""

    def __init__(self, lines: Iterable[Line], *, day: date, now: datetime, past: bool) -> None:
        self.day, self.now = day, now
        self.people: dict[str, Person] = {}
        self.merged: dict[str, str] = {}
        self.placements: dict[str, Placement] = {}
        self.homes: dict[str, Home] = {}
        self.happened: dict[str, tuple[datetime, list[str], str, str, str | None]] = {}
        everything = list(lines)
        undone = {
            one.body["entry"]
            for one in everything
            if one.kind in ("placement_step_taken_back", "capacity_taken_back")
        }
        undone |= {one.body["call"] for one in everything if one.kind == "call_withdrawn"}
        self.undone_people = _whole(everything)
        self._past = past
        left_before = {
            one.body.get("patient") or one.subject
            for one in everything
            if one.kind in ("patient_left", "happened") and day_of(one.at) <= day
        }
        for one in everything:
            when = one.recorded if one.kind in ("patients_merged", "patients_parted") else one.at
            if one.id in undone or (past and day_of(when) > day and one.subject not in left_before):
                continue
            if past and day_of(when) > day and one.kind != "patient_registered":
                continue
            begins, of = one.kind in ("placement_proposed", "patient_registered"), one.kind.split("_")[0]
            known: dict[str, Collection[str]] = {
                "placement": self.placements, "patient": self.people, "patients": self.people,
            }  # fmt: skip
            if not begins and one.subject not in known.get(of, (one.subject,)):
                continue  # said of a time before they were on record
            getattr(self, f"_{one.kind}", _nothing)(one)

    # what the lines mean

    def _patient_registered(self, one: Line) -> None:
        self.people[one.subject] = Person(one.body["details"])

    def _patient_amended(self, one: Line) -> None:
        self.people[one.subject].said = one.body["details"]

    def _patient_left(self, one: Line) -> None:
        person = self.people[one.subject]
        person.left, person.left_at, person.away_kind = one.body["reason"], one.at, one.kind
        if one.body["reason"] == "unwell":
            person.met_again.append(day_of(one.at))

    def _patient_taken_back(self, one: Line) -> None:
        person = self.people[one.subject]
        since = person.left_at
        if person.left == "unwell" and since is not None and day_of(since) == day_of(one.at):
            person.met_again.pop()
        person.left, person.left_at, person.away_kind = None, None, ""

    def _patients_merged(self, one: Line) -> None:
        self._moved(one, one.subject)
        self.people[one.body["patient"]].left = "merged"
        self.merged[one.body["patient"]] = one.subject

    def _patients_parted(self, one: Line) -> None:
        self._moved(one, one.body["patient"])
        self.people[one.body["patient"]].left = one.body["was"]["reason"]
        self.merged.pop(one.body["patient"], None)

    def _moved(self, one: Line, to: str) -> None:
        self.people[one.subject].said = one.body["details"]
        for name in one.body["placements"]:
            if name in self.placements:
                self.placements[name].patient = to
        for name in one.body["happenings"]:
            if name in self.happened:
                at, facts, _, hospital, placement = self.happened[name]
                self.happened[name] = (at, facts, to, hospital, placement)

    def _setting_registered(self, one: Line) -> None:
        details = one.body["details"]
        self.homes[one.subject] = Home(details["name"], details)

    def _setting_amended(self, one: Line) -> None:
        home = self.homes[one.subject]
        for name in ("ppe_days", "staffing"):
            if one.body["details"][name] != home.said[name]:
                home.amended[name] = one.at
        home.said = one.body["details"]

    def _settings_joined(self, one: Line) -> None:
        gone, stays = self.homes[one.body["setting"]], self.homes[one.subject]
        gone.gone = True
        stays.said = one.body["details"]
        stays.returns += gone.returns
        stays.calls = sorted([*stays.calls, *gone.calls], key=lambda call: call[0])
        stays.outbreaks |= gone.outbreaks
        for placement in self.placements.values():
            for stay in placement.stays:
                stay.home = one.subject if stay.home == one.body["setting"] else stay.home

    def _capacity_returned(self, one: Line) -> None:
        self.homes[one.subject].returns.append(_at(one.body["report"]["reported_at"]))

    _capacity_confirmed = _capacity_returned

    def _outbreak_declared(self, one: Line) -> None:
        self.homes[one.subject].outbreaks.add(one.body["organism"])

    def _outbreak_ended(self, one: Line) -> None:
        self.homes[one.subject].outbreaks.discard(one.body["organism"])

    def _standing_taken_back(self, one: Line) -> None:
        if one.body["of"] == "outbreak":
            change = "discard" if one.body["was"] is None else "add"
            getattr(self.homes[one.subject].outbreaks, change)(one.body["key"])

    def _call_logged(self, one: Line) -> None:
        calls = self.homes[one.subject].calls
        calls.append((one.at, one.body.get("answers") or {}, one.body["answered"]))
        calls.sort(key=lambda call: call[0])

    def _placement_proposed(self, one: Line) -> None:
        stays = [Stay(stay["setting"]) for stay in one.body["placement"]["stays"]]
        self.placements[one.subject] = Placement(one.body["patient"], one.body["follows"], stays)

    def _stands(self, one: Line, state: str) -> Placement:
        self.placements[one.subject].state = state
        return self.placements[one.subject]

    def _placement_approved(self, one: Line) -> None:
        self._stands(one, "approved")

    def _placement_returned(self, one: Line) -> None:
        self._stands(one, "returned")

    def _answered(self, one: Line) -> None:
        if one.body["state"] is not None:
            self._stands(one, one.body["state"])

    _placement_told = _placement_accepted = _placement_booked = _answered
    _placement_declined = _placement_unanswered = _placement_withdrawn = _answered

    def _placement_departed(self, one: Line) -> None:
        self._stands(one, "departed").stays[0].departed = one.at

    def _placement_arrived(self, one: Line) -> None:
        self._stands(one, "arrived").stays[0].arrived = one.at

    def _placement_moved_on(self, one: Line) -> None:
        placement = self._stands(one, "arrived")
        placement.stay = 1
        placement.stays[1].arrived = one.at

    def _placement_ended(self, one: Line) -> None:
        placement = self._stands(one, "ended")
        placement.outcome, placement.over_at = one.body["outcome"], one.at
        self._off(one.body["patient"], one.body["left"], one)

    def _off(self, patient: str, left: str | None, one: Line) -> None:
        if left is not None and patient in self.people:
            person = self.people[patient]
            person.left, person.left_at, person.away_kind = left, one.at, one.kind

    def _happened(self, one: Line) -> None:
        body = one.body
        self.happened[body["id"]] = (
            one.at, body["facts"], body["patient"], body["hospital"], body["placement"]
        )  # fmt: skip
        if body["placement"] in self.placements:
            placement = self.placements[body["placement"]]
            becomes = body["becomes"]
            placement.state = becomes.get("state", placement.state)
            placement.stay = becomes.get("stay", placement.stay)
            if "outcome" in becomes:
                placement.outcome, placement.over_at = becomes["outcome"], one.at
                placement.turned_away = "turned_away" in body["facts"]
            for stay in body["stays"]:
                there = placement.stays[stay["position"]]
                there.departed = _at(stay["departed_at"]) if stay.get("departed_at") else there.departed
                there.arrived = _at(stay["arrived_at"]) if stay.get("arrived_at") else there.arrived
        self._off(body["patient"], body["left"], one)

    # what is counted

    def _whose(self, patient: str) -> str | None:
        """Whose record it is as known now; None: nobody's."""
        return self.undone_people.get(patient, patient) if self._past else patient

    def _persons(self) -> dict[str, tuple[Person, str]]:
        """Everybody on the list, each once, with where they stand."""
        found: dict[str, tuple[Person, str]] = {}
        stands: dict[str, str] = {}
        for placement in self.placements.values():
            who = self._whose(placement.patient)
            if who is None:
                continue
            if placement.state in AWAY:
                stands[who] = "away"
            elif placement.state in BEFORE:
                stands.setdefault(who, "placed")
        for name, person in self.people.items():
            who = self._whose(name)
            if who is None or person.left is not None:
                continue
            if who == name:
                found[who] = (person, stands.get(who, "waiting"))
            elif who not in self.people or self.people[who].left is not None:
                found.setdefault(who, (person, stands.get(who, "waiting")))
        return found

    def _met_again(self, name: str) -> Iterator[date]:
        """The days on which somebody met the criteria again: fell unwell, or was back in hospital."""
        yield from self.people[name].met_again
        for placement in self.placements.values():
            back = placement.outcome == "back_to_hospital" and not placement.turned_away
            if placement.patient == name and back and placement.over_at is not None:
                yield day_of(placement.over_at)
        for at, facts, patient, _, _ in self.happened.values():
            if patient == name and "readmitted" in facts:
                yield day_of(at)
        for part, whole in self.merged.items():
            if whole == name:
                yield from self._met_again(part)

    def _ready(self, name: str, person: Person) -> tuple[date, date | None]:
        said = person.said["no_longer_meets_on"]
        date_said = None if said is None else date.fromisoformat(said)
        if date_said is not None and any(date_said <= met for met in self._met_again(name)):
            date_said = None
        return date_said or date.fromisoformat(person.said["ready_on"]), date_said

    def _record_of(self, who: str, person: Person) -> str:
        """The record by which somebody is on the list: on a day gone by it may be one that is a part now."""
        return next((name for name, one in self.people.items() if one is person), who)

    def _open(self, person: Person) -> list[str]:
        held = [
            one
            for one in person.said["delays"]
            if date.fromisoformat(one["since"]) <= self.day
            and (one.get("until") is None or self.day < date.fromisoformat(one["until"]))
        ]
        return [one["reason"] for one in sorted(held, key=lambda one: not one["primary"])]

    def told(self) -> Iterator[Told]:
        """Every figure that is counted again."""
        everybody = {who: each for who, each in self._persons().items() if each[1] != "away"}
        left: dict[str, str] = {}
        # of two records of one person that both left, the one that is theirs now says the pathway
        for patient, of, _ in sorted(self._left(), key=lambda one: not one[2]):
            left.setdefault(patient, of)
        ready = {
            who: self._ready(self._record_of(who, person), person) for who, (person, _) in everybody.items()
        }
        late = {
            who for who, (person, _) in everybody.items() if ready[who][0] < self.day or self._open(person)
        }
        rows = {
            "In hospital": set(everybody),
            "Waiting for a place": {who for who, one in everybody.items() if one[1] == "waiting"},
            "Placed": {who for who, one in everybody.items() if one[1] == "placed"},
            "Ready": {who for who in everybody if ready[who][0] <= self.day},
            "Delayed": late,
        }
        rows["Of them without a discharge ready date"] = {
            who for who in rows["Ready"] if ready[who][1] is None
        }
        pathway = {who: person.said["pathway"] for who, (person, _) in everybody.items()}
        for label, who in rows.items():
            yield from self._across(label, who, pathway)
        yield from self._across("Left hospital on the day", set(left), left)
        for column in (*PATHWAYS, "All"):
            some = [who for who in late if column in ("All", pathway[who])]
            lost = sum(max(0, (self.day - ready[who][0]).days) for who in some)
            yield "pathway", "Days lost so far", column, lost
        yield from self._hospitals(everybody, rows)
        main = {who: (self._open(everybody[who][0]) or ["-"])[0] for who in late}
        for reason in set(main.values()):
            yield "main", reason, "All", {who for who in late if main[who] == reason}
        yield from self._of_homes()

    def _across(self, label: str, who: set[str], of: Mapping[str, str]) -> Iterator[Told]:
        for column in PATHWAYS:
            yield "pathway", label, column, {each for each in who if of[each] == column}
        yield "pathway", label, "All", set(who)

    def _left(self) -> Iterator[tuple[str, str, bool]]:
        """Who left hospital on the day, with their pathway."""
        for placement in self.placements.values():
            at = placement.stays[0].departed
            if placement.follows is None and at is not None and day_of(at) == self.day:
                yield from self._with_pathway(placement.patient)
        for name, person in self.people.items():
            if (
                person.left in OWN_WAY
                and person.away_kind != "placement_ended"
                and person.left_at is not None
                and day_of(person.left_at) == self.day
            ):
                yield from self._with_pathway(name)

    def _with_pathway(self, name: str) -> Iterator[tuple[str, str, bool]]:
        who = self._whose(name)
        if who is not None:
            yield who, self.people[name].said["pathway"], who == name

    def _hospitals(
        self, everybody: Mapping[str, tuple[Person, str]], rows: Mapping[str, set[str]]
    ) -> Iterator[Told]:
        of = {who: person.said.get("hospital") or "" for who, (person, _) in everybody.items()}
        columns = {"Waiting": "Waiting for a place", "Placed": "Placed", "Delayed": "Delayed"}
        for column, label in columns.items():
            for hospital in {*of.values()}:
                some = {who for who in rows[label] if of[who] == hospital}
                yield "hospital", hospital or "Hospital not recorded", column, some
        kinds = {
            "Left without a result": "left_without_result",
            "Left without the authority": "left_without_us",
            "Left before the home was told": "left_untold",
        }
        for column, kind in kinds.items():
            number = sum(
                1
                for at, facts, patient, _, placement in self.happened.values()
                if kind in facts
                and self.day - timedelta(6) <= day_of(at) <= self.day
                and self.undone_people.get(patient, patient) is not None
                and "moved_on_all_the_same" not in facts
                and (placement is None or self.placements[placement].follows is None)
            )
            yield "hospital", "All", column, number

    def _of_homes(self) -> Iterator[Told]:
        """Of each home, and of all of them."""
        came, went, died = self._moves()
        every = [name for name, home in self.homes.items() if not home.gone]
        for name in every:
            home = self.homes[name]
            yield "homes", home.name, "In", came.get(name, set())
            yield "homes", home.name, "Out", went.get(name, set())
            yield "homes", home.name, "Deaths", died.get(name, set())
            yield "homes", home.name, "Outbreaks", len(home.outbreaks)
            for column, key in (("Staff", "staffing"), ("PPE days", "ppe_days")):
                yield "homes", home.name, column, self._supply(home, key)
            tested = self._newest(home).get("tested_on")
            yield "homes", home.name, "Testing", tested
            yield "homes", home.name, "Age", self._age(home)
        heard = [self.homes[name] for name in every]
        for column, keys in (
            ("Residents ill", ("residents_suspected", "residents_confirmed")),
            ("Staff ill", ("staff_suspected", "staff_confirmed")),
            ("Beds empty", ("empty_beds",)),
            ("Staff absent", ("staff_absent",)),
        ):
            said = [self._newest(home)[key] for home in heard for key in keys if key in self._newest(home)]
            yield "answers", "All homes", column, sum(said) if said else None
        for column, key in (("Deaths said", "deaths"), ("Moved in", "admitted"), ("Moved out", "left")):
            said = [answers[key] for home in heard for _, answers in self._week(home) if key in answers]
            yield "answers", "All homes", column, sum(said) if said else None
        today = sum(
            any(answers and day_of(at) == self.day for at, answers in self._week(home)) for home in heard
        )
        yield "answers", "All homes", "Answered today", today

    def _week(self, home: Home) -> list[tuple[datetime, Mapping[str, Any]]]:
        first = self.day - timedelta(6)
        return [(at, answers) for at, answers, _ in home.calls if first <= day_of(at) <= self.day]

    def _newest(self, home: Home) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for _, answers in self._week(home):
            found |= answers
        return found

    def _supply(self, home: Home, key: str) -> Any:
        said = [(at, answers[key]) for at, answers in self._week(home) if key in answers]
        on_record = home.said[key]
        if said and (on_record is None or key not in home.amended or said[-1][0] >= home.amended[key]):
            return said[-1][1]
        return on_record

    def _age(self, home: Home) -> str:
        if not home.returns:
            return "none"
        old = self.now - max(home.returns)
        if old > timedelta(days=EXPIRED):
            return "expired"
        return "stale" if old > timedelta(hours=STALE) else "fresh"

    def _moves(self) -> tuple[dict[str, set[str]], dict[str, set[str]], dict[str, set[str]]]:
        came: dict[str, set[str]] = {}
        went: dict[str, set[str]] = {}
        died: dict[str, set[str]] = {}

        def count(into: dict[str, set[str]], home: str, who: str, at: datetime | None) -> None:
            if at is not None and self.day - timedelta(6) <= day_of(at) <= self.day:
                into.setdefault(home, set()).add(who)

        for placement in self.placements.values():
            who = placement.patient
            before = self._home_before(placement)
            for stay in placement.stays:
                if stay.arrived is None:
                    continue
                if stay.home != before:
                    count(came, stay.home, who, stay.arrived)
                    if before is not None and stay is not placement.stays[0]:
                        count(went, before, who, stay.arrived)
                before = stay.home
            last = placement.stays[placement.stay]
            if placement.state == "ended" and last.arrived is not None:
                if placement.outcome == "died":
                    count(died, last.home, who, placement.over_at)
                elif placement.outcome in ALIVE and not self._goes_on_there(placement):
                    count(went, last.home, who, placement.over_at)
        return came, went, died

    def _home_before(self, placement: Placement) -> str | None:
        if placement.follows is None:
            return None
        before = self.placements[placement.follows]
        return before.stays[before.stay].home

    def _goes_on_there(self, placement: Placement) -> bool:
        """Whether they moved on to another bed of the same home."""
        if placement.outcome != "moved_on":
            return False
        name = next(name for name, one in self.placements.items() if one is placement)
        after = [one for one in self.placements.values() if one.follows == name and one.stays[0].arrived]
        return any(one.stays[0].home == placement.stays[placement.stay].home for one in after)


STALE, EXPIRED = 24, 7
"""Hours and days, as the rule set of the tests has them; set by whoever asks."""


def _nothing(_line: Line) -> None:
    """Lines that no figure here hangs on."""


def _whole(lines: Iterable[Line]) -> dict[str, str | None]:
    """Records that are no person's own any more, as known now: whose they are, or None."""
    last: dict[str, str | None] = {}
    for one in lines:
        if one.kind == "patients_merged":
            last[one.body["patient"]] = one.subject
        elif one.kind == "patients_parted":
            last.pop(one.body["patient"], None)
            if one.body["was"]["reason"] == "entered_by_mistake":
                last[one.body["patient"]] = None
        elif one.kind == "patient_left" and one.body["reason"] == "entered_by_mistake":
            last[one.subject] = None
        elif one.kind == "patient_taken_back":
            last.pop(one.subject, None)

    def survivor(name: str) -> str | None:
        while name in last:
            found = last[name]
            if found is None:
                return None
            name = found
        return name

    return {name: survivor(name) for name in last}


__all__ = ["PATHWAYS", "Recount", "Told", "lines_of"]
