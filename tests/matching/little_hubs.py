"""Random little hubs without Hypothesis, thousands of them in a minute: two to five people, few beds.

Each is crowded, and rich in what may go wrong: kept beds, several outbreaks, symptoms that go on, locked
isolations, companions, P2 stays, ages on birthdays, instants around clock changes, the horizon's edges.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from random import Random
from typing import Any

from discharge.model.case import Case
from discharge.model.files import read_case
from discharge.model.london import london_date

Json = dict[str, Any]

COVID = "sars-cov-2"
ACCEPTED = [COVID, "influenza", "rsv", "norovirus", "c_difficile"]
NAMES = ("england-2020-04-15", "england-2020-10-13", "england-2022-04-04", "england-2024-04-01")
DAYS = {
    "england-2020-04-15": 14,
    "england-2020-10-13": 14,
    "england-2022-04-04": 10,
    "england-2024-04-01": 5,
}
INSTANTS = (
    "2020-11-16T08:00:00+00:00",
    "2022-02-05T23:30:00+00:00",
    "2021-03-28T00:30:00+00:00",
    "2021-10-31T00:30:00+01:00",
    "2024-07-01T23:30:00+01:00",
)
CARES = ("general_residential", "general_nursing", "dementia_residential", "ypd")


class _Hub:
    """One random hub in the making."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.as_at = datetime.fromisoformat(self.random.choice(INSTANTS))
        self.day0 = london_date(self.as_at)
        self.name = self.random.choice(NAMES)
        # each hub has only some of what can go wrong, so that people fit
        self.spices = {name for name in _SPICES if self.random.random() < 0.3}

    def spice(self, name: str, share: float = 0.4) -> bool:
        assert name in _SPICES
        return name in self.spices and self.random.random() < share

    def day(self, number: int) -> str:
        return (self.day0 + timedelta(days=number)).isoformat()

    def test(self, organism: str, result: str, days_ago: int) -> Json:
        specimen = self.as_at - timedelta(days=days_ago, minutes=self.random.choice((0, 1, 200, 700)))
        reported = None if result == "pending" else specimen + timedelta(hours=self.random.choice((0, 3)))
        if self.spice("late report", 0.2) and reported is not None:
            reported = self.as_at + timedelta(minutes=1)
        return {
            "kind": "test",
            "organism": organism,
            "result": result,
            "specimen_at": specimen.isoformat(),
            "reported_at": None if reported is None else reported.isoformat(),
        }

    def symptoms(self, organism: str, days_ago: int) -> Json:
        ends = (None, days_ago, days_ago + 1, days_ago + 2, days_ago + 4, max(0, days_ago - 1), 0)
        lasted = self.random.choice(ends)
        return {
            "kind": "symptoms",
            "organism": organism,
            "onset_on": self.day(-days_ago),
            "resolved_on": None if lasted is None else self.day(lasted - days_ago),
        }

    def covid(self) -> list[Json]:
        pick, days = self.random.choice, DAYS[self.name]
        story = pick(("negative", "negative", "positive", "positive", "past", "unclear", "none"))
        seen: list[Json] = []
        if story == "negative":
            seen.append(self.test(COVID, "negative", pick((0, 0, 1, 1, 2, 4))))
        elif story == "positive":
            left = pick((1, 2, 3, 4, 5, 6))
            seen.append(self.test(COVID, "positive", max(0, days - left)))
        elif story == "past":
            seen.append(self.test(COVID, "positive", pick((days, days + 1, 20, 86, 89, 90, 91))))
        elif story == "unclear":
            seen.append(self.test(COVID, pick(("pending", "inconclusive", "void")), pick((0, 1, 5, 9, 12))))
        if self.spice("symptoms", 0.6):
            seen.append(self.symptoms(COVID, pick((0, 1, 3, 5, 8, 12, 17))))
        if self.spice("several tests"):
            result = pick(("negative", "pending", "inconclusive", "positive"))
            seen.append(self.test(COVID, result, pick((0, 1, 3, 6))))
        if self.spice("exposure"):
            seen.append(
                {"kind": "exposure", "organism": COVID, "exposed_on": self.day(-pick((0, 2, 4, 9, 13)))}
            )
        if self.spice("clearance"):
            key = pick(("isolate_until", "isolate_until", "released_on"))
            seen.append({"kind": "clearance", "organism": COVID, key: self.day(pick((-2, 0, 1, 3, 5)))})
        return seen

    def other(self) -> list[Json]:
        pick = self.random.choice
        organism = pick(("influenza", "rsv", "norovirus", "c_difficile", "cpe", "mrsa"))
        seen = [self.symptoms(organism, pick((0, 1, 3, 5)))] if self.random.random() < 0.7 else []
        if self.random.random() < 0.7:
            seen.append(self.test(organism, pick(("positive", "positive", "negative")), pick((0, 1, 3, 4))))
        return seen

    def person(self, number: int, homes: list[str]) -> Json:
        pick = self.random.choice
        seen = self.covid() if self.name != NAMES[3] or self.random.random() < 0.6 else []
        if self.spice("other organism", 0.6):
            seen += self.other()
        pathway = pick(("P3", "P3", "P3", "P2", "P2", "P0", "P1"))
        category = pick(CARES) if self.spice("care") else CARES[0]
        specialism, _, level = category.partition("_")
        born: str | None = (self.as_at - timedelta(days=80 * 365)).date().isoformat()
        if self.spice("age", 0.7):
            year = self.day0.year - 65
            born = pick((None, f"{year}{self.day(pick((0, 1, 2)))[4:]}", f"{year - 5}-01-01"))
        return {
            "id": f"P{number}",
            "priority": pick((1, 2, 3, 4)),
            "pathway": pathway,
            "ready_on": self.day(pick((-2, 0, 0, 1, 3)) if self.spice("ready") else -1),
            "born": born,
            "sex": pick(("female", "male", "other", "unknown")) if self.spice("sex", 0.7) else "female",
            "care": {"level": level or pick(("residential", "nursing")), "specialism": specialism}
            if not self.spice("unknown", 0.2)
            else None,
            "needs": [pick(("hoist", "oxygen"))] if self.spice("needs") else [],
            "local_authority": pick(("Kent", "Medway")),
            "latitude": 51.3,
            "longitude": 0.5,
            "max_km": pick((8.0, 12.0)) if self.spice("limits") else None,
            "usual_setting": pick(homes) if pathway == "P0" or self.spice("usual") else None,
            "preferred": [pick(homes)] if self.random.random() < 0.5 else [],
            "excluded": [pick(homes)] if self.spice("excluded", 0.2) else [],
            "max_weekly_fee": 1000.0 if self.spice("limits") else None,
            "stay_days": pick((None, 1, 3, 5, 9)),
            "immunosuppressed": self.spice("immunosuppressed"),
            "observations": seen,
            "attestations": [] if self.spice("attestations", 0.5) else _FIVE,
        }

    def beds(self, number: int, people: list[str]) -> Json:
        pick = self.random.choice
        free: list[Json] = [{"from": self.day(-3), "to": None, "count": pick((0, 1, 1, 1, 2))}]
        if self.spice("spans", 0.6):
            start = pick((-2, 0, 1, 2, 4))
            end = pick((None, start, start + 2, start + 6))
            to = None if end is None else self.day(end)
            free = [{"from": self.day(start), "to": to, "count": 1}, *free[: pick((0, 1))]]
        if self.spice("kept", 0.7):
            start, end = pick((-1, 0, 2)), pick((None, 3, 7))
            to = None if end is None else self.day(end)
            free.append({"from": self.day(start), "to": to, "count": 1, "kept_for": pick(people)})
        return {
            "id": f"B{number}",
            "category": pick((*CARES, "transitional")) if self.spice("care", 0.6) else CARES[0],
            "room": pick(("single", "single", "ensuite", "shared")),
            "sex": pick(("any", "any", "female", "male")) if self.spice("sex", 0.7) else "any",
            "free": free,
        }

    def unit(self, number: int, people: list[str]) -> Json:
        pick = self.random.choice
        isolation = pick(("none", "rooms", "rooms", "cohort"))
        designated = None
        if isolation != "none" and self.random.random() < (0.5 if self.name == NAMES[1] else 0.1):
            start, end = (
                (pick((-9, 1, 2)), pick((None, 2, 4))) if self.spice("designation", 0.6) else (-9, None)
            )
            to = None if end is None else self.day(max(start, end))
            designated = {"from": self.day(start), "to": to}
        organism = (
            pick((COVID, "influenza")) if isolation == "cohort" and self.spice("cohort organism") else None
        )
        return {
            "id": f"U{number}",
            "isolation": isolation,
            "isolation_places": None if isolation == "none" else pick((1, 1, 2, 2, 0)),
            "designated": designated,
            "cohort_organism": organism,
            "needs_met": [],
            "beds": [self.beds(n + 1, people) for n in range(pick((1, 1, 2)))],
        }

    def setting(self, number: int, people: list[str]) -> Json:
        pick = self.random.choice
        outbreaks = [
            {"organism": organism, "risk_assessed": self.random.random() < 0.4}
            for organism in self.random.sample((COVID, "influenza", "norovirus"), pick((1, 1, 2)))
        ]
        hours = pick((1, 73, 38 * 24, 38 * 24 + 0.02)) if self.spice("returns") else 1
        return {
            "id": f"S{number}",
            "type": pick(
                ("care_home",) * 4 + ("hot_home", "intermediate_care", "community_bed", "alternative")
            ),
            "local_authority": pick(("Kent", "Medway")),
            "latitude": pick((51.3, 51.36, 51.42)),
            "longitude": 0.5,
            "rating": pick(("good", "good", "inadequate", None)),
            "weekly_fee": pick((900.0, 1049.0, 1100.0, 1250.0)),
            "admissions": "closed" if self.spice("closed") else "open",
            "outbreak": (outbreaks if len(outbreaks) > 1 else outbreaks[0])
            if self.spice("outbreaks")
            else None,
            "accepts_organisms": pick(([], [COVID])) if self.spice("accepts") else ACCEPTED,
            "needs_met": pick(([], ["hoist"])) if self.spice("needs") else ["hoist", "oxygen"],
            "age_min": 65 if self.spice("age") else None,
            "age_max": 69 if self.spice("age", 0.2) else None,
            "max_admissions_per_day": pick((0, 1, 1)) if self.spice("admissions", 0.7) else None,
            "capacity_reported_at": (self.as_at - timedelta(hours=hours)).isoformat(),
            "units": [self.unit(n + 1, people) for n in range(pick((1, 1, 2)))],
        }

    def locked(self, who: str, homes: list[Json]) -> Json:
        pick = self.random.choice
        home = pick(homes)
        unit = pick(home["units"])
        start = pick((-3, -1, 0, 1, 2))
        end = pick((None, start + 2, start + 5))
        isolating = unit["isolation"] != "none" and self.random.random() < 0.7
        stay = {
            "setting": home["id"],
            "unit": unit["id"],
            "beds": pick(unit["beds"])["id"],
            "from": self.day(start),
            "to": None if end is None else self.day(end),
            "requirement": pick(("isolation", "designated")) if isolating else "open",
            "organisms": [pick((COVID, "influenza"))] if isolating else [],
        }
        return {"patient": who, "locked": True, "stays": [stay], "because": ["Approved."]}


