"""What the screens, reports and actions ask of the store. Rows never leave this room."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from discharge.model.approving import ApprovalLimit
from discharge.model.case import Case
from discharge.model.designating import UnderWay
from discharge.model.errors import UserError
from discharge.model.files import FrozenCase, PlanFiles
from discharge.model.hub import HubSettings
from discharge.model.kept_bed import KeptBed
from discharge.model.mark import LETTERS, Mark
from discharge.model.merging import Follows
from discharge.model.paper import Paper, PaperKind
from discharge.model.patient_record import PatientDetails
from discharge.model.people import Role, User
from discharge.model.same_person import Likeness, Who
from discharge.model.setting import Setting, Span, Unit
from discharge.model.setting_record import (
    CapacityReturn,
    GroupRecord,
    Joining,
    RegisterState,
    SettingDetails,
)
from discharge.model.shown.about_person import AboutPerson
from discharge.model.shown.calls import (
    ActionLine,
    AidLine,
    CrossBorder,
    Heard,
    PriorityHome,
    ReviewLine,
)
from discharge.model.shown.facts import FactCount, HappenedLine, NewsLine, TaskLine
from discharge.model.shown.hub import Found, Sizes, Status
from discharge.model.shown.map import Going, Place, Site
from discharge.model.shown.papers import HeldPapers, IssuedPaper, JourneyFacts, PaperFacts
from discharge.model.shown.patients import (
    Hit,
    HitThere,
    PatientPage,
    PatientRow,
    RecordedAssessment,
    WhoItIs,
)
from discharge.model.shown.pictures import PicturesFacts
from discharge.model.shown.placements import (
    ApprovalPage,
    ApprovalRow,
    IsolationEnd,
    MoveRow,
    PlacementPage,
    ReleasePage,
)
from discharge.model.shown.plans import PlanPage, PlanRow
from discharge.model.shown.projection import ProjectionFacts
from discharge.model.shown.record import DeskLine, JournalLine, RecordEntry, RecordFilter, RecordLine
from discharge.model.shown.retention import PastRetention
from discharge.model.shown.reviews import RecordedReview
from discharge.model.shown.settings import CallLine, RoundHome, SettingPage, SettingRow
from discharge.model.shown.sittings import DecidingTogether, Receipt
from discharge.model.shown.situation import SituationFacts
from discharge.model.shown.timeline import BedKey, TimelineFacts
from discharge.model.shown.today import TodayLine, TodayPage
from discharge.model.shown.waiting import WaitingChange
from discharge.rules import transport
from discharge.rules.requirement import Block
from discharge.rules.rule_set import RuleSet
from discharge.rules.transport import Asks
from discharge.store import journal
from discharge.store.ask import (
    about_person,
    bundles,
    calls,
    cases,
    changes,
    company,
    designating,
    facts,
    happenings,
    hits,
    hub,
    joining,
    kept_beds,
    known_keys,
    listed,
    merging,
    near,
    news,
    on_map,
    own_entries,
    paper_ages,
    papers,
    patients,
    pictures,
    placement_pages,
    placement_steps,
    placements,
    plans,
    priority,
    projection,
    provenance,
    record,
    record_pages,
    retention,
    reviews,
    rounds,
    settings,
    sittings,
    situation,
    taking_back,
    telling,
    timeline,
    today,
    waiting,
    watched,
)
from discharge.store.ask.bundles import SentForDecision
from discharge.store.ask.everything import Everything
from discharge.store.ask.facts import Person
from discharge.store.ask.joining import OnRecord
from discharge.store.ask.known_keys import HomeKey, KnownKey
from discharge.store.ask.known_papers import Ages
from discharge.store.ask.own_entries import OwnEntry
from discharge.store.ask.placed import Looked, Placed
from discharge.store.ask.sentences import sentence
from discharge.store.ask.situation_past import ReadBack
from discharge.store.ask.taking_back import BedsBefore, LastReturn, LastStep, StandingBefore
from discharge.store.ask.telling import ToTell
from discharge.store.ask.view import View
from discharge.store.ask.who import whos
from discharge.store.driver import Connection
from discharge.store.journal import Line

Judge = Callable[["Queries", Placed], Looked | None]
"""What speaks against a placement now: the verifier's word, which the store can't ask for itself; None where
that can't be said."""

PaperMaker = Callable[["Queries", PaperKind, str, int], Paper | None]
"""A paper of this kind about this, of this stay, as it would be now: the store can't make papers itself."""


OwnLines = Callable[["Queries"], Sequence[TodayLine]]
"""What of this desk's own somebody has to see to: done here, and not on record."""


