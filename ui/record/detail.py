"""An entry of the record whole: what, who, when, what became other by it, and its seal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtGui import QAction

from discharge.model.shown.record import RecordEntry
from discharge.words.days import instant_words
from discharge.words.values import field_words, fields, seal_words, value_words
from ui.record.words import difference_words, group_status, late_words
from ui.widgets.detail import DetailPane
from ui.widgets.text import label

MOST = 60
"""So many fields of an entry are shown."""


def show_entry(
    pane: DetailPane,
    entry: RecordEntry,
    *,
    now: datetime,
    names: Mapping[str, str],
    commands: Sequence[QAction],
) -> None:
    """Fills the pane; `names` are of people and settings, by their ids."""
    line = entry.line
    pane.begin(line.about, group_status(line), subtitle=f"Entry {line.seq:,} · {line.subject}")
    if commands:
        pane.buttons(commands)
    pane.section("What was recorded")
    pane.lines([line.sentence])
    pane.gap()
    late = late_words(line)
    recorded = instant_words(line.recorded_at, now=now)
    pane.facts(
        [
            ("Happened", instant_words(line.happened_at, now=now)),
            ("Recorded", f"{recorded}, {late}" if late else recorded),
            ("By", f"{line.user_name} ({line.user}), as {line.role}"),
            ("On the word of", entry.given.sentence if entry.given is not None else ""),
        ]
    )
    if entry.differences is not None:
        pane.section("Before and after")
        if entry.differences:
            pane.facts(
                [
                    (field_words(each.field), difference_words(each, now=now, names=names))
                    for each in entry.differences[:MOST]
                ]
            )
        else:
            pane.lines(["Nothing became other by it."])
    _whole(pane, entry, now=now, names=names)
    pane.section("Seal")
    pane.facts([("This entry", seal_words(entry.hash)), ("The one before", seal_words(entry.prev_hash))])
    parts = " ".join(entry.hash[at : at + 16] for at in range(0, 64, 16))
    whole = label(f"SHA-256 {parts}", "small", wrap=True)
    whole.setAccessibleName(f"The whole seal of this entry: {entry.hash}")
    pane.add(whole)
    pane.end()


def _whole(pane: DetailPane, entry: RecordEntry, *, now: datetime, names: Mapping[str, str]) -> None:
    found = [
        (field_words(path), value_words(value, now=now, names=names)) for path, value in fields(entry.body)
    ]
    if not found:
        return
    pane.section("The entry whole", remark=f"{MOST} of {len(found)} fields" if len(found) > MOST else "")
    pane.facts(found[:MOST])