_FIVE = [
    "normal_immune_response",
    "isolation_completed",
    "clinical_improvement",
    "no_new_symptoms",
    "clinician_clearance",
]
_SPICES = (
    "late report",
    "symptoms",
    "several tests",
    "exposure",
    "clearance",
    "other organism",
    "care",
    "age",
    "ready",
    "sex",
    "unknown",
    "needs",
    "limits",
    "usual",
    "excluded",
    "immunosuppressed",
    "attestations",
    "spans",
    "kept",
    "designation",
    "cohort organism",
    "returns",
    "closed",
    "outbreaks",
    "accepts",
    "admissions",
    "companions",
    "locked",
    "local",
)


def little_hub(seed: int, *, people: int = 4, settings: int = 3) -> Case:
    """A hub of at most so many people and settings; the same seed gives the same hub."""
    hub = _Hub(seed)
    random = hub.random
    names = [f"P{number + 1}" for number in range(random.randint(2, people))]
    homes = [hub.setting(number + 1, names) for number in range(random.randint(1, settings))]
    ids = [home["id"] for home in homes]
    patients = [hub.person(number + 1, ids) for number in range(len(names))]
    for patient in patients[1:]:
        if hub.spice("companions"):
            patient["together_with"] = "P1"
    rule_set: str | Json = hub.name
    if hub.spice("local", 0.8):
        local = random.choice(({"until_well": True}, {"until_well": False}, {"test_needed": True}))
        rule_set = {
            "base": hub.name,
            "min_isolation_nights": random.choice((1, 3)),
            "alternative_for_p2": random.random() < 0.5,
            "organisms": {COVID: local},
        }
    held = random.sample((*names, "X1", "X2"), random.randint(1, 2)) if hub.spice("locked", 0.9) else []
    data = {
        "format": "discharge-case/1",
        "as_at": hub.as_at.isoformat(),
        "rule_set": rule_set,
        "horizon_days": random.choice((1, 3, 6, 7)),
        "patients": patients,
        "settings": homes,
        "locked": [hub.locked(who, homes) for who in held],
    }
    return read_case(json.dumps(data).encode())