class Queries:
    """Every question to the store, at one instant and over one unchanging view."""

    def __init__(
        self,
        connection: Connection,
        *,
        now: datetime,
        own_rule_sets: Mapping[str, RuleSet] | None = None,
        judge: Judge | None = None,
        paper_maker: PaperMaker | None = None,
        own_lines: OwnLines | None = None,
        ages: Ages | None = None,
    ) -> None:
        asked = None if judge is None else partial(judge, self)
        self._view = View(connection, now=now, own_rule_sets=own_rule_sets, judge=asked)
        if paper_maker is not None:
            self._view.paper_now = partial(paper_maker, self)
        if own_lines is not None:
            self._view.own_lines = partial(own_lines, self)
        self._view.ages = ages

    @property
    def now(self) -> datetime:
        """The instant of these questions, in UTC."""
        return self._view.now

    @property
    def today(self) -> date:
        """Its date in London."""
        return self._view.today

    # the hub

    def hub(self) -> HubSettings:
        """How this hub works."""
        return self._view.hub

    def rules(self) -> RuleSet:
        """The hub's rule set with its own values."""
        return self._view.rules

    def rules_named(self, name: str | dict[str, Any]) -> RuleSet:
        """The rule set of that name, or with those overrides; `BrokenFile` where there is none."""
        return self._view.rules_named(name)

    def rule_sets(self) -> Mapping[str, RuleSet]:
        """Every rule set there is to choose from."""
        return self._view.rule_sets

    def rule_set_name(self) -> str | dict[str, Any]:
        """The hub's rule set as a case names it."""
        return self._view.rule_set_name

    def people(self) -> tuple[User, ...]:
        """The hub's people, those active first."""
        return record.users(self._view)

    def accounts_of(self, *, user: str, name: str) -> frozenset[str]:
        """Every account of the person who is this user, and did something under this name."""
        return record.accounts_of(self._view, user=user, name=name)

    def let_in(self, *, user: str, others: Collection[str]) -> str:
        """That one of them let the other into the hub within the last day: a sentence; else empty."""
        return record.let_in(self._view, user=user, others=others)

    def roles_of_others(self, user: User) -> frozenset[Role]:
        """The roles that anybody else than this person has at the hub, or ever had."""
        return waiting.ever_others(self._view, user)

    def waiting_changes(self) -> tuple[WaitingChange, ...]:
        """Every change that waits for a second person's word, the longest waiting first (A4)."""
        return waiting.changes(self._view)

    def people_by_hospital(self) -> dict[str, int]:
        """How many on the list are of each hospital, by code; whoever has none recorded isn't counted."""
        return patients.by_hospital(self._view)

    def waiting_of(self, subject: str) -> WaitingChange | None:
        """What waits of this setting, or of the hub."""
        return waiting.of(self._view, subject)

    def user(self, name: str) -> User | None:
        """The person of the hub with that id."""
        return record.user(self._view, name)

    def mark(self) -> Mark:
        """How far the record goes: what is printed of it, to be held against it later."""
        last = journal.head(self._view.connection)
        at = journal.recorded_at(self._view.connection, last.seq)
        return Mark(last.seq, last.hash[:LETTERS], None if at is None else datetime.fromisoformat(at))

    def key_of(self, holder: str) -> KnownKey | None:
        """The key of this user, or of the recovery sheet, that is in force; None where there is none."""
        return known_keys.key_of(self._view, holder)

    def home_keys(self) -> dict[str, HomeKey]:
        """The keys with which homes answer by signed files, by setting."""
        return known_keys.home_keys(self._view)

    def hub_of_keys(self) -> str | None:
        """What tells this hub's keys from another hub's; None in a hub without keys."""
        return known_keys.hub_of_keys(self._view)

    def data_key_on_record(self) -> int:
        """The so-manieth data key the hub has, as it is on record: the first unless it was changed."""
        return known_keys.data_key_on_record(self._view)

    def sent_for_decision(self, item: str) -> SentForDecision | None:
        """What went as a file to somebody to decide on, by its id; None where this hub sent none of that."""
        return bundles.sent(self._view, item)

    def answer_taken(self, item: str) -> Line | None:
        """The entry in which the answer to something sent was taken in; None where none was."""
        return bundles.taken(self._view, item)

    def status(self, *, counted: bool = True) -> Status:
        """The rail's counts and the status line; without what takes long unless it is to be `counted`."""
        return hub.status(self._view, counted=counted)

    def sizes(self) -> Sizes:
        """How large the hub is, and what its file is made with: numbers alone, nobody's name."""
        return hub.sizes(self._view)

    def authorities_here(self) -> frozenset[str]:
        """The local authorities of the hub's areas, of its settings, and of the people on the list."""
        return hub.authorities_here(self._view)

    def journal(
        self, *, subject: str | None = None, limit: int = 200, before: int | None = None
    ) -> tuple[JournalLine, ...]:
        """The journal, newest first; `before` an entry's number for the page after it."""
        return record.entries(self._view, subject=subject, limit=limit, before=before)

    def desks(self) -> tuple[DeskLine, ...]:
        """The desks of a hub on a server, in the order of joining; none in another hub."""
        return record.desks(self._view)

    def meanwhile(self, lines: Sequence[Line]) -> str:
        """What others recorded meanwhile, see `record.meanwhile`."""
        return record.meanwhile(self._view, lines)

    def everything(self) -> Everything:
        """All that is on record, to be taken out row by row."""
        return Everything(self._view)

    def about_person(self, patient: str) -> AboutPerson:
        """All that is on record about somebody, without anybody else in it."""
        return about_person.about_person(self._view, patient)

    def past_retention(self, *, before: date) -> tuple[PastRetention, ...]:
        """Who left, and of whom nothing happened on that day or since."""
        return retention.past_retention(self._view, before=before)

    def last_contact(self, patient: str) -> date | None:
        """The day of the last entry about somebody."""
        return retention.last_contact(self._view, patient)

    def seals_people(self) -> bool:
        """Whether what tells who somebody is has a key of theirs in this hub."""
        return retention.seals_people(self._view)

    def written_in_clear(self, patient: str) -> bool:
        """Whether an entry about somebody is from before the hub was sealed."""
        return retention.written_in_clear(self._view, patient)

    def keys_of(self, patient: str) -> tuple[str, ...]:
        """Whose keys are destroyed when somebody is erased."""
        return retention.keys_of(self._view, patient)

    def erased(self) -> frozenset[str]:
        """Who was erased, and which papers and plans with them."""
        return journal.erased(self._view.connection)

    def today_page(self) -> TodayPage:
        """What needs somebody now, by urgency, and the hub at a glance."""
        return today.page(self._view)

    def situation(self) -> SituationFacts:
        """What the figures of today are made from."""
        return situation.situation(self._view)

    def read_back(self, record: ReadBack) -> bool:
        """Reads a piece of the record, for the figures of a day gone by; whether there is more.

        `UserError` for a day that isn't over, or from before the record.
        """
        return record.read(self._view)

    def pictures(self, first: date, last: date) -> PicturesFacts:
        """What the reports with pictures of these days, both included, are made from."""
        return pictures.pictures(self._view, first=first, last=last)

    def projection(self) -> ProjectionFacts:
        """What the days to come are foretold from."""
        return projection.facts(self._view)

    def today_lines(self) -> tuple[TodayLine, ...]:
        """What needs somebody now, by urgency."""
        return today.lines(self._view)

    def record_numbers(self, wanted: RecordFilter) -> tuple[int, ...]:
        """The numbers of the entries looked for, newest first."""
        return record_pages.numbers(self._view, wanted)

    def record_lines(self, seqs: Sequence[int]) -> tuple[RecordLine, ...]:
        """The entries of these numbers as rows, newest first."""
        return record_pages.lines(self._view, seqs)

    def record_entry(self, seq: int) -> RecordEntry:
        """The entry of that number, whole."""
        return record_pages.entry(self._view, seq)

    def find(self, text: str, *, limit: int = 20) -> tuple[Found, ...]:
        """People, settings and placements that match every word of `text`."""
        return hub.find(self._view, text, limit=limit)

    def next_number(self, table: str) -> int:
        """The number for the next of a kind; references are made of it."""
        if table not in (
            "users",
            "patients",
            "observations",
            "settings",
            "plans",
            "placements",
            "happenings",
            "tasks",
        ):
            raise ValueError(table)
        return int(self._view.value(f'SELECT COALESCE(MAX(number), 0) + 1 FROM "{table}"'))

    # people

    def patients(self, *, left: bool = False) -> tuple[PatientRow, ...]:
        """A row for everybody on the list; with `left` also those who left it."""
        return patients.rows(self._view, left=left)

    def changed_since_yesterday(self) -> frozenset[str]:
        """The ids of the people and settings about whom something was recorded since yesterday began."""
        return changes.since_yesterday(self._view)

    def patient(self, name: str) -> PatientPage:
        """Everything about one person."""
        return patients.page(self._view, name)

    def patient_details(self, name: str) -> PatientDetails:
        """One person's record."""
        return patients.person(self._view, name).details

    def who(self, *names: str) -> tuple[WhoItIs, ...]:
        """What tells these people apart, and who has a like name."""
        return tuple(whos(self._view)[name] for name in names)

    def patient_names(self) -> dict[str, str]:
        """Everybody's name by id."""
        return dict(self._view.patient_names)

    def patient_with_nhs_number(self, number: str) -> str | None:
        """Whose NHS number it is; of two records the one on the list."""
        sql = "SELECT id FROM patients WHERE nhs_number = ? ORDER BY left_reason IS NOT NULL, number DESC"
        found: str | None = self._view.value(sql, (number,))
        return None if found is None else merging.survivor(self._view, found)

    def survivor(self, name: str) -> str:
        """The record that this one is a part of now; itself, where it wasn't merged."""
        return merging.survivor(self._view, name)

    def left_note(self, name: str) -> str:
        """What was noted when somebody left the list."""
        return str(self._view.value("SELECT left_note FROM patients WHERE id = ?", (name,)) or "")

    def left_by(self, name: str) -> int | None:
        """The number of the entry by which somebody left the list; None for whoever is on it."""
        found = self._view.value(
            "SELECT left_seq FROM patients WHERE id = ? AND left_reason IS NOT NULL", (name,)
        )
        return None if found is None else int(found)

    def follows(self, name: str, *, into: str) -> Follows:
        """What of one record follows into another, where they are made one."""
        return merging.follows(self._view, name, into=into)

    def kept_bed_of(self, name: str) -> str:
        """The setting that keeps a bed for this person; empty where none does."""
        return merging.kept_bed(self._view, name)

    def merge_of(self, part: str, *, into: str) -> dict[str, Any] | None:
        """What the last entry that merged `part` into the other record says."""
        return merging.merge_of(self._view, part, into=into)

    def with_corrections(self, observations: list[str]) -> list[str]:
        """These observations, and those by which they were corrected since."""
        return merging.with_corrections(self._view, observations)

    def hits(self, name: str) -> tuple[Hit, ...]:
        """The stays that something recorded about this person hits, and who shares their unit."""
        return hits.of(self._view, name)

    def hits_there(self, setting: str, unit: str | None, beds: str | None) -> tuple[HitThere, ...]:
        """Who is in a setting or to come there; of one unit, or group of beds, where it is given."""
        return hits.there(self._view, setting, unit, beds)

    def likely_same(self, name: str) -> list[str]:
        """The records that are likely of the same person as this one, the likest first."""
        who = patients.who_is(self.patient_details(name))
        return [other for other, _ in patients.like(self._view, who, without=name)]

    def people_like(self, who: Who, *, without: str | None = None) -> list[tuple[str, Likeness]]:
        """Those who are likely the same person by name and birth, the likest first."""
        return patients.like(self._view, who, without=without)

    def person(self, name: str) -> Person:
        """One person's record and what a case makes of it; `UserError` where there is none."""
        return patients.person(self._view, name)

    def all_people(self) -> dict[str, Person]:
        """Everybody's record and facts by id, those who left too."""
        return facts.people(self._view, left=True)

    def who_wrote(self) -> dict[str, provenance.Provenance]:
        """Who wrote what of everybody's record: people at the hub, or lists that came in."""
        return provenance.of_people(self._view)

    def import_group(self, name: str) -> provenance.ImportGroup:
        """The entries of one import."""
        return provenance.group(self._view, name)

    def last_imports(self, *, limit: int = 20, kind: str = "") -> list[tuple[str, str, datetime, str]]:
        """The last imports, of one kind of file or all: group, file, when and by whom, newest first."""
        return provenance.last_groups(self._view, limit=limit, kind=kind)

    def observation(self, name: str) -> tuple[str, str, bool] | None:
        """Whose observation it is, its JSON, and whether it is withdrawn."""
        row = self._view.row("SELECT patient, body, withdrawn FROM observations WHERE id = ?", (name,))
        return None if row is None else (row[0], row[1], bool(row[2]))

    def spell(self, name: str, organism: str, onset_on: date) -> str | None:
        """The id of the spell of symptoms with that onset that counts; None where none does."""
        row = self._view.row(
            "SELECT id FROM observations WHERE patient = ? AND withdrawn = 0"
            " AND json_extract(body, '$.kind') = 'symptoms' AND json_extract(body, '$.organism') = ?"
            " AND json_extract(body, '$.onset_on') = ? ORDER BY number DESC LIMIT 1",
            (name, organism, onset_on.isoformat()),
        )
        return None if row is None else str(row[0])

    def attested(self, name: str) -> frozenset[str]:
        """What is attested of the person, and counts."""
        return frozenset(one.attestation for one in patients.attestations(self._view, name))

    def excluded(self, name: str) -> frozenset[str]:
        """The settings that a coordinator has ruled out for the person."""
        found = self._view.rows("SELECT setting FROM exclusions WHERE patient = ?", (name,))
        return frozenset(row[0] for row in found)

    def declined_by(self, name: str) -> dict[str, str]:
        """The settings whose decline of the person stands (A3), and the code of each."""
        sql = "SELECT setting, code FROM declines WHERE patient = ? AND stands = 1 ORDER BY number"
        return dict(self._view.rows(sql, (name,)))

    # settings

    def settings(self) -> tuple[SettingRow, ...]:
        """A row for every setting, by name."""
        return settings.rows(self._view)

    def setting(self, name: str) -> SettingPage:
        """Everything about one setting."""
        return settings.page(self._view, name)

    def setting_details(self, name: str) -> SettingDetails:
        """One setting's record."""
        return settings.details(self._view, name)

    def setting_facts(self, name: str) -> Setting:
        """One setting as a case knows it; `UserError` where there is none."""
        return settings.one(self._view, name)

    def setting_names(self) -> dict[str, str]:
        """Every setting's name by id."""
        return dict(self._view.setting_names)

    def has_setting(self, name: str) -> bool:
        """Whether there is a setting of that id."""
        return self._view.value("SELECT 1 FROM settings WHERE id = ?", (name,)) is not None

    def setting_ids_by_cqc(self) -> dict[str, str]:
        """Which setting has which CQC location id."""
        return settings.ids_by_cqc(self._view)

    def setting_of_cqc_id(self, cqc_id: str) -> str | None:
        """The setting with that CQC location id."""
        found: str | None = self._view.value("SELECT id FROM settings WHERE cqc_id = ?", (cqc_id,))
        return found

    def all_setting_details(self) -> dict[str, SettingDetails]:
        """Every setting's record by id."""
        return settings.all_details(self._view)

    def all_units(self) -> dict[str, tuple[Unit, ...]]:
        """Every setting's units by id."""
        return settings.all_units(self._view)

    def group_records(self, setting: str | None = None) -> dict[tuple[str, str, str], GroupRecord]:
        """What is kept of each group of beds beside the beds, by setting, unit and group."""
        return settings.group_records(self._view, only=setting)

    def latest_returns(self) -> dict[str, CapacityReturn]:
        """Each setting's latest capacity return."""
        return settings.latest_returns(self._view)

    def latest_return(self, name: str) -> CapacityReturn | None:
        """The setting's latest capacity return; None where there is none."""
        found = settings.returns(self._view, name)
        return found[0].report if found else None

    def standing_return(self, name: str) -> tuple[datetime | None, str | None, bool | None]:
        """When the setting's capacity was last said, its figures as canonical JSON, and whether it admits as
        far as any return has said since somebody opened it."""
        reported, figures, accepting, _ = settings.standing(self._view, name)
        at = None if reported is None else datetime.fromisoformat(reported)
        return at, figures, None if accepting is None else bool(accepting)

    def last_return(self, name: str) -> LastReturn | None:
        """The setting's capacity return that was recorded last, with what stood before it."""
        return taking_back.last_return(self._view, name)

    def beds_before(self, setting: str, seq: int) -> BedsBefore:
        """The setting's units and beds as they were before the entry of that number."""
        return taking_back.beds_before(self._view, setting, seq)

    def round_of_calls(self) -> tuple[RoundHome, ...]:
        """The settings to ring every day, the one that has said nothing for longest first."""
        return rounds.round_of(self._view)

    def call(self, setting: str, call: str) -> CallLine | None:
        """A call of a setting's log; None where there is none of that id."""
        return next((line for line in settings.calls_of(self._view, setting) if line.id == call), None)

    def heard(self) -> Mapping[str, Heard]:
        """By setting what it said on the telephone in the last days."""
        return calls.heard(self._view)

    def agreed_action(self, name: str) -> ActionLine | None:
        """One of them, done or not; None where there is none of that id."""
        return calls.action(self._view, name)

    def next_action_number(self) -> int:
        """The number of the next action that is agreed."""
        return calls.next_number(self._view, "actions")

    def outbreak_review(self, ended: str) -> ReviewLine | None:
        """The learning review of the outbreak that this entry ended; None where it ended none."""
        return next(iter(calls.reviews(self._view, "ended = ?", (ended,))), None)

    def priority_homes(self) -> tuple[PriorityHome, ...]:
        """The homes to see to first, the gravest first, each with its reasons."""
        return priority.priority(self._view)

    def aid_requests(self) -> tuple[AidLine, ...]:
        """The requests for mutual aid, newest first."""
        return calls.aid(self._view)

    def aid_request(self, name: str) -> AidLine | None:
        """One of them; None where there is none of that id."""
        return next(iter(calls.aid(self._view, "id = ?", (name,))), None)

    def next_aid_number(self) -> int:
        """The number of the next request for mutual aid."""
        return calls.next_number(self._view, "aid")

    def cross_borders(self) -> tuple[CrossBorder, ...]:
        """Who is placed in another authority than their own."""
        return calls.cross_borders(self._view)

    def holds_in(self, setting: str) -> tuple[facts.Held, ...]:
        """The stays that hold beds in a setting, those waiting for approval too."""
        return tuple(facts.held(self._view, settings=[setting], proposed=True))

    def register_state(self, name: str) -> RegisterState:
        """What is known of the setting and the CQC's register."""
        return settings.register_state(self._view, name)

    def register_states(self) -> Mapping[str, RegisterState]:
        """The settings that have left the CQC's register, decided on or not, by id."""
        return settings.register_states(self._view)

    def lowered_last(self, name: str) -> list[dict[str, Any]]:
        """What the setting's number of registered beds last took from its groups of beds."""
        return settings.lowered_last(self._view, name)

    def joining(self, name: str) -> Joining:
        """What the setting has on record, for making it one with another."""
        return joining.joining(self._view, name)

    def part_of(self, name: str) -> str | None:
        """The setting that this one is a part of; None for one that stands alone."""
        into = self._view.value("SELECT joined_into FROM settings WHERE id = ?", (name,))
        return None if into is None else str(into)

    def designation(self, setting: str, unit: str) -> Span | None:
        """The designation of a unit that is on record, also while the unit isolates nobody (R1)."""
        return settings.designation(self._view, setting, unit)

    def whole(self, name: str) -> str:
        """The setting that this one is a part of now; itself, where it stands alone."""
        return joining.whole(self._view, name)

    def on_record(self, name: str) -> OnRecord:
        """Everything on record that names a setting."""
        return joining.on_record(self._view, name)

    def joined_by(self, setting: str, other: str) -> dict[str, Any]:
        """What the entry says that made the other setting one with this one last."""
        return joining.joined_by(self._view, setting, other)

    def who_is_in(self) -> Mapping[str, tuple[str, ...]]:
        """By setting who is there or on the way."""
        return settings.who_is_in(self._view)

    def kept_beds(
        self, *, setting: str | None = None, patient: str | None = None, old: bool = False
    ) -> tuple[KeptBed, ...]:
        """The beds recorded as kept for somebody; with `old` also the rooms that old stays keep (N12)."""
        ask = kept_beds.own_rooms if old else kept_beds.kept
        return ask(
            self._view,
            settings=None if setting is None else [setting],
            patients=None if patient is None else [patient],
        )

    # plans

    def freeze(self, *, rule_set: str | dict[str, Any] | None = None) -> FrozenCase:
        """The hub as a case at this instant."""
        return cases.freeze(self._view, rule_set=rule_set)

    def head(self) -> int:
        """How many entries the journal has."""
        return journal.head(self._view.connection).seq

    def founded_at(self) -> datetime | None:
        """When the first entry was recorded; None where there is none."""
        ends = journal.recorded(self._view.connection)
        return None if ends is None else ends[0]

    def last_recorded(self) -> datetime | None:
        """When the last entry was recorded; None where there is none."""
        ends = journal.recorded(self._view.connection)
        return None if ends is None else ends[1]

    def narrow_case(
        self,
        people: Sequence[str],
        stays: Sequence[str],
        *,
        without: Sequence[str] = (),
        proposed: bool = True,
    ) -> Case:
        """The case of a few people and settings, for judging placements chosen by hand or to be approved."""
        return cases.narrow(self._view, people, stays, without=without, proposed=proposed)

    def case_around(self, placed: Placed, settings: Collection[str], *, begun: bool) -> Case:
        """The case of one placement alone, without it, for holding it against the hub as it is."""
        return cases.around(self._view, placed, settings, begun=begun)

    def names_in(self, case: Case) -> dict[str, str]:
        """The names of a case's people and settings by their ids, and of whoever is locked there."""
        view = self._view
        found = {setting.id: view.setting_name[setting.id] for setting in case.settings}
        people = {patient.id for patient in case.patients} | {
            p.patient.partition("/")[0] for p in case.locked
        }
        return found | {name: view.patient_name[name] for name in people}

    def plans(self) -> tuple[PlanRow, ...]:
        """Every plan, newest first."""
        return plans.rows(self._view)

    def plan(self, name: str) -> PlanPage:
        """A whole plan for the Match page."""
        return plans.page(self._view, name)

    def plan_files(self, name: str) -> PlanFiles:
        """A plan's files, byte for byte."""
        return plans.files(self._view, name)

    def proposals_of(self, name: str) -> dict[str, Any]:
        """A plan's placements by patient."""
        return dict(plans.placements_of(self._view, name))

    def kept(self) -> dict[str, str]:
        """Whose proposal is kept, of which plan."""
        return dict(self._view.rows("SELECT patient, plan FROM kept"))

    def plan_engine(self, name: str) -> str:
        """The version of the program that made this plan; empty where that wasn't recorded."""
        return plans.engine_of(self._view, name)

    def is_outdated(self, name: str) -> bool:
        """Whether something that a plan depends on was recorded since this one."""
        return plans.is_outdated(self._view, name)

    def designations_under_way(self, setting: str | None = None) -> tuple[UnderWay, ...]:
        """The units on the way to being designated, of one setting or of all."""
        return designating.under_way(self._view, setting)

    def homes_by_outward(self) -> near.Homes:
        """By outward code, the homes whose own place is known: what `near` goes by."""
        return near.homes(self._view)

    # the map

    def sites(self) -> tuple[Site, ...]:
        """Every setting, by name, with where it is."""
        return on_map.sites(self._view)

    def homes(self) -> dict[str, Place]:
        """Where people on the list live, by their id, as far as it is known."""
        return on_map.homes(self._view)

    def reaches(self) -> dict[str, float]:
        """How far from home people on the list would go at most, in km, by their id; others aren't in it."""
        return on_map.reaches(self._view)

    def going(self, *, plan: str | None) -> dict[str, Going]:
        """Where people go: by a placement under way, else as this plan proposes."""
        return on_map.going(self._view, plan=plan)

    # placements

    def approvals(self) -> tuple[ApprovalRow, ...]:
        """What waits for an LA lead."""
        return placement_pages.approvals(self._view)

    def approval_limit(self, user: str) -> ApprovalLimit:
        """Up to which weekly fee this user may approve today."""
        return placement_pages.limit_of(self._view, user)

    def deciding(self, names: Sequence[str]) -> DecidingTogether:
        """What these placements that wait for approval come to together."""
        return sittings.deciding(self._view, names)

    def sitting_of(self, seq: int) -> str | None:
        """The sitting in which this entry approved a placement; None where it is of none."""
        return sittings.sitting_of(self._view, seq)

    def receipt(self, sitting: str) -> Receipt | None:
        """What came of a sitting; None where there is none of this id."""
        return sittings.receipt(self._view, sitting)

    def approval(self, name: str) -> ApprovalPage:
        """Everything an LA lead needs to decide on one placement."""
        return placement_pages.approval(self._view, name)

    def release(self, name: str) -> ReleasePage:
        """Everything a clinician needs to decide on a release from isolation in this placement."""
        return placement_pages.release(self._view, name)

    def moves(self, *, over: bool = False) -> tuple[MoveRow, ...]:
        """Every active placement with its next step; with `over` those that are over too, the newest 500."""
        return placement_pages.moves(self._view, over=over)

    def placement(self, name: str) -> PlacementPage:
        """Everything about one placement."""
        return placement_pages.page(self._view, name)

    def isolation_ends(self, *, days: int = 7) -> tuple[IsolationEnd, ...]:
        """The isolations that end within some days."""
        return placement_pages.isolation_ends(self._view, days=days)

    def timeline(self, *, isolating: Sequence[str], beds: Collection[BedKey] = ()) -> TimelineFacts:
        """The isolated nights of these placements as known now, and these groups of beds by day."""
        return timeline.timeline(self._view, isolating=isolating, beds=beds)

    def placed(self, name: str) -> Placed:
        """A placement as the tables have it; `UserError` where there is none."""
        return placements.one(self._view, name)

    # what happened all the same

    def happening(self, name: str) -> HappenedLine:
        """One of them; `UserError` where there is none of that id."""
        found = happenings.lines(self._view, "h.id = ?", (name,))
        if not found:
            raise UserError(
                f"There is no record {name} of something that happened.", "Choose one of the list."
            )
        return found[0]

    def about(self, name: str) -> happenings.About | None:
        """Whom and what something on record is about; None where there is none of that id."""
        return happenings.about(self._view, name)

    def fact_counts(self) -> tuple[FactCount, ...]:
        """How often each fact happened, by hospital and home."""
        return happenings.counts(self._view)

    def escalated_to(self, placement: str | None, *, to: Collection[Role]) -> str | None:
        """The user to whom what happened against a rule goes; None where nobody is there for it."""
        return happenings.escalated_to(self._view, placement, to=to)

    def task(self, name: str) -> TaskLine | None:
        """One of them, while it is to be done."""
        found = happenings.tasks(self._view, "t.id = ? AND t.done_at IS NULL", (name,))
        return found[0] if found else None

    def task_setting(self, name: str) -> str | None:
        """The setting that a task is about."""
        found: str | None = self._view.value("SELECT setting FROM tasks WHERE id = ?", (name,))
        return found

    def tasks_done_of(self, seq: int) -> tuple[TaskLine, ...]:
        """The tasks that an entry left behind and that are done by now."""
        return happenings.tasks(self._view, "t.seq = ? AND t.done_at IS NOT NULL", (seq,))

    def news(self, patient: str | None = None) -> tuple[NewsLine, ...]:
        """Who has to hear of a result that came after the person had left, and hasn't."""
        return news.lines(self._view, patient)

    def block_on(self, patient: str) -> Block | None:
        """Why the person can't start today, by their infections; None where they can."""
        return listed.people(self._view, [patient])[patient].state.block(self.today)

    def journey_asks(self, patient: str, on: date) -> Asks | None:
        """What a journey of this person on that day asks of crew and vehicle; None: nothing is said of it."""
        state = listed.people(self._view, [patient])[patient].state
        away = self._view.value(
            "SELECT 1 FROM placements WHERE patient = ? AND state IN ('departed', 'arrived')", (patient,)
        )
        return transport.asks(self._view.rules, state, on, has_left=away is not None)

    def own_today(self, user: str) -> tuple[OwnEntry, ...]:
        """The user's entries of today that can be taken back, newest first, with what followed from each."""
        return own_entries.own_today(self._view, user)

    def entry(self, name: str) -> Line | None:
        """The journal's entry of that id."""
        return own_entries.by_id(self._view, name)

    def entries_of(self, subject: str) -> tuple[Line, ...]:
        """The journal's entries about one person, setting, placement or the hub, oldest first."""
        return taking_back.lines_of(self._view, subject)

    def sentence_of(self, line: Line) -> str:
        """The entry in words."""
        return sentence(line.kind, line.body, settings=self._view.setting_name)

    def standing_before(self, line: Line, own: Collection[str] = ()) -> StandingBefore:
        """What stood at a setting before this entry: admissions, an outbreak, a kept bed."""
        return taking_back.standing_before(self._view, line, own)

    def reviews(self, placement: str) -> tuple[RecordedReview, ...]:
        """The reviews of a placement that count, newest first."""
        return reviews.of_placement(self._view, placement)

    def assessments(self, patient: str) -> tuple[RecordedAssessment, ...]:
        """The trusted assessors' assessments of somebody, newest first; withdrawn ones too."""
        return reviews.assessments(self._view, patient)

    def next_review_number(self) -> int:
        """The number of the hub's next review."""
        return reviews.next_number(self._view, "reviews")

    def next_assessment_number(self) -> int:
        """The number of the hub's next assessment."""
        return reviews.next_number(self._view, "assessments")

    def paper_facts(self, placement: str, stay: int | None = None) -> PaperFacts:
        """What a paper about this placement is made from; of the stay that comes next, or of another."""
        return papers.paper_facts(self._view, placement, stay)

    def journeys(self, day: date) -> tuple[JourneyFacts, ...]:
        """The journeys booked for that day that are still to be made or under way, by time."""
        return papers.journeys(self._view, day)

    def issued_papers(self, about: str) -> tuple[IssuedPaper, ...]:
        """The papers issued about a placement, or of a day, newest first."""
        return paper_ages.issued(self._view, about)

    def paper(self, name: str) -> tuple[IssuedPaper, Paper]:
        """A paper as it was issued; `UserError` where there is none of that id."""
        return papers.paper(self._view, name)

    def outdated_papers(self, *, at_once: int | None = paper_ages.AT_ONCE) -> HeldPapers:
        """The papers that somebody holds and that no longer say what the record says."""
        return paper_ages.outdated(self._view, at_once=at_once)

    def next_paper_number(self) -> int:
        """The number of the hub's next paper."""
        return papers.next_number(self._view)

    def next_paper_version(self, about: str, kind: PaperKind) -> int:
        """The version that the next paper of this kind about this has."""
        return papers.next_version(self._view, about, kind)

    def to_tell(self, patient: str) -> ToTell:
        """What a setting has to be told of this person: what the record says, in words."""
        return telling.to_tell(self._view, patient)

    def last_step(self, name: str) -> LastStep:
        """The placement's last entry that wasn't taken back, with what stood before it."""
        return taking_back.last_step(self._view, name)

    def companions(self) -> dict[str, frozenset[str]]:
        """Whom each person on the list stays together with, symmetric and transitive (N7)."""
        return facts.companions(self._view)

    def active_of(self, patient: str) -> tuple[Placed, ...]:
        """The person's active placements, oldest first."""
        return tuple(placements.active_of(self._view, patient))

    def keep_flags(self, looked: Mapping[str, Looked]) -> None:
        """Keeps what was found of these placements; inside a transaction of the desk."""
        watched.keep(self._view, looked)

    def forget_flags(self, names: Sequence[str]) -> None:
        """Drops what was found of these placements: they count as not looked at."""
        watched.forget(self._view.connection, names)

    def not_looked_at(self, *, limit: int) -> list[str]:
        """The placements under way that nobody has looked at since something changed, oldest first."""
        return watched.not_looked_at(self._view, limit=limit)

    def concerned(self, named: Collection[str], *, besides: Collection[str]) -> list[str]:
        """The placements under way for which a change of these people, settings, placements matters."""
        return watched.concerned(self._view, named, besides=besides)

    def is_released(self, placed: Placed) -> bool:
        """Whether a clinician's release is on record (C4)."""
        among = company.company(self._view, [placed])
        return placement_steps.released(placed, among.people[placed.patient])

    def onward_from(self, placed: Placed) -> date | None:
        """The day from which somebody in a setting can go on; None: not known."""
        return cases.onward_from(self._view, placed, self.person(placed.patient).facts)

    def fee_of(self, setting: str) -> float | None:
        """The weekly fee of a setting that counts; None where none is known, or there is no such setting."""
        fee: float | None = self._view.value("SELECT weekly_fee FROM settings WHERE id = ?", (setting,))
        return fee

    def weekly_fee(self, placed: Placed) -> float | None:
        """The highest weekly fee of its stays that a limit is held against (A4); None: one isn't known."""
        return placement_pages.weekly_fee(self._view, placed)
