"""Every way in which a case is broken, each with the path that its one fault names and a word it says.

Each starts from one whole case, `whole()`, and changes one thing in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.builders import (
    AS_AT,
    COVID,
    DESIGNATED,
    Json,
    beds,
    case_json,
    exposure,
    free,
    hot,
    locked,
    on,
    person,
    positive,
    setting,
    stay,
    symptoms,
    until,
)


def whole() -> Json:
    """A case that uses every part of the format, and is not broken."""
    seen = [positive(-3), symptoms(-5, resolved=-1), exposure(-9), until(8)]
    first = person(
        "P1",
        observations=seen,
        attestations=["normal_immune_response"],
        needs=["hoist"],
        preferred=["S1"],
        excluded=["HOT"],
        usual_setting="S1",
        together_with="P2",
        latitude=51.5,
        longitude=0.1,
        max_km=20.5,
        max_weekly_fee=1200,
        local_authority="Bexley",
        immunosuppressed=False,
    )
    home = setting(
        "S1",
        name="Beech House",
        local_authority="Bexley",
        latitude=51.5,
        longitude=0.1,
        weekly_fee=1100,
        outbreak={"organism": "influenza", "risk_assessed": True},
        accepts_organisms=[COVID],
        needs_met=["hoist"],
        age_min=18,
        age_max=99,
        max_admissions_per_day=2,
    )
    held = locked("P9", stay("S1/U1/B1", on(-3), on(9), requirement="own_room"))
    return case_json(
        [first, person("P2", pathway="P2", stay_days=21)],
        [home, hot("HOT", beds(free=[free(on(0), on(30), 2)]), unit={"cohort_organism": COVID})],
        rule_set={"base": DESIGNATED, "stale_hours": 48},
        horizon_days=14,
        weights={"delay": 12, "rating": {"good": 1}},
        locked=[held],
    )


Change = Callable[[Json], None]


@dataclass(frozen=True)
class Broken:
    """One broken case: what is changed, the path that the fault names, a word that it says."""

    change: Change
    path: str
    says: str

    def content(self) -> bytes:
        """The broken case as a file's bytes."""
        data = whole()
        self.change(data)
        return json.dumps(data).encode()


def _find(data: Any, path: str) -> tuple[Any, str | int]:
    """The container and the last key of `patients.0.born`."""
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in way:
        data = data[part]
    return data, last


def put(path: str, value: object) -> Change:
    """Set the value at a path."""

    def change(data: Json) -> None:
        where, last = _find(data, path)
        where[last] = value

    return change


def cut(path: str) -> Change:
    """Take out what stands at a path."""

    def change(data: Json) -> None:
        where, last = _find(data, path)
        del where[last]

    return change


def add(path: str, value: object) -> Change:
    """Add an entry to the list at a path."""

    def change(data: Json) -> None:
        where, last = _find(data, path)
        where[last].append(value)

    return change


def again(path: str, index: int = 0, **changes: Any) -> Change:
    """Add a second copy of an entry of the list at a path."""

    def change(data: Json) -> None:
        where, last = _find(data, path)
        where[last].append({**where[last][index], **changes})

    return change


def shown(path: str) -> str:
    """`patients.0.born` as a fault shows it: `patients[0].born`."""
    text = ""
    for part in path.split("."):
        text += f"[{part}]" if part.isdigit() else f".{part}" if text else part
    return text


TESTS = "patients.0.observations"
BEDS = "settings.0.units.0.beds.0"

REQUIRED = (
    "format",
    "as_at",
    "rule_set",
    *(f"patients.0.{field}" for field in ("id", "priority", "pathway", "ready_on", "born", "sex")),
    "patients.0.care.level",
    "patients.0.care.specialism",
    *(f"{TESTS}.0.{field}" for field in ("organism", "result", "specimen_at")),
    f"{TESTS}.1.onset_on",
    f"{TESTS}.2.exposed_on",
    *(f"settings.0.{field}" for field in ("id", "type", "admissions")),
    "settings.0.outbreak.organism",
    "settings.0.units.0.id",
    "settings.0.units.0.isolation",
    "settings.1.units.0.designated.from",
    *(f"{BEDS}.{field}" for field in ("id", "category", "room", "sex", "free")),
    f"{BEDS}.free.0.from",
    f"{BEDS}.free.0.count",
    "locked.0.patient",
    "locked.0.stays",
    *(
        f"locked.0.stays.0.{field}"
        for field in ("setting", "unit", "beds", "from", "requirement", "organisms")
    ),
)
"""Fields without which a case says too little."""

