"""What the demo hub is made from: its settings and its people, as `resources/demo` has them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field

from discharge.model.base import Frozen, Name
from discharge.model.infection import Attestation, Observation
from discharge.model.kept_bed import PaidBy
from discharge.model.patient_record import PatientDetails
from discharge.model.setting import Unit
from discharge.model.setting_record import SettingDetails
from discharge.model.time import Day, Instant
from discharge.paths import resources


class Designated(Frozen):
    """A unit's designation and the day of the CQC's assurance."""

    unit: Name
    start: Day = Field(alias="from")
    assured_on: Day


class Declared(Frozen):
    """An outbreak, from when, and whether its risk was assessed."""

    organism: Name
    declared_at: Instant
    risk_assessed: bool


class Closed(Frozen):
    """Why and since when a setting is closed."""

    reason: Name
    at: Instant


class DemoSetting(Frozen):
    """A setting of the demo hub with what it reports."""

    details: SettingDetails
    units: tuple[Unit, ...]
    returned: tuple[Instant, ...]
    confirmed: tuple[Instant, ...] = ()
    accepting: bool = True
    designated: Designated | None = None
    outbreaks: tuple[Declared, ...] = ()
    closed: Closed | None = None


class Kept(Frozen):
    """Which bed of a resident's home is kept for them, by whom paid, until when."""

    unit: Name
    beds: Name
    paid_by: PaidBy
    until: Day


class DemoPerson(Frozen):
    """A person of the demo hub, with when they came on the list and what was seen of them.

    In the details, settings are named by their names and the companion by their key: ids are given later.
    """

    key: Name
    entered: Instant
    fields: dict[str, Any]
    seen: tuple[Observation, ...] = ()
    attested: tuple[Attestation, ...] = ()
    kept: Kept | None = None

    def details(self, *, settings: dict[str, str], people: dict[str, str]) -> PatientDetails:
        """The record, with names and keys replaced by ids."""
        values = dict(self.fields)
        if "usual_setting" in values:
            values["usual_setting"] = settings[values["usual_setting"]]
        if "together_with" in values:
            values["together_with"] = people[values["together_with"]]
        values["preferred"] = [settings[name] for name in values.get("preferred", ())]
        return PatientDetails.model_validate(values)


def read_settings(folder: Path | None = None) -> tuple[DemoSetting, ...]:
    """The demo hub's settings."""
    own = set(DemoSetting.model_fields) - {"details"}
    return tuple(DemoSetting.model_validate(_split(row, own, "details")) for row in _rows(folder, "settings"))


def read_people(folder: Path | None = None) -> tuple[DemoPerson, ...]:
    """The demo hub's people, by when they came on the list."""
    own = set(DemoPerson.model_fields) - {"fields"}
    found = [DemoPerson.model_validate(_split(row, own, "fields")) for row in _rows(folder, "people")]
    return tuple(sorted(found, key=lambda person: person.entered))


def _rows(folder: Path | None, name: str) -> list[dict[str, Any]]:
    path = (folder or resources() / "demo") / f"{name}.toml"
    rows: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))[name]
    return rows


def _split(row: dict[str, Any], own: set[str], rest: str) -> dict[str, Any]:
    """The row's own fields, and all others together under one name."""
    kept = {name: value for name, value in row.items() if name in own}
    return {**kept, rest: {name: value for name, value in row.items() if name not in own}}


__all__ = ["Closed", "Declared", "DemoPerson", "DemoSetting", "Designated", "read_people", "read_settings"]
