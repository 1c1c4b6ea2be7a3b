"""What is imported ahead: Qt's classes in the main thread alone, a module at a time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import DemoCopy
from tests.docs.pages import ROOT
from tests.ui.made_elsewhere import MADE_ELSEWHERE
from ui.work import importing
from ui.work.importing import Imports, needs

FIRST = """\
from package.third import C
import package.second
import other_one
A = 1
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three modules of ours that need each other, and one that isn't."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "first.py").write_text(FIRST)
    (package / "second.py").write_text("from package import fourth\nimport json.tool\nB = 2\n")
    (package / "third.py").write_text("import package.second\nC = 3\n")
    (package / "fourth.py").write_text("def later():\n    import package.fifth\n")
    (package / "fifth.py").write_text("raise RuntimeError\n")
    (tmp_path / "other_one.py").write_text("import package.fifth\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("ui.work.importing.OURS", "package")
    monkeypatch.delitem(sys.modules, "json.tool", raising=False)
    importing._inside.cache_clear()
    yield
    for name in [each for each in sys.modules if each.partition(".")[0] == "package"]:
        del sys.modules[name]


def test_each_module_comes_after_what_it_needs_itself_and_none_for_what_a_function_imports(
    modules: None,
) -> None:
    others, ours = needs(["package.first", "package.second"])
    assert ours == ["package.fourth", "package.second", "package.third", "package.first"]
    assert others == ["json.tool", "other_one"]


def test_what_is_ours_is_imported_by_steps_and_what_goes_wrong_is_left_to_whoever_needs_it(
    modules: None,
) -> None:
    imports = Imports(["package.fifth", "package.second"])
    assert imports.step(), "nothing is prepared yet"
    worker = threading.Thread(target=imports.prepare)
    worker.start()
    worker.join()
    assert "json.tool" in sys.modules
    there = []
    while imports.step():
        there.append({name for name in sys.modules if name.startswith("package.")})
    second, fourth = "package.second", "package.fourth"
    assert there == [set(), {fourth}, {fourth, second}]


def test_a_class_made_in_another_thread_fails_its_test() -> None:
    from PySide6.QtCore import QObject

    worker = threading.Thread(target=lambda: type("Elsewhere", (QObject,), {}))
    worker.start()
    worker.join()
    assert [MADE_ELSEWHERE.pop().rpartition(".")[2]] == ["Elsewhere"]


PROGRAM = """if True:
    import sys
    from pathlib import Path
    from tests.ui.made_elsewhere import MADE_ELSEWHERE, watch_classes
    watch_classes()
    from PySide6.QtCore import QSettings, QTimer
    from PySide6.QtWidgets import QApplication
    from discharge.paths import resources
    from ui import application, warm_up
    qt = QApplication([])
    settings = QSettings(sys.argv[2], QSettings.Format.IniFormat)
    made = application.Application(
        qt, hub=Path(sys.argv[1]), resources=resources(), settings=settings, user_id="U-0002", plain=True
    )
    ahead = made.findChild(warm_up.WarmUp)
    worst = [0]

    def count(step):
        def counted():
            ours = {name for name in sys.modules if name.startswith("ui.")}
            more = step()
            now = {name for name in sys.modules if name.startswith("ui.")}
            worst[0] = max(worst[0], len(now - ours))
            return more
        return counted

    for each in (made._first, ahead._imports):
        each.step = count(each.step)

    def look():
        if made._is_open and ahead.is_over:
            print(worst[0], "ui.map.page" in sys.modules, *MADE_ELSEWHERE)
            made.stop()

    timer = QTimer(interval=50)
    timer.timeout.connect(look)
    timer.start()
    made.finished.connect(qt.exit)
    made.show()
    code = qt.exec()
    made.close()
    sys.exit(code)
"""


@pytest.mark.whole
def test_the_program_makes_all_its_classes_in_the_main_thread_and_brings_a_module_at_a_time(
    demo_copy: DemoCopy, tmp_path: Path
) -> None:
    hub = demo_copy(tmp_path / "Demo.hub")
    run = [sys.executable, "-c", PROGRAM, str(hub), str(tmp_path / "window.ini")]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    found = subprocess.run(
        run, cwd=ROOT, capture_output=True, text=True, check=True, env=environment, timeout=600
    )
    assert found.stdout.split() == ["1", "True"]
