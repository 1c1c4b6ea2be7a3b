"""The morning load: a whole register, a large workbook, tomorrow's list; each in a process of its own.

The register is held against `sqlite-utils insert --csv` of the same file, which only copies it; tomorrow's
list against today's, which is all new.

python -m benchmarks.imports register|workbook|list
"""

from __future__ import annotations

import csv
import io
import random
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.cases import SHARED
from benchmarks.goals import Goal, ratio
from benchmarks.processes import Answer, Facts, ask
from benchmarks.timing import peak_mb, tell, timed
from discharge.actions.desk import Desk
from discharge.actions.exchange import import_file, preview
from discharge.actions.file_kinds import FileKind
from discharge.exchange.report import ImportReport

DIRECTORY = SHARED / "data" / "care_homes_england_2021.csv"
NOW = datetime(2020, 11, 17, 8, tzinfo=UTC)

WORKBOOK_ROWS, WORKBOOK_COLUMNS = 60_000, 122
WORKBOOK_LIMIT_MB = 300.0
PEOPLE, CHANGED = 500, 40
REGISTER_LIMIT = 15.0
"""By the bare copy: every row is judged, held against the hub, entered in the journal and sealed."""


def imports() -> Facts:
    """All three, as plain data."""
    return {what: _facts(ask("benchmarks.imports", what)) for what in MEASURED}


def imports_goals(found: Facts) -> list[Goal]:
    """A register in a bearable time, little memory, tomorrow's list quicker than today's."""
    register, workbook, people = (found[what] for what in MEASURED)
    return [
        Goal(
            "England's register by `sqlite-utils insert --csv` of the same file",
            ratio(register.get("import_s"), register.get("copy_s")),
            REGISTER_LIMIT,
            "x",
            register.get("left_out", ""),
        ),
        Goal(
            f"peak memory of a workbook of {WORKBOOK_ROWS:,} rows by {WORKBOOK_COLUMNS} columns",
            workbook.get("peak_mb"),
            WORKBOOK_LIMIT_MB,
            " MB",
            workbook.get("left_out", ""),
        ),
        Goal(
            f"tomorrow's list of {PEOPLE} with {CHANGED} changes by today's, all new",
            ratio(people.get("tomorrow_s"), people.get("today_s")),
            1.0,
            "x",
            people.get("left_out", ""),
        ),
    ]


def _facts(answer: Answer) -> Facts:
    return answer.facts if answer.there else {"left_out": answer.why}


def register(folder: Path) -> Facts:
    """The whole register into an empty hub, and again; and the bare copy of the same file."""
    if not DIRECTORY.is_file():
        return {"left_out": "the public data is not beside the project"}
    copying = [sys.executable, "-m", "sqlite_utils", "insert", str(folder / "copy.db"), "homes"]
    copy_s, _ = timed(lambda: subprocess.run([*copying, str(DIRECTORY), "--csv"], check=True))
    with Desk.open(folder / "Bench.hub", clock=lambda: NOW) as desk:
        jo = desk.found(hub="All of England", name="Jo Marsh")
        import_s, done = timed(
            lambda: import_file(desk, kind=FileKind.CQC, source=DIRECTORY, by=jo, take_good_rows=True)
        )
        again_s, again = timed(lambda: preview(desk, kind=FileKind.CQC, source=DIRECTORY))
    return {
        "copy_s": round(copy_s, 3),
        "import_s": round(import_s, 3),
        "again_s": round(again_s, 3),
        "read": done.report.read,
        "new": done.report.new,
        "same_again": again.same,
        "peak_mb": peak_mb(),
    }


def workbook(folder: Path) -> Facts:
    """A register's workbook, checked row by row; it is written by another process."""
    file = folder / "register.xlsx"
    subprocess.run([sys.executable, "-m", "benchmarks.imports", "write", str(file)], check=True)
    with Desk.open(folder / "Bench.hub", clock=lambda: NOW) as desk:
        desk.found(hub="All of England", name="Jo Marsh")
        before = peak_mb()
        seconds, report = timed(lambda: preview(desk, kind=FileKind.CQC, source=file))
    return {
        "seconds": round(seconds, 2),
        "read": report.read,
        "new": report.new,
        "before_mb": before,
        "peak_mb": peak_mb(),
        "file_mb": round(file.stat().st_size / 1e6, 1),
    }


BANDS = (
    "Older People", "Dementia", "Learning disabilities or autistic spectrum disorder", "Mental Health",
    "Children 0-18 years", "Physical Disability", "Sensory Impairment", "Younger Adults",
)  # fmt: skip
HEADER = (
    "Location ID", "Location HSCA start date", "Dormant (Y/N)", "Care home?", "Location Name",
    "Location Telephone Number", "Registered manager", "Care homes beds", "Location Type/Sector",
    "Location Latest Overall Rating", "Location Region", "Location Local Authority",
    "Location Street Address", "Location City", "Location Postal Code", "Location Latitude",
    "Location Longitude", "Provider ID", "Provider Name",
    "Service type - Care home service with nursing", "Service type - Care home service without nursing",
    *(f"Service user band - {band}" for band in BANDS),
)  # fmt: skip


