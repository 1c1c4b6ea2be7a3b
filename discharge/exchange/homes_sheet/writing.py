"""The homes sheet out of the hub, filled with what is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from discharge.exchange.csv_writing import csv_text
from discharge.exchange.homes_sheet.as_written import as_of_today, span_words, written
from discharge.exchange.homes_sheet.columns import OF_HOME, OF_UNIT, ORDER
from discharge.exchange.homes_sheet.homes import SheetHome


def write_sheet(homes: Sequence[SheetHome], *, today: date) -> bytes:
    """The sheet of these homes, filled with what the hub knows; a home without units has a row to fill in.

    No cell is taken for a formula by a spreadsheet; reading it again finds nothing new.
    """
    rows = ([cells.get(name, "") for name in ORDER] for home in homes for cells in _rows_of(home, today))
    return csv_text(ORDER, rows).encode("utf-8-sig")


def _rows_of(home: SheetHome, today: date) -> Iterator[dict[str, str]]:
    details = home.details
    whole = {
        "home": details.cqc_id or home.id,
        "name": details.name,
        "local_authority": details.local_authority or "",
        **{column: written(getattr(details, name)) for column, name in OF_HOME.items()},
    }
    if not home.units:
        yield whole
    for unit in home.units:
        of_unit = whole | {"unit": unit.id}
        of_unit |= {column: written(getattr(unit, name)) for column, name in OF_UNIT.items()}
        if not unit.beds:
            yield of_unit
        for beds in unit.beds:
            contract = home.contract(unit.id, beds.id)
            now, later = as_of_today(beds.free, today)
            yield of_unit | {
                "beds": beds.id,
                "category": beds.category,
                "room": beds.room,
                "sex": beds.sex,
                "free": str(now),
                "free_later": "; ".join(map(span_words, later)),
                "as_of": written(home.as_of.get((unit.id, beds.id))),
                "commissioned": contract.kind or "",
                "contract_from": written(contract.start),
                "contract_to": written(contract.end),
            }
