"""What pages there are: their names, titles and letters, and where each is found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page as the rail knows it, before its module is imported.

    `where` is "module:Class"; `letter` goes with Alt (empty: a command leads there). `foot`: it stands at
    the foot of the rail, with what concerns the program rather than the day.
    """

    name: str
    title: str
    icon: str
    letter: str
    where: str
    foot: bool = False


PAGES: tuple[PageSpec, ...] = (
    PageSpec("today", "Today", "today", "T", "ui.today.page:TodayPage"),
    PageSpec("patients", "Patients", "patients", "P", "ui.patients.page:PatientsPage"),
    PageSpec("settings", "Settings", "settings", "S", "ui.settings.page:SettingsPage"),
    PageSpec("match", "Match", "match", "M", "ui.match.page:MatchPage"),
    PageSpec("approvals", "Approvals", "approvals", "A", "ui.approvals.page:ApprovalsPage"),
    PageSpec("moves", "Moves", "moves", "V", "ui.moves.page:MovesPage"),
    PageSpec("map", "Map", "map", "K", "ui.map.page:MapPage"),
    PageSpec("situation", "Situation", "reports", "D", "ui.reports.page:ReportsPage"),
    PageSpec("record", "Record", "record", "R", "ui.record.page:RecordPage"),
    PageSpec("preferences", "Preferences", "rules", "F", "ui.preferences.page:PreferencesPage", foot=True),
    PageSpec("help", "Help", "help", "", "ui.help.page:HelpPage", foot=True),
)
