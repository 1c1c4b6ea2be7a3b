"""What tests of several packages share: things that are dear to make, made once."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import shutil
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis.strategies import none

from discharge.actions.demo import make_demo
from discharge.actions.desk import Desk
from discharge.store.file import witness
from tests.beside import skip_without
from tests.examples import ASKED_BY_NAME, TIMES, WHOLE

settings.register_profile("fixed", derandomize=TIMES == 1, database=None, deadline=None)
settings.load_profile("fixed")
"""The suite draws the same examples every time: what needs luck runs long in the bench."""

# on Windows Qt without a screen has no letters but these
os.environ.setdefault("QT_QPA_FONTDIR", str(Path(__file__).parents[1] / "resources" / "fonts"))

DemoCopy = Callable[[Path], Path]
LONGEST_SECONDS = 120
"""So long a worker waits for what another makes."""


def pytest_configure(config: pytest.Config) -> None:
    """Of what is for the whole suite alone no test is made in any other run, unless asked for by its name."""
    ASKED_BY_NAME[:] = [each for each in config.args if "::" in each]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test of data that lies beside the project is skipped where there is none."""
    skip_without(item)


def pytest_collection(session: pytest.Session) -> None:
    """Of the whole suite each worker reads another part first, so that no file is compiled by all at once."""
    if "PYTEST_XDIST_WORKER" not in os.environ or session.config.args != ["tests"]:
        return
    worker = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    files = sorted(Path(__file__).parent.rglob("test_*.py"))
    first = len(files) * worker // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    for file in (*files[first:], *files[:first]):
        name = ".".join(file.relative_to(session.config.rootpath).with_suffix("").parts)
        # what fails is come upon again by the collection, which says where
        with contextlib.suppress(Exception), warnings.catch_warnings(action="error"):
            importlib.import_module(name)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is for the whole suite alone is left out of any other run, unless it was asked for by its name."""
    if WHOLE or ASKED_BY_NAME:
        return
    left = [item for item in items if item.get_closest_marker("whole")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if not item.get_closest_marker("whole")]


def pytest_collection_finish() -> None:
    """What was loaded stays to the end: the collector needn't look through it again and again.

    Hypothesis asks the collector whether somebody holds the source of its first example; from 3.14 on nobody
    would be found who was frozen before.
    """
    draw_once()
    gc.collect()
    gc.freeze()


@settings(max_examples=1)
@given(none())
def draw_once(nothing: None) -> None:
    """Has hypothesis make an example."""


def made_once_a_run(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder in which `make` made something: by the first of a run's workers that asks, for all of them."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = factory.mktemp(name)
        make(folder)
        return folder
    folder = factory.getbasetemp().parent / name
    whole, until = folder.with_name(f"{name}.whole"), time.monotonic() + LONGEST_SECONDS
    try:
        folder.mkdir()
    except FileExistsError:
        while not whole.exists():
            assert time.monotonic() < until, f"another worker could not make {name}"
            time.sleep(0.05)
    else:
        make(folder)
        whole.touch()
    return folder


def _make_demo(folder: Path) -> None:
    Desk.open(make_demo(folder / "Demo.hub")).close()  # and left, so that its witness says how


@pytest.fixture(scope="session")
def demo_copy(tmp_path_factory: pytest.TempPathFactory) -> DemoCopy:
    """Puts a demo hub of the test's own where it is told; the hub itself is made once."""
    made = made_once_a_run(tmp_path_factory, "demo", _make_demo) / "Demo.hub"

    def copy(to: Path) -> Path:
        shutil.copyfile(witness.beside(made), witness.beside(to))
        return Path(shutil.copyfile(made, to))

    return copy
