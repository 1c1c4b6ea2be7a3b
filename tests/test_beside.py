"""What lies beside the project is read by marked tests alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.beside import FOLDER, skip_without

HERE = Path(__file__).parent


def test_no_other_test_goes_beyond_the_project() -> None:
    own = {HERE / "beside.py", Path(__file__)}
    beyond = [
        str(file.relative_to(HERE))
        for file in sorted(HERE.rglob("*.py"))
        if file not in own and re.search(r"""["'](?:[.][.]/)?shared["'/]\s*/""", file.read_text("utf-8"))
    ]
    assert beyond == []


def test_whoever_reads_from_beside_marks_what() -> None:
    unmarked = [
        str(file.relative_to(HERE))
        for file in sorted(HERE.rglob("test_*.py"))
        if "import FOLDER" in (text := file.read_text("utf-8")) and "mark.beside(" not in text
    ]
    assert unmarked == []


def test_the_reason_for_skipping_names_what_is_missing(request: pytest.FixtureRequest) -> None:
    item = request.node
    item.add_marker(pytest.mark.beside("cases/no-such-case.json"))
    with pytest.raises(pytest.skip.Exception, match=r"no-such-case[.]json isn't beside the project"):
        skip_without(item)
    assert not (FOLDER / "cases" / "no-such-case.json").exists()
