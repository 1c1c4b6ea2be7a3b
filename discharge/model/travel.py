"""How somebody travels, and what the crew wears."""

from __future__ import annotations

from enum import StrEnum


class TransportMode(StrEnum):
    """How somebody travels."""

    OWN_CAR = "own_car"
    HOSPITAL_CAR = "hospital_car"
    WHEELCHAIR_TAXI = "wheelchair_taxi"
    AMBULANCE_SEATED = "ambulance_seated"
    AMBULANCE_STRETCHER = "ambulance_stretcher"
    WALKING = "walking"

    @property
    def words(self) -> str:
        """The mode as it is shown."""
        return _MODE_WORDS[self]


_MODE_WORDS = {
    TransportMode.OWN_CAR: "family or own car",
    TransportMode.HOSPITAL_CAR: "hospital car",
    TransportMode.WHEELCHAIR_TAXI: "wheelchair taxi",
    TransportMode.AMBULANCE_SEATED: "seated ambulance",
    TransportMode.AMBULANCE_STRETCHER: "stretcher ambulance",
    TransportMode.WALKING: "on foot inside the setting",
}


class Travels(StrEnum):
    """How somebody can be carried, whatever comes for them."""

    WALKING = "walking"
    WHEELCHAIR = "wheelchair"
    STRETCHER = "stretcher"

    @property
    def words(self) -> str:
        """As it is said of a person."""
        return _TRAVELS_WORDS[self]


_TRAVELS_WORDS = {
    Travels.WALKING: "walks to the vehicle",
    Travels.WHEELCHAIR: "in a wheelchair",
    Travels.STRETCHER: "on a stretcher",
}


class CrewPpe(StrEnum):
    """What the crew wears."""

    NONE_NEEDED = "none_needed"
    MASK = "mask"
    DROPLET = "droplet"
    """Mask, apron, gloves, eye protection"""
    AIRBORNE = "airborne"
    """FFP3, gown, gloves, visor"""

    @property
    def words(self) -> str:
        """The equipment as it is shown."""
        return _PPE_WORDS[self]


_PPE_WORDS = {
    CrewPpe.NONE_NEEDED: "no PPE needed",
    CrewPpe.MASK: "mask",
    CrewPpe.DROPLET: "mask, apron, gloves, eye protection",
    CrewPpe.AIRBORNE: "FFP3, gown, gloves, visor",
}