OBJECTS = (
    "patients.0",
    "patients.0.care",
    f"{TESTS}.0",
    f"{TESTS}.1",
    f"{TESTS}.2",
    f"{TESTS}.3",
    "settings.0",
    "settings.0.outbreak",
    "settings.0.units.0",
    "settings.1.units.0.designated",
    BEDS,
    f"{BEDS}.free.0",
    "weights",
    "weights.rating",
    "locked.0",
    "locked.0.stays.0",
)
"""Objects in which an unknown field must be seen."""

WORDS = (
    "patients.0.pathway",
    "patients.0.sex",
    "patients.0.care.level",
    "patients.0.care.specialism",
    "patients.0.attestations.0",
    f"{TESTS}.0.result",
    "settings.0.type",
    "settings.0.admissions",
    "settings.0.rating",
    "settings.0.units.0.isolation",
    f"{BEDS}.category",
    f"{BEDS}.room",
    f"{BEDS}.sex",
    "locked.0.stays.0.requirement",
)
"""Values that are one of a few words."""

LISTS = (
    "patients",
    "settings",
    "locked",
    *(f"patients.0.{field}" for field in ("needs", "preferred", "excluded", "observations", "attestations")),
    *(f"settings.0.{field}" for field in ("accepts_organisms", "needs_met", "units")),
    "settings.0.units.0.needs_met",
    "settings.0.units.0.beds",
    f"{BEDS}.free",
    "locked.0.stays",
    "locked.0.stays.0.organisms",
    "locked.0.conditions",
)
"""Lists, which may be missing (where they are not required) but are never null."""

NUMBERS: dict[str, tuple[object, ...]] = {
    "horizon_days": (0, -1, 1.5, "28", True),
    "weights.delay": (-1, 1.5, "10", None),
    "weights.rating.good": (-1, "1"),
    "patients.0.priority": (0, 5, "1", 1.5, True, None),
    "patients.0.latitude": (90.1, -91, "51"),
    "patients.0.longitude": (180.5, -181),
    "patients.0.max_km": (-1, "20"),
    "patients.0.max_weekly_fee": (-1, "1200"),
    "patients.0.immunosuppressed": (1, "no", None),
    "patients.1.stay_days": (0, -1, 2.5, 36_601),
    "settings.0.latitude": (91, "x"),
    "settings.0.weekly_fee": (-0.01, "1100"),
    "settings.0.age_min": (-1, 1.5),
    "settings.0.age_max": (-1, "99"),
    "settings.0.max_admissions_per_day": (-1, 1.5, "2"),
    "settings.0.outbreak.risk_assessed": (1, "yes"),
    "settings.1.units.0.isolation_places": (-1, 1.5),
    f"{BEDS}.free.0.count": (-1, 1.5, None, "1"),
    "rule_set.stale_hours": (-1, "48", 1.5),
}
"""Numbers and truth values, with values that they can't have."""

DAYS = (
    "patients.0.ready_on",
    "patients.0.born",
    f"{TESTS}.1.onset_on",
    f"{TESTS}.1.resolved_on",
    f"{TESTS}.2.exposed_on",
    f"{TESTS}.3.isolate_until",
    "settings.1.units.0.designated.from",
    f"{BEDS}.free.0.from",
    "locked.0.stays.0.to",
)
NO_DAYS = ("2020-02-30", "16/11/2020", "2020-11-16T08:00:00+00:00", "2020-W47-1", "", 20201116, "0020-11-16")

INSTANTS = ("as_at", f"{TESTS}.0.specimen_at", f"{TESTS}.0.reported_at", "settings.0.capacity_reported_at")
NO_INSTANTS = ("2020-11-10T25:00:00+00:00", "2020-11-10", "yesterday", "", 1605513600)
NAIVE = "2020-11-10T10:00:00"


