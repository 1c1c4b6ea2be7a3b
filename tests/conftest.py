"""What tests of several packages share: things that are dear to make, made once."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from discharge.actions.demo import make_demo
from discharge.actions.desk import Desk
from discharge.store.file import witness
from tests.beside import skip_without
from tests.examples import TIMES

settings.register_profile("fixed", derandomize=TIMES == 1, database=None, deadline=None)
settings.load_profile("fixed")
"""The suite draws the same examples every time: what needs luck runs long in the bench."""

DemoCopy = Callable[[Path], Path]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test of data that lies beside the project is skipped where there is none."""
    skip_without(item)


def pytest_collection_finish() -> None:
    """What was loaded stays to the end: the collector needn't look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def demo_copy(tmp_path_factory: pytest.TempPathFactory) -> DemoCopy:
    """Puts a demo hub of the test's own where it is told; the hub itself is made once."""
    made = make_demo(tmp_path_factory.mktemp("demo") / "Demo.hub")
    Desk.open(made).close()  # and left, so that its witness says how

    def copy(to: Path) -> Path:
        shutil.copyfile(witness.beside(made), witness.beside(to))
        return Path(shutil.copyfile(made, to))

    return copy
