"""The rooms of the house: which may know which, and that none knows itself by a detour."""

from __future__ import annotations

from pathlib import Path

import grimp
import networkx as nx
import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]


def test_every_import_contract_is_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    broken = lint_imports(no_logo=True)
    assert not broken, capsys.readouterr().out


def test_no_module_imports_itself_by_way_of_others_not_even_within_a_function() -> None:
    house = grimp.build_graph("discharge", "ui", cache_dir=None)
    imports = nx.DiGraph(
        (one, other) for one in house.modules for other in house.find_modules_directly_imported_by(one)
    )
    circles = [sorted(circle) for circle in nx.strongly_connected_components(imports) if len(circle) > 1]
    assert not circles