def _cases() -> dict[str, Broken]:
    found: dict[str, Broken] = {}
    for path in REQUIRED:
        found[f"{path} is missing"] = Broken(cut(path), shown(path), "is missing")
    found["a clearance without a date"] = Broken(
        cut(f"{TESTS}.3.isolate_until"), f"{shown(TESTS)}[3]", "either isolate_until or released_on"
    )
    found["an observation without a kind"] = Broken(cut(f"{TESTS}.0.kind"), f"{shown(TESTS)}[0]", "no kind")
    found["an observation of an unknown kind"] = Broken(
        put(f"{TESTS}.0.kind", "rumour"), f"{shown(TESTS)}[0]", "rumour"
    )
    found["a positive test without a report"] = Broken(
        cut(f"{TESTS}.0.reported_at"), f"{shown(TESTS)}[0]", "reported_at"
    )
    for path in OBJECTS:
        found[f"an unknown field in {path}"] = Broken(
            put(f"{path}.colour", "red"), f"{shown(path)}.colour", "unknown field"
        )
    found["an unknown field of the case"] = Broken(put("colour", "red"), "colour", "unknown field")
    found["a misspelt field"] = Broken(
        put("patients.0.prefered", ["S1"]), "patients[0].prefered", "did you mean 'preferred'?"
    )
    found["a field that stands elsewhere in a case"] = Broken(
        put(f"{TESTS}.0.onset_on", "2020-11-10"), f"{shown(TESTS)}[0].onset_on", "belongs to another part"
    )
    for path in WORDS:
        found[f"{path} is an unknown word"] = Broken(put(path, "purple"), shown(path), "purple")
    for path in LISTS:
        found[f"{path} is null"] = Broken(put(path, None), shown(path), "is not a list")
    for path, values in NUMBERS.items():
        for value in values:
            name = f"{path} is {json.dumps(value)}"
            found[name] = Broken(put(path, value), shown(path), "")
    for path in DAYS:
        for value in NO_DAYS:
            found[f"{path} is {json.dumps(value)}"] = Broken(put(path, value), shown(path), "is not a date")
    for path in INSTANTS:
        for value in NO_INSTANTS:
            name = f"{path} is {json.dumps(value)}"
            found[name] = Broken(put(path, value), shown(path), "is not an instant")
        found[f"{path} has no offset"] = Broken(put(path, NAIVE), shown(path), "no offset")
    return {**found, **_OTHERS}