def write_workbook(file: Path) -> None:
    """A workbook of so many rows and columns, four of five of them no care home, as in the register."""
    chance = random.Random(20201117)
    more = [f"Service type - {at}" for at in range(WORKBOOK_COLUMNS - len(HEADER))]
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>')
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="HSCA_Active_Locations" '
            'sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{main}"><sheetData>'.encode())
            sheet.write(_row([*HEADER, *more]))
            for at in range(WORKBOOK_ROWS):
                sheet.write(_row([*_home(at, chance), *(chance.choice(("", "", "Y")) for _ in more)]))
            sheet.write(b"</sheetData></worksheet>")


def _row(values: list[str]) -> bytes:
    cells = (f'<c t="inlineStr"><is><t>{value}</t></is></c>' if value else "<c/>" for value in values)
    return f"<row>{''.join(cells)}</row>".encode()


def _home(at: int, chance: random.Random) -> Iterator[str]:
    care_home = "Y" if at % 4 == 0 else "N"
    beds = str(chance.randrange(4, 90)) if care_home == "Y" else "0"
    yield from (
        f"1-9{at:09}", "01/10/2010", "N", care_home, f"House {at}", f"01632 960{at % 1000:03}", "A Manager",
        beds, "Social Care Org", "Good", "London", "Havering", f"{at} High Street", "Romford", "ZZ1 1AA",
        f"{51.5 + at / 1e6:.6f}", f"{0.1 + at / 1e6:.6f}", f"1-8{at % 9000:09}", f"Provider {at % 9000}",
        "", "Y", "Y", *("" for _ in BANDS[1:]),
    )  # fmt: skip


def people(folder: Path) -> Facts:
    """Today's list, all new; tomorrow's with some changed, first previewed, then taken."""
    today, tomorrow = _ward_list(changed=0), _ward_list(changed=CHANGED)
    now = NOW
    with Desk.open(folder / "Bench.hub", clock=lambda: now) as desk:
        jo = desk.found(hub="Bench", name="Jo Marsh")
        today_s, first = timed(lambda: import_file(desk, kind=FileKind.PATIENTS, source=today, by=jo))
        now += timedelta(days=1)
        preview_s, seen = timed(lambda: preview(desk, kind=FileKind.PATIENTS, source=tomorrow))
        tomorrow_s, second = timed(lambda: import_file(desk, kind=FileKind.PATIENTS, source=tomorrow, by=jo))
    return {
        "today_s": round(today_s, 3),
        "preview_s": round(preview_s, 3),
        "tomorrow_s": round(tomorrow_s, 3),
        "new": first.report.new,
        "seen": {"changed": _changed(seen), "same": seen.same, "faults": seen.faults},
        "changed": _changed(second.report),
    }


def _changed(report: ImportReport) -> int:
    return sum(bool(row.changes) for row in report.rows)


def _ward_list(*, changed: int) -> bytes:
    """So many people; of tomorrow's list some have another ward."""
    held = io.StringIO()
    rows = csv.writer(held)
    rows.writerow(
        ["name", "nhs_number", "born", "sex", "hospital", "ward", "pathway", "priority", "ready_on",
         "care_level", "specialism", "local_authority", "organism", "test_result", "specimen_at",
         "reported_at"]
    )  # fmt: skip
    for at, number in zip(range(PEOPLE), _numbers(), strict=False):
        ward = f"Ward {at % 12}" if at >= changed else "Another ward"
        rows.writerow(
            [f"Person Number{at}", number, f"19{20 + at % 40}-0{1 + at % 9}-11", "F" if at % 2 else "M",
             "RF4QH", ward, "P3", 1 + at % 4, "2020-11-16", "residential", "general", "Havering",
             "sars-cov-2", "negative", "16/11/2020 09:30", "16/11/2020 19:30"]
        )  # fmt: skip
    return held.getvalue().encode()


def _numbers() -> Iterator[str]:
    """NHS numbers of the range that no person has, with their check digit."""
    for at in range(999_000_000, 1_000_000_000):
        digits = str(at)
        check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 11
        if check != 10:
            yield f"{digits}{0 if check == 11 else check}"


MEASURED = {"register": register, "workbook": workbook, "list": people}


def main() -> int:
    """Measure one of them, or write the workbook for it."""
    if sys.argv[1] == "write":
        write_workbook(Path(sys.argv[2]))
        return 0
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        tell(MEASURED[sys.argv[1]](Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
