"""What each entry of the journal says, as a sentence. Never a person's name or number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from discharge.model.approving import ACCEPT, RELEASE, Principle
from discharge.model.call import AidAnswer, AidKind, AidWay
from discharge.model.designating import DesignationStep
from discharge.model.happening import Happening, Left
from discharge.model.infection import organism_name
from discharge.model.kept_bed import PaidBy
from discharge.model.paper import PaperKind
from discharge.model.people import Role
from discharge.model.placement import DeclineReason, EndOutcome
from discharge.model.postcodes import FromPostcode
from discharge.model.travel import CrewPpe, TransportMode
from discharge.rules.careful import doubt_words
from discharge.rules.rule_words import subject_of, value_label, value_words
from discharge.store.ask.view import Names
from discharge.store.journal import Kind
from discharge.words.calls import answers_words
from discharge.words.counts import count_words, listing, sentence_case
from discharge.words.days import day_and_time, day_words
from discharge.words.places import filled_words
from discharge.words.register import left_words
from discharge.words.waiting import WAITS, change_words, fee_words

Body = Mapping[str, Any]


@lru_cache(maxsize=4096)
def shown_day(when: date | str | None) -> str:
    """`Mon 16 Nov`."""
    if when is None:
        return ""
    return day_words(date.fromisoformat(when) if isinstance(when, str) else when)


@lru_cache(maxsize=4096)
def shown_time(when: datetime | str) -> str:
    """`Mon 16 Nov 09:10`, by the clocks in London."""
    return day_and_time(datetime.fromisoformat(when) if isinstance(when, str) else when)


def sentence(kind: Kind, body: Body, *, settings: Names) -> str:
    """The entry in words; `settings` gives the names of settings by id.

    What was unusual about it, and was asked, is said with the reason that was given; what is marked, too.
    """
    said = _SAID[kind](body, settings)
    if change := body.get("waits"):
        said += f" {change_words(change)} {WAITS}."
    for one in body.get("confirmed", ()):
        said += f" Asked: {one['asked']} Confirmed: {_stopped(one['why'])}"
    for mark in body.get("marked", ()):
        said += f" Marked: {mark}"
    return said


def observation_sentence(seen: Body) -> str:
    """An observation in words."""
    name = organism_name(seen["organism"])
    if seen["kind"] == "test":
        taken = f"specimen {shown_time(seen['specimen_at'])}"
        if seen["result"] == "pending":
            return f"{name}: test taken, result awaited ({taken})."
        return f"{name}: {seen['result']} ({taken}, reported {shown_time(seen['reported_at'])})."
    if seen["kind"] == "symptoms":
        resolved = f", gone on {shown_day(seen['resolved_on'])}" if seen["resolved_on"] else ""
        return f"{name}: symptoms since {shown_day(seen['onset_on'])}{resolved}."
    if seen["kind"] == "exposure":
        return f"{name}: exposed on {shown_day(seen['exposed_on'])}."
    if seen["released_on"]:
        return f"{name}: released from isolation on {shown_day(seen['released_on'])}."
    return f"{name}: to isolate until {shown_day(seen['isolate_until'])}."


_ATTESTED = {
    "normal_immune_response": "a normal immune response",
    "isolation_completed": "that isolation is completed",
    "clinical_improvement": "clinical improvement",
    "no_new_symptoms": "no new symptoms",
    "clinician_clearance": "a clinician's clearance",
}


def attestation_words(attestation: str) -> str:
    """What an attestation says, in words."""
    return _ATTESTED[attestation]


def _fields(body: Body) -> str:
    changed = [name.replace("_", " ") for name in body.get("changed", ()) if name != "from_postcode"]
    return f": {', '.join(changed)}" if changed else ""


def _placed(body: Body) -> str:
    """What the entry filled from the postcode, where it did; entries of old don't say."""
    if "changed" in body and "from_postcode" not in body["changed"]:
        return ""
    mark = body["details"].get("from_postcode")
    words = "" if mark is None else filled_words(FromPostcode.model_validate(mark))
    return f" {words}" if words else ""


