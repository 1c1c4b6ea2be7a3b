"""What the hub has already, as those who read files hold them against it."""

from __future__ import annotations

from datetime import datetime

from discharge.exchange.capacity_tracker import KnownReturns
from discharge.exchange.homes_sheet.homes import KnownSheet, SheetHome
from discharge.exchange.known_people import KnownHub, KnownPerson, leads_of
from discharge.exchange.register.homes import KnownHome
from discharge.model.london import london_date
from discharge.model.patient_record import LeaveReason
from discharge.model.setting import Unit
from discharge.model.setting_record import Contract
from discharge.rules.authorities import key
from discharge.store.ask.provenance import ByHand, Provenance
from discharge.store.ask.queries import Queries
from discharge.words.days import day_words


def known_sheet(queries: Queries) -> KnownSheet:
    contracts: dict[str, dict[tuple[str, str], Contract]] = {}
    as_of: dict[str, dict[tuple[str, str], datetime]] = {}
    for (setting, unit, beds), kept in queries.group_records().items():
        if kept.contract != Contract():
            contracts.setdefault(setting, {})[unit, beds] = kept.contract
        if kept.as_of is not None:
            as_of.setdefault(setting, {})[unit, beds] = kept.as_of
    details, units = queries.all_setting_details(), queries.all_units()
    waiting = {change.subject: change.fee for change in queries.waiting_changes()}
    homes = tuple(
        SheetHome(
            row.id,
            details[row.id],
            units[row.id],
            contracts.get(row.id, {}),
            as_of.get(row.id, {}),
            waiting.get(row.id),
        )
        for row in queries.settings()
    )
    return KnownSheet(homes, frozenset(queries.rules().organisms), queries.today)


def known_homes(queries: Queries) -> dict[str, KnownHome]:
    """By CQC location id; a home that was registered without one by its setting's id."""
    details, people = queries.all_setting_details(), queries.who_is_in()
    units, rows = queries.all_units(), queries.settings()
    free = {row.id: row.beds_left for row in rows}
    states = queries.register_states()
    ids = {
        row.id: row.id
        for row in rows
        if details[row.id].cqc_id is None and details[row.id].type in ("care_home", "hot_home")
    }
    return {
        cqc_id: KnownHome(
            name,
            details[name],
            free=free.get(name, 0),
            groups=tuple(beds.free for unit in units.get(name, ()) for beds in unit.beds),
            people=people.get(name, ()),
            left=states[name].left if name in states else None,
            decided=states[name].decided if name in states else None,
        )
        for cqc_id, name in {**ids, **queries.setting_ids_by_cqc()}.items()
    }


def known_returns(queries: Queries) -> tuple[KnownReturns, dict[str, tuple[Unit, ...]]]:
    registered = {
        name: one.registered_beds
        for name, one in queries.all_setting_details().items()
        if one.registered_beds is not None
    }
    known = KnownReturns(queries.setting_ids_by_cqc(), queries.latest_returns(), registered)
    return known, queries.all_units()


def known_hub(queries: Queries) -> KnownHub:
    records, wrote = queries.all_people(), queries.who_wrote()
    nobody = Provenance()
    names = {user.id: user.name for user in queries.people()}
    people = []
    for name, person in records.items():
        whole = queries.survivor(name) if person.left_reason == LeaveReason.MERGED.value else name
        one, seen = records[whole], frozenset(person.facts.observations)
        by = wrote.get(whole, nobody)
        people.append(
            KnownPerson(
                whole,
                # a record that became a part of another names the whole, whose details count
                one.details if whole == name else person.details,
                seen if whole == name else frozenset(one.facts.observations),
                one.left_reason is not None,
                mistaken=one.left_reason == LeaveReason.ENTERED_BY_MISTAKE.value,
                placed=bool(queries.active_of(whole)) if one.left_reason is None else False,
                imported=by.imported or wrote.get(name, nobody).imported,
                by_hand={field: _by_whom(last) for field, last in by.by_hand.items()},
                seen_by_hand={each: _by_whom(last) for each, last in by.seen_by_hand.items()},
                withdrawn=frozenset(by.withdrawn),
                known_as=wrote.get(name, nobody).known_as,
                lead_name=names.get(one.details.named_lead or "", ""),
                whole=None if whole == name else one.details,
            )
        )
    by_id = {name.upper(): queries.whole(name) for name in queries.setting_names()}
    organisms = frozenset(queries.rules().organisms)
    areas = frozenset(key(one.local_authority) for one in queries.settings()) - {""}
    return KnownHub(
        people, by_id | queries.setting_ids_by_cqc(), organisms, areas=areas, leads=leads_of(queries.people())
    )


def _by_whom(last: ByHand) -> str:
    return f"{last.name} on {day_words(london_date(last.at))}"
