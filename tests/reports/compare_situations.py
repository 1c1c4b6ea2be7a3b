"""The Situation held against a recount from the journal, at as many hubs of random days as one likes.

python -m tests.reports.compare_situations --many 200 [--seed 1]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from discharge.actions.situation import situation, situation_on
from discharge.model.shown.situation import Figure, Situation
from discharge.words.days import day_words
from tests.reports import recount
from tests.reports.random_days import RandomDays
from tests.reports.recount import LONDON, Recount, Told, lines_of

AGES = {"fresh": 1, "stale": 2, "expired": 3, "none": 4}
"""In which column of the returns a home of that age stands."""


def differences(days: RandomDays) -> Iterator[str]:
    """What the Situation counts otherwise than the recount, now and at the end of every day before."""
    desk = days.hub.desk
    lines = lines_of(desk)
    rules = desk.ask(lambda queries: queries.rules())
    recount.STALE, recount.EXPIRED = rules.stale_hours, rules.expired_days
    now = Recount(lines, day=days.today, now=desk.now(), past=False)
    yield from _compared("now", desk.ask(situation), now.told())
    day = days.first
    while day < days.today:
        found = situation_on(desk, day)
        end = datetime.combine(day + timedelta(1), time(), LONDON)
        again = Recount(lines, day=day, now=end, past=True)
        yield from _compared(day.isoformat(), found, again.told())
        day += timedelta(1)


def _compared(when: str, found: Situation, again: Iterable[Told]) -> Iterator[str]:
    for table, row, column, wanted in again:
        shown = _shown(found, table, row, column, wanted)
        if shown != wanted:
            yield f"{when}: {table}, {row}, {column}: shown {_words(shown)}, counted {_words(wanted)}"


def _words(value: Any) -> str:
    return ", ".join(sorted(value)) or "nobody" if isinstance(value, set | frozenset) else str(value)


def _shown(found: Situation, table: str, row: str, column: str, wanted: Any) -> Any:
    """What the page shows there, in the recount's own way of saying it."""
    if table == "main":
        return _main(found, row)
    if column == "Age":
        who = next(one for one in found.table("homes").rows if one.label == row).home
        total = found.table("returns").rows[-1].figures
        return next((age for age, at in AGES.items() if who in total[at].who), "not there")
    figure = _figure(found, table, row, column)
    if figure is None:
        return set() if isinstance(wanted, set) else None
    if isinstance(wanted, set):
        assert figure.value == len(figure.who), (table, row, column, figure)
        return set(figure.who)
    if column == "Outbreaks":
        said = str(figure.value)
        return 0 if said == "none declared" else said.count(",") + said.count(" and ") + 1
    if column == "PPE days" and figure.value is not None:
        return float(figure.value)
    if column == "Testing" and wanted is not None:
        said = day_words(datetime.fromisoformat(wanted).date(), today=found.day)
        return wanted if figure.value == said else figure.value
    if table == "answers" and isinstance(figure.value, str):
        return int(figure.value)
    return figure.value


def _figure(found: Situation, table: str, row: str, column: str) -> Figure | None:
    there = found.table(table)
    line = next((one for one in there.rows if one.label == row), None)
    return None if line is None else line.figures[there.columns.index(column)]


def _main(found: Situation, reason: str) -> set[str]:
    """Whom the table counts by this main reason."""
    words = "No reason recorded" if reason == "-" else reason
    rows = [
        row
        for row in found.table("reason").rows
        if row.about in (words, f"Not coded: {words}") and not row.strong
    ]
    return {who for row in rows for who in row.figures[-2].who}


def wrong_of(seed: int, *, steps: int = 160) -> list[str]:
    """What differs at the hub of that seed, once it has lived some days."""
    with tempfile.TemporaryDirectory() as folder:
        days = RandomDays(Path(folder), seed)
        days.live(steps=steps, days=6)
        found = list(differences(days))
        days.hub.desk.close()
    return found


def main(arguments: Sequence[str]) -> int:
    """Compare many hubs; 1 where anything differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.reports.compare_situations")
    parser.add_argument("--many", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=160)
    given = parser.parse_args(arguments)
    wrong = 0
    for seed in range(given.seed, given.seed + given.many):
        found = wrong_of(seed, steps=given.steps)
        wrong += bool(found)
        for line in found:
            sys.stdout.write(f"{seed}: {line}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{given.many} hubs, {wrong} differ\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
