"""Which issued papers the record has left behind, and what it says otherwise by now.

Whether a paper still says what the record says is known by making it anew; that is kept (`known_papers`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from discharge.model.paper import TRANSPORT_LINE, Paper, PaperKind
from discharge.model.placement import ACTIVE, PlacementState
from discharge.model.shown.papers import HeldPapers, IssuedPaper
from discharge.store import journal
from discharge.store.ask.known_papers import Known
from discharge.store.ask.view import View

AT_ONCE = 20
"""So many papers are held against the record by whoever asks; more wait for a quiet moment of the desk."""
_P = PlacementState
_GIVEN_UP = {
    PaperKind.OFFER: {_P.PROPOSED, _P.RETURNED, _P.UNANSWERED, _P.WITHDRAWN},
    PaperKind.HANDOVER: {
        _P.PROPOSED, _P.APPROVED, _P.TOLD, _P.RETURNED, _P.DECLINED, _P.UNANSWERED, _P.WITHDRAWN,
    },
}  # fmt: skip
"""States in which nobody should hold such a paper: a step was taken back, or the placement given up. A
setting that declined knows that its offer is over."""

_COLUMNS = (
    'p.id, p.kind, p.about, p.version, p.seal, COALESCE(l.patient, p.patient), p.setting, p."to", p.at,'
    ' p."by", p.stay, p.recalled, p.reason, p.sha256, l.state, l.stay, s.arrived_at, s.holds'
)
_FROM = (
    "papers p LEFT JOIN placements l ON l.id = p.about"
    " LEFT JOIN stays s ON s.placement = p.about AND s.position = p.stay"
)


@dataclass(frozen=True, slots=True)
class _Held:
    """An issued paper, with where its placement stands."""

    paper: IssuedPaper
    sha256: str
    state: str | None
    """The placement's; None of a transport sheet."""
    stay: int
    """The stay that the placement has come to."""
    arrived: bool
    """They have arrived at the stay that the paper is about."""
    holds: bool
    """That stay is neither over nor given up."""


def issued(view: View, about: str) -> tuple[IssuedPaper, ...]:
    """The papers issued about a placement, or of a day, newest first; with whether they are out of date."""
    return tuple(_aged(view, _held(view, "p.about = ?", (about,)))[0])


def one(view: View, name: str) -> tuple[IssuedPaper, str] | None:
    """A paper that was issued with the SHA-256 of what it says; None where there is none of that id."""
    where = "p.about = (SELECT about FROM papers WHERE id = ?)"
    held = _held(view, where, (name,))
    at = next((at for at, each in enumerate(held) if each.paper.id == name), None)
    return None if at is None else (_aged(view, held)[0][at], held[at].sha256)


def outdated(view: View, *, at_once: int | None = AT_ONCE) -> HeldPapers:
    """The papers that somebody holds and that no longer say what the record says, newest first.

    Of each kind and stay the newest counts. Of many about which nothing is known yet some are looked at, and
    how many still wait is said.
    """
    states = ", ".join(f"'{state}'" for state in sorted({*ACTIVE, *_GIVEN_UP[PaperKind.HANDOVER]}))
    where = (
        f"p.kind IN ('offer', 'handover') AND l.state IN ({states}) OR p.kind = 'transport' AND p.about >= ?"
    )
    found, waiting = _aged(view, _held(view, where, (view.today.isoformat(),)), at_once=at_once)
    return HeldPapers(tuple(each for each in found if each.outdated), waiting)


def _held(view: View, where: str, values: Sequence[object]) -> list[_Held]:
    rows = view.rows(f"SELECT {_COLUMNS} FROM {_FROM} WHERE {where} ORDER BY p.number DESC", values)
    return [
        _Held(
            IssuedPaper(
                id=row[0], kind=PaperKind(row[1]), about=row[2], version=row[3], seal=row[4], patient=row[5],
                setting=row[6], to=row[7], at=datetime.fromisoformat(row[8]), by=row[9], stay=row[10],
                recalled=bool(row[11]), reason=row[12],
            ),
            sha256=row[13], state=row[14], stay=row[15] or 0, arrived=row[16] is not None,
            holds=bool(row[17]),
        )
        for row in rows
    ]  # fmt: skip


def _aged(view: View, held: Sequence[_Held], *, at_once: int | None = None) -> tuple[list[IssuedPaper], int]:
    """The papers, newest first, each with whether it is out of date; and how many weren't looked at."""
    if view.ages is not None:
        view.ages.follow(view.connection, view.today)
    newest: dict[tuple[str, PaperKind, int], int] = {}
    found, waiting = [], 0
    for each in held:
        paper = each.paper
        key = (paper.about, paper.kind, paper.stay)
        if paper.recalled:
            found.append(paper)
        elif key in newest:
            found.append(replace(paper, replaced_by=newest[key]))
        else:
            newest[key] = paper.version
            packed = (paper.about, PaperKind.HANDOVER, paper.stay) in newest
            may_look = at_once is None or at_once > 0
            known, looked = _changed(view, each, packed=packed, may_look=may_look)
            waiting += known is _NOT_LOOKED_AT
            if looked and at_once is not None:
                at_once -= 1
            old = known is not None and known is not _NOT_LOOKED_AT
            found.append(replace(paper, outdated=old, changed=known if old and known else ()))
    return found, waiting


_NOT_LOOKED_AT = ("",)


def _changed(view: View, held: _Held, *, packed: bool, may_look: bool) -> tuple[tuple[str, ...] | None, bool]:
    """What the record says otherwise than a paper that is held, None where it counts or nobody goes by it
    any more; and whether the paper had to be made for it.

    `packed`: the setting was given the hand-over pack since.
    """
    paper, state = held.paper, held.state
    if state in _GIVEN_UP.get(paper.kind, ()) or (held.stay < paper.stay and not held.holds):
        return (), False
    if paper.kind is not PaperKind.TRANSPORT:
        offered = paper.kind is PaperKind.OFFER and (held.arrived or packed)
        decided = paper.kind is PaperKind.APPROVAL and state != PlacementState.PROPOSED
        if state not in ACTIVE or held.stay > paper.stay or offered or decided:
            return None, False
    if view.ages is not None and paper.id in view.ages.known:
        return view.ages.known[paper.id].changed, False
    if not may_look:
        return _NOT_LOOKED_AT, False
    changed = _now_otherwise(view, held)
    if held.arrived and changed and set(changed) == {TRANSPORT_LINE}:
        changed = None  # the journey is over
    if view.ages is not None and paper.kind in _GIVEN_UP:
        view.ages.known[paper.id] = Known(changed, _concerns(view, paper))
    return changed, True


def _now_otherwise(view: View, held: _Held) -> tuple[str, ...] | None:
    """Makes the paper anew; nobody can do so without the reports' room."""
    paper = held.paper
    if view.paper_now is None:
        return None
    now = view.paper_now(paper.kind, paper.about, paper.stay)
    if now is None:
        return ()
    if now.seal() == paper.seal:
        return None
    try:
        issued = journal.read_file(view.connection, held.sha256)
    except journal.Erased:
        return None  # whom it named is nobody any more
    return now.differs_from(Paper.model_validate_json(issued))


def _concerns(view: View, paper: IssuedPaper) -> frozenset[str]:
    """Whom an entry has to name to concern the paper."""
    settings = view.rows("SELECT setting FROM stays WHERE placement = ?", (paper.about,))
    return frozenset({paper.about, paper.patient or "", *(row[0] for row in settings)})


__all__ = ["AT_ONCE", "issued", "one", "outdated"]
