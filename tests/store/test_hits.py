"""Whom something recorded about a person hits: where they are or go, and who is there with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from discharge.model.shown.patients import Hit
from tests.actions.a_hub import AHub, beds, stay, unit


@pytest.fixture
def hub(tmp_path: Path) -> AHub:
    return AHub(tmp_path / "hub.db")


def hits(hub: AHub, patient: str) -> tuple[Hit, ...]:
    return hub.desk.ask(lambda q: q.hits(patient))


def test_a_placement_under_way_is_hit_at_each_of_its_states_with_whoever_shares_the_unit(hub: AHub) -> None:
    home = hub.setting("Maple Fold", unit("Main", beds(count=3)), phone="020 7946 0001", vacancies=3)
    ann, zoe = hub.negative("Ann Marsh"), hub.negative("Zoe Bell")
    assert hits(hub, ann) == ()
    placement = hub.proposed(ann, stay(home))
    hub.walk(hub.proposed(zoe, stay(home)), "arrived")
    for state in ("proposed", "approved", "told", "accepted", "booked", "departed", "arrived"):
        if state != "proposed":
            hub.walk(placement, state)
        (hit,) = hits(hub, ann)
        assert (hit.placement, hit.state, hit.setting_name) == (placement, state, "Maple Fold")
        assert hit.phone == "020 7946 0001"
        assert hit.beside == ("Zoe Bell",)
        assert hit.is_there is (state == "arrived")
        assert hit.was_told is (state not in ("proposed", "approved"))
    assert hits(hub, zoe)[0].beside == ("Ann Marsh",)


def test_another_unit_of_the_home_is_not_hit(hub: AHub) -> None:
    home = hub.setting("Maple Fold", unit("Main", beds(count=2)), unit("Annexe", beds(count=2)), vacancies=4)
    ann, zoe = hub.negative("Ann Marsh"), hub.negative("Zoe Bell")
    hub.proposed(ann, stay(home))
    hub.proposed(zoe, stay(home, in_unit="Annexe"))
    (hit,) = hits(hub, ann)
    assert hit.beside == ()
