"""About: version, rule sets with their dates, parts with their licences, and a copy that names nobody."""

from __future__ import annotations

import getpass
import json
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from discharge import __version__
from discharge.parts import BILL, parts
from discharge.rules.rule_set import shipped_rule_sets
from tests.ui.planning_hub import Stand
from ui.help.about import AboutDialog, for_support, rule_sets_in_words
from ui.help.page import HelpPage

PAGE = HelpPage
NAMED = re.compile(r"\b(?:U|P|S|L)-\d{4}\b|[/\\](?:home|root|tmp|Users)\b")


@pytest.fixture
def about(at: Callable[..., Stand], qtbot: object) -> AboutDialog:
    stand = at()
    made = AboutDialog(stand.page.services, hub_is_open=True)
    qtbot.addWidget(made)  # type: ignore[attr-defined]
    stand.settle()
    return made


def test_about_shows_every_rule_set_with_its_day_and_marks_the_hubs_own() -> None:
    shown = rule_sets_in_words(shipped_rule_sets().values(), "england-2020-10-13 with its own values")
    rows = shown.splitlines()[2:]
    assert len(rows) == len(shipped_rule_sets())
    assert rows[0].startswith("| Acute respiratory infection supplement | Mon 1 Apr 2024 |")
    assert [row for row in rows if "this hub’s" in row] == [row for row in rows if "Tue 13 Oct 2020" in row]


@pytest.mark.whole
def test_about_names_each_part_with_its_licence(about: AboutDialog) -> None:
    text = about.text.toPlainText()
    assert {"pyside6-essentials", "numpy", "sqlcipher3", "tzdata"} <= {each.name for each in parts()}
    for each in parts():
        assert each.name in text
        assert each.version in text
    assert "LGPL-3.0-only" in text


def test_an_executable_reads_its_parts_from_the_bill_beside_it(tmp_path: Path) -> None:
    assert parts(tmp_path) == ()
    bill = tmp_path / BILL
    bill.parent.mkdir()
    licences = [{"license": {"id": "MIT"}}, {"license": {"name": "Boost"}}]
    made = {
        "components": [{"name": "b", "version": "2", "licenses": licences}, {"name": "a", "version": "1"}]
    }
    bill.write_text(json.dumps(made), "utf-8")
    assert [(each.name, each.version, each.licence) for each in parts(tmp_path)] == [
        ("a", "1", ""),
        ("b", "2", "MIT and Boost"),
    ]


@pytest.mark.whole
def test_the_copy_for_support_has_versions_and_counts(about: AboutDialog) -> None:
    about.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert f"Discharge Desk {__version__} (source)" in copied
    assert re.search(r"Python \d+\.\d+\.\d+, Qt \d+\.\d+\.\d+", copied)
    assert re.search(r"store version \d+, SQLite \d+\.\d+", copied)
    assert re.search(r"^people on the list: [1-9]", copied, re.MULTILINE)
    assert not about.copied.isHidden()


def test_the_copy_for_support_names_nobody(about: AboutDialog) -> None:
    stand = about.parent()
    copied = about.for_support()
    assert stand is None
    assert NAMED.search(copied) is None
    assert socket.gethostname() not in copied.replace("Linux", "")
    assert getpass.getuser() not in copied
    hub = about._services
    assert hub.user is not None
    assert hub.user.name.split()[-1] not in copied
    for own in ("Ada's ward with its own values", "england-2020-10-13 with Ada's values"):
        said = for_support(sizes=about._sizes, rule_set=own, look="light", window=None)
        assert "Ada" not in said


def test_without_a_hub_the_copy_says_so() -> None:
    said = for_support(sizes=None, rule_set="", look="light, text 100 %", window=(800, 600))
    assert said.endswith("No hub is open.")
    assert "Window: 800x600" in said
