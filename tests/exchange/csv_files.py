"""CSV files as the tests of each kind send them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from discharge.exchange.table_file import Columns


def csv_file(columns: Columns, *rows: Mapping[str, str], more: tuple[str, ...] = ()) -> bytes:
    """A file with every column of its kind, and those in `more`; a cell that a row doesn't give is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, (*columns.required, *columns.optional, *more), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
