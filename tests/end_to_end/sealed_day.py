"""A day at a sealed hub, in a program of its own that closes the hub at its end, or is killed."""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import signal
import sys
import tempfile
from datetime import date
from functools import partial
from pathlib import Path

from discharge.actions.all_out import take_all_out
from discharge.actions.desk import restore
from discharge.actions.exchange import import_file
from discharge.actions.file_kinds import FileKind
from discharge.actions.files_out import homes_sheet
from discharge.actions.papers import issue_paper
from discharge.actions.patients import register_patient
from discharge.actions.placements import approve, propose_from_plan
from discharge.actions.planning import freeze_case, store_plan
from discharge.actions.signing_in import sign_in
from discharge.matching.propose import propose
from discharge.model.errors import frames_of
from discharge.model.files import write_plan
from discharge.model.paper import PaperKind
from discharge.model.patient_record import PatientDetails
from discharge.model.people import Role
from tests.actions.a_sealed_hub import JO, ASealedHub
from ui.__main__ import _start_logging

FILES = Path(__file__).parent / "morning"
BY_HAND, IN_A_DRAFT = "Quibblethorn Marrow", "Wobblewick Draftly"


def main(path: str, ends: str) -> None:
    """Everything that leaves something on a disk."""
    log = _start_logging(argparse.Namespace(self_test=False, no_window=False, screenshot=None))
    assert log is not None
    hub = ASealedHub(Path(path))
    lee = hub.joined("Lee Okafor", JO, Role.LA_LEAD)
    take = partial(import_file, hub.desk, by=hub.ada)
    take(kind=FileKind.CQC, source=FILES / "register.csv", authorities=("Havering", "Redbridge"))
    take(kind=FileKind.SHEET, source=FILES / "homes_sheet.csv")
    take(kind=FileKind.CAPACITY, source=FILES / "returns.csv", take_good_rows=True)
    take(kind=FileKind.PATIENTS, source=FILES / "people.csv", take_good_rows=True)
    details = PatientDetails(
        name=BY_HAND, no_number="not_known", born=date(1940, 1, 1), sex="female", priority=2, pathway="P3",
        ready_on=date(2020, 11, 16),
    )  # fmt: skip
    hub.desk.perform(partial(register_patient, details=details), by=hub.ada)
    frozen = hub.desk.ask(freeze_case)
    plan = propose(frozen.case, sha256=frozen.sha256)
    stored = partial(store_plan, case=frozen.content, plan=write_plan(plan), head=frozen.head)
    number = hub.desk.perform(stored, by=hub.ada).first
    whom = [placed.patient for placed in plan.placements][:2]
    hub.desk.perform(partial(propose_from_plan, plan=number, patients=whom), by=hub.ada)
    for row in hub.desk.ask(lambda queries: queries.approvals()):
        hub.desk.perform(partial(issue_paper, kind=PaperKind.APPROVAL, about=row.id), by=hub.ada)
        hub.desk.perform(partial(approve, placement=row.id), by=lee)
    hub.desk.ask(homes_sheet)
    _what_is_not_kept(hub)
    backup = hub.desk.back_up()
    hub.desk.close()
    restore(hub.path, backup.path, clock=hub.clock, unlocked=hub.first)
    hub.anew()
    sign_in(hub.desk, hub.first)
    hub.desk.keep_draft("a-form", form="person", by=hub.ada, typed={"name": IN_A_DRAFT})
    hub.desk.take_in_hand("S-0001", by=hub.ada)
    try:
        raise ValueError(BY_HAND)
    except ValueError as error:
        logging.getLogger(__name__).error("crash: %s\n%s", type(error).__name__, frames_of(error))
    sys.stdout.write(f"{len(whom)} proposed\n")
    sys.stdout.flush()
    if ends == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    hub.desk.close()


def _what_is_not_kept(hub: ASealedHub) -> None:
    """A copy of everything that somebody takes out, and removes again."""
    folder = Path(tempfile.mkdtemp()) / "everything"
    take_all_out(hub.desk, folder)
    assert any(BY_HAND.encode() in path.read_bytes() for path in folder.rglob("*.csv"))
    shutil.rmtree(folder.parent)


if __name__ == "__main__":
    main(*sys.argv[1:])
