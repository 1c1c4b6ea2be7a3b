"""Vacancies by type of bed become free beds where that is plain; where it isn't, the morning round asks."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from discharge.actions.capacity_returns import record_capacity_return
from discharge.actions.exchange import import_file, preview
from discharge.actions.file_kinds import FileKind, find_kind
from discharge.actions.imports_back import take_back_import
from discharge.actions.settings import add_unit, register_setting
from discharge.model.setting_record import BedTypeSaid, CapacityReturn, SettingDetails
from discharge.rules.careful import careful, of_type
from tests.actions.a_hub import AHub, beds, unit

OAK = "1-9000000001"
LONG = f"""CQC ID,Bed Type,Maximum Capacity,Occupied,Vacant Reserved,Vacant Accepting,Last Updated UTC
{OAK},Dementia nursing,10,6,1,2,10/11/2026 09:15
"""


def test_a_file_is_known_by_its_columns_in_either_shape(hub: AHub, tmp_path: Path) -> None:
    long = tmp_path / "long.csv"
    long.write_text(LONG, encoding="utf-8")
    assert find_kind(long, desk=hub.desk) is FileKind.BED_TYPES
    types = ("general residential", "general nursing", "dementia residential", "dementia nursing", "ypd")
    wide = tmp_path / "wide.csv"
    titles = ",".join(f"{name} accepting" for name in types)
    wide.write_text(f"cqcid,{titles},lastupdatedutc\n{OAK},1,1,1,1,1,2026-11-10 09:15\n", encoding="utf-8")
    assert find_kind(wide, desk=hub.desk) is FileKind.BED_TYPES


def free_in(hub: AHub, name: str) -> dict[str, int]:
    found = hub.desk.ask(lambda queries: queries.setting_facts(name))
    return {each.id: sum(span.count for span in each.free) for one in found.units for each in one.beds}


def test_the_one_group_of_a_type_has_its_vacancies_and_several_are_asked_about(hub: AHub) -> None:
    name = hub.setting(
        "Oak",
        unit(
            "Main",
            beds("D1", count=0, category="dementia_nursing"),
            beds("G1", count=2, category="general_residential"),
            beds("G2", count=2, category="general_residential"),
            beds("T1", count=2, category="transitional"),
        ),
        cqc_id=OAK,
        vacancies=6,
    )
    hub.clock.plus(hours=1)
    text = (
        "cqcid,bedtype,maxcapacity,usedbeds,reserved,accepting,notadmittable,lastupdatedutc\n"
        f"{OAK},Dementia nursing,10,7,0,3,0,2020-11-16 08:30\n"
        f"{OAK},General residential,10,8,1,1,0,2020-11-16 08:30\n"
    ).encode()
    looked = preview(hub.desk, kind=FileKind.BED_TYPES, source=text)
    said = [str(remark) for row in looked.rows for remark in row.remarks]
    assert any("1 general residential: which of its 2 groups?" in one for one in said)
    import_file(hub.desk, kind=FileKind.BED_TYPES, source=text, by=hub.coordinator)
    assert free_in(hub, name) == {"D1": 3, "G1": 0, "G2": 0, "T1": 1}
    (home,) = hub.desk.ask(lambda queries: queries.round_of_calls())
    assert home.asked == "1 general residential: which of its 2 groups?"
    answer = CapacityReturn(reported_at=hub.clock.now, accepting=True, vacancies=4)
    hub.does(partial(record_capacity_return, setting=name, report=answer))
    assert not any(home.asked for home in hub.desk.ask(lambda queries: queries.round_of_calls()))


def test_vacancies_declared_before_the_beds_were_known_are_asked_about_once(hub: AHub) -> None:
    details = SettingDetails(name="Oak", type="care_home", cqc_id=OAK, local_authority="Abbey")
    name = hub.does(partial(register_setting, details=details, units=())).first
    hub.reports(name, vacancies=4, accepting=True)
    assert not any(home.asked for home in hub.desk.ask(lambda queries: queries.round_of_calls()))
    hub.does(partial(add_unit, setting=name, unit=unit("Main", beds("G1", count=0))))
    (home,) = hub.desk.ask(lambda queries: queries.round_of_calls())
    assert home.asked == "4 vacancies declared: which beds are they?"
    hub.clock.plus(hours=1)
    answer = CapacityReturn(reported_at=hub.clock.now, accepting=True, vacancies=4)
    hub.does(partial(record_capacity_return, setting=name, report=answer))
    assert free_in(hub, name) == {"G1": 4}
    assert not any(home.asked for home in hub.desk.ask(lambda queries: queries.round_of_calls()))


def test_an_import_by_type_is_taken_back_whole(hub: AHub) -> None:
    name = hub.setting("Oak", unit("Main", beds("D1", category="dementia_nursing")), cqc_id=OAK)
    hub.clock.plus(hours=1)
    text = LONG.replace("10/11/2026 09:15", "16/11/2020 08:30").encode()
    done = import_file(hub.desk, kind=FileKind.BED_TYPES, source=text, by=hub.coordinator)
    assert free_in(hub, name) == {"D1": 2}
    back = partial(take_back_import, group=done.report.group, reason="Of another hub")
    hub.does(back)
    standing = hub.desk.ask(lambda queries: queries.latest_return(name))
    assert standing is not None
    assert not standing.types


@pytest.mark.parametrize(
    ("figures", "free"),
    [
        ({"max_capacity": 3}, 3),
        ({"max_capacity": 3, "used_beds": 3}, 0),
        ({"max_capacity": 3, "reserved": 1, "not_admittable": 1}, 1),
        ({"max_capacity": 0}, 0),
        ({"used_beds": 40}, 10),
        ({}, 10),
    ],
)
def test_a_type_has_no_more_free_than_beds_are_there_however_few_figures_are_given(
    figures: dict[str, int], free: int
) -> None:
    said = BedTypeSaid(category="dementia_nursing", accepting=10, **figures)
    assert of_type(said)[0] == free
    assert bool(of_type(said)[1]) is (free < 10)


def test_beds_known_to_be_in_use_count_though_one_type_says_nothing_of_its_own(hub: AHub) -> None:
    said = (
        BedTypeSaid(category="dementia_nursing", accepting=0, used_beds=5),
        BedTypeSaid(category="general_residential", accepting=4),
    )
    report = CapacityReturn(reported_at=hub.clock.now, vacancies=4, types=said)
    assert careful(report, registered=5).most == 0
    assert careful(report, registered=7).most == 2
    assert careful(report, registered=None).most == 4


def test_vacancies_of_a_type_that_the_hub_knows_no_beds_of_are_none_of_another_types(hub: AHub) -> None:
    name = hub.setting("Oak", unit("Main", beds("G1", count=2)), cqc_id=OAK)
    hub.clock.plus(hours=1)
    types = (BedTypeSaid(category="general_nursing", accepting=2),)
    report = CapacityReturn(reported_at=hub.clock.now, accepting=True, vacancies=2, types=types)
    hub.does(partial(record_capacity_return, setting=name, report=report))
    assert free_in(hub, name) == {"G1": 0}