def _why(text: str) -> str:
    return f" Reason: {text}" if text else ""


def _judged(body: Body) -> str:
    """The weekly fee that a limit was held against, where there was a limit; entries of old don't say."""
    return f" Weekly fee judged: {fee_words(body['judged_fee'])}." if "judged_fee" in body else ""


def _principle(body: Body) -> str:
    named = body.get("principle")
    return f" Principle: {Principle(named).words}." if named else ""


def _by_file(said: str, body: Body) -> str:
    """What was decided; where that was away from the hub, with that and who took the answer in."""
    answer = body.get("answer")
    if answer is None:
        return said
    signed, by = shown_time(answer["at"]), answer["carrier_name"]
    return f"{_stopped(said)} Answered by file, signed {signed}; taken in by {by}."


def _asked(body: Body) -> str:
    """What it went for, where that isn't approval."""
    return {RELEASE: " the release from isolation", ACCEPT: " the offer"}.get(body.get("asks", ""), "")


def _stopped(text: str) -> str:
    """What somebody typed, with a full stop where more follows it."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _note(text: str) -> str:
    return f" {text}" if text else ""


def _roles(body: Body) -> str:
    roles = ", ".join(Role(role).words for role in sorted(body["roles"])) or "no role"
    names = body.get("authorities", ())
    if names:
        return f"{roles}; decides for {listing(names)}"
    return f"{roles}; decides for every authority" if "authorities" in body.get("changed", ()) else roles


def _at(body: Body, settings: Names) -> str:
    return settings[body["setting"]]


def _capacity(body: Body, _settings: Names) -> str:
    report = body["report"]
    said = []
    if report["vacancies"] is not None:
        said.append(f"{report['vacancies']} vacant")
    if report["used_beds"] is not None and report["max_capacity"] is not None:
        said.append(f"{report['used_beds']} of {report['max_capacity']} beds used")
    if report["accepting"] is not None:
        said.append("accepting admissions" if report["accepting"] else "not accepting admissions")
    older = "" if body["latest"] else " Older than the one on record: kept for the history."
    when = shown_time(report["reported_at"])
    doubts = f" {doubt_words(body['doubts'])}" if body.get("doubts") else ""
    return f"Capacity return of {when}: {', '.join(said) or 'beds by group'}.{doubts}{older}"


def _doubted(body: Body) -> str:
    """What of the beds is more than the setting is registered for; entries of old don't say."""
    return f" {doubt_words(body['bed_doubts'])}" if body.get("bed_doubts") else ""


def _given_up(verb: str) -> Callable[[Body, Names], str]:
    def said(body: Body, settings: Names) -> str:
        where = f" for the second stay at {_at(body, settings)}" if body["stay"] else ""
        return f"{verb}{where}.{_why(body['reason'])}"

    return said


def _declined(body: Body, settings: Names) -> str:
    words = DeclineReason(body["code"]).words
    said = f"{_at(body, settings)} declined: {words[0].lower()}{words[1:]}.{_note(body['note'])}"
    return _by_file(said, body)


def _booked(body: Body, _settings: Names) -> str:
    journey = body["transport"]
    mode, ppe = TransportMode(journey["mode"]).words, CrewPpe(journey["ppe"]).words
    return f"Transport booked for {shown_time(journey['at'])}: {mode}; crew: {ppe}."


def _proposed(body: Body, settings: Names) -> str:
    stays = body["placement"]["stays"]
    where = ", then ".join(f"{_at(stay, settings)} from {shown_day(stay['from'])}" for stay in stays)
    how = f"from plan {body['plan']}" if body["plan"] else "by hand"
    return f"Proposed {how}: {where}.{_why(body['reason'])}{_principle(body)}"