_OTHERS: dict[str, Broken] = {
    "another format": Broken(put("format", "discharge-case/2"), "format", "discharge-case/2"),
    "an unknown rule set": Broken(put("rule_set", "england-2019"), "rule_set", "is not a rule set"),
    "a rule set that is a number": Broken(put("rule_set", 5), "rule_set", ""),
    "an unknown base": Broken(put("rule_set.base", "england"), "rule_set.base", "is not a rule set"),
    "an unknown rule key": Broken(
        put("rule_set.stale_hour", 1), "rule_set.stale_hour", "did you mean 'stale_hours'?"
    ),
    "an unknown weight": Broken(put("weights.dely", 1), "weights.dely", "did you mean 'delay'?"),
    "an unknown rating among the weights": Broken(
        put("weights.rating.excellent", 1), "weights.rating.excellent", "unknown field"
    ),
    "an unknown organism": Broken(put(f"{TESTS}.0.organism", "flu"), f"{shown(TESTS)}[0].organism", "flu"),
    "an unknown organism accepted": Broken(
        add("settings.0.accepts_organisms", "flu"), "settings[0].accepts_organisms[1]", "flu"
    ),
    "an unknown organism of an outbreak": Broken(
        put("settings.0.outbreak.organism", "flu"), "settings[0].outbreak.organism", "flu"
    ),
    "an unknown organism of a cohort": Broken(
        put("settings.1.units.0.cohort_organism", "flu"), "settings[1].units[0].cohort_organism", "flu"
    ),
    "an unknown organism of a locked stay": Broken(
        put("locked.0.stays.0.organisms", ["flu"]), "locked[0].stays[0].organisms[0]", "flu"
    ),
    "two outbreaks of one organism": Broken(
        put("settings.0.outbreak", [{"organism": "rsv"}, {"organism": "rsv", "risk_assessed": True}]),
        "settings[0].outbreak[1].organism",
        '"rsv" names a second outbreak',
    ),
    "an unknown organism of a second outbreak": Broken(
        put("settings.0.outbreak", [{"organism": "rsv"}, {"organism": "flu"}]),
        "settings[0].outbreak[1].organism",
        "flu",
    ),
    "an outbreak that is a word": Broken(
        put("settings.0.outbreak", "rsv"), "settings[0].outbreak", "is not an object"
    ),
    "an outbreak that is a number": Broken(put("settings.0.outbreak", 7), "settings[0].outbreak", "object"),
    "outbreaks with a null among them": Broken(
        put("settings.0.outbreak", [None]), "settings[0].outbreak[0]", "is not an object"
    ),
    "an outbreak of a list without its organism": Broken(
        put("settings.0.outbreak", [{"risk_assessed": True}]),
        "settings[0].outbreak[0].organism",
        "is missing",
    ),
    "an unknown field in an outbreak of a list": Broken(
        put("settings.0.outbreak", [{"organism": "rsv", "since": on(-1)}]),
        "settings[0].outbreak[0].since",
        "unknown field",
    ),
    "a bed kept for somebody who isn't listed": Broken(
        put(f"{BEDS}.free.0.kept_for", "P7"), f"{shown(BEDS)}.free[0].kept_for", 'no patient has the id "P7"'
    ),
    "a bed kept for somebody who is locked but not listed": Broken(
        put(f"{BEDS}.free.0.kept_for", "P9"), f"{shown(BEDS)}.free[0].kept_for", "no patient"
    ),
    "a bed kept for a number": Broken(
        put(f"{BEDS}.free.0.kept_for", 7), f"{shown(BEDS)}.free[0].kept_for", ""
    ),
    "a base that is a number": Broken(put("rule_set.base", 5), "rule_set.base", "not a name"),
    "a base that is a list": Broken(put("rule_set.base", [DESIGNATED]), "rule_set.base", "not a name"),
    "a base that is an object": Broken(
        put("rule_set.base", {"base": DESIGNATED}), "rule_set.base", "not a name"
    ),
    "a rule set without a base": Broken(put("rule_set", {"stale_hours": 48}), "rule_set.base", "is missing"),
    "an unknown key of an organism": Broken(
        put("rule_set.organisms", {"influenza": {"until_wel": True}}),
        "rule_set.organisms.influenza.until_wel",
        "did you mean 'until_well'?",
    ),
    "a value of an organism that is of another type": Broken(
        put("rule_set.organisms", {"influenza": {"until_well": 1}}),
        "rule_set.organisms.influenza.until_well",
        "",
    ),
    "an organism that the rule set hasn't": Broken(
        put("rule_set.organisms", {"flu": {"days": 4}}), "rule_set.organisms.flu", "unknown rule key"
    ),
    "a test whose result is null": Broken(put(f"{TESTS}.0.result", None), f"{shown(TESTS)}[0].result", ""),
    "a locked stay that is blocked": Broken(
        put("locked.0.stays.0.requirement", "blocked"), "locked[0].stays[0].requirement", "blocked"
    ),
    "an unknown condition": Broken(put("locked.0.conditions", ["hope"]), "locked[0].conditions[0]", "hope"),
    "two patients of one id": Broken(again("patients", 1), "patients[2].id", '"P2" names a second patient'),
    "two settings of one id": Broken(again("settings", 1), "settings[2].id", "second setting"),
    "two units of one id": Broken(again("settings.0.units"), "settings[0].units[1].id", "second unit"),
    "two groups of beds of one id": Broken(
        again("settings.0.units.0.beds"), "settings[0].units[0].beds[1].id", "second group of beds"
    ),
    "two locked placements of one patient": Broken(
        again("locked"), "locked[1].patient", "second locked placement"
    ),
    "an unknown setting preferred": Broken(
        add("patients.0.preferred", "S7"), "patients[0].preferred[1]", 'no setting has the id "S7"'
    ),
    "an unknown setting ruled out": Broken(
        add("patients.0.excluded", "S7"), "patients[0].excluded[1]", "no setting"
    ),
    "an unknown usual setting": Broken(
        put("patients.0.usual_setting", "S7"), "patients[0].usual_setting", "no setting"
    ),
    "an unknown companion": Broken(
        put("patients.0.together_with", "P7"), "patients[0].together_with", "no patient"
    ),
    "a companion who is locked but not listed": Broken(
        put("patients.0.together_with", "P9"), "patients[0].together_with", "no patient"
    ),
    "a locked placement of an unknown setting": Broken(
        put("locked.0.stays.0.setting", "S7"), "locked[0].stays[0]", "no beds"
    ),
    "a locked placement of an unknown unit": Broken(
        put("locked.0.stays.0.unit", "U7"), "locked[0].stays[0]", "no beds"
    ),
    "a locked placement of an unknown bed": Broken(
        put("locked.0.stays.0.beds", "B7"), "locked[0].stays[0]", 'no beds "B7"'
    ),
    "a locked placement without a stay": Broken(put("locked.0.stays", []), "locked[0].stays", ""),
    "beds free to before they are": Broken(
        put(f"{BEDS}.free.0.to", on(-1)), f"{shown(BEDS)}.free[0]", "ends before it starts"
    ),
    "a designation that ends before it starts": Broken(
        put("settings.1.units.0.designated.to", "2020-10-31"),
        "settings[1].units[0].designated",
        "ends before it starts",
    ),
    "symptoms resolved before their onset": Broken(
        put(f"{TESTS}.1.resolved_on", on(-6)), f"{shown(TESTS)}[1]", "resolved_on is before onset_on"
    ),
    "a locked stay that ends before it starts": Broken(
        put("locked.0.stays.0.to", on(-4)), "locked[0].stays[0]", "ends before it starts"
    ),
    "a result reported before its specimen": Broken(
        put(f"{TESTS}.0.reported_at", "2020-11-13T09:59:59+00:00"),
        f"{shown(TESTS)}[0]",
        "reported_at is before specimen_at",
    ),
    "a specimen after the planning instant": Broken(
        put(
            f"{TESTS}.0",
            {**positive(), "specimen_at": "2020-11-16T08:00:01+00:00", "reported_at": on(1) + "T08:00Z"},
        ),
        f"{shown(TESTS)}[0].specimen_at",
        "is after as_at",
    ),
    "an onset after the planning date": Broken(
        put(f"{TESTS}.1", symptoms(1)), f"{shown(TESTS)}[1].onset_on", "is after as_at"
    ),
    "an exposure after the planning date": Broken(
        put(f"{TESTS}.2", exposure(1)), f"{shown(TESTS)}[2].exposed_on", "is after as_at"
    ),
    "a designated unit that can't isolate": Broken(
        put("settings.1.units.0.isolation", "none"), "settings[1].units[0]", "isolation 'none'"
    ),
    "a clearance with both of its dates": Broken(
        put(f"{TESTS}.3.released_on", on(-1)), f"{shown(TESTS)}[3]", "either"
    ),
    "a patient that is a list": Broken(put("patients.0", []), "patients[0]", "is not an object"),
    "patients that are an object": Broken(put("patients", {}), "patients", "is not a list"),
    "a unit that is null": Broken(
        put("settings.0.units.0", None), "settings[0].units[0]", "is not an object"
    ),
    "weights that are null": Broken(put("weights", None), "weights", "is not an object"),
    "an id that is a number": Broken(put("patients.1.id", 7), "patients[1].id", ""),
    "an empty id": Broken(put("settings.1.id", ""), "settings[1].id", ""),
    "half of a character in an id": Broken(put("patients.1.id", "P\ud800"), "patients[1].id", ""),
    "half of a character as a key": Broken(put("patients.1.\ud83d", 1), "patients[1]", "\\ud83d"),
    "a line break in a key": Broken(put("patients.1.ti\nger", 1), 'patients[1]."ti\\nger"', "unknown"),
    "a line break in a word": Broken(put("settings.0.type", "care\nhome"), "settings[0].type", "care\\nhome"),
    "a line break in a rule key": Broken(put("rule_set.x\ny", 1), 'rule_set."x\\ny"', "unknown rule key"),
}

BROKEN = _cases()

NOT_A_CASE: dict[str, bytes] = {
    "nothing at all": b"",
    "a word": b"hello",
    "an open bracket": b'{"format": "discharge-case/1", "patients": [',
    "two values": b"{} {}",
    "a list": b"[]",
    "a number": b"5",
    "null": b"null",
    "text of another encoding": '{"format": "é"}'.encode("latin-1"),
    "UTF-16": json.dumps(whole()).encode("utf-16"),
    "not a number": json.dumps(whole()).replace('"horizon_days": 14', '"horizon_days": NaN').encode(),
    "infinity": json.dumps(whole()).replace('"max_km": 20.5', '"max_km": Infinity').encode(),
    "a number too large": json.dumps(whole()).replace('"max_km": 20.5', '"max_km": 1e999').encode(),
    "a number of 5,000 digits": json.dumps(whole())
    .replace('"horizon_days": 14', '"horizon_days": ' + "1" * 5000)
    .encode(),
    "a key twice": json.dumps(whole()).replace('"horizon_days": 14', '"as_at": "' + AS_AT + '"').encode(),
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "a zip file": b"PK\x03\x04\x14\x00\x00\x00",
}
"""Files that are no case at all."""
