"""Downloads of postcodes are read whatever their headings, a row at a time, and none is dropped unsaid."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from discharge.exchange.grid import latitude_longitude
from discharge.exchange.postcode_files import PostcodeSource, Stored, is_postcode_file
from discharge.model.errors import BrokenFile
from tests.beside import FOLDER
from tests.exchange.postcode_downloads import (
    BARNSLEY_BEFORE,
    KENT,
    LONG_HEADINGS,
    MAIDSTONE,
    NSPL_AUGUST,
    NSPL_MAY,
    code_point,
    code_point_open,
    lines,
    looked_up,
    nspl,
    zipped,
)


def read(path: Path) -> tuple[PostcodeSource, dict[str, Stored]]:
    source = PostcodeSource(path)
    return source, {row[0]: row for batch in source.batches() for row in batch}


@pytest.mark.parametrize(
    ("east", "north", "latitude", "longitude"),
    [
        (530_000, 180_000, 51.503991, -0.128354),
        (258_000, 55_000, 50.377708, -3.998444),
        (429_774, 433_888, 53.800448, -1.549431),
    ],
)
def test_the_grid_gives_the_published_places(
    east: int, north: int, latitude: float, longitude: float
) -> None:
    found = latitude_longitude([east], [north])
    assert found[0][0] == pytest.approx(latitude, abs=2e-6)
    assert found[1][0] == pytest.approx(longitude, abs=2e-6)


@pytest.mark.beside("data/postcode_outcodes_uk.csv")
def test_the_grid_agrees_with_the_places_of_all_outward_codes() -> None:
    with (FOLDER / "data/postcode_outcodes_uk.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["country"] in ("ENG", "WLS", "SCT")]
    rows = [row for row in rows if int(row["eastings"]) and int(row["northings"])]
    latitude, longitude = latitude_longitude(
        [int(row["eastings"]) for row in rows], [int(row["northings"]) for row in rows]
    )
    off = np.hypot(
        (latitude - [float(row["latitude"]) for row in rows]) * 111_000,
        (longitude - [float(row["longitude"]) for row in rows]) * 65_000,
    )
    assert len(rows) > 2_000
    assert np.median(off) < 120, "metres: the file's own are rounded to a hundred"


def test_code_point_open_is_read_from_its_zip(tmp_path: Path) -> None:
    path = code_point_open(
        tmp_path / "codepo_gb.zip",
        code_point("ZZ1 1AA"),
        code_point("ZZ1 1AB", 576_000, 155_000, district=MAIDSTONE, county=KENT),
        code_point("ZZ10 1AD", 0, 0, quality=90),
        code_point("ZZ1 1AE", district=BARNSLEY_BEFORE),
        code_point("ZZ1 1AF", district="S12000033"),
        '"not one",10,1,1,"","","","","",""',
    )
    source, found = read(path)
    assert source.edition.words == "Code-Point Open, August 2026"
    assert "Open Government Licence" in source.edition.licence
    _, latitude, longitude, code, ended = found["ZZ11AA"]
    assert (latitude / 1e6, longitude / 1e6) == pytest.approx((51.5635, 0.0764), abs=1e-3)
    assert (code, ended) == ("E09000026", None)
    assert found["ZZ11AB"][3] == KENT, "the county has the duty, not the district"
    assert found["ZZ11AE"][3] == "E08000038", "a former code of the same area"
    assert found["ZZ11AF"][3] is None, "no authority of England"
    counted = source.counted
    assert (counted.read, counted.taken, counted.without_place, counted.not_understood) == (6, 4, 1, 1)
    said = " ".join(counted.sentences())
    assert "1 postcode left out: the file has no place for them." in said
    assert "not one" in said


@pytest.mark.parametrize("header", [NSPL_MAY, NSPL_AUGUST, LONG_HEADINGS])
def test_the_lookup_is_read_by_old_new_and_long_headings(tmp_path: Path, header: str) -> None:
    rows = [
        looked_up("ZZ1 1AA", header=header),
        looked_up("ZZ1 1AB", 51.267, 0.521, header=header, district=MAIDSTONE, county=KENT, ended="202001"),
        looked_up("ZZ10 1AD", 99.999999, 0.0, header=header, ended="202001"),
        looked_up("BT99 9ZZ", 54.6, -5.9, header=header),
        looked_up("ZZ1 1AC", "", "", header=header, begun="202511"),
    ]
    path = tmp_path / "postcodes.csv"
    path.write_text(lines(rows, header), encoding="utf-8-sig", newline="")
    source, found = read(path)
    assert found == {
        "ZZ11AA": ("ZZ11AA", 51_563_000, 74_000, "E09000026", None),
        "ZZ11AB": ("ZZ11AB", 51_267_000, 521_000, KENT, 202001),
    }
    counted = source.counted
    assert (counted.read, counted.taken, counted.ended) == (5, 2, 1)
    assert (counted.without_place, counted.northern_ireland) == (2, 1)
    assert source.edition.day is not None
    assert f"{source.edition.day:%Y-%m}" == "2025-11", "the newest month in it, where its name doesn't say"


@pytest.mark.parametrize(
    "row",
    [
        looked_up("ZZ1 1AC", 51.5, 530_000), looked_up("ZZ1 1AC", 51.5, "inf"),
        looked_up("ZZ1 1AC", 0.1, 51.5), looked_up("ZZ1 1AC", "nan", 0.1),
    ],
)  # fmt: skip
def test_a_postcode_somewhere_else_than_in_great_britain_is_left_out_and_counted(
    tmp_path: Path, row: str
) -> None:
    path = tmp_path / "postcodes.csv"
    path.write_text(lines([looked_up("ZZ1 1AA"), row], NSPL_AUGUST), encoding="utf-8", newline="")
    source, found = read(path)
    assert list(found) == ["ZZ11AA"]
    assert source.counted.without_place + source.counted.not_understood == 1


def test_a_postcode_in_small_letters_is_read_and_one_at_the_grids_corner_has_no_place(
    tmp_path: Path,
) -> None:
    path = tmp_path / "postcodes.csv"
    path.write_text("pcds,oseast1m,osnrth1m,laua\nzz1 1aa,544000,187000,\nZZ1 1AB,0,0,\n", encoding="utf-8")
    source, found = read(path)
    assert (list(found), source.counted.without_place) == (["ZZ11AA"], 1)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NSPL21_AUG_2022_UK.csv", "National Statistics Postcode Lookup, August 2022"),
        ("ONS_Postcode_Directory_(November_2025).csv", "ONS Postcode Directory, November 2025"),
        ("National_Statistics_Postcode_Lookup_UK_(May_2025).csv",
         "National Statistics Postcode Lookup, May 2025"),
    ],
)  # fmt: skip
def test_the_edition_is_as_the_files_name_says_it(tmp_path: Path, name: str, words: str) -> None:
    path = tmp_path / name
    path.write_text(lines([looked_up("ZZ1 1AA", begun="202001")], NSPL_AUGUST), encoding="utf-8", newline="")
    source, _ = read(path)
    assert (source.edition.words, list(source.how_dated())) == (words, [])


def test_an_edition_that_only_its_newest_postcode_dates_says_so(tmp_path: Path) -> None:
    path = tmp_path / "postcodes.csv"
    path.write_text(lines([looked_up("ZZ1 1AA", begun="202511")], NSPL_AUGUST), encoding="utf-8", newline="")
    source, _ = read(path)
    (said,) = source.how_dated()
    assert said.endswith("taken as of November 2025, the month of its newest postcode.")


def test_a_zip_with_the_whole_and_its_parts_is_read_once(tmp_path: Path) -> None:
    source, found = read(nspl(tmp_path / "nspl.zip", looked_up("ZZ1 1AA"), looked_up("ZZ1 1AB")))
    assert source.edition.words == "National Statistics Postcode Lookup, August 2026"
    assert source.says_when
    assert source.counted.read == len(found) == 2


def test_the_latest_of_two_years_of_an_authority_counts(tmp_path: Path) -> None:
    path = tmp_path / "ONSPD_NOV_2025_UK.csv"
    header = "pcds,doterm,lad25cd,lad26cd,cty25cd,lat,long"
    row = '"ZZ1 1AA","","E06000023","E09000026","E99999999",51.5,0.1'
    path.write_text(lines([row], header), encoding="utf-8", newline="")
    source, found = read(path)
    assert found["ZZ11AA"][3] == "E09000026"
    assert source.edition.words == "ONS Postcode Directory, November 2025"


def test_one_area_as_it_was_unpacked_brings_those_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "Data" / "CSV"
    folder.mkdir(parents=True)
    (tmp_path / "Doc").mkdir()
    (tmp_path / "Doc" / "metadata.txt").write_text("COPYRIGHT DATE: 20250501", encoding="utf-8")
    (folder / "zz.csv").write_text(lines([code_point("ZZ1 1AA")]), encoding="utf-8")
    (folder / "zy.csv").write_text(lines([code_point("ZY1 1AA")]), encoding="utf-8")
    for path in (folder / "zz.csv", tmp_path):
        source, found = read(path)
        assert set(found) == {"ZZ11AA", "ZY11AA"}
        assert source.edition.words == "Code-Point Open, May 2025"


def test_other_files_are_no_postcodes(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("name,postcode,latitude,ward\nAda,ZZ1 1AA,51,4B\n", encoding="utf-8")
    book = zipped(tmp_path / "list.xlsx", xl__workbook_xml="<workbook/>")
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    for path in (people, book, empty, tmp_path / "nothing.csv"):
        assert not is_postcode_file(path)


def test_what_is_wrong_with_the_file_is_said(tmp_path: Path) -> None:
    whole = nspl(tmp_path / "nspl.zip", *(looked_up(f"ZZ1 {at}AA") for at in range(10)))
    broken = tmp_path / "cut.zip"
    broken.write_bytes(whole.read_bytes()[:-200])
    nowhere = tmp_path / "nowhere.csv"
    nowhere.write_text(lines([looked_up("ZZ1 1AA", "", "")], NSPL_AUGUST), encoding="utf-8")
    quote = tmp_path / "quote.csv"
    quote.write_text(f'{NSPL_AUGUST}\n"ZZ1{"x" * 140_000}', encoding="utf-8")
    for path, says in ((broken, "postcodes"), (nowhere, "no postcode with a place"), (quote, "quote")):
        with pytest.raises(BrokenFile) as refused:
            read(path)
        assert says in str(refused.value)
        assert refused.value.faults[0].mend


def test_reading_stops_when_asked(tmp_path: Path) -> None:
    path = nspl(tmp_path / "nspl.zip", looked_up("ZZ1 1AA"))

    def stop(_done: int, _total: int) -> None:
        raise KeyError("stop")

    with pytest.raises(KeyError):
        list(PostcodeSource(path, progress=stop).batches())
