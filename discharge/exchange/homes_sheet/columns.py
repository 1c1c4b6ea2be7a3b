"""The columns of the homes sheet, and the words that their cells may hold."""

from __future__ import annotations

from collections.abc import Mapping

from discharge.exchange.cells import word
from discharge.exchange.table_file import Columns
from discharge.model.setting import BedSex, Category, Isolation, Room
from discharge.model.setting_record import Commissioning
from discharge.words import terms

NOUN = "homes sheet"
COLUMNS = Columns(
    noun=NOUN,
    required=("home", "unit", "isolation", "category", "room"),
    optional=(
        "name",
        "local_authority",
        "isolation_places",
        "cohort_organism",
        "unit_needs",
        "beds",
        "sex",
        "free",
        "free_later",
        "as_of",
        "commissioned",
        "contract_from",
        "contract_to",
        "weekly_fee",
        "accepts",
        "home_needs",
        "phone",
        "email",
        "contact",
    ),
    also={
        "CQC location ID": "home",
        "Location ID": "home",
        "home name": "name",
        "cohort": "cohort_organism",
        "group": "beds",
        "fee": "weekly_fee",
        "accepted organisms": "accepts",
        "telephone": "phone",
        "e-mail": "email",
    },
)
ORDER = (
    "home", "name", "local_authority", "unit", "isolation", "isolation_places", "cohort_organism",
    "unit_needs", "beds", "category", "room", "sex", "free", "free_later", "as_of", "commissioned",
    "contract_from", "contract_to", "weekly_fee", "accepts", "home_needs", "phone", "email", "contact",
)  # fmt: skip
"""The columns as they are written."""
NONE = "none"
OF_HOME = {
    "weekly_fee": "weekly_fee",
    "accepts": "accepts_organisms",
    "home_needs": "needs_met",
    "phone": "phone",
    "email": "email",
    "contact": "contact",
}
"""Columns that say something of the whole home, with the field of its record."""
OF_UNIT = {
    "isolation": "isolation",
    "isolation_places": "isolation_places",
    "cohort_organism": "cohort_organism",
    "unit_needs": "needs_met",
}
"""Columns that say something of the whole unit, with its field."""
EMPTY: Mapping[str, object] = {
    "weekly_fee": None,
    "accepts": (),
    "home_needs": (),
    "phone": "",
    "email": "",
    "contact": "",
    "isolation_places": None,
    "cohort_organism": None,
    "unit_needs": (),
}
"""What `none` in a column makes of its field."""
ISOLATIONS: Mapping[str, Isolation] = {
    **{word(said): code for code, said in terms.ISOLATIONS.items()},
    "none": "none",
    "no": "none",
    "rooms": "rooms",
    "own_rooms": "rooms",
    "own_room": "rooms",
    "cohort": "cohort",
    "together": "cohort",
}
"""By words as `cells.word` makes them; so with those below."""
CATEGORIES: Mapping[str, Category] = {
    **{word(said): code for code, said in terms.CATEGORIES.items()},
    **{code: code for code in terms.CATEGORIES},
    "transitional_care": "transitional",
    "transitional_short_stay_services": "transitional",
    "young_physically_disabled": "ypd",
    "ypd_young_physically_disabled": "ypd",
}
ROOMS: Mapping[str, Room] = {
    **{word(said): code for code, said in terms.ROOMS.items()},
    **{code: code for code in terms.ROOMS},
}
SEXES: Mapping[str, BedSex] = {
    **{word(said): code for code, said in terms.BED_SEXES.items()},
    **{code: code for code in terms.BED_SEXES},
    "mixed": "any",
    "f": "female",
    "m": "male",
}
COMMISSIONED: Mapping[str, Commissioning] = {"block": "block", "framework": "framework", "spot": "spot"}