_KEYS_SET = {
    "founded": "Set their passphrase, with which they sign from now on; the hub's signatures begin.",
    "sealed": "Sealed the hub with their passphrase; its signatures begin.",
    "one_time_word": "Let in with a one-time word.",
    "own": "Set their own passphrase.",
    "recovery": "Let in by the recovery sheet, and set their passphrase.",
    "sheet": "A new recovery sheet was made; an earlier one opens nothing any more.",
}
"""By how a key was set."""

_STEPS = {
    Kind.PLACEMENT_TOLD: "told",
    Kind.PLACEMENT_ACCEPTED: "accepted",
    Kind.PLACEMENT_DECLINED: "declined",
    Kind.PLACEMENT_UNANSWERED: "no answer",
    Kind.PLACEMENT_BOOKED: "transport booked",
    Kind.PLACEMENT_DEPARTED: "departed",
    Kind.PLACEMENT_ARRIVED: "arrived",
    Kind.PLACEMENT_MOVED_ON: "moved on",
    Kind.ONWARD_WANTED: "onward place asked for",
    Kind.PLACEMENT_ENDED: "ended by moving on",
}


def step_words(kind: str) -> str:
    """A step of a placement that can be taken back, in words."""
    return _STEPS[Kind(kind)]


def _capacity_taken_back(body: Body, _settings: Names) -> str:
    what = "Confirmation" if body["kind"] == Kind.CAPACITY_CONFIRMED else "Capacity return"
    return f"{what} of {shown_time(body['reported_at'])} taken back.{_why(body['reason'])}"


def _happened(body: Body, settings: Names) -> str:
    words = "; ".join(Happening(fact).words for fact in body["facts"])
    where = settings[body["setting"]] if body["setting"] else body["elsewhere"]
    at = f" ({where})" if where else ""
    unruled = "the record" if Happening.DOESNT_FIT in body["facts"] else "the plan"
    against = "".join(
        f" Against {each['rule'] or unruled}: {_stopped(each['sentence'])}" for each in body["against"]
    )
    return f"What happened: {words}{at}.{against}{_why(body['reason'])} Goes to {body['assigned_name']}."


def _value_name(key: str) -> str:
    name = value_label(key).name
    return f"{subject_of(key)}, {name[:1].lower()}{name[1:]}"


def _hub_amended(body: Body) -> str:
    said = body.get("hospital")
    if said is None:
        return f"The hub's settings were changed{_fields(body)}."
    parts = [said[part] for part in ("name", "board", "region") if said[part]]
    what = f"described: {', '.join(parts)}" if parts else "taken out of the hub's hospitals"
    return f"Hospital {said['code']} {what}."


def _settled(body: Body) -> str:
    one = body["local_value"]
    now, before = (value_words(one["key"], one[name]) for name in ("value", "instead_of"))
    what = f"{now}, as the rule set says" if now == before else f"{now} instead of {before}"
    return f"{_value_name(one['key'])}: {what}. Source: {one['source'].rstrip('.')}.{_why(one['reason'])}"


def _bed_kept(body: Body, _settings: Names) -> str:
    until = f" until {shown_day(body['until'])}" if body["until"] else ""
    paid = PaidBy(body["paid_by"]).words
    who = f"Bed {body['beds']} of unit {body['unit']} kept for {body['patient']}{until}"
    return f"{who}; paid for by {paid}.{_note(body['note'])}"


def _for_outbreak(body: Body) -> str:
    """Of which outbreak; as of old it may not say."""
    organism = body.get("organism")
    return f" of the outbreak of {organism_name(organism)}" if organism else ""


def _call(body: Body, _settings: Names) -> str:
    who = "The setting rang" if body["incoming"] else "Rang the setting"
    if not body["answered"]:
        return f"{who}: no answer.{_note(body['said'])}"
    answers = answers_words(body.get("answers") or {})
    said = f"{who}: {body['said']}" if body["said"] else f"{who}."
    return f"{said} {sentence_case(answers)}." if answers else said


