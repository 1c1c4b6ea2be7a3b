"""The columns of the CQC's care directory with filters: into which every other form is read."""

from __future__ import annotations

from discharge.exchange.table_file import Columns

NOUN = "CQC directory"

_SERVICE, _BAND = "Service type - Care home service ", "Service user band - "
NURSING, RESIDENTIAL = f"{_SERVICE}with nursing", f"{_SERVICE}without nursing"
CHILDREN = f"{_BAND}Children 0-18 years"
DEMENTIA = f"{_BAND}Dementia"
LEARNING = f"{_BAND}Learning disabilities or autistic spectrum disorder"
MENTAL = f"{_BAND}Mental Health"
OLDER = f"{_BAND}Older People"
PHYSICAL = f"{_BAND}Physical Disability"
SENSORY = f"{_BAND}Sensory Impairment"
YOUNGER = f"{_BAND}Younger Adults"
BANDS = (CHILDREN, DEMENTIA, LEARNING, MENTAL, OLDER, PHYSICAL, SENSORY, YOUNGER)

ID, NAME, IS_HOME, AUTHORITY = "Location ID", "Location Name", "Care home?", "Location Local Authority"
BEDS, RATING, PROVIDER = "Care homes beds", "Location Latest Overall Rating", "Provider Name"
ODS, PHONE, MANAGER = "Location ODS Code", "Location Telephone Number", "Registered manager"
ADDRESS = ("Location Street Address", "Location Address Line 2", "Location City", "Location County")
POSTCODE, LATITUDE, LONGITUDE = "Location Postal Code", "Location Latitude", "Location Longitude"
UPRN, DORMANT = "Location UPRN ID", "Dormant (Y/N)"
END, STATUS = "Location HSCA End Date", "Location Status"
DUAL, PRIMARY = "Location Dual Registered", "Primary ID (Dual registration locations)"
BEFORE, AFTER = "HSCA Predecessor", "HSCA Successor"
"""The ids of the locations that it followed, and that follow it: the API alone says so."""

COLUMNS = Columns(
    noun=NOUN,
    required=(ID, NAME, IS_HOME, AUTHORITY, NURSING, RESIDENTIAL, *BANDS),
    optional=(
        BEDS,
        ODS,
        PHONE,
        RATING,
        *ADDRESS,
        POSTCODE,
        LATITUDE,
        LONGITUDE,
        END,
        DORMANT,
        MANAGER,
        PROVIDER,
        UPRN,
        DUAL,
        PRIMARY,
    ),
    also={
        "Location Postcode": POSTCODE,
        "Location Post Code": POSTCODE,
        "Dormant": DORMANT,
        "Location UPRN": UPRN,
        "Primary ID": PRIMARY,
    },
    ignored=(
        "num_values_found",
        "num_values_found.1",
        "occupancy_mean",
        "%occupancy_mean",
        "probability_mean",
        "occupancy_std",
        "%occupancy_std",
        "probability_std",
        "occupancy_mean_filled",
        "occupancy_imputed",
    ),
    ignored_because="an estimate of occupancy is not a capacity return",
    most_named=8,
)
