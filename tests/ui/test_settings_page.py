"""The Settings page over a real hub: the list, the detail, and every form that it opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from discharge.actions.capacity_returns import record_capacity_return
from discharge.actions.people import add_user
from discharge.actions.placements import approve
from discharge.actions.settings import amend_setting, register_setting, set_beds
from discharge.model.people import How, Role
from discharge.model.setting import Beds, Free, Span
from discharge.model.setting_record import CapacityAge, CapacityReturn, Contract, SettingDetails
from discharge.model.shown.settings import SettingPage, SettingRow
from discharge.rules.may import roles_there
from discharge.words.days import day_words
from tests.ui.conftest import MakeServices
from tests.ui.planning_hub import COVID, NOW, TODAY, Hub, Stand, propose, sits
from tests.ui.table_pages import detail_words, link, pick
from ui.settings.beds import BedsForm, RemoveBedsForm, UnitForm
from ui.settings.capacity_return import CapacityReturnForm
from ui.settings.form import SettingForm
from ui.settings.joining import JoinForm, PartForm
from ui.settings.page import SettingsPage
from ui.settings.state import (
    CloseForm,
    DesignateForm,
    EndDesignationForm,
    EndOutbreakForm,
    OpenForm,
    OutbreakForm,
    RiskForm,
)
from ui.theme.palette import Tone
from ui.theme.theme import Theme
from ui.widgets.day_strip import DayStrip

PAGE = SettingsPage

At = Callable[..., Stand]
MANAGER = {
    "given_name": "Pat Quinn",
    "given_role": "registered manager",
    "given_how": How.PHONE,
    "given_number": "020 7946 0100",
}


def page_of(desk: Stand) -> SettingsPage:
    assert isinstance(desk.page, SettingsPage)
    return desk.page


def row_of(desk: Stand, name: str) -> SettingRow:
    return next(row for row in page_of(desk).model.rows() if row.name == name)


def setting(desk: Stand, name: str) -> SettingPage:
    return desk.ask(lambda queries: queries.setting(name))


def status_of(desk: Stand, name: str, column: str) -> tuple[str, Tone]:
    found = next(each for each in page_of(desk).model.columns if each.key == column)
    assert found.status is not None
    status = found.status(row_of(desk, name))
    assert status is not None
    return status.word, status.tone


# --- the list ---------------------------------------------------------------------------------


@pytest.mark.whole
def test_the_list_says_what_is_free_and_how_far_that_can_be_trusted(at: At, hub: Hub) -> None:
    hub.clock.plus(hours=100)
    with hub.open() as other:
        report = CapacityReturn(reported_at=hub.clock(), accepting=True)
        limes = next(row.id for row in other.ask(lambda q: q.settings()) if row.name == "The Limes")
        other.perform(partial(record_capacity_return, setting=limes, report=report), by=hub.coordinator)
    desk = at()
    assert status_of(desk, "The Limes", "return") == ("Fresh · 0 m", Tone.DONE)
    assert status_of(desk, "Elm Lodge", "return") == ("Stale · 4 d", Tone.WAITING)
    assert status_of(desk, "Yew Grange", "admissions") == ("Closed", Tone.DANGER)
    assert status_of(desk, "The Limes", "isolation") == ("2 designated", Tone.DONE)
    hub.clock.plus(days=40)
    desk.place.changed.emit(frozenset({"settings"}))
    desk.settle()
    assert status_of(desk, "Elm Lodge", "return") == ("Expired · 44 d", Tone.DANGER)


def test_filters_find_free_isolating_stale_and_closed_settings(look_at: At, hub: Hub) -> None:
    desk = look_at()
    page = page_of(desk)

    def shown(*chips: str) -> set[str]:
        page.chips.set_on(list(chips))
        return {row.name for row in page.model.shown()}

    assert shown("type/hot_home") == {"The Limes"}
    assert shown("can/designated") == {"The Limes"}
    assert shown("can/accepts") == {"The Limes"}
    assert shown("trouble/closed") == {"Yew Grange"}
    assert shown("return/stale", "return/lapsed") == set()
    assert shown("type/care_home", "can/free") == {"Elm Lodge", "Abbey Court", "Yew Grange"}
    page.show_all()
    page.look_for("havering elm")
    assert {row.name for row in page.model.shown()} == {"Elm Lodge"}


@pytest.mark.whole
def test_without_settings_the_page_offers_the_directory(
    empty_hub: Hub, make_services: MakeServices, qtbot: Any
) -> None:
    desk = sits(PAGE, empty_hub, make_services, qtbot)()
    page = page_of(desk)
    assert page._stack.currentWidget() is page._empty
    assert page.empty_words()[2] == "import.homes"


@pytest.mark.whole
def test_the_detail_shows_beds_night_by_night(look_at: At) -> None:
    desk = look_at()
    pick(desk, "The Limes")
    said = detail_words(desk)
    assert "Isolates in own rooms: 0 of 2 isolation places taken tonight" in said
    assert "Designated since Mon 2 Nov, open-ended, by Sam Reid; CQC assured Fri 30 Oct" in said
    strips = page_of(desk).detail.findChildren(DayStrip)
    assert [strip.counts()[0] for strip in strips] == [2, 0]
    assert strips[0].sentence() == "2 free from Mon 16 Nov"
    assert "Capacity returns" in said


# --- register and amend -----------------------------------------------------------------------


@pytest.mark.whole
def test_a_setting_is_registered_and_its_unit_and_beds_after_it(at: At) -> None:
    desk = at()
    desk.do("setting.new")
    form = desk.form(SettingForm)
    form.ask_to_save()
    assert form.message() == "Name is missing."
    desk.save(
        form, name="Rose House", type="care_home", cqc_id="1-555000111", local_authority="Havering",
        accepts_organisms=[COVID], needs_met=["hoist"], other_needs="language:pl", age_min=65,
        phone="020 7946 0200",
    )  # fmt: skip
    row = page_of(desk).current()
    assert row is not None
    assert (row.name, row.capacity_age) == ("Rose House", CapacityAge.NONE)
    assert setting(desk, row.id).details.needs_met == ("hoist", "language:pl")
    assert status_of(desk, "Rose House", "return") == ("No return", Tone.UNKNOWN)
    assert desk.commands.why_not("setting.no_change") == "There is no capacity return to confirm. Record one."
    desk.undo()  # the button that goes on: its first unit
    unit = desk.form(UnitForm)
    assert unit.field("cohort_organism").isHidden()
    unit.field("id").set_value("Rowan")
    unit.field("isolation").set_value("rooms")
    assert not unit.field("isolation_places").isHidden()
    unit.field("isolation_places").set_value(2)
    unit.ask_to_save()
    desk.settle()
    desk.undo()  # and its first beds
    beds = desk.form(BedsForm)
    assert beds.unit.value() == "Rowan"
    beds.field("id").set_value("Ground floor")
    beds.field("category").set_value("general_nursing")
    beds.field("room").set_value("ensuite")
    beds.field("free").set_value((Free(start=TODAY, count=2), Free(start=TODAY + timedelta(days=3), count=1)))
    beds.ask_to_save()
    desk.settle()
    units = setting(desk, row.id).units
    assert [(each.id, each.isolation_places) for each in units] == [("Rowan", 2)]
    assert units[0].beds[0].free_tonight == 2
    strip = page_of(desk).detail.findChildren(DayStrip)[0]
    assert strip.counts()[:4] == [2, 2, 2, 3]
    desk.undo()
    assert setting(desk, row.id).units[0].beds == ()


@pytest.mark.whole
def test_a_location_that_is_there_already_is_refused_while_one_types(at: At) -> None:
    desk = at()
    desk.do("setting.new")
    desk.save(desk.form(SettingForm), name="Rose House", type="care_home", cqc_id="1-555000111")
    desk.do("setting.new")
    form = desk.form(SettingForm)
    desk.settle()
    form.field("cqc_id").set_value("1-555000111")
    assert form.field("cqc_id").problem() == "A setting with this CQC location id is there already."
    form.field("cqc_id").set_value("1_555")
    assert "is not a CQC location id" in form.field("cqc_id").problem()
    form.field("cqc_id").set_value(None)
    form.reject()


@pytest.mark.whole
def test_a_setting_is_amended_and_the_amendment_taken_back(at: At) -> None:
    desk = at()
    name = pick(desk, "Elm Lodge")
    desk.do("setting.edit")
    form = desk.form(SettingForm)
    assert form.field("weekly_fee").value() == 950
    form.field("registered_manager").set_value("Ruth Coyle")
    form.field("max_admissions_per_day").set_value(2)
    form.ask_to_save()
    desk.settle()
    assert setting(desk, name).details.registered_manager == "Ruth Coyle"
    assert "Ruth Coyle" in detail_words(desk)
    desk.undo()
    assert setting(desk, name).details.max_admissions_per_day is None


@pytest.mark.whole
def test_the_buildings_number_that_no_form_shows_stays_when_a_home_is_amended(at: At, hub: Hub) -> None:
    with hub.open() as opened:
        names = opened.ask(lambda queries: queries.setting_names())
        elm = next(each for each, called in names.items() if called == "Elm Lodge")
        amend = partial(amend_setting, setting=elm, changes={"uprn": "10000000001"})
        opened.perform(amend, by=hub.coordinator)
    desk = at()
    name = pick(desk, "Elm Lodge")
    desk.do("setting.edit")
    form = desk.form(SettingForm)
    form.field("registered_manager").set_value("Ruth Coyle")
    form.ask_to_save()
    desk.settle()
    details = setting(desk, name).details
    assert (details.registered_manager, details.uprn) == ("Ruth Coyle", "10000000001")


@pytest.mark.whole
def test_ages_and_coordinates_that_cannot_be_are_refused(look_at: At) -> None:
    desk = look_at()
    pick(desk, "Elm Lodge")
    desk.do("setting.edit")
    form = desk.form(SettingForm)
    form.field("age_min").set_value(65)
    form.field("age_max").set_value(60)
    form.ask_to_save()
    assert form.message() == "The greatest age lies below the least one."
    form.field("age_max").set_value(99)
    form.field("latitude").set_value(None)
    form.ask_to_save()
    assert form.message() == "Give both latitude and longitude, or neither."


@pytest.mark.whole
def test_a_unit_is_amended_from_its_place_in_the_detail(at: At) -> None:
    desk = at()
    name = pick(desk, "The Limes")
    link(desk, "Amend unit hot").click()
    desk.settle()
    form = desk.form(UnitForm)
    assert form.field("isolation").value() == "rooms"
    form.field("isolation_places").set_value(3)
    form.ask_to_save()
    desk.settle()
    assert setting(desk, name).units[0].isolation_places == 3
    desk.undo()
    assert setting(desk, name).units[0].isolation_places == 2


@pytest.mark.whole
def test_beds_are_taken_out_with_a_reason_and_put_back(at: At) -> None:
    desk = at()
    name = pick(desk, "Elm Lodge")
    desk.do("setting.beds_remove")
    form = desk.form(RemoveBedsForm)
    form.field("which").set_value(0)
    form.ask_to_save()
    assert form.message() == "Why is missing."
    desk.save(form, which=0, reason="Closed for repair")
    assert setting(desk, name).units[0].beds == ()
    assert desk.commands.why_not("setting.beds_remove") == "It has no beds on record."
    desk.undo()
    assert setting(desk, name).units[0].beds[0].free_tonight == 3


@pytest.mark.whole
def test_beds_say_who_commissions_them_and_until_when(at: At) -> None:
    desk = at()
    name = pick(desk, "Elm Lodge")
    desk.do("setting.beds")
    form = desk.form(BedsForm)
    assert form.contract_start.isHidden()
    form.set_values({"contract": "block"})
    form.set_values({"contract_start": date(2020, 4, 1), "contract_end": date(2020, 3, 1)})
    form.ask_to_save()
    assert form.message() == "The contract would end before it starts."
    desk.save(form, contract_end=date(2021, 3, 31))
    bought = setting(desk, name).units[0].beds[0].contract
    assert bought == Contract(kind="block", start=date(2020, 4, 1), end=date(2021, 3, 31))
    assert "block contract from 1 April 2020 to 31 March 2021" in detail_words(desk)
    desk.undo()
    assert setting(desk, name).units[0].beds[0].contract == Contract()


# --- capacity ---------------------------------------------------------------------------------


@pytest.mark.whole
def test_a_capacity_return_by_group_makes_the_beds_free(at: At) -> None:
    desk = at()
    name = pick(desk, "Elm Lodge")
    desk.do("setting.return")
    form = desk.form(CapacityReturnForm)
    assert form.field("reported_at").value() == NOW
    assert form.field("given_number").value() == "020 7946 0100"
    form.field("free.0").set_value((Free(start=TODAY, count=1),))
    form.field("vacancies").set_value(0)
    said = "\n".join(each.text() for each in form.findChildren(QLabel))
    assert "1 bed free by group, where only 0 were declared: taken as 0 at most." in said
    form.field("vacancies").set_value(None)
    form.field("given_name").set_value("Pat Quinn")
    form.ask_to_save()
    assert form.message() == "Say in which role they gave their word."
    form.field("given_role").set_value("registered manager")
    form.ask_to_save()
    desk.settle()
    found = setting(desk, name)
    assert found.returns[0].report.vacancies == 1
    assert found.returns[0].given is not None
    assert found.units[0].beds[0].free_tonight == 1
    assert "1 vacancy" in detail_words(desk)


@pytest.mark.whole
def test_lines_of_one_group_add_up_and_say_so_and_no_beds_now_is_one_press(at: At) -> None:
    desk = at()
    name = pick(desk, "Elm Lodge")
    desk.do("setting.return")
    form = desk.form(CapacityReturnForm)
    later, soon = TODAY + timedelta(3), Free(start=TODAY, count=1)
    form.field("free.0").set_value((soon, Free(start=TODAY, end=later, count=2), Free(start=later, count=4)))
    assert form.sum.text() == (f"3 beds free tonight, 5 from {day_words(later)}. Lines of one group add up.")
    form.none_now.click()
    assert form.field("free.0").value() == (Free(start=later, count=4),)
    assert form.sum.text() == f"0 beds free tonight, 4 from {day_words(later)}."
    desk.save(form)
    assert setting(desk, name).row.beds_free == 0


@pytest.mark.whole
def test_a_return_that_says_only_a_number_raises_no_bed_of_several(at: At) -> None:
    desk = at()
    name = pick(desk, "The Limes")
    desk.do("setting.return")
    form = desk.form(CapacityReturnForm)
    form.field("by_group").set_value(False)
    assert form.field("free.0").isHidden()
    desk.save(form, by_group=False, vacancies=9)
    found = setting(desk, name)
    assert found.units[0].beds[0].free_tonight == 2
    assert found.vacancies_unsplit == 7
    assert "7 vacancies declared in no group of beds on record" in detail_words(desk)


@pytest.mark.whole
def test_a_return_that_contradicts_itself_is_said_in_the_form_and_on_the_setting(at: At) -> None:
    desk = at()
    name = pick(desk, "Elm Lodge")
    desk.do("setting.return")
    form = desk.form(CapacityReturnForm)
    form.set_values({"max_capacity": 40, "used_beds": 40, "vacancies": 5, "by_group": False})
    said = "\n".join(each.text() for each in form.findChildren(QLabel))
    assert "5 vacancies, where 40 beds less 40 in use leave 0: taken as 0." in said
    desk.save(form)
    assert setting(desk, name).row.beds_free == 0
    assert "The return contradicts itself: 5 vacancies" in detail_words(desk)


@pytest.mark.whole
def test_no_change_is_one_key_and_makes_the_return_fresh(at: At, hub: Hub, qtbot: Any) -> None:
    hub.clock.plus(hours=100)
    desk = at()
    name = pick(desk, "Elm Lodge")
    assert row_of(desk, "Elm Lodge").capacity_age is CapacityAge.STALE
    window = page_of(desk).window()
    window.addAction(desk.commands.action("setting.no_change"))
    window.activateWindow()
    page_of(desk).table.setFocus()
    qtbot.waitUntil(page_of(desk).table.hasFocus)
    qtbot.keyClick(page_of(desk).table, Qt.Key.Key_F6)
    desk.settle()
    assert row_of(desk, "Elm Lodge").capacity_age is CapacityAge.FRESH
    assert setting(desk, name).returns[0].no_change
    assert page_of(desk).table.hasFocus()
    desk.undo()
    assert row_of(desk, "Elm Lodge").capacity_age is CapacityAge.STALE


@pytest.mark.whole
def test_a_return_recorded_by_mistake_is_taken_back(at: At) -> None:
    desk = at()
    name = pick(desk, "Elm Lodge")
    before = setting(desk, name)
    desk.do("setting.return")
    desk.save(desk.form(CapacityReturnForm), by_group=False, vacancies=0)
    assert setting(desk, name).units[0].beds[0].free_tonight == 0
    offered = desk.said[-1][1]
    assert offered is not None
    assert offered.word == "Take back"
    desk.undo()
    after = setting(desk, name)
    assert (after.units, after.returns) == (before.units, before.returns)


# --- standing ---------------------------------------------------------------------------------


def test_an_outbreak_is_declared_assessed_and_ended(at: At) -> None:
    desk = at()
    name = pick(desk, "Elm Lodge")
    assert desk.commands.why_not("setting.risk") == "No outbreak is on record."
    desk.do("setting.outbreak")
    form = desk.form(OutbreakForm)
    assert form.organism.value() == COVID
    desk.save(form)
    assert status_of(desk, "Elm Lodge", "admissions") == ("Outbreak", Tone.DANGER)
    assert "Outbreak of COVID-19: takes nobody but a returning resident" in detail_words(desk)
    desk.do("setting.risk")
    risk = desk.form(RiskForm)
    risk.ask_to_save()
    assert risk.message().startswith("Say who assessed it.")
    desk.save(risk, note="One floor only", **MANAGER)
    assert status_of(desk, "Elm Lodge", "admissions") == ("Assessed", Tone.WAITING)
    assert desk.commands.why_not("setting.risk") == "The outbreak is assessed already."
    desk.do("setting.outbreak_over")
    desk.save(desk.form(EndOutbreakForm))
    assert not setting(desk, name).outbreaks
    desk.undo()
    assert setting(desk, name).outbreaks


@pytest.mark.whole
def test_of_two_outbreaks_the_form_asks_which_and_the_other_still_stands(at: At) -> None:
    desk = at()
    name = pick(desk, "Elm Lodge")
    for organism in (COVID, "norovirus"):
        desk.do("setting.outbreak")
        desk.save(desk.form(OutbreakForm), organism=organism)
    assert status_of(desk, "Elm Lodge", "admissions") == ("Outbreak", Tone.DANGER)
    desk.do("setting.outbreak")
    offered = desk.form(OutbreakForm).organism
    listed = {offered.editor.itemText(at) for at in range(offered.editor.count())}
    assert listed
    assert not {"COVID-19", "Norovirus"} & listed
    desk.form(OutbreakForm).reject()
    desk.do("setting.risk")
    desk.save(desk.form(RiskForm), organism="norovirus", **MANAGER)
    assert status_of(desk, "Elm Lodge", "admissions") == ("Outbreak", Tone.DANGER)
    assert "For COVID-19 no risk is assessed" in detail_words(desk)
    desk.do("setting.outbreak_over")
    over = desk.form(EndOutbreakForm)
    over.ask_to_save()
    assert over.message(), "which of the two is over has to be chosen"
    desk.save(over, organism="norovirus")
    assert [one.organism for one in setting(desk, name).outbreaks] == [COVID]
    assert status_of(desk, "Elm Lodge", "admissions") == ("Outbreak", Tone.DANGER)


def test_admissions_are_closed_with_a_reason_and_opened(at: At) -> None:
    desk = at()
    name = pick(desk, "Elm Lodge")
    assert desk.commands.why_not("setting.reopen") == "It is open to admissions."
    desk.do("setting.close")
    desk.save(desk.form(CloseForm), reason="Too few staff until Friday")
    assert "Too few staff until Friday" in detail_words(desk)
    assert desk.commands.why_not("setting.close") == "It is closed to admissions."
    desk.do("setting.reopen")
    desk.save(desk.form(OpenForm))
    assert setting(desk, name).row.admissions == "open"
    desk.undo()
    assert setting(desk, name).admissions_reason == "Too few staff until Friday"


@pytest.mark.whole
def test_a_setting_whose_return_takes_nobody_is_opened_on_somebodys_word_alone(at: At, hub: Hub) -> None:
    desk = at()
    name = pick(desk, "Elm Lodge")
    desk.do("setting.return")
    desk.save(desk.form(CapacityReturnForm), accepting=False)
    assert setting(desk, name).row.admissions == "closed"
    hub.clock.plus(hours=1)
    desk.do("setting.reopen")
    form = desk.form(OpenForm)
    form.ask_to_save()
    assert form.message().startswith("Say who was spoken to.")
    desk.save(form, **MANAGER)
    assert setting(desk, name).row.admissions == "open"


def test_a_lead_designates_a_unit_on_the_directors_word(at: At, hub: Hub) -> None:
    desk = at(hub.lead)
    name = pick(desk, "Elm Lodge")
    assert desk.commands.why_not("setting.designate") == "None of its units can isolate (rule R1)."
    name = pick(desk, "The Limes")
    desk.do("setting.undesignate")
    desk.save(desk.form(EndDesignationForm), on=TODAY, reason="Assurance lapsed")
    assert setting(desk, name).row.designated_units == 0
    desk.do("setting.designate")
    form = desk.form(DesignateForm)
    assert form.field("given_role").value() == "director of adult social services"
    form.field("assured_on").set_value(date(2020, 11, 16))
    form.field("from").set_value(date(2020, 11, 10))
    form.field("given_name").set_value("Sam Reid")
    form.ask_to_save()
    assert form.message().startswith("A designation can't begin before the CQC's assurance.")
    form.field("assured_on").set_value(date(2020, 11, 9))
    form.field("to").set_value(date(2021, 3, 31))
    form.ask_to_save()
    desk.settle()
    unit = setting(desk, name).units[0]
    assert unit.designated == Span(start=date(2020, 11, 10), end=date(2021, 3, 31))
    assert unit.designated_by is not None
    assert unit.designated_by.name == "Sam Reid"
    assert "Designated since Tue 10 Nov until Wed 31 Mar 2021" in detail_words(desk)


@pytest.mark.whole
def test_a_director_designates_by_their_own_word_and_is_asked_for_nobodys(at: At, hub: Hub) -> None:
    with hub.open() as store:
        made = store.perform(partial(add_user, name="Dee Reed", roles=[Role.DASS]), by=hub.coordinator)
        director = store.sign_in(made.first)
    desk = at(director)
    name = pick(desk, "The Limes")
    desk.do("setting.undesignate")
    desk.save(desk.form(EndDesignationForm), on=TODAY, reason="Assurance lapsed")
    desk.do("setting.designate")
    form = desk.form(DesignateForm)
    assert form.given is None
    desk.save(form, assured_on=date(2020, 11, 9), **{"from": date(2020, 11, 10)})
    by = setting(desk, name).units[0].designated_by
    assert (by and by.name, by and by.role) == ("Dee Reed", "director of adult social services")


@pytest.mark.whole
def test_only_a_dass_designates_and_a_lead_until_the_hub_has_one(at: At, hub: Hub) -> None:
    desk = at(hub.clinician)
    pick(desk, "The Limes")
    assert desk.commands.why_not("setting.designate") == "Only a DASS or an LA lead may do this."
    desk.sign_in(hub.lead)
    assert desk.commands.why_not("setting.designate") == ""
    desk.commands.set_there(roles_there([hub.lead, hub.lead.model_copy(update={"roles": {Role.DASS}})]))
    assert desk.commands.why_not("setting.designate") == "Only a DASS may do this."
    assert desk.commands.why_not("setting.undesignate") == ""
    desk.sign_in(hub.clinician)
    assert "Only" in desk.commands.why_not("setting.new")
    assert desk.commands.why_not("setting.outbreak") == ""


def test_beds_of_a_setting_without_a_return_that_holds_are_not_painted_as_free(look: Theme) -> None:
    sure, unsure = (DayStrip([2], first=TODAY, theme=look, counts_now=known) for known in (True, False))
    assert sure.sentence().startswith("2 free from")
    assert unsure.sentence().startswith("2 free if its return held from")
    grounds = []
    for strip in (sure, unsure):
        strip.resize(40, 40)
        picture = strip.grab().toImage()
        grounds.append(picture.pixelColor(4, 34))
        strip.deleteLater()
    assert grounds == [look.ground(Tone.DONE), look.ground(Tone.UNKNOWN)]


def test_what_placements_hold_is_taken_off_the_nights_it_is_held(theme: Theme, qtbot: Any) -> None:
    strip = DayStrip([2, 2, 1, 0], first=TODAY, theme=theme, held=[0, 1, 1, 0])
    qtbot.addWidget(strip)
    assert strip.counts() == [2, 1, 0, 0]
    assert strip.sentence() == (
        "2 free from Mon 16 Nov, 1 free and 1 held from Tue 17 Nov, 0 free and 1 held from Wed 18 Nov, "
        "0 free from Thu 19 Nov"
    )
    assert strip.accessibleName() == strip.sentence()
    strip.show()
    assert not strip.grab().isNull()


def test_a_night_on_which_more_is_held_than_free_stands_in_red(look: Theme) -> None:
    strip = DayStrip([1, 0], first=TODAY, theme=look, held=[1, 1])
    unsure = DayStrip([0], first=TODAY, theme=look, held=[1], counts_now=False)
    assert strip.sentence() == (
        "0 free and 1 held from Mon 16 Nov, 0 free and 1 held, 1 too many from Tue 17 Nov"
    )
    assert strip.first_over() == TODAY + timedelta(days=1)
    assert unsure.first_over() is None, "nobody has said that none is free"
    strip.resize(80, 40)
    picture = strip.grab().toImage()
    assert [picture.pixelColor(at, 30) for at in (4, 40)] == [
        look.ground(Tone.WAITING),
        look.ground(Tone.DANGER),
    ]
    strip.deleteLater()
    unsure.deleteLater()


@pytest.mark.whole
def test_a_bed_that_was_taken_from_under_somebody_is_said_with_the_home(at: At, hub: Hub) -> None:
    with hub.open() as other:
        placement = propose(other, hub.coordinator, "P-0001")["P-0001"]
        other.perform(partial(approve, placement=placement), by=hub.lead)
        row = other.ask(lambda q: q.placement(placement)).row
        home = other.ask(lambda q: q.setting(row.current.setting))
        group = next(
            each
            for unit in home.units
            for each in unit.beds
            if (unit.id, each.id) == (row.current.unit, row.current.beds)
        )
        none = Beds(id=group.id, category=group.category, room=group.room, sex=group.sex, free=())
        other.perform(
            partial(set_beds, setting=home.row.id, unit=row.current.unit, beds=none), by=hub.coordinator
        )
    desk = at()
    pick(desk, row.current.setting_name)
    said = detail_words(desk)
    assert f"Held for {row.patient_name} from" in said
    assert placement not in said.split("History")[0]
    assert "More are held than free from" in said


@pytest.mark.whole
def test_a_home_that_never_made_a_return_is_not_open_and_unknown_isolation_is_not_none(
    at: At, hub: Hub
) -> None:
    with hub.open() as other:
        details = SettingDetails(name="Silent House", type="care_home", local_authority="Havering")
        other.perform(partial(register_setting, details=details), by=hub.coordinator)
    desk = at()
    assert status_of(desk, "Silent House", "admissions") == ("No return yet", Tone.UNKNOWN)
    assert status_of(desk, "Silent House", "isolation") == ("Not known", Tone.UNKNOWN)
    pick(desk, "Silent House")
    assert "takes nobody (rule N8)" in detail_words(desk)


@pytest.mark.whole
def test_two_entries_of_one_home_are_made_one_and_parted_again(at: At, hub: Hub) -> None:
    with hub.open() as other:
        details = SettingDetails(name="Elm Lodge", type="care_home", cqc_id="1-999000009")
        twin = other.perform(partial(register_setting, details=details), by=hub.coordinator).first
    desk = at()
    elm = next(row.id for row in page_of(desk).model.rows() if row.name == "Elm Lodge" and row.id != twin)
    page_of(desk).pick(elm)
    desk.settle()
    desk.do("setting.join")
    desk.save(desk.form(JoinForm), other=twin, reason="taken over")
    assert [row.id for row in page_of(desk).model.rows() if row.name == "Elm Lodge"] == [elm]
    assert setting(desk, elm).details.cqc_id == "1-999000009"
    assert twin in detail_words(desk)
    desk.do("setting.part")
    desk.save(desk.form(PartForm), reason="two after all")
    assert len([row for row in page_of(desk).model.rows() if row.name == "Elm Lodge"]) == 2
