"""Everything an LA lead needs to decide on one placement, on one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from PySide6.QtGui import QAction

from discharge.model.flags import Severity, by_weight, chief
from discharge.model.london import london_date
from discharge.model.setting_record import CapacityAge
from discharge.model.shown.placements import ApprovalPage, ApprovalRow, StayView
from discharge.model.shown.settings import SettingRow
from discharge.rules.may import those_who_may
from discharge.words import terms
from discharge.words.counts import count_words, sentence_case
from discharge.words.days import age_words, day_words, instant_words
from ui.approvals.words import Decider, cost_facts, fee_words, weekly_together
from ui.frame.infection_lines import show_infection
from ui.frame.why import PointBars, runner_up_words
from ui.theme.palette import Tone
from ui.theme.status import Status, danger, done, neutral, unknown, waiting
from ui.theme.theme import Theme
from ui.widgets.dated import Dated
from ui.widgets.detail import DetailPane
from ui.words.people import who_words
from ui.words.plans import condition_status, flag_status, stay_words
from ui.words.settings import outbreak_sentence
from ui.words.who import alike_line
from ui.work.planning import Why


def approval_status(row: ApprovalRow, *, now: datetime) -> Status:
    """Whether it can be decided on, and how long it waits."""
    flag = chief(row.flags)
    if flag is not None:
        said = " ".join(each.sentence for each in by_weight(row.flags))
        if flag.blocks:
            return danger("Can't go", said)
        is_known = flag.severity is not Severity.LOOKING
        return waiting("Look again", said) if is_known else unknown("Being looked at", said)
    waits = age_words(now - row.proposed_at)
    return waiting("Waits for approval", f"Sent {instant_words(row.proposed_at, now=now)}, {waits} ago.")


def stays_at(setting: SettingRow, *, now: datetime) -> list[tuple[str, str | Status | None]]:
    """What is known of a setting, as facts."""
    rating: str | Status = terms.RATINGS[setting.rating] if setting.rating else unknown("Not rated")
    if setting.rating in ("requires_improvement", "inadequate"):
        rating = waiting(terms.RATINGS[setting.rating])
    fee: str | Status = (
        f"{terms.pounds(setting.weekly_fee)} a week"
        if setting.weekly_fee is not None
        else unknown("Fee not known")
    )
    beds: str | Status = unknown("No capacity return: nobody knows")
    if setting.capacity_reported_at is not None:
        said = _left_words(setting)
        when = instant_words(setting.capacity_reported_at, now=now)
        is_fresh = setting.capacity_age is CapacityAge.FRESH
        beds = f"{said}; return of {when}" if is_fresh else waiting(f"{said}; old return, of {when}")
    outbreak: Status | None = None
    if setting.outbreaks:
        name = terms.outbreaks(setting.outbreaks)
        name = f"{name[:1].upper()}{name[1:]}"
        sentence = outbreak_sentence(setting)
        is_assessed = not setting.stopping
        outbreak = waiting(f"{name}, risk assessed", sentence) if is_assessed else danger(name, sentence)
    return [
        ("Kind", f"{terms.SETTING_TYPES[setting.type]} · {setting.local_authority or 'area not known'}"),
        ("Rating", rating),
        ("Fee", fee),
        ("Beds tonight", beds),
        ("Admissions", danger("Closed") if setting.admissions == "closed" else None),
        ("Outbreak", outbreak),
    ]


def _left_words(setting: SettingRow) -> str:
    """Beds of tonight: "3 left of 4"; where none is free at all, that."""
    return f"{setting.beds_left} left of {setting.beds_free}" if setting.beds_free else "none free"


class ApprovalDetail:
    """Fills the pane beside the queue, or beside what was sent to somebody away from the hub.

    `decide`: the commands that approve and return. `asks`: the engine is asked for what stands next to it.
    """

    def __init__(
        self,
        pane: DetailPane,
        *,
        theme: Theme,
        now: Callable[[], datetime],
        decide: Sequence[QAction],
        asks: bool = True,
    ) -> None:
        self._pane = pane
        self._theme = theme
        self._now = now
        self._decide = decide
        self._asks = asks

    def show(self, page: ApprovalPage, why: Why | None, decider: Decider) -> None:
        """Shows this placement; `why` once the engine has said what stands next to it."""
        pane, now = self._pane, self._now()
        today = london_date(now)
        row = page.row
        status, who = approval_status(row, now=now), who_words(page.patient)
        pane.begin(row.patient_name, status, subtitle=who, about=row.id)
        if alike := alike_line(row.who):
            pane.lines(alike)
        pane.buttons(self._decide)
        if decider.is_own(row) or decider.is_anothers(row):
            pane.gap()
            pane.lines([danger(decider.why_not(row))])
        elif said := decider.authority_words(row):
            pane.gap()
            pane.lines([neutral(said)])
        if row.flags:
            pane.section("Changed since it was proposed")
            pane.lines([flag_status(flag) for flag in by_weight(row.flags)])
        pane.section("Cost")
        pane.facts(cost_facts(page.costs, decider, limits=page.limit))
        if decider.is_lead:
            pane.gap()
            pane.lines([decider.limit_status(page.costs.weekly)])
        self._where(page, today=today)
        pane.end(
            lambda: self._why(page),
            lambda: self._settings(page, now=now),
            lambda: show_infection(pane, page.infection, page.observations, page.attestations, now=now),
            lambda: self._person(page, today=today),
            lambda: self._decision(page, why, decider, now=now),
        )

    def _decision(self, page: ApprovalPage, why: Why | None, decider: Decider, *, now: datetime) -> None:
        self._instead(page, why)
        self._proposed(page, decider, now=now)

    def show_several(self, rows: Sequence[ApprovalRow], decider: Decider) -> None:
        """Shows several placements at once: which of them can be approved, and which can't and why."""
        pane = self._pane
        ready = [row for row in rows if not decider.why_not(row)]
        held = [row for row in rows if decider.why_not(row)]
        status = waiting(f"{len(ready)} can be approved") if ready else danger("None can be approved")
        if not decider.is_lead:
            status = neutral("Only an LA lead may decide")
        pane.begin(count_words(len(rows), "placement"), status)
        pane.buttons(self._decide)
        pane.section("Together")
        pane.facts(
            [
                ("A week", weekly_together(rows)),
                ("Your limit", _each_limit(decider)),
                ("First start", day_words(min(row.start for row in rows), today=london_date(self._now()))),
            ]
        )
        for heading, some in (("Can be approved", ready), ("Can't be approved", held)):
            if some:
                pane.section(heading, remark=str(len(some)))
                pane.lines([_line_of(row, decider) for row in some])
        pane.end()

    def _where(self, page: ApprovalPage, *, today: date) -> None:
        """Where they go, and what is still needed for it."""
        pane = self._pane
        can_go = not any(flag.blocks for flag in page.row.flags)
        pane.section("Goes to")
        lines = [_stay_line(stay, today=today, can_go=can_go) for stay in page.stays]
        found = [condition_status(condition) for condition in page.conditions]
        pane.lines([*lines, *(Status(each.sentence, each.tone, icon_name="flag") for each in found)])

    def _settings(self, page: ApprovalPage, *, now: datetime) -> None:
        shown = {setting.id: setting for setting in page.settings}
        for setting in shown.values():
            self._pane.section(setting.name)
            self._pane.facts(stays_at(setting, now=now))

    def _person(self, page: ApprovalPage, *, today: date) -> None:
        details, pane = page.details, self._pane
        pane.section("The person")
        rank = {setting: at for at, setting in enumerate(details.preferred, 1)}
        chosen = [f"{each.name} is their choice {rank[each.id]}" for each in page.settings if each.id in rank]
        liked = "; ".join(chosen) or ("None of their choices" if rank else "")
        back = ""
        if details.usual_setting is not None:
            goes_back = page.stays[-1].setting == details.usual_setting
            back = "Goes back to where they live" if goes_back else "Doesn't go back to where they live"
        limits = [
            f"at most {details.max_km:g} km away" if details.max_km is not None else "",
            f"at most {terms.pounds(details.max_weekly_fee)}" if details.max_weekly_fee is not None else "",
        ]
        pane.facts(
            [
                ("Pathway", terms.PATHWAYS[page.patient.pathway]),
                ("Priority", terms.PRIORITIES[page.row.priority]),
                ("Waits", count_words(page.row.waiting_days, "day")),
                ("Ward", terms.ward(details.ward, details.hospital, page.patient.hospital_name)),
                ("Care", terms.care(details.care) or unknown("Not known")),
                ("Needs", terms.needs(details.needs)),
                ("Local authority", details.local_authority or unknown("Not known")),
                ("Limits", ", ".join(part for part in limits if part)),
                ("Choices", liked),
                ("Usual home", back),
                ("Together with", page.companion),
            ]
        )

    def _why(self, page: ApprovalPage) -> None:
        pane = self._pane
        total = page.points.get("total", 0)
        # the bars say the one, the line above says the other
        repeated = (f"{total} points:", *(("Chosen by hand",) if page.by_hand_reason else ()))
        pane.section("Why here", remark=count_words(total, "point") if page.points else "")
        if page.by_hand_reason:
            pane.lines([Status(f"By hand: “{page.by_hand_reason}”", Tone.ACCENT, icon_name="edit")])
        if page.principle is not None:
            named = sentence_case(page.principle.words)
            pane.lines([Status(f"It rests on {named.lower()}. {page.principle.sentence}", icon_name="rules")])
        pane.lines([each for each in page.because if not each.startswith(repeated)])
        if any(value for key, value in page.points.items() if key != "total"):
            pane.gap()
            pane.add(PointBars(page.points, theme=self._theme))

    def _instead(self, page: ApprovalPage, why: Why | None) -> None:
        """What else would do, and what stood in the way elsewhere."""
        pane = self._pane
        if page.plan is None:
            return
        pane.section("Instead")
        if why is None:
            said = "Looking at every setting …" if self._asks else "It wasn't sent along."
            pane.lines([neutral(said)])
            return
        theirs = {stay.setting for stay in page.stays}
        would_do = [each.name for each in why.settings if not each.reasons and each.setting not in theirs]
        lines: list[Status | str] = [runner_up_words(why.runner_up)]
        others = [name for name in would_do if why.runner_up is None or name != why.runner_up.name]
        if others:
            more = f" and {len(others) - 4} more" if len(others) > 4 else ""
            lines.append(neutral(f"Nothing stands against {', '.join(others[:4])}{more} either."))
        near = [each for each in why.settings if len(each.reasons) == 1][:3]
        lines += [neutral(f"{each.name}: {each.reasons[0].text}.", each.reasons[0].rule) for each in near]
        pane.lines(lines)

    def _proposed(self, page: ApprovalPage, decider: Decider, *, now: datetime) -> None:
        pane, row = self._pane, page.row
        pane.section("Who decides")
        able = those_who_may("approve", page.deciders)
        pane.facts(
            [
                ("Proposed by", f"{row.proposed_by}, {instant_words(row.proposed_at, now=now)}"),
                ("From", f"Plan {page.plan}" if page.plan else "By hand"),
                ("May approve", ", ".join(user.name for user in able) or danger("Nobody of this hub")),
                ("Sent as a file to", page.sent),
                ("Approval rules", page.limit),
                ("You decide for", decider.decides_for()),
                ("Placement", row.id),
            ]
        )
        user = decider.user
        if user is not None and user in able and user.id in page.marks:
            pane.lines([waiting(f"Marked if you approve: {page.marks[user.id]}", "A1")])
        if page.earlier:
            pane.section("Earlier answers")
            entries = [
                Dated(instant_words(step.at, now=now), step.sentence, small=f"{step.by}, {step.role}")
                for step in reversed(page.earlier)
            ]
            pane.dated(entries, first=4)


def _each_limit(decider: Decider) -> str:
    limit = decider.limit
    if not decider.is_lead or limit is None or not limit.has_rules:
        return ""
    if not limit.names:
        return "None: no approval rule in force lets you approve"
    return "Any fee" if limit.most is None else f"{terms.pounds(limit.most)} a week for each"


def _line_of(row: ApprovalRow, decider: Decider) -> Status:
    reason = decider.why_not(row)
    if reason:
        return danger(f"{row.patient_name}: {reason}")
    there = dict.fromkeys((row.first_setting, row.last_setting))
    where = ", then ".join(there)
    conditions = f"; still needed: {', '.join(terms.CONDITIONS[each][0] for each in row.conditions)}"
    needs = conditions if row.conditions else ""
    return done(f"{row.patient_name}: {where}, {day_words(row.start)}, {fee_words(row.weekly_fee)}{needs}")


def _stay_line(stay: StayView, *, today: date, can_go: bool) -> Status:
    """Where they would go; no tick where a rule forbids it as things are."""
    said = stay_words(stay, today=today)
    if not can_go:
        return neutral(said)
    return waiting(said) if stay.requirement in ("isolation", "designated") else done(said)