def _aid_asked(body: Body, _settings: Names) -> str:
    asks = "Asked" if AidWay(body["way"]) is AidWay.ASKED else "Was asked by"
    for_what = f"{AidKind(body['kind']).words}: {_stopped(body['wanted'])}"
    by = f" Needed by {shown_day(body['needed_by'])}." if body["needed_by"] else ""
    return f"{asks} {body['borough']} for {for_what}{by}"


def _aid_answered(body: Body, _settings: Names) -> str:
    owed = ""
    if body["owed"]:
        owed = " To be given back" + (f" by {shown_day(body['back_by'])}." if body["back_by"] else ".")
    return f"Answered {AidAnswer(body['answer']).words}.{_note(body['words'])}{owed}"


def _aid_taken_back(body: Body, _settings: Names) -> str:
    what = {
        Kind.AID_ASKED: "The request",
        Kind.AID_ANSWERED: "Its answer",
        Kind.AID_GIVEN_BACK: "That it was given back",
    }[Kind(body["kind"])]
    return f"{what} was recorded by mistake.{_why(body['reason'])}"


_TAKEN_BACK: Mapping[str, str] = {
    Kind.ADMISSIONS_CLOSED: "Closing to admissions",
    Kind.ADMISSIONS_OPENED: "Opening to admissions",
    Kind.SETTING_LEFT_REGISTER: "Leaving the register",
    Kind.REGISTER_DECIDED: "A decision on the register",
    Kind.OUTBREAK_DECLARED: "Declaring an outbreak",
    Kind.OUTBREAK_ENDED: "Ending an outbreak",
    Kind.RISK_ASSESSED: "A risk assessment",
    Kind.BED_KEPT: "Keeping a bed",
    Kind.BED_RELEASED: "Releasing a kept bed",
    Kind.UNIT_ADDED: "A new unit",
    Kind.UNIT_AMENDED: "A change of a unit",
    Kind.BEDS_SET: "A change of beds",
    Kind.BEDS_REMOVED: "Taking beds out",
    Kind.UNIT_DESIGNATED: "A designation",
    Kind.DESIGNATION_ENDED: "The end of a designation",
}
"""What was taken back, by the kind of its entry."""

