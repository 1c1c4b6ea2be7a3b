"""A download of 1.7 million postcodes becomes the file beside a hub, against the least that could be done:
the same rows by `csv` and `executemany` into one table, their metres as they stand.

python -m benchmarks.postcodes [ROWS]
"""

from __future__ import annotations

import csv
import io
import random
import string
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.timing import peak_mb, tell
from discharge.exchange.postcode_files import PostcodeSource
from discharge.store import driver
from discharge.store.file import postcodes

ROWS = 1_700_000
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"[:9]


def rows_of(area: str, chance: random.Random) -> Iterator[str]:
    """The rows of one made-up area, as Code-Point Open writes them."""
    for district in range(1, 24):
        for sector in range(8):
            for first in LETTERS:
                for last in LETTERS:
                    east, north = chance.randrange(200_000, 600_000), chance.randrange(100_000, 600_000)
                    postcode = f"{area}{district}".ljust(4) + f"{sector}{first}{last}"
                    yield f'"{postcode}",10,{east},{north},"E92000001","","","","E09000026","E05000001"\n'


def made(path: Path, rows: int) -> int:
    """A synthetic download of at least so many rows; how many it has."""
    chance, count = random.Random(1), 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("Doc/metadata.txt", "COPYRIGHT DATE: 20260804\n")
        for at in range(26 * 26):
            area = string.ascii_uppercase[at // 26] + string.ascii_uppercase[at % 26]
            if count >= rows or area == "BT":
                continue
            table = list(rows_of(area, chance))
            archive.writestr(f"Data/CSV/{area.lower()}.csv", "".join(table))
            count += len(table)
    return count


def peer(download: Path, path: Path) -> float:
    """Seconds for the least: the same rows and columns, nothing looked at."""
    begun = time.perf_counter()
    connection = driver.connect(path, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE p (postcode TEXT PRIMARY KEY, e INT, n INT, county TEXT, district TEXT)")
    connection.execute("BEGIN")
    with zipfile.ZipFile(download) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                with archive.open(name) as raw:
                    reader = csv.reader(io.TextIOWrapper(raw, "utf-8", newline=""))
                    connection.executemany(
                        "INSERT INTO p VALUES (?, ?, ?, ?, ?)",
                        ((row[0], row[2], row[3], row[7], row[8]) for row in reader),
                    )
    connection.execute("COMMIT")
    connection.close()
    return time.perf_counter() - begun


def main(rows: int) -> None:
    """Measures and tells."""
    with tempfile.TemporaryDirectory(prefix="postcodes-") as folder:
        download = Path(folder) / "download.zip"
        count = made(download, rows)
        before = peak_mb()
        begun = time.perf_counter()
        source = PostcodeSource(download)
        kept = postcodes.keep(
            Path(folder) / "a.hub",
            source.batches(),
            edition=lambda: source.edition,
            allowed=lambda _edition: None,
        )
        seconds = time.perf_counter() - begun
        peak = peak_mb()
        least = peer(download, Path(folder) / "peer.sqlite")
        kept_bytes = (Path(folder) / postcodes.FILE).stat().st_size
        peer_bytes = (Path(folder) / "peer.sqlite").stat().st_size
    tell(
        {
            "rows": count,
            "kept": kept.postcodes,
            "seconds": round(seconds, 2),
            "peer_seconds": round(least, 2),
            "ratio": round(seconds / least, 2),
            "more_memory_mb": None if peak is None or before is None else round(peak - before, 1),
            "file_mb": round(kept_bytes / 1e6, 1),
            "peer_file_mb": round(peer_bytes / 1e6, 1),
        }
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
