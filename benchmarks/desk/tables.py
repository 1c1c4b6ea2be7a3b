"""A keystroke in the search and a click on a header, on 15,000 rows: our model against Qt's own proxy.

Each is timed from the call until the table has painted what it shows. Qt's QSortFilterProxyModel stands over
items that Qt keeps itself, and over our own model, which it has to ask through Python.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QAbstractItemModel, QSortFilterProxyModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTableView

from benchmarks.timing import tell, timed
from ui.models.table import Column, RowsModel

ROWS = 15_000
TYPED = ("o", "oa", "oak", "oak l", "oak", "oa", "o", "", "9", "97", "")
"""The search's text after each keystroke, going there and back."""
SORTED = (0, 2, 3, 1)
"""Columns sorted by, one after another: each up, then down."""
NAMES = ("Oak Lodge", "Elm House", "The Limes", "Abbey Court", "Yew Grange", "St Anne's", "Rose Villa")
TOWNS = ("Havering", "Redbridge", "Kent", "Medway", "Leeds", "York", "Bath", "Hull", "Derby")


@dataclass(frozen=True, slots=True)
class Row:
    """A home as a row."""

    key: str
    name: str
    town: str
    beds: int
    phone: str


COLUMNS: tuple[Column[Row], ...] = (
    Column(key="name", title="Name", text=lambda row: row.name),
    Column(key="town", title="Authority", text=lambda row: row.town),
    Column(key="beds", title="Beds", text=lambda row: str(row.beds), sort=lambda row: row.beds),
    Column(key="phone", title="Phone", text=lambda row: row.phone),
)


def rows() -> list[Row]:
    """The same made-up homes each time, in no order."""
    return [
        Row(
            key=f"S-{at:05d}",
            name=f"{NAMES[at * 31 % len(NAMES)]} {at * 7919 % ROWS}",
            town=TOWNS[at * 17 % len(TOWNS)],
            beds=at * 37 % 120,
            phone=f"020 7946 {at * 7 % 10_000:04d}",
        )
        for at in range(ROWS)
    ]


Table = tuple[QAbstractItemModel, Callable[[str], None], Callable[[int, Qt.SortOrder], None]]
"""A model, how to look for a text in it, how to sort it."""


def ours(found: Sequence[Row]) -> Table:
    """Our model, as the pages use it."""
    model = RowsModel(COLUMNS, key=lambda row: row.key)
    model.reload(model.prepare(found))
    return model, model.look_for, model.sort


def over_items(found: Sequence[Row]) -> Table:
    """Qt's proxy over Qt's own items."""
    items = QStandardItemModel(0, len(COLUMNS))
    for row in found:
        cells = [QStandardItem(column.words(row)) for column in COLUMNS]
        cells[2].setData(row.beds, Qt.ItemDataRole.UserRole)
        for cell in (cells[0], cells[1], cells[3]):
            cell.setData(cell.text(), Qt.ItemDataRole.UserRole)
        items.appendRow(cells)
    return _proxy(items, int(Qt.ItemDataRole.UserRole))


def over_ours(found: Sequence[Row]) -> Table:
    """Qt's proxy over our model."""
    from ui.models.table import SORT_ROLE

    model = ours(found)[0]
    return _proxy(model, SORT_ROLE)


def _proxy(source: QAbstractItemModel, role: int) -> Table:
    proxy = QSortFilterProxyModel()
    proxy.setSourceModel(source)
    source.setParent(proxy)
    proxy.setFilterKeyColumn(-1)
    proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    proxy.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    proxy.setSortRole(role)
    return proxy, proxy.setFilterFixedString, proxy.sort


def measured(table: Table, *, runs: int) -> dict[str, object]:
    """Milliseconds until painted: medians and the longest, of keystrokes and of sorts; rows shown at last."""
    model, look_for, sort = table
    view = QTableView()
    view.setModel(model)
    view.resize(1200, 800)
    view.show()
    _settle()
    keys, sorts, counts = [], [], []
    for _ in range(runs):
        for text in TYPED:
            keys.append(timed(partial(_done, look_for, text))[0])
            counts.append(model.rowCount())
        for column in SORTED:
            for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
                sorts.append(timed(partial(_done, sort, column, order))[0])
    view.close()
    return {
        "key_ms": 1000 * statistics.median(keys),
        "key_longest_ms": 1000 * max(keys),
        "sort_ms": 1000 * statistics.median(sorts),
        "sort_longest_ms": 1000 * max(sorts),
        "counts": counts[: len(TYPED)],
    }


def _done(work: Callable[..., object], *arguments: object) -> None:
    work(*arguments)
    _settle()


def _settle() -> None:
    """Let Qt do what it has put off, painting too."""
    QApplication.sendPostedEvents()
    QApplication.processEvents()


def main(runs: int) -> None:
    """Measure all three."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    found = rows()
    makers = {"ours": ours, "QSortFilterProxyModel": over_items, "the same over our model": over_ours}
    tell({name: measured(make(found), runs=runs) for name, make in makers.items()})
    application.quit()


if __name__ == "__main__":
    main(int(sys.argv[1]))
