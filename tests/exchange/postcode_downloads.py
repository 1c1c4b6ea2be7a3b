"""Downloads of postcodes in the shapes that they are published in; every postcode in them is made up."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

NSPL_MAY = (
    "pcd,pcd2,pcds,dointr,doterm,usertype,oseast1m,osnrth1m,osgrdind,oa21,cty,ced,laua,ward,nhser,ctry,rgn,pcon,"
    "ttwa,itl,park,lsoa21,msoa21,wz11,sicbl,bua24,ruc21,oac11,lat,long,lep1,lep2,pfa,imd,icb"
)
NSPL_AUGUST = (
    "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,oa21cd,cty26cd,ced25cd,lad26cd,wd26cd,nhser24cd,"
    "ctry26cd,rgn26cd,pcon24cd,ttwa15cd,itl25cd,npark16cd,lsoa21cd,msoa21cd,wz11cd,sicbl26cd,bua24cd,ruc21ind,"
    "oac21ind,lat,long,lep21cd1,lep21cd2,pfa23cd,imd25ind,icb26cd"
)
LONG_HEADINGS = (
    "Postcode (7 char),Postcode (8 char),Postcode (e-GIF),Date of Introduction,Date of Termination,"
    "Postcode User Type,National Grid Reference (Easting),National Grid Reference (Northing),"
    "County Code (2025),Local Authority District Code (2025),Latitude,Longitude"
)
_SAME = {
    "pcd": ("pcd7", "Postcode (7 char)"),
    "pcds": ("Postcode (e-GIF)",),
    "dointr": ("Date of Introduction",),
    "doterm": ("Date of Termination",),
    "oseast1m": ("east1m", "National Grid Reference (Easting)"),
    "osnrth1m": ("north1m", "National Grid Reference (Northing)"),
    "cty": ("cty26cd", "County Code (2025)"),
    "laua": ("lad26cd", "Local Authority District Code (2025)"),
    "lat": ("Latitude",),
    "long": ("Longitude",),
}
"""The other names of a column."""
REDBRIDGE, BRISTOL, MAIDSTONE, KENT = "E09000026", "E06000023", "E07000110", "E10000016"
BARNSLEY_BEFORE = "E08000016"


def code_point(
    postcode: str, east: int = 544_000, north: int = 187_000, *, district: str = REDBRIDGE, county: str = "",
    quality: int = 10,
) -> str:  # fmt: skip
    """A row of Code-Point Open, padded to seven characters as it is there."""
    outward, inward = postcode.split(" ")
    first = f'"{outward:<4}{inward}",{quality},{east},{north},"E92000001"'
    return f'{first},"","","{county}","{district}","E05000001"'


def looked_up(
    postcode: str, latitude: object = 51.563, longitude: object = 0.074, *, header: str = NSPL_AUGUST,
    district: str = REDBRIDGE, county: str = "E99999999", ended: str = "", begun: str = "198001",
) -> str:  # fmt: skip
    """A row of NSPL, or of the geoportal's long headings."""
    outward, inward = postcode.split(" ")
    cells = {
        "pcds": postcode, "pcd": f"{outward:<4}{inward}", "dointr": begun, "doterm": ended, "cty": county,
        "laua": district, "oseast1m": "544000", "osnrth1m": "187000", "lat": str(latitude),
        "long": str(longitude),
    }  # fmt: skip
    cells |= {other: cells[name] for name, others in _SAME.items() for other in others}
    return ",".join(f'"{cells.get(name, "")}"' for name in header.split(","))


def zipped(path: Path, **members: str) -> Path:
    """A zip of these members, named as `Data/CSV/zz.csv` is by `Data__CSV__zz_csv`."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            *folders, file = name.split("__")
            archive.writestr("/".join([*folders, file.replace("_csv", ".csv").replace("_txt", ".txt")]), text)
    return path


def lines(rows: Iterable[str], header: str = "") -> str:
    """A table of these rows."""
    return "".join(f"{row}\r\n" for row in ([header] if header else []) + list(rows))


def code_point_open(path: Path, *rows: str, day: str = "20260804") -> Path:
    """A download of Code-Point Open with one area."""
    return zipped(
        path,
        Doc__metadata_txt=f"ORDNANCE SURVEY\nPRODUCT: Code-Point Open\nCOPYRIGHT DATE: {day}\n",
        Doc__Code_Point_Open_Column_Headers_csv="PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\nPostcode,Quality,E,N,C,R,L,C,D,W\n",
        Data__CSV__zz_csv=lines(rows),
    )


def nspl(path: Path, *rows: str, header: str = NSPL_AUGUST, when: str = "AUG_2026") -> Path:
    """A download of the National Statistics Postcode Lookup: the whole, and its parts once more."""
    table = "\ufeff" + lines(rows, header)
    return zipped(
        path,
        **{
            f"Data__NSPL_{when}_UK_csv": table,
            f"Data__multi_csv__NSPL_{when}_UK_ZZ_csv": table,
            "Documents__LA_UA_names_and_codes_csv": "LAD26CD,LAD26NM\nE09000026,Redbridge\n",
        },
    )
