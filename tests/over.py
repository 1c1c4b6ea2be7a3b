"""One test over a long table whose rows are looked at in a moment: all are tried, and those that fail named.

A test of its own for each row costs more than what it looks at.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any


def over(
    names: str,
    table: Iterable[Any],
    *,
    called: Callable[..., str] = lambda *row: ", ".join(map(str, row)),
    ids: Iterable[str] | None = None,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """As `parametrize`, but one test: the parameters of those names are a row's, all others are fixtures.

    Fixtures are the same for all rows, so they mustn't keep what one of them did. Raises an `ExceptionGroup`
    with what came of each row that fails, under its name in `ids` or the one that `called` gives it.
    """
    columns = [name.strip() for name in names.split(",")]
    rows = [tuple(row) if len(columns) > 1 else (row,) for row in table]
    assert rows, "a table without a row says nothing"
    called_so = list(ids) if ids is not None else [called(*row) for row in rows]

    def one(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def tried(**fixtures: Any) -> None:
            failed = []
            for row, name in zip(rows, called_so, strict=True):
                try:
                    test(**dict(zip(columns, row, strict=True)), **fixtures)
                except Exception as error:  # noqa: BLE001
                    error.add_note(f"In the row: {name}")
                    failed.append(error)
            if failed:
                raise ExceptionGroup(f"{len(failed)} of {len(rows)} rows", failed)

        asked = inspect.signature(test).parameters.values()
        left = [each for each in asked if each.name not in columns]
        tried.__signature__ = inspect.Signature(left)  # type: ignore[attr-defined]
        return tried

    return one