_SAID: dict[Kind, Callable[[Body, Names], str]] = {
    Kind.HUB_FOUNDED: lambda b, _s: f"The hub {b['settings']['name']} was founded.",
    Kind.HUB_AMENDED: lambda b, _s: _hub_amended(b),
    Kind.APPROVAL_RULES_SET: lambda b, _s: (
        f"{'Other approval rules were asked for' if 'waits' in b else 'The approval rules were set'}."
        f"{_why(b['reason'])}"
    ),
    Kind.RULE_SET_CHOSEN: lambda b, _s: (
        f"Rule set chosen: {b['settings']['rule_set'] or 'the one in force on the day'}.{_why(b['reason'])}"
    ),
    Kind.LOCAL_VALUE_SET: lambda b, _s: _settled(b),
    Kind.LOCAL_VALUE_WITHDRAWN: lambda b, _s: (
        f"{_value_name(b['key'])}: the hub's own word is withdrawn, the rule set's value counts."
        f"{_why(b['reason'])}"
    ),
    Kind.WEIGHTS_SET: lambda b, _s: f"The weights were changed{_fields(b)}.{_why(b['reason'])}",
    Kind.USER_ADDED: lambda b, _s: f"Added to the hub's people as {_roles(b)}.",
    Kind.USER_AMENDED: lambda b, _s: f"Changed: {_roles(b)}." if b["active"] else "No longer at this hub.",
    Kind.KEY_SET: lambda b, _s: _KEYS_SET[b["how"]],
    Kind.KEY_CLOSED: lambda _b, _s: "Can't sign in any more: the passphrase is closed.",
    Kind.HOME_KEY_SET: lambda b, _s: (
        f"{b['name']} answers for it by signed files; letters of the key: {b['letters']}."
    ),
    Kind.HOME_KEY_CLOSED: lambda b, _s: (
        f"{b['name']} no longer answers for it by signed files.{_why(b['reason'])}"
    ),
    Kind.SIGN_IN_FAILED: lambda b, _s: f"{count_words(b['times'], 'sign-in')} failed.",
    Kind.DESK_ADDED: lambda b, _s: (
        f"The hub was brought to a server, from {b['name']}."
        if b["first"]
        else f"{b['name']} joined the hub as a desk."
    ),
    Kind.DESK_CLOSED: lambda b, _s: f"{b['name']} is no desk of the hub any more.{_why(b['reason'])}",
    Kind.COPY_TAKEN_HOME: lambda b, _s: (
        f"A copy of the hub was taken from the server, to be a hub of its own.{_why(b['reason'])}"
    ),
    Kind.DATA_KEY_CHANGED: lambda b, _s: f"The hub was sealed by another data key.{_why(b['reason'])}",
    Kind.CHANGE_CONFIRMED: lambda b, _s: (
        f"Confirmed, and counts from now on: {change_words(b).lower()}, as {b['changed_by']} changed it."
    ),
    Kind.CHANGE_REFUSED: lambda b, _s: (
        f"Refused, and doesn't count: {change_words(b).lower()}, as {b['changed_by']} changed it."
        f"{_why(b['reason'])}"
    ),
    Kind.CHANGE_TAKEN_BACK: lambda b, _s: (
        f"Taken back before it counted: {change_words(b).lower()}.{_why(b['reason'])}"
    ),
    Kind.PATIENT_REGISTERED: lambda b, _s: f"Entered on the list.{_placed(b)}",
    Kind.PATIENT_AMENDED: lambda b, _s: f"Record changed{_fields(b)}.{_placed(b)}{_why(b['reason'])}",
    Kind.PATIENT_LEFT: lambda b, _s: f"Left the list: {b['reason'].replace('_', ' ')}.{_note(b['note'])}",
    Kind.PATIENT_TAKEN_BACK: lambda b, _s: f"Taken back on the list.{_note(b['note'])}",
    Kind.KNOWN_AS: lambda b, _s: (
        f"A list's {b['name']} is taken for this person no more."
        if b["forgotten"]
        else f"Said to be the person whom a list calls {b['name']}."
    ),
    Kind.PATIENTS_MERGED: lambda b, _s: (
        f"{b['patient']} is the same person: its record is a part of this one{_fields(b)}.{_why(b['reason'])}"
    ),
    Kind.PATIENTS_PARTED: lambda b, _s: (
        f"{b['patient']} is another person: its record stands alone again.{_why(b['reason'])}"
    ),
    Kind.OBSERVATION_RECORDED: lambda b, _s: _by_file(observation_sentence(b["observation"]), b),
    Kind.OBSERVATION_WITHDRAWN: lambda b, _s: f"Observation {b['id']} no longer counts.{_why(b['reason'])}",
    Kind.ATTESTATION_RECORDED: lambda b, _s: f"Attested: {attestation_words(b['attestation'])}.",
    Kind.ATTESTATION_WITHDRAWN: lambda b, _s: (
        f"No longer attested: {attestation_words(b['attestation'])}.{_why(b['reason'])}"
    ),
    Kind.SETTING_EXCLUDED: lambda b, s: f"{_at(b, s)} ruled out.{_why(b['reason'])}",
    Kind.SETTING_INCLUDED: lambda b, s: f"{_at(b, s)} no longer ruled out.{_why(b['reason'])}",
    Kind.SETTING_REGISTERED: lambda b, _s: f"Registered.{_placed(b)}{_doubted(b)}",
    Kind.SETTING_AMENDED: lambda b, _s: (
        f"Record changed{_fields(b)}.{_placed(b)}{_doubted(b)}{_why(b['reason'])}"
    ),
    Kind.SETTING_TAKEN_BACK: lambda b, _s: f"Entered by mistake: no home of the hub.{_why(b['reason'])}",
    Kind.SETTINGS_JOINED: lambda b, _s: f"Joined with {b['setting']}: one home.{_why(b['reason'])}",
    Kind.SETTINGS_PARTED: lambda b, _s: f"Parted from {b['setting']} again.{_why(b['reason'])}",
    Kind.SETTING_LEFT_REGISTER: lambda b, _s: (
        sentence_case(left_words(b["since"])) + ". Takes nobody until somebody decides."
    ),
    Kind.REGISTER_DECIDED: lambda b, _s: (
        f"Decided, having left the CQC's register: {'used as before' if b['keep'] else 'stays closed'}."
        f"{_why(b['reason'])}"
    ),
    Kind.UNIT_ADDED: lambda b, _s: f"Unit {b['unit']['id']} added.{_doubted(b)}",
    Kind.UNIT_AMENDED: lambda b, _s: (
        f"Unit {b['unit']} changed{_fields(b)}."
        + (
            " It isolates nobody: its designation counts for nothing until it does."
            if b.get("idle_designation")
            else ""
        )
    ),
    Kind.BEDS_SET: lambda b, _s: f"Beds {b['beds']['id']} of unit {b['unit']} set.{_doubted(b)}",
    Kind.BEDS_REMOVED: lambda b, _s: f"Beds {b['beds']} of unit {b['unit']} taken out.{_why(b['reason'])}",
    Kind.BEDS_TAKEN_BACK: lambda b, _s: (
        f"{_TAKEN_BACK.get(b.get('kind', ''), 'An import')} taken back:"
        f" units and beds are as they were before it.{_why(b['reason'])}"
    ),
    Kind.BED_KEPT: _bed_kept,
    Kind.BED_RELEASED: lambda b, _s: (
        f"Bed {b['beds']} of unit {b['unit']} no longer kept for {b['patient']}.{_why(b['reason'])}"
    ),
    Kind.UNIT_DESIGNATED: lambda b, _s: (
        f"Unit {b['unit']} designated from {shown_day(b['from'])}"
        + (f" to {shown_day(b['to'])}" if b["to"] else "")
        + f"; assured by the CQC on {shown_day(b['assured_on'])}."
    ),
    Kind.DESIGNATION_STEP_TAKEN_BACK: lambda b, _s: (
        f"Unit {b['unit']}, {DesignationStep(b['step']).words}: taken back.{_why(b['reason'])}"
    ),
    Kind.DESIGNATION_STEP: lambda b, _s: (
        f"Designation of unit {b['unit']} ({count_words(b['beds'], 'bed')}), {shown_day(b['on'])}: "
        f"{DesignationStep(b['step']).words}. In no plan until it is designated."
    ),
    Kind.DESIGNATION_ENDED: lambda b, _s: (
        f"Designation of unit {b['unit']} ends on {shown_day(b['on'])}.{_why(b['reason'])}"
    ),
    Kind.CAPACITY_RETURNED: _capacity,
    Kind.CAPACITY_CONFIRMED: lambda b, _s: (
        f"Capacity confirmed, no change, {shown_time(b['report']['reported_at'])}."
    ),
    Kind.CAPACITY_TAKEN_BACK: _capacity_taken_back,
    Kind.OUTBREAK_DECLARED: lambda b, _s: f"Outbreak of {organism_name(b['organism'])} declared.",
    Kind.RISK_ASSESSED: lambda b, _s: (
        f"Admissions go on under a risk assessment{_for_outbreak(b)}.{_note(b['note'])}"
    ),
    Kind.OUTBREAK_ENDED: lambda b, _s: f"Outbreak of {organism_name(b['organism'])} over.",
    Kind.ADMISSIONS_CLOSED: lambda b, _s: f"Closed to admissions.{_why(b['reason'])}",
    Kind.ADMISSIONS_OPENED: lambda _b, _s: "Open to admissions.",
    Kind.STANDING_TAKEN_BACK: lambda b, _s: (
        f"{_TAKEN_BACK[b['kind']]} taken back: it is as it was before.{_why(b['reason'])}"
    ),
    Kind.CALL_LOGGED: _call,
    Kind.CALL_WITHDRAWN: lambda b, _s: f"A call was taken out of the log.{_why(b['reason'])}",
    Kind.REVIEWED: lambda b, _s: f"Review of day {b['review']['day']}: {_review(b['review'])}",
    Kind.REVIEW_WITHDRAWN: lambda b, _s: f"Review of day {b['day']} taken back.{_why(b['reason'])}",
    Kind.ASSESSED: lambda b, s: (
        f"Assessed by {b['assessment']['assessor']} on {shown_day(b['assessment']['on'])}"
        + (
            f" for {', '.join(s[name] for name in b['assessment']['settings'])}."
            if b["assessment"]["settings"]
            else "."
        )
    ),
    Kind.ASSESSMENT_WITHDRAWN: lambda b, _s: (
        f"The assessment by {b['assessor']} no longer counts.{_why(b['reason'])}"
    ),
    Kind.ACTION_AGREED: lambda b, _s: f"Agreed: {_stopped(b['what'])} {b['who']}, by {shown_day(b['due'])}.",
    Kind.ACTION_DONE: lambda b, _s: f"Done: {_stopped(b['what'])}{_note(b['words'])}",
    Kind.ACTION_REOPENED: lambda b, _s: f"Not done after all: {_stopped(b['what'])}{_why(b['reason'])}",
    Kind.ACTION_DROPPED: lambda b, _s: f"No longer agreed: {_stopped(b['what'])}{_why(b['reason'])}",
    Kind.OUTBREAK_REVIEWED: lambda b, _s: (
        f"Outbreak of {organism_name(b['organism'])} looked back on: {_stopped(b['learned'])}"
        + (f" Shared with: {_stopped(b['shared'])}" if b["shared"] else "")
    ),
    Kind.OUTBREAK_REVIEW_TAKEN_BACK: lambda b, _s: (
        f"Review of the outbreak of {organism_name(b['organism'])} taken back.{_why(b['reason'])}"
    ),
    Kind.AID_ASKED: _aid_asked,
    Kind.AID_ANSWERED: _aid_answered,
    Kind.AID_GIVEN_BACK: lambda b, _s: f"Given back.{_note(b['words'])}",
    Kind.AID_STEP_TAKEN_BACK: _aid_taken_back,
    Kind.PERSON_ERASED: lambda b, _s: (
        f"Erased, {b['months']} months after {shown_day(b['last'])}: nobody can read any more who it was."
        f"{_why(b['reason'])}"
    ),
    Kind.COPY_GIVEN: lambda b, _s: f"A copy of what is on record was made for {b['to']}.{_why(b['reason'])}",
    Kind.PAPER_ISSUED: lambda b, _s: (
        f"{sentence_case(PaperKind(b['kind']).words)} issued, version {b['version']}, for {b['to']}."
    ),
    Kind.PAPER_RECALLED: lambda b, _s: (
        f"{sentence_case(PaperKind(b['kind']).words)}, version {b['version']}, for {b['to']}"
        f" recalled.{_why(b['reason'])}"
    ),
    Kind.PLAN_STORED: lambda b, _s: (
        f"Plan made under {b['rule_set']}:"
        f" {sum(b['placed'])} placed, {b['unplaced']} not, {b['points']} points."
    ),
    Kind.PROPOSAL_KEPT: lambda b, _s: f"Proposal of plan {b['plan']} kept for the next planning.",
    Kind.KEEPING_STOPPED: lambda _b, _s: "Proposal no longer kept.",
    Kind.PLACEMENT_PROPOSED: _proposed,
    Kind.PLACEMENT_SENT: lambda b, _s: (
        f"Made into a file for {b['whom_name']} to decide on{_asked(b)}, until {shown_time(b['expires'])}."
    ),
    Kind.PLACEMENT_APPROVED: lambda b, _s: _by_file(
        f"Approved.{_judged(b)}{_note(b['note'])}{_principle(b)}", b
    ),
    Kind.PLACEMENT_RETURNED: lambda b, _s: _by_file(f"Returned.{_why(b['reason'])}{_principle(b)}", b),
    Kind.PLACEMENT_TOLD: lambda b, s: (
        f"{_at(b, s)} was told: {_stopped(b['result'])}"
        + (f" Trusted assessor: {b['assessor']}." if b["assessor"] else "")
    ),
    Kind.PLACEMENT_ACCEPTED: lambda b, s: _by_file(f"{_at(b, s)} accepted.{_note(b['note'])}", b),
    Kind.PLACEMENT_DECLINED: _declined,
    Kind.PLACEMENT_UNANSWERED: lambda b, s: f"{_at(b, s)} gave no answer.{_note(b['note'])}",
    Kind.PLACEMENT_BOOKED: _booked,
    Kind.PLACEMENT_DEPARTED: lambda b, s: f"Left for {_at(b, s)}.",
    Kind.PLACEMENT_ARRIVED: lambda b, s: f"Arrived at {_at(b, s)}.",
    Kind.PLACEMENT_RELEASED: lambda b, _s: _by_file(
        f"Released by a clinician from isolation with {organism_name(b['organism'])} on {shown_day(b['on'])}."
        f"{_why(b.get('reason', ''))}",
        b,
    ),
    Kind.PLACEMENT_NOT_RELEASED: lambda b, _s: _by_file(
        f"Not released from isolation by a clinician.{_why(b['reason'])}", b
    ),
    Kind.PLACEMENT_MOVED_ON: lambda b, s: f"Moved on to {_at(b, s)}.",
    Kind.ONWARD_WANTED: lambda b, _s: (
        "On the list for an onward place" + (f" from {shown_day(b['until'])}." if b["until"] else ".")
    ),
    Kind.PLACEMENT_ENDED: lambda b, _s: f"Ended: {EndOutcome(b['outcome']).words}.{_note(b['note'])}",
    Kind.PLACEMENT_WITHDRAWN: _given_up("Withdrawn"),
    Kind.HAPPENED: _happened,
    Kind.HAPPENING_DEALT_WITH: lambda b, _s: f"Dealt with {b['id']}: {_stopped(b['words'])}",
    Kind.HAPPENING_HANDED_OVER: lambda b, _s: f"{b['id']} handed over to {b['to_name']}.{_why(b['reason'])}",
    Kind.TASK_DONE: lambda b, s: (
        (
            f"Transport to {_at(b, s)} cancelled."
            if b["kind"] == Left.CANCEL_TRANSPORT
            else f"{_at(b, s)} was told that they aren't coming."
        )
        + _note(b["note"])
    ),
    Kind.NEWS_PASSED_ON: lambda b, s: (
        f"{s[b['setting']] if b['setting'] else b['label']} was told of what came after they left:"
        f" {_stopped(b['says'])}"
    ),
    Kind.PLACEMENT_STEP_TAKEN_BACK: lambda b, _s: f"Taken back: {step_words(b['kind'])}.{_why(b['reason'])}",
}


def _review(said: Body) -> str:
    """What a review found, in words; what nobody knows is said as that."""
    words = (
        ("well", "well", "not well"),
        ("back_in_hospital", "back in hospital", "not back in hospital"),
        ("isolation_ended", "isolation ended", "isolation not ended"),
        ("long_term_assessed", "long-term need assessed", "long-term need not assessed"),
    )
    found = [yes if said[key] == "yes" else no for key, yes, no in words if said[key] != "not_known"]
    note = f" {_stopped(said['note'])}" if said["note"] else ""
    return f"{', '.join(found) or 'nothing is known'}.{note}"


_MISSING = set(Kind) - set(_SAID)
assert not _MISSING, f"no sentence for {_MISSING}"
